"""Walk folders, and read the bytes of each file once.

The only error that is raised, whatever the folder contains, is `CorpusError` (a PATH that does not
exist, a .ragignore that cannot be read). A place that cannot be opened is not treated as missing.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rag.domain import Skipped
from rag.error_words import reason
from rag.errors import CorpusError
from rag.limits import DEFAULT, MEGABYTE, Limits
from rag.load import ocr
from rag.load.extract_result import Unreadable
from rag.load.ignore import IGNORE_FILE, IgnoreRules
from rag.load.roots import Root, absolute, as_text, find_roots, mode_of

# By the name; `rag.load.parse` has the reader of each.
FORMATS = frozenset(
    {
        *(".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".mht", ".mhtml"),
        *(".pdf", ".docx", ".rtf", ".odt", ".pptx", ".xlsx", ".eml", ".msg", ".srt", ".vtt"),
        *(".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".xml", ".rss", ".atom", ".mbox", ".epub"),
        ".zip",
    }
)
ARCHIVES = frozenset({".zip", ".gz"})  # what holds a file of any format; none in another
CHANGED = "changed while it was read"


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
class Unseen:
    """A place that cannot be looked at: what lies there is not known, and so it is not gone."""

    path: str  # as those of files; a folder ends with a slash, and a root is an absolute path
    why: str
    below: tuple[str, ...]  # how the paths of what may lie in it begin; an empty one: all may
    on_disk: Path

    def covers(self, path: str) -> bool:
        """Whether a file of this path may be there."""
        return path == self.path or path.startswith(self.below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What lies under the roots of a corpus."""

    files: tuple[File, ...]  # ordered by path
    ignored: tuple[str, ...]  # what .ragignore files keep out, by path; a folder ends with a slash
    unseen: tuple[Unseen, ...] = ()  # ordered by path


def find_files(roots: Sequence[Path]) -> tuple[File, ...]:
    """The files of `search_roots`, for who needs all of them and does not ask what is ignored.

    Raises:
        CorpusError: As there; and where a place cannot be looked at.
    """
    found = search_roots(roots)
    if found.unseen:
        first = found.unseen[0]
        raise CorpusError(
            f"{as_text(first.on_disk)} {first.why}",
            hint="make it readable, or add it to a .ragignore file",
        )
    return found.files


def search_roots(paths: Sequence[Path]) -> Corpus:
    """List the files under the given folders (or the given files themselves).

    Hidden files and folders, what `.ragignore` files name, links that lead out of their folder,
    linked folders, FIFOs, sockets and devices are passed over; a file reached twice is listed once,
    and a file that is given itself is listed whatever its name. `rag.load.roots` tells how paths
    begin.

    Args:
        paths: Folders or files.

    Returns:
        The files, what is ignored, and what cannot be looked at.

    Raises:
        CorpusError: A root does not exist, or is neither a folder nor a regular file; or a
            `.ragignore` cannot be read.
    """
    found: dict[str, File] = {}
    ignored: list[str] = []
    unseen: dict[Path, Unseen] = {}
    for root in sorted(find_roots(paths), key=lambda each: (each.folder, each.given)):
        if root.why:  # whether it is a file or a folder is not known
            place = absolute(root.given)
            unseen[place] = Unseen(path=as_text(place), why=root.why, below=("",), on_disk=place)
            continue
        for relative, real in _relatives(root, ignored, unseen):
            on_disk = root.folder / relative
            file = File(path=_path(root, relative), on_disk=on_disk, root=root.folder)
            if root.is_file:  # a link that the user names is followed, wherever it leads
                file = File(path=file.path, on_disk=Path(real), root=Path(real).parent)
            # Of a file and the links to it, the file itself is the one to cite.
            if real not in found or found[real].on_disk.is_symlink() > on_disk.is_symlink():
                found[real] = file
    files = tuple(sorted(found.values(), key=lambda file: file.path))
    return Corpus(
        files=files,
        ignored=tuple(sorted(set(ignored))),
        unseen=tuple(sorted(unseen.values(), key=lambda one: one.path)),
    )


