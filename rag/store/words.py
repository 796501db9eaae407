"""The index of words: tantivy finds passages by BM25. It can be made again from SQLite.

tantivy is a bare inverted index here: the terms are ours, so its own analysis is off.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from rag.error_words import reason
from rag.errors import IndexStale
from rag.store.parts import SPARE, Within
from rag.store.reading import unread

# Share of the passages from which on a part is found by searching all further down: a list of
# articles costs tantivy more than that.
BROAD = 0.1


class Words:
    """The opened index of words: which passages have a term."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._folder = folder
        with _panic_told(folder):
            try:
                index = tantivy.Index(_schema(), path=str(folder))
            except ValueError:  # it wants a lock file of its own, also where one may only read
                index = _opened_by_links(folder)
            self._searcher, self._index_schema = index.searcher(), index.schema

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def match(
        self, terms: Iterable[str], *, k: int, within: Within | None = None
    ) -> dict[int, float]:
        """The ``k`` passages with the highest BM25 score for any of these terms: id -> score.

        Args:
            terms: The terms.
            k: At most this many.
            within: Only passages of this part. A term is as rare as it is in the whole index.
        """
        from tantivy import Occur, Query

        query = Query.boolean_query(
            [
                (Occur.Should, Query.term_query(self._index_schema, "words", term))
                for term in dict.fromkeys(terms)
            ]
        )
        if within is None:
            return self._search(query, k)
        every = len(self)
        depth = min(int(SPARE * k * every / max(1, within.count)), every)
        if within.count < BROAD * every:
            articles = Query.term_set_query(self._index_schema, "article", sorted(within.articles))
            both = [(Occur.Must, query), (Occur.Must, Query.const_score_query(articles, 0.0))]
            query = Query.boolean_query(both)
            # What somebody says are some of the passages of these articles.
            depth = min(k, every) if within.sentences is None else depth
        found = self._search(query, depth, within.passages)
        if len(found) < k and depth < every:
            found = self._search(query, every, within.passages)
        return dict(islice(found.items(), k))

    def _search(self, query: Any, k: int, passages: bytes | None = None) -> dict[int, float]:
        """Of the ``k`` best, those that belong to a part."""
        if not k:
            return {}
        with _panic_told(self._folder):
            # Counting all matches would mean scoring each, not only those that may be among the
            # best (Ding and Suel 2011).
            hits = self._searcher.search(query, k, count=False).hits
            ids: list[Any] = self._searcher.fast_field_values("id", [place for _, place in hits])
            if any(id >= len(self) for id in ids):
                raise ValueError("it has passages that there are not")
        return {
            int(id): float(score)
            for id, (score, _) in zip(ids, hits, strict=True)
            if passages is None or passages[id]
        }

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        with _panic_told(self._folder):
            return int(self._searcher.doc_freq("words", term))


@contextmanager
def _panic_told(folder: Path) -> Iterator[None]:
    """Say that an index of words is damaged where tantivy meets what it thought impossible.

    Raises:
        IndexStale: It does, or cannot read it.
    """
    try:
        yield
    except ValueError as error:
        raise unread(f"the word index in {folder}", reason(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # Rust's, which no module has a name for
            raise
        raise unread(f"the word index in {folder}", str(error)) from error


def _opened_by_links(folder: Path) -> Any:
    """An index of words in a folder that may only be read, through links in one that is ours.

    All of it is opened at once, and what is open needs the links no more.

    Raises:
        IndexStale: It cannot be opened so either.
    """
    import tantivy

    try:
        links = Path(mkdtemp(prefix="rag-"))
        try:
            for path in folder.resolve().iterdir():
                if not path.name.startswith("."):  # locks, and what only a writer needs
                    (links / path.name).symlink_to(path)
            return tantivy.Index(_schema(), path=str(links))
        finally:
            _remove(links)
    except OSError as error:
        raise IndexStale(
            f"{folder} is read-only, and the temporary folder that is needed to open it cannot be"
            f" used: {reason(error)}",
            hint="make room there, or choose another temporary folder: TMPDIR=FOLDER",
        ) from error
    except ValueError as error:
        raise unread(f"the word index in {folder}", reason(error)) from error


def _remove(links: Path) -> None:
    """Remove a folder into which a thread of tantivy's may put a lock file meanwhile."""
    for _ in range(50):
        shutil.rmtree(links, ignore_errors=True)
        if not links.exists():
            break
        time.sleep(0.01)


class WordWriter:
    """Writes an index of words. A failed write is an `OSError`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: Any = None

    def open(self) -> None:
        """Begin an empty index."""
        import tantivy

        self._tantivy = tantivy
        self._folder.mkdir()
        try:
            index = tantivy.Index(_schema(), path=str(self._folder))
            self._writer = index.writer(heap_size=64_000_000, num_threads=1)
        except (ValueError, OSError) as error:
            raise _failed(error) from error

    def add(self, id: int, article: int, words: str) -> None:
        """Add a passage.

        Args:
            id: Its number.
            article: The number of its article.
            words: Its terms, with spaces between.
        """
        document = self._tantivy.Document()
        document.add_unsigned("id", id)
        document.add_unsigned("article", article)
        document.add_text("words", words)
        try:
            self._writer.add_document(document)
        except ValueError as error:
            raise _failed(error) from error

    def commit(self) -> None:
        """Finish the index."""
        try:
            self._writer.commit()
            self._writer.wait_merging_threads()
        except ValueError as error:
            raise _failed(error) from error
        self._writer = None

    def abandon(self) -> None:
        """End the writing threads, so that nothing appears after the folder is removed."""
        if self._writer is not None:
            with suppress(ValueError):  # it failed already, and that error is under way
                self._writer.rollback()
                self._writer.wait_merging_threads()


def _failed(error: Exception) -> OSError:
    """A failed write in tantivy's words, a ValueError."""
    return OSError(f"the word index could not be written: {error}")


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", fast=True)
    builder.add_unsigned_field("article", indexed=True)
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    return builder.build()
