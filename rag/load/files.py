"""Walk folders, read each file once, and turn it into an `Article` or a `Skipped`.

This is the door of the package: whatever a file holds, nothing but `CorpusError` (a PATH that is
not there, a .ragignore that cannot be read) is raised to the caller.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.domain import Article, Found, Skipped
from rag.limits import DEFAULT, MEGABYTE, Limits
from rag.load.boilerplate import paragraphs
from rag.load.docx import extract_docx
from rag.load.extract import Extract, Unreadable
from rag.load.headers import find_headers
from rag.load.html import extract_html
from rag.load.ignore import IgnoreRules
from rag.load.markdown import extract_markdown
from rag.load.pdf import extract_pdf
from rag.load.roots import Root, find_roots
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
CHANGED = "changed while it was read"

_READERS: dict[str, Callable[[bytes], Extract]] = {
    ".txt": extract_text,
    ".md": extract_markdown,
    ".markdown": extract_markdown,
    ".html": extract_html,
    ".htm": extract_html,
}
# A small file of these can hold any amount.
_UNPACKERS: dict[str, Callable[[bytes, Limits], Extract]] = {
    ".pdf": extract_pdf,
    ".docx": extract_docx,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the corpus, found but not opened."""

    path: str  # relative to the corpus root, with forward slashes: what `Article.path` will be
    on_disk: Path
    root: Path  # resolved; the file is read only if it really lies under it


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """The bytes of one file, and their hash: enough to see that nothing changed."""

    path: str
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What lies under the roots of a corpus."""

    files: tuple[File, ...]  # ordered by path
    ignored: tuple[str, ...]  # what .ragignore files keep out, by path; a folder ends with a slash


def find_files(roots: Sequence[Path]) -> tuple[File, ...]:
    """The files of `search_roots`, for who does not ask what is ignored."""
    return search_roots(roots).files


def search_roots(paths: Sequence[Path]) -> Corpus:
    """List the files under the given folders (or the given files themselves).

    Hidden files and folders, what `.ragignore` files name, links that lead out of their folder,
    linked folders, FIFOs, sockets and devices are passed over; a file reached twice is listed once,
    and a file that is given itself is listed whatever its name. `rag.load.roots` tells how paths
    begin.

    Args:
        paths: Folders or files.

    Returns:
        The files, and what is ignored.

    Raises:
        CorpusError: A root does not exist, or is neither a folder nor a regular file; or a
            `.ragignore` cannot be read.
    """
    found: dict[str, File] = {}
    ignored: list[str] = []
    for root in sorted(find_roots(paths), key=lambda each: (each.folder, each.given)):
        for relative in _relatives(root, ignored):
            on_disk = root.folder / relative
            key = os.path.realpath(on_disk)
            file = File(path=_path(root, relative), on_disk=on_disk, root=root.folder)
            if root.is_file:  # a link that the user names is followed, wherever it leads
                file = File(path=file.path, on_disk=Path(key), root=Path(key).parent)
            # Of a file and the links to it, the file itself is the one to cite.
            if key not in found or found[key].on_disk.is_symlink() > on_disk.is_symlink():
                found[key] = file
    files = tuple(sorted(found.values(), key=lambda file: file.path))
    return Corpus(files=files, ignored=tuple(sorted(set(ignored))))


def is_supported(path: str) -> bool:
    """Whether a file is of a format that is read, by its name."""
    return Path(path).suffix.lower() in _READERS.keys() | _UNPACKERS.keys()


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


def read_file(file: File, *, limits: Limits = DEFAULT) -> RawFile | Skipped:
    """Read the bytes of one file, from under its root only.

    Returns:
        The bytes, or `Skipped` for an unsupported format and for what cannot be opened.
    """
    if not is_supported(file.path):
        kind = Path(file.path).suffix.lower() or "(no extension)"
        return Skipped(path=file.path, why=f"unsupported format {kind}", failed=False)
    try:
        data = _read_bytes(file, limits.file_megabytes)
    except Unreadable as error:
        return Skipped(path=file.path, why=error.message)
    except OSError as error:
        return Skipped(path=file.path, why=f"cannot be read: {error.strerror or error}")
    return RawFile(path=file.path, data=data, sha256=hashlib.sha256(data).hexdigest())


def parse_file(raw: RawFile, *, limits: Limits = DEFAULT) -> Article | Skipped:
    """Turn the bytes of one file into an article; never raises for what they hold."""
    try:
        extract = _extract(raw, limits)
        if len(extract.text) > limits.text_characters:
            raise Unreadable(
                f"has more than {limits.text_characters:,} characters: raise text_characters"
            )
        if not extract.text.strip():
            raise Unreadable("no text in it")
    except Unreadable as error:
        return Skipped(path=raw.path, why=error.message)
    except MemoryError:
        return Skipped(path=raw.path, why="too large to parse in memory")
    return _article(raw, extract)


def _extract(raw: RawFile, limits: Limits) -> Extract:
    suffix = Path(raw.path).suffix.lower()
    if suffix in _UNPACKERS:
        return _UNPACKERS[suffix](raw.data, limits)
    for magic, what in _MAGIC.items():
        if raw.data.startswith(magic):
            raise Unreadable(f"is {what} by its content, not {suffix}")
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
    )


def _short(found: Found) -> Found:
    # Every sentence is embedded with its title: one of a megabyte would be that many of them.
    return dataclasses.replace(found, value=found.value[:LONGEST_TITLE]) if found.value else found


def _relatives(root: Root, ignored: list[str]) -> Iterator[Path]:
    """The files of a root, relative to its folder; what is passed over goes to ``ignored``."""
    if root.is_file:
        yield Path(root.given.name)
        return
    rules = IgnoreRules(root.folder)
    for folder, folders, names in os.walk(root.folder):
        below = Path(folder).relative_to(root.folder)

        def wanted(name: str, below: Path = below, end: str = "") -> bool:
            if name.startswith("."):
                return False
            ignores = rules.ignores(f"{(below / name).as_posix()}{end}")
            if ignores:
                ignored.append(f"{_path(root, below / name)}{end}")
            return not ignores

        folders[:] = [name for name in sorted(folders) if wanted(name, end="/")]
        for name in sorted(names):
            if _is_inside(Path(folder, name), root.folder) and wanted(name):
                yield below / name


def _path(root: Root, relative: Path) -> str:
    return "/".join(filter(None, (root.label, _as_text(relative))))


def _is_inside(on_disk: Path, root: Path) -> bool:
    real = Path(os.path.realpath(on_disk))
    return real.is_relative_to(root) and real.is_file()


def _read_bytes(file: File, megabytes: int) -> bytes:
    # A link may lead elsewhere by now: what is opened is the resolved path, and no step of it is
    # followed again.
    real = Path(os.path.realpath(file.on_disk))
    if not real.is_relative_to(file.root):
        raise Unreadable("leads out of its folder")
    handle = _open_under(file.root, real.relative_to(file.root))
    most = megabytes * MEGABYTE
    with os.fdopen(handle, "rb", buffering=0) as stream:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise Unreadable("not a regular file")
        if before.st_size > most:
            raise Unreadable(f"has more than {megabytes:,} MB: raise file_megabytes")
        data = _read_all(stream, before.st_size)
        after = os.fstat(handle)
    if len(data) != before.st_size or _state(before) != _state(after):
        raise Unreadable(CHANGED)
    if not data:
        raise Unreadable("empty")
    return data


def _read_all(stream: io.FileIO, size: int) -> bytes:
    """Everything, and one byte more than there should be if the file has grown."""
    parts: list[bytes] = []
    left = size + 1
    while left > 0 and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _state(status: os.stat_result) -> tuple[int, int]:
    # Not the time of the inode: a link made to the file or another mode is no other content.
    return status.st_size, status.st_mtime_ns


def _open_under(root: Path, relative: Path) -> int:
    """Open a file step by step from its root, each step a real folder and no link."""
    step = os.O_DIRECTORY | os.O_NOFOLLOW | getattr(os, "O_PATH", os.O_RDONLY)
    folder = os.open(root, step & ~os.O_NOFOLLOW)
    try:
        for name in relative.parts[:-1]:
            deeper = os.open(name, step, dir_fd=folder)
            os.close(folder)
            folder = deeper
        # O_NONBLOCK: opening a FIFO would wait for a writer that never comes.
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW
        return os.open(relative.name, flags, dir_fd=folder)
    finally:
        os.close(folder)


def _as_text(relative: Path) -> str:
    # A name that is not UTF-8 could be printed and stored by nothing; two such names stay two.
    return os.fsencode(relative.as_posix()).decode("utf-8", errors="backslashreplace")
