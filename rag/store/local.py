"""An index opened here: SQLite for the truth; FAISS for meaning and tantivy for words, or Milvus.

This module reads a generation; `rag.store.build` writes one. Row ids run from 0 without a gap, so
that a row's id is its position in FAISS too.
"""

from __future__ import annotations

import hashlib
import json
import os
import weakref
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rag.domain import (
    Article,
    Incomplete,
    Skipped,
    Source,
    Span,
    Statement,
)
from rag.errors import IndexStale
from rag.language.text import stem
from rag.load import locate
from rag.models.embedder_id import EmbedderId
from rag.store import articles, copies, name_counts, parts, statements
from rag.store import manifest as manifests
from rag.store.article_sums import check_article
from rag.store.articles import IndexedArticle, KnownFile, Row
from rag.store.damage import inner_damage
from rag.store.manifest import Manifest
from rag.store.parts import Filed, Within
from rag.store.reading import open_database
from rag.store.search import ByMeaning, ByWords, open_meaning, open_words
from rag.store.unread_parts import incomplete

if TYPE_CHECKING:
    from rag.models.embedder import Matrix


class LocalStore:
    """An opened generation, for reading. Not thread-safe: open one per thread.

    Attributes:
        index: Folder of the index.
        manifest: What was opened.
    """

    def __init__(self, index: Path, manifest: Manifest, held: int) -> None:
        self.index = index
        self.manifest = manifest
        self._folder = manifest.folder(index)
        self._db = open_database(self._folder / "articles.sqlite")
        self._vectors: ByMeaning | None = None
        self._words: ByWords | None = None
        self._texts: dict[int, str] = {}
        self._whole: set[int] = set()  # articles that were checked
        self._filed: Filed | None = None
        self._release = weakref.finalize(self, os.close, held)

    @classmethod
    def open(
        cls,
        index: Path,
        *,
        embedder: EmbedderId | None,
        cache: Path | None = None,
        again: bool = False,
    ) -> Self:
        """Open the generation in force after checking its files, as far as they look changed.

        Args:
            index: Folder of the index.
            embedder: The model that questions will be embedded with; None when there will be none.
            cache: Where it is remembered that a copied index was checked; None: each time it is.
            again: Check every byte of files that look untouched too.

        Raises:
            IndexMissing: There is no index.
            IndexStale: It is damaged, or was built with another model.
        """
        while True:
            manifest = manifests.manifest_for(index, embedder)
            try:
                held = manifests.hold_checked(index, manifest, cache=cache, again=again)
            except IndexStale:
                # Since the manifest was read, two syncs may have ended: then it is another one.
                if manifests.generation_in_force(index) in {None, manifest.generation}:
                    raise
            else:
                return cls(index, manifest, held)

    def load(self, *, meaning: bool) -> None:
        """Open all files now, so that a later build may remove them from the disk.

        Args:
            meaning: Whether the vectors will be needed too.
        """
        self._opened_words()
        if meaning:
            self._opened_vectors()

    # --- search -----------------------------------------------------------------------------------

    def nearest_passages(
        self, vector: Matrix, *, k: int, within: Within | None = None
    ) -> dict[int, float]:
        """The ``k`` passages, of all or of a part, with the highest cosine to a (d,) vector.

        Returns:
            id -> cosine, best first.
        """
        return self._opened_vectors().nearest(vector, k=k, within=within)

    def match_passages(
        self, terms: Iterable[str], *, k: int, within: Within | None = None
    ) -> dict[int, float]:
        """The ``k`` passages with the highest BM25 score: id -> score.

        Args:
            terms: As `rag.language.text.terms` makes them; BM25 weighs them by how rare they are.
            k: At most this many.
            within: Only passages of this part.
        """
        return self._opened_words().match(terms, k=k, within=within)

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        return self._opened_words().frequency(term)

    def _opened_vectors(self) -> ByMeaning:
        if self._vectors is None:
            self._vectors = open_meaning(self._folder)
        return self._vectors

    def _opened_words(self) -> ByWords:
        if self._words is None:
            self._words = open_words(self._folder)
        return self._words

    # --- a part of it: see rag.store.parts -------------------------------------------------------

    def filed(self) -> Filed:
        """What is known of all articles, to tell which belong to a part."""
        if self._filed is None:
            self._filed = parts.filed(self._db)
        return self._filed

    def part(self, articles: Collection[int], speakers: Collection[str] | None = None) -> Within:
        """The part with these articles, and only what some speakers say where any are given."""
        return parts.part(self._db, articles, speakers)

    # --- rows -------------------------------------------------------------------------------------

    def sentences_in(self, passages: Iterable[int]) -> list[Row]:
        """All sentences of some passages, in the order of the text within each passage."""
        ids = list(passages)
        return self._rows(f"s.passage IN ({_marks(ids)}) ORDER BY s.passage, s.start", ids)

    def passages_of(self, article: int) -> list[int]:
        """Ids of the passages of an article, in the order of its text."""
        found = self._db.execute(
            "SELECT id FROM passages WHERE article = ? ORDER BY id", (article,)
        )
        return [id for (id,) in found]

    def vectors(self, ids: Sequence[int]) -> Matrix:
        """(n, d): the kept vectors of these passages, at least one, in their order."""
        import numpy as np

        found = dict(
            self._db.execute(f"SELECT id, vector FROM passages WHERE id IN ({_marks(ids)})", ids)
        )
        packed = b"".join(found[id] for id in ids)
        return np.frombuffer(packed, dtype="<f2").reshape(len(ids), -1).astype(np.float32)

    def _rows(self, where: str, values: Sequence[object]) -> list[Row]:
        return articles.rows(self._db, where, values, self._text)

    def _text(self, article: int) -> str:
        # Sliced here, not in SQL: SQLite's substr ends at a NUL, which a text may hold.
        if article not in self._texts:
            self._check(article)
            [text] = self._db.execute(
                "SELECT text FROM articles WHERE id = ?", (article,)
            ).fetchone()
            self._texts[article] = str(text)
        return self._texts[article]

    def _check(self, article: int) -> None:
        """Check what the index has of an article once, before any of it is shown."""
        if article not in self._whole:
            check_article(self._db, article)
            self._whole.add(article)

    def source(self, article: int) -> Source:
        """What a reader needs to know of an article."""
        self._check(article)
        return articles.source_of(self._db, article)

    def article_text(self, path: str) -> str | None:
        """The whole extracted text of an article by its path; None when it is not in the index."""
        found = self._db.execute("SELECT id FROM articles WHERE path = ?", (path,)).fetchone()
        return None if found is None else self._text(found[0])

    def texts_with(self, speaker: str, *, most: int) -> list[str]:
        """Whole texts of the first articles, so many at most, in which a speaker says something."""
        return [self._text(id) for id in statements.articles_with(self._db, speaker, most)]

    def article(self, path: str) -> IndexedArticle | None:
        """An article by its path, with its sentences; None when it is not in the index."""
        return articles.indexed(self._db, path, self._text)

    def statements_of(self, path: str) -> list[Statement]:
        """Who says what in an article, in the order of the text."""
        return statements.statements_of(self._db, path)

    def statements_by(self, speaker: str) -> list[tuple[str, Statement]]:
        """What a speaker says, with the path of the article, in the order of the paths."""
        return statements.statements_by(self._db, speaker)

    def paths(self) -> list[str]:
        """Paths of all articles, in order."""
        return [path for (path,) in self._db.execute("SELECT path FROM articles ORDER BY path")]

    def passage_places(self, ids: Sequence[int]) -> list[tuple[str, Span]]:
        """Path and span of each of these passages, in their order."""
        return articles.passage_places(self._db, ids)

    def fingerprint(self) -> str:
        """SHA-256 over the path and content of every article: which corpus this is."""
        return hashlib.sha256(json.dumps(self.sums()).encode()).hexdigest()

    def sums(self) -> dict[str, str]:
        """SHA-256 of every article's file by its path, in the order of the paths."""
        return dict(self._db.execute("SELECT path, sha256 FROM articles ORDER BY path"))

    def locate(self, path: str) -> Path | None:
        """The file that an article was read from; None when it is not there any more."""
        found = self._db.execute("SELECT part_of FROM articles WHERE path = ?", (path,)).fetchone()
        return locate(found[0] if found and found[0] else path, self.manifest.places)

    def line_of(self, article: int, start: int) -> int:
        """1-based line on which a character of an article stands."""
        return self._text(article).count("\n", 0, start) + 1

    def speaker_of(self, article: int, start: int, end: int) -> str | None:
        """Who speaks in a sentence; None when nobody does, several do, or it is not clear.

        Args:
            article: Number of the article.
            start: First character of the sentence.
            end: The one after its last.
        """
        return statements.speaker_of(self._db, article, start, end)

    def spellings(self, name: str) -> list[str]:
        """Names in the articles that are this folded name, in this or another transliteration."""
        return name_counts.spellings(self._db, name)

    def misspelt(self, name: str) -> list[str]:
        """Names in the articles that a folded name which no article has may be meant for.

        Returns:
            A guess: folded names, best first; empty where none is near, or an article has the name.
        """
        known = self.frequency(stem(name)) or self.spellings(name)
        return [] if known else name_counts.misspelt(self._db, name)

    def articles_with(self, terms: Sequence[str], *, most: int = 1000) -> set[int] | None:
        """Articles that have any of these terms; None when too many passages (``most``) do."""
        passages = list(self.match_passages(terms, k=most))
        if len(passages) == most:
            return None
        found = self._db.execute(
            f"SELECT DISTINCT article FROM passages WHERE id IN ({_marks(passages)})", passages
        )
        return {article for (article,) in found}

    # --- copies: see rag.store.copies -------------------------------------------------------------

    def copied_passages(self, ids: Sequence[int]) -> dict[int, copies.PassageCopy]:
        """Of these passages, those that stand in an article before too."""
        return copies.copied_passages(self._db, ids)

    def original_sentences(self, ids: Sequence[int]) -> dict[int, int]:
        """Of these sentences, those that stand in an article before too: id -> original."""
        return copies.original_sentences(self._db, ids)

    def sentence_places(self, originals: Sequence[int]) -> dict[int, list[Row]]:
        """Of these sentences, those that have copies: with them, in the order of the index."""
        known = copies.sentence_copies(self._db, originals)
        known |= {original: original for original in known.values()}
        found: dict[int, list[Row]] = {}
        for row in self._rows(f"s.id IN ({_marks(known)}) ORDER BY s.id", list(known)):
            found.setdefault(known[row.id], []).append(row)
        return found

    def copied_places(self, path: str, units: copies.Units) -> dict[copies.Place, copies.Place]:
        """What of an article stands in one before it, word for word: place -> place there."""
        return copies.copied_places(self._db, path, units)

    def statement_copies(self, speaker: str) -> dict[copies.Spot, copies.Spot]:
        """Of a speaker's statements, those that stand in an article before too, by their begin."""
        return copies.statement_copies(self._db, speaker)

    def copy_groups(self) -> tuple[tuple[str, ...], ...]:
        """Paths of the articles that are printings of one text: the original, then its copies."""
        return copies.copy_groups(self._db)

    # --- what is in it ----------------------------------------------------------------------------

    def count(self, table: str) -> int:
        """Rows of ``articles``, ``passages``, ``sentences`` or ``statements``."""
        if table not in {"articles", "passages", "sentences", "statements"}:
            raise ValueError(table)
        # Numbers from 0 without a gap need no counting; those of statements begin with 1.
        last = "coalesce(max(id), 0)" if table == "statements" else "1 + coalesce(max(id), -1)"
        return int(self._db.execute(f"SELECT {last} FROM {table}").fetchone()[0])

    def speakers(self, articles: Collection[int] | None = None) -> list[tuple[str, int]]:
        """Speakers and the number of their statements, copies not counted; most first.

        Args:
            articles: Only what these print; None for all.
        """
        if articles is not None:
            return parts.speakers_in(self._db, articles)
        return statements.speakers(self._db)

    def speakers_named(self, names: Collection[str]) -> list[tuple[str, int]]:
        """Those of `speakers` whose names may have one of these folded words, in any spelling."""
        return statements.speakers_named(self._db, names)

    def dates(self) -> tuple[str | None, str | None, int]:
        """First and last date of an article, and how many articles have none."""
        return articles.dates(self._db)

    def caches_agree(self) -> str | None:
        """Whether the vector and word indexes hold as many rows as SQLite; what is wrong if not."""
        meant = self.count("passages")
        if (held := len(self._opened_vectors())) != meant:
            return f"passages.faiss has {held} rows instead of {meant}"
        held = len(self._opened_words())
        return None if held == meant else f"the word index has {held} passages instead of {meant}"

    def inner_damage(self) -> str | None:
        """What is wrong inside of SQLite and between it and FAISS, row by row; None for nothing."""
        return inner_damage(self._db, self._opened_vectors())

    def files(self) -> list[KnownFile]:
        """Every file that was found, articles or not."""
        return articles.files(self._db)

    def seen(self, path: str) -> str:
        """What the file of an article looked like when it was indexed; see `rag.checksum.look`.

        Where a part of the file could not be read, `rag.sync.plan.failed_look`.
        """
        found = self._db.execute("SELECT seen FROM articles WHERE path = ?", (path,)).fetchone()
        return str(found[0]) if found else ""

    def as_indexed(self, id: int) -> Article:
        """An article as it was read, without its paragraphs."""
        return articles.as_indexed(self._db, id)

    def skipped(self) -> list[Skipped]:
        """Files that were found and not indexed, and what could not be looked at."""
        return articles.skipped(self._db)

    def incomplete(self) -> tuple[Incomplete, ...]:
        """Articles that do not hold all of their files."""
        return tuple(incomplete(self._db))

    def close(self) -> None:
        """Close the files; the generation may be removed then."""
        self._db.close()
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _marks(values: Collection[object]) -> str:
    return ",".join("?" * len(values))
