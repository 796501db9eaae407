"""Gutters: the strips between the columns of a page, and not those between the cells of a table.

A gutter is a strip that no word of several lines in a row touches. All such strips are found in one
pass down the page: the largest empty rectangles of Breuel, "Two Geometric Algorithms for Layout
Analysis", 2002. Beside a gutter stands prose, lines as long as the column allows that go on in
small letters; or what stands left and right is not on the same baselines. No table has that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rag.load.pdf_page import Box, Word

# All widths and heights are shares of the font size.
_GUTTER = 0.8  # the narrowest strip between columns
_ASCENT, _DESCENT = 0.75, 0.2
_LEAST_HEIGHT = 1.8  # of a strip: two lines
_LINES = 3  # that each column has beside a gutter
_MANY = 8  # lines: where there are fewer, gaps in loose lines may lie below each other by chance
_WIDER, _WIDER_ROWS = 1.4, 0.6  # than the gaps between words, in so many rows
_ALIKE = 1.15  # gaps of a justified line differ by less: programs round their places
_LOOSEST = 2.5  # gaps of a justified line are no wider
_FLUSH = 0.05  # how exactly the lines of justified columns end in one place
_EDGE, _ALIGNED = 0.35, 0.6  # how exactly lines begin in one place, and how many of a column
_PROSE_WIDTH = 5.0  # of a line of prose: ten letters or so
_PROSE_LONG, _PROSE_FULL, _PROSE_SMALL = 0.6, 0.5, 0.25  # shares of lines
_HEADLINE, _CLEAR = 1.15, 0.3  # how large one is, and how far from what is above and below
_WIDE = 1.5  # a strip between columns of two lines
_LEVEL_ROWS = 0.7  # of the cells of a table more have one in the same row
_DENSE = 0.6  # lines of a list, as a share of those of the prose beside it
NEXT_LINE = 2.5  # lines further apart are not of one paragraph


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one row without a wide gap between, from left to right."""

    words: list[Word]
    x0: float
    x1: float
    y: float
    size: float

    @property
    def top(self) -> float:
        """Where its letters begin."""
        return self.y - _ASCENT * self.size

    @property
    def bottom(self) -> float:
        """Where its letters end."""
        return self.y + _DESCENT * self.size


@dataclass(frozen=True, slots=True)
class Strip:
    """An empty rectangle."""

    x0: float
    x1: float
    top: float
    bottom: float

    def parts(self, left: Piece, right: Piece) -> bool:
        """Whether it lies between two pieces of a row."""
        between = left.x1 <= self.x0 + 0.1 and right.x0 >= self.x1 - 0.1
        return between and self.top <= left.y <= self.bottom

    def holds(self, other: Strip) -> bool:
        """Whether it is a wider part of a higher one."""
        wider = self.x0 <= other.x0 and other.x1 <= self.x1
        return wider and other.top <= self.top and self.bottom <= other.bottom


def find_gutters(rows: Sequence[Sequence[Piece]], boxes: Sequence[Box], size: float) -> list[Strip]:
    """Find what parts columns.

    Args:
        rows: Pieces of the page by their baselines, from the top; each row from left to right.
        boxes: Pictures and lines; a gutter ends where one spans it.
        size: Of most text.

    Returns:
        The highest first; of several in one place, only the highest.
    """
    strips = _strips(rows, boxes, size)
    found: list[Strip] = []
    for _ in range(2):  # those of the first round show where the columns beside others end
        for strip in strips:
            if not any(strip.holds(other) for other in found) and _is_gutter(strip, rows, found):
                found.append(strip)
    return sorted(found, key=lambda strip: (strip.top - strip.bottom, strip.x0))


def _strips(rows: Sequence[Sequence[Piece]], boxes: Sequence[Box], size: float) -> list[Strip]:
    """The largest empty rectangles that may be gutters by their size, the highest first."""
    pieces = [piece for row in rows for piece in row]
    left, right = min(one.x0 for one in pieces), max(one.x1 for one in pieces)
    full = [
        (min(one.top for one in row), max(one.bottom for one in row), _filled(row)) for row in rows
    ]
    full += [(box.top, box.bottom, [(box.x0, box.x1)]) for box in boxes if _is_between(box, pieces)]
    full += [(one.top, one.bottom, [(left, right)]) for one in _headlines(rows, size)]
    width, height = _GUTTER * size, _LEAST_HEIGHT * size
    found: list[Strip] = []

    def end(span: tuple[float, float], top: float, bottom: float) -> None:
        if bottom - top >= height and span[0] > left and span[1] < right:
            found.append(Strip(*span, top, bottom))

    full.sort()
    open_ = {(left, right): full[0][0]}  # what is empty so far -> since where
    for top, bottom, filled in full:
        cut: dict[tuple[float, float], float] = {}
        for span, since in open_.items():
            rest = list(_left_of(span, filled, width))
            if rest != [span]:
                end(span, since, top)
            for each in rest:
                cut[each] = min(since, cut.get(each, since))
        cut.setdefault((left, right), bottom)
        open_ = _largest(cut)
    for span, since in open_.items():
        end(span, since, max(bottom for _, bottom, _ in full))
    return sorted(found, key=lambda strip: (strip.top - strip.bottom, strip.x0))


