"""rag.evaluate.report.terminal: a small table that cannot harm a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from rag.evaluate.compare import Comparison
from rag.evaluate.report.terminal import overview_lines, report_text
from rag.evaluate.results import GateResult, Report
from rag.evaluate.statistics import Interval


def shown(report: Report, *, comparison: Comparison | None = None, width: int = 80) -> str:
    console = Console(width=width, color_system=None, force_terminal=True)
    with console.capture() as captured:
        console.print(report_text(report, comparison=comparison))
    return captured.get()


def row(text: str, title: str) -> list[str]:
    [line] = [line for line in text.splitlines() if line.strip().startswith(title)]
    return line.split()


def test_headline_figures_are_shown_with_their_intervals(report: Report) -> None:
    """And the outcomes in one line; figures that are no headline stay away."""
    text = shown(report)

    assert row(text, "Cited fact recall")[-3:] == ["0.500", "0.250–0.750", "4"]
    assert "4 questions: ✓ 1 right, ✗ 2 wrong, ! 1 failed" in text
    assert "Abstention F1" not in text
    assert "Before" not in text


def test_a_comparison_fits_into_eighty_columns(report: Report, comparison: Comparison) -> None:
    """With the figure before, the change and what it means."""
    text = shown(report, comparison=comparison)

    assert row(text, "Latency, median")[-5:] == ["4", "1,800", "ms", "−560", "ms"]
    assert row(text, "Quote fidelity")[-3:] == ["1.000", "0.000", "same"]


def test_a_name_cannot_write_to_the_terminal(report: Report) -> None:
    """Its escape sequences and its order of writing are gone, its brackets are text."""
    text = shown(replace(report, name="a\x1b[31mb \u202egnp.exe [bold red]c"), width=60)

    assert "a[31mb gnp.exe [bold red]c" in text
    assert "\x1b" not in text


def test_without_a_headline_all_figures_are_shown(report: Report) -> None:
    """A table of nothing would say nothing."""
    only = replace(report, metrics={"failed": Interval(value=0.25, low=0.0, high=0.5, n=4)})

    assert row(shown(only), "Failed") == ["Failed", "0.250", "0.000–0.500", "4"]


@pytest.mark.parametrize("width", [80, 50])
def test_a_retrieval_set_is_shown(retrieval: Report, width: int) -> None:
    """It has figures of documents only."""
    text = shown(retrieval, width=width)

    assert "Document nDCG@10" in text
    assert "2 questions: ✓ 1 right, ✗ 1 wrong, ! 0 failed" in text


def test_several_sets_stand_below_each_other(report: Report, retrieval: Report) -> None:
    """With how they went, their first figure, and the conditions that failed."""
    gate = (
        GateResult(condition="cited_fact_recall<0.9", why="cited_fact_recall 0.5000"),
        GateResult(condition="failed>0.5", why=None),
    )

    lines = overview_lines({"a": replace(report, gate=gate), "scifact": retrieval})

    assert lines == [
        "a         ✓ 1 right, ✗ 2 wrong, ! 1 failed   Cited fact recall 0.500"
        "   gate FAILED: cited_fact_recall<0.9",
        "scifact   ✓ 1 right, ✗ 1 wrong, ! 0 failed   Document nDCG@10 0.640",
    ]
