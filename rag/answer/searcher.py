"""Search an index: all that a question needs before it is answered.

What answers it is imported by `rag.answer.assistant` alone, so that `rag search` does not wait for
it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Self

from rag.answer.encoders import Encoders, open_encoders
from rag.config import Settings
from rag.cost import since
from rag.domain import Evidence, RankedPassage, Retrieved
from rag.errors import IndexMissing, IndexStale
from rag.filters import NONE, Filters
from rag.models.embedder import Embedder
from rag.question.read import Question, is_bare, read_question
from rag.retrieve.known_names import is_name
from rag.retrieve.narrow import Narrowed, narrow
from rag.retrieve.near_names import near_names, put_right
from rag.retrieve.read_passages import read_passages
from rag.retrieve.search import Fusion, find_passages, rank_passages
from rag.retrieve.whose import Asked, asked_for
from rag.store import LocalStore, Within
from rag.store.manifest import read_manifest


class Searcher:
    """An opened index with its encoders. Not thread-safe: open one per thread.

    Attributes:
        store: The opened generation of the index. A question turns to one that was put in force
            since.
        settings: What it was opened with.
        open_ms: Milliseconds that opening took.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        encoders: Encoders | None = None,
        notify: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Open an index.

        Args:
            settings: Which, and how it is searched.
            encoders: Those of the settings, where they are open already.
            notify: Told, in one line each, what a person should know but need not act on.

        Raises:
            IndexMissing: There is no index there.
            IndexStale: It is damaged or was built with another embedding model.
            ModelError: The embedding model or the reader cannot be loaded.
            ConfigError: The address of a shared index cannot be used.
            RagError: A shared index cannot be fetched.
        """
        began = perf_counter()
        if settings.store:
            from rag.store.fetch_shared import brought

            settings = brought(settings)
        encoders = encoders or open_encoders(settings, notify=notify)
        self.settings = settings
        self._embedder = encoders.embedder
        self._reader = encoders.reader
        self._notify = notify
        self.store = _opened(settings, encoders.embedder)
        self.open_ms = since(began)

    def search(self, question: str, filters: Filters = NONE) -> list[Evidence]:
        """Rank the sentences that may answer a question, without a language model.

        For a word or two or a bare name, which no sentence answers, those that have them are first.

        Raises:
            QuestionError: The question is empty or too long.
            ConfigError: A filter cannot be used.
        """
        self.follow_index()
        asked, narrowed = self._read(question), self.narrow(filters)
        within = narrowed.within if narrowed else None
        found = self._retrieve(asked, asked_for(asked, self.store), within).evidence
        if not is_bare(asked):
            return list(found)
        return sorted(found, key=lambda one: (one.score < 0, -one.lexical, -one.score))

    def narrow(self, filters: Filters) -> Narrowed | None:
        """What filters leave of the index; None where they limit nothing.

        Raises:
            ConfigError: The name of a speaker can mean several people.
        """
        return narrow(filters, self.store)

    def rank_passages(self, question: str, filters: Filters = NONE) -> list[RankedPassage]:
        """Rank passages for a question, best first, without reading their sentences.

        Raises:
            QuestionError: The question is empty or too long.
            ConfigError: A filter cannot be used.
        """
        narrowed = self.narrow(filters)
        return rank_passages(
            self._read(question),
            store=self.store,
            embedder=self._embedder,
            fusion=self._fusion,
            within=narrowed.within if narrowed else None,
        )

    def locate(self, path: str) -> Path | None:
        """The file of an article on this machine; None when it is not where it was indexed."""
        return self.store.locate(path)

    def follow_index(self) -> bool:
        """Turn to a generation that was put in force since; stay where it cannot be opened.

        Returns:
            Whether answers come from the generation in force. Numbers begin anew where an index
            was deleted and built again, so the whole manifest is compared.
        """
        try:
            if read_manifest(self.settings.index) == self.store.manifest:
                return True
            store = _opened(self.settings, self._embedder)
        except (IndexMissing, IndexStale) as error:
            self._notify(f"Answers still come from the index as it was opened: {error.message}")
            return False
        self.store.close()
        self.store = store
        return True

    def _read(self, question: str) -> Question:
        asked = read_question(question, is_name=self._is_name)
        names = near_names(asked.text, self.store)
        if not names:
            return asked
        read = read_question(put_right(asked.text, names), is_name=self._is_name)
        return replace(read, mistyped=tuple(names.items()))

    def _is_name(self, word: str) -> bool:
        return is_name(word, self.store)

    @property
    def _fusion(self) -> Fusion:
        return Fusion(mode=self.settings.mode, dense_weight=self.settings.dense_weight)

    def _retrieve(self, question: Question, whom: Asked, within: Within | None) -> Retrieved:
        found = find_passages(
            question,
            store=self.store,
            embedder=self._embedder,
            fusion=self._fusion,
            within=within,
        )
        return read_passages(
            question,
            whom,
            found,
            limit=self.settings.passages,
            reader=self._reader,
            store=self.store,
            within=within,
        )

    def close(self) -> None:
        """Give the index's files back."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _opened(settings: Settings, embedder: Embedder | None) -> LocalStore:
    """The index in force, all files of it open."""
    id = embedder.id if embedder else None
    store = LocalStore.open(settings.index, embedder=id, cache=settings.cache)
    store.load(meaning=embedder is not None)
    return store