def _filled(row: Sequence[Piece]) -> list[tuple[float, float]]:
    return [(piece.x0, piece.x1) for piece in row]


def _left_of(
    span: tuple[float, float], filled: Sequence[tuple[float, float]], width: float
) -> Iterator[tuple[float, float]]:
    """What of an interval is still empty, and wide enough."""
    start, last = span
    for x0, x1 in filled:
        if x1 <= start:
            continue
        if x0 >= last:
            break
        if x0 - start >= width:
            yield start, x0
        start = x1
    if last - start >= width:
        yield start, last


def _largest(open_: dict[tuple[float, float], float]) -> dict[tuple[float, float], float]:
    """Without those that lie in another which is as high."""
    kept: dict[tuple[float, float], float] = {}
    for (a, b), since in sorted(open_.items(), key=lambda one: (one[1], one[0][0] - one[0][1])):
        if not any(c <= a and b <= d for c, d in kept):
            kept[a, b] = since
    return kept


def _headlines(rows: Sequence[Sequence[Piece]], size: float) -> Iterator[Piece]:
    """Large lines that stand over all columns, though they are shorter than the first.

    Beside one there is nothing, and columns end above it and begin below.
    """
    for at, row in enumerate(rows):
        one = row[0]
        if len(row) > 1 or one.size < _HEADLINE * size:
            continue
        above, below = rows[max(0, at - _LINES) : at], rows[at + 1 : at + 1 + _LINES]
        near = [each for other in (*above, *below) for each in other]
        apart = all(
            each.bottom < one.top - _CLEAR * size or each.top > one.bottom + _CLEAR * size
            for each in near
        )
        parted = [
            any(len(other) > 1 and other[-1].x0 > one.x1 for other in each)
            for each in (above, below)
        ]
        if apart and all(parted):
            yield one


def _is_between(box: Box, pieces: Sequence[Piece]) -> bool:
    """Whether a picture or line stands between the text, not behind it."""
    behind = any(
        box.top < one.y - 0.3 * one.size < box.bottom and one.x0 < box.x1 and box.x0 < one.x1
        for one in pieces
    )
    return not behind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """What lies beside a strip: a line of each row, with its first word."""

    lefts: list[tuple[Word, Piece]]
    rights: list[tuple[Word, Piece]]
    level: int  # rows that have both
    wider: int  # of these, rows with a gap wider than those between their words


def _sides(strip: Strip, rows: Sequence[Sequence[Piece]], others: Sequence[Strip]) -> _Sides:
    """What lies on both sides of a strip, up to the next gutters."""
    lefts: list[tuple[Word, Piece]] = []
    rights: list[tuple[Word, Piece]] = []
    level = wider = 0
    for row in rows:
        y = row[0].y
        if not strip.top <= y <= strip.bottom:
            continue
        beside = [other for other in others if other.top <= y <= other.bottom]
        begin = max((each.x1 for each in beside if each.x1 <= strip.x0), default=-math.inf)
        end = min((each.x0 for each in beside if each.x0 >= strip.x1), default=math.inf)
        before = [one for one in row if begin - 0.1 <= one.x0 and one.x1 <= strip.x0 + 0.1]
        after = [one for one in row if strip.x1 - 0.1 <= one.x0 and one.x1 <= end + 0.1]
        if before:
            lefts.append(_side(before[::-1]))
        if after:
            rights.append(_side(after))
        if before and after:
            level += 1
            wider += _is_wider(before, after)
    return _Sides(lefts=lefts, rights=rights, level=level, wider=wider)


