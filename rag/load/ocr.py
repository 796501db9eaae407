"""Pictures of text -> lines, by Tesseract: for pages of a PDF that are scans, and for image files.

An extra, `rag[ocr]`: pypdfium2 draws the pages, and `tesseract` is a program of the system. Its own
order of blocks, paragraphs and lines is kept; words that it is not sure of are left out.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import groupby, pairwise
from statistics import fmean, median
from typing import TYPE_CHECKING

from rag.limits import Limits

if TYPE_CHECKING:
    from rag.load.reading_order import Line

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})
_PROGRAM = "tesseract"
_DPI = 300  # which Tesseract reads best
_PIXELS = 25_000_000  # of a page that is drawn: A3 at this resolution is 17 million
_SURE, _PAGE_SURE = 40.0, 60.0  # percent: of a word, and of all words of a page; noise has less
_LANGUAGES = 4  # so many that are installed are all read at once; of more, English alone
_GAP = 1.45  # of the usual distance of lines: a wider one is a blank line
_WORD = "5"  # the level of a row


class OcrFailed(Exception):
    """A picture could not be read; the message says why."""


def is_installed() -> bool:
    """Whether both parts are there."""
    return find_spec("pypdfium2") is not None and shutil.which(_PROGRAM) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """A word in a picture."""

    page: int
    block: int
    paragraph: int
    line: int
    x0: int
    top: int
    x1: int
    height: int
    sure: float  # percent
    text: str


def read_picture(data: bytes, limits: Limits) -> list[list[Line]]:
    """Read an image; a TIFF may have several pages.

    Args:
        data: A PNG, JPEG, TIFF or PNM file.
        limits: For the seconds and the characters.

    Returns:
        The lines of each page that has text.

    Raises:
        OcrFailed: It takes too long, or is no picture that Tesseract can open.
    """
    command = [_PROGRAM, "stdin", "stdout", "-l", _languages(), "--dpi", str(_DPI), "tsv"]
    try:
        done = subprocess.run(
            ["env", "OMP_THREAD_LIMIT=1", *command],  # more threads make it slower
            input=data,
            capture_output=True,
            timeout=limits.parse_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise OcrFailed(
            f"takes more than {limits.parse_seconds:g} s to read by OCR: raise parse_seconds"
        ) from error
    if done.returncode:
        raise OcrFailed("no picture that OCR can open")
    found = done.stdout[: 200 * limits.text_characters].decode(errors="replace")
    words = list(_words(found))
    pages = (list(page) for _, page in groupby(words, key=lambda word: word.page))
    return [_lines(page) for page in pages if fmean(word.sure for word in page) >= _PAGE_SURE]


def read_page(data: bytes, number: int, limits: Limits) -> list[Line]:
    """Draw a page of a PDF and read it.

    Args:
        data: The PDF.
        number: Of the page, from 0.
        limits: As of `read_picture`.

    Raises:
        OcrFailed: It cannot be drawn or read.
    """
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as document:
            page = document[number]
            width, height = page.get_size()
            scale = min(_DPI / 72, (_PIXELS / max(width * height, 1.0)) ** 0.5)
            bitmap = page.render(scale=scale, grayscale=True)
            drawn = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + _rows(bitmap)
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        raise OcrFailed("cannot be drawn") from error
    pages = read_picture(drawn, limits)
    return pages[0] if pages else []


def _rows(bitmap: object) -> bytes:
    """The pixels of a grey bitmap, whose rows may end in bytes that are no pixels."""
    held = bytes(bitmap.buffer)  # type: ignore[attr-defined]
    width, stride, height = bitmap.width, bitmap.stride, bitmap.height  # type: ignore[attr-defined]
    return b"".join(held[row * stride : row * stride + width] for row in range(height))


@cache
def _languages() -> str:
    done = subprocess.run([_PROGRAM, "--list-langs"], capture_output=True, text=True, check=False)
    known = [name for name in done.stdout.splitlines()[1:] if name not in {"osd", "equ"}]
    few = [name for name in known if "/" not in name]
    return "+".join(few) if 0 < len(few) <= _LANGUAGES else "eng"


def _words(table: str) -> Iterator[_Word]:
    for row in csv.reader(table.splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) < 12 or row[0] != _WORD or not (text := row[11].strip()):
            continue
        page, block, paragraph, line, _, left, top, width, height = map(int, row[1:10])
        if (sure := float(row[10])) >= _SURE:
            yield _Word(
                **{"page": page, "block": block, "paragraph": paragraph, "line": line},
                **{"x0": left, "top": top, "x1": left + width, "height": height},
                sure=sure,
                text=text,
            )


def _lines(page: Sequence[_Word]) -> list[Line]:
    """The lines of a page. All have one size: heights of letters tell no headings or notes."""
    # A question asks whether there is OCR, and needs nothing that puts lines in order.
    from rag.load.reading_order import Bit, Line

    rows = [list(row) for _, row in groupby(page, key=lambda w: (w.block, w.paragraph, w.line))]
    size = float(median(word.height for word in page))
    width = median(row[-1].x1 - row[0].x0 for row in rows)
    down = [below[0].top - row[0].top for row, below in pairwise(rows) if below[0].top > row[0].top]
    gap = _GAP * median(down) if down else 0.0
    lines: list[Line] = []
    for number, block in groupby(rows, key=lambda row: row[0].block):
        own = list(block)
        left = min(row[0].x0 for row in own)
        # Of a block of one line, that line is the widest, and may be a heading.
        full = max(width, max(row[-1].x1 for row in own) - left)
        for above, row in zip([None, *own], own, strict=False):
            begins = above is None or above[0].paragraph != row[0].paragraph
            lines.append(
                Line(
                    bits=(Bit(" ".join(word.text for word in row), raised=False, glued=False),),
                    x0=row[0].x0,
                    x1=row[-1].x1,
                    y=float(row[0].top),
                    size=size,
                    fill=(row[-1].x1 - left) / full,
                    blank=begins or (above is not None and row[0].top - above[0].top > gap),
                    column=number,
                )
            )
    return lines
