"""What a generation of a shared index is, as Milvus keeps it: a row of JSON and blocks of files.

::

    articles.sqlite   as the local index has it
    shared.sqlite     keys: passage -> key of its row in Milvus; terms: how many passages have one
    shared.json       only here: where the passages are, for who opens the generation

A passage's key says what it holds: its words, weighed by one average length, and its vector. So a
passage that stays is not sent again, and two that are alike are one row.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.checksum import sha256_of
from rag.errors import IndexStale
from rag.store.blocks import SIZE, blocks_of, name_of, packed, unpacked
from rag.store.milvus import Milvus
from rag.store.reading import open_database

FORMAT = 1  # raise it when an older reader would misread what is in Milvus
ARTICLES, SHARED = "articles.sqlite", "shared.sqlite"
CURRENT, PREVIOUS = "current", "previous"  # keys of the rows that name generations
AT_ONCE = 64  # blocks of one call: below the 4 MB that a message may have
LISTED = 900  # names of blocks in one block of names, and at most in the row of a generation

SCHEMA = """
CREATE TABLE keys (passage INTEGER PRIMARY KEY, key INTEGER NOT NULL);
CREATE TABLE terms (term TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
"""
INDEX = "CREATE INDEX keys_by_key ON keys (key)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """A file of a shared generation."""

    size: int  # bytes
    sha256: str
    roots: tuple[str, ...]  # its blocks; or blocks that hold the names of those, a line each
    depth: int  # how often the names are those of blocks of names


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A generation of a shared index."""

    generation: int
    passages: str  # the collection of its passages
    count: int
    average: float  # terms of a passage, that all rows of the collection were weighed by
    manifest: dict[str, Any]  # of the local index that it was made from, without its files
    files: dict[str, SharedFile]
    format: int = FORMAT


def read_published(milvus: Milvus, name: str = CURRENT) -> Published | None:
    """A generation by its row: the one in force, or `PREVIOUS`; None where there is none.

    Raises:
        IndexStale: It is of another format, or damaged.
    """
    if not milvus.has(milvus.address.name):
        return None
    text = milvus.texts(milvus.address.name, [name]).get(name)
    if text is None:
        return None
    hint = "publish it anew with this version: rag index FOLDER --store ADDRESS"
    try:
        raw = json.loads(text)
        if raw.get("format") != FORMAT:
            raise IndexStale(f"{milvus.address} does not have format {FORMAT}", hint=hint)
        files = {
            name: SharedFile(**{**entry, "roots": tuple(entry["roots"])})
            for name, entry in raw.pop("files").items()
        }
        return Published(**raw, files=files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexStale(f"{milvus.address} is damaged: {error}", hint=hint) from error


def write_published(milvus: Milvus, published: Published, name: str = CURRENT) -> None:
    """Put a generation in force, in one step; or note it as `PREVIOUS`."""
    text = json.dumps(asdict(published))
    milvus.write(milvus.address.name, [{"key": name, "text": text, "none": [0.0, 0.0]}])


def send_file(milvus: Milvus, path: Path) -> SharedFile:
    """Write a file's blocks, those that are not there yet."""
    whole = hashlib.sha256()
    names: list[str] = []
    held: dict[str, bytes] = {}
    for name, block in blocks_of(path):
        whole.update(block)
        names.append(name)
        held[name] = block
        if len(held) == AT_ONCE:
            _send(milvus, held)
            held = {}
    _send(milvus, held)
    depth = 0
    while len(names) > LISTED:
        names = _send_names(milvus, names)
        depth += 1
    return SharedFile(
        size=path.stat().st_size, sha256=whole.hexdigest(), roots=tuple(names), depth=depth
    )


def _send_names(milvus: Milvus, names: Sequence[str]) -> list[str]:
    """Write names as blocks, and give the names of these."""
    above: list[str] = []
    for start in range(0, len(names), LISTED):
        listed = "\n".join(names[start : start + LISTED]).encode()
        above.append(name_of(listed))
        _send(milvus, {above[-1]: listed})
    return above


def _send(milvus: Milvus, blocks: dict[str, bytes]) -> None:
    """Write blocks that are not there, or not whole."""
    known = milvus.texts(milvus.blocks, list(blocks))
    rows = [
        {"key": name, "text": packed(block), "none": [0.0, 0.0]}
        for name, block in blocks.items()
        if name not in known or not _is_whole(known[name], name)
    ]
    milvus.write(milvus.blocks, rows)


def _is_whole(text: str, name: str) -> bool:
    try:
        unpacked(text, name)
    except ValueError:
        return False
    return True


def names_in(milvus: Milvus, file: SharedFile) -> list[str]:
    """The names of a file's blocks, in order."""
    return _names(milvus, file)[-1]


def all_names(milvus: Milvus, file: SharedFile) -> set[str]:
    """The names of a file's blocks, and of the blocks that hold names."""
    return {name for names in _names(milvus, file) for name in names}


def _names(milvus: Milvus, file: SharedFile) -> list[list[str]]:
    """The names of each depth."""
    found = [list(file.roots)]
    for _ in range(file.depth):
        blocks = _fetched(milvus, found[-1])
        found.append([name for one in found[-1] for name in blocks[one].decode().split("\n")])
    return found


def fetch_file(milvus: Milvus, file: SharedFile, path: Path, *, before: Path | None = None) -> None:
    """Write a file from its blocks, those of a version before from there.

    Raises:
        IndexStale: A block is damaged or missing.
        OSError: The file could not be written.
    """
    names = names_in(milvus, file)
    had: dict[str, int] = {}
    if before and before.is_file():
        had = {name: place for place, (name, _) in enumerate(blocks_of(before))}
    with path.open("wb") as out:
        for start in range(0, len(names), AT_ONCE):
            part = names[start : start + AT_ONCE]
            fetched = _fetched(milvus, [name for name in part if name not in had])
            for name in part:
                out.write(fetched[name] if name in fetched else _block_at(before, had[name]))
    if sha256_of(path) != file.sha256:
        raise IndexStale(
            f"{milvus.address} is damaged: {path.name} is not what was published",
            hint="publish it again: rag index FOLDER --store ADDRESS",
        )


def _block_at(path: Path | None, place: int) -> bytes:
    assert path is not None
    with path.open("rb") as file:
        file.seek(place * SIZE)
        return file.read(SIZE)


def _fetched(milvus: Milvus, names: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for start in range(0, len(names), AT_ONCE):
        part = list(dict.fromkeys(names[start : start + AT_ONCE]))
        texts = milvus.texts(milvus.blocks, part)
        try:
            found |= {name: unpacked(texts[name], name) for name in part}
        except (KeyError, ValueError) as error:
            raise IndexStale(
                f"{milvus.address} is damaged: {error}",
                hint="publish it again: rag index FOLDER --store ADDRESS",
            ) from error
    return found


def open_shared(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """Open a ``shared.sqlite``, or begin one."""
    if not write:
        return open_database(path, any_thread=True)
    db = sqlite3.connect(path)
    db.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {SCHEMA}")
    return db
