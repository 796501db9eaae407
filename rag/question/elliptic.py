"""Questions that leave out what was asked: "And about Syria?", "And Sanders?", a bare "When?"."""

from __future__ import annotations

import re

from rag.language.dates import find_period
from rag.language.names import names_in_question
from rag.language.proper_names import NAME, UPPER
from rag.language.text import words
from rag.question.named import (
    ASKS_WORDS,
    BE,
    DAY,
    DO,
    PREPOSITION,
    WH,
    Speaks,
    find_things,
    find_topic,
    name_matches,
    topic_end,
    topic_of,
)
from rag.question.read import SAY, speaker_place
from rag.statements.titles import gender, is_office

# What is no noun phrase, though it follows an "And": "And he denied it?", "And tell me more".
_NO_NOUNS = frozenset(
    f"{WH}|{BE}|{DO}|be|been|not|i|we|you|he|she|it|they|him|them|me|us|tell|show|list|give"
    "|explain|describe|summarize|summarise|compare|find|name|let|thanks|thank|please".split("|")
)
_POINTING = frozenset(
    "that this then now so on later next after before else more yes no ok okay".split()
)
BARE = re.compile(
    r"^(?:(?:and|but|so)\s+)?(?P<wh>why|since when|until when|when|where"
    r"|how (?:long|often|much|many|far|high|deep|wide|big|large|old|tall|heavy|fast)|how)"
    r"(?:\s+(?:was|is)\s+that)?\s*\?*$",
    re.IGNORECASE,
)
_TURNED = re.compile(rf"^(?:(?:when|where|why|how)\s+)?(?=(?:{BE}|{DO})\b)", re.IGNORECASE)
_LED = re.compile(
    r"^(?:(?:and|but|or)\s+)?(?P<asks>(?:what|how)\s+about\s+)?(?P<what>[^?]{1,80}?)[\s?.!]*$",
    re.IGNORECASE,
)
_MEANT = re.compile(
    rf"^(?:(?:[Nn]o|[Ss]orry|[Aa]ctually|[Ww]ell)\b[,.]?\s+)*I (?:meant|mean)\s+"
    rf"(?P<what>(?:the\s)?(?:{NAME}|[a-z][\w-]+(?:\s[a-z][\w-]+)?))[\s.!?]*$"
)
# "Roads" of "How much do roads get?".
_BARE_SUBJECT = re.compile(
    rf"\b(?i:{BE}|{DO})\s(?P<subject>[a-z][\w-]*[^\Wsiu]s)(?=\s[a-z])(?! and\b| or\b)"
)
_OWNED = re.compile(r"[’']s\s[a-z][\w-]*")
_IS_MANY = re.compile(r"(?:the\s)?[a-z][\w-]*[^\Wsiu]s")
_SAYS_NO_TOPIC = re.compile(r"\b(?:say|said|think|write|written|talk|speak|comment)\s*\??$")
_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b")
_ASKS_WHAT = re.compile(rf"^what(?:\selse)?\s(?P<asked>(?:{DO})\s[^?,;]{{1,80}}?\s{SAY})\b", re.I)


def completed_bare(wh: str, question: str) -> str | None:
    """A bare "When?": of what was asked before."""
    if turned := _TURNED.match(question):  # "Did it burn?", "Where did it burn?"
        rest = question[turned.end() :]
        return f"{wh} {rest[:1].lower()}{rest[1:]}"
    if wh.startswith(("since", "until")) or question.lower().startswith("how "):
        return None
    if match := _ASKS_WHAT.match(question):
        if " " in wh:
            return None
        about = f" {topic}" if (topic := topic_of(question)) else ""
        return f"{wh} {match['asked']} that{about}?"
    return f"{question.rstrip('? ')}, {wh}?"


def left_alone(text: str) -> str | None:
    """The noun phrase that "And Sanders?" or "What about Syria?" consists of; None of no other."""
    if (meant := _MEANT.match(text)) and _NO_NOUNS.isdisjoint(words(meant["what"])):
        return meant["what"]
    match = _LED.match(text)
    if match is None:
        return None
    what = match["what"]
    if _is_period(what):
        return what
    if match.start("what") == 0 and not what.lower().startswith("about "):
        return None
    told = words(what)
    verb_last = len(told) > 1 and what.split()[-1].islower() and told[-1].endswith("ed")
    pointing = all(word in _POINTING for word in told)
    return None if pointing or verb_last or _NO_NOUNS.intersection(told) else what


