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
from typing import TYPE_CHECKING, Self

from rag.answer.count import answer_count
from rag.answer.decide import Refusal, decide, nothing_left, nothing_more, refused_as_unclear
from rag.answer.encoders import Encoders
from rag.answer.outcome import Frame, Looked, Outcome, put_together
from rag.answer.quote import Numbering
from rag.answer.searcher import Searcher
from rag.answer.select import select
from rag.answer.word import word_answer
from rag.answer.writer import Writer
from rag.config import Settings
from rag.cost import since
from rag.domain import (
    Answer,
    Citation,
    Claim,
    EvidenceFound,
    Freshness,
    Retrieved,
    Source,
)
from rag.errors import Stopped
from rag.filters import NONE, Filters
from rag.language.text import words
from rag.models.prompts import Prompt
from rag.question.counting import Counting, read_counting
from rag.question.read import Question, read_question
from rag.question.split import split_question
from rag.retrieve.count_articles import count_articles
from rag.retrieve.genders import called
from rag.retrieve.mentions import is_written
from rag.retrieve.whose import asked_for, speak_as
from rag.stop import Stop
from rag.sync.freshness import freshness

if TYPE_CHECKING:
    from rag.answer.check_draft import DraftSentence

Event = Question | Retrieved | EvidenceFound | Prompt | Claim | Answer


class Assistant(Searcher):
    """An opened index with its models. Not thread-safe: open one per thread."""

    def __init__(
        self,
        settings: Settings,
        *,
        encoders: Encoders | None = None,
        notify: Callable[[str], None] = lambda line: None,
        stop: Stop | None = None,
    ) -> None:
        """Open an index; see `open`."""
        self._stop = stop or Stop()
        # First: templates that cannot be used are told before anything is fetched or loaded.
        self._writer = Writer(settings, notify=notify, stop=self._stop)
        super().__init__(settings, encoders=encoders, notify=notify)

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
            ConfigError: The address of a shared index cannot be used.
            RagError: A shared index cannot be fetched.
        """
        settings = settings or Settings()
        if index is not None:
            settings = dataclasses.replace(settings, index=Path(index), store="")
        return cls(settings, encoders=encoders, notify=notify, stop=stop)

    def check(self, draft: str) -> Iterator[DraftSentence]:
        """Hold a draft against the articles; see `check_draft`.

        Raises:
            ModelError: A model fails.
        """
        from rag.answer.check_draft import Models, check_draft

        models = Models(checker=self._writer.checker, reader=self._reader)
        return check_draft(draft, self.search, models, Numbering(self._fresh))

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
            opened=self.open_ms,
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
        counting = read_counting(asked.text)
        if counting and not counting.instead:
            told = yield from self._counted(asked, counting, frame)
            if told:
                return told
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
            if counting and counting.instead:
                told = yield from self._counted(asked, counting, frame)
                if told:
                    return told
            if frame.shown:
                decision = nothing_more(decision)
            return Outcome(asked=asked, decision=decision, looked=looked)
        selection = select(looked.ranked, asked=asked, limit=self.settings.sentences)
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

    def _counted(
        self, asked: Question, counting: Counting, frame: Frame
    ) -> Steps[Event, None, Outcome | None]:
        """Answer a question about the articles themselves; None where it may not be one."""
        began = perf_counter()
        counted = count_articles(counting, self.store, frame.within)
        if counted is None:
            return None
        return (
            yield from answer_count(asked, counting, counted, self.store, frame=frame, began=began)
        )

    def _look(self, asked: Question, frame: Frame) -> Looked:
        """Search, and leave out what was shown."""
        began = perf_counter()
        whom = asked_for(asked, self.store)
        found = self._retrieve(asked, whom, frame.within)
        took = since(began)
        known = {(one.source.path, one.start) for one in frame.shown}
        ranked = tuple(one for one in found.evidence if (one.source.path, one.start) not in known)
        return Looked(whom=whom, retrieved=found, ranked=ranked, took=took)

    def speaks(self, name: str) -> bool:
        """Whether somebody of a name says anything in the articles."""
        bare = name.removeprefix("the ")
        asked = words(bare if bare[:1].isupper() else name)  # "the White House" is "White House"
        return bool(asked and speak_as(asked, self.store))

    def called(self, name: str) -> str | None:
        """What the articles call somebody: "m" for "he", "f" for "she"."""
        return called(name, self.store)

    @property
    def quotes_instead(self) -> bool:
        """Whether quotations take the place of the language model that the settings name."""
        return self._writer.quotes_instead

    def _is_written(self, phrase: str) -> bool:
        return is_written(phrase, self.store)

    def _fresh(self, source: Source) -> Freshness:
        return freshness(source, self.store)

    def close(self) -> None:
        """Give the models' memory and the index's files back."""
        self._writer.close()
        super().close()
