"""Writes a generation of the index beside the one in force, and puts it in force in one step.

Vectors are kept in SQLite as float16 (a cosine moves by less than 0.001) and FAISS is filled from
those, so that the caches can be made again from SQLite to the same scores.
"""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rag.checksum import flush
from rag.domain import Article, Incomplete, Passage, Skipped, Statement
from rag.error_words import reason
from rag.errors import ConfigError, IndexMissing, IndexStale, RagError
from rag.load import absolute, as_text
from rag.models.embedder_id import EmbedderId
from rag.store import article_sums, articles, copies, name_counts, statements
from rag.store import manifest as manifests
from rag.store.generations import (
    drop_unfinished,
    generation_folder,
    generations,
    lock_for_writing,
    sweep,
    unfinished_file,
    unwritable,
)
from rag.store.manifest import IndexedFile, Manifest
from rag.store.near_duplicates import fingerprint
from rag.store.passage_words import passage_words
from rag.store.unread_parts import incomplete
from rag.store.vectors import write_vectors
from rag.store.words import WordWriter

if TYPE_CHECKING:
    from rag.models.embedder import Matrix

ARTICLES, VECTORS, WORDS = "articles.sqlite", "passages.faiss", "words"  # two files, a folder
PAGE = 16384  # bytes: of SQLite's own 4096, two passages with their vectors leave much empty
# What is written is worth nothing before it is whole, and it is flushed then.
UNJOURNALED = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
SCHEMAS = "".join(one.SCHEMA for one in (articles, statements, name_counts, copies, article_sums))


