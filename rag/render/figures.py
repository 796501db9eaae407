"""How the figures of an evaluation are written: one way for every page, table and terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from rag.evaluate.metrics import METRICS, Better, Group, Metric, Unit
from rag.evaluate.results import Report
from rag.evaluate.statistics import Interval

NONE = "–"  # a figure that there is not
MINUS = "\N{MINUS SIGN}"

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


def verdict(metric: Metric, before: float, after: float) -> str:
    """What the move means: ``better``, ``worse``, ``same``; empty when neither way is better."""
    if metric.better is Better.NEITHER or math.isnan(after - before):
        return ""
    if not _counts(figure(metric, after - before)):
        return "same"
    return "better" if (after > before) is (metric.better is Better.HIGHER) else "worse"


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
    before: float | None = None

    @property
    def value(self) -> str:
        """The figure."""
        return figure(self.metric, self.interval.value)

    @property
    def between(self) -> str:
        """Its 95 % interval."""
        return between(self.metric, self.interval)

    @property
    def was(self) -> str:
        """The figure of the other run."""
        return NONE if self.before is None else figure(self.metric, self.before)

    @property
    def moved(self) -> str:
        """How far it moved from there."""
        if self.before is None:
            return NONE
        return change(self.metric, self.before, self.interval.value)

    @property
    def verdict(self) -> str:
        """Whether that is better or worse; empty when there is nothing to compare with."""
        if self.before is None:
            return ""
        return verdict(self.metric, self.before, self.interval.value)

    @property
    def within(self) -> bool:
        """Whether the other run's figure lies in this one's interval."""
        return self.before is not None and self.interval.low <= self.before <= self.interval.high


def rows(report: Report, baseline: Report | None = None) -> list[Row]:
    """The metrics that a report has, in the order in which they are defined."""
    known = baseline.metrics if baseline else {}
    return [
        Row(
            metric=metric,
            interval=report.metrics[key],
            before=known[key].value if key in known else None,
        )
        for key, metric in METRICS.items()
        if key in report.metrics
    ]


def grouped(rows: list[Row]) -> Iterator[tuple[Group, list[Row]]]:
    """The rows of each group; groups without a row are left out."""
    for group in Group:
        if members := [row for row in rows if row.metric.group is group]:
            yield group, members
