"""Questions about the articles themselves: "How many articles mention Arne Vik?".

They are answered by counting, not by a sentence. What is in the articles is no such question: "How
many articles does the treaty have?", "How many stories has the tower?".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.language.dates import Period, find_period
from rag.question.news import News, read_news


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """Which articles are counted. All of these hold for each; none: all articles are."""

    phrases: tuple[str, ...] = ()  # that they mention, as typed
    either: bool = False  # one of the phrases is enough
    whole: str = ""  # the phrases as one, which may be a name: "Trinidad and Tobago"
    without: tuple[str, ...] = ()  # that they do not mention
    quoted: str = ""  # whose words they have, as typed
    place: str = ""  # their folder or tag, as typed
    outlet: str | None = None  # as typed, "AP"
    period: Period | None = None
    newest: bool = False  # only the newest of them is wanted
    happened: bool = False  # asked is what they tell; where there are none, others may
    instead: bool = False  # and only where no sentence answers by itself


# Words that mean files whatever follows, and those that do where something is mentioned in them.
_FILES = r"(?:articles?|documents?|files?)"
_TEXTS = r"(?:stories|story|notes?|texts?|reports?|pieces?|pages|items|sources)"
_ASKED = re.compile(
    r"^(?:(?:please|and|so|ok|then),?\s+)*(?:in\s+)?"
    r"(?:how many|(?:which|what)(?: all)?|(?:list|show|give|name|find|count)(?: me| us)?"
    r"(?: all| every)?(?: of)?(?: the)?|(?:what|which) (?:is|are) the(?: number of)?)\s+"
    r"(?:of (?:the|these|your|my) |the |these |all |different |news )*"
    rf"(?:(?P<files>{_FILES})|{_TEXTS})\b\s*(?P<rest>.*?)[\s?.!]*$",
    re.IGNORECASE,
)
_HERE = (
    r"(?: in (?:the |this |your |my )?(?:index|folder|collection|corpus|archive|library|total|all))"
)
_ALL = re.compile(
    rf"(?:(?:are|is) (?:there|indexed|in it|here|listed here)|do you (?:have|know)|have you|exist"
    rf"|(?:are|is)(?={_HERE})|does (?:the|this|your|my) (?:index|folder|collection|corpus|archive)"
    rf" (?:have|contain|hold))(?: altogether| now| here| available)?{_HERE}*",
    re.IGNORECASE,
)
_THAT = r"(?:(?:that|which) )?(?:(?:do|does|are|is|were|was) )?(?:there )?(?:(?:that|which) )?"
_MENTION = re.compile(
    rf"(?:(?:from|by) (?P<outlet>[^,]+?) )?(?:(?:in|under|tagged) (?P<place>[^,]+?) )?{_THAT}"
    r"(?:(?:mention|name|contain|discuss|cover|describe)(?:s|ed|es)?"
    r"|(?:mention|nam|contain|discuss|cover|describ|concern)ing"
    r"|(?:talk|write|report|speak|tell|deal)s? (?:about|of|on|with)|refers? to"
    r"|(?:written |all )?(?:about|concerning|regarding|on the (?:subject|topic) of)"
    r"|(?:have|has|having|with|include|includes|including) "
    r"(?:the (?:words?|name|phrase|term)|(?:a |any )?mentions? of))"
    r"(?: the (?:words?|name|phrase|term))?\s+(?P<what>.+)$",
    re.IGNORECASE,
)
_MENTIONED = re.compile(
    r"(?:is|are|was|were|does|do) (?P<what>.+?) (?:ever )?"
    r"(?:mentioned|named|discussed|described|covered|referred to|appear|occur)(?: in)?",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"how (?:many times|often) (?:is|are|was|were) (?P<what>.+?)"
    r" (?P<how>mentioned|named|quoted|cited)"
    r"(?: in (?:the |these |all )*(?:articles|documents|files))?",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    rf"{_THAT}(?:quot(?:e|es|ed|ing)|cit(?:e|es|ed|ing)) (?P<what>.+)"
    r"|(?:is|are|was|were) (?P<whom>.+?) quoted(?: in)?",
    re.IGNORECASE,
)
_BUT_NOT = re.compile(
    r",?\s+(?:(?:but|and) not|but (?:do|does) not mention|without|except)\s+", re.I
)
_DATED = re.compile(
    rf"{_THAT}(?:dated |(?:published|printed|written|from|issued) )*"
    r"(?:(?:did|have) )?(?:you (?:have )?)?(?:appear(?:ed)? )?",
    re.IGNORECASE,
)
_BY_OUTLET = re.compile(
    r"(?:did|does|has|have) (?P<outlet>[^,]+?) (?:publish|print|run|release|carry|write)(?:ed|en)?"
    rf"|{_THAT}(?:(?:come|comes|came|published|printed|written) )?(?:from|by) (?P<by>[^,]+?)"
    r"(?: (?:are|is) there)?",
    re.IGNORECASE,
)
_NO_PHRASE = re.compile(
    r"^(?:that|who|whom|what|when|where|why|how|if|whether|it|him|her|them|this|these|those)\b"
    r"|\b(?:not|without|except|but|that|which|who|because)\b",
    re.IGNORECASE,
)
_JOINT = re.compile(r",\s+(?:(?:and|or)\s+)?|\s+(?:and|or)\s+", re.IGNORECASE)
_FROM = re.compile(
    r"\b(?<!week )(?:from|of|dated)(?= (?!.*\b(?:to|until|till|through)\b))", re.IGNORECASE
)
_LONGEST = 12  # words of what is mentioned
_LONGEST_QUESTION = 300  # characters


def read_counting(question: str) -> Counting | None:
    """Read a question about the articles themselves; None where it is none.

    >>> read_counting("How many articles mention the ferry Solveig?").phrases
    ('ferry Solveig',)
    >>> read_counting("How many articles does the treaty have?")
    """
    asked = " ".join(question.split())
    if len(asked) > _LONGEST_QUESTION:
        return None
    if news := read_news(asked):
        return _of_news(news)
    if told := _TIMES.fullmatch(asked.rstrip(" ?.!")):
        quoted = told["how"].lower() in {"quoted", "cited"}
        return _quoting(told["what"], None) if quoted else _mentioning(told["what"], None, None)
    match = _ASKED.match(asked)
    if match is None:
        return None
    rest, period = _without_period(match["rest"])
    if told := _QUOTED.fullmatch(rest):
        return _quoting(told["what"] or told["whom"], period)
    if told := _MENTION.fullmatch(rest) or _MENTIONED.fullmatch(rest):
        groups = told.groupdict()
        found = _mentioning(told["what"], groups.get("outlet"), period)
        return replace(found, place=groups.get("place") or "") if found else None
    if not match["files"]:
        return None
    if period and _DATED.fullmatch(f"{rest} " if rest else ""):
        return Counting(period=period)
    if told := _BY_OUTLET.fullmatch(rest):
        return Counting(outlet=(told["outlet"] or told["by"]).strip(), period=period)
    return Counting() if _ALL.fullmatch(rest) and not period else None


def _without_period(rest: str) -> tuple[str, Period | None]:
    """What is asked without the time, which stands at an end of it: "from May 2023"."""
    # "From" is the time of an article; in other questions it begins a span of time.
    for text in (_FROM.sub("in", rest), rest):
        period = find_period(text)
        before, _, after = text.partition(period.written) if period else (text, "", "")
        if period and not (before.strip() and after.strip()):
            return f"{before.strip()} {after.strip()}".strip(), period
    return rest, None


def _of_news(news: News) -> Counting | None:
    if not news.topic:
        return Counting(period=news.period, newest=news.newest, happened=True)
    found = _mentioning(news.topic, None, news.period)
    if found is None:
        return None
    return replace(found, newest=news.newest, happened=True, instead=news.event)


def _mentioning(what: str, outlet: str | None, period: Period | None) -> Counting | None:
    what, *without = _BUT_NOT.split(what)
    listed = re.sub(r"^(?:both|either)\s+", "", what, flags=re.IGNORECASE)
    phrases = tuple(map(_phrase, _JOINT.split(listed)))
    absent = tuple(map(_phrase, without))
    told = (*phrases, *absent)
    if not all(told) or any(map(_NO_PHRASE.search, told)) or len(listed.split()) > _LONGEST:
        return None
    return Counting(
        phrases=phrases,
        without=absent,
        either=bool(re.search(r"\sor\s", listed, re.IGNORECASE)),
        whole=_phrase(listed),
        outlet=outlet,
        period=period,
    )


def _quoting(whom: str, period: Period | None) -> Counting | None:
    name = _phrase(whom)
    if not name or _NO_PHRASE.search(name) or not any(word[0].isupper() for word in name.split()):
        return None
    return Counting(quoted=name, period=period)


def _phrase(text: str) -> str:
    bare = text.strip(" \"'“”‘’«»„")
    return re.sub(r"^(?:the|an?)\s+", "", bare, flags=re.IGNORECASE)
