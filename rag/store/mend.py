"""Repairs of an index: back to the previous generation, or caches rebuilt from SQLite."""

from __future__ import annotations

import os
from pathlib import Path

from rag.error_words import reason
from rag.errors import ConfigError, IndexMissing, RagError
from rag.store import manifest as manifests
from rag.store.build import IndexWriter
from rag.store.generations import lock_for_writing, unwritable
from rag.store.manifest import Manifest


def roll_back(index: Path) -> Manifest:
    """Go back to the previous generation and keep the current one; a second call undoes this.

    Raises:
        IndexStale: One of the two generations is damaged.
        ConfigError: There is no index, or its folder cannot be written.
        RagError: There is no previous generation, or another process is writing.
    """
    try:
        lock = lock_for_writing(index)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ConfigError(
            f"{index} is not an index: {reason(error)}",
            hint="give the folder of the index with --index",
        ) from error
    except OSError as error:
        raise unwritable(index, error) from error
    try:
        now = manifests.read_manifest(index)
        try:
            before = manifests.read_manifest(index, manifests.PREVIOUS)
            manifests.verify_files(index, before)
        except IndexMissing as error:
            raise RagError(
                f"there is no previous generation in {index}",
                hint="build an index: rag index FOLDER_OF_ARTICLES",
            ) from error
        # The way back first: whenever this ends, the manifest in force is whole.
        manifests.write_manifest(index, now, manifests.PREVIOUS)
        manifests.write_manifest(index, before)
    except OSError as error:
        raise unwritable(index, error) from error
    finally:
        os.close(lock)
    return before


def rebuild_caches(index: Path) -> Manifest:
    """Rebuild the vector and word indexes from SQLite in a new generation, without embedding.

    Raises:
        IndexMissing: There is no index.
        IndexStale: The manifest or SQLite itself is damaged.
        RagError: Another process is writing, or the disk is full.
    """
    with IndexWriter(index) as writer:
        now = manifests.read_manifest(index)
        manifests.verify_files(index, now, only={"articles.sqlite"})
        writer.adopt(now.folder(index))
        return writer.commit(
            embedder=now.embedder,
            dimension=now.dimension,
            passage_words=now.passage_words,
            code=now.code,
            roots=now.places,
        )
