r"""Rich text (.rtf): striprtf reads it; what is hidden or deleted in it is left out.

The document's own title and day are used only when nothing else names them, as in Word files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from rag.domain import Found, Origin
from rag.load.encoding import storable
from rag.load.extract_result import Extract, Unreadable

_BEGINS = re.compile(rb"\s*\{\\rtf")
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")
# Hidden until it is switched off again in the same group, or until the group ends.
_SWITCHED = re.compile(r"\\(?:v|deleted)(?![A-Za-z\d])([^{}]*)\\(?:v|deleted)0(?!\d)")
_HIDDEN = re.compile(r"\\(?:v|deleted)(?![A-Za-z\d])")
_NOTE = re.compile(r"\\footnote(?![a-z])")
_TITLE = re.compile(r"\{\\title\s([^{}]{1,2000})\}")
_MADE = re.compile(r"\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_CELLS = re.compile(r"\s*\|\s*")


def extract_rtf(data: bytes) -> Extract:
    """Read a rich text file.

    Raises:
        Unreadable: It is damaged, or no rich text.
    """
    if not _BEGINS.match(data):
        raise Unreadable("is not RTF, although its name ends in .rtf")
    source = _decoded(data)
    shown = _HIDDEN.sub(r"\\*", _SWITCHED.sub(r"{\\*\1}", source))
    lines = (line.strip() for line in _text_of(shown).splitlines())
    paragraphs = [_CELLS.sub(" | ", line).strip(" |") for line in lines]
    title = _TITLE.search(source)
    value = " ".join(_text_of(f"{{\\rtf1 {title[1]}}}").split()) if title else ""
    stamp = _made(source)
    notes = len(_NOTE.findall(source))
    left_out = ("1 footnote was not read" if notes == 1 else f"{notes:,} footnotes were not read",)
    return Extract(
        text=storable("\n\n".join(line for line in paragraphs if line)),
        spare_title=Found(value=value, origin=Origin.META) if value else Found(),
        stamp=Found(value=stamp, origin=Origin.META) if stamp else Found(),
        left_out=left_out if notes else (),
    )


def _decoded(data: bytes) -> str:
    """The source, which is ASCII but for what old programs write in their code page."""
    page = _CODE_PAGE.search(data)
    try:
        return data.decode(f"cp{page[1].decode()}" if page else "cp1252", errors="replace")
    except LookupError:
        return data.decode("cp1252", errors="replace")


def _text_of(source: str) -> str:
    from striprtf import striprtf

    read: Callable[..., str] = striprtf.rtf_to_text
    try:
        return read(source, errors="replace")
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise Unreadable("damaged RTF") from error


def _made(source: str) -> str | None:
    made = _MADE.search(source)
    try:
        return date(*map(int, made.groups())).isoformat() if made else None
    except ValueError:
        return None
