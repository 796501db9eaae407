"""Writes a generation of the index beside the one in force, and puts it in force in one step.

Vectors are kept in SQLite as float16 (a cosine moves by less than 0.001) and FAISS is filled from
those, so that the caches can be made again from SQLite to the same scores.
"""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rag.checksum import flush
from rag.copies import fingerprint
from rag.domain import Article, EmbedderId, Passage, Skipped, Statement
from rag.errors import ConfigError, IndexMissing, RagError
from rag.load import absolute
from rag.names import capitalised, skeleton
from rag.store import copies
from rag.store import manifest as manifests
from rag.store.generations import generation_folder, generations, lock_for_writing, sweep
from rag.store.local import word_schema
from rag.store.manifest import Manifest
from rag.text import STOPWORDS, terms

if TYPE_CHECKING:
    from rag.embed import Matrix

SCHEMA = """
CREATE TABLE articles (id INTEGER PRIMARY KEY, path TEXT UNIQUE, sha256 TEXT, seen TEXT, text TEXT,
    title TEXT, title_origin TEXT, outlet TEXT, outlet_origin TEXT, date TEXT, date_origin TEXT);
CREATE TABLE passages (id INTEGER PRIMARY KEY, article INTEGER, start INTEGER, stop INTEGER,
    words TEXT, vector BLOB);
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
CREATE TABLE mentions (article INTEGER, name TEXT, skeleton TEXT, count INTEGER);
CREATE TABLE names (name TEXT PRIMARY KEY, skeleton TEXT, count INTEGER);
CREATE INDEX names_by_skeleton ON names (skeleton);
CREATE INDEX mentions_by_article ON mentions (article);
CREATE TABLE skipped (path TEXT, sha256 TEXT, seen TEXT, why TEXT, failed INTEGER);
"""


