"""The bytes of one file -> an `Article`, or several, or a `Skipped` that says why it is none.

Whatever they hold, nothing is raised to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from rag.domain import Article, Found, Skipped
from rag.limits import DEFAULT, Limits
from rag.load.boilerplate import paragraphs
from rag.load.docx import extract_docx
from rag.load.epub import split_epub
from rag.load.extract_result import Extract, NoArticle, Piece, Unreadable
from rag.load.feed import split_feed
from rag.load.files import ARCHIVES, File, RawFile, find_files, is_supported, read_file
from rag.load.headers import find_headers
from rag.load.html import extract_html
from rag.load.mail import extract_eml
from rag.load.markdown import extract_markdown
from rag.load.mbox import split_mbox
from rag.load.mhtml import extract_mhtml
from rag.load.msg import extract_msg
from rag.load.ocr import PICTURES
from rag.load.odt import extract_odt
from rag.load.packed import gunzip, members
from rag.load.pdf import extract_pdf
from rag.load.picture import extract_picture
from rag.load.pptx import extract_pptx
from rag.load.records import split_csv, split_json, split_jsonl
from rag.load.rtf import extract_rtf
from rag.load.subtitles import extract_subtitles
from rag.load.text import extract_text
from rag.load.xlsx import extract_xlsx

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
_Extracting = Callable[[str, bytes], Extract]  # by the ending of a name and the bytes
_NO_MEMORY = "too large to parse in memory"

_READERS: dict[str, Callable[[bytes], Extract]] = {
    ".txt": extract_text,
    ".md": extract_markdown,
    ".markdown": extract_markdown,
    ".html": extract_html,
    ".htm": extract_html,
    ".xhtml": extract_html,
    ".mht": extract_mhtml,
    ".mhtml": extract_mhtml,
    ".eml": extract_eml,
    ".msg": extract_msg,
    ".rtf": extract_rtf,
    ".srt": extract_subtitles,
    ".vtt": extract_subtitles,
}
# A small file of these can hold any amount.
_UNPACKERS: dict[str, Callable[[bytes, Limits], Extract]] = {
    ".docx": extract_docx,
    ".odt": extract_odt,
    ".xlsx": extract_xlsx,
    ".pptx": extract_pptx,
}
_SINGLE = frozenset({*_READERS, *_UNPACKERS, ".pdf", *PICTURES})  # one of these is one article
# Of these, one can hold several articles.
_SPLITTERS: dict[str, Callable[[bytes], Iterator[Piece]]] = {
    ".csv": split_csv,
    ".tsv": split_csv,
    ".json": split_json,
    ".jsonl": split_jsonl,
    ".ndjson": split_jsonl,
    ".xml": split_feed,
    ".rss": split_feed,
    ".atom": split_feed,
    ".mbox": split_mbox,
}


def load_folder(roots: Sequence[Path]) -> Iterator[Article | Skipped]:
    """Load every file under ``roots``, in the order of `find_files`.

    Raises:
        CorpusError: A root does not exist, or is neither a folder nor a regular file.
    """
    for file in find_files(roots):
        yield from load_file(file)


def load_file(file: File, *, limits: Limits = DEFAULT) -> Iterator[Article | Skipped]:
    """Read one file and turn it into articles; never raises for what the file holds."""
    raw = read_file(file, limits=limits)
    yield from (raw,) if isinstance(raw, Skipped) else parse_file(raw, limits=limits)


def parse_file(raw: RawFile, *, limits: Limits = DEFAULT) -> Iterator[Article | Skipped]:
    """Turn the bytes of one file into articles; never raises for what they hold."""
    pieces = split_file(raw, limits=limits)
    if isinstance(pieces, Skipped):
        yield pieces
    else:
        yield from (read_piece(raw, piece, limits=limits) for piece in pieces)


def split_file(
    raw: RawFile,
    *,
    limits: Limits,
    before_ocr: Callable[[int], None] = lambda pages: None,
) -> list[Piece] | Skipped:
    """The articles of a file, none of them read yet; one, mostly.

    Args:
        raw: The file.
        limits: What it may take and hold.
        before_ocr: Told, when one of them is read, how many of its pages OCR is going to read,
            which takes seconds for each.
    """
    extract = partial(_extract, limits=limits, before_ocr=before_ocr)
    try:
        found = _pieces(raw.path, raw.data, limits, extract)
        pieces = list(islice(found, limits.archive_members + 1))
        if len(pieces) > limits.archive_members:
            most = limits.archive_members
            raise Unreadable(f"has more than {most:,} parts: raise archive_members")
        if not pieces:
            raise Unreadable("no file in it")
    except Unreadable as error:
        return Skipped(path=raw.path, why=error.message, failed=not isinstance(error, NoArticle))
    except MemoryError:
        return Skipped(path=raw.path, why=_NO_MEMORY)
    return pieces


def read_piece(raw: RawFile, piece: Piece, *, limits: Limits) -> Article | Skipped:
    """Turn one of the articles of a file into one; never raises for what it holds."""
    path = path_of(raw, piece)
    part_of = raw.path if piece.name else None
    try:
        extract = piece.read()
        if len(extract.text) > limits.text_characters:
            raise Unreadable(
                f"has more than {limits.text_characters:,} characters: raise text_characters"
            )
        if not extract.text.strip():
            raise Unreadable("; ".join(["no text in it", *extract.left_out]))
    except Unreadable as error:
        failed = not isinstance(error, NoArticle)
        return Skipped(path=path, why=error.message, failed=failed, part_of=part_of)
    except MemoryError:
        return Skipped(path=path, why=_NO_MEMORY, part_of=part_of)
    return _article(raw, extract, path=path, part_of=part_of)


def path_of(raw: RawFile, piece: Piece) -> str:
    """The path of an article: of its file, and behind it its name in that."""
    return f"{raw.path}/{piece.name}" if piece.name else raw.path


def _pieces(
    path: str, data: bytes, limits: Limits, extract: _Extracting, *, inside: bool = False
) -> Iterator[Piece]:
    """The articles of a file, or of a file ``inside`` another."""
    suffix = Path(path).suffix.lower()
    if inside and suffix in ARCHIVES:
        raise Unreadable("is an archive in an archive, which is not opened")
    if suffix == ".gz":
        inner = path[: -len(suffix)]
        yield from _pieces(inner, gunzip(data, limits), limits, extract, inside=True)
    elif suffix == ".zip":
        for name, read in members(data, limits):
            yield from _members(name, read, limits, extract)
    elif suffix == ".epub":
        yield from split_epub(data, limits)
    elif suffix in _SPLITTERS:
        yield from _SPLITTERS[suffix](data)
    else:
        yield Piece(name="", read=partial(extract, suffix, data))


def _members(
    name: str, read: Callable[[], bytes], limits: Limits, extract: _Extracting
) -> Iterator[Piece]:
    """The articles of a file in an archive: mostly one, which is unpacked when its turn comes."""

    def whole() -> Extract:
        if not is_supported(name):
            raise NoArticle(f"unsupported format {suffix or '(no extension)'}")
        return extract(suffix, read())

    suffix = Path(name).suffix.lower()
    if suffix in _SINGLE or not is_supported(name):
        yield Piece(name=name, read=whole)
        return
    try:
        for piece in _pieces(name, read(), limits, extract, inside=True):
            yield replace(piece, name=f"{name}/{piece.name}" if piece.name else name)
    except Unreadable as error:
        yield Piece(name=name, read=partial(_raise, error))


def _raise(error: Unreadable) -> Extract:
    raise error


def _extract(
    suffix: str, data: bytes, *, limits: Limits, before_ocr: Callable[[int], None]
) -> Extract:
    if suffix == ".pdf":
        return extract_pdf(data, limits, before_ocr=before_ocr)
    if suffix in PICTURES:
        return extract_picture(data, limits)
    if suffix in _UNPACKERS:
        return _UNPACKERS[suffix](data, limits)
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise Unreadable(f"is really {what}, not {suffix}")
    return _READERS[suffix](data)


def _article(raw: RawFile, extract: Extract, *, path: str, part_of: str | None) -> Article:
    headers = find_headers(extract, path=path.removesuffix(".gz"))
    title = (headers.title_span,) if headers.title_span else ()
    apart = (*extract.apart, *title, *headers.dated)
    return Article(
        path=path,
        sha256=raw.sha256,
        text=extract.text,
        paragraphs=extract.paragraphs
        or paragraphs(extract.text, apart=apart, flowing=extract.flowing),
        flowing=extract.flowing,
        title=_short(headers.title),
        outlet=_short(headers.outlet),
        date=headers.date,
        tags=extract.tags,
        url=headers.url,
        left_out=extract.left_out,
        part_of=part_of,
        ocr=extract.ocr,
    )


def _short(found: Found) -> Found:
    # Every sentence is embedded with its title: one of a megabyte would be that many of them.
    return replace(found, value=found.value[:LONGEST_TITLE]) if found.value else found
