"""Excel (.xlsx): openpyxl reads what its cells show, and each sheet becomes a table.

Hidden sheets are left out. Of formulas, the value counts that the program saved.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from rag.domain import Found, Origin
from rag.limits import DEFAULT, Limits
from rag.load.archive import BROKEN_ARCHIVE, open_archive
from rag.load.encoding import storable
from rag.load.extract_result import Extract, Unreadable
from rag.load.table import Row, extract_sheets

_KIND = "XLSX"
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0"


def extract_xlsx(data: bytes, limits: Limits = DEFAULT) -> Extract:
    """Read a workbook.

    Raises:
        Unreadable: It is damaged, encrypted or something else, or unpacks to more than is
            reasonable.
    """
    if data.startswith(_OLD_CONTAINER):
        raise Unreadable("encrypted XLSX, or an older Excel format")
    open_archive(data, limits, kind=_KIND).close()
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        names = [storable(sheet.title) if len(sheets) > 1 else "" for sheet in sheets]
        rows = [list(_rows(sheet)) for sheet in sheets]
        title = storable(" ".join((book.properties.title or "").split()))
    except (*BROKEN_ARCHIVE, OverflowError) as error:
        raise Unreadable("damaged XLSX") from error
    found = extract_sheets(zip(names, rows, strict=True))
    spare = Found(value=title, origin=Origin.META) if title else Found()
    return Extract(text=found.text, paragraphs=found.paragraphs, spare_title=spare)


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # what a file states of its size is often wrong
    for row in sheet.iter_rows():
        yield [_shown(cell) for cell in row]


def _shown(cell: Any) -> str:
    """What a cell shows, near enough: a share in percent, a day without its midnight."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        percent = "%" in (cell.number_format or "")
        return f"{value * 100:.10g} %" if percent else f"{value:.15g}"
    return storable(str(value))
