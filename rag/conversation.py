"""A conversation: each question as it stands alone, its answer, and how that came about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.assistant import Assistant, Event
from rag.domain import Answer
from rag.explanation import Explanation, Trace, traced
from rag.follow_up import spoken_of, stand_alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question with its answer."""

    n: int  # from 1
    asked: str  # as it was typed
    question: str  # as it was understood
    explanation: Explanation

    @property
    def answer(self) -> Answer:
        """The answer, with the citations that belong to this turn."""
        return self.explanation.answer


class Conversation:
    """Questions that may refer to those before.

    Attributes:
        turns: What was asked and answered, oldest first.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.turns: list[Turn] = []

    def understand(self, asked: str) -> str:
        """A question with what it leaves out filled in from the turn before."""
        last = self.turns[-1] if self.turns else None
        before = spoken_of(last.question, last.answer) if last else None
        return stand_alone(asked, before, speaks=self._assistant.speaks)

    def stream(self, asked: str) -> Iterator[Event]:
        """Answer a question, and keep the turn once the answer is there.

        Yields:
            The events of `Assistant.stream` for the question as it was understood.

        Raises:
            QuestionError: The question is empty or too long.
            ModelError: The language model that the settings name is absent or fails.
        """
        question = self.understand(asked)
        trace = Trace()
        for event in traced(self._assistant.stream(question), trace):
            if isinstance(event, Answer):
                turn = Turn(
                    n=len(self.turns) + 1,
                    asked=asked,
                    question=question,
                    explanation=trace.explanation(),
                )
                self.turns.append(turn)
            yield event
