"""What can be made again from SQLite: FAISS finds by meaning, tantivy by words.

tantivy is a bare inverted index here: the terms are ours, so its own analysis is off.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from rag.error_words import reason
from rag.errors import IndexStale

if TYPE_CHECKING:
    from rag.models.embedder import Matrix


class Vectors:
    """The opened vectors of the passages; a row's place is its id."""

    def __init__(self, path: Path) -> None:
        import faiss

        self._index = faiss.read_index(str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, vector: Matrix, *, k: int) -> dict[int, float]:
        """The ``k`` rows with the highest inner product with a (d,) vector: id -> product."""
        if not len(self):
            return {}
        scores, ids = self._index.search(vector.reshape(1, -1), min(k, len(self)))
        found = sorted(
            (-float(s), int(i)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0
        )
        return {id: -score for score, id in found}

    def rows(self, ids: Sequence[int]) -> Matrix:
        """(n, d): the rows with these ids."""
        import numpy as np

        found: Matrix = self._index.reconstruct_batch(np.asarray(ids, dtype=np.int64))
        return found


def write_vectors(blocks: Iterable[bytes], *, dimension: int, path: Path) -> None:
    """Write rows as a file that `Vectors` opens.

    FAISS keeps them as they come, in float16, at half the size of float32 and nothing lost; a
    product is still exact, summed up in float32.

    Args:
        blocks: Rows of ``dimension`` numbers, little-endian float16, one after another.
        dimension: Of a row.
        path: Of the file.

    Raises:
        OSError: It could not be written.
    """
    import faiss
    import numpy as np

    index = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    for block in blocks:
        index.add_sa_codes(np.frombuffer(block, dtype=np.uint8).reshape(-1, 2 * dimension))
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:  # FAISS's word for a failed write
        raise OSError(f"{path} could not be written") from error


class Words:
    """The opened index of words: which passages have a term."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        try:
            index = tantivy.Index(_schema(), path=str(folder))
        except ValueError:  # it wants a lock file of its own, also where one may only read
            index = _opened_by_links(folder)
        self._searcher, self._index_schema = index.searcher(), index.schema

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def match(self, terms: Iterable[str], *, k: int) -> dict[int, float]:
        """The ``k`` passages with the highest BM25 score for any of these terms: id -> score."""
        from tantivy import Occur, Query

        query = Query.boolean_query(
            [
                (Occur.Should, Query.term_query(self._index_schema, "words", term))
                for term in dict.fromkeys(terms)
            ]
        )
        hits = self._searcher.search(query, k).hits
        return {int(self._searcher.doc(place)["id"][0]): float(score) for score, place in hits}

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        return int(self._searcher.doc_freq("words", term))


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
        raise IndexStale(
            f"the word index in {folder} cannot be opened: {error}",
            hint="rebuild it: rag index --rebuild-caches",
        ) from error


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

    def add(self, id: int, words: str) -> None:
        """Add a passage.

        Args:
            id: Its number.
            words: Its terms, with spaces between.
        """
        document = self._tantivy.Document()
        document.add_unsigned("id", id)
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
    builder.add_unsigned_field("id", stored=True)
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    return builder.build()
