"""A finished evaluation -> the files that people and CI servers read."""

from __future__ import annotations

from pathlib import Path

from rag.checksum import write_atomically
from rag.evaluate.compare import Comparison
from rag.evaluate.report.as_json import report_dict
from rag.evaluate.report.html import report_html
from rag.evaluate.report.junit import report_junit
from rag.evaluate.report.markdown import report_markdown
from rag.evaluate.results import Report
from rag.evaluate.run import Evaluated
from rag.evaluate.run_folder import REPORT
from rag.render.as_json import dumps

MARKDOWN, HTML, JUNIT = "report.md", "report.html", "junit.xml"


def write_reports(
    evaluated: Evaluated,
    folder: Path,
    *,
    baseline: Report | None,
    comparison: Comparison | None,
) -> None:
    """Write all reports of a run into its folder; report.json last, as the sign that it is done.

    Args:
        evaluated: The run.
        folder: Its folder.
        baseline: The run that it is shown beside.
        comparison: What changed from there.
    """
    report = evaluated.report
    write_atomically(
        folder / MARKDOWN, report_markdown(report, baseline=baseline, comparison=comparison)
    )
    write_atomically(
        folder / HTML,
        report_html(
            report,
            answers=evaluated.answers,
            articles=evaluated.articles,
            baseline=baseline,
            comparison=comparison,
        ),
    )
    write_atomically(folder / JUNIT, report_junit(report))
    write_atomically(folder / REPORT, dumps(report_dict(report)))
