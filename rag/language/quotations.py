"""Text -> its quotations: what stands between quotation marks, over paragraphs where it goes on."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.domain import Span

LONGEST = 3_000  # characters of a paragraph's quotation; a mark that stays open longer is a slip
_OPENS, _CLOSES = "“«„", "”»"
_BEFORE_OPENING = "([—–-‘'/"  # besides a space or the start of a paragraph
_ENDS = r"(?=[\s.,;:!?)\]—–\-…’']|\Z)"  # what shows that a mark closes
_MARK = re.compile(f"[{_OPENS}”\"]|''")
# A typist's slip: the closing mark curves the wrong way, or not at all.
_CLOSES_CURVED = re.compile(f'[{_CLOSES}]|[“"]{_ENDS}')
_CLOSES_STRAIGHT = re.compile(f'["”]{_ENDS}')
_CLOSES_DOUBLED = re.compile(f"'(?=')(?='{_ENDS})")


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
    closings: dict[str, list[int]] = {}  # by what opens; found once, however many stay open
    place = paragraph.start
    while mark := _MARK.search(text, place, paragraph.end):
        place = mark.start()
        width = _opens(text, place, paragraph)
        if not width:
            place += 1
            continue
        inner = place + width
        opened = text[place]
        if opened not in closings:
            closings[opened] = _closings(text, opened, paragraph)
        end = _next(closings[opened], inner, inner + LONGEST)
        if end is not None:
            if inner < end:
                yield Quotation(
                    outer=Span(start=place, end=end + _width(opened, text[end])),
                    inner=Span(start=inner, end=end),
                )
            place = end + _width(opened, text[end])
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


def _closings(text: str, opened: str, paragraph: Span) -> list[int]:
    """Where in a paragraph something stands that can close what ``opened`` opens."""
    pattern = {'"': _CLOSES_STRAIGHT, "'": _CLOSES_DOUBLED}.get(opened, _CLOSES_CURVED)
    return [match.start() for match in pattern.finditer(text, paragraph.start, paragraph.end)]


def _next(places: Sequence[int], start: int, end: int) -> int | None:
    """The first of some places in order that lies in a half-open range."""
    at = bisect_left(places, start)
    return places[at] if at < len(places) and places[at] < end else None


def _width(opened: str, closing: str) -> int:
    return 2 if opened == closing == "'" else 1
