"""What is written in the fields of a form in a PDF -> words where the fields are.

Pages do not paint it: each field keeps its value (ISO 32000-1, 12.7). Buttons and passwords have
none that people read. Who needs this module imports it late: it loads the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, dict_value, list_value, num_value, resolve1
from pdfminer.psparser import literal_name
from pdfminer.utils import decode_text

from rag.load.encoding import storable
from rag.load.pdf_page import Word
from rag.load.pdf_shown import Rect, turned

_UNSEEN = 2 | 32  # flags of an annotation: hidden, or not to be viewed
_PASSWORD = 1 << 13  # flag of a field
_DEEP = 30  # fields within fields: more are a circle
_SIZE = re.compile(r"([\d.]+)\s+Tf")
_USUAL_SIZE = 10.0  # points, where a field leaves it to the program
_STEP, _LETTER = 1.2, 0.5  # of the font size: from line to line, and the width of a letter


def filled_in(page: PDFPage, ctm: Any) -> Iterator[Word]:
    """The words in the fields of a page, in lines as wide as the fields.

    Args:
        page: The page.
        ctm: How it is turned.
    """
    for each in list_value(page.annots or []):
        widget = resolve1(each)
        if not isinstance(widget, dict) or "Rect" not in widget:
            continue
        if literal_name(resolve1(widget.get("Subtype"))) != "Widget":
            continue
        if int(num_value(widget.get("F", 0))) & _UNSEEN or "V" not in (field := _field(widget)):
            continue
        text = _value(field)
        if text:
            rect = [num_value(edge) for edge in list_value(widget["Rect"])]
            yield from _placed(text, turned(ctm, rect), _size(field))


def _field(widget: dict[str, Any]) -> dict[str, Any]:
    """What holds of a field, with what it has of those around it."""
    found: dict[str, Any] = {}
    at: Any = widget
    for _ in range(_DEEP):
        found = {**at, **found}
        if "Parent" not in at:
            break
        at = dict_value(at["Parent"])
    return found


def _value(field: dict[str, Any]) -> str:
    """What people read in a field; of a choice, the words it offers."""
    kind = literal_name(resolve1(field.get("FT")))
    if kind not in {"Tx", "Ch"} or int(num_value(field.get("Ff", 0))) & _PASSWORD:
        return ""
    value = resolve1(field["V"])
    values = [_text(each) for each in (value if isinstance(value, list) else [value])]
    if kind == "Ch":
        pairs = (resolve1(each) for each in list_value(field.get("Opt", [])))
        shown = {_text(p[0]): _text(p[1]) for p in pairs if isinstance(p, list) and len(p) == 2}
        values = [shown.get(each, each) for each in values]
    return "\n".join(values)


def _text(value: Any) -> str:
    found = resolve1(value)
    if isinstance(found, PDFStream):
        found = found.get_data()
    return storable(decode_text(found)) if isinstance(found, bytes) else ""


def _size(field: dict[str, Any]) -> float:
    match = _SIZE.search(_text(field.get("DA", b"")))
    return float(match[1]) if match and match[1].strip("0.") else _USUAL_SIZE


def _placed(text: str, rect: Rect, size: float) -> Iterator[Word]:
    """The words of a field, in lines that are as wide as it is."""
    left, low, right, high = rect
    top, bottom = -high, -low
    most = max(1, int((right - left) / (_LETTER * size)))
    lines = [part for line in text.splitlines() for part in _wrapped(line, most)]
    if not lines:
        return
    step = min(_STEP * size, (bottom - top) / len(lines))
    y = (top + bottom) / 2 + 0.3 * size if len(lines) == 1 else top + step * 0.8
    for line in lines:
        letter = min(_LETTER * size, (right - left) / len(line))
        for word in re.finditer(r"\S+", line):
            start, end = (left + letter * at for at in word.span())
            yield Word(word[0], start, end, y, size, True)
        y += step


def _wrapped(line: str, most: int) -> list[str]:
    import textwrap

    return textwrap.wrap(line, most, break_long_words=False, break_on_hyphens=False)
