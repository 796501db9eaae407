"""SHA-256 of files, remembered so that a model of gigabytes is not read at every question.

A remembered sum holds for as long as the file's size, modification time and inode stay the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

RACY = 2.0  # seconds in which a file may be written again within one tick of its clock


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, read now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_sha256(path: Path, memory: Path) -> str:
    """SHA-256 of a file, from ``memory`` when the file looks untouched since it was last read.

    Args:
        path: The file.
        memory: A JSON file of sums already taken; made when absent, kept up to date where that is
            possible: without it a sum is taken again, which only costs time.
    """
    stat = path.stat()
    seen = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
    return remembered(str(path.resolve()), seen, memory, take=lambda: sha256_of(path))


def remembered(key: str, seen: Sequence[int | str], memory: Path, take: Callable[[], str]) -> str:
    """A checksum, from ``memory`` where what it is of looks as it did.

    Args:
        key: What the sum is of.
        seen: What that looks like now.
        memory: As of `remembered_sha256`.
        take: Takes the sum.
    """
    known = _read(memory)
    match known.get(key):
        case {"seen": then, "sha256": str(sum)} if then == seen:
            return sum
    now = take()
    known[key] = {"seen": seen, "sha256": now}
    with suppress(OSError):
        write_atomically(memory, json.dumps(known, indent=1))
    return now


def _read(memory: Path) -> dict[str, Any]:
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # nothing remembered: sums are taken again
        return {}
    return known if isinstance(known, dict) else {}


def look(path: Path) -> str:
    """What a file looks like from outside: size, times and inode; empty when it is gone."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}:{found.st_ino}"


def settled(path: Path, then: str) -> str:
    """What a file may be known by next time.

    Args:
        path: The file.
        then: Its `look` before it was read.

    Returns:
        Its look; empty, so that it is hashed, where it changed meanwhile, or was written so short a
        time ago that it may be written again within the same tick of the file system's clock.
    """
    try:
        found = path.stat()
    except OSError:
        return ""
    old = time.time() - max(found.st_mtime, found.st_ctime) >= RACY
    return then if old and look(path) == then else ""


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace a small file so that a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            if path.exists():  # a file that only its owner may read stays so
                shutil.copymode(path, draft)
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:  # a full disk above all
        draft.unlink(missing_ok=True)
        raise


def flush(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
