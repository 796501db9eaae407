"""PDF (.pdf): the text layer, in the order of reading and joined into paragraphs; no OCR.

A PDF knows where glyphs stand on a page and nothing of words, lines or paragraphs. `pdf_words`
reads the glyphs, `reading_order` puts them into lines, `joining` the lines into paragraphs. What a
file holds and cannot be read, pages that are pictures for one, is named page by page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from rag.domain import Found, Origin
from rag.limits import DEFAULT, Limits
from rag.load.extract_result import Extract, Unreadable
from rag.load.garbled import is_garbled, is_signs
from rag.load.joining import join_pages, without_running_heads
from rag.load.pdf_page import Page
from rag.load.reading_order import Line, read_lines
from rag.load.saved_from import pdf_address

_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")  # ISO 32000-1, 7.9.4; years alone tell no day
_ODD_LINE = 0.5  # share of odd characters: formulas have a third
_MOSTLY = 0.5  # of a page: pictures that cover so much are what it is about
_CAPTION = 150  # characters: beside a scan, less is a caption or a stamp
_NO_TITLE = re.compile(
    r"\W*|untitled\b.*|microsoft word\b.*|powerpoint\b.*|.*\.(?:docx?|odt|rtf|indd|qxd|tex|pdf"
    r"|html?|txt|pptx?)"
    r"|(?:document|slide|print|\(anonymous\))\s*\d*",
    re.IGNORECASE,
)


def extract_pdf(data: bytes, limits: Limits = DEFAULT) -> Extract:
    """Read the text layer of a PDF.

    Raises:
        Unreadable: It is damaged or encrypted, or no page has text.
    """
    from rag.load.pdf_words import read_document

    document = read_document(data, limits)
    found = [_lines(page) for page in document.pages]
    kept = [_readable(lines) for lines in found]
    text = join_pages(kept)
    garbled = [n for n, lines in enumerate(found, start=1) if _length(lines) > _length(kept[n - 1])]
    if not text.strip():
        raise Unreadable(
            "no readable text in the PDF: its fonts do not say which letters they show"
            if garbled
            else "no text in the PDF: its pages may be pictures"
        )
    bodies = without_running_heads(found)
    pictures = [
        n
        for n, page in enumerate(document.pages, start=1)
        if page.painted and not bodies[n - 1] and n not in garbled
    ]
    partly = [
        n
        for n, page in enumerate(document.pages, start=1)
        if page.pictured >= _MOSTLY and 0 < _length(bodies[n - 1]) < _CAPTION and n not in garbled
    ]
    damaged = [n for n, page in enumerate(document.pages, start=1) if page.damaged]
    return Extract(
        text=text,
        spare_title=_title(document.facts.get("Title", "")),
        stamp=_date(document.facts.get("CreationDate", "")),
        url=pdf_address(data),
        left_out=tuple(
            f"{_named(pages)} {what}"
            for pages, what in (
                (pictures, "without text: they may be pictures"),
                (partly, "mostly pictures: their text is not read"),
                (garbled, "with text in fonts that do not say which letters they show"),
                (damaged, "damaged: some of their text may be missing"),
            )
            if pages
        ),
    )


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
    if _NO_TITLE.fullmatch(title) or is_garbled(title):
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
