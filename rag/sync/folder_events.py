"""Folders -> the moments at which something in them has changed and come to rest.

The kernel tells of changes (inotify and its like, through watchfiles); where it cannot, the folders
are looked through every few seconds. What no index would take is not worth a moment: the index
itself, hidden files, and what `.ragignore` files name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from stat import S_ISDIR
from time import monotonic, sleep

from rag.checksum import look
from rag.errors import CorpusError
from rag.load import IGNORE_FILE, IgnoreRules

QUIET = 0.5  # seconds without a change, after which a burst of them is over
LONGEST = 30.0  # seconds after which what has changed so far is a moment, though more is coming
STEP = 0.1  # seconds from one look at what the kernel told to the next
FOLDER = "folder "  # how the face of one begins
POLL = 2.0  # seconds between two walks where the kernel tells nothing


def bursts(
    roots: Sequence[Path],
    index: Path,
    *,
    again: Callable[[], bool],
    notify: Callable[[str], None] = lambda line: None,
) -> Iterator[None]:
    """Wait for changes; endless.

    Args:
        roots: Absolute folders and files; they may be gone, and come back.
        index: Folder of the index, wherever it is.
        again: Whether a moment is due without a change; asked several times a second.
        notify: Told, in one line, that the folders have to be looked through.

    Yields:
        The first moment as soon as nothing can be missed any more, then one after each burst of
        changes: half a second after the last of them, or thirty after the first.
    """
    polling: bool | None = None  # as watchfiles finds
    while True:
        seen = {root: _face(root) for root in roots}
        begun = last = monotonic() - QUIET
        pending = True
        watched = [root for root, face in seen.items() if face.startswith(FOLDER)]
        try:
            for paths in _changes(watched, polling=polling):
                now = monotonic()
                if paths and _matter(paths, watched, index):
                    begun = begun if pending else now
                    pending, last = True, now
                if (pending and (now - last >= QUIET or now - begun >= LONGEST)) or again():
                    pending = False
                    yield
                if any(
                    _face(root) != face for root, face in seen.items()
                ):  # another folder or file is in its place, or none
                    break
        except _CannotWatch as error:
            if polling:
                raise
            polling = True
            notify(
                f"The system does not report changes ({error}): checking every {POLL:g} s instead."
            )


class _CannotWatch(Exception):
    """The kernel will not tell what happens in a folder."""


def _changes(folders: Sequence[Path], *, polling: bool | None) -> Iterator[set[str]]:
    """What has changed under some folders, several times a second; most often nothing.

    A file is not watched: who saves it puts another in its place, and the kernel follows the old.
    """
    if not folders:
        while True:
            sleep(STEP)
            yield set()
    from watchfiles import watch

    milliseconds = int(STEP * 1000)
    try:
        for changes in watch(
            *folders,
            watch_filter=None,  # else what is filtered out could keep this from ever coming back
            debounce=milliseconds,
            step=milliseconds // 2,
            rust_timeout=milliseconds,
            yield_on_timeout=True,
            force_polling=polling,
            poll_delay_ms=int(POLL * 1000),
            ignore_permission_denied=True,
        ):
            yield {path for _, path in changes}
    except FileNotFoundError:  # it went between two looks
        yield set()
    except (OSError, RuntimeError) as error:  # RuntimeError is what watchfiles makes of the rest
        raise _CannotWatch(str(error)) from error


def _matter(paths: set[str], folders: Sequence[Path], index: Path) -> bool:
    """Whether one of these may be a file that an index takes, or a folder of such."""
    own = index.resolve()
    for folder in folders:
        real = folder.resolve()
        rules = IgnoreRules(real)
        for path in map(Path, paths):
            if path.is_relative_to(folder):
                below = path.relative_to(folder)
                if not (real / below).is_relative_to(own) and _matters(below, rules):
                    return True
    return False


def _matters(below: Path, rules: IgnoreRules) -> bool:
    if any(part.startswith(".") for part in below.parts):
        return below.name == IGNORE_FILE and not any(
            part.startswith(".") for part in below.parts[:-1]
        )
    try:
        return not below.parts or not rules.hides(below.as_posix())
    except CorpusError:  # the sync tells what is wrong with a .ragignore
        return True


def _face(root: Path) -> str:
    """By what a root is known: a folder by its inode, a file by all that is seen from outside."""
    try:
        found = root.stat()
    except OSError:
        return ""
    return f"{FOLDER}{found.st_dev}:{found.st_ino}" if S_ISDIR(found.st_mode) else look(root)
