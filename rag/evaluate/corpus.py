"""A folder of articles -> an index to evaluate on, built once and kept in the cache.

The index of a corpus is found again by what it was made of: every file's content, the embedding
model, the settings that shape it, and the code that reads and splits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.checksum import sha256_of
from rag.domain import Article
from rag.errors import EvalError, IndexMissing
from rag.evaluate.beir import CORPUS, is_retrieval_set, read_corpus
from rag.load import find_files
from rag.models.embedder import identify
from rag.store import LocalStore
from rag.sync.code_version import code_version
from rag.sync.report import Progress
from rag.sync.update import sync
from rag.sync.write import build_index

if TYPE_CHECKING:
    from rag.config import Settings


def corpus_index(
    corpus: Path,
    *,
    settings: Settings,
    place: Path | None,
    progress: Callable[[Progress], None] = lambda state: None,
    notify: Callable[[str], None] = lambda line: None,
) -> Path:
    """The index of a corpus, built now if there is none.

    Args:
        corpus: A folder of articles, or a retrieval set.
        settings: How it is indexed, and where the cache is.
        place: Where the index has to be; None for the cache.
        progress: Told how far a build is.
        notify: Told, in one line, that there is one.

    Raises:
        CorpusError: There is no such folder, or no article in it.
        EvalError: At ``place`` is an index of something else.
        ModelError: The embedding model cannot be loaded.
    """
    retrieval = is_retrieval_set(corpus)
    if place is not None and (place / "manifest.json").exists():
        _check_same(corpus, place, retrieval=retrieval)
        return place
    key = _key(corpus, settings, retrieval=retrieval)
    folder = place or settings.cache / "eval" / key[:16]
    if (folder / "manifest.json").exists():
        return folder
    notify(f"Indexing {corpus} (once)…")
    built = replace(settings, index=folder)
    if not retrieval:
        sync([corpus], settings=built, progress=progress, notify=notify)
        return folder
    documents = list(read_corpus(corpus))
    build_index(
        documents,
        total=len(documents),
        roots=[corpus],
        settings=built,
        progress=progress,
        notify=notify,
    )
    return folder


def _key(corpus: Path, settings: Settings, *, retrieval: bool) -> str:
    content = {CORPUS: sha256_of(corpus / CORPUS)} if retrieval else _sums(corpus)
    embedder = identify(settings.embedder, cache=settings.cache).sha256
    code = code_version(settings.cache, maker=__name__)
    parts = [content, str(corpus.resolve()), embedder, settings.passage_words, code]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _sums(corpus: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder by its path; of those that can be read, as in an index."""
    sums: dict[str, str] = {}
    for file in find_files([corpus]):
        with suppress(OSError):  # indexing lists it as failed
            sums[file.path] = sha256_of(file.on_disk)
    return sums


def _check_same(corpus: Path, place: Path, *, retrieval: bool) -> None:
    with LocalStore.open(place, embedder=None) as store:
        indexed = store.sums()
        passed_over = {entry.path for entry in store.skipped()}
    if retrieval:
        there = {e.path: e.sha256 for e in read_corpus(corpus) if isinstance(e, Article)}
    else:
        there = {path: sum for path, sum in _sums(corpus).items() if path not in passed_over}
    if indexed != there:
        raise EvalError(
            f"the index in {place} does not match {corpus} as it is now",
            hint=f"index it again (rag index {corpus} --index {place}), or remove --index",
        )


def open_index(index: Path) -> LocalStore:
    """Open an index for scoring.

    Raises:
        IndexMissing: There is none; the hint says how to name a corpus instead.
        IndexStale: It is damaged.
    """
    try:
        return LocalStore.open(index, embedder=None)
    except IndexMissing as error:
        raise IndexMissing(
            error.message, hint="give the articles with --corpus FOLDER, or an index with --index"
        ) from error