def _is_period(what: str) -> bool:
    period = find_period(what)
    return period is not None and period.written == what


def completed(what: str, question: str, speaks: Speaks) -> str | None:
    """The question before with another time, speaker, topic or name in its place."""
    if _is_period(what):
        when, old = f"{what[:1].lower()}{what[1:]}", find_period(question)
        years, year = _YEAR.findall(question), _YEAR.fullmatch(when.removeprefix("in "))
        if old or not years:
            return question.replace(old.written, when, 1) if old else longer(question, when)
        return question.replace(years[0], year[0]) if year and len(years) == 1 else None
    topic = find_topic(question)
    if match := PREPOSITION.match(what):
        return _with_phrase(match["word"].lower(), match["rest"], question)
    place, asks_words = speaker_place(question), ASKS_WORDS.search(question)
    name = re.sub(r"[’']s$", "", what)
    # "What do the Democrats want?", "And the Republicans?"
    alike = place and not topic and re.match(f"the {UPPER}", what)
    if place and (
        speaks(name) or is_office(name) or (alike and question.startswith("the ", place.start))
    ):
        return f"{question[: place.start]}{name}{question[place.end :]}"
    if topic and (asks_words or not (what[:1].isupper() or what.startswith("the "))):
        return f"{question[: topic.start('topic')]}{what}{question[topic_end(topic) :]}"
    if place and _SAYS_NO_TOPIC.search(question):
        return longer(question, f"about {what}")
    return _with_like(what, question, speaks)


def longer(question: str, more: str) -> str:
    """A question with some words more at its end."""
    return f"{question.rstrip('? ')} {more}?"


def _with_phrase(preposition: str, rest: str, question: str) -> str | None:
    """The question with "about Syria" or "in July" in place of its own such phrase, or added."""
    topic = find_topic(question)
    timed = re.match(DAY, rest, re.IGNORECASE)
    about = preposition in {"about", "regarding", "concerning"}
    if topic and not timed and (about or preposition in {"on", "over", topic["link"].lower()}):
        start, end = topic.start("link"), topic_end(topic)
        return f"{question[:start]}{preposition} {rest}{question[end:]}"
    if about:
        return longer(question, f"about {rest}")
    if names_in_question(f"in {rest}") and not timed:
        same = re.search(rf"\b{preposition} (?:the )?{NAME}", question)
        if same is None:
            return None
        things = [end for start, end in find_things(question) if same.start() < start < same.end()]
        end = max([same.end(), *things])
        return f"{question[: same.start()]}{preposition} {rest}{question[end:]}"
    return None if set(words(rest)) <= _POINTING else longer(question, f"{preposition} {rest}")


def _with_like(what: str, question: str, speaks: Speaks) -> str | None:
    """The question with one name for another, or one "the spire" for another."""
    subject = _BARE_SUBJECT.search(question)
    if subject and _IS_MANY.fullmatch(what):
        return f"{question[: subject.start('subject')]}{what}{question[subject.end('subject') :]}"
    things = find_things(question) if what.startswith("the ") else []
    if things:
        start, end = things[0]
        # "The museum's director", as "the director of the theatre"; "the theatre" is as the museum.
        owned = _OWNED.match(question, end)
        if owned and ("'s" in what or "’s" in what or is_office(what.partition(" of ")[0])):
            end = owned.end()
        return f"{question[:start]}{what}{question[end:]}"
    named = name_matches(question)
    if not named or not (what[:1].isupper() or what.startswith("the ")):
        return None
    last = named[-1][0]
    somebody, known = speaks(what) or gender(what), speaks(last) or gender(last)
    if somebody and not known and len(named) > 1:
        return None  # "Will Trump visit London?", "And Merkel?": not her
    start, end = named[-1].span()
    head = question[:start].removesuffix("the ") if what.startswith("the ") else question[:start]
    return f"{head}{what}{question[end:]}"