def _is_gutter(strip: Strip, rows: Sequence[Sequence[Piece]], others: Sequence[Strip]) -> bool:
    """Whether what lies on both sides are columns and no cells."""
    found = _sides(strip, rows, others)
    lefts, rights = found.lefts, found.rights
    lines = min(len(lefts), len(rights))
    if lines < _LINES - 1:
        return False
    size = median(line.size for _, line in rights)
    if lines < _LINES and strip.x1 - strip.x0 < _WIDE * size:
        return False
    aligned = _is_aligned([line.x0 for _, line in rights], _EDGE * size)
    parted = found.wider >= _WIDER_ROWS * found.level or (
        _is_aligned([line.x1 for _, line in lefts], _FLUSH * size)
        and _is_aligned([line.x0 for _, line in rights], _FLUSH * size)
    )
    if lines < _MANY and not (aligned and parted):
        return False
    lettered = _is_lettered(lefts) and _is_lettered(rights)
    if lines >= 2 * _LINES and found.level < _LEVEL_ROWS * lines and lettered:
        return True
    left, right = _is_prose(lefts), _is_prose(rights)
    if left == right or lines < _LINES:
        return left and right
    # A list or an address beside prose; terms beside what explains them are fewer than its lines.
    prose, other = (lefts, rights) if left else (rights, lefts)
    return len(other) >= _DENSE * len(prose) and _is_long(other)


def _is_wider(before: Sequence[Piece], after: Sequence[Piece]) -> bool:
    """Whether a gap is wider than those between words: in a loose line, all are as wide."""
    words = [word for piece in (*before, *after) for word in piece.words]
    own = after[0].x0 - before[-1].x1
    others = [b.x0 - a.x1 for a, b in pairwise(words)]
    others.remove(max(others, key=lambda gap: -abs(gap - own)))
    return len(others) < 2 or own >= _WIDER * median(others)


def _is_aligned(starts: Sequence[float], width: float) -> bool:
    """Whether most lines begin in one place: in loose lines, gaps may lie below each other too."""
    most = max(sum(start <= each <= start + width for each in starts) for start in starts)
    return most >= _ALIGNED * len(starts)


def _side(row: Sequence[Piece]) -> tuple[Word, Piece]:
    """The line of a column that begins or ends a row, with its first word.

    Args:
        row: Pieces, from the gutter outwards.
    """
    own = [row[0]]
    loose = _loose_gap(row)
    for piece in row[1:]:
        gap = max(piece.x0 - own[-1].x1, own[-1].x0 - piece.x1)
        if gap > max(1.5 * piece.size, loose):
            break
        own.append(piece)
    first = min(own, key=lambda piece: piece.x0)
    line = Piece(first.words, first.x0, max(one.x1 for one in own), first.y, first.size)
    return first.words[0], line


def _loose_gap(row: Sequence[Piece]) -> float:
    """How wide the gaps of a justified line are by its first two; 0 where these differ.

    Args:
        row: Pieces, from the gutter outwards.
    """
    words = [word for piece in row for word in piece.words]
    gaps = [
        b.x0 - a.x1 for a, b in pairwise(sorted(words, key=lambda word: word.x0)) if b.x0 > a.x1
    ]
    if row[0].x0 > row[-1].x0:
        gaps.reverse()
    two = gaps[:2]
    return _ALIKE * min(two) if len(two) == 2 and max(two) <= _ALIKE * min(two) else 0.0


def is_loose(words: Sequence[Word]) -> bool:
    """Whether words are those of a justified line: the gaps between them are wide, and alike."""
    gaps = [b.x0 - a.x1 for a, b in pairwise(words)]
    lettered = sum(any(map(str.isalpha, word.text)) for word in words)
    size = max((word.size for word in words), default=0.0)
    alike = len(gaps) > 2 and 0 < max(gaps) <= min(_ALIKE * min(gaps), _LOOSEST * size)
    return alike and lettered >= _PROSE_LONG * len(words)


def _is_prose(lines: Sequence[tuple[Word, Piece]]) -> bool:
    pairs = [
        (one, first, other)
        for (_, one), (first, other) in pairwise(lines)
        if other.y - one.y < NEXT_LINE * other.size
    ]
    if not pairs:
        return False
    edge = max(line.x1 for _, line in lines)
    full = sum(one.x1 + (first.x1 - first.x0) + 0.25 * one.size > edge for one, first, _ in pairs)
    cased = [first.text for _, first, _ in pairs if first.text[0].lower() != first.text[0].upper()]
    small = sum(text[0].islower() for text in cased)
    if not _is_lettered(lines) or not _is_long(lines):
        return False
    return full >= _PROSE_FULL * len(pairs) and small >= _PROSE_SMALL * len(cased)


def _is_long(lines: Sequence[tuple[Word, Piece]]) -> bool:
    long = sum(line.x1 - line.x0 >= _PROSE_WIDTH * line.size for _, line in lines)
    return long >= _PROSE_LONG * len(lines)


def _is_lettered(lines: Sequence[tuple[Word, Piece]]) -> bool:
    """Whether most lines have a letter in their first words."""
    texts = ("".join(word.text for word in line.words) for _, line in lines)
    return sum(any(map(str.isalpha, text)) for text in texts) >= _PROSE_LONG * len(lines)
