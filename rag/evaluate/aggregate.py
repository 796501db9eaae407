"""Results of questions -> figures of the set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.evaluate.metrics import METRICS
from rag.evaluate.results import Outcome, QuestionResult
from rag.evaluate.statistics import Interval, interval


def figures(results: Sequence[QuestionResult]) -> dict[str, Interval]:
    """Every metric that these questions define, in the order of `METRICS`."""
    found: dict[str, Interval] = {}
    for key, metric in METRICS.items():
        first, second = pairs_of(results, key)
        figure = interval(metric.statistic, first, second)
        if figure is not None:
            found[key] = figure
    return found


def pairs_of(results: Iterable[QuestionResult], key: str) -> tuple[list[float], list[float]]:
    """What the questions bring to one metric; those that bring nothing are left out."""
    pairs = [result.pairs[key] for result in results if key in result.pairs]
    return [first for first, _ in pairs], [second for _, second in pairs]


def by_kind(results: Sequence[QuestionResult]) -> dict[str, dict[str, Interval]]:
    """The same figures for each kind of question, the most frequent kind first."""
    kinds: dict[str, list[QuestionResult]] = {}
    for result in results:
        kinds.setdefault(result.kind, []).append(result)
    ordered = sorted(kinds, key=lambda kind: (-len(kinds[kind]), kind))
    return {kind: figures(kinds[kind]) for kind in ordered} if len(kinds) > 1 else {}


def count_outcomes(results: Iterable[QuestionResult]) -> dict[Outcome, int]:
    """How many questions went how."""
    counts = dict.fromkeys(Outcome, 0)
    for result in results:
        counts[result.outcome] += 1
    return counts
