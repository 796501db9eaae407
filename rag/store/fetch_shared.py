"""A generation of a shared index -> a folder here that is opened like any index.

What was fetched before is kept: only blocks that changed come over the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.checksum import flush
from rag.config import Settings
from rag.credentials import store_token
from rag.errors import IndexMissing, IndexStale
from rag.models.embedder_id import EmbedderId
from rag.store.generations import generation_folder, generations, lock_for_writing, sweep
from rag.store.manifest import (
    FILE_NAME,
    FORMAT,
    Manifest,
    generation_in_force,
    read_manifest,
    seal,
    write_manifest,
)
from rag.store.milvus import Milvus, read_address
from rag.store.shared_files import ARTICLES, PLACE, SHARED, Published, fetch_file, read_published


def shared_folder(cache: Path, address: str) -> Path:
    """Where a shared index is kept here."""
    return cache / "shared" / hashlib.sha256(address.encode()).hexdigest()[:16]


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
    published = read_published(milvus)
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
    if _is_here(folder, published):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    lock = lock_for_writing(folder)
    try:
        if not _is_here(folder, published):
            _fetch(milvus, published, folder)
    finally:
        os.close(lock)
    return folder


def _is_here(folder: Path, published: Published) -> bool:
    if generation_in_force(folder) != published.generation:
        return False
    files = read_manifest(folder).files
    return all(
        name in files and files[name].sha256 == file.sha256
        for name, file in published.files.items()
    )


def _fetch(milvus: Milvus, published: Published, folder: Path) -> None:
    before = generation_in_force(folder)
    old = generation_folder(folder, before) if before is not None else folder
    new = generation_folder(folder, published.generation)
    if published.generation in generations(folder):  # a fetch that was stopped, or another index
        shutil.rmtree(new)
    new.mkdir()
    for name in (ARTICLES, SHARED):
        fetch_file(milvus, published.files[name], new / name, before=old / name)
    place = {
        "store": str(milvus.address),
        "passages": published.passages,
        "count": published.count,
    }
    (new / PLACE).write_text(json.dumps(place), encoding="utf-8")
    files = {name: seal(new / name) for name in (ARTICLES, SHARED, PLACE)}
    flush(new)
    raw: dict[str, Any] = dict(published.manifest)
    raw |= {
        "generation": published.generation,
        "embedder": EmbedderId(**raw["embedder"]),
        "roots": tuple(raw["roots"]),
        "files": files,
    }
    write_manifest(folder, Manifest(**raw), FILE_NAME)
    sweep(folder, keep={published.generation, before})
