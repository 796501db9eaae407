"""How the figures of an evaluation are written: one way for every page, table and terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from rag.evaluate.compare import Comparison
from rag.evaluate.metrics import METRICS, Better, Group, Metric, Unit
from rag.evaluate.results import Report
from rag.evaluate.statistics import Difference, Interval

NONE = "–"  # a figure that there is not
MINUS = "\N{MINUS SIGN}"
SURE = 0.05  # p-value below which a change is called one

_FORMATS = {
    Unit.SHARE: "{:.3f}",
    Unit.WORDS: "{:.1f}",
    Unit.MILLISECONDS: "{:,.0f} ms",
    Unit.TOKENS: "{:,.0f}",
}


def figure(metric: Metric, value: float) -> str:
    """A figure in the precision of its unit: ``0.912``, ``38.9``, ``1,240 ms``."""
    if math.isnan(value):
        return NONE
    written = _FORMATS[metric.unit].format(abs(value))
    return MINUS + written if value < 0 and _counts(written) else written


def change(metric: Metric, before: float, after: float) -> str:
    """How far a figure moved, with its sign: ``+0.031``; without when it cannot be seen."""
    moved = figure(metric, after - before)
    return f"+{moved}" if after > before and _counts(moved) else moved


def direction(metric: Metric, difference: Difference) -> str:
    """What a change means: ``better``, ``worse``, ``same``; empty when that is not known.

    A change that may be chance is neither. Nor is one of latency: the bootstrap over questions does
    not know how busy the machine was.
    """
    if not _counts(figure(metric, difference.change)):
        return "same"
    if difference.p >= SURE or metric.unit is Unit.MILLISECONDS or metric.better is Better.NEITHER:
        return ""
    return "better" if (difference.change > 0) is (metric.better is Better.HIGHER) else "worse"


def between(metric: Metric, interval: Interval) -> str:
    """The 95 % interval: ``0.881–0.940``, ``1,102–1,390 ms``."""
    low, high = figure(metric, interval.low), figure(metric, interval.high)
    if metric.unit is Unit.MILLISECONDS:
        low = low.removesuffix(" ms")
    return f"{low}–{high}"


def _counts(written: str) -> bool:
    """Whether anything but zeros is left of a number once it is written."""
    return any(digit in written for digit in "123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One metric of a report, beside that of the run it is compared with."""

    metric: Metric
    interval: Interval
    difference: Difference | None = None  # from the other run, on the questions of both

    @property
    def value(self) -> str:
        """The figure."""
        return figure(self.metric, self.interval.value)

    @property
    def between(self) -> str:
        """Its 95 % interval."""
        return between(self.metric, self.interval)

    @property
    def before(self) -> float | None:
        """The figure of the other run."""
        return self.difference.before if self.difference else None

    @property
    def was(self) -> str:
        """The same, written."""
        return NONE if self.before is None else figure(self.metric, self.before)

    @property
    def moved(self) -> str:
        """How far it moved from there."""
        if self.difference is None:
            return NONE
        return change(self.metric, self.difference.before, self.difference.after)

    @property
    def rose(self) -> bool:
        """Whether it moved up."""
        return self.difference is not None and self.difference.change > 0

    @property
    def verdict(self) -> str:
        """Whether that is better or worse; empty when that is not known."""
        return direction(self.metric, self.difference) if self.difference else ""


def rows(report: Report, comparison: Comparison | None = None) -> list[Row]:
    """The metrics that a report has, in the order in which they are defined."""
    known = comparison.metrics if comparison else {}
    return [
        Row(metric=metric, interval=report.metrics[key], difference=known.get(key))
        for key, metric in METRICS.items()
        if key in report.metrics
    ]


def grouped(rows: list[Row]) -> Iterator[tuple[Group, list[Row]]]:
    """The rows of each group; groups without a row are left out."""
    for group in Group:
        if members := [row for row in rows if row.metric.group is group]:
            yield group, members
