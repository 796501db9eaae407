"""The events of an answer -> the whole path of it, for `rag ask --explain` and `/why`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from rag.answer.assistant import Event
from rag.domain import Answer, Cut, Evidence, EvidenceFound, Retrieved
from rag.models.prompts import Prompt
from rag.question.read import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How one question was answered."""

    question: Question
    retrieved: Retrieved = Retrieved(passages=(), evidence=())
    used: tuple[Evidence, ...] = ()
    cut: tuple[Cut, ...] = ()
    prompt: Prompt | None = None  # None where no model was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How an answer came about."""

    steps: tuple[Step, ...]  # one for each question that was asked at once
    answer: Answer


class Trace:
    """Takes the events of `Assistant.stream` in as they come."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._answer: Answer | None = None

    def add(self, event: Event) -> None:
        """Take in the next event."""
        if isinstance(event, Question):
            self._steps.append(Step(question=event))
        elif isinstance(event, Answer):
            self._answer = event
        elif isinstance(event, Retrieved):
            self._change(retrieved=event)
        elif isinstance(event, EvidenceFound):
            self._change(used=event.evidence, cut=event.cut)
        elif isinstance(event, Prompt):
            self._change(prompt=event)

    def _change(self, **parts: Retrieved | tuple[Evidence, ...] | tuple[Cut, ...] | Prompt) -> None:
        self._steps[-1] = dataclasses.replace(self._steps[-1], **parts)  # type: ignore[arg-type]

    def explanation(self) -> Explanation:
        """The whole path, once the answer is there."""
        if self._answer is None:
            raise ValueError("there is no answer yet to explain")
        return Explanation(steps=tuple(self._steps), answer=self._answer)


def traced(events: Iterator[Event], trace: Trace) -> Iterator[Event]:
    """The events as they come, each taken in on its way."""
    for event in events:
        trace.add(event)
        yield event
