"""Text -> its quotations: what stands between quotation marks, over paragraphs where it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.domain import Span

LONGEST = 3_000  # characters of a paragraph's quotation; a mark that stays open longer is a slip
_OPENS, _CLOSES = "“«„", "”»"
_BEFORE_OPENING = "([—–-‘'/"  # besides a space or the start of a paragraph
_AFTER_CLOSING = ".,;:!?)]—–-…’'"  # besides a space or the end of a paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A stretch between quotation marks, in one paragraph.

    ``outer`` has the marks, ``inner`` has not. One that is left open at the end of its paragraph
    and taken up at the start of the next is ``unfinished``.
    """

    outer: Span
    inner: Span
    unfinished: bool = False


def find_quotations(text: str, paragraphs: Sequence[Span]) -> list[Quotation]:
    """The quotations of an article, in the order of the text.

    Typewriter marks, curved ones, guillemets and doubled apostrophes are known. A mark that nothing
    closes in its paragraph opens a quotation only where the next paragraph takes it up, as long
    quotations are set.
    """
    found: list[Quotation] = []
    for place, paragraph in enumerate(paragraphs):
        following = paragraphs[place + 1] if place + 1 < len(paragraphs) else None
        goes_on = following is not None and _opens(text, following.start, following) > 0
        found += _in_paragraph(text, paragraph, goes_on=goes_on)
    return found


def _in_paragraph(text: str, paragraph: Span, *, goes_on: bool) -> Iterator[Quotation]:
    place = paragraph.start
    while place < paragraph.end:
        width = _opens(text, place, paragraph)
        if not width:
            place += 1
            continue
        inner = place + width
        end, closing = _closing(text, inner, paragraph)
        if closing:
            if inner < end:
                yield Quotation(
                    outer=Span(start=place, end=end + closing), inner=Span(start=inner, end=end)
                )
            place = end + closing
        elif goes_on and inner < paragraph.end:
            yield Quotation(
                outer=Span(start=place, end=paragraph.end),
                inner=Span(start=inner, end=paragraph.end),
                unfinished=True,
            )
            return
        else:
            place = inner


def _opens(text: str, place: int, paragraph: Span) -> int:
    """Characters of an opening mark that stands here; 0 for none."""
    if text[place] in _OPENS:
        return 1
    if text[place] == "”" and place == paragraph.start:
        return 1  # set the wrong way round
    width = 1 if text[place] == '"' else 2 if text.startswith("''", place) else 0
    if not width or place + width >= paragraph.end:
        return 0
    before = text[place - 1] if place > paragraph.start else " "
    fits = before.isspace() or before in _BEFORE_OPENING
    return width if fits and not text[place + width].isspace() else 0


def _closing(text: str, place: int, paragraph: Span) -> tuple[int, int]:
    """Where the mark stands that closes what was opened before ``place``, and how wide it is."""
    opened = text[place - 1]
    for at in range(place, min(paragraph.end, place + LONGEST)):
        if opened in _OPENS + "”":
            if text[at] in _CLOSES:
                return at, 1
            # A typist's slip: the closing mark curves the wrong way, or not at all.
            if text[at] in '“"' and _ends(text, at + 1, paragraph):
                return at, 1
        elif opened == '"' and text[at] in '"”' and _ends(text, at + 1, paragraph):
            return at, 1
        elif opened == "'" and text.startswith("''", at) and _ends(text, at + 2, paragraph):
            return at, 2
    return place, 0


def _ends(text: str, after: int, paragraph: Span) -> bool:
    """Whether what stands after a mark shows that it closes."""
    return after >= paragraph.end or text[after].isspace() or text[after] in _AFTER_CLOSING
