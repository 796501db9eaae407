"""Which numbers of a sentence are of the kind that a question asks for.

"How many were hurt" asks neither for the age of one of them nor for crowns, and "how much did they
pay" for money. A number of which nothing speaks against the kind may be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from rag.language.calendar import MONTH
from rag.language.numbers import QUANTITY
from rag.language.proper_names import UPPER
from rag.language.text import STOPWORDS, fold, stem, words
from rag.language.units import Measure, measure_in, measure_of

_GLUED = re.compile(  # "£20m", "600km"
    r"(?<![\w.,])(?P<number>(?:[$€£¥]\s?)?\d+(?:[.,]\d+)*)(?=(?!st\b|nd\b|rd\b|th\b)[a-z]{1,3}\b)"
)
_LIST_MARK = re.compile(r"\W*\d{1,3}[.)]\s")
_ORDINAL = re.compile(r"\b\d+(?:st|nd|rd|th)\b")
_YEAR = re.compile(
    r"\b(?:in|since|of|until|till|from|by|before|after|during|than|early|late|and|to|mid|spring"
    rf"|summer|autumn|winter|{MONTH}(?:\s\d{{1,2}},?)?)[\s-](?P<number>(?:1[5-9]|20)\d\d)\b"
    r"(?!\s[a-z]+s\b)(?![.,:]\d)"
)
_DAY = re.compile(
    rf"\b{MONTH}\s(?P<after>\d{{1,2}})\b|\b(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{MONTH}\b"
)
_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2}(?:[.:]\d\d)?\s?[ap]\.?m\b")
_AGE = re.compile(
    r"\b(?:aged?|age\sof)\s(?P<aged>\d{1,3}|[a-z]+)\b|\b(?P<old>\d{1,3}|[a-z]+)[\s-]years?[\s-]old\b"
    r"|\b(?:youngest|oldest|eldest)\b[^.,;]{0,40}\b(?:is|was|being|turned)\s(?P<is>\d{1,3}|[a-z]+)\b"
)
_AGE_AFTER_NAME = re.compile(rf"\b{UPPER}[\w’'-]*,\s(\d{{1,3}}),")
_RATE = re.compile(  # right after a number
    r"\s(?:an?|per|each|every)\s(?:second|minute|hour|day|night|week|month|season|year|decade)\b"
)
_HAPPENED = re.compile(r"\b(?:did|was|were|had|died|\w{3,}ed)\b")
_GOES_ON = re.compile(
    r"\b(?:does|do|is|are|can|will|annual|annually|daily|weekly|monthly|yearly|rate|usually|per"
    r"|(?:an?|each|every)\s(?:second|minute|hour|day|night|week|month|season|year|decade))\b"
)
_HOW = re.compile(
    r"\bhow (?P<how>many|much|long|old|far|tall|high|deep|wide|heavy|fast)\b(?P<rest>.*)"
)
_SHARE = re.compile(r"\bwhat (?:per\s?cent(?:age)?|share|proportion|fraction)\b|\bpercentage of\b")
_PAYS = re.compile(
    r"^\s(?:(?:[a-z]+\s)?(?:money|cash)\b|(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|must|should|may)\b"
    r".*\b(?:pa(?:y|ys|id|ying)|costs?|spen[dt]s?|worth|charg(?:e|es|ed)|owe[sd]?|earn(?:s|ed)?"
    r"|invest(?:s|ed)?|donat(?:e|es|ed)|fined?|bid|b(?:uy|ought)\b.*\bfor|s(?:ell|old)\b.*\bfor)\b)"
)
_FREE = re.compile(r"\b(?:nothing|free)\b")
_BEHIND = re.compile(r"[\s-](?P<first>[a-z]+)\b(?:[\s-](?P<second>[a-z]+)\b)?")
# Plurals, also without an "s", and what is made with them: "firemen", "workpeople".
_MANY = re.compile(
    r"(?!(?:as|is|was|has|does|this|its|his|less|plus|towards|besides|versus|across)$)(?:[a-z]+s"
    r"|[a-z]*(?:men|women|people|folk|children|mice|geese|teeth|fish)|police|staff|crew|personnel|cattle"
    r"|sheep|deer|poultry|aircraft|spacecraft)"
)
_ANYBODY = frozenset("people persons folk".split())
NOUN_AMONG = 3  # words behind "how many"
_LEADS_ON = frozenset("toward towards per plus via without within across despite last next".split())
_ONE_THING = re.compile(r"\b(?:an?|the|this|that|its|his|her|their|our|each|every|[a-z]+[’']s)\s$")
_SIZES = ("long", "tall", "high", "deep", "wide", "heavy")
_SIZE = re.compile(rf"[\s-]?[a-z]+[\s-]({'|'.join(_SIZES)})\b")  # "61 metres deep"
_CHANGE = re.compile(  # right after a number: "9 per cent up", "3 crowns more"
    r"\s?(?:%|per\s?cent)\s(?:more|less|higher|lower|fewer|up|down|above|below)\b"
    r"|(?:m|bn|k)?(?:\s(?!(?:or|and|no|not|much|any)\b)[a-z]+)?\s(?:more|less|higher|lower|fewer)\b(?!\sor\b)"
)
_COMPARES = re.compile(
    r"\b(?:more|less|higher|lower|extra|additional\w*|over|above|under|below|ris(?:e|es|en|ing)|rose"
    r"|rais\w+|increas\w+|gr[eo]w\w*|cuts?|reduc\w+|f[ae]ll\w*|drop\w*|sav(?:e[sd]?|ings?)|chang\w+"
    r"|differ\w*)\b"
)
# What each question may be answered in.
_FITTING = {
    "long": {Measure.TIME, Measure.LENGTH},
    "old": {Measure.TIME},
    "far": {Measure.LENGTH, Measure.TIME},
    "tall": {Measure.LENGTH},
    "high": set(Measure),
    "deep": {Measure.LENGTH},
    "wide": {Measure.LENGTH},
    "heavy": {Measure.WEIGHT},
    "fast": {Measure.SPEED, Measure.LENGTH, Measure.TIME},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What kind of number a question asks for."""

    how: str = ""  # "many", "long", …, "money", "share"; "" for any number
    measure: Measure | None = None  # for "how many euros"
    once: bool = False  # whether it is a number of what happened, and no rate
    compares: bool = False  # whether it may ask for how much more or less something is
    counted: str = (
        ""  # the stem of what is counted, "clinic"; "" for people, who are called many things
    )

    @property
    def is_no_age(self) -> bool:
        """Whether it asks for something else than years."""
        return self.how not in {"", "old"} and self.measure is not Measure.TIME


