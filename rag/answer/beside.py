"""What a further sentence of an answer has to be about, whatever a reader makes of it.

A reader shares out certainty among sentences, and some of it goes to whatever stands near. Once the
best sentence is of whom a question names, on its topic, or has the number, others have to be too.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from rag.answer.outright import asks_for_any_words
from rag.domain import Evidence
from rag.language.text import content_terms, words
from rag.question.named import topic_of
from rag.question.read import Kind, Question, can_hold_answer

_VALUES = frozenset({Kind.NUMBER, Kind.TIME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a question asks of each further sentence."""

    question: Question
    by_id: Mapping[int, Evidence]  # all sentences that were found
    any_words: bool  # whether it asks for any words of somebody
    topic: Set[str]  # terms of what somebody was asked about

    @classmethod
    def of(cls, question: Question, by_id: Mapping[int, Evidence]) -> Beside:
        """Read a question for it.

        Args:
            question: The question.
            by_id: All sentences that were found.
        """
        asks_words = question.kind is Kind.STATEMENT and bool(question.speaker)
        topic = topic_of(question.text) if asks_words else None
        return cls(
            question=question,
            by_id=by_id,
            any_words=asks_for_any_words(question),
            topic=frozenset(content_terms(topic or "")),
        )

    def why_not(self, found: Evidence, best: Evidence, *, opposed: bool = False) -> str | None:
        """Why a sentence cannot stand beside the best one; None where it can.

        Args:
            found: The sentence.
            best: The best one.
            opposed: Whether it contradicts what was chosen, and so is on the same.
        """
        if self._is_anothers(found, best):
            return "is not said by whom the question names"
        if opposed:
            return None
        if self.topic & best.terms and not self._is_on_topic(found):
            return "is not about what the question names"
        if self.question.kind in _VALUES and self._holds(best) and not self._holds(found):
            return f"has no {self.question.kind}"
        return None

    def _is_anothers(self, found: Evidence, best: Evidence) -> bool:
        """Whether somebody else says it, where the best one is of whom the question names."""
        if not best.speaker:
            return False
        heard = set(words(found.speaker or "")) & {*words(best.speaker), *self.question.speaker}
        if self.any_words:
            return not heard
        named = not set(self.question.speaker).isdisjoint(words(best.speaker))
        return named and found.speaker is not None and not heard

    def _is_on_topic(self, found: Evidence) -> bool:
        """Whether a sentence, its title, the one before or its speaker's next one has the topic."""
        around = (self.by_id.get(found.id + step) for step in (-1, 1))
        near = [one for one in around if one and one.article_id == found.article_id]
        told = [one for one in near if one.id < found.id or one.speaker == found.speaker]
        title = content_terms(found.source.title or "")
        return not self.topic.isdisjoint(found.terms.union(title, *(one.terms for one in told)))

    def _holds(self, found: Evidence) -> bool:
        """Whether a sentence may have the number or time; "in what time" asks for any number."""
        return can_hold_answer(self.question, found.text) or any(map(str.isdigit, found.text))
