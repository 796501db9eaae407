"""Writes a generation of the index beside the one in force, and puts it in force in one step.

Vectors are kept in SQLite as float16 (a cosine moves by less than 0.001) and FAISS is filled from
those, so that the caches can be made again from SQLite to the same scores.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rag.domain import Article, EmbedderId, Passage, Skipped, Statement
from rag.errors import ConfigError, RagError
from rag.names import capitalised, skeleton
from rag.store import manifest as manifests
from rag.store.local import word_schema
from rag.store.manifest import Manifest
from rag.text import STOPWORDS, terms

if TYPE_CHECKING:
    from rag.embed import Matrix

SCHEMA = """
CREATE TABLE articles (id INTEGER PRIMARY KEY, path TEXT UNIQUE, sha256 TEXT, text TEXT,
    title TEXT, title_origin TEXT, outlet TEXT, outlet_origin TEXT, date TEXT, date_origin TEXT);
CREATE TABLE passages (id INTEGER PRIMARY KEY, article INTEGER, start INTEGER, stop INTEGER,
    vector BLOB);
CREATE TABLE sentences (id INTEGER PRIMARY KEY, passage INTEGER, start INTEGER, stop INTEGER,
    vector BLOB);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX sentences_by_passage ON sentences (passage);
CREATE TABLE statements (id INTEGER PRIMARY KEY, article INTEGER, speaker TEXT, written TEXT,
    cue TEXT, kind TEXT, sentence_start INTEGER, sentence_stop INTEGER,
    source_start INTEGER, source_stop INTEGER);
CREATE INDEX statements_by_speaker ON statements (speaker);
CREATE INDEX statements_by_article ON statements (article);
CREATE TABLE contents (statement INTEGER, start INTEGER, stop INTEGER);
CREATE INDEX contents_by_statement ON contents (statement);
CREATE TABLE names (name TEXT PRIMARY KEY, skeleton TEXT, count INTEGER);
CREATE INDEX names_by_skeleton ON names (skeleton);
CREATE TABLE skipped (path TEXT, why TEXT, failed INTEGER);
"""


class IndexWriter:
    """Builds the next generation beside the one in force. Use as a context manager.

    Leaving the block without `commit` removes what was written; the old generation stays.
    """

    def __init__(self, index: Path) -> None:
        self._index = index

    def __enter__(self) -> Self:
        try:
            self._index.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(self._index / "lock")
        except OSError as error:
            raise ConfigError(
                f"no index can be written to {self._index}: {error.strerror}",
                hint="name another folder with --index",
            ) from error
        self._previous = manifests.generation_in_force(self._index)
        self.generation = 1 + max(_generations(self._index), default=0)
        self._folder = manifests.generation_folder(self._index, self.generation)
        self._folder.mkdir()
        self._db = sqlite3.connect(self._folder / "articles.sqlite")
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + SCHEMA)
        self._words = _WordWriter(self._folder / "words")
        self._counts = {"articles": 0, "passages": 0, "sentences": 0}
        self._committed = False
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()
        if not self._committed:
            self._words.abandon()
            shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)
        if isinstance(error, sqlite3.Error | OSError):
            raise RagError(
                f"the index in {self._index} could not be written: {error}",
                hint="see that the disk has room; the index before is still in force",
            ) from error

    def add(
        self,
        article: Article,
        passages: Sequence[Passage],
        statements: Sequence[Statement],
        *,
        passage_vectors: Iterable[Matrix],
        sentence_vectors: Iterable[Matrix],
    ) -> None:
        """Add one article with everything derived from it.

        Args:
            article: The article; its path is new to this generation.
            passages: Its passages.
            statements: Its statements.
            passage_vectors: A row of d for each passage.
            sentence_vectors: A row of d for each sentence of all passages, in order.
        """
        id = self._counts["articles"]
        self._db.execute(
            "INSERT INTO articles VALUES (?,?,?,?,?,?,?,?,?,?)",
            (
                id,
                article.path,
                article.sha256,
                article.text,
                article.title.value,
                article.title.origin,
                article.outlet.value,
                article.outlet.origin,
                article.date.value,
                article.date.origin,
            ),
        )
        rows = iter(sentence_vectors)
        for passage, vector in zip(passages, passage_vectors, strict=True):
            self._add_passage(article, id, passage, vector, rows)
        for statement in statements:
            self._add_statement(id, statement)
        self._add_names(article)
        self._counts["articles"] += 1

    def _add_statement(self, article: int, statement: Statement) -> None:
        source = statement.source
        row = self._db.execute(
            "INSERT INTO statements VALUES (NULL,?,?,?,?,?,?,?,?,?)",
            (
                article,
                statement.speaker,
                statement.written,
                statement.cue,
                statement.kind,
                statement.sentence.start,
                statement.sentence.end,
                source.start if source else None,
                source.end if source else None,
            ),
        ).lastrowid
        self._db.executemany(
            "INSERT INTO contents VALUES (?,?,?)",
            [(row, span.start, span.end) for span in statement.content],
        )

    def _add_names(self, article: Article) -> None:
        found = (name for name, _ in capitalised(article.text))
        counts = Counter(name for name in found if name not in STOPWORDS)
        self._db.executemany(
            "INSERT INTO names VALUES (?,?,?) ON CONFLICT (name) DO UPDATE SET"
            " count = count + excluded.count",
            [(name, skeleton(name), count) for name, count in sorted(counts.items())],
        )

    def _add_passage(
        self, article: Article, id: int, passage: Passage, vector: Matrix, rows: Iterator[Matrix]
    ) -> None:
        number = self._counts["passages"]
        self._db.execute(
            "INSERT INTO passages VALUES (?,?,?,?,?)",
            (number, id, passage.span.start, passage.span.end, _packed(vector)),
        )
        for sentence in passage.sentences:
            self._db.execute(
                "INSERT INTO sentences VALUES (?,?,?,?,?)",
                (
                    self._counts["sentences"],
                    number,
                    sentence.start,
                    sentence.end,
                    _packed(next(rows)),
                ),
            )
            self._counts["sentences"] += 1
        text = " ".join(article.text[span.start : span.end] for span in passage.sentences)
        self._words.add(number, f"{article.title.value or ''} {text}")
        self._counts["passages"] += 1

    def add_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Record the files that were not indexed."""
        self._db.executemany(
            "INSERT INTO skipped VALUES (?,?,?)",
            [(entry.path, entry.why, entry.failed) for entry in skipped],
        )

    def commit(
        self, *, embedder: EmbedderId, dimension: int, passage_words: int, roots: Sequence[Path]
    ) -> Manifest:
        """Finish the generation and put it in force in one step.

        Returns:
            Its manifest.
        """
        self._db.commit()
        for kind in ("passages", "sentences"):
            _write_faiss(self._db, kind, dimension, self._folder / f"{kind}.faiss")
        self._words.commit()
        self._db.close()
        manifest = Manifest(
            generation=self.generation,
            embedder=embedder,
            dimension=dimension,
            passage_words=passage_words,
            roots=tuple(_storable(root.resolve()) for root in roots),
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            files=manifests.describe_files(self._folder),
        )
        _flush(self._folder)
        manifests.write_manifest(self._index, manifest)
        self._committed = True
        self._sweep()
        return manifest

    def _sweep(self) -> None:
        """Remove all but the generation in force and the one before; a wreck is no generation."""
        kept = {self.generation, self._previous}
        for number in _generations(self._index):
            if number not in kept:
                shutil.rmtree(manifests.generation_folder(self._index, number), ignore_errors=True)


