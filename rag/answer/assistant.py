"""Ask an index. The one place where all stages meet.

::

    from rag import Assistant

    with Assistant.open("index") as assistant:
        answer = assistant.ask("What did Peskov say about Crimea?")
        for claim in answer.claims:
            print(claim.text, [citation.path for citation in claim.citations])
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator
from collections.abc import Generator as Steps
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rag.answer.count import answer_count
from rag.answer.decide import Refusal, decide, nothing_left, nothing_more, refused_as_unclear
from rag.answer.encoders import Encoders, open_encoders
from rag.answer.outcome import Frame, Looked, Outcome, put_together, since
from rag.answer.quote import Numbering
from rag.answer.select import select
from rag.answer.word import word_answer
from rag.answer.writer import Writer
from rag.config import Settings
from rag.domain import (
    Answer,
    Citation,
    Claim,
    Evidence,
    EvidenceFound,
    Freshness,
    RankedPassage,
    Retrieved,
    Source,
)
from rag.errors import IndexMissing, IndexStale, Stopped
from rag.filters import NONE, Filters
from rag.language.text import words
from rag.models.embedder import Embedder
from rag.models.prompts import Prompt
from rag.question.counting import read_counting
from rag.question.read import Question, read_question
from rag.question.split import split_question
from rag.retrieve.count_articles import count_articles
from rag.retrieve.known_names import is_name
from rag.retrieve.mentions import is_written
from rag.retrieve.narrow import Narrowed, narrow
from rag.retrieve.read_passages import read_passages
from rag.retrieve.search import Fusion, find_passages, rank_passages
from rag.retrieve.whose import Asked, asked_for, speak_as
from rag.stop import Stop
from rag.store import LocalStore, Within
from rag.store.manifest import read_manifest
from rag.sync.freshness import freshness

if TYPE_CHECKING:
    from rag.answer.check_draft import DraftSentence

Event = Question | Retrieved | EvidenceFound | Prompt | Claim | Answer


class Assistant:
    """An opened index with its models. Not thread-safe: open one per thread.

    Attributes:
        store: The opened generation of the index. A question turns to one that was put in force
            since.
        settings: What it was opened with.
    """

    def __init__(
        self,
        *,
        store: LocalStore,
        encoders: Encoders,
        writer: Writer,
        settings: Settings,
        open_ms: float,
        notify: Callable[[str], None],
        stop: Stop,
    ) -> None:
        self.store = store
        self.settings = settings
        self._embedder = encoders.embedder
        self._reader = encoders.reader
        self._writer = writer
        self._open_ms = open_ms
        self._notify = notify
        self._stop = stop

    @classmethod
    def open(
        cls,
        index: str | Path | None = None,
        *,
        settings: Settings | None = None,
        encoders: Encoders | None = None,
        notify: Callable[[str], None] = lambda line: None,
        stop: Stop | None = None,
    ) -> Self:
        """Open an index.

        Args:
            index: Its folder; that of the settings when None.
            settings: All other choices; the defaults when None.
            encoders: Those of the settings, where they are open already.
            notify: Told, in one line each, what a person should know but need not act on.
            stop: Once it is set, by any thread, `ask` and `stream` raise `Stopped` within a moment,
                until it is cleared.

        Raises:
            IndexMissing: There is no index there.
            IndexStale: It is damaged or was built with another embedding model.
            ModelError: The embedding model or the reader cannot be loaded.
            PromptError: A prompt template cannot be used.
        """
        began = perf_counter()
        settings = settings or Settings()
        if index is not None:
            settings = dataclasses.replace(settings, index=Path(index), store="")
        if settings.store:
            from rag.store.fetch_shared import brought

            settings = brought(settings)
        stop = stop or Stop()
        writer = Writer(settings, notify=notify, stop=stop)
        encoders = encoders or open_encoders(settings, notify=notify)
        embedder = encoders.embedder
        store = _opened(settings, embedder)
        return cls(
            store=store,
            encoders=encoders,
            settings=settings,
            writer=writer,
            open_ms=since(began),
            notify=notify,
            stop=stop,
        )

    def search(self, question: str, filters: Filters = NONE) -> list[Evidence]:
        """Rank the sentences that may answer a question, without a language model.

        Raises:
            QuestionError: The question is empty or too long.
            ConfigError: A filter cannot be used.
        """
        self.follow_index()
        asked, narrowed = self._read(question), self.narrow(filters)
        within = narrowed.within if narrowed else None
        return list(self._retrieve(asked, asked_for(asked, self.store), within).evidence)

    def narrow(self, filters: Filters) -> Narrowed | None:
        """What filters leave of the index; None where they limit nothing.

        Raises:
            ConfigError: The name of a speaker can mean several people.
        """
        return narrow(filters, self.store)

    def check(self, draft: str) -> Iterator[DraftSentence]:
        """Hold a draft against the articles; see `check_draft`.

        Raises:
            ModelError: A model fails.
        """
        from rag.answer.check_draft import Models, check_draft

        models = Models(checker=self._writer.checker, reader=self._reader)
        return check_draft(draft, self.search, models, Numbering(self._fresh))

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

    def warm_up(self) -> None:
        """Load the language model now rather than at the first question.

        Raises:
            ModelError: The language model that the settings name is absent or fails.
        """
        self._writer.load()

    def ask(self, question: str, filters: Filters = NONE) -> Answer:
        """Answer a question; see `stream`."""
        events = self.stream(question, filters)
        return next(event for event in events if isinstance(event, Answer))

    def stream(
        self, question: str, filters: Filters = NONE, *, shown: Collection[Citation] = frozenset()
    ) -> Iterator[Event]:
        """Answer a question step by step.

        Args:
            question: The question.
            filters: What is searched and counted.
            shown: What an answer to it cited already; the sentences are left out of this one.

        Yields:
            For each question that was asked at once (mostly one): the `Question` as it was read,
            `Retrieved` with all that was found; unless the articles do not answer it,
            `EvidenceFound` with what is used of it, the `Prompt` where a model words the answer,
            and each `Claim` once it is checked. The whole `Answer` last.

        Raises:
            QuestionError: The question is empty or too long.
            ConfigError: A filter cannot be used.
            ModelError: The language model that the settings name is absent or fails.
        """
        for event in self._steps(question, filters, shown):
            if self._stop.is_set and not isinstance(event, Answer):
                raise Stopped("the answer was stopped")
            yield event

    def _steps(
        self, question: str, filters: Filters, shown: Collection[Citation]
    ) -> Iterator[Event]:
        """Read, split, answer each part, and put the answers together."""
        self.follow_index()
        began = perf_counter()
        read_question(question)  # what is no question is refused before it is split
        narrowed = self.narrow(filters)
        frame = Frame(numbering=Numbering(self._fresh), shown=shown, narrowed=narrowed)
        outcomes: list[Outcome] = []
        for part in split_question(question, speaks=self.speaks, written=self._is_written):
            used = {id for one in outcomes if one.composed for id in one.composed.used}
            outcomes.append((yield from self._part(self._read(part), frame, used)))
        yield put_together(
            question,
            outcomes,
            store=self.store,
            narrowed=narrowed,
            model=self._writer.name,
            began=began,
            opened=self._open_ms,
        )

    def _part(
        self, asked: Question, frame: Frame, used: Collection[int]
    ) -> Steps[Event, None, Outcome]:
        """Answer one of the questions that were asked at once: retrieve, decide, select, compose.

        Args:
            asked: The question, read.
            frame: What holds for all of them.
            used: Sentences that the answer to a question before it cites.
        """
        yield asked
        if refused := nothing_left(frame.narrowed) or refused_as_unclear(asked):
            return Outcome(asked=asked, decision=refused)
        began, counting = perf_counter(), read_counting(asked.text)
        if counting and (counted := count_articles(counting, self.store, frame.within)):
            return (
                yield from answer_count(
                    asked, counting, counted, self.store, frame=frame, began=began
                )
            )
        looked = self._look(asked, frame)
        yield looked.retrieved
        decision = decide(
            asked,
            looked.whom,
            looked.ranked,
            self.store,
            abstain_below=self.settings.abstain_below,
            limited=frame.narrowed is not None,
        )
        if isinstance(decision, Refusal):
            if frame.shown:
                decision = nothing_more(decision)
            return Outcome(asked=asked, decision=decision, looked=looked)
        selection = select(looked.ranked, limit=self.settings.sentences)
        composed = yield from word_answer(
            asked,
            looked,
            selection,
            store=self.store,
            writer=self._writer,
            numbering=frame.numbering,
            used=used,
            notify=self._notify,
        )
        return Outcome(asked=asked, decision=decision, looked=looked, composed=composed)

    def _look(self, asked: Question, frame: Frame) -> Looked:
        """Search, and leave out what was shown."""
        began = perf_counter()
        whom = asked_for(asked, self.store)
        found = self._retrieve(asked, whom, frame.within)
        took = since(began)
        known = {(one.source.path, one.start) for one in frame.shown}
        ranked = tuple(one for one in found.evidence if (one.source.path, one.start) not in known)
        return Looked(whom=whom, retrieved=found, ranked=ranked, took=took)

    def locate(self, path: str) -> Path | None:
        """The file of an article on this machine; None when it is not where it was indexed."""
        return self.store.locate(path)

    def speaks(self, name: str) -> bool:
        """Whether somebody of a name says anything in the articles."""
        bare = name.removeprefix("the ")
        asked = words(bare if bare[:1].isupper() else name)  # "the White House" is "White House"
        return bool(asked and speak_as(asked, self.store))

    @property
    def quotes_instead(self) -> bool:
        """Whether quotations take the place of the language model that the settings name."""
        return self._writer.quotes_instead

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

    def _is_written(self, phrase: str) -> bool:
        return is_written(phrase, self.store)

    def _read(self, question: str) -> Question:
        return read_question(question, is_name=lambda word: is_name(word, self.store))

    def _fresh(self, source: Source) -> Freshness:
        return freshness(source, self.store)

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
        """Give the models' memory back."""
        self._writer.close()
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
