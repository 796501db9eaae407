"""The words of a PDF with their places on the page.

Places are those of a reader who has turned the page so that the text runs from left to right:
``x`` along the line, ``y`` down the page, both in points. So a page that is turned and Japanese
that is written from top to bottom look like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
    """What is painted and is no text, upright as the page is."""

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