class IndexWriter:
    """Builds the next generation beside the one in force. Use as a context manager.

    Leaving the block without `commit` removes what was written; the old generation stays.

    Attributes:
        generation: Its number.
        copy_groups: Once it is committed, paths of the articles that are printings of one text, in
            each group first the one that is used.
    """

    def __init__(self, index: Path) -> None:
        self._index = index

    def __enter__(self) -> Self:
        self._lock = -1
        try:
            self._index.mkdir(parents=True, exist_ok=True)
            self._lock = lock_for_writing(self._index)
            self._previous = manifests.generation_in_force(self._index)
            if self._previous is not None:  # else what is left may be needed to mend the index
                back = manifests.generation_in_force(self._index, manifests.PREVIOUS)
                sweep(self._index, keep={self._previous, back})
            self.generation = 1 + max(generations(self._index), default=0)
            self._folder = generation_folder(self._index, self.generation)
            self._folder.mkdir()
        except OSError as error:
            if self._lock >= 0:
                os.close(self._lock)
            raise ConfigError(
                f"no index can be written to {self._index}: {error.strerror}",
                hint="name another folder with --index",
            ) from error
        self._old: sqlite3.Connection | None = None
        self._counts = {"articles": 0, "passages": 0, "sentences": 0}
        self._row_bytes = 0  # of a vector in FAISS
        self._committed = False
        self._db = sqlite3.connect(self._folder / "articles.sqlite")
        self._words = _WordWriter(self._folder / "words")
        self.copy_groups: tuple[tuple[str, ...], ...] = ()
        try:
            self._db.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + SCHEMA + copies.SCHEMA
            )
            self._words.open()
        except (sqlite3.Error, OSError) as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise  # not reached: what was to be written is an error of ours
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()
        if self._old is not None:
            self._old.close()
        failed = None
        if isinstance(error, sqlite3.Error | OSError):
            failed = self._failure(error)
        if not self._committed:
            self._words.abandon()
            shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)
        if failed:
            raise failed from error

    def _failure(self, error: Exception) -> RagError:
        """What a person needs to know to make the next sync succeed."""
        written = {path.name: path.stat().st_size for path in _files(self._folder)}
        rows = self._counts["passages"] + self._counts["sentences"]
        needed = written.get("articles.sqlite", 0) + rows * self._row_bytes
        room = shutil.disk_usage(self._index).free
        allowed, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
        limit = "" if allowed < 0 else f", and no file may have more than {allowed:,} (ulimit -f)"
        return RagError(
            f"the index in {self._index} could not be written: {error}; it needs more than"
            f" {max(needed, sum(written.values())):,} bytes, {room:,} are free there{limit}",
            hint="make room, or name another place with --index;"
            + (" what was indexed before still answers" if self._previous is not None else ""),
        )

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
        id = self._add_article(article)
        rows = iter(sentence_vectors)
        for passage, vector in zip(passages, passage_vectors, strict=True):
            self._add_passage(article, id, passage, vector, rows)
        for statement in statements:
            self._add_statement(id, statement)
        self._add_names(id, article)
        told = [article.text[span.start : span.end] for one in passages for span in one.sentences]
        copies.keep_fingerprint(self._db, id, fingerprint(told))

    def copy(self, article: Article, *, id: int, previous: Path) -> tuple[int, int]:
        """Add an article whose text an index before has, with all that was derived from it.

        Args:
            article: The article as it is now; of the one before it has the text and the title.
            id: Its number there.
            previous: The folder of that generation.

        Returns:
            How many passages and sentences it has.
        """
        old = self._opened(previous)
        new = self._add_article(article)
        before = self._counts["passages"], self._counts["sentences"]
        for passage, start, stop, words, vector in old.execute(
            "SELECT id, start, stop, words, vector FROM passages WHERE article = ? ORDER BY id",
            (id,),
        ):
            self._copy_passage(old, passage, (new, start, stop, words, vector))
        for statement, *rest in old.execute(
            "SELECT id, speaker, written, cue, kind, sentence_start, sentence_stop, source_start,"
            " source_stop FROM statements WHERE article = ? ORDER BY id",
            (id,),
        ):
            row = self._db.execute(
                "INSERT INTO statements VALUES (NULL,?,?,?,?,?,?,?,?,?)", (new, *rest)
            ).lastrowid
            self._db.executemany(
                "INSERT INTO contents VALUES (?,?,?)",
                [
                    (row, start, stop)
                    for start, stop in old.execute(
                        "SELECT start, stop FROM contents WHERE statement = ? ORDER BY rowid",
                        (statement,),
                    )
                ],
            )
        self._db.executemany(
            "INSERT INTO mentions VALUES (?,?,?,?)",
            [
                (new, *row)
                for row in old.execute(
                    "SELECT name, skeleton, count FROM mentions WHERE article = ? ORDER BY rowid",
                    (id,),
                )
            ],
        )
        copies.copy_fingerprint(self._db, new, old=old, before=id)
        passages, sentences = self._counts["passages"], self._counts["sentences"]
        return passages - before[0], sentences - before[1]

    def _opened(self, previous: Path) -> sqlite3.Connection:
        """The generation that is copied from, opened once."""
        if self._old is None:
            path = (previous / "articles.sqlite").resolve()
            self._old = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        return self._old

    def _copy_passage(
        self, old: sqlite3.Connection, passage: int, row: tuple[int, int, int, str, bytes]
    ) -> None:
        number = self._counts["passages"]
        self._row_bytes = 2 * len(row[4])
        self._db.execute("INSERT INTO passages VALUES (?,?,?,?,?,?)", (number, *row))
        sentences = old.execute(
            "SELECT start, stop, vector FROM sentences WHERE passage = ? ORDER BY id", (passage,)
        ).fetchall()
        first = self._counts["sentences"]
        self._db.executemany(
            "INSERT INTO sentences VALUES (?,?,?,?,?)",
            [(first + place, number, *sentence) for place, sentence in enumerate(sentences)],
        )
        self._counts["sentences"] += len(sentences)
        self._words.add(number, row[3])
        self._counts["passages"] += 1

    def _add_article(self, article: Article) -> int:
        id = self._counts["articles"]
        self._db.execute(
            "INSERT INTO articles VALUES (?,?,?,'',?,?,?,?,?,?,?)",
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
        self._counts["articles"] += 1
        return id

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

    def _add_names(self, id: int, article: Article) -> None:
        found = (name for name, _ in capitalised(article.text))
        counts = Counter(name for name in found if name not in STOPWORDS)
        self._db.executemany(
            "INSERT INTO mentions VALUES (?,?,?,?)",
            [(id, name, skeleton(name), count) for name, count in sorted(counts.items())],
        )

    def _add_passage(
        self, article: Article, id: int, passage: Passage, vector: Matrix, rows: Iterator[Matrix]
    ) -> None:
        number = self._counts["passages"]
        text = " ".join(article.text[span.start : span.end] for span in passage.sentences)
        words = " ".join(terms(f"{article.title.value or ''} {text}"))
        packed = _packed(vector)
        self._row_bytes = 2 * len(packed)
        self._db.execute(
            "INSERT INTO passages VALUES (?,?,?,?,?,?)",
            (number, id, passage.span.start, passage.span.end, words, packed),
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
        self._words.add(number, words)
        self._counts["passages"] += 1

    def adopt(self, previous: Path) -> None:
        """Take all rows of an index before as they are; its caches are made from them again.

        Args:
            previous: The folder of that generation; this one is still empty.
        """
        path = self._folder / "articles.sqlite"
        self._db.close()
        shutil.copyfile(previous / "articles.sqlite", path)
        self._db = sqlite3.connect(path)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        self._db.execute("DELETE FROM names")
        for id, words in self._db.execute("SELECT id, words FROM passages ORDER BY id"):
            self._words.add(id, words)

    def add_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Record the files that were not indexed."""
        self._db.executemany(
            "INSERT INTO skipped VALUES (?,'','',?,?)",
            [(entry.path, entry.why, entry.failed) for entry in skipped],
        )

    def remember(self, seen: Mapping[str, str], sums: Mapping[str, str]) -> None:
        """Note what the files of this generation are known by.

        Args:
            seen: What each looks like from outside, by path; see `rag.plan.look`.
            sums: SHA-256 of each, by path.
        """
        self._db.executemany(
            "UPDATE articles SET seen = ? WHERE path = ?",
            [(look, path) for path, look in seen.items()],
        )
        self._db.executemany(
            "UPDATE skipped SET seen = ?, sha256 = ? WHERE path = ?",
            [(look, sums.get(path, ""), path) for path, look in seen.items()],
        )

    def commit(
        self,
        *,
        embedder: EmbedderId,
        dimension: int,
        passage_words: int,
        code: str,
        roots: Sequence[Path],
    ) -> Manifest:
        """Finish the generation and put it in force in one step.

        Returns:
            Its manifest.
        """
        self._db.execute(
            "INSERT INTO names SELECT name, min(skeleton), sum(count) FROM mentions"
            " GROUP BY name ORDER BY name"
        )
        copies.mark_copies(self._db)
        self.copy_groups = copies.copy_groups(self._db)
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
            code=code,
            roots=tuple(dict.fromkeys(storable(absolute(root)) for root in roots)),
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            files=manifests.describe_files(self._folder),
        )
        _flush(self._folder)
        if self._previous is not None:
            before = manifests.read_manifest(self._index)
            manifests.write_manifest(self._index, before, manifests.PREVIOUS)
        manifests.write_manifest(self._index, manifest)
        self._committed = True
        sweep(self._index, keep={self.generation, self._previous})
        return manifest


def roll_back(index: Path) -> Manifest:
    """Put the generation before in force again; doing it twice changes nothing.

    Raises:
        RagError: There is no generation before, or another process is writing.
        IndexStale: It is damaged.
    """
    try:
        lock = lock_for_writing(index)
    except OSError as error:
        raise ConfigError(
            f"{index} is no index: {error.strerror}", hint="name it: --index"
        ) from error
    try:
        now = manifests.read_manifest(index)
        try:
            before = manifests.read_manifest(index, manifests.PREVIOUS)
            manifests.verify_files(index, before)
        except IndexMissing as error:
            raise RagError(
                f"there is no generation before {now.generation} in {index}",
                hint="build one: rag index FOLDER_OF_ARTICLES",
            ) from error
        # The way back first: whenever this ends, the manifest in force is whole.
        manifests.write_manifest(index, now, manifests.PREVIOUS)
        manifests.write_manifest(index, before)
    finally:
        os.close(lock)
    return before


def rebuild_caches(index: Path) -> Manifest:
    """Make the vector and word indexes again from SQLite, in a new generation; nothing is embedded.

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
            roots=[Path(root) for root in now.roots],
        )


class _WordWriter:
    """tantivy as a bare inverted index: the terms are ours, so its analysis is off."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: Any = None

    def open(self) -> None:
        """Begin an empty index."""
        import tantivy

        self._tantivy = tantivy
        self._folder.mkdir()
        try:
            index = tantivy.Index(word_schema(), path=str(self._folder))
            self._writer = index.writer(heap_size=64_000_000, num_threads=1)
        except (ValueError, OSError) as error:
            raise _words_failed(error) from error

    def add(self, id: int, words: str) -> None:
        document = self._tantivy.Document()
        document.add_unsigned("id", id)
        document.add_text("words", words)
        try:
            self._writer.add_document(document)
        except ValueError as error:
            raise _words_failed(error) from error

    def commit(self) -> None:
        try:
            self._writer.commit()
            self._writer.wait_merging_threads()
        except ValueError as error:
            raise _words_failed(error) from error
        self._writer = None

    def abandon(self) -> None:
        """End the writing threads, so that nothing appears after the folder is removed."""
        if self._writer is not None:
            with suppress(ValueError):  # it failed already, and that error is under way
                self._writer.rollback()
                self._writer.wait_merging_threads()


def _words_failed(error: Exception) -> OSError:
    """A failed write in tantivy's words, a ValueError."""
    return OSError(f"the index of words could not be written: {error}")


def storable(path: Path) -> str:
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


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _flush(folder: Path) -> None:
    """Bring every file and folder to the disk before the manifest names them."""
    for path in [*folder.rglob("*"), folder]:
        flush(path)
