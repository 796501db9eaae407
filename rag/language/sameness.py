"""Whether sentences of two articles say the same, and what tells them apart where they nearly do.

Two sentences are one only where nothing but dashes, spaces, the style of quotes and a dateline
differs. "Molde beat Brann" and "Brann beat Molde" share every word; "rose" and "fell", "Tuesday"
and "Friday" are one word of twenty.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from rag.language.calendar import DAYS_AND_MONTHS, WEEKDAY
from rag.language.numbers import PARTS, SCALES, SPELLED
from rag.language.text import (
    STOPWORDS,
    dateline_end,
    fold,
    plain,
    words,
)

FEWEST = 3  # words that two sentences must have in common to be on one matter
_MINUS = re.compile(r"(?<!\w)-(?=\d)|(?<=\w)-(?!\w)")  # "-5 degrees", a rating of "A-"
_COMMA = re.compile(r"(?<!\d),(?!\s(?:and|or)\b)|,(?![\d\s])")  # neither in a number nor Oxford's
_SET_INSIDE = re.compile(r"([,.!?]+)([\"'])(?!\w)")  # a comma before the end of a quotation
_SINGLE = re.compile(r"(?P<opens>(?<![^\s(\[\"-])'(?=\S))|(?<=\S)'(?!\w)")
_RAISED = re.compile("[⁰¹²³⁴-⁹]+")
_GROUPED = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")  # "1 200"
_PIECE = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_][\w’'-]*|(?:[-+<>≤≥$€£]\s?)?\d+(?:[.,:/-]\d+)*")
COMMA, QUOTE, MINUS, POWER = "ǀ", "ǁ", "ǂ", "ǃ"  # letters that no article has stand for signs
# Whom or where these mean, another sentence tells.
_REFERRING = frozenset(
    "he she they it we i you this these his her its their our my your him them us me there here"
    " both latter former others ones same such".split()
)
# When these are, the date of the article tells.
_RELATIVE = re.compile(
    rf"\b(?:yesterday|today|tonight|tomorrow|now|ago|{WEEKDAY}"
    r"|(?:last|this|next) (?:\w+ )?(?:night|week|weekend|month|quarter|season|spring|summer|autumn"
    r"|winter|year|decade|century))\b",
    re.IGNORECASE,
)
_WHOLLY_QUOTED = re.compile(r"[\"'“„‘«].*[\"'”’»]\W*", re.DOTALL)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_NUMBERS = PARTS | {*_ORDINALS, *SPELLED, *SCALES}
# Without a meaning of their own: an editor changes them at will.
_LIGHT = frozenset(
    "a an the that which said says stated added replied answered told on in at of".split()
) | {COMMA, QUOTE}
NAME, NUMBER, DAY = "@", "#", "~"
_SIGNS = {"Sc", "Sm", "So"}  # of money, of arithmetic, and others


@lru_cache(maxsize=4_096)  # a sentence is held against every other that was found
def same_words(text: str) -> str:
    """The form in which a sentence is the same in two articles, whoever prints it.

    Dashes, spaces and the style of quotes fold, and the dateline goes. Where a quotation begins and
    ends, commas, capitals past the first word, powers, and all signs of money and arithmetic count.

    >>> same_words("ROME (AP) — “We  agree,” he said.") == same_words("‘We agree’, he said.")
    True
    >>> same_words("They owe us $5.") == same_words("They owe US €5.")
    False
    """
    report = _report(text)
    capitals = "".join(filter(str.isupper, report.partition(" ")[2]))
    return f"{' '.join(_signed_words(report))} {capitals}"


def _signed_words(report: str) -> list[str]:
    raised = _RAISED.sub(lambda match: f" {POWER} {match[0]}", report)
    shown = _GROUPED.sub("", _SET_INSIDE.sub(r"\2\1", fold(raised)))
    shown = _marked_quotes(_MINUS.sub(f" {MINUS} ", shown))
    shown = _COMMA.sub(f" {COMMA} ", shown)
    for sign in {char for char in shown if unicodedata.category(char) in _SIGNS or char in "?/"}:
        shown = shown.replace(sign, f" {unicodedata.name(sign)} ")
    return words(shown)


def _marked_quotes(text: str) -> str:
    """A folded text with a mark for each beginning and end of a quotation, none for apostrophes."""
    text, inside = text.replace('"', f" {QUOTE} "), False
    parts, place = [], 0
    for match in _SINGLE.finditer(text):
        if match["opens"] is not None or inside:
            inside = match["opens"] is not None
            parts += [text[place : match.start()], f" {QUOTE} "]
            place = match.end()
    return "".join([*parts, text[place:]])


def says_the_same(one: str, other: str) -> bool:
    """Whether two sentences have the same words and signs in the same order; see `same_words`.

    >>> says_the_same("Molde beat Brann.", "Brann beat Molde.")
    False
    """
    return same_words(one) == same_words(other)


def context(
    text: str, *, speaker: str | None, before: Hashable, after: Hashable, date: str | None
) -> tuple[Hashable, ...]:
    """What else must be the same where two sentences of the same words are to say the same.

    That is who speaks; the sentence before, where it must tell whom "he" means; the one after too,
    where it must tell whose quotation this is; and the month, where "on Monday" is said.

    Args:
        text: The sentence.
        speaker: Who speaks in it, where that is known.
        before: The sentence before it, in any form that can be compared.
        after: The one after it.
        date: Of its article.
    """
    shown = plain(text)
    quoted = speaker is None and _WHOLLY_QUOTED.fullmatch(shown) is not None
    open_to = quoted or (speaker is None and not _REFERRING.isdisjoint(words(text)))
    return (
        speaker,
        before if open_to else None,
        after if quoted else None,
        (date or "")[:7] if _RELATIVE.search(shown) else None,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """The single thing in which two sentences differ."""

    here: str  # folded: a word, or all words of a name or number
    there: str
    named: bool  # whether it is a name, a number, what a number counts, or a day
    swapped: bool  # whether two things have changed places; ``here`` is the first of them


def difference(one: str, other: str) -> Difference | None:
    """What tells two sentences apart that are otherwise one.

    That is a name of any length, a number, a day, or another word that has a meaning; or who does
    what to whom. Where two things differ, the sentences may tell of two events.

    Returns:
        The difference; None where there is none, or more than one.

    >>> difference("Sales of the old yard rose in May.", "Sales of the old yard fell in May.")
    Difference(here='rose', there='fell', named=False, swapped=False)
    >>> difference("Molde beat Brann in the cup final.", "Brann beat Molde in the cup final.")
    Difference(here='molde', there='brann', named=True, swapped=True)
    """
    mine, theirs = _units(one), _units(other)
    if len(mine) != len(theirs):
        return None
    apart = [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]
    if not all(here.tells and there.tells for here, there in apart):
        return None
    swapped = sorted(here.text for here, _ in apart) == sorted(there.text for _, there in apart)
    kept = {here.text for here in mine if here.tells} - {here.text for here, _ in apart}
    if not apart or not (len(apart) == 1 or swapped) or len(kept) + len(apart) <= FEWEST:
        return None
    here, there = apart[0]
    counted = (None, *mine)[mine.index(here)]
    named = here.mark == there.mark != "" or (counted is not None and counted.mark == NUMBER)
    return Difference(here=here.text, there=there.text, named=named, swapped=swapped)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word of a sentence, or a whole name or number."""

    mark: str  # `NAME`, `NUMBER`, `DAY`, or "" for a word
    text: str  # folded

    @property
    def tells(self) -> bool:
        """Whether it has a meaning of its own."""
        return bool(self.mark) or self.text not in _LIGHT


@lru_cache(maxsize=4_096)
def _units(text: str) -> tuple[_Unit, ...]:
    units: list[_Unit] = []
    for mark, group in groupby(_marked(_report(text)), key=lambda unit: unit.mark):
        told = list(group)
        units += [_Unit(mark, " ".join(unit.text for unit in told))] if mark else told
    return tuple(units)


def _marked(text: str) -> Iterator[_Unit]:
    """The folded words of a text, each with its mark."""
    for match in _PIECE.finditer(text):
        for word in words(match[0]):
            if word in DAYS_AND_MONTHS:
                yield _Unit(DAY, word)
            elif word[0].isdigit():
                yield _Unit(NUMBER, " ".join(_signed_words(match[0])))
                break
            elif word in _NUMBERS:
                yield _Unit(NUMBER, word)
            elif match[0][0].isupper() and (match.start() or word not in STOPWORDS):
                yield _Unit(NAME, word)
            else:
                yield _Unit("", word)


def _report(text: str) -> str:
    """What a sentence says, without its dateline."""
    shown = plain(text)
    return shown[dateline_end(shown) :]
