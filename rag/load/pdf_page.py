"""The words of a PDF with their places on the page.

Places are those of a reader who has turned the page so that the text runs from left to right:
``x`` along the line, ``y`` down the page, both in points. So a page that is turned and Japanese
that is written from top to bottom look like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

_BESIDE, _STEP_LEAST, _STEP_MOST = 0.6, 0.4, 3.5  # of the font size: how glyphs stand
_HEAD = 0.88  # of the font size: what of a Japanese glyph is above the baseline
UNKNOWN = "\ufffd"  # a glyph of which the file does not say what letter it shows


class Word(NamedTuple):
    """Glyphs that touch, in the order of reading."""

    text: str
    x0: float
    x1: float
    y: float  # of the baseline
    size: float  # of the font
    spaced: bool  # a space was painted before it


class Box(NamedTuple):
    """What is painted but is not text, in the coordinates of the upright page."""

    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page."""

    turns: tuple[tuple[Word, ...], ...]  # upright text; then what runs in another direction, each
    boxes: tuple[Box, ...] = ()  # pictures and horizontal lines
    pictured: float = 0.0  # share of it under pictures that have no hidden text over them
    painted: bool = False  # it shows something beside text
    damaged: bool = False  # some of it could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A PDF, opened."""

    pages: Sequence[Page]
    facts: dict[str, str]  # Title, CreationDate and others, as they are written


def part_standing(words: list[Word]) -> tuple[list[Word], list[Word]]:
    """Words that run across, and those of glyphs that were painted one below the other.

    So are pages of Japanese set of which only the punctuation is of a font for writing downwards.
    """
    below = [
        len(a.text) == len(b.text) == 1
        and abs(b.x0 - a.x0) < _BESIDE * b.size
        and _STEP_LEAST < (b.y - a.y) / b.size < _STEP_MOST
        for a, b in pairwise(words)
    ]
    if 2 * sum(below) <= len(words):
        return words, []
    stand = [one or other for one, other in zip([False, *below], [*below, False], strict=True)]
    across = [word for word, stands in zip(words, stand, strict=True) if not stands]
    return across, [_stood(word) for word, stands in zip(words, stand, strict=True) if stands]


def _stood(word: Word) -> Word:
    """A word as it stands in a line that runs down the page."""
    top = word.y - _HEAD * word.size
    return Word(word.text, top, top + word.size, -word.x0, word.size, word.spaced)
