"""The turns of a transcript or an interview: who is written to speak, before their words.

How a label is written, `rag.language.labels` tells. A word before a colon may as well be another
one, "UPDATE:", so an article has turns only where one is seen to answer another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.domain import Span
from rag.language.labels import Label, find_label_lines, read_label

# Where in a paragraph a label may stand: at the start of a line, and "Q: …? A: …" in one.
_PLACE = re.compile(r"\n(?=\S)|(?<=[.?!])\s(?=A[.:]\s)")
_LINE = re.compile(r"[^\s][^\n]*")
_TITLE = re.compile(r"(?:#{1,6} )?[^\W\d_][^\d\[\](){}|/.:]{3,60}")  # "About the mill", no credit
_WORDS = re.compile(r"\S")
_HEADING = re.compile(r"#{1,6}\s|={2,}|[-*_=~]{3,}\s*$")
_STAGE = re.compile(r"[*_\"“]{0,2}\\?(?:\[[^\[\]]*\]|\([^()]*\))[*_\"”]{0,2}$")  # "[Applause]"
_ASIDE = re.compile(r"(?P<mark>[*_])(?![\s*_])[^*_\n]+(?P=mark)?$")  # a note
_ENDS = re.compile(r"[.?!…][\s\"”’'»)\]*_]*$")
_ASKS = re.compile(r"\?[\s\"”’'»)\]*_]*$")
SPARSE = 4  # paragraphs a turn from which an article only quotes from a conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A paragraph, or the lines of one that stand under a label."""

    span: Span
    label: Label | None = None
    words: Span  # without the label
    headed: bool = False  # whether what may be a heading stands above it


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one says before another does."""

    label: Label | None  # None: the unlabelled answer to a labelled question
    pieces: tuple[Piece, ...]


def find_pieces(text: str, paragraphs: Sequence[Span]) -> list[Piece]:
    """Paragraphs, cut where a label begins a line of theirs; those under a line that is one."""
    lines = find_label_lines(text)
    pieces: list[Piece] = []
    end = 0
    for paragraph in paragraphs:
        here = _cut(text, paragraph, lines)
        above = end < paragraph.start  # nothing is above the first one of a text without a title
        if lines and above and here and here[0].label is None:
            here[0] = _under_line(text, Span(start=end, end=paragraph.start), here[0], lines)
        pieces += here
        end = paragraph.end
    return pieces


def _cut(text: str, paragraph: Span, lines: Mapping[int, Label | None]) -> list[Piece]:
    """The pieces of a paragraph."""
    places = [match.end() for match in _PLACE.finditer(text, paragraph.start, paragraph.end)]
    labels = [
        (place, label)
        for place in (paragraph.start, *places)
        if (label := _label_at(text, place, paragraph.end, lines))
    ]
    starts = [place for place, _ in labels]
    pieces = []
    if paragraph.start not in starts:
        first = Span(start=paragraph.start, end=min(starts, default=paragraph.end))
        pieces.append(Piece(span=first, words=first))
    for (start, label), end in zip(labels, (*starts[1:], paragraph.end), strict=False):
        end = start + len(text[start:end].rstrip())
        if not _STAGE.match(text, label.end, end):  # "LARK: (laughs)"
            words = Span(start=label.end, end=end)
            pieces.append(Piece(span=Span(start=start, end=end), label=label, words=words))
    return pieces


def _label_at(text: str, place: int, end: int, lines: Mapping[int, Label | None]) -> Label | None:
    label = lines.get(place)
    if label is None:
        return read_label(text, place, end)
    words = _WORDS.search(text, label.end, end)
    return replace(label, end=words.start()) if words else None


def _under_line(text: str, gap: Span, piece: Piece, lines: Mapping[int, Label | None]) -> Piece:
    """A piece with what stands above it and is no evidence: a label, or a heading."""
    above = list(_LINE.finditer(text, gap.start, gap.end))
    last = next((lines[line.start()] for line in reversed(above) if line.start() in lines), None)
    headed = any(line.start() in lines or _TITLE.fullmatch(line[0]) for line in above)
    return replace(piece, label=last, headed=headed and not last)


def is_transcript(text: str, pieces: Sequence[Piece]) -> bool:
    """Whether the labels of an article are speakers: several, who talk to each other in sentences.

    One asks, or one of two comes again after the other. Fields, "From: …", and notes, "Warning: …",
    do neither, or end no sentence.
    """
    turns = [piece for piece in pieces if piece.label]
    names = [_written(text, piece) for piece in turns]
    if sum(piece.label.bracketed for piece in pieces if piece.label) > 1:
        return True
    if len(set(names)) < 2 or 2 * sum(_says(text, one) for one in turns) < len(turns):
        return False
    asks = any(_ASKS.search(text, one.words.start, one.words.end) for one in turns)
    returns = any(one == names[n + 2] != names[n + 1] for n, one in enumerate(names[:-2]))
    return asks or (returns and all(name.isupper() or " " in name for name in names))


def find_turns(
    text: str, pieces: Sequence[Piece], *, tells: Callable[[Piece, str], bool]
) -> Iterator[Turn]:
    """The turns of a transcript.

    A turn goes on over paragraphs without a label until the next speaker or a heading. The last
    one, and one in an article that only quotes from a conversation, ends where the article tells
    something itself.

    Args:
        text: The article's text.
        pieces: Its pieces, in order.
        tells: Whether a piece tells of what somebody says, or of the speaker of that label.
    """
    pieces = _without_fields(text, pieces)
    names = Counter(_written(text, piece) for piece in pieces if piece.label)
    last = max((n for n, piece in enumerate(pieces) if piece.label), default=-1)
    sparse = len(pieces) > SPARSE * names.total()
    starts = [n for n, piece in enumerate(pieces) if piece.label]
    for start, end in zip(starts, (*starts[1:], len(pieces)), strict=False):
        first, name = pieces[start], _written(text, pieces[start])
        more = []
        for piece in pieces[start + 1 : end]:
            told = piece.headed or ((sparse or start == last) and tells(piece, name))
            if told or _HEADING.match(text, piece.span.start, piece.span.end):
                break
            place = (text, piece.span.start, piece.span.end)
            if not _STAGE.match(*place) and not _ASIDE.match(*place):
                more.append(piece)
        if len(names) == 1 and _ASKS.search(text, first.words.start, first.words.end):
            yield Turn(label=first.label, pieces=(first,))
            if more:
                yield Turn(label=None, pieces=tuple(more))
        else:
            yield Turn(label=first.label, pieces=(first, *more))


def _without_fields(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces whose labels are speakers: none is who stands once, above all that is said.

    So "Interview: Ada Lark · 9 December" is none.
    """
    names = Counter(_written(text, piece) for piece in pieces if piece.label)
    said = next((n for n, one in enumerate(pieces) if one.label and _says(text, one)), 0)
    return [
        replace(one, label=None) if n < said and names[_written(text, one)] == 1 else one
        for n, one in enumerate(pieces)
    ]


def _written(text: str, piece: Piece) -> str:
    return text[piece.label.name.start : piece.label.name.end] if piece.label else ""


def _says(text: str, piece: Piece) -> bool:
    """Whether a label stands before a sentence."""
    return bool(_ENDS.search(text, piece.words.start, piece.words.end))