class _WordWriter:
    """tantivy as a bare inverted index: the terms are ours, so its analysis is off."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        folder.mkdir()
        self._tantivy = tantivy
        index = tantivy.Index(word_schema(), path=str(folder))
        self._writer: Any = index.writer(heap_size=64_000_000, num_threads=1)

    def add(self, id: int, text: str) -> None:
        document = self._tantivy.Document()
        document.add_unsigned("id", id)
        document.add_text("words", " ".join(terms(text)))
        self._writer.add_document(document)

    def commit(self) -> None:
        try:
            self._writer.commit()
            self._writer.wait_merging_threads()
        except ValueError as error:  # tantivy's word for a failed write
            raise OSError(f"the index of words could not be written: {error}") from error
        self._writer = None

    def abandon(self) -> None:
        """End the writing threads, so that nothing appears after the folder is removed."""
        if self._writer is not None:
            with suppress(ValueError):  # it failed already, and that error is under way
                self._writer.rollback()
                self._writer.wait_merging_threads()


def _storable(path: Path) -> str:
    """A path as text, also when its bytes are none."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


def _packed(vector: Matrix) -> bytes:
    return bytes(vector.astype("<f2").tobytes())


def _write_faiss(db: sqlite3.Connection, table: str, dimension: int, path: Path) -> None:
    import faiss
    import numpy as np

    index = faiss.IndexFlatIP(dimension)
    cursor = db.execute(f"SELECT vector FROM {table} ORDER BY id")
    while rows := cursor.fetchmany(10_000):
        block = np.frombuffer(b"".join(row[0] for row in rows), dtype="<f2")
        index.add(block.reshape(-1, dimension).astype(np.float32))
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:  # FAISS's word for a failed write
        raise OSError(f"{path} could not be written") from error


def _generations(index: Path) -> list[int]:
    """Numbers of all generations that have a folder, whole or not."""
    numbers = (path.name.removeprefix("gen-") for path in index.glob("gen-*") if path.is_dir())
    return [int(number) for number in numbers if number.isdigit()]


def _lock(path: Path) -> int:
    """Take the writer's lock, which the kernel gives back when the process ends in any way."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(handle, 32, 0).decode(errors="replace").strip()
        os.close(handle)
        raise RagError(
            f"another process ({holder or 'unknown'}) is writing to {path.parent}",
            hint="wait until it is done",
        ) from error
    os.truncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle


def _flush(folder: Path) -> None:
    """Bring every file and folder to the disk before the manifest names them."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
