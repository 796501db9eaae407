"""The bytes of one file -> an `Article`, or a `Skipped` that says why it is not an article.

Whatever they hold, nothing is raised to the caller.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rag.domain import Article, Found, Skipped
from rag.limits import DEFAULT, Limits
from rag.load.boilerplate import paragraphs
from rag.load.docx import extract_docx
from rag.load.extract_result import Extract, Unreadable
from rag.load.files import File, RawFile, find_files, read_file
from rag.load.headers import find_headers
from rag.load.html import extract_html
from rag.load.markdown import extract_markdown
from rag.load.ocr import PICTURES
from rag.load.pdf import extract_pdf
from rag.load.picture import extract_picture
from rag.load.text import extract_text

# How files begin that are no text, whatever they are called; some of them decode as one.
_MAGIC = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP or Word file",
    b"\x1f\x8b": "a gzip file",
    b"\x89PNG\r\n": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF87a": "a GIF picture",
    b"GIF89a": "a GIF picture",
    b"\x7fELF": "a program",
}
LONGEST_TITLE = 500  # characters

_READERS: dict[str, Callable[[bytes], Extract]] = {
    ".txt": extract_text,
    ".md": extract_markdown,
    ".markdown": extract_markdown,
    ".html": extract_html,
    ".htm": extract_html,
}
# A small file of these can hold any amount.
_UNPACKERS: dict[str, Callable[[bytes, Limits], Extract]] = {
    ".docx": extract_docx,
}


def load_folder(roots: Sequence[Path]) -> Iterator[Article | Skipped]:
    """Load every file under ``roots``, in the order of `find_files`.

    Raises:
        CorpusError: A root does not exist, or is neither a folder nor a regular file.
    """
    for file in find_files(roots):
        yield load_file(file)


def load_file(file: File, *, limits: Limits = DEFAULT) -> Article | Skipped:
    """Read one file and turn it into an article; never raises for what the file holds."""
    raw = read_file(file, limits=limits)
    return raw if isinstance(raw, Skipped) else parse_file(raw, limits=limits)


def parse_file(
    raw: RawFile,
    *,
    limits: Limits = DEFAULT,
    before_ocr: Callable[[int], None] = lambda pages: None,
) -> Article | Skipped:
    """Turn the bytes of one file into an article; never raises for what they hold.

    Args:
        raw: The file.
        limits: What it may take and hold.
        before_ocr: Told how many pages are going to be read by OCR, which takes seconds for each.
    """
    suffix = Path(raw.path).suffix.lower()
    try:
        extract = _extract(raw, suffix, limits, before_ocr)
        if len(extract.text) > limits.text_characters:
            raise Unreadable(
                f"has more than {limits.text_characters:,} characters: raise text_characters"
            )
        if not extract.text.strip():
            raise Unreadable("no text in it")
    except Unreadable as error:
        # Most pictures are photographs: that they have no text is no failure.
        return Skipped(path=raw.path, why=error.message, failed=suffix not in PICTURES)
    except MemoryError:
        return Skipped(path=raw.path, why="too large to parse in memory")
    return _article(raw, extract)


def _extract(
    raw: RawFile, suffix: str, limits: Limits, before_ocr: Callable[[int], None]
) -> Extract:
    if suffix == ".pdf":
        return extract_pdf(raw.data, limits, before_ocr=before_ocr)
    if suffix in PICTURES:
        return extract_picture(raw.data, limits)
    if suffix in _UNPACKERS:
        return _UNPACKERS[suffix](raw.data, limits)
    for magic, what in _MAGIC.items():
        if raw.data.startswith(magic):
            raise Unreadable(f"is really {what}, not {suffix}")
    return _READERS[suffix](raw.data)


def _article(raw: RawFile, extract: Extract) -> Article:
    headers = find_headers(extract, path=raw.path)
    apart = (*extract.apart, headers.title_span) if headers.title_span else extract.apart
    return Article(
        path=raw.path,
        sha256=raw.sha256,
        text=extract.text,
        paragraphs=paragraphs(extract.text, apart=apart),
        title=_short(headers.title),
        outlet=_short(headers.outlet),
        date=headers.date,
        left_out=extract.left_out,
        ocr=extract.ocr,
    )


def _short(found: Found) -> Found:
    # Every sentence is embedded with its title: one of a megabyte would be that many of them.
    return dataclasses.replace(found, value=found.value[:LONGEST_TITLE]) if found.value else found
