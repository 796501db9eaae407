"""(a claim, a sentence of an article that lacks something of it) -> what it has in that place.

It contradicts the claim by another value of the same kind: numbers that exclude each other, days
that differ in a part which both name, another name. What some other sentence about the same tells
as the claim does is not contradicted: articles compare, correct each other and go on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.domain import Evidence, Rung, Span
from rag.language.calendar import DAYS_AND_MONTHS, MONTHS, WEEKDAYS
from rag.language.dates import whole_date
from rag.language.names import akin, capitalised
from rag.language.numbers import QUANTITY, whole_quantity
from rag.language.quantities import MONEY, Quantity, quantities
from rag.language.text import STOPWORDS, content_terms, fold, plain, words
from rag.models.reader import Reads

SURE = 0.3  # how likely the words are that an article has instead
ELSEWHERE = 0.5  # share of a claim's other words that a sentence about the same has
NEAR = 0.1  # of a number that is only about right
_PROPER = re.compile(r"[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*)*|\w+")
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_FROM = re.compile(r"\b(?:since|from|after)\s\W*$", re.IGNORECASE)
_TO = re.compile(r"\b(?:until|till|before|by|to)\s\W*$", re.IGNORECASE)
_OF_TIME = frozenset({"clock", "month", "day", "minut"})


def told_instead(
    claim: str,
    one: Evidence,
    rungs: Sequence[Rung],
    found: Sequence[Evidence],
    reader: Reads | None,
) -> list[tuple[str, str]]:
    """What a sentence tells in the place of each number, day, name or speaker that it lacks.

    Args:
        claim: The claim.
        one: The sentence, which is about the same.
        rungs: What it was checked for.
        found: All sentences that were found for the claim.
        reader: Tells what the sentence has; None where there is none.

    Returns:
        The words of the claim, and those of the sentence.
    """
    told = dict[str, str]()
    for rung in rungs:
        for wrong in rung.wrong:
            if rung.name == "speaker" and one.speaker:
                if wrong in DAYS_AND_MONTHS:  # "the mayor on Friday said"
                    continue
                told.setdefault(as_written(wrong, claim), one.speaker)
            elif rung.name in {"numbers", "bounds", "names"}:
                place = _place_of(wrong, rung.name, claim)
                if place is not None and reader is not None:
                    asked = _Asked(claim, place, is_name=rung.name == "names")
                    if text := asked.told(one, found, reader):
                        told.setdefault(asked.written, text)
    return list(told.items())


def as_written(word: str, text: str) -> str:
    """A folded word as a text writes it.

    >>> as_written("lundgren", "“No,” Mayor Lundgren said."), as_written("1000", "1,000 fled.")
    ('Lundgren', '1,000')
    """
    for match in re.finditer(r"\w+(?:[.,’'-]\w+)*", text):
        if words(match[0]) == words(word):
            return match[0]
    return word


class _Asked:
    """A place of a claim that a question is made of."""

    def __init__(self, claim: str, place: Span, *, is_name: bool) -> None:
        place = whole_date(claim, place)
        self._claim, self._is_name, self._place = claim, is_name, place
        self.written = claim[place.start : place.end]
        self._dated = bool(set(words(self.written)) & DAYS_AND_MONTHS)
        self._rest = set(content_terms(f"{claim[: place.start]} {claim[place.end :]}"))

    @property
    def _question(self) -> str:
        if self._dated:
            asks = "when"
        elif self._is_name:
            asks = "who"
        else:
            asks = "what year" if _YEAR.fullmatch(self.written) else "how many"
        before, after = self._claim[: self._place.start], self._claim[self._place.end :]
        return f"{before}{asks}{after}".rstrip(". ") + "?"

    def told(self, one: Evidence, found: Sequence[Evidence], reader: Reads) -> str:
        """What a sentence tells in its place; empty where that does not contradict the claim."""
        question = self._question
        if not reader.knows(question):
            return ""
        span = _read(question, one, reader)
        if span is None or not self._is_other(one.text, span):
            return ""
        elsewhere = (other for other in found if other is not one and self._has(other.text))
        if any(self._is_about(other, question, reader) for other in elsewhere):
            return ""
        return plain(one.text[span.start : span.end])

    def _is_other(self, text: str, span: Span) -> bool:
        """Whether the words at a place of a text exclude those of the claim."""
        told = plain(text[span.start : span.end])
        if self._dated:
            sides = _side(text, span.start), _side(self._claim, self._place.start)
            return sides[0] == sides[1] and _other_day(told, self.written)
        if self._is_name:
            if set(words(told)) & set(words(self.written)):
                return False
            return any(name not in STOPWORDS for name, _ in capitalised(told))  # "She" is nobody
        mine, theirs = _valued(self.written, self._claim), _valued(told, text)
        alike = [(left, right) for left in mine for right in theirs if _one_kind(left, right)]
        return bool(alike) and all(_exclude(left, right) for left, right in alike)

    def _has(self, text: str) -> bool:
        """Whether a text has what stands there."""
        there = words(text)
        if self._dated:
            named = (word for word in words(self.written) if word not in STOPWORDS)
            return set(there).issuperset(named)
        if self._is_name:
            return any(akin(name, other) for name in words(self.written) for other in there)
        mine = {one.value for one in _valued(self.written, self._claim)}
        return bool(mine & {one.value for one in quantities(plain(text))})

    def _is_about(self, other: Evidence, question: str, reader: Reads) -> bool:
        """Whether a sentence that has the same there is about the same thing."""
        if len(self._rest & other.terms) >= ELSEWHERE * len(self._rest):
            return True
        span = _read(question, other, reader)
        return span is not None and self._has(other.text[span.start : span.end])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Readable:
    """A sentence of an article as a reader takes it."""

    title: str
    text: str
    sentences: Sequence[tuple[int, int]]


def _read(question: str, one: Evidence, reader: Reads) -> Span | None:
    """The words of a sentence that answer; None where the reader is not sure of any."""
    whole = _Readable(title=one.source.title or "", text=one.text, sentences=((0, len(one.text)),))
    [read] = reader.read(question, [whole])
    told = read.sentences[0]
    if told is None or told.words is None or told.sure < SURE or told.logit < read.null:
        return None
    return whole_date(one.text, whole_quantity(one.text, told.words))


def _place_of(wrong: str, kind: str, claim: str) -> Span | None:
    """Where a number, day or name that a rung names stands in a claim, with what belongs to it."""
    if kind == "names" or wrong in DAYS_AND_MONTHS:
        for match in _PROPER.finditer(claim):
            if set(words(wrong)) & set(words(match[0])):
                return Span(start=match.start(), end=match.start() + len(match[0].rstrip(".’'-")))
        return None
    number = fold(wrong).partition(" ")[0]
    for match in QUANTITY.finditer(claim):
        if fold(match["number"]).partition(" ")[0] == number:
            return Span(start=match.start(), end=match.end())
    return None


def _side(text: str, start: int) -> str:
    """Whether a day that begins there opens a span of time or closes it; empty: neither."""
    before = text[max(0, start - 12) : start]
    return "from" if _FROM.search(before) else "to" if _TO.search(before) else ""


def _other_day(left: str, right: str) -> bool:
    """Whether two days differ in a part that both name: "Friday" is no other day than 3 May."""
    parts = []
    for there in (words(left), words(right)):
        numbers = [word for word in there if word.isdigit()]
        parts.append(
            (
                set(there) & set(WEEKDAYS),
                set(there) & set(MONTHS),
                {word for word in numbers if len(word) < 3},
                {word for word in numbers if _YEAR.fullmatch(word)},
            )
        )
    return any(mine and theirs and not mine & theirs for mine, theirs in zip(*parts, strict=True))


def _valued(written: str, text: str) -> list[Quantity]:
    """The quantities of some words, with the units that the text around them gives."""
    values = {(one.value, one.bound) for one in quantities(written)}
    whole = quantities(plain(text))
    bare = {one.text for one in quantities(written)}
    return [one for one in whole if (one.value, one.bound) in values or one.text in bare]


def _one_kind(left: Quantity, right: Quantity) -> bool:
    """Whether two numbers measure the same sort of thing, as far as that can be told."""
    if bool(_YEAR.fullmatch(left.text)) != bool(_YEAR.fullmatch(right.text)):
        return False
    hard = MONEY | _OF_TIME
    units = {one.unit if one.unit in hard else "" for one in (left, right)}
    return len(units) == 1


def _exclude(left: Quantity, right: Quantity) -> bool:
    """Whether two numbers cannot both be right: 21 is "at least 18", and not "fewer than 18"."""
    sided = {"least", "most"}
    if left.bound == right.bound and left.bound in sided:
        return left.value != right.value
    lowest, highest = zip(_range(left), _range(right), strict=True)  # of both
    if {left.bound, right.bound} == sided:
        return max(lowest) >= min(highest)
    return max(lowest) > min(highest)


def _range(one: Quantity) -> tuple[float, float]:
    """The numbers that it may be."""
    value = float(one.value)
    if one.bound == "about":
        return value * (1 - NEAR), value * (1 + NEAR)
    return (
        -math.inf if one.bound == "most" else value,
        math.inf if one.bound == "least" else value,
    )
