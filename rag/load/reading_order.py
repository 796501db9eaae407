"""The words of a page with their places -> its lines, in the order in which people read them.

Columns are read one after the other, what spans them before and after. The cells of a row of a
table make one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from statistics import median
from typing import NamedTuple

from rag.load.gutters import NEXT_LINE, Piece, Strip, find_gutters, is_loose
from rag.load.pdf_page import Box, Word
from rag.load.spelled import spelled

# All widths and heights are shares of the font size.
_LEVEL = 0.25  # baselines that differ by less are of one row
_PIECE = 0.6  # words with a gap less wide are never parted
_CELL = 2.0  # a gap so wide parts the cells of a row
_APART = 0.17  # a gap so wide is a space
_APART_SPACED = 0.03  # ... where a space was painted
_GAP = 1.45  # of the usual distance of lines: a wider one is a blank line
_RAISED, _RAISED_MOST = 0.12, 0.75
_LOWERED_MOST = 0.45
_SMALLER = 0.85
_WRAPPED = 1.7  # lines of one cell are no further apart
_BEGINS = 0.35  # how exactly they begin in one place
_SHORT = 8  # characters that may be raised
UNSPACED = re.compile(  # scripts without spaces
    r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
)


class Bit(NamedTuple):
    """Words of one line that are set in one way."""

    text: str
    raised: bool  # above the baseline, as marks of notes and powers are
    glued: bool  # to what stands before


class Cell(NamedTuple):
    """A cell of a row of a table."""

    x0: float
    x1: float
    bits: int  # how many of those of the line are its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text as people read it."""

    bits: tuple[Bit, ...]
    x0: float
    x1: float
    y: float
    size: float
    row: bool = False  # has cells, as a row of a table, or is part of one
    cells: tuple[Cell, ...] = ()
    fill: float = 1.0  # how much of the width of its column it has
    blank: bool = False  # an empty line stands before it
    column: int = 0  # lines of one number stand below each other

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(f"{'' if bit.glued else ' '}{bit.text}" for bit in self.bits).strip()


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
    strips = find_gutters(pieces, boxes, size)
    lines = [line for row in pieces for line in _lines(row, strips, raised)]
    columns = [column for column in _ordered(lines, strips) if column]
    return [
        line
        for number, column in enumerate(columns)
        for line in _measured(_unwrapped(column, boxes), number)
    ]


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
    rows = [spelled(sorted(row, key=lambda word: word.x0)) for row in rows]
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


def _pieces(row: Sequence[Word]) -> list[Piece]:
    pieces: list[Piece] = []
    for word in row:
        last = pieces[-1] if pieces else None
        if last and word.x0 - last.x1 < _PIECE * max(word.size, last.size):
            again = last.words[-1]
            if again.text == word.text and word.x0 - again.x0 < 0.3 * word.size:
                continue  # painted twice, to look bold
            pieces[-1] = Piece(
                [*last.words, word],
                last.x0, max(last.x1, word.x1), last.y, max(last.size, word.size),
            )  # fmt: skip
        else:
            pieces.append(Piece([word], word.x0, word.x1, word.y, word.size))
    return pieces


# --- lines and their order ------------------------------------------------------------------------


def _lines(
    row: Sequence[Piece], strips: Sequence[Strip], shifted: dict[Word, list[Word]]
) -> Iterator[Line]:
    """The lines of a row: it is cut where a gutter is."""
    cells = [row[0]]
    for piece in row[1:]:
        if any(strip.parts(cells[-1], piece) for strip in strips):
            yield _line(cells, shifted)
            cells = []
        cells.append(piece)
    yield _line(cells, shifted)


def _line(cells: Sequence[Piece], shifted: dict[Word, list[Word]]) -> Line:
    words = [word for cell in cells for word in cell.words]
    gaps = [
        (b.x0 - a.x1) / max(a.size, b.size)
        for a, b in pairwise(cells)
        if a.words[-1] not in shifted and b.words[0] not in shifted
    ]
    row = any(gap >= _CELL for gap in gaps) or sum(gap >= _CELL / 2 for gap in gaps) > 1
    row = row and not is_loose(words)
    leftward = _is_leftward(words)
    if leftward:
        words.reverse()
    bits: list[Bit] = []
    begun: list[Cell] = []
    before: Word | None = None
    for word in words:
        if not before or (row and word.x0 - before.x1 >= _CELL / 2 * max(word.size, before.size)):
            begun.append(Cell(word.x0, word.x1, 0))
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
                apart = before is not None and mark.x0 - before.x1 >= _APART * mark.size
                bits.append(Bit(mark.text, mark.y < word.y, glued=not apart))
                before = mark if mark.x1 > word.x1 else word
        cell = begun[-1]
        begun[-1] = Cell(cell.x0, word.x1, len(bits) - sum(each.bits for each in begun[:-1]))
    size = median(word.size for word in words)
    return Line(
        bits=tuple(bits),
        x0=cells[0].x0,
        x1=cells[-1].x1,
        y=cells[0].y,
        size=size,
        row=row,
        cells=() if leftward else tuple(begun),
    )


