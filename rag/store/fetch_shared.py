"""A generation of a shared index -> a folder here that is opened like any index.

What was fetched before is kept: only blocks that changed come over the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.checksum import flush
from rag.config import Settings
from rag.credentials import store_token
from rag.error_words import reason
from rag.errors import ConfigError, IndexMissing, IndexStale, RagError
from rag.models.embedder_id import EmbedderId
from rag.store.generations import generation_folder, generations, lock_for_writing, sweep
from rag.store.manifest import (
    FILE_NAME,
    FORMAT,
    PLACE,
    Manifest,
    generation_in_force,
    read_manifest,
    seal,
    verify_files,
    write_manifest,
)
from rag.store.milvus import Milvus, read_address
from rag.store.shared_files import ARTICLES, SHARED, Published, fetch_file, read_published

WAIT = 600.0  # seconds for another process that fetches the same


def shared_folder(cache: Path, address: str) -> Path:
    """Where a shared index is kept here, however its address is spelt."""
    spelt = str(read_address(address))
    return cache / "shared" / hashlib.sha256(spelt.encode()).hexdigest()[:16]


def brought(settings: Settings, *, patience: float = 10.0) -> Settings:
    """The settings with an index that is here: a shared one is fetched first.

    Raises:
        ConfigError: `store` is no address.
        RagError: See `fetch_shared`.
    """
    if not settings.store or settings.index == shared_folder(settings.cache, settings.store):
        return settings
    milvus = Milvus(read_address(settings.store), token=store_token(), patience=patience)
    try:
        return replace(settings, index=fetch_shared(milvus, cache=settings.cache))
    finally:
        milvus.close()


def fetch_shared(milvus: Milvus, *, cache: Path) -> Path:
    """Bring the generation in force here, if it is not here yet.

    Returns:
        The folder to be opened as an index.

    Raises:
        IndexMissing: Nothing was published there.
        IndexStale: It is damaged, or of another format.
        RagError: Milvus does not answer.
    """
    folder = shared_folder(cache, str(milvus.address))
    while True:
        published = read_published(milvus)
        _check(published, milvus)
        assert published is not None
        try:
            _bring(milvus, published, folder)
        except IndexStale:
            # While it was fetched, two more may have been published: then its blocks are gone.
            if read_published(milvus) == published:
                raise
        except OSError as error:
            raise ConfigError(
                f"{folder} cannot be written: {reason(error)}",
                hint="make room, or choose another folder with the setting `cache`",
            ) from error
        else:
            return folder


def _check(published: Published | None, milvus: Milvus) -> None:
    """Raise what `fetch_shared` does where there is nothing to be fetched."""
    if published is None:
        raise IndexMissing(
            f"there is no index at {milvus.address}",
            hint=f"publish one: rag index FOLDER_OF_ARTICLES --store {milvus.address}",
        )
    if published.manifest.get("format") != FORMAT:
        raise IndexStale(
            f"the index at {milvus.address} does not have format {FORMAT}",
            hint="publish it with the version of rag that asks it",
        )


def _bring(milvus: Milvus, published: Published, folder: Path) -> None:
    """Fetch a generation, or wait until another process has."""
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + WAIT
    while not _is_here(milvus, folder, published):
        try:
            lock = lock_for_writing(folder)
        except RagError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
            continue
        try:
            if not _is_here(milvus, folder, published):
                _fetch(milvus, published, folder)
        finally:
            os.close(lock)


def _is_here(milvus: Milvus, folder: Path, published: Published) -> bool:
    """Whether what was fetched is this generation, and all of its files are there."""
    try:
        manifest = read_manifest(folder)
        verify_files(folder, manifest, sums=False)
    except (IndexMissing, IndexStale):
        return False
    meant = {name: file.sha256 for name, file in published.files.items()}
    meant[PLACE] = hashlib.sha256(_place(milvus, published).encode()).hexdigest()
    return {name: file.sha256 for name, file in manifest.files.items()} == meant


def _place(milvus: Milvus, published: Published) -> str:
    """What `PLACE` says."""
    return json.dumps(
        {
            "store": str(milvus.address),
            "passages": published.passages,
            "count": published.count,
        }
    )


def _fetch(milvus: Milvus, published: Published, folder: Path) -> None:
    before = generation_in_force(folder)
    old = generation_folder(folder, before) if before is not None else folder
    number = published.generation
    if number in generations(folder):  # a fetch that was stopped, or another index of this name
        number = 1 + max(generations(folder))
    new = generation_folder(folder, number)
    new.mkdir()
    for name in (ARTICLES, SHARED):
        fetch_file(milvus, published.files[name], new / name, before=old / name)
    (new / PLACE).write_text(_place(milvus, published), encoding="utf-8")
    files = {name: seal(new / name) for name in (ARTICLES, SHARED, PLACE)}
    flush(new)
    raw: dict[str, Any] = dict(published.manifest)
    raw |= {
        "generation": number,
        "embedder": EmbedderId(**raw["embedder"]),
        "roots": tuple(raw["roots"]),
        "files": files,
    }
    write_manifest(folder, Manifest(**raw), FILE_NAME)
    sweep(folder, keep={number, before})
