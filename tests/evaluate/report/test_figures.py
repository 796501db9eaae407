"""rag.evaluate.report.figures: one way to write a figure."""

from __future__ import annotations

import math

import pytest

from rag.evaluate.compare import Comparison
from rag.evaluate.metrics import METRICS
from rag.evaluate.report.figures import between, change, direction, figure, grouped, rows
from rag.evaluate.results import Report
from rag.evaluate.statistics import Difference, Interval

SHARE, WORDS, MS = (METRICS[key] for key in ("fact_recall", "words_per_answer", "latency_p50"))


def test_a_figure_has_the_precision_of_its_unit() -> None:
    """Three decimals of a share, one of words, whole milliseconds; – for what there is not."""
    assert figure(SHARE, 0.91249) == "0.912"
    assert figure(WORDS, 38.94) == "38.9"
    assert figure(MS, 1240.4) == "1,240 ms"
    assert figure(SHARE, -0.0001) == "0.000"
    assert figure(SHARE, math.nan) == "–"


def test_an_interval_names_its_unit_once() -> None:
    """From the low end to the high one."""
    assert between(SHARE, Interval(value=0.9, low=0.881, high=0.94, n=3)) == "0.881–0.940"
    assert between(MS, Interval(value=1200, low=1102, high=1390, n=3)) == "1,102–1,390 ms"


@pytest.mark.parametrize(
    ("metric", "before", "after", "p", "moved", "means"),
    [
        (SHARE, 0.5, 0.531, 0.01, "+0.031", "better"),
        (SHARE, 0.531, 0.5, 0.01, "−0.031", "worse"),
        (SHARE, 0.531, 0.5, 0.2, "−0.031", ""),
        (SHARE, 0.5, 0.50001, 0.01, "0.000", "same"),
        (MS, 995.0, 752.0, 0.01, "−243 ms", ""),
        (WORDS, 30.0, 31.5, 0.01, "+1.5", "worse"),
    ],
)
def test_a_change_says_which_way_is_better(metric, before, after, p, moved, means) -> None:
    """By the direction of the figure; not when it may be chance, and never of latency."""
    moving = Difference(
        before=before, after=after, change=after - before, low=0.0, high=0.0, p=p, n=9
    )

    assert change(metric, before, after) == moved
    assert direction(metric, moving) == means


def test_rows_come_in_the_order_of_the_definitions(report: Report, comparison: Comparison) -> None:
    """With the other run's figure where it has one, and what the change means."""
    found = rows(report, comparison)

    assert [row.metric.key for row in found] == [
        "cited_fact_recall", "quote_fidelity", "abstention_f1", "words_per_answer", "latency_p50",
    ]  # fmt: skip
    assert [row.was for row in found] == ["0.469", "1.000", "–", "30.0", "1,800 ms"]
    assert [row.moved for row in found] == ["+0.031", "0.000", "–", "+8.9", "−560 ms"]
    assert [row.verdict for row in found] == ["better", "same", "", "", ""]
    assert [row.rose for row in found] == [True, False, False, True, False]
    assert [group.value for group, _ in grouped(found)] == [
        "Facts", "Citations", "Abstention", "Cost",
    ]  # fmt: skip
