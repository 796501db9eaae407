"""The passages of a shared index: Milvus finds them by meaning and by words, by our measures.

A key of Milvus may stand for several passages, and for none of this generation: the next one's rows
are among them while it is being loaded. So a search goes on until enough of its passages are there.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.credentials import store_token
from rag.error_words import reason
from rag.errors import IndexStale
from rag.store.manifest import PLACE
from rag.store.milvus import MEANING, MOST, WORDS, Milvus, read_address
from rag.store.parts import SPARE, Within
from rag.store.shared_files import SHARED, open_shared
from rag.store.sparse import question_half

if TYPE_CHECKING:
    from rag.models.embedder import Matrix

Hits = list[tuple[int, float]]  # keys and products, best first


class SharedSearch:
    """The opened search of a shared generation: `rag.store.search` twice over."""

    def __init__(self, folder: Path) -> None:
        try:
            place: dict[str, Any] = json.loads((folder / PLACE).read_text(encoding="utf-8"))
            self._milvus = Milvus(read_address(place["store"]), token=store_token(), patience=10)
            self._collection, self._count = str(place["passages"]), int(place["count"])
            self._db = open_shared(folder / SHARED)
        except (OSError, ValueError, KeyError, TypeError, sqlite3.Error) as error:
            raise IndexStale(
                f"{folder} cannot be read: {reason(error)}",
                hint="remove that folder: it is fetched again",
            ) from error

    def __len__(self) -> int:
        return self._count

    def nearest(self, vector: Matrix, *, k: int, within: Within | None = None) -> dict[int, float]:
        """As `rag.store.vectors.Vectors.nearest`."""
        asked = vector.tolist()
        return self._ranked(MEANING, asked, k, within, lambda product: True)

    def match(
        self, terms: Iterable[str], *, k: int, within: Within | None = None
    ) -> dict[int, float]:
        """As `rag.store.words.Words.match`."""
        known = list(dict.fromkeys(terms))
        frequency = {term: self.frequency(term) for term in known}
        asked = question_half(known, frequency=frequency, passages=self._count)
        if not asked:
            return {}
        return self._ranked(WORDS, asked, k, within, lambda product: product > 0)

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        found = self._db.execute("SELECT passages FROM terms WHERE term = ?", (term,)).fetchone()
        return int(found[0]) if found else 0

    def _ranked(
        self,
        field: str,
        asked: Any,
        k: int,
        within: Within | None,
        counts: Callable[[float], bool],
    ) -> dict[int, float]:
        inside = within.passages if within else None
        wanted = min(k, within.count if within else self._count)
        if not wanted:
            return {}
        if within and within.count <= MOST:
            return self._among(field, asked, k, within, counts)
        depth = min(int(SPARE * k * self._count / within.count) if within else k, MOST)
        while True:
            hits = self._milvus.nearest(self._collection, field, asked, k=depth)
            found = self._passages(hits, inside, counts)
            if len(found) >= wanted or len(hits) < depth:
                return dict(islice(found.items(), k))
            if depth == MOST:
                break
            depth = min(4 * depth, MOST)
        if within:
            return self._among(field, asked, k, within, counts)
        return dict(islice(found.items(), k))

    def _among(
        self,
        field: str,
        asked: Any,
        k: int,
        within: Within,
        counts: Callable[[float], bool],
    ) -> dict[int, float]:
        """Of the passages of a part, searched by their keys, so many at a time."""
        ids = [id for id, belongs in enumerate(within.passages) if belongs]
        hits: Hits = []
        for start in range(0, len(ids), MOST):
            part = ids[start : start + MOST]
            keys = [key for key, _ in self._keys("passage", part)]
            hits += self._milvus.nearest(
                self._collection, field, asked, k=min(k, MOST), keys=sorted(set(keys))
            )
        found = self._passages(hits, within.passages, counts)
        return dict(islice(found.items(), k))

    def _passages(
        self, hits: Hits, inside: bytes | None, counts: Callable[[float], bool]
    ) -> dict[int, float]:
        """The passages of these keys, of all or of a part, best first."""
        products = {key: product for key, product in hits if counts(product)}
        found = [
            (-products[key], id)
            for key, id in self._keys("key", list(products))
            if inside is None or inside[id]
        ]
        return {id: -product for product, id in sorted(found)}

    def _keys(self, column: str, values: Sequence[int]) -> list[tuple[int, int]]:
        """Keys and passages where one of the two is among some values."""
        # A list of JSON: SQLite takes no more than some thousand values.
        return self._db.execute(
            f"SELECT key, passage FROM keys WHERE {column} IN (SELECT value FROM json_each(?))",
            (json.dumps(values),),
        ).fetchall()

    def close(self) -> None:
        """Close the files and the connection."""
        self._db.close()
        self._milvus.close()