def _unwrapped(column: Sequence[Line], boxes: Sequence[Box]) -> list[Line]:
    """Lines in which a row of a table is one, cell by cell, where its cells have several lines.

    That is sure where a line below has nothing in the first cell. What else stands in a cell alone
    is marked as part of a table, so that nothing of two cells becomes a sentence.
    """
    lines: list[Line] = []
    row: Line | None = None  # the one that may go on, at its place in the list
    at = 0
    for line in column:
        near = row and 0 < line.y - row.y < _WRAPPED * line.size
        if not row or not near or any(row.y < box.top < line.y for box in boxes):
            row, places = None, []
        else:
            places = _places(line, row)
        if row and places and _is_wrap(line, row, places):
            row = lines[at] = _with_wrap(row, line, places)
            continue
        if row and places and places != [len(row.cells) - 1]:
            line = replace(line, row=True)
        lines.append(line)
        if len(line.cells) > 1:
            row, at = line, len(lines) - 1
        elif row and places:
            row = replace(row, y=line.y)
            lines[at] = row
        else:
            row = None
    return lines


def _places(line: Line, row: Line) -> list[int]:
    """In which cells of a row those of a line stand; none where one stands in several."""
    places = []
    for cell in line.cells:
        over = [n for n, own in enumerate(row.cells) if cell.x0 < own.x1 and own.x0 < cell.x1]
        if len(over) != 1:
            return []
        places += over
    return places if len(set(places)) == len(places) else []


def _is_wrap(line: Line, row: Line, places: Sequence[int]) -> bool:
    """Whether a line goes on with cells of the row above, and is no row without a first cell."""
    begins = all(
        abs(cell.x0 - row.cells[at].x0) < _BEGINS * line.size
        for cell, at in zip(line.cells, places, strict=True)
    )
    if not begins or places[0] == 0 or len(row.cells) < 3:
        return False
    firsts = [line.bits[sum(c.bits for c in line.cells[:n])].text for n in range(len(line.cells))]
    return len(places) < len(row.cells) - 1 or all(text[0].islower() for text in firsts)


def _with_wrap(row: Line, line: Line, places: Sequence[int]) -> Line:
    """A row with what goes on in its cells below."""
    above, below = iter(row.bits), iter(line.bits)
    more = {
        at: (cell, list(islice(below, cell.bits)))
        for cell, at in zip(line.cells, places, strict=True)
    }
    bits: list[Bit] = []
    cells: list[Cell] = []
    for at, cell in enumerate(row.cells):
        own = list(islice(above, cell.bits))
        x1 = cell.x1
        if at in more:
            wrap, rest = more[at]
            own += [rest[0]._replace(glued=own[-1].text.endswith("-")), *rest[1:]]
            x1 = max(x1, wrap.x1)
        bits += own
        cells.append(Cell(cell.x0, x1, len(own)))
    return replace(row, bits=tuple(bits), cells=tuple(cells), x1=max(row.x1, line.x1), y=line.y)


def _touches(before: Word | None, word: Word) -> bool:
    if before is None:
        return False
    gap = max(word.x0 - before.x1, before.x0 - word.x1) / min(word.size, before.size)
    unlike = min(word.size, before.size) < _SMALLER * max(word.size, before.size)
    if unlike and before.text[-1].isdigit() and word.text[0].isdigit():
        return False  # 48 and the small 1/2 after it are not 481/2
    if UNSPACED.match(before.text[-1]) and UNSPACED.match(word.text[0]):
        return gap < 0.5
    return gap < (_APART_SPACED if word.spaced else _APART)


def _is_leftward(words: Sequence[Word]) -> bool:
    letters = [char for word in words for char in word.text if char.isalpha()]
    leftward = sum("\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufefc" for char in letters)
    return 2 * leftward > len(letters)


def _ordered(lines: list[Line], strips: Sequence[Strip]) -> Iterator[list[Line]]:
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
    steps = [b.y - a.y for a, b in pairwise(column) if 0 < b.y - a.y < NEXT_LINE * b.size]
    usual = median(steps) if steps else 0.0
    above: Line | None = None
    for line in column:
        step = (line.y - above.y) / line.size if above else 0.0
        blank = bool(above and usual and line.y - above.y > _GAP * usual) or step > NEXT_LINE
        fill = (line.x1 - left) / max(right - left, 1.0)
        yield replace(line, column=number, fill=fill, blank=blank)
        above = line
