"""The index of one machine: SQLite for the truth, FAISS for meaning, tantivy for words.

Row ids run from 0 without a gap, so a row's id is its position in FAISS too. Vectors are kept in
SQLite as float16 (a cosine moves by less than 0.001) and FAISS is filled from those, so that the
caches can be made again from SQLite to the same scores.
"""

from __future__ import annotations

import difflib
import fcntl
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rag.domain import Article, Passage, Skipped, Source, Statement
from rag.embed import EmbedderId
from rag.errors import IndexStale, RagError
from rag.names import capitalised, same_name, skeleton
from rag.store import manifest as manifests
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
CREATE INDEX sentences_by_passage ON sentences (passage);
CREATE TABLE statements (article INTEGER, sentence_start INTEGER, speaker TEXT, written TEXT,
    cue TEXT, kind TEXT, start INTEGER, stop INTEGER);
CREATE INDEX statements_by_place ON statements (article, sentence_start);
CREATE TABLE names (name TEXT PRIMARY KEY, skeleton TEXT, count INTEGER);
CREATE INDEX names_by_skeleton ON names (skeleton);
CREATE TABLE skipped (path TEXT, why TEXT, failed INTEGER);
"""
# Ratio from which a name that no article has may be a misspelt one that they do have.
MISSPELT_NAME = 0.82
KEPT_GENERATIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A sentence of the index."""

    id: int
    passage: int
    article: int
    start: int
    end: int
    text: str


