"""Questions for nothing but what the articles tell: "What happened in Alta in May 2018?".

Once its time and its topic are taken away, such a question has no word left with a meaning of its
own. So no sentence is its answer more than others, and the articles of that time are shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.language.calendar import MONTH
from rag.language.dates import Period, find_period
from rag.language.proper_names import NAME
from rag.language.text import content_terms, fold


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is asked for."""

    topic: str = ""  # as typed; nothing where any topic will do
    period: Period | None = None
    newest: bool = False  # only the newest
    event: bool = False  # what happened to the topic, or what it did: a sentence may tell


# Words for the articles, for all that can happen, and for what an article and its reader do.
_TEXTS = frozenset(
    "news article articles story stories note notes text texts entry entries update updates"
    " headlines summary overview recap digest rundown roundup papers newspapers diary log"
    " journal".split()
)
_THINGS = frozenset(
    "things anything something everything events event developments development situation state"
    " affairs matters".split()
)
_NEWEST = frozenset("latest newest recent recently".split())
_TOLD = frozenset(
    "reported report written write published publish learn learned learnt known know heard hear"
    " found find read recorded".split()
)
_SAID = frozenset(
    "say said says tell tells told happen happens happened happening occur occurred".split()
)
_ANY = frozenset("any anything something everything".split())
_ASKS = _ANY | frozenset("what which how".split())
_REQUESTS = frozenset("give show tell list summarize summarise find".split())
_AUXILIARY = frozenset("do does did is are was were has have had".split())
_ABOUT = frozenset("about on regarding concerning at in to with from of for around near".split())
_DETERMINERS = frozenset("the a an our my your this these".split())
_SMALL = frozenset(
    "any all some most more else please and so ok then also me us i we you can could would there"
    " been be main important ever".split()
)
_CORE = _TEXTS | _THINGS | _NEWEST | _TOLD | _SAID | {"new"}
_KNOWN = _CORE | _ASKS | _REQUESTS | _AUXILIARY | _ABOUT | _DETERMINERS | _SMALL
_IDIOMS = (
    (re.compile(r"\b(?:take|takes|took|taken|taking) place\b", re.IGNORECASE), "happened"),
    (re.compile(r"\b(?:go|goes|going|gone|went) on\b", re.IGNORECASE), "happened"),
    (re.compile(r"\bthings (?:stand|stood|go|going|look|looking)\b", re.IGNORECASE), "things"),
    (re.compile(r"\b(?:find|found) out\b", re.IGNORECASE), "learned"),
    (re.compile(r"\bup to$", re.IGNORECASE), "done"),
    (re.compile(r"^what[’']s\b", re.IGNORECASE), "what is"),
)
_DONE = frozenset("do done doing been".split())
_NO_TOPIC = re.compile(
    r"\b(?:i|we|you|he|she|it|they|me|us|him|her|his|its|them|their|that|this|these|those|who|whom"
    r"|whose|what|when|where|why|how|which|if|whether|because|not|without|except|but|than)\b",
    re.IGNORECASE,
)
# In other questions "from" begins a span of time; here it is the time of an article.
_FROM = re.compile(
    rf"\b(?<!week )(?:from|dated|of)(?= (?:\d|the \d|{MONTH})(?!.*\b(?:to|until|till|through)\b))",
    re.IGNORECASE,
)
_IS_NAME = re.compile(rf"(?:the\s)?{NAME}")
_LONGEST = 6  # words of a topic
_BROAD = 3  # words of a topic that all sentences on it tell of


@lru_cache(maxsize=16)  # asked for every sentence that is read
def read_news(question: str) -> News | None:
    """Read a question for what the articles tell; None where it asks for something else.

    Without a time it is one only where it asks for what is new, or to be told about a name.

    >>> read_news("Anything new about the barge Frida after 4 June 2019?").topic
    'barge Frida'
    >>> read_news("Who sank the barge Frida after 4 June 2019?")
    """
    asked, period = _without_period(question)
    for idiom, plainly in _IDIOMS:
        asked = idiom.sub(plainly, asked)
    typed = asked.split()
    told = [fold(one).strip(" ,;:.\"'") for one in typed]
    begin = 0
    while (
        begin < len(typed) and told[begin] in _KNOWN and not (begin and typed[begin][0].isupper())
    ):
        begin += 1
    head, topic = told[:begin], typed[begin:]
    if not head or not _opens(head):
        return None
    newest = not _NEWEST.isdisjoint(head)
    is_new = "new" in head and period is None
    requested = topic and _IS_NAME.fullmatch(" ".join(topic)) and _asks_about(head)
    if period is None and not (newest or is_new or requested):
        return None
    if topic:
        return _on(topic, head, told[begin:], period, newest=newest, is_new=is_new)
    if _CORE.isdisjoint(head) or head[-1] in _ABOUT | _DETERMINERS:
        return None
    return News(period=period, newest=newest or is_new)


def dated(period: Period) -> str:
    """A time as it stands behind "dated": without the "on" of "on 9 May 2018"."""
    return re.sub(r"^(?:in|on|of)\s", "", period.written, flags=re.IGNORECASE)


def _on(
    typed: list[str],
    head: list[str],
    told: list[str],
    period: Period | None,
    *,
    newest: bool,
    is_new: bool,
) -> News | None:
    """The question for what is told of a topic.

    Args:
        typed: The words behind those that have no meaning of their own.
        head: Those words, folded.
        told: The typed words, folded.
        period: The time asked about.
        newest: Whether only the newest is asked for.
        is_new: Whether what is new is asked for, at no time.
    """
    core = _CORE.intersection(head)
    lead = next((word for word in reversed(head) if word not in _DETERMINERS), "")
    if lead in _AUXILIARY and not core and told[-1] in _DONE:  # "What did Ida Lark do"
        while told and told[-1] in _DONE:
            told.pop()
    elif lead not in _ABOUT or not (core or _asks_about(head) or head[0] in _REQUESTS):
        return None
    topic = " ".join(typed[: len(told)]).strip(" ,\"'“”‘’")
    if not topic or len(told) > _LONGEST or _NO_TOPIC.search(topic):
        return None
    narrow = " of " in topic or len(content_terms(topic)) > _BROAD
    event = core <= _SAID or is_new or narrow  # "Tell me about" has none of them
    return News(topic=topic, period=period, newest=newest or is_new, event=event)


def _without_period(question: str) -> tuple[str, Period | None]:
    """What is asked without its time, and the time."""
    asked = " ".join(question.split()).strip(" ?.!")
    for text in (_FROM.sub("in", asked), asked):
        if period := find_period(text):
            before, _, after = text.partition(period.written)
            return f"{before.strip()} {after.strip(' ,')}".strip(), period
    return asked, None


def _asks_about(head: list[str]) -> bool:
    """Whether a question asks for whatever is told of its topic: "Tell me about", "What about"."""
    told = [word for word in head if word not in _DETERMINERS]
    asks = [word for word in told[:-1] if word not in _SMALL]
    return told[-1:] == ["about"] and (
        not _REQUESTS.isdisjoint(asks[:1]) or asks in (["what"], ["how"]) or "know" in asks
    )


def _opens(head: list[str]) -> bool:
    """Whether a question begins as one for news: "How" asks for the way, "how are things" not."""
    if head[0] in _AUXILIARY:
        return not _ANY.isdisjoint(head)  # "Is there any news", "Did anything happen"
    first = next((word for word in head if word not in _SMALL), "")
    if first == "how" and not _asks_about(head):
        return not _THINGS.isdisjoint(head)
    return first in _ASKS | _REQUESTS | _NEWEST | _TEXTS | {"new"}
