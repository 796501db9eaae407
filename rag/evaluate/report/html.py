"""A report of an evaluation as one HTML file that loads nothing and lets nothing else run.

Its style and script stand in the page and are allowed by their hashes alone. Figures and charts are
there without the script; the script lists the questions and opens their answers in the articles.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from importlib.resources import files
from math import isnan
from typing import Any

from rag.evaluate.aggregate import count_outcomes
from rag.evaluate.compare import Comparison
from rag.evaluate.metrics import Unit
from rag.evaluate.report import charts
from rag.evaluate.report.data import data_block
from rag.evaluate.report.figures import Row, grouped, rows
from rag.evaluate.report.words import SYMBOLS, flat, moment, what_ran
from rag.evaluate.results import Outcome, Report
from rag.evaluate.statistics import Interval
from rag.render.safe import safe_line

_SURROGATES = re.compile("[\ud800-\udfff]")  # which no encoding can write


def report_html(
    report: Report,
    *,
    answers: Mapping[str, dict[str, Any]],
    articles: Mapping[str, str],
    baseline: Report | None = None,
    comparison: Comparison | None = None,
) -> str:
    """The page of a report.

    Args:
        report: What came of it.
        answers: Question id -> its answer as docs/answer.schema.json has it, or its failure; empty
            when nothing was answered.
        articles: Path -> the whole text of each cited article.
        baseline: Another run of the same questions, to compare with.
        comparison: What changed from there.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"line": _line, "moment": moment}
    shown = rows(report, comparison)
    style, script = _part("report.css"), _part("report.js")
    block = data_block(report, answers=answers, articles=articles, baseline=baseline)
    return environment.from_string(_part("report.html.j2")).render(
        report=report,
        baseline=baseline,
        policy=_policy(style=style, script=script),
        style=Markup(style),
        script=Markup(script),
        data=Markup(block),
        ran=what_ran(report),
        outcomes=[
            (kind, SYMBOLS[kind], count) for kind, count in count_outcomes(report.questions).items()
        ],
        strip=Markup(_strip(report)),
        headline=[(row, Markup(_bar(row))) for row in shown if row.metric.headline],
        groups=list(grouped(shown)),
        charts=[(title, note, Markup(svg)) for title, note, svg in _charts(report) if svg],
        about=list(flat(report.about)),
        judge=list(flat(report.judge or {})),
        kinds=sorted({result.kind for result in report.questions}),
        answerable={result.answerable for result in report.questions},
        timed=any("latency_p50" in result.pairs for result in report.questions),
    )


def _part(name: str) -> str:
    return files("rag.evaluate.report").joinpath(name).read_text(encoding="utf-8")


def _line(text: object) -> str:
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", safe_line(str(text)))


def _policy(*, style: str, script: str) -> str:
    """What the page may do: use these two blocks, and nothing else at all."""
    sums = {
        name: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for name, text in (("style-src", style), ("script-src", script))
    }
    allowed = "; ".join(f"{name} 'sha256-{digest}'" for name, digest in sums.items())
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _strip(report: Report) -> str:
    counts = {outcome.value: count for outcome, count in count_outcomes(report.questions).items()}
    return charts.share_strip(counts)


def _bar(row: Row) -> str:
    """Shares only: no other figure has a scale that all readers know."""
    known = row.metric.unit is Unit.SHARE and not isnan(row.interval.high)
    return charts.interval_bar(row.interval, row.before) if known else ""


def _charts(report: Report) -> list[tuple[str, str, str]]:
    """Title, how to read it, and the picture; empty where there is no data."""
    return [
        (
            "Latency",
            "Questions by the time to the whole answer.",
            charts.latency_chart([ms for ms, _ in _pairs(report, "latency_p50")]),
        ),
        (
            "Risk and coverage",
            "Risk is the mean share of expected facts that were missed, if only the questions"
            " with the highest answerability scores are answered. Lower is better.",
            charts.risk_coverage_chart(_pairs(report, "aurc")),
        ),
        (
            "Answerability score",
            "Of the questions with about this answerability score, the share that has an answer."
            " Larger dots stand for more questions.",
            charts.calibration_chart(_pairs(report, "answerability_auroc", failed=False)),
        ),
        (
            "Cited fact recall by kind of question",
            "Share of the expected facts that stand in a claim which cites one of the fact's"
            " files.",
            charts.kinds_chart(_recall_by_kind(report)),
        ),
    ]


def _pairs(report: Report, key: str, *, failed: bool = True) -> list[tuple[float, float]]:
    """What the questions bring to a metric; failed ones bring the worst that there is."""
    return [
        result.pairs[key]
        for result in report.questions
        if key in result.pairs and (failed or result.outcome is not Outcome.FAILED)
    ]


def _recall_by_kind(report: Report) -> dict[str, Interval]:
    return {
        kind: found["cited_fact_recall"]
        for kind, found in report.kinds.items()
        if "cited_fact_recall" in found
    }
