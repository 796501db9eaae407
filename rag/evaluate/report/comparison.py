"""What changed between two runs, and what a gate says, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rag.evaluate.compare import Comparison, Flip, Verdict
from rag.evaluate.metrics import METRICS, Metric
from rag.evaluate.report.figures import direction, figure
from rag.evaluate.statistics import Difference
from rag.render.safe import safe_line

SHOWN = 20  # questions named


def comparison_lines(comparison: Comparison, *, everything: bool = False) -> list[str]:
    """A table of the metrics, then the questions that went otherwise.

    Args:
        comparison: The two runs.
        everything: All metrics and questions, not only headlines and the first.
    """
    rows = [
        _row(METRICS[key], change)
        for key, change in comparison.metrics.items()
        if everything or METRICS[key].headline
    ]
    lines = [
        f"{comparison.common} questions in both runs"
        + (f", {comparison.only_before} only before" if comparison.only_before else "")
        + (f", {comparison.only_after} only after" if comparison.only_after else ""),
        "",
        f"{'':<24} {'before':>8} {'after':>8} {'change':>9}   {'95 % interval of it':<20} p",
        *rows,
        "",
    ]
    worse = [flip for flip in comparison.flips if flip.worse]
    better = [flip for flip in comparison.flips if not flip.worse]
    limit = len(comparison.flips) if everything else SHOWN
    lines += _flip_lines("got worse", worse, limit)
    lines += _flip_lines("got better", better, limit)
    return lines if comparison.flips else [*lines, "No question changed its result."]


def _row(metric: Metric, change: Difference) -> str:
    word = direction(metric, change).replace("same", "")
    moved, low, high = (
        _signed(metric, value) for value in (change.change, change.low, change.high)
    )
    return (
        f"{metric.title:<24} {figure(metric, change.before):>8} {figure(metric, change.after):>8}"
        f" {moved:>9}   {low:>8} to {high:<8} {change.p:.3f} {word}"
    ).rstrip()


def _signed(metric: Metric, value: float) -> str:
    return ("+" if value >= 0 else "-") + figure(metric, abs(value))


def _flip_lines(heading: str, flips: Sequence[Flip], limit: int) -> list[str]:
    if not flips:
        return []
    lines = [f"{len(flips)} {heading}:"]
    lines += [
        f"  {safe_line(flip.id)}  {safe_line(flip.question)}  ({safe_line(flip.why)})"
        for flip in flips[:limit]
    ]
    return lines if len(flips) <= limit else [*lines, f"  and {len(flips) - limit} more"]


def verdict_lines(verdicts: Sequence[Verdict]) -> list[str]:
    """What each condition of a gate came to, and the questions that did it."""
    lines: list[str] = []
    for verdict in verdicts:
        name = safe_line(verdict.condition.text)
        if not verdict.failed:
            lines.append(f"passed  {name}  ({verdict.figure:.4f})")
            continue
        lines.append(f"FAILED  {name}  ({verdict.why})")
        lines += [
            f"          {safe_line(result.id)}  {safe_line(result.question)}"
            for result in verdict.questions[:SHOWN]
        ]
        if len(verdict.questions) > SHOWN:
            lines.append(f"          and {len(verdict.questions) - SHOWN} more")
    return lines


def comparison_dict(comparison: Comparison) -> dict[str, Any]:
    """The result of `rag eval diff --json`."""
    return {
        "schema": "rag.diff/1",
        "before": comparison.before,
        "after": comparison.after,
        "questions": {
            "common": comparison.common,
            "only_before": comparison.only_before,
            "only_after": comparison.only_after,
        },
        "metrics": {key: asdict(change) for key, change in comparison.metrics.items()},
        "flips": [asdict(flip) for flip in comparison.flips],
    }
