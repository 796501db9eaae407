"""The words of a page with their places -> its lines, in the order in which people read them.

Columns are read one after the other, what spans them before and after. Between two columns lies a
gutter: a strip that no word of several lines in a row touches. All such strips are found in one
pass down the page (the largest empty rectangles of Breuel, "Two Geometric Algorithms for Layout
Analysis", 2002). Strips part the cells of a table too; there, each row is one line. Beside a gutter
of columns stands prose, lines as long as the column allows that go on in small letters; or what
stands left and right is not on the same baselines.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from rag.load.pdf_page import Box, Word

# All widths and heights are shares of the font size.
_LEVEL = 0.25  # baselines that differ by less are of one row
_PIECE = 0.6  # words with a gap less wide are never parted
_GUTTER = 0.8  # the narrowest strip between columns
_CELL = 2.0  # a gap so wide parts the cells of a row
_APART = 0.17  # a gap so wide is a space
_APART_SPACED = 0.03  # ... where a space was painted
_ASCENT, _DESCENT = 0.75, 0.2
_LEAST_HEIGHT = 2.5  # of a strip
_LINES = 3  # that each column has beside a gutter
_INDENT = 2.5  # so far from the edge of its column a line may begin
_NEXT_LINE = 2.5  # lines further apart are not of one paragraph
_PROSE_WIDTH = 5.0  # of a line of prose: ten letters or so
_PROSE_LONG, _PROSE_FULL, _PROSE_SMALL = 0.6, 0.5, 0.25  # shares of lines
_LEVEL_ROWS = 0.7  # of the cells of a table more have one in the same row
_DENSE = 0.6  # lines of a list, as a share of those of the prose beside it
_GAP = 1.45  # of the usual distance of lines: a wider one is a blank line
_RAISED, _RAISED_MOST = 0.12, 0.75
_LOWERED_MOST = 0.45
_SMALLER = 0.85
_SHORT = 8  # characters that may be raised
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


class Bit(NamedTuple):
    """Words of one line that are set in one way."""

    text: str
    raised: bool  # above the baseline, as marks of notes and powers are
    glued: bool  # to what stands before


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text as people read it."""

    bits: tuple[Bit, ...]
    x0: float
    x1: float
    y: float
    size: float
    row: bool = False  # has cells, as a row of a table
    fill: float = 1.0  # how much of the width of its column it has
    blank: bool = False  # an empty line stands before it
    column: int = 0  # lines of one number stand below each other

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(f"{'' if bit.glued else ' '}{bit.text}" for bit in self.bits).strip()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words of one row without a wide gap between."""

    words: list[Word]
    x0: float
    x1: float
    y: float
    size: float

    @property
    def top(self) -> float:
        return self.y - _ASCENT * self.size

    @property
    def bottom(self) -> float:
        return self.y + _DESCENT * self.size


@dataclass(frozen=True, slots=True)
class _Strip:
    """An empty rectangle."""

    x0: float
    x1: float
    top: float
    bottom: float

    def parts(self, left: _Piece, right: _Piece) -> bool:
        between = left.x1 <= self.x0 + 0.1 and right.x0 >= self.x1 - 0.1
        return between and self.top <= left.y <= self.bottom

    def holds(self, other: _Strip) -> bool:
        """Whether it is a wider part of a higher one."""
        wider = self.x0 <= other.x0 and other.x1 <= self.x1
        return wider and other.top <= self.top and self.bottom <= other.bottom


def read_lines(words: Sequence[Word], boxes: Sequence[Box] = ()) -> list[Line]:
    """Put the words of a page into lines, and the lines into order.

    Args:
        words: Words that run in one direction, in any order.
        boxes: Pictures and lines; what spans two columns ends both.

    Returns:
        Lines; numbers of their columns rise.
    """
    if not words:
        return []
    rows, raised = _rows(words)
    pieces = [_pieces(row) for row in rows]
    size = median(word.size for word in words)
    strips = _gutters(_strips(pieces, boxes, size), pieces)
    lines = [line for row in pieces for line in _lines(row, strips, raised)]
    columns = [column for column in _ordered(lines, strips) if column]
    return [line for number, column in enumerate(columns) for line in _measured(column, number)]


# --- rows and pieces ------------------------------------------------------------------------------


def _rows(words: Sequence[Word]) -> tuple[list[list[Word]], dict[Word, list[Word]]]:
    """Words by baselines, from top to bottom; and what is raised or lowered, by the word before.

    A mark at the beginning of a line is kept by the word after it.
    """
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.y, word.x0)):
        if rows and word.y - rows[-1][0].y < _LEVEL * min(word.size, rows[-1][0].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        row.sort(key=lambda word: word.x0)
    shifted: dict[Word, list[Word]] = {}
    kept = []
    for at, row in enumerate(rows):
        near = [word for other in _near(rows, at) for word in other]
        rest = []
        for word in row:
            host = _host(word, row, near) if len(word.text) <= _SHORT else None
            if host:
                shifted.setdefault(host, []).append(word)
            else:
                rest.append(word)
        if rest:
            kept.append(rest)
    return kept, shifted


def _near(rows: Sequence[Sequence[Word]], at: int) -> Iterator[Sequence[Word]]:
    y = rows[at][0].y
    for step in (1, -1):
        place = at + step
        while 0 <= place < len(rows) and abs(rows[place][0].y - y) < 2 * rows[place][0].size:
            yield rows[place]
            place += step


def _host(word: Word, row: Sequence[Word], near: Sequence[Word]) -> Word | None:
    """The word that a raised or lowered one belongs to: the one before, else the one after."""
    others = [other for other in row if other is not word and other.size > 1.2 * word.size]
    best: tuple[float, Word] | None = None
    for other in [*near, *others]:
        up = (other.y - word.y) / other.size
        if not (_RAISED <= up <= _RAISED_MOST or -_LOWERED_MOST <= up <= -0.08):
            continue
        if word.size > 1.05 * other.size or (up < 0 and word.size > 0.85 * other.size):
            continue
        after, before = (word.x0 - other.x1) / other.size, (other.x0 - word.x1) / other.size
        gap = after if -0.3 <= after <= _PIECE else before + 1 if -0.3 <= before <= _PIECE else None
        if gap is not None and (best is None or gap < best[0]):
            best = gap, other
    return best[1] if best else None


def _pieces(row: Sequence[Word]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for word in row:
        last = pieces[-1] if pieces else None
        if last and word.x0 - last.x1 < _PIECE * max(word.size, last.size):
            again = last.words[-1]
            if again.text == word.text and word.x0 - again.x0 < 0.3 * word.size:
                continue  # painted twice, to look bold
            pieces[-1] = _Piece(
                [*last.words, word],
                last.x0, max(last.x1, word.x1), last.y, max(last.size, word.size),
            )  # fmt: skip
        else:
            pieces.append(_Piece([word], word.x0, word.x1, word.y, word.size))
    return pieces


# --- gutters --------------------------------------------------------------------------------------


def _strips(rows: Sequence[Sequence[_Piece]], boxes: Sequence[Box], size: float) -> list[_Strip]:
    """The largest empty rectangles that may be gutters by their size, the highest first."""
    pieces = [piece for row in rows for piece in row]
    left, right = min(one.x0 for one in pieces), max(one.x1 for one in pieces)
    full = [
        (min(one.top for one in row), max(one.bottom for one in row), _filled(row)) for row in rows
    ]
    full += [(box.top, box.bottom, [(box.x0, box.x1)]) for box in boxes if _is_between(box, pieces)]
    width, height = _GUTTER * size, _LEAST_HEIGHT * size
    found: list[_Strip] = []

    def end(span: tuple[float, float], top: float, bottom: float) -> None:
        if bottom - top >= height and span[0] > left and span[1] < right:
            found.append(_Strip(*span, top, bottom))

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


def _filled(row: Sequence[_Piece]) -> list[tuple[float, float]]:
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


def _gutters(strips: Sequence[_Strip], rows: Sequence[Sequence[_Piece]]) -> list[_Strip]:
    """Those strips that part columns; of several in one place, the highest."""
    found: list[_Strip] = []
    for strip in strips:
        if not any(strip.holds(other) for other in found) and _is_gutter(strip, rows, found):
            found.append(strip)
    return found


def _is_between(box: Box, pieces: Sequence[_Piece]) -> bool:
    """Whether a picture or line stands between the text, not behind it."""
    behind = any(
        box.top < one.y - 0.3 * one.size < box.bottom and one.x0 < box.x1 and box.x0 < one.x1
        for one in pieces
    )
    return not behind


def _is_gutter(strip: _Strip, rows: Sequence[Sequence[_Piece]], others: Sequence[_Strip]) -> bool:
    """Whether what lies on both sides, up to the next gutters, are columns and no cells."""
    lefts: list[tuple[Word, _Piece]] = []
    rights: list[tuple[Word, _Piece]] = []
    level = 0
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
        level += bool(before and after)
    if not rights:
        return False
    near = strip.x1 + _INDENT * median(line.size for _, line in rights)
    if min(len(lefts), sum(line.x0 <= near for _, line in rights)) < _LINES:
        return False
    left, right = _is_prose(lefts), _is_prose(rights)
    fewer = min(len(lefts), len(rights))
    if fewer >= 2 * _LINES and level < _LEVEL_ROWS * fewer:
        return True
    if left == right:
        return left
    # A list or an address beside prose; terms beside what explains them are fewer than its lines.
    prose, other = (lefts, rights) if left else (rights, lefts)
    return len(other) >= _DENSE * len(prose) and _is_long(other)


def _side(row: Sequence[_Piece]) -> tuple[Word, _Piece]:
    """The line of a column that begins or ends a row, with its first word.

    Args:
        row: Pieces, from the gutter outwards.
    """
    own = [row[0]]
    for piece in row[1:]:
        gap = max(piece.x0 - own[-1].x1, own[-1].x0 - piece.x1)
        if gap > 1.5 * piece.size:
            break
        own.append(piece)
    first = min(own, key=lambda piece: piece.x0)
    line = _Piece(first.words, first.x0, max(one.x1 for one in own), first.y, first.size)
    return first.words[0], line


def _is_prose(lines: Sequence[tuple[Word, _Piece]]) -> bool:
    pairs = [
        (one, first, other)
        for (_, one), (first, other) in pairwise(lines)
        if other.y - one.y < _NEXT_LINE * other.size
    ]
    if not pairs:
        return False
    edge = max(line.x1 for _, line in lines)
    full = sum(one.x1 + (first.x1 - first.x0) + 0.25 * one.size > edge for one, first, _ in pairs)
    lettered = sum(any(map(_is_lettered, line.words)) for _, line in lines)
    cased = [first.text for _, first, _ in pairs if first.text[0].lower() != first.text[0].upper()]
    small = sum(text[0].islower() for text in cased)
    if lettered < _PROSE_LONG * len(lines) or not _is_long(lines):
        return False
    return full >= _PROSE_FULL * len(pairs) and small >= _PROSE_SMALL * len(cased)


def _is_long(lines: Sequence[tuple[Word, _Piece]]) -> bool:
    long = sum(line.x1 - line.x0 >= _PROSE_WIDTH * line.size for _, line in lines)
    return long >= _PROSE_LONG * len(lines)


def _is_lettered(word: Word) -> bool:
    return any(map(str.isalpha, word.text))


# --- lines and their order ------------------------------------------------------------------------


def _lines(
    row: Sequence[_Piece], strips: Sequence[_Strip], shifted: dict[Word, list[Word]]
) -> Iterator[Line]:
    """The lines of a row: it is cut where a gutter is."""
    cells = [row[0]]
    for piece in row[1:]:
        if any(strip.parts(cells[-1], piece) for strip in strips):
            yield _line(cells, shifted)
            cells = []
        cells.append(piece)
    yield _line(cells, shifted)


def _line(cells: Sequence[_Piece], shifted: dict[Word, list[Word]]) -> Line:
    words = [word for cell in cells for word in cell.words]
    gaps = [
        (b.x0 - a.x1) / max(a.size, b.size)
        for a, b in pairwise(cells)
        if a.words[-1] not in shifted and b.words[0] not in shifted
    ]
    if _is_leftward(words):
        words.reverse()
    bits: list[Bit] = []
    before: Word | None = None
    for word in words:
        own = shifted.get(word, [])
        marks = sorted(own, key=lambda mark: mark.x0)
        ahead = [
            mark for mark in marks if mark.x1 <= word.x0 + 0.3 * mark.size and mark.x0 < word.x0
        ]
        for mark in ahead:
            bits.append(Bit(mark.text, mark.y < word.y, glued=False))
        bits.append(Bit(word.text, raised=False, glued=not bits or _touches(before, word)))
        before = word
        for mark in marks:
            if mark not in ahead:
                bits.append(Bit(mark.text, mark.y < word.y, glued=_touches(before, mark)))
                before = mark if mark.x1 > word.x1 else word
    size = median(word.size for word in words)
    return Line(
        bits=tuple(bits),
        x0=cells[0].x0,
        x1=cells[-1].x1,
        y=cells[0].y,
        size=size,
        row=any(gap >= _CELL for gap in gaps) or sum(gap >= _CELL / 2 for gap in gaps) > 1,
    )


def _touches(before: Word | None, word: Word) -> bool:
    if before is None:
        return False
    gap = max(word.x0 - before.x1, before.x0 - word.x1) / min(word.size, before.size)
    unlike = min(word.size, before.size) < _SMALLER * max(word.size, before.size)
    if unlike and before.text[-1].isdigit() and word.text[0].isdigit():
        return False  # 48 and the small 1/2 after it are not 481/2
    if _UNSPACED.match(before.text[-1]) and _UNSPACED.match(word.text[0]):
        return gap < 0.5
    return gap < (_APART_SPACED if word.spaced else _APART)


def _is_leftward(words: Sequence[Word]) -> bool:
    letters = [char for word in words for char in word.text if char.isalpha()]
    leftward = sum("\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufefc" for char in letters)
    return 2 * leftward > len(letters)


def _ordered(lines: list[Line], strips: Sequence[_Strip]) -> Iterator[list[Line]]:
    """The lines in groups that stand below each other, in order."""
    for strip in strips:
        middle = (strip.x0 + strip.x1) / 2
        inside = [line for line in lines if strip.top <= line.y <= strip.bottom]
        left = [line for line in inside if line.x1 <= middle]
        right = [line for line in inside if line.x0 >= middle]
        if left and right and len(left) + len(right) == len(inside):
            rest = [each for each in strips if each is not strip]
            yield from _ordered([line for line in lines if line.y < strip.top], rest)
            yield from _ordered(left, rest)
            yield from _ordered(right, rest)
            yield from _ordered([line for line in lines if line.y > strip.bottom], rest)
            return
    yield sorted(lines, key=lambda line: (line.y, line.x0))


def _measured(column: Sequence[Line], number: int) -> Iterator[Line]:
    """The lines of a column, with what their places in it tell."""
    ends = sorted(line.x1 for line in column)
    left, right = min(line.x0 for line in column), ends[int(0.9 * (len(ends) - 1))]
    steps = [b.y - a.y for a, b in pairwise(column) if 0 < b.y - a.y < _NEXT_LINE * b.size]
    usual = median(steps) if steps else 0.0
    above: Line | None = None
    for line in column:
        step = (line.y - above.y) / line.size if above else 0.0
        blank = bool(above and usual and line.y - above.y > _GAP * usual) or step > _NEXT_LINE
        fill = (line.x1 - left) / max(right - left, 1.0)
        yield replace(line, column=number, fill=fill, blank=blank)
        above = line
