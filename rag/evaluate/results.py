"""What an evaluation comes to: a result for every question, figures for the whole set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rag.evaluate.statistics import Interval

REPORT_SCHEMA = "rag.eval/1"

# Metric -> the pair of numbers that a question brings to it; see `rag.evaluate.statistics`.
Pairs = Mapping[str, tuple[float, float]]


class Outcome(StrEnum):
    """How a question went."""

    RIGHT = "right"  # all its facts cited; or refused, and it has no answer
    WRONG = "wrong"
    FAILED = "failed"  # an error, or out of time


@dataclass(frozen=True, slots=True, kw_only=True)
class FactResult:
    """What became of one expected fact."""

    any_of: tuple[str, ...]
    sources: tuple[str, ...]
    recalled: bool  # stands in a claim
    cited: bool  # stands in a claim that cites one of its files


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResult:
    """One question with everything that counts."""

    id: str
    question: str
    kind: str  # of the question: person, time, number, other
    answerable: bool
    outcome: Outcome
    pairs: Pairs
    facts: tuple[FactResult, ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """What one condition of a gate came to."""

    condition: str  # as it was given
    why: str | None  # why it failed; None when it passed
    questions: tuple[str, ...] = ()  # ids of those that did it, worst first


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One evaluated set.

    ``about`` is what it takes to do it again (`rag.evaluate.provenance`).
    """

    name: str
    about: Mapping[str, Any]
    metrics: Mapping[str, Interval]
    kinds: Mapping[str, Mapping[str, Interval]]  # kind of question -> the same
    questions: tuple[QuestionResult, ...]
    gate: tuple[GateResult, ...] = ()
    judge: Mapping[str, Any] | None = None  # an advisory opinion; see `rag.evaluate.judge`
    warnings: tuple[str, ...] = field(default=())

    def outcomes(self, outcome: Outcome) -> list[QuestionResult]:
        """The questions that went so."""
        return [result for result in self.questions if result.outcome is outcome]