def is_supported(path: str) -> bool:
    """Whether a file is of a format that is read, by its name; pictures are where OCR can be."""
    name = Path(path)
    suffix = (Path(name.stem) if name.suffix.lower() == ".gz" else name).suffix.lower()
    return suffix in FORMATS or (suffix in ocr.PICTURES and ocr.is_installed())


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
        # Who is still writing it will be done: what it holds is not known yet.
        return Skipped(path=file.path, why=error.message, unread=error.message == CHANGED)
    except OSError as error:
        return Skipped(path=file.path, why=_why(error), unread=True)
    return RawFile(path=file.path, data=data, sha256=hashlib.sha256(data).hexdigest())


def _why(error: OSError) -> str:
    return f"cannot be read: {reason(error)}"


def _relatives(
    root: Root, ignored: list[str], unseen: dict[Path, Unseen]
) -> Iterator[tuple[Path, str]]:
    """The files of a root, relative to its folder, and where each really is.

    What is passed over goes to ``ignored``, what cannot be looked at to ``unseen``.
    """
    if root.is_file:
        yield Path(root.given.name), os.path.realpath(root.folder / root.given.name)
        return
    rules = IgnoreRules(root.folder)

    def unlisted(error: OSError) -> None:
        _add(unseen, root, Path(os.fsdecode(error.filename)), error)

    for folder, folders, names in os.walk(root.folder, onerror=unlisted):
        below = Path(folder).relative_to(root.folder)
        try:  # what is in it may be listed, and still not be looked at
            os.lstat(f"{folder}/{IGNORE_FILE}")
        except FileNotFoundError:
            pass
        except OSError as error:
            _add(unseen, root, Path(folder), error)
            folders.clear()
            continue
        wanted = partial(_is_wanted, root, rules, below, ignored)
        folders[:] = [name for name in sorted(folders) if wanted(name, end="/")]
        for name in sorted(names):
            try:
                real = _real_path(f"{folder}/{name}", root.folder)
            except OSError as error:
                if wanted(name):
                    _add(unseen, root, Path(folder, name), error, end="")
                continue
            if real and wanted(name):
                yield below / name, real


def _is_wanted(
    root: Root, rules: IgnoreRules, below: Path, ignored: list[str], name: str, end: str = ""
) -> bool:
    """Whether a name in a folder of a root is neither hidden nor ignored; ``end``: of a folder."""
    if name.startswith("."):
        return False
    ignores = rules.ignores(f"{(below / name).as_posix()}{end}")
    if ignores:
        ignored.append(f"{_path(root, below / name)}{end}")
    return not ignores


def _path(root: Root, relative: Path) -> str:
    return "/".join(filter(None, (root.label, as_text(relative))))


def _add(
    unseen: dict[Path, Unseen], root: Root, place: Path, error: OSError, end: str = "/"
) -> None:
    """Note that a place under a root cannot be looked at; ``end`` is empty unless it is a folder.

    Under several roots, it is one place.
    """
    if place == root.folder:
        path, below = f"{as_text(place)}{end}", f"{root.label}/" if root.label else ""
    else:
        path = f"{_path(root, place.relative_to(root.folder))}{end}"
        below = f"{path.removesuffix('/')}/"
    found = unseen.setdefault(place, Unseen(path=path, why=_why(error), below=(), on_disk=place))
    unseen[place] = replace(found, below=(*found.below, below))


def _real_path(place: str, root: Path) -> str | None:
    """Where a regular file under a root really is; None for all else, and for a link out of it.

    The folder that it stands in is real itself: links to folders are not walked.

    Raises:
        OSError: It cannot be looked at.
    """
    try:
        mode = os.lstat(place).st_mode
    except FileNotFoundError:  # it went since its folder was listed
        return None
    if not stat.S_ISLNK(mode):
        return place if stat.S_ISREG(mode) else None
    real = Path(os.path.realpath(place))
    if not real.is_relative_to(root):
        return None
    found = mode_of(real)
    return str(real) if found is not None and stat.S_ISREG(found) else None


def _read_bytes(file: File, megabytes: int) -> bytes:
    # A link may lead elsewhere by now: what is opened is the resolved path, and no step of it is
    # followed again.
    real = Path(os.path.realpath(file.on_disk))
    if not real.is_relative_to(file.root):
        raise Unreadable("is a link to a place outside its folder")
    handle = _open_under(file.root, real.relative_to(file.root))
    most = megabytes * MEGABYTE
    with os.fdopen(handle, "rb", buffering=0) as stream:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise Unreadable("not a regular file")
        if before.st_size > most:
            raise Unreadable(f"is larger than {megabytes:,} MB: raise file_megabytes")
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