class LocalStore:
    """An opened generation, for reading. Not thread-safe: open one per thread.

    Attributes:
        manifest: What was opened.
    """

    def __init__(self, index: Path, manifest: Manifest) -> None:
        self.manifest = manifest
        self._folder = manifest.folder(index)
        path = (self._folder / "articles.sqlite").resolve()
        # immutable: the files of a generation never change, so no locks and no journal are needed.
        self._db = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        self._faiss: dict[str, Any] = {}
        self._words: Any = None
        self._texts: dict[int, str] = {}

    @classmethod
    def open(cls, index: Path, *, embedder: EmbedderId | None) -> Self:
        """Open the generation in force after checking every file of it.

        Args:
            index: Folder of the index.
            embedder: The model that questions will be embedded with; None when there will be none.

        Raises:
            IndexMissing: There is no index.
            IndexStale: It is damaged, or was built with another model.
        """
        manifest = manifests.read_manifest(index)
        if embedder is not None and manifest.embedder.sha256 != embedder.sha256:
            raise IndexStale(
                f"the index in {index} was built with the embedding model"
                f" {manifest.embedder.name}, not {embedder.name}",
                hint="build it again with this model (rag index FOLDER),"
                " or set `embedder` to the model it was built with",
            )
        manifests.verify_files(index, manifest)
        return cls(index, manifest)

    # --- search -----------------------------------------------------------------------------------

    def nearest_passages(self, vector: Matrix, *, k: int) -> dict[int, float]:
        """The ``k`` passages with the highest cosine to a (d,) vector: id -> cosine."""
        return self._nearest("passages", vector, k)

    def nearest_sentences(self, vector: Matrix, *, k: int) -> dict[int, float]:
        """The ``k`` sentences with the highest cosine to a (d,) vector: id -> cosine."""
        return self._nearest("sentences", vector, k)

    def sentence_cosines(self, ids: Sequence[int], vector: Matrix) -> list[float]:
        """Cosine of each of these sentences to a (d,) vector."""
        import numpy as np

        rows = self._vectors("sentences").reconstruct_batch(np.asarray(ids, dtype=np.int64))
        return [float(score) for score in rows @ vector]  # (n, d) @ (d,) -> (n,)

    def match_passages(self, weights: Mapping[str, float], *, k: int) -> dict[int, float]:
        """The ``k`` passages with the highest BM25 score: id -> score.

        Args:
            weights: Terms (as `rag.text.terms` makes them) and how much each counts.
            k: At most this many.
        """
        from tantivy import Occur, Query

        searcher, schema = self._search_words()
        query = Query.boolean_query(
            [
                (Occur.Should, Query.boost_query(Query.term_query(schema, "words", term), weight))
                for term, weight in weights.items()
            ]
        )
        hits = searcher.search(query, k).hits
        return {int(searcher.doc(place)["id"][0]): float(score) for score, place in hits}

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        return int(self._search_words()[0].doc_freq("words", term))

    def _nearest(self, kind: str, vector: Matrix, k: int) -> dict[int, float]:
        index = self._vectors(kind)
        if index.ntotal == 0:
            return {}
        scores, ids = index.search(vector.reshape(1, -1), min(k, index.ntotal))
        return {int(i): float(s) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0}

    def _vectors(self, kind: str) -> Any:
        if kind not in self._faiss:
            import faiss

            self._faiss[kind] = faiss.read_index(str(self._folder / f"{kind}.faiss"))
        return self._faiss[kind]

    def _search_words(self) -> tuple[Any, Any]:
        if self._words is None:
            import tantivy

            index = tantivy.Index(_word_schema(), path=str(self._folder / "words"))
            self._words = (index.searcher(), index.schema)
        return self._words  # type: ignore[no-any-return]

    # --- rows -------------------------------------------------------------------------------------

    def sentences_in(self, passages: Iterable[int]) -> list[Row]:
        """All sentences of some passages, in the order of the text within each passage."""
        ids = list(passages)
        return self._rows(f"s.passage IN ({_marks(ids)}) ORDER BY s.passage, s.start", ids)

    def _rows(self, where: str, values: Sequence[object]) -> list[Row]:
        found = self._db.execute(
            "SELECT s.id, s.passage, p.article, s.start, s.stop"
            f" FROM sentences s JOIN passages p ON p.id = s.passage WHERE {where}",
            values,
        )
        return [
            Row(
                id=id,
                passage=passage,
                article=article,
                start=start,
                end=end,
                text=self._text(article)[start:end],
            )
            for id, passage, article, start, end in found
        ]

    def _text(self, article: int) -> str:
        # Sliced here, not in SQL: SQLite's substr ends at a NUL, which a text may hold.
        if article not in self._texts:
            [text] = self._db.execute(
                "SELECT text FROM articles WHERE id = ?", (article,)
            ).fetchone()
            self._texts[article] = str(text)
        return self._texts[article]

    def source(self, article: int) -> Source:
        """What a reader needs to know of an article."""
        found = self._db.execute(
            "SELECT path, title, outlet, date, sha256 FROM articles WHERE id = ?", (article,)
        ).fetchone()
        path, title, outlet, date, sha256 = found
        return Source(path=path, title=title, outlet=outlet, date=date, sha256=sha256)

    def article_text(self, path: str) -> str | None:
        """The whole extracted text of an article by its path; None when it is not in the index."""
        found = self._db.execute("SELECT text FROM articles WHERE path = ?", (path,)).fetchone()
        return None if found is None else str(found[0])

    def locate(self, path: str) -> Path | None:
        """The file that an article was read from; None when it is not there any more."""
        for root in map(Path, self.manifest.roots):
            base = root if root.is_dir() else root.parent
            # With several roots a path starts with the name of its own.
            for folder in (base, *base.parents[:3]):
                if (folder / path).is_file():
                    return folder / path
        return None

    def line_of(self, article: int, start: int) -> int:
        """1-based line on which a character of an article stands."""
        return self._text(article).count("\n", 0, start) + 1

    def speaker_of(self, article: int, start: int) -> str | None:
        """Who speaks in the sentence that begins here; None when the text is not clear."""
        found = self._db.execute(
            "SELECT DISTINCT speaker FROM statements WHERE article = ? AND sentence_start = ?",
            (article, start),
        ).fetchall()
        return str(found[0][0]) if len(found) == 1 else None

    def spellings(self, name: str) -> list[str]:
        """Names in the articles that are this name: spelled so, or otherwise.

        Args:
            name: A folded name from a question.

        Returns:
            Folded names, best first; empty when no article has it. A name that is in the articles
            comes with its other transliterations; one that is not, with those it may misspell.
        """
        key = skeleton(name)
        same = [
            other
            for (other,) in self._db.execute("SELECT name FROM names WHERE skeleton = ?", (key,))
            if same_name(name, other)
        ]
        if same or len(name) < 5:
            return same
        candidates = self._db.execute(
            "SELECT name FROM names WHERE substr(name, 1, 1) = ? AND abs(length(name) - ?) <= 1",
            (name[0], len(name)),
        )
        return difflib.get_close_matches(
            name, [row[0] for row in candidates], n=2, cutoff=MISSPELT_NAME
        )

    def articles_with(self, terms: Sequence[str], *, most: int = 1000) -> set[int] | None:
        """Articles that have any of these terms; None when too many passages (``most``) do."""
        passages = list(self.match_passages(dict.fromkeys(terms, 1.0), k=most))
        if len(passages) == most:
            return None
        found = self._db.execute(
            f"SELECT DISTINCT article FROM passages WHERE id IN ({_marks(passages)})", passages
        )
        return {article for (article,) in found}

    # --- what is in it ----------------------------------------------------------------------------

    def count(self, table: str) -> int:
        """Rows of ``articles``, ``passages``, ``sentences`` or ``statements``."""
        if table not in {"articles", "passages", "sentences", "statements"}:
            raise ValueError(table)
        return int(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def speakers(self) -> list[tuple[str, int]]:
        """Speakers and the number of their statements, most first."""
        return list(
            self._db.execute(
                "SELECT speaker, count(*) AS n FROM statements GROUP BY speaker"
                " ORDER BY n DESC, speaker"
            )
        )

    def dates(self) -> tuple[str | None, str | None, int]:
        """First and last date of an article, and how many articles have none."""
        first, last = self._db.execute("SELECT min(date), max(date) FROM articles").fetchone()
        [without] = self._db.execute("SELECT count(*) FROM articles WHERE date IS NULL").fetchone()
        return first, last, int(without)

    def skipped(self) -> list[Skipped]:
        """Files that were found and not indexed."""
        found = self._db.execute("SELECT path, why, failed FROM skipped ORDER BY path")
        return [Skipped(path=path, why=why, failed=bool(failed)) for path, why, failed in found]

    def close(self) -> None:
        """Close the files."""
        self._db.close()


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


class IndexWriter:
    """Builds the next generation beside the one in force. Use as a context manager.

    Leaving the block without `commit` removes what was written; the old generation stays.
    """

    def __init__(self, index: Path) -> None:
        self._index = index

    def __enter__(self) -> Self:
        self._index.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self._index / "lock")
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
            shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)

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
        self._db.executemany(
            "INSERT INTO statements VALUES (?,?,?,?,?,?,?,?)",
            [
                (
                    id,
                    entry.sentence.start,
                    entry.speaker,
                    entry.written,
                    entry.cue,
                    entry.kind,
                    entry.content.start,
                    entry.content.end,
                )
                for entry in statements
            ],
        )
        self._add_names(article)
        self._counts["articles"] += 1

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
            roots=tuple(str(root.resolve()) for root in roots),
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            files=manifests.describe_files(self._folder),
        )
        _flush(self._folder)
        manifests.write_manifest(self._index, manifest)
        self._committed = True
        for old in sorted(_generations(self._index))[:-KEPT_GENERATIONS]:
            shutil.rmtree(manifests.generation_folder(self._index, old), ignore_errors=True)
        return manifest


class _WordWriter:
    """tantivy as a bare inverted index: the terms are ours, so its analysis is off."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        folder.mkdir()
        self._tantivy = tantivy
        index = tantivy.Index(_word_schema(), path=str(folder))
        self._writer = index.writer(heap_size=64_000_000, num_threads=1)

    def add(self, id: int, text: str) -> None:
        document = self._tantivy.Document()
        document.add_unsigned("id", id)
        document.add_text("words", " ".join(terms(text)))
        self._writer.add_document(document)

    def commit(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()


def _word_schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True)
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


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
    faiss.write_index(index, str(path))


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
