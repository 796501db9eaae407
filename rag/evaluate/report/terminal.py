"""A report of an evaluation as a table for a person at a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rag.evaluate.compare import Comparison
from rag.evaluate.report.figures import Row, rows
from rag.evaluate.report.words import outcomes_line
from rag.evaluate.results import Report
from rag.language.text import counted
from rag.render.safe import safe_line

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_STYLES = {"better": "green", "worse": "red"}


def report_text(report: Report, *, comparison: Comparison | None = None) -> Table:
    """The headline figures, and how many questions went which way.

    Args:
        report: What came of it; all its figures are shown when none is a headline.
        comparison: What changed from another run of the same questions.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    asked = counted(len(report.questions), "question")
    table = Table(
        box=box.SIMPLE_HEAD,
        title=Text(safe_line(report.name), style="bold"),
        title_justify="left",
        caption=Text(f"{asked}: {outcomes_line(report)}"),
        caption_justify="left",
    )
    table.add_column("Metric")
    numbers = ["Value", "95 % interval", "n", *(["Before", "Change"] if comparison else [])]
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    shown = rows(report, comparison)
    for row in [row for row in shown if row.metric.headline] or shown:
        cells = [row.metric.title, row.value, row.between, f"{row.interval.n:,}"]
        compared: list[str | Text] = [row.was, _change(row)] if comparison else []
        table.add_row(*cells, *compared)
    return table


def _change(row: Row) -> Text:
    from rich.text import Text

    style = _STYLES.get(row.verdict, "dim")
    return Text(f"{row.moved} {row.verdict}".rstrip(), style=style)


def overview_lines(reports: Mapping[str, Report]) -> list[str]:
    """Several sets at a glance: outcomes, the first headline figure, the gate."""
    width = max(len(name) for name in reports)
    lines: list[str] = []
    for name, report in reports.items():
        first = next((row for row in rows(report) if row.metric.headline), None)
        figure = f"{first.metric.title} {first.value}" if first else ""
        failed = [entry.condition for entry in report.gate if entry.why]
        gate = (
            f"gate FAILED: {', '.join(failed)}" if failed else "gate passed" if report.gate else ""
        )
        parts = (safe_line(name).ljust(width), outcomes_line(report), figure, gate)
        lines.append("   ".join(filter(None, parts)))
    return lines