def without_others(question: str, sentence: str) -> str:
    """A sentence with blanks for the numbers that are of another kind than is asked for.

    Args:
        question: What is asked.
        sentence: As it is written.

    Returns:
        A text of the same length.

    >>> without_others("How many were hurt?", "The youngest of the hurt is 22.")
    'The youngest of the hurt is   .'
    """
    text = "".join(low if len(low := char.lower()) == 1 else char for char in sentence)
    kept = list(sentence)
    asked = _read(question)
    spans = [*_others(asked, text)]
    if asked.is_no_age:
        spans += [match.span(1) for match in _AGE_AFTER_NAME.finditer(sentence)]
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return "".join(kept)


def list_mark_end(sentence: str) -> int:
    """Where the mark of an item of a list ends: 3 in "1. The harbour"; 0 where there is none.

    A list may be the answer to "how many", and its marks are not.
    """
    mark = _LIST_MARK.match(sentence)
    return mark.end() if mark else 0


@lru_cache(maxsize=16)  # asked for every sentence that is read
def _read(question: str) -> _Asked:
    folded = fold(question)
    match = _HOW.search(folded)
    if match is None:
        return _Asked(how="share" if _SHARE.search(folded) else "")
    how, rest = match["how"], match["rest"]
    if how == "much":
        compares = bool(_COMPARES.search(folded))
        return _Asked(how="money" if _PAYS.match(rest) else "", compares=compares)
    if how != "many":
        return _Asked(how=how)
    measure = measure_in(" ".join(rest.strip(" ?").split()[:3]))
    once = bool(_HAPPENED.search(folded)) and not _GOES_ON.search(folded)
    told = takewhile(lambda word: word not in STOPWORDS, rest.strip(" ?").split()[:NOUN_AMONG])
    counted = next((word for word in told if _MANY.fullmatch(word)), "")
    if measure or counted in _ANYBODY:
        counted = ""
    return _Asked(how=how, measure=measure, once=once, counted=stem(counted))


