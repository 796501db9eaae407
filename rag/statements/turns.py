"""The turns of a transcript or an interview: who is written to speak, before their words.

"Ada Lark: …", "**Ada Lark:** …", "LARK (harbour master): …", ">> LARK: …", "[ADA LARK] …",
"((Ada Lark)) …" as Wikinews has it, "Q: …" and "A: …". A word before a colon may as well be a
label, "UPDATE:", so an article has turns only where one is seen to answer another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.domain import Span
from rag.language.proper_names import PARTICLE, UPPER

_WORD = rf"{UPPER}[\w.’'-]{{0,40}}"
# Five words at most, and bounded: a paragraph of nothing but capitals must not take for ever.
_NAME = rf"{_WORD}(?: (?:{_WORD}|{PARTICLE})){{0,4}}"
_TIME = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?"
_BEFORE = rf"(?:>>+ ?|[-–—•] |[\"“*_]{{1,3}}|[(\[]?{_TIME}[)\]]? )"
_BESIDES = rf"(?:, [^:,\n]{{1,40}}| ?[(\[][^()\[\]\n]{{1,60}}[)\]]| {_TIME})"
_LABEL = re.compile(
    rf"{_BEFORE}{{0,3}}(?:\(\((?P<bracketed>[^()\n]{{1,60}})\)\)\s*:?\s*"
    # Two words or more: "[APPLAUSE]" names nobody.
    rf"|\[(?P<square>(?=[^a-z\] ]+ [^a-z\]]+\]){_NAME})\]\s*:?\s*"
    rf"|(?P<name>{_NAME})(?: \d{{1,2}})?{_BESIDES}?[*_]{{0,3}} ?[:：][*_]{{0,3}}\s+"
    r"|(?P<letter>[QA])(?:[*_]{0,3}[.:)]|[.:)][*_]{0,3})\s+)(?=\S)"
)
# Where in a paragraph a label may stand: at the start of a line, and "Q: …? A: …" in one.
_PLACE = re.compile(r"\n(?=\S)|(?<=[.?!])\s(?=A[.:]\s)")
_HEADING = re.compile(r"#{1,6}\s|={2,}|[-*_=~]{3,}\s*$")
_STAGE = re.compile(r"[*_\"“]{0,2}\\?(?:\[[^\[\]]*\]|\([^()]*\))[*_\"”]{0,2}$")  # "[Applause]"
_ENDS = re.compile(r"[.?!…][\s\"”’'»)\]*_]*$")
_ASKS = re.compile(r"\?[\s\"”’'»)\]*_]*$")
SPARSE = 4  # paragraphs a turn from which an article only quotes from a conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A paragraph, or the lines of one that stand under a label."""

    span: Span
    label: Span | None = None  # the name in the label
    words: Span  # without the label
    bracketed: bool = False  # "((Ada Lark))", which nothing else is written like


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one says before another does."""

    label: Span | None  # None: the unlabelled answer to a labelled question
    pieces: tuple[Piece, ...]


def find_pieces(text: str, paragraphs: Sequence[Span]) -> list[Piece]:
    """Paragraphs, cut where a label begins a line of theirs."""
    pieces = []
    for paragraph in paragraphs:
        places = [match.end() for match in _PLACE.finditer(text, paragraph.start, paragraph.end)]
        labels = [
            (place, match)
            for place in (paragraph.start, *places)
            if (match := _LABEL.match(text, place, paragraph.end))
        ]
        starts = [place for place, _ in labels]
        if paragraph.start not in starts:
            first = Span(start=paragraph.start, end=min(starts, default=paragraph.end))
            pieces.append(Piece(span=first, words=first))
        for (start, match), end in zip(labels, (*starts[1:], paragraph.end), strict=False):
            end = start + len(text[start:end].rstrip())
            if _STAGE.match(text, match.end(), end):
                continue  # "LARK: (laughs)"
            group = match.lastgroup or ""
            pieces.append(
                Piece(
                    span=Span(start=start, end=end),
                    label=Span(start=match.start(group), end=match.end(group)),
                    words=Span(start=match.end(), end=end),
                    bracketed=group == "bracketed",
                )
            )
    return pieces


def is_transcript(text: str, pieces: Sequence[Piece]) -> bool:
    """Whether the labels of an article are speakers: several, who talk to each other in sentences.

    One asks, or one of two comes again after the other. Fields, "From: …", and notes, "Warning: …",
    do neither, or end no sentence.
    """
    turns = [piece for piece in pieces if piece.label]
    names = [_written(text, piece) for piece in turns]
    if sum(piece.bracketed for piece in turns) > 1:
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
    names = Counter(_written(text, piece) for piece in pieces if piece.label)
    last = max((n for n, piece in enumerate(pieces) if piece.label), default=-1)
    sparse = len(pieces) > SPARSE * names.total()
    starts = [n for n, piece in enumerate(pieces) if piece.label]
    for start, end in zip(starts, (*starts[1:], len(pieces)), strict=False):
        first, name = pieces[start], _written(text, pieces[start])
        more = []
        for piece in pieces[start + 1 : end]:
            told = (sparse or start == last) and tells(piece, name)
            if told or _HEADING.match(text, piece.span.start, piece.span.end):
                break
            if not _STAGE.match(text, piece.span.start, piece.span.end):
                more.append(piece)
        if len(names) == 1 and _ASKS.search(text, first.words.start, first.words.end):
            yield Turn(label=first.label, pieces=(first,))
            if more:
                yield Turn(label=None, pieces=tuple(more))
        else:
            yield Turn(label=first.label, pieces=(first, *more))


def _written(text: str, piece: Piece) -> str:
    return text[piece.label.start : piece.label.end] if piece.label else ""


def _says(text: str, piece: Piece) -> bool:
    """Whether a label stands before a sentence."""
    return bool(_ENDS.search(text, piece.words.start, piece.words.end))
