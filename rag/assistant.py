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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from rag.answerability import answerability, unanswerable
from rag.compose import compose_claims, quote_claims
from rag.config import Mode, Settings
from rag.domain import Answer, Claim, Dropped, Evidence, RankedPassage, Retrieved, Timings
from rag.embed import Embedder, identify, open_embedder
from rag.errors import ModelError
from rag.generate import Generator, open_generator
from rag.models import BUNDLED, NO_LLM
from rag.prompts import Templates, load_templates
from rag.question import Question, read_question
from rag.rerank import Reads, open_reader, rerank, short_answer
from rag.retrieve import Fusion, rank_passages, retrieve
from rag.selection import select
from rag.store import LocalStore

NEAREST = 3  # sentences shown, as not an answer, when there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFound:
    """The sentences that the answer will be made of; comes before any claim."""

    evidence: tuple[Evidence, ...]


Event = Retrieved | EvidenceFound | Claim | Answer


class Assistant:
    """An opened index with its models. Not thread-safe: open one per thread.

    Attributes:
        store: The opened generation of the index.
        settings: What it was opened with.
    """

    def __init__(
        self,
        *,
        store: LocalStore,
        embedder: Embedder | None,
        reader: Reads | None,
        settings: Settings,
        templates: Templates,
        open_ms: float,
        notify: Callable[[str], None],
    ) -> None:
        self.store = store
        self.settings = settings
        self._embedder = embedder
        self._reader = reader
        self._templates = templates
        self._open_ms = open_ms
        self._notify = notify
        self._generator: Generator | None = None
        self._quoting = settings.llm == NO_LLM

    @classmethod
    def open(
        cls,
        index: str | Path | None = None,
        *,
        settings: Settings | None = None,
        notify: Callable[[str], None] = lambda line: None,
    ) -> Self:
        """Open an index.

        Args:
            index: Its folder; that of the settings when None.
            settings: All other choices; the defaults when None.
            notify: Told, in one line each, what a person should know but need not act on.

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
        templates = load_templates(settings.prompts)
        if settings.mode is Mode.LEXICAL:
            store, embedder = LocalStore.open(settings.index, embedder=None), None
        else:
            id = identify(settings.embedder, cache=settings.cache)
            store = LocalStore.open(settings.index, embedder=id)
            embedder = open_embedder(
                settings.embedder, cache=settings.cache, threads=settings.threads, notify=notify
            )
        reader = open_reader(settings.reader, cache=settings.cache, threads=settings.threads)
        store.load(meaning=embedder is not None)
        return cls(
            store=store,
            embedder=embedder,
            reader=reader,
            settings=settings,
            templates=templates,
            open_ms=_since(began),
            notify=notify,
        )

    def search(self, question: str) -> list[Evidence]:
        """Rank the sentences that may answer a question, without a language model.

        Raises:
            QuestionError: The question is empty or too long.
        """
        return list(self._retrieve(read_question(question)).evidence)

    def rank_passages(self, question: str) -> list[RankedPassage]:
        """Rank passages for a question, best first, without reading their sentences.

        Raises:
            QuestionError: The question is empty or too long.
        """
        return rank_passages(
            read_question(question),
            store=self.store,
            embedder=self._embedder,
            fusion=self._fusion,
        )

    def warm_up(self) -> None:
        """Load the language model now rather than at the first question.

        Raises:
            ModelError: The language model that the settings name is absent or fails.
        """
        self._language_model()

    def ask(self, question: str) -> Answer:
        """Answer a question.

        Raises:
            QuestionError: The question is empty or too long.
            ModelError: The language model that the settings name is absent or fails.
        """
        return next(event for event in self.stream(question) if isinstance(event, Answer))

    def stream(self, question: str) -> Iterator[Event]:
        """Answer a question step by step.

        Yields:
            `Retrieved` with all that was found; unless it abstains, `EvidenceFound` with what is
            used of it, then each `Claim` once it is checked; the whole `Answer` last.

        Raises:
            QuestionError: The question is empty or too long.
            ModelError: The language model that the settings name is absent or fails.
        """
        began = perf_counter()
        asked = read_question(question)
        found = self._retrieve(asked)
        yield found
        ranked = found.evidence
        timings = Timings(open=self._open_ms, retrieve=_since(began))
        line = self.settings.abstain_below
        reason = unanswerable(asked, ranked, self.store, abstain_below=line)
        likely = answerability(ranked)
        if reason is not None:
            yield self._answer(
                question,
                reason=reason,
                nearest=ranked[:NEAREST],
                answerability=likely,
                timings=timings,
                began=began,
            )
            return
        chosen = select(ranked, limit=self.settings.sentences)
        yield EvidenceFound(evidence=tuple(chosen))
        claims: list[Claim] = []
        dropped: list[Dropped] = []
        for step in self._claims(asked, chosen):
            if isinstance(step, Dropped):
                dropped.append(step)
                continue
            if not claims:
                timings = dataclasses.replace(timings, first_claim=_since(began))
            claims.append(step)
            yield step
        yield self._answer(
            question,
            claims=tuple(claims),
            # The first claim cites the best sentence.
            short_answer=short_answer(asked, chosen[0], claims[0].citations[0]),
            dropped=tuple(dropped),
            answerability=likely,
            timings=timings,
            began=began,
        )

    def locate(self, path: str) -> Path | None:
        """The file of an article on this machine; None when it is not where it was indexed."""
        return self.store.locate(path)

    @property
    def _fusion(self) -> Fusion:
        return Fusion(mode=self.settings.mode, dense_weight=self.settings.dense_weight)

    def _retrieve(self, question: Question) -> Retrieved:
        found = retrieve(
            question,
            store=self.store,
            embedder=self._embedder,
            fusion=self._fusion,
            passages=self.settings.passages,
        )
        ranked = rerank(question, found.evidence, reader=self._reader, store=self.store)
        return dataclasses.replace(found, evidence=tuple(ranked))

    def _claims(self, question: Question, evidence: list[Evidence]) -> Iterator[Claim | Dropped]:
        generator = self._language_model()
        if generator is None:
            return quote_claims(evidence)
        generator.tokens = None  # what an earlier question took is not what this one takes
        return compose_claims(
            question,
            evidence,
            generator=generator,
            templates=self._templates,
            tokens=self.settings.llm_tokens,
        )

    def _language_model(self) -> Generator | None:
        """The model, loaded at the first need; None when answers are quotations."""
        if self._generator is None and not self._quoting:
            try:
                self._generator = open_generator(self.settings)
            except ModelError as error:
                if self.settings.llm != BUNDLED:
                    raise
                # Nobody asked for the bundled model by name, and quotations answer too.
                self._notify(f"Answering with quotations only: {error.message} ({error.hint})")
                self._quoting = True
        return self._generator

    def _answer(self, question: str, *, timings: Timings, began: float, **parts: Any) -> Answer:
        generator = self._generator if "claims" in parts else None
        return Answer(
            question=question,
            timings=dataclasses.replace(timings, total=_since(began)),
            tokens=generator.tokens if generator else None,
            model=generator.name if generator else NO_LLM,
            generation=self.store.manifest.generation,
            **parts,
        )

    def close(self) -> None:
        """Give the models' memory back."""
        if self._generator is not None:
            self._generator.close()
            self._generator = None
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


def _since(began: float) -> float:
    return (perf_counter() - began) * 1000