def _others(asked: _Asked, text: str) -> Iterator[tuple[int, int]]:
    """Where the numbers stand that are of another kind, in a text in small letters."""
    if not asked.how:
        return
    for pattern in (_ORDINAL, _YEAR, _DAY):
        yield from (match.span(match.lastgroup or 0) for match in pattern.finditer(text))
    if asked.how in {"many", "money"}:
        yield from (match.span() for match in _CLOCK.finditer(text))
    if asked.is_no_age:
        yield from (match.span(match.lastgroup or 0) for match in _AGE.finditer(text))
    if asked.how == "money" and _FREE.search(text):
        return
    yield from _unfitting(asked, text)


def _unfitting(asked: _Asked, text: str) -> Iterator[tuple[int, int]]:
    """Where the numbers stand that have another unit, or count something."""
    fits = True
    for match in QUANTITY.finditer(text):
        start, end = match.span("number")
        if not _goes_on(match, text):  # else it is of the kind of the number before
            fits = _fits(asked, text, start, end)
        if not fits:
            yield start, end
    for match in _GLUED.finditer(text):
        if not _fits(asked, text, *match.span("number")):
            yield match.span("number")


def _goes_on(match: re.Match[str], text: str) -> bool:
    """Whether a number leaves out what the one before it has said: "and another 30 at home"."""
    end = match.end("number")
    behind = _BEHIND.match(text, end)
    named = behind is not None and behind["first"] not in STOPWORDS
    return (
        "another" in match["before"]
        and not named
        and measure_of(text, *match.span("number")) is None
    )


def _fits(asked: _Asked, text: str, start: int, end: int) -> bool:
    """Whether nothing speaks against a number being of the kind that is asked for."""
    measure = measure_of(text, start, end)
    if asked.how == "money":
        if not asked.compares and _CHANGE.match(text, end):
            return False
        if measure is None:
            return not _counted(text, start, end)
        return measure in {Measure.MONEY, Measure.SHARE}
    if asked.how == "share":  # "12 of the 40" is one
        return measure is Measure.SHARE or (
            measure is None and _counted(text, start, end) in {"", "of"}
        )
    if asked.how == "many":
        if asked.once and _RATE.match(text, end):
            return False
        if _counts_another(asked, text, start, end):
            return False
        return measure in {None, Measure.SHARE, asked.measure}
    size = _SIZE.match(text, end)
    if size and size[1] != asked.how and asked.how in _SIZES:
        return False
    return measure is None or measure in _FITTING[asked.how]


def _counts_another(asked: _Asked, text: str, start: int, end: int) -> bool:
    """Whether a number counts one thing, and what is asked for is another in the sentence.

    Of "It seeks 40 nurses for its clinics", nobody learns how many clinics there are.
    """
    counted = _counted(text, start, end)
    if not asked.counted or counted in {"", "of"} or stem(counted) == asked.counted:
        return False
    return asked.counted in map(stem, words(text))


def _counted(text: str, start: int, end: int) -> str:
    """What a number without a unit counts: the "staff" of "300 new staff"; "of" where that follows.

    What is behind "the 12 million contract" may be a verb: "covers".
    """
    behind = _BEHIND.match(text, end)
    if behind is None:
        return ""
    first, second = behind["first"], behind["second"] or ""
    if first == "of" or _MANY.fullmatch(first):
        return first
    apart = first in STOPWORDS or first in _LEADS_ON or _ONE_THING.search(text[:start])
    return second if not apart and _MANY.fullmatch(second) else ""
