"""What finds passages: of the index of one machine, or of one that many share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.store.manifest import PLACE
from rag.store.parts import Within
from rag.store.vectors import Vectors
from rag.store.words import Words

if TYPE_CHECKING:
    from rag.models.embedder import Matrix
    from rag.store.shared_search import SharedSearch


class ByMeaning(Protocol):
    """Passages by their vectors; how many there are is its length."""

    def __len__(self) -> int: ...

    def nearest(self, vector: Matrix, *, k: int, within: Within | None = None) -> dict[int, float]:
        """The ``k`` passages of all, or of a part, with the highest inner product, best first."""
        ...


class ByWords(Protocol):
    """Passages by their words; how many there are is its length."""

    def __len__(self) -> int: ...

    def match(
        self, terms: Iterable[str], *, k: int, within: Within | None = None
    ) -> dict[int, float]:
        """The ``k`` passages of all, or of a part, with the highest BM25 score, best first."""
        ...

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        ...


def open_meaning(folder: Path) -> ByMeaning:
    """What finds passages of a generation by meaning.

    Raises:
        IndexStale: Its files cannot be read.
    """
    return _shared(folder) if (folder / PLACE).exists() else Vectors(folder / "passages.faiss")


def open_words(folder: Path) -> ByWords:
    """What finds passages of a generation by words; see `open_meaning`."""
    return _shared(folder) if (folder / PLACE).exists() else Words(folder / "words")


def _shared(folder: Path) -> SharedSearch:
    from rag.store.shared_search import SharedSearch

    return SharedSearch(folder)
