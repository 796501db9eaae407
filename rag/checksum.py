"""SHA-256 of files, remembered so that a model of gigabytes is not read at every question.

A remembered sum holds for as long as the file's size, modification time and inode stay the same.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, read now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_sha256(path: Path, memory: Path) -> str:
    """SHA-256 of a file, from ``memory`` when the file looks untouched since it was last read.

    Args:
        path: The file.
        memory: A JSON file of sums already taken; made when absent, kept up to date.
    """
    stat = path.stat()
    key, seen = str(path.resolve()), [stat.st_size, stat.st_mtime_ns, stat.st_ino]
    known = _read(memory)
    if known.get(key, {}).get("seen") == seen:
        return str(known[key]["sha256"])
    known[key] = {"seen": seen, "sha256": sha256_of(path)}
    write_atomically(memory, json.dumps(known, indent=1))
    return str(known[key]["sha256"])


def _read(memory: Path) -> dict[str, dict[str, object]]:
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):  # nothing remembered: sums are taken again
        return {}
    return known if isinstance(known, dict) else {}


def write_atomically(path: Path, content: str) -> None:
    """Replace a small text file so that a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
