"""The questions of a run, and what came back for them so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rag.config import Settings
from rag.errors import EvalError
from rag.evaluate.articles import Articles
from rag.evaluate.batch import Item, answers_to
from rag.evaluate.gold import GoldItem
from rag.evaluate.read_answers import FAILURE_SCHEMA, read_given
from rag.evaluate.results import QuestionResult
from rag.evaluate.run_folder import Done
from rag.evaluate.score import Measured, score_question
from rag.models.files import NO_LLM

# Told the results so far and how many there will be.
Scored = Callable[[Sequence[QuestionResult], int], None]


class Scoring:
    """Takes answers in any order, scores each at once, and gives all in the order of the set."""

    def __init__(
        self,
        items: Sequence[GoldItem],
        articles: Articles,
        scored: Scored,
        *,
        measured: Measured,
    ) -> None:
        self.items = items
        self._articles = articles
        self._scored = scored
        self._by_id = {item.id: item for item in items}
        self._measured = measured
        self._done: dict[str, Done] = {}
        self._results: dict[str, QuestionResult] = {}

    def take(self, done: Iterable[Done]) -> None:
        """Score answers; those to questions that are not asked are passed over."""
        for entry in done:
            item = self._by_id.get(entry.record["id"])
            if item is None:
                continue
            given = read_given(entry.record, place=f"the answer to {item.id!r}")
            asked = Item(id=item.id, question=item.question, filters=item.filters)
            if not answers_to(entry.record, asked):
                raise EvalError(
                    f"{item.id!r} was answered for another question, or with other filters:"
                    f" {given.question[:80]!r}",
                    hint="give a changed question a new id, or start a new run",
                )
            self._done[item.id] = entry
            self._results[item.id] = score_question(
                item, given, entry.ranking, articles=self._articles, measured=self._measured
            )
        self._scored(list(self._results.values()), len(self.items))

    def missing(self) -> list[Item]:
        """Questions without an answer."""
        return [
            Item(id=item.id, question=item.question, filters=item.filters)
            for item in self.items
            if item.id not in self._done
        ]

    def add_missing(self) -> None:
        """Count questions without an answer as failed."""
        for item in self.missing():
            record = {
                "id": item.id,
                "schema": FAILURE_SCHEMA,
                "question": item.question,
                "error": "there is no answer to it",
            }
            self.take([Done(record=record, ranking=None)])

    def in_order(self) -> list[Done]:
        """What came back, in the order of the gold set."""
        return [self._done[item.id] for item in self.items]

    def results(self) -> tuple[QuestionResult, ...]:
        """The results, in the order of the gold set."""
        return tuple(self._results[item.id] for item in self.items)

    def records(self) -> dict[str, dict[str, Any]]:
        """The answers as they were given, by question."""
        return {id: done.record for id, done in self._done.items()}

    def warnings(self, settings: Settings) -> list[str]:
        """What a reader of the figures has to know of the answers."""
        models = {record.get("model") for record in self.records().values()} - {None}
        if settings.llm != NO_LLM and models == {NO_LLM}:
            return [f"the language model {settings.llm!r} wrote no answer: all are quotations"]
        return []
