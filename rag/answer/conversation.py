"""A conversation: each question as it stands alone, its answer, and how that came about."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answer.assistant import Assistant, Event
from rag.answer.trace import Explanation, Trace, traced
from rag.cost import Timings
from rag.domain import Answer, Citation, Claim, ClaimKind
from rag.filters import NONE, Filters
from rag.language.text import plain
from rag.question.antecedents import Called, spoken_of, unknown
from rag.question.follow_up import stand_alone
from rag.question.named import Speaks, nobody
from rag.question.read import read_question
from rag.question.vague import Refers, refers


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What is to be answered where a question was asked after others."""

    question: str  # as it stands alone
    shown: tuple[Citation, ...] = ()  # "Tell me more": what is left out, as it was shown before
    again: Answer | None = None  # "Are you sure?": the answer that is to be shown with its grounds

    @property
    def told(self) -> str:
        """It in words, for who asked."""
        if self.again:
            return f"What does the answer rest on: {self.question}"
        return f"What else is there: {self.question}" if self.shown else self.question


def understand(
    asked: str,
    answers: Sequence[Answer],
    *,
    speaks: Speaks = nobody,
    called: Called = unknown,
) -> Understood:
    """A question, with what it leaves out or refers to taken from the answers before.

    Args:
        asked: As it was typed.
        answers: Those before, oldest first.
        speaks: Whether somebody of a name says anything in the articles.
        called: What the articles call somebody, see `spoken_of`.
    """
    answers = [one for one in answers if not refers(one.question)]  # what was not understood
    last = answers[-1] if answers else None
    before = spoken_of(last.question, last, called=called) if last else None
    alone = stand_alone(asked, before, speaks=speaks)
    what = refers(asked)
    if last is None or what not in {Refers.MORE, Refers.GROUNDS}:
        return Understood(question=alone)
    # "Who said that about Crimea?", "Where does the crane come from?" have answers of their own.
    if asked.lower().startswith(("who ", "where ")) and not refers(alone):
        return Understood(question=alone)
    same = [one for one in answers if one.question == last.question]
    if what is Refers.GROUNDS:
        told = [one for one in same if one.claims]  # "Tell me more" may have found no more
        return Understood(question=last.question, again=told[-1] if told else last)
    return Understood(
        question=last.question, shown=tuple(citation for one in same for citation in one.citations)
    )


def answer_understood(
    understood: Understood, assistant: Assistant, filters: Filters = NONE
) -> Iterator[Event]:
    """Answer what was understood.

    Args:
        understood: The question.
        assistant: Answers it.
        filters: What is searched and counted.

    Yields:
        The events of `Assistant.stream`; of an answer that is shown again, the question, its claims
        and the answer.

    Raises:
        QuestionError: The question is empty or too long.
        ConfigError: A filter cannot be used.
        ModelError: The language model that the settings name is absent or fails.
    """
    if understood.again is None:
        yield from assistant.stream(understood.question, filters, shown=understood.shown)
        return
    yield read_question(understood.question)
    answer = grounds(understood.again)
    yield from answer.claims
    yield answer


def grounds(answer: Answer) -> Answer:
    """An answer with each claim in the words of the sentences that it rests on."""
    return dataclasses.replace(
        answer,
        claims=tuple(
            Claim(
                text=plain(claim.citations[0].quote),
                kind=ClaimKind.QUOTED,
                verdict=claim.verdict,
                citations=claim.citations,
            )
            for claim in answer.claims
        ),
        dropped=(),
        timings=Timings(),
        tokens=None,
    )


class Conversation:
    """Questions that may refer to those before.

    Attributes:
        turns: What was asked and answered, oldest first.
        filters: What the next question is limited to.
    """

    def __init__(self, assistant: Assistant, filters: Filters = NONE) -> None:
        self._assistant = assistant
        self.filters = filters
        self.turns: list[Turn] = []

    def understand(self, asked: str) -> str:
        """A question with what it leaves out filled in from the turn before."""
        return self._understood(asked).told

    def stream(self, asked: str) -> Iterator[Event]:
        """Answer a question, and keep the turn once the answer is there.

        Yields:
            The events of `answer_understood`.

        Raises:
            QuestionError: The question is empty or too long.
            ModelError: The language model that the settings name is absent or fails.
        """
        understood = self._understood(asked)
        trace = Trace()
        events = answer_understood(understood, self._assistant, self.filters)
        for event in traced(events, trace):
            if isinstance(event, Answer):
                turn = Turn(
                    n=len(self.turns) + 1,
                    asked=asked,
                    question=understood.told,
                    explanation=trace.explanation(),
                )
                self.turns.append(turn)
            yield event

    def _understood(self, asked: str) -> Understood:
        answers = [turn.answer for turn in self.turns]
        return understand(
            asked, answers, speaks=self._assistant.speaks, called=self._assistant.called
        )
