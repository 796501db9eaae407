"""Tables: row by row, each a paragraph with the names of its columns, "Harbour: Alta; Boats: 12".

Also the tables that are text files (.csv, .tsv). A table of articles is for `rag.load.records`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rag.domain import Span
from rag.load.encoding import decode
from rag.load.extract_result import Extract, Unreadable, laid_out

Row = Sequence[str]

_DELIMITERS = ",;\t|"
_LOOKED_AT = 50  # rows that tell how the columns are parted
_TOP = 10  # rows in which the names of the columns stand
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_LONGEST_NAME = 60  # characters of the name of a column
_LONGEST_FIELD = 20_000_000  # characters


def read_csv(data: bytes) -> list[Row]:
    """The rows of a text file, however its columns are parted.

    Raises:
        Unreadable: The bytes are not text, or no rows.
    """
    text = decode(data)
    csv.field_size_limit(_LONGEST_FIELD)
    delimiter = ""
    if text[:4].lower() == "sep=" and text[4:5]:  # how Excel is told
        delimiter, text = text[4], text.partition("\n")[2]
    try:
        delimiter = delimiter or _delimiter(text)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable("damaged table") from error
    return [[cell.strip() for cell in row] for row in rows]


def extract_sheets(sheets: Iterable[tuple[str, Sequence[Row]]]) -> Extract:
    """The text of tables.

    Args:
        sheets: The name of each, which stands above it and is no evidence; and its rows.
    """
    blocks = [block for name, rows in sheets for block in _blocks(name, rows)]
    text, spans = laid_out([text for text, _ in blocks])
    marked = zip(spans, blocks, strict=True)
    return Extract(text=text, paragraphs=_no_headings(marked))


def find_names(rows: Sequence[Row]) -> int | None:
    """The row with the names of the columns: the first of two cells or more, in words or years."""
    for place, row in enumerate(rows[:_TOP]):
        filled = [cell for cell in row if cell]
        if len(filled) > 1:
            below = any(any(later) for later in rows[place + 1 :])
            years = sum(map(_is_year, filled))
            named = years != 1 and all(_is_name(cell) or _is_year(cell) for cell in filled)
            return place if below and named and years < len(filled) else None
    return None


def _no_headings(marked: Iterable[tuple[Span, tuple[str, bool]]]) -> tuple[Span, ...]:
    return tuple(span for span, (_, heading) in marked if not heading)


def _blocks(name: str, rows: Sequence[Row]) -> Iterator[tuple[str, bool]]:
    """The paragraphs of a table, and whether each is only a heading."""
    place = find_names(rows)
    names = [] if place is None else [_on_one_line(cell) for cell in rows[place]]
    lines = [_line(row, names) for n, row in enumerate(rows) if n != place]
    if name and any(lines):
        yield name, True
    yield from ((line, False) for line in lines if line)


def _line(row: Row, names: Sequence[str]) -> str:
    cells = [_on_one_line(cell) for cell in row]
    if not names or sum(map(bool, cells)) < 2:  # one cell alone is a title, or a note below
        return " | ".join(cell for cell in cells if cell)
    named = zip(cells, [*names, *[""] * len(cells)], strict=False)
    return "; ".join(f"{name}: {cell}" if name else cell for cell, name in named if cell)


def _on_one_line(cell: str) -> str:
    return " ".join(cell.split())


def _is_year(cell: str) -> bool:
    """Whether a number may be the name of a column, beside others of its kind."""
    return bool(_YEAR.fullmatch(cell))


def _is_name(cell: str) -> bool:
    return len(cell) <= _LONGEST_NAME and any(map(str.isalpha, cell)) and not cell[0].isdigit()


def _delimiter(text: str) -> str:
    """What parts the columns: with it, most rows have as many cells as the first."""

    def fits(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        counts = [len(row) for row in islice(reader, _LOOKED_AT) if row]
        if not counts or counts[0] < 2:
            return 0, 0
        return sum(count == counts[0] for count in counts), counts[0]

    return max(_DELIMITERS, key=fits)
