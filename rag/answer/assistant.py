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
from typing import Self

from rag.answer.check_draft import DraftSentence, Models, check_draft
from rag.answer.count import answer_count
from rag.answer.decide import Refusal, decide, nothing_more, refused_as_unclear
from rag.answer.disagreement import sides
from rag.answer.encoders import Encoders, open_encoders
from rag.answer.name_notes import read_names
from rag.answer.outcome import Composed, Looked, Outcome, put_together, since
from rag.answer.quote import Numbering
from rag.answer.select import Selection, select
from rag.answer.writer import Writer
from rag.config import Settings
from rag.domain import (
    Answer,
    Citation,
    Claim,
    Dropped,
    Evidence,
    EvidenceFound,
    Freshness,
    RankedPassage,
    Retrieved,
    Side,
    Source,
)
from rag.errors import IndexMissing, IndexStale, Stopped
from rag.language.text import words
from rag.models.prompts import Prompt
from rag.question.counting import read_counting
from rag.question.read import Question, read_question
from rag.question.split import split_question
from rag.retrieve.count_articles import count_articles
from rag.retrieve.known_names import is_name
from rag.retrieve.mentions import is_written
from rag.retrieve.read_passages import read_passages
from rag.retrieve.search import Fusion, find_passages, rank_passages
from rag.retrieve.short_answer import short_answer
from rag.retrieve.whose import Asked, asked_for, speak_as
from rag.stop import Stop
from rag.store import LocalStore
from rag.store.manifest import read_manifest
from rag.sync.freshness import freshness

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
            settings = dataclasses.replace(settings, index=Path(index))
        stop = stop or Stop()
        writer = Writer(settings, notify=notify, stop=stop)
        encoders = encoders or open_encoders(settings, notify=notify)
        embedder = encoders.embedder
        store = LocalStore.open(settings.index, embedder=embedder.id if embedder else None)
        store.load(meaning=embedder is not None)
        return cls(
            store=store,
            encoders=encoders,
            settings=settings,
            writer=writer,
            open_ms=since(began),
            notify=notify,
            stop=stop,
        )

    def search(self, question: str) -> list[Evidence]:
        """Rank the sentences that may answer a question, without a language model.

        Raises:
            QuestionError: The question is empty or too long.
        """
        self.follow_index()
        asked = self._read(question)
        return list(self._retrieve(asked, asked_for(asked, self.store)).evidence)

    def check(self, draft: str) -> Iterator[DraftSentence]:
        """Hold a draft against the articles; see `check_draft`.

        Raises:
            ModelError: A model fails.
        """
        models = Models(checker=self._writer.checker, reader=self._reader)
        return check_draft(draft, self.search, models, Numbering(self._fresh))

    def rank_passages(self, question: str) -> list[RankedPassage]:
        """Rank passages for a question, best first, without reading their sentences.

        Raises:
            QuestionError: The question is empty or too long.
        """
        return rank_passages(
            self._read(question),
            store=self.store,
            embedder=self._embedder,
            fusion=self._fusion,
        )

    def warm_up(self) -> None:
        """Load the language model now rather than at the first question.

        Raises:
            ModelError: The language model that the settings name is absent or fails.
        """
        self._writer.open()

    def ask(self, question: str) -> Answer:
        """Answer a question.

        Raises:
            QuestionError: The question is empty or too long.
            ModelError: The language model that the settings name is absent or fails.
        """
        return next(event for event in self.stream(question) if isinstance(event, Answer))

    def stream(
        self, question: str, *, shown: Collection[Citation] = frozenset()
    ) -> Iterator[Event]:
        """Answer a question step by step.

        Args:
            question: The question.
            shown: What an answer to it cited already; the sentences are left out of this one.

        Yields:
            For each question that was asked at once (mostly one): the `Question` as it was read,
            `Retrieved` with all that was found; unless the articles do not answer it,
            `EvidenceFound` with what is used of it, the `Prompt` where a model words the answer,
            and each `Claim` once it is checked. The whole `Answer` last.

        Raises:
            QuestionError: The question is empty or too long.
            ModelError: The language model that the settings name is absent or fails.
        """
        for event in self._steps(question, shown):
            if self._stop.is_set and not isinstance(event, Answer):
                raise Stopped("the answer was stopped")
            yield event

    def _steps(self, question: str, shown: Collection[Citation]) -> Iterator[Event]:
        """Read, split, answer each part, and put the answers together."""
        self.follow_index()
        began = perf_counter()
        read_question(question)  # what is no question is refused before it is split
        numbering = Numbering(self._fresh)
        outcomes: list[Outcome] = []
        for part in split_question(question, speaks=self.speaks, written=self._is_written):
            used = {id for one in outcomes if one.composed for id in one.composed.used}
            outcomes.append((yield from self._part(self._read(part), numbering, used, shown)))
        yield put_together(
            question,
            outcomes,
            store=self.store,
            model=self._writer.name,
            began=began,
            opened=self._open_ms,
        )

    def _part(
        self,
        asked: Question,
        numbering: Numbering,
        used: Collection[int],
        shown: Collection[Citation],
    ) -> Steps[Event, None, Outcome]:
        """Answer one of the questions that were asked at once: retrieve, decide, select, compose.

        Args:
            asked: The question, read.
            numbering: Of the whole answer's citations.
            used: Sentences that the answer to a question before it cites.
            shown: What is not to be cited again.
        """
        yield asked
        if unclear := refused_as_unclear(asked):
            return Outcome(asked=asked, decision=unclear)
        began, counting = perf_counter(), read_counting(asked.text)
        if counting and (counted := count_articles(counting, self.store)):
            return (
                yield from answer_count(
                    asked, counting, counted, self.store,
                    numbering=numbering, shown=shown, began=began,
                )
            )  # fmt: skip
        looked = self._look(asked, shown)
        yield looked.retrieved
        line = self.settings.abstain_below
        decision = decide(asked, looked.whom, looked.ranked, self.store, abstain_below=line)
        if isinstance(decision, Refusal):
            if shown:
                decision = nothing_more(decision)
            return Outcome(asked=asked, decision=decision, looked=looked)
        selection = select(looked.ranked, limit=self.settings.sentences)
        composed = yield from self._compose(asked, looked, selection, numbering, used)
        return Outcome(asked=asked, decision=decision, looked=looked, composed=composed)

    def _look(self, asked: Question, shown: Collection[Citation]) -> Looked:
        """Search, and leave out what was shown."""
        began = perf_counter()
        whom = asked_for(asked, self.store)
        found = self._retrieve(asked, whom)
        took = since(began)
        known = {(one.source.path, one.start) for one in shown}
        ranked = tuple(one for one in found.evidence if (one.source.path, one.start) not in known)
        return Looked(whom=whom, retrieved=found, ranked=ranked, took=took)

    def _compose(
        self,
        asked: Question,
        looked: Looked,
        selection: Selection,
        numbering: Numbering,
        used: Collection[int],
    ) -> Steps[Event, None, Composed]:
        """Word the claims of selected sentences; yield what is found and each claim."""
        names = read_names(asked, looked.whom, selection.chosen, self.store)
        for told in names.told:
            self._notify(told)
        best, *others = sorted(selection.chosen, key=lambda one: -one.score)
        opposed = sides(asked, [best, *others])
        # What excludes each other comes first, the newest before the others; else the best, after
        # what names whom it means. All of it is in the answer, so its numbers are in this order.
        lead = selection.chosen[: selection.chosen.index(best) + 1]
        first = [found for found, _ in opposed] or list(lead)
        cited = [numbering.cite(one) for one in first]
        short = None if opposed else short_answer(asked, best, cited[-1])
        yield EvidenceFound(evidence=selection.chosen, cut=selection.cut, short_answer=short)
        chosen = [*first, *(one for one in selection.chosen if one not in first)]
        fresh = [one for one in chosen if one.id not in used]
        needed = sum(one in first for one in fresh)
        around = {one.id: one for one in looked.retrieved.evidence}
        claims, dropped, first_claim = list[Claim](), list[Dropped](), None
        writing = self._writer.claims(asked, fresh, numbering, around=around, needed=needed)
        for step in writing if fresh else ():
            if isinstance(step, Dropped):
                dropped.append(step)
                continue
            if isinstance(step, Claim):
                first_claim = first_claim or perf_counter()
                claims.append(step)
            yield step
        return Composed(
            claims=tuple(claims),
            dropped=tuple(dropped),
            short_answer=short,
            count=None,
            sides=tuple(Side(text=text, citation=numbering.cite(one)) for one, text in opposed),
            read_as=names.instead,
            used=frozenset(one.id for one in fresh),
            first_claim=first_claim,
            tokens=self._writer.tokens if fresh else None,
        )

    def locate(self, path: str) -> Path | None:
        """The file of an article on this machine; None when it is not where it was indexed."""
        return self.store.locate(path)

    def speaks(self, name: str) -> bool:
        """Whether somebody of a name says anything in the articles."""
        bare = name.removeprefix("the ")
        asked = words(bare if bare[:1].isupper() else name)  # "the White House" is "White House"
        return bool(asked and speak_as(asked, self.store))

    def follow_index(self) -> None:
        """Turn to a generation that was put in force since; stay where it cannot be opened."""
        try:
            if read_manifest(self.settings.index).generation == self.store.manifest.generation:
                return
            id = self._embedder.id if self._embedder else None
            store = LocalStore.open(self.settings.index, embedder=id)
        except (IndexMissing, IndexStale) as error:
            self._notify(f"Answers still come from the index as it was opened: {error.message}")
            return
        store.load(meaning=self._embedder is not None)
        self.store.close()
        self.store = store

    def _is_written(self, phrase: str) -> bool:
        return is_written(phrase, self.store)

    def _read(self, question: str) -> Question:
        return read_question(question, is_name=lambda word: is_name(word, self.store))

    def _fresh(self, source: Source) -> Freshness:
        return freshness(source, self.store)

    @property
    def _fusion(self) -> Fusion:
        return Fusion(mode=self.settings.mode, dense_weight=self.settings.dense_weight)

    def _retrieve(self, question: Question, whom: Asked) -> Retrieved:
        found = find_passages(
            question, store=self.store, embedder=self._embedder, fusion=self._fusion
        )
        return read_passages(
            question,
            whom,
            found,
            limit=self.settings.passages,
            reader=self._reader,
            store=self.store,
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
