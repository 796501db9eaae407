"""The folders of an index, one for each generation: kept while somebody reads it, then removed."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from rag.error_words import reason
from rag.errors import ConfigError, RagError

# File systems without locks, on a network mostly: there a reader relies on the two generations
# that are kept, as it did before it could hold one.
NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})


def generation_folder(index: Path, generation: int) -> Path:
    """Folder of one generation."""
    return index / f"gen-{generation}"


def generations(index: Path) -> list[int]:
    """Numbers of all generations that have a folder, whole or not."""
    names = (path.name.removeprefix("gen-") for path in index.glob("gen-*") if path.is_dir())
    return [int(number) for number in names if number.isdigit()]


def unfinished_file(index: Path, generation: int, key: str) -> Path:
    """Where a sync keeps what the next one needs if it is stopped.

    Args:
        index: Folder of the index.
        generation: In force when the sync began; 0: none.
        key: Of all else that it depends on.
    """
    return index / f"unfinished-{generation}-{key}"


def drop_unfinished(index: Path, *, keep: Path | None = None) -> None:
    """Remove what stopped syncs have kept.

    Only the writer may call it.

    Args:
        index: Folder of the index.
        keep: An `unfinished_file` that stays; without a key, all of its generation.
    """
    for path in index.glob("unfinished-*"):
        if keep is None or not path.name.startswith(keep.name):
            with suppress(OSError):  # it is in nobody's way
                path.unlink()


def hold(folder: Path) -> int:
    """Keep a generation from being removed for as long as the result is open.

    Args:
        folder: Of the generation.

    Returns:
        A file descriptor. The kernel closes it when the process ends in any way.

    Raises:
        FileNotFoundError: The generation is gone, or being removed.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    if not _locked(handle, fcntl.LOCK_SH) or os.fstat(handle).st_nlink == 0:
        os.close(handle)
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    return handle


def sweep(index: Path, *, keep: Collection[int | None]) -> None:
    """Remove generations and drafts that no one needs.

    Only the writer may call it: what is being written looks like a wreck.

    Args:
        index: Folder of the index.
        keep: Generations that stay; those that a reader holds stay too, until a later sweep.
    """
    for number in generations(index):
        if number not in keep:
            _remove(generation_folder(index, number))
    for draft in index.glob(".manifest*"):
        draft.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if _locked(handle, fcntl.LOCK_EX):
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)


def _locked(handle: int, kind: int) -> bool:
    """Whether a lock is free, which it is not any more then."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
    return True


def lock_for_writing(index: Path) -> int:
    """Become the one writer of an index.

    Returns:
        A file descriptor; closing it, or the end of the process, lets the next one write.

    Raises:
        RagError: Another process is the writer.
        OSError: The folder cannot be written to.
    """
    handle = os.open(index / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = _holder(handle)
        os.close(handle)
        raise RagError(
            f"another process ({holder}) is writing to {index}",
            hint="wait until it has finished",
        ) from error
    os.truncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle


def unwritable(index: Path, error: OSError) -> ConfigError:
    """What to say where the folder of an index cannot be written."""
    return ConfigError(
        f"no index can be written to {index}: {reason(error)}",
        hint="choose another folder with --index, or ask the owner of this one",
    )


def _holder(handle: int) -> str:
    """The process that has the writer's lock, which it notes just after it took it."""
    for _ in range(25):
        noted = os.pread(handle, 32, 0).decode(errors="replace").strip()
        if noted.isdigit() and _runs(int(noted)):
            return noted
        time.sleep(0.02)
    return "unknown"


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # of another user
        return True
    return True