class IndexWriter:
    """Builds the next generation beside the one in force. Use as a context manager.

    Leaving the block without `commit` removes what was written; the old generation stays.

    Attributes:
        generation: Its number.
        in_force: That of the generation in force when it was begun; 0: none.
        copy_groups: Once it is committed, paths of the articles that are printings of one text, in
            each group first the one that is used.
        incomplete: Once it is committed, the articles that do not hold all of their files.
    """

    def __init__(self, index: Path) -> None:
        self._index = index

    def __enter__(self) -> Self:
        self._lock = -1
        try:
            os.fspath(self._index).encode()
        except UnicodeEncodeError as error:  # tantivy and FAISS could not name its files
            raise ConfigError(
                f"no index can be written to {as_text(self._index)}: its name is not UTF-8",
                hint="choose another folder with --index",
            ) from error
        try:
            self._index.mkdir(parents=True, exist_ok=True)
            self._lock = lock_for_writing(self._index)
            self._previous = manifests.generation_in_force(self._index)
            if self._previous is not None:  # else what is left may be needed to mend the index
                back = manifests.generation_in_force(self._index, manifests.PREVIOUS)
                sweep(self._index, keep={self._previous, back})
            self.in_force = self._previous or 0
            drop_unfinished(self._index, keep=unfinished_file(self._index, self.in_force, ""))
            self.generation = 1 + max(generations(self._index), default=0)
            self._folder = generation_folder(self._index, self.generation)
            self._folder.mkdir()
        except OSError as error:
            if self._lock >= 0:
                os.close(self._lock)
            raise unwritable(self._index, error) from error
        self._attached: Path | None = None
        self._counts = {"articles": 0, "passages": 0, "sentences": 0}
        self._row_bytes = 0  # of a vector in FAISS
        self._committed = False
        self._db = self._connect()
        self._words = WordWriter(self._folder / WORDS)
        self.copy_groups: tuple[tuple[str, ...], ...] = ()
        self.incomplete: tuple[Incomplete, ...] = ()
        try:
            self._db.executescript(f"PRAGMA page_size={PAGE};{UNJOURNALED}{SCHEMAS}")
            self._words.open()
        except (sqlite3.Error, OSError) as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise  # not reached: what was to be written is an error of ours
        return self

    def _connect(self) -> sqlite3.Connection:
        # By its URI: only so may what is attached be opened by one, for reading alone.
        path = (self._folder / ARTICLES).resolve()
        return sqlite3.connect(path.as_uri(), uri=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()
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
        needed = written.get(ARTICLES, 0) + self._counts["passages"] * self._row_bytes
        room = shutil.disk_usage(self._index).free
        allowed, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
        limit = "" if allowed < 0 else f"; a file may have at most {allowed:,} (ulimit -f)"
        return RagError(
            f"the index in {self._index} could not be written: {reason(error)}; it needs more than"
            f" {max(needed, sum(written.values())):,} bytes, and {room:,} are free{limit}",
            hint="make room, or choose another folder with --index"
            + ("; the previous index still works" if self._previous is not None else ""),
        )

    def add(
        self,
        article: Article,
        passages: Sequence[Passage],
        said: Sequence[Statement],
        *,
        vectors: Iterable[Matrix],
    ) -> None:
        """Add one article with everything derived from it.

        Args:
            article: The article; its path is new to this generation.
            passages: Its passages.
            said: Its statements.
            vectors: A row of d for each passage.
        """
        id = self._add_article(article)
        found_by = passage_words(article, passages, said)
        for passage, vector, words in zip(passages, vectors, found_by, strict=True):
            self._add_passage(id, passage, vector, words)
        for statement in said:
            statements.keep_statement(self._db, id, statement)
        name_counts.keep_names(self._db, id, article)
        told = [article.text[span.start : span.end] for one in passages for span in one.sentences]
        copies.keep_fingerprint(self._db, id, fingerprint(told))
        article_sums.keep_sum(self._db, id)

    def copy(
        self, ids: range, *, renamed: Sequence[Article] = (), previous: Path
    ) -> tuple[int, int]:
        """Add articles that an index before has, with all that was derived from their texts.

        Args:
            ids: Their numbers there.
            renamed: The articles as they are now, where they have other paths; each has the text
                and the title of the one before.
            previous: The folder of that generation.

        Returns:
            How many passages and sentences they have.
        """
        self._attach(previous)
        shift = self._counts["articles"] - ids[0]
        if renamed:
            for _, article in zip(ids, renamed, strict=True):
                self._add_article(article)
        else:
            articles.copy_articles(self._db, ids, shift=shift)
            self._counts["articles"] += len(ids)
        copied = self._copy_passages(ids, shift=shift)
        copies.copy_fingerprints(self._db, ids, shift=shift)
        statements.copy_statements(self._db, ids, shift=shift)
        name_counts.copy_names(self._db, ids, shift=shift)
        if renamed:
            for id in ids:
                article_sums.keep_sum(self._db, id + shift)
        else:
            article_sums.copy_sums(self._db, ids, shift=shift)
        return copied

    def _attach(self, previous: Path) -> None:
        """Let the generation that is copied from be read as ``old``."""
        if self._attached is None:
            self._db.commit()  # SQLite attaches nothing within a transaction
            path = (previous / ARTICLES).resolve()
            self._db.execute("ATTACH ? AS old", (f"{path.as_uri()}?mode=ro&immutable=1",))
            self._attached = previous
        assert self._attached == previous

    def _copy_passages(self, ids: range, *, shift: int) -> tuple[int, int]:
        """Copy the passages of articles with their sentences; how many there are of both."""
        old_first, old_last = self._db.execute(
            "SELECT min(id), max(id) FROM old.passages WHERE article BETWEEN ? AND ?",
            (ids[0], ids[-1]),
        ).fetchone()
        passage, sentence = self._counts["passages"], self._counts["sentences"]
        self._db.execute(
            "INSERT INTO passages SELECT id + ?, article + ?, start, stop, words, vector"
            " FROM old.passages WHERE id BETWEEN ? AND ? ORDER BY id",
            (passage - old_first, shift, old_first, old_last),
        )
        begin, end = self._db.execute(
            "SELECT min(id), max(id) FROM old.sentences WHERE passage BETWEEN ? AND ?",
            (old_first, old_last),
        ).fetchone()
        sentences = self._db.execute(
            "INSERT INTO sentences SELECT id + ?, passage + ?, start, stop"
            " FROM old.sentences WHERE id BETWEEN ? AND ? ORDER BY id",
            (sentence - begin, passage - old_first, begin, end),
        ).rowcount
        for number, article, words, size in self._db.execute(
            "SELECT id, article, words, length(vector) FROM main.passages WHERE id >= ?",
            (passage,),
        ):
            self._words.add(number, article, words)
            self._row_bytes = size
        passages = old_last - old_first + 1
        self._counts["passages"] += passages
        self._counts["sentences"] += sentences
        return passages, sentences

    def _add_article(self, article: Article) -> int:
        id = self._counts["articles"]
        articles.keep_article(self._db, id, article)
        self._counts["articles"] += 1
        return id

    def _add_passage(self, id: int, passage: Passage, vector: Matrix, words: str) -> None:
        number = self._counts["passages"]
        packed = vector.astype("<f2").tobytes()
        self._row_bytes = len(packed)
        self._db.execute(
            "INSERT INTO passages VALUES (?,?,?,?,?,?)",
            (number, id, passage.span.start, passage.span.end, words, packed),
        )
        for sentence in passage.sentences:
            self._db.execute(
                "INSERT INTO sentences VALUES (?,?,?,?)",
                (self._counts["sentences"], number, sentence.start, sentence.end),
            )
            self._counts["sentences"] += 1
        self._words.add(number, id, words)
        self._counts["passages"] += 1

    def adopt(self, previous: Path) -> None:
        """Take all rows of an index before as they are; its caches are made from them again.

        Args:
            previous: The folder of that generation; this one is still empty.
        """
        path = self._folder / ARTICLES
        self._db.close()
        shutil.copyfile(previous / ARTICLES, path)
        self._db = self._connect()
        self._db.executescript(UNJOURNALED)
        rows = self._db.execute("SELECT id, article, words FROM passages ORDER BY id")
        for id, article, words in rows:
            self._words.add(id, article, words)

    def add_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Record the files that were not indexed."""
        articles.keep_skipped(self._db, skipped)

    def remember(self, seen: Mapping[str, str], sums: Mapping[str, str]) -> None:
        """Note what the files of this generation are known by.

        Args:
            seen: What each looks like from outside, by path; see `rag.checksum.look`.
            sums: SHA-256 of each, by path.
        """
        articles.keep_looks(self._db, seen, sums)

    def partly_read(self) -> set[str]:
        """The paths of the files of which an article leaves something out."""
        found = self._db.execute(
            "SELECT DISTINCT coalesce(part_of, path) FROM articles WHERE left_out != ''"
        )
        return {path for [path] in found}

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
        files = self._finish(dimension=dimension)
        manifest = Manifest(
            generation=self.generation,
            embedder=embedder,
            dimension=dimension,
            passage_words=passage_words,
            code=code,
            roots=tuple(dict.fromkeys(as_text(absolute(root)) for root in roots)),
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            files=files,
        )
        before = self._way_back()
        if before:
            manifests.write_manifest(self._index, before, manifests.PREVIOUS)
        manifests.write_manifest(self._index, manifest)
        self._committed = True
        if before is None:
            (self._index / manifests.PREVIOUS).unlink(missing_ok=True)
        drop_unfinished(self._index)
        sweep(self._index, keep={self.generation, before.generation if before else None})
        return manifest

    def _way_back(self) -> Manifest | None:
        """The generation that one can go back to: the newest that is whole."""
        for name in (manifests.FILE_NAME, manifests.PREVIOUS):
            with suppress(IndexMissing, IndexStale):
                before = manifests.read_manifest(self._index, name)
                if before.folder(self._index) != self._attached:  # else it was checked when opened
                    manifests.verify_files(self._index, before)
                return before
        return None

    def _finish(self, *, dimension: int) -> dict[str, IndexedFile]:
        """Write what is left, and bring all to the disk before the manifest names it.

        A file is flushed and hashed while the next is written.
        """
        folder, words = self._folder, self._folder / WORDS
        sealed: dict[Path, Future[IndexedFile]] = {}
        with ThreadPoolExecutor(max_workers=2) as beside:
            words_written = beside.submit(self._words.commit)
            name_counts.sum_names(self._db)
            copies.mark_copies(self._db)
            statements.sum_speakers(self._db)
            self.copy_groups = copies.copy_groups(self._db)
            self.incomplete = tuple(incomplete(self._db))
            self._db.commit()
            sealed[folder / ARTICLES] = beside.submit(manifests.seal, folder / ARTICLES)
            [(count,)] = self._db.execute("SELECT count(*) FROM passages")
            vectors = partial(_vectors, self._db)
            write_vectors(vectors, count=count, dimension=dimension, path=folder / VECTORS)
            sealed[folder / VECTORS] = beside.submit(manifests.seal, folder / VECTORS)
            words_written.result()
            for path in _files(words):
                # tantivy lets only its owner read some; who may read one may read all.
                shutil.copymode(folder / ARTICLES, path)
                sealed[path] = beside.submit(manifests.seal, path)
        self._db.close()
        for path in (words, folder):
            flush(path)
        return {
            path.relative_to(folder).as_posix(): sealed[path].result() for path in sorted(sealed)
        }


def _vectors(db: sqlite3.Connection, step: int) -> Iterator[bytes]:
    """The packed vectors of every n-th passage, a block of rows at a time."""
    cursor = db.execute("SELECT vector FROM passages WHERE id % ? = 0 ORDER BY id", (step,))
    while rows := cursor.fetchmany(10_000):
        yield b"".join(vector for (vector,) in rows)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
