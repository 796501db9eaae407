"""Small files of many formats, made of a few words, for tests of what is read from them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """An archive with these members; the same bytes at any time, as names of tests have them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def odt(body: str, *, styles: str = "", meta: str = "", **members: str) -> bytes:
    """An OpenDocument text; ``body`` and ``styles`` are XML with the prefixes text, table, draw."""
    names = " ".join(
        f'xmlns:{prefix}="{_ODF}:{name}:1.0"'
        for prefix, name in {
            "office": "office", "text": "text", "table": "table", "style": "style",
            "draw": "drawing", "meta": "meta",
        }.items()
    )  # fmt: skip
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    about = (
        f'<office:document-meta {names} xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<office:meta>{meta}</office:meta></office:document-meta>"
    )
    return packed({"content.xml": content, "meta.xml": about, **members})


def xlsx(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook: the rows of each sheet."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def pptx(slides: Sequence[tuple[str, Sequence[str]]], notes: str = "") -> bytes:
    """A presentation: the title and the lines of each slide; the notes are of the last."""
    from pptx import Presentation

    deck = Presentation()
    for title, lines in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text_frame.text = "\n".join(lines)
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    made = io.BytesIO()
    deck.save(made)
    return made.getvalue()


def epub(chapters: Mapping[str, str], *, metadata: str = "", **members: str) -> bytes:
    """A book: its chapters in their order, by their names in the folder of the book."""
    items = "".join(
        f'<item id="c{n}" href="{quote(name)}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book/package.opf"/></rootfiles></container>'
    )
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "book/package.opf": package,
            **{f"book/{name}": page for name, page in chapters.items()},
            **members,
        }
    )


# --- a compound file (MS-CFB) with the properties of a message (MS-OXMSG) in it -------------------

_SECTOR, _FREE, _END, _FAT, _NONE = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SMALL = 4096  # bytes: shorter streams would stand elsewhere


def msg(*, subject: str, body: str, sender: str, sent: str) -> bytes:
    """A message of Outlook. The day that it was sent stands in its transport headers."""
    strings = {
        0x0037: subject,
        0x1000: body,
        0x007D: f"From: {sender}\r\nDate: {sent}\r\n\r\n",
    }
    properties = struct.pack("<8x4I8x", 0, 0, 0, 0)
    streams: dict[str, bytes] = {}
    for number, text in strings.items():
        data = text.encode("utf-16-le")
        properties += struct.pack("<HHIII", 0x001F, number, 6, len(data) + 2, 0)
        streams[f"__substg1.0_{number:04X}001F"] = data
    streams["__properties_version1.0"] = properties
    return _compound(streams)


def _compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with streams in its root: each in sectors of its own, padded by zeros."""
    sectors: list[bytes] = []
    table: list[int] = []

    def keep(data: bytes) -> int:
        start = len(sectors)
        pieces = [data[n : n + _SECTOR].ljust(_SECTOR, b"\0") for n in range(0, len(data), _SECTOR)]
        sectors.extend(pieces)
        table.extend([*range(start + 1, start + len(pieces)), _END])
        return start

    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    entries = [_entry("Root Entry", 5, child=1, start=_END, size=0)]
    for n, name in enumerate(names, 1):
        right = n + 1 if n < len(names) else _NONE
        data = streams[name].ljust(_SMALL, b"\0")
        entries.append(_entry(name, 2, right=right, start=keep(data), size=len(data)))
    while len(entries) % 4:
        entries.append(_entry("", 0, start=0, size=0))
    directory = keep(b"".join(entries))
    at = len(sectors)
    fat = struct.pack(f"<{len(table)}I", *table) + struct.pack("<I", _FAT)
    assert len(fat) <= _SECTOR
    sectors.append(fat.ljust(_SECTOR, b"\xff"))
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, directory, 0, _SMALL, _END, 0, _END, 0, at,
    )  # fmt: skip
    return head.ljust(_SECTOR, b"\xff") + b"".join(sectors)


def _entry(
    name: str, kind: int, *, child: int = _NONE, right: int = _NONE, start: int, size: int
) -> bytes:
    written = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sI8x8xIQ", written, len(written) + 2 if name else 0, kind, 1,
        _NONE, right, child, b"", 0, start, size,
    )  # fmt: skip
