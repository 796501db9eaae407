"""A report of an evaluation as GitHub-flavoured Markdown, short enough for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rag.evaluate.compare import Comparison
from rag.evaluate.metrics import METRICS, Metric
from rag.evaluate.report.figures import NONE, Row, figure, grouped, rows
from rag.evaluate.report.words import SYMBOLS, flat, judge_line, outcomes_line, what_ran, why
from rag.evaluate.results import Outcome, Report
from rag.evaluate.statistics import Interval
from rag.render.markdown_text import markdown_text

MOST = 50  # questions that are not right and are named
LONGEST = 300  # characters of a cell


def report_markdown(
    report: Report, *, baseline: Report | None = None, comparison: Comparison | None = None
) -> str:
    """The page of a report.

    Args:
        report: What came of it.
        baseline: Another run of the same questions, to compare with.
        comparison: What changed from there.
    """
    shown = rows(report, comparison)
    headline = [row for row in shown if row.metric.headline]
    others = [row for row in shown if not row.metric.headline]
    parts = [
        [f"# {_cell(report.name)}", "", _cell(what_ran(report)), "", f"{outcomes_line(report)}."],
        _gate(report),
        _compared(baseline),
        _changed(comparison),
        [f"> **Warning:** {_cell(warning)}" for warning in report.warnings],
        _figures("## Headline figures", headline, compared=baseline is not None),
        [_cell(judge_line(report.judge))] if report.judge else [],
        _kinds(report),
        _not_right(report),
        _figures("## Other figures", others, compared=baseline is not None, groups=True),
        _about(report),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _gate(report: Report) -> list[str]:
    """What each condition came to, for who decides about the change."""
    if not report.gate:
        return []
    lines = ["## Gate", ""]
    for entry in report.gate:
        words = f"**FAILED**: {_cell(entry.why)}" if entry.why else "passed"
        named = ", ".join(map(_cell, entry.questions[:MOST]))
        lines.append(f"- {_cell(entry.condition)}: {words}{f' ({named})' if named else ''}")
    return lines


def _changed(comparison: Comparison | None) -> list[str]:
    """The questions that got worse, then those that got better."""
    if comparison is None or not comparison.flips:
        return []
    body = [
        ["▼ worse" if flip.worse else "▲ better", _cell(flip.id), _cell(flip.question),
         _cell(flip.why)]
        for flip in comparison.flips[:MOST]
    ]  # fmt: skip
    left = len(comparison.flips) - MOST
    more = ["", f"And {left:,} more."] if left > 0 else []
    return ["## Changed", "", *_table(["", "id", "Question", "What"], body, names=4), *more]


def _cell(text: str) -> str:
    """Text from outside, in no more than a cell's length."""
    return markdown_text(text, longest=LONGEST)


def _table(head: Sequence[str], body: Sequence[Sequence[str]], *, names: int = 1) -> list[str]:
    """A table whose columns after the first few hold numbers."""
    rule = ["---"] * names + ["---:"] * (len(head) - names)
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *body)]


def _compared(baseline: Report | None) -> list[str]:
    return (
        [f"Compared with {_cell(baseline.name)}: {_cell(what_ran(baseline))}."] if baseline else []
    )


def _figures(title: str, shown: list[Row], *, compared: bool, groups: bool = False) -> list[str]:
    if not shown:
        return []
    head = ["Metric", "Value", "95 % interval", "n", *(["Before", "Change"] if compared else [])]
    body = []
    for group, members in grouped(shown):
        if groups:
            body.append([f"**{group}**", *[""] * (len(head) - 1)])
        body += [_figure(row, compared=compared) for row in members]
    return [title, "", *_table(head, body)]


def _figure(row: Row, *, compared: bool) -> list[str]:
    cells = [row.metric.title, row.value, row.between, f"{row.interval.n:,}"]
    return [*cells, row.was, f"{row.moved} {row.verdict}".rstrip()] if compared else cells


def _kinds(report: Report) -> list[str]:
    """The headline figures of each kind of question."""
    shown = [
        metric
        for key, metric in METRICS.items()
        if metric.headline and any(key in found for found in report.kinds.values())
    ]
    if not shown:
        return []
    body = [
        [_cell(kind), *(_of_kind(metric, found) for metric in shown)]
        for kind, found in report.kinds.items()
    ]
    head = ["Kind", *(metric.title for metric in shown)]
    return ["## By kind of question", "", *_table(head, body)]


def _of_kind(metric: Metric, found: Mapping[str, Interval]) -> str:
    return figure(metric, found[metric.key].value) if metric.key in found else NONE


def _not_right(report: Report) -> list[str]:
    wanting = [result for result in report.questions if result.outcome is not Outcome.RIGHT]
    if not wanting:
        return []
    body = [
        [f"{SYMBOLS[result.outcome]} {result.outcome}", _cell(result.id), _cell(result.question),
         _cell(why(result))]
        for result in wanting[:MOST]
    ]  # fmt: skip
    left = len(wanting) - MOST
    more = ["", f"And {left:,} more."] if left > 0 else []
    return ["## Not right", "", *_table(["", "id", "Question", "Why"], body, names=4), *more]


def _about(report: Report) -> list[str]:
    lines = list(_listed(report))
    if not lines:
        return []
    summary = "<details><summary>How to run this again</summary>"
    return [summary, "", *lines, "", "</details>"]


def _listed(report: Report) -> Iterator[str]:
    for name, value in flat(report.about):
        yield f"- {_cell(name)}: {_cell(value)}"
