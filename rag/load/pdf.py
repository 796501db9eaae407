"""PDF (.pdf): the text layer, in the order of reading and joined into paragraphs.

A PDF knows where glyphs stand on a page and nothing of words, lines or paragraphs. `pdf_words`
reads the glyphs, `reading_order` puts them into lines, `joining` the lines into paragraphs. What a
file holds and cannot be read is named page by page. Where it is installed, `ocr` reads pages that
are pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from rag.domain import Found, Origin, Span
from rag.limits import DEFAULT, Limits
from rag.load import ocr
from rag.load.encoding import storable
from rag.load.extract_result import Extract, Unreadable
from rag.load.file_title import says_nothing
from rag.load.garbled import is_garbled, is_signs
from rag.load.joining import join_pages, without_running_heads
from rag.load.pdf_page import Document, Page
from rag.load.reading_order import Line, read_lines
from rag.load.saved_from import pdf_address

_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")  # ISO 32000-1, 7.9.4; years alone tell no day
_ODD_LINE = 0.5  # share of odd characters: formulas have a third
_MOSTLY = 0.5  # of a page: pictures that cover so much are what it is about
_GAIN = 1.5  # times the typed text of a page: so much must OCR read on it
_CAPTION = 150  # characters: beside a scan, less is a caption or a stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unread:
    """Pages whose text is not read, by their numbers from 1."""

    pictures: tuple[int, ...]  # nothing on them is text
    partly: tuple[int, ...]  # little is
    garbled: tuple[int, ...]  # their fonts do not say which letters they show

    def without(self, read: Container[int]) -> _Unread:
        """Those that are left when some were read."""
        kinds = (self.pictures, self.partly, self.garbled)
        pictures, partly, garbled = (tuple(n for n in kind if n not in read) for kind in kinds)
        return _Unread(pictures=pictures, partly=partly, garbled=garbled)


def extract_pdf(
    data: bytes,
    limits: Limits = DEFAULT,
    *,
    before_ocr: Callable[[int], None] = lambda pages: None,
) -> Extract:
    """Read the text of a PDF.

    Args:
        data: The file.
        limits: What it may take and hold.
        before_ocr: Told how many pages OCR is going to read.

    Raises:
        Unreadable: It is damaged or encrypted, or no page has text.
    """
    from rag.load.pdf_words import read_document

    document = read_document(data, limits)
    found = [_lines(page) for page in document.pages]
    kept = [_readable(lines) for lines in found]
    unread = _unread(document, found, kept)
    read = {
        n: lines
        for n, lines in _read_by_ocr(data, unread, limits, before_ocr).items()
        if _length(lines) > _GAIN * _length(kept[n - 1])  # else it read what is typed there
    }
    unread = unread.without(read)
    text, by_ocr = _joined([read.get(n, lines) for n, lines in enumerate(kept, start=1)], read)
    if not text.strip():
        raise Unreadable(
            "no readable text in the PDF: its fonts do not say which letters they show"
            if unread.garbled
            else "no text in the PDF: its pages may be pictures"
        )
    damaged = [n for n, page in enumerate(document.pages, start=1) if page.damaged]
    return Extract(
        text=text,
        ocr=by_ocr,
        spare_title=_title(document.facts.get("Title", "")),
        stamp=_date(document.facts.get("CreationDate", "")),
        url=pdf_address(data),
        left_out=tuple(
            f"{_named(pages)} {what}"
            for pages, what in (
                (unread.pictures, "without text: they may be pictures"),
                (unread.partly, "mostly pictures: their text is not read"),
                (unread.garbled, "with text in fonts that do not say which letters they show"),
                (damaged, "damaged: some of their text may be missing"),
            )
            if pages
        ),
    )


def _unread(document: Document, found: Sequence[list[Line]], kept: Sequence[list[Line]]) -> _Unread:
    """The pages whose text is not read, or not all of it."""
    garbled = [n for n, lines in enumerate(found, start=1) if _length(lines) > _length(kept[n - 1])]
    bodies = without_running_heads(found)
    pages = [(n, page) for n, page in enumerate(document.pages, start=1) if n not in garbled]
    return _Unread(
        pictures=tuple(n for n, page in pages if page.painted and not bodies[n - 1]),
        partly=tuple(
            n
            for n, page in pages
            if page.pictured >= _MOSTLY and 0 < _length(bodies[n - 1]) < _CAPTION
        ),
        garbled=tuple(garbled),
    )


def _read_by_ocr(
    data: bytes, unread: _Unread, limits: Limits, before_ocr: Callable[[int], None]
) -> dict[int, list[Line]]:
    """The lines of pages that are pictures, by number; none where there is no OCR."""
    pages = sorted({*unread.pictures, *unread.partly, *unread.garbled})[: limits.ocr_pages]
    if not (pages and ocr.is_installed()):
        return {}
    before_ocr(len(pages))
    read: dict[int, list[Line]] = {}
    for n in pages:
        with suppress(ocr.OcrFailed):  # the page stays among those that are not read
            read[n] = ocr.read_page(data, n - 1, limits)
    return read


def _joined(pages: Sequence[list[Line]], read: Container[int]) -> tuple[str, tuple[Span, ...]]:
    """The text of all pages, and which of it OCR read; pages of both kinds are not mixed."""
    text = ""
    spans: list[Span] = []
    for by_ocr, run in groupby(enumerate(pages, start=1), key=lambda page: page[0] in read):
        part = storable(join_pages([lines for _, lines in run]))
        if not part.strip():
            continue
        start = len(text) + 2 if text else 0
        text = f"{text}\n\n{part}" if text else part
        spans += [Span(start=start, end=len(text))] if by_ocr else []
    return text, tuple(spans)


def _lines(page: Page) -> list[Line]:
    """The lines of a page: upright ones, then those that run in other directions."""
    lines: list[Line] = []
    for words in page.turns:
        turned = read_lines(words, page.boxes if not lines else ())
        lines += turned
    return lines


def _readable(lines: Sequence[Line]) -> list[Line]:
    """The lines that are text; none where so little of the page is that the rest is chance."""
    kept = [line for line in lines if not is_garbled(line.text, most=_ODD_LINE)]
    text = "\n".join(line.text for line in kept)
    return [] if is_garbled(text) or is_signs(text) else kept


def _length(lines: Sequence[Line]) -> int:
    """How many characters lines have, those of one sign aside: they are bullets."""
    return sum(len(line.text) for line in lines if len(line.text) > 1)


def _named(pages: Iterable[int]) -> str:
    """Numbers of pages as people write them: "pages 2, 4-6"."""
    runs = [
        [n for _, n in run]
        for _, run in groupby(enumerate(pages), key=lambda place: place[1] - place[0])
    ]
    told = ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"page{'s' if len(runs) > 1 or len(runs[0]) > 1 else ''} {told}"


def _title(written: str) -> Found:
    title = " ".join(written.replace("\0", "").split())
    if says_nothing(title) or is_garbled(title):
        return Found()
    return Found(value=title, origin=Origin.META)


def _date(written: str) -> Found:
    """The day in a date of PDF; programs write all sorts of other things there."""
    match = _DATE.match(written)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    return Found(value=day.isoformat(), origin=Origin.META) if day else Found()
