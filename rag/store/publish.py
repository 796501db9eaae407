"""The local index -> a generation of a shared index in Milvus, put in force in one step.

A load that is stopped is gone on with: what Milvus has is not sent again. Readers see the
generation in force until the next one is whole; its passages and those of the one before stay.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rag.error_words import reason
from rag.errors import IndexStale, RagError
from rag.store.generations import lock_for_writing
from rag.store.lease import Lease
from rag.store.manifest import Manifest, read_manifest
from rag.store.milvus import EXACT_BELOW, MEANING, WORDS, Milvus
from rag.store.reading import open_database
from rag.store.shared_files import (
    ARTICLES,
    CURRENT,
    INDEX,
    PREVIOUS,
    SHARED,
    Published,
    all_names,
    fetch_file,
    open_shared,
    read_published,
    send_file,
    write_published,
)
from rag.store.sparse import passage_half

AT_ONCE = 500  # passages of one call: about 2 MB
NEAR = 0.02  # share by which the average length may move before all passages are weighed anew
EMPTY = {0: 0.0}  # Milvus takes no sparse vector without a number


def publish(
    index: Path, milvus: Milvus, *, progress: Callable[[int, int], None] = lambda done, of: None
) -> Published:
    """Make a shared index hold what a local one holds.

    Args:
        index: Folder of the local index.
        milvus: The shared one.
        progress: Told how many passages of how many are there.

    Raises:
        IndexMissing: There is no local index.
        IndexStale: One of the two is damaged.
        RagError: Milvus fails, or somebody else has published meanwhile.
    """
    lock = lock_for_writing(index)
    try:
        manifest = read_manifest(index)
        milvus.make_texts(milvus.address.name)
        milvus.make_texts(milvus.blocks)
        with Lease(milvus) as lease, TemporaryDirectory(prefix="rag-") as work:
            now = _in_force(milvus)
            if now and now.manifest == _described(manifest):
                return now

            def shown(done: int, of: int) -> None:
                lease.renew()
                progress(done, of)

            return _publish(manifest, index, milvus, now, Path(work), shown)
    except (OSError, sqlite3.Error) as error:
        raise RagError(
            f"the index in {index} could not be published: {reason(error)}",
            hint="make room in the temporary folder, or choose another one: TMPDIR=FOLDER",
        ) from error
    finally:
        os.close(lock)


def _in_force(milvus: Milvus) -> Published | None:
    """The generation in force; None where what is there cannot be read, which is written anew."""
    try:
        return read_published(milvus)
    except IndexStale:
        return None


def _described(manifest: Manifest) -> dict[str, Any]:
    """What a shared generation says of the local one that it was made from."""
    found: dict[str, Any] = json.loads(json.dumps({**asdict(manifest), "files": {}}))
    return found


def _publish(
    manifest: Manifest,
    index: Path,
    milvus: Milvus,
    now: Published | None,
    work: Path,
    progress: Callable[[int, int], None],
) -> Published:
    articles = manifest.folder(index) / ARTICLES
    db = open_database(articles)
    keys = open_shared(work / SHARED, write=True)
    count, average = _count_terms(db, keys)
    collection, average = _collection(milvus, manifest, now, count, average)
    same = now is not None and now.passages == collection
    there = _keys(milvus, now, work / "before.sqlite") if now and same else set()
    _send_passages(db, keys, milvus, collection, average, there, lambda n: progress(n, count))
    keys.execute(INDEX)
    keys.commit()
    sent = {key for (key,) in keys.execute("SELECT DISTINCT key FROM keys")}
    keys.close()
    db.close()
    files = {ARTICLES: send_file(milvus, articles), SHARED: send_file(milvus, work / SHARED)}
    published = Published(
        generation=1 + (now.generation if now else 0),
        passages=collection,
        count=count,
        average=average,
        manifest=_described(manifest),
        files=files,
    )
    if _in_force(milvus) != now:
        raise RagError(
            f"somebody else has published to {milvus.address} meanwhile",
            hint="publish again; one machine at a time writes a shared index",
        )
    if now:
        write_published(milvus, now, PREVIOUS)
    write_published(milvus, published, CURRENT)
    _sweep(milvus, [one for one in (published, now) if one], {collection: sent | there})
    return published


def _count_terms(db: sqlite3.Connection, keys: sqlite3.Connection) -> tuple[int, float]:
    """Note in how many passages each term occurs; how many passages there are, and their length."""
    frequency: Counter[str] = Counter()
    passages = total = 0
    for (words,) in db.execute("SELECT words FROM passages ORDER BY id"):
        terms = words.split()
        frequency.update(set(terms))
        passages += 1
        total += len(terms)
    keys.executemany("INSERT INTO terms VALUES (?,?)", sorted(frequency.items()))
    return passages, max(1.0, total / max(1, passages))


def _collection(
    milvus: Milvus, manifest: Manifest, now: Published | None, count: int, average: float
) -> tuple[str, float]:
    """The collection of the passages, and the average length that they are weighed by there.

    Weights of one average are not those of another, and vectors of one model not those of another.
    """
    same = now is not None and now.manifest["embedder"] == asdict(manifest.embedder)
    kind = count >= EXACT_BELOW
    near = now is not None and abs(now.average - average) <= NEAR * now.average
    if now and same and near and kind == (now.count >= EXACT_BELOW):
        return now.passages, now.average
    seed = f"{average!r} {manifest.embedder.sha256} {manifest.dimension} {kind}"
    part = hashlib.sha256(seed.encode()).hexdigest()[:12]
    collection = f"{milvus.address.name}_passages_{part}"
    milvus.make_passages(collection, dimension=manifest.dimension, count=count)
    return collection, average


def _keys(milvus: Milvus, now: Published, path: Path) -> set[int]:
    """The keys of the passages of a generation."""
    try:
        fetch_file(milvus, now.files[SHARED], path)
    except IndexStale:  # it is damaged: what is there is asked for
        return set()
    db = open_shared(path)
    try:
        return {key for (key,) in db.execute("SELECT DISTINCT key FROM keys")}
    finally:
        db.close()


def _send_passages(
    db: sqlite3.Connection,
    keys: sqlite3.Connection,
    milvus: Milvus,
    collection: str,
    average: float,
    there: set[int],
    progress: Callable[[int], None],
) -> None:
    """Write the passages that are not there yet, and note the key of each."""
    done = 0
    for block in _blocks(db):
        rows: dict[int, dict[str, Any]] = {}
        for id, words, vector in block:
            key = _key(words, vector)
            keys.execute("INSERT INTO keys VALUES (?,?)", (id, key))
            if key not in there:
                rows[key] = {
                    "key": key,
                    MEANING: list(struct.unpack(f"<{len(vector) // 2}e", vector)),
                    WORDS: passage_half(words.split(), average=average) or EMPTY,
                }
        known = milvus.known(collection, list(rows))
        milvus.write(collection, [row for key, row in rows.items() if key not in known])
        done += len(block)
        progress(done)


def _blocks(db: sqlite3.Connection) -> Iterator[list[tuple[int, str, bytes]]]:
    rows = db.execute("SELECT id, words, vector FROM passages ORDER BY id")
    while block := rows.fetchmany(AT_ONCE):
        yield block


def _key(words: str, vector: bytes) -> int:
    """The key of a passage: 63 bits of the SHA-256 of what its row holds."""
    whole = hashlib.sha256(words.encode() + b"\0" + vector).digest()
    return int.from_bytes(whole[:8], "little") >> 1


def _sweep(milvus: Milvus, named: list[Published], passages: Mapping[str, set[int]]) -> None:
    """Remove what no generation in use names."""
    for collection in milvus.passage_collections():
        if collection not in {one.passages for one in named}:
            milvus.drop(collection)
    for collection, keys in passages.items():
        if milvus.count(collection) > len(keys):
            milvus.delete(collection, sorted(milvus.keys(collection) - keys))
    files = [file for one in named for file in one.files.values()]
    try:
        blocks = {name for file in files for name in all_names(milvus, file)}
    except IndexStale:  # of the generation before: next time, it is no longer named
        return
    if milvus.count(milvus.blocks) > len(blocks):
        milvus.delete(milvus.blocks, sorted(milvus.keys(milvus.blocks) - blocks))
