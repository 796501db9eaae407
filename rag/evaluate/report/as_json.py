"""A report as ``report.json``, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.error_words import reason
from rag.errors import EvalError
from rag.evaluate.aggregate import count_outcomes
from rag.evaluate.results import (
    REPORT_SCHEMA,
    FactResult,
    GateResult,
    Outcome,
    QuestionResult,
    Report,
)
from rag.evaluate.run_folder import REPORT
from rag.evaluate.statistics import Interval

PLACES = 6  # decimals of a figure


def report_dict(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "schema": REPORT_SCHEMA,
        "name": report.name,
        "metrics": _figures(report.metrics),
        "outcomes": count_outcomes(report.questions),
        "kinds": {kind: _figures(metrics) for kind, metrics in report.kinds.items()},
        "gate": [asdict(entry) for entry in report.gate],
        "judge": report.judge,
        "warnings": list(report.warnings),
        "about": report.about,
        "questions": [_question(result) for result in report.questions],
    }


def _figures(metrics: Mapping[str, Interval]) -> dict[str, Any]:
    return {
        key: {
            "value": round(figure.value, PLACES),
            "low": round(figure.low, PLACES),
            "high": round(figure.high, PLACES),
            "n": figure.n,
        }
        for key, figure in metrics.items()
    }


def _question(result: QuestionResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "question": result.question,
        "kind": result.kind,
        "answerable": result.answerable,
        "outcome": result.outcome,
        "failure": result.failure,
        "facts": [asdict(fact) for fact in result.facts],
        "pairs": {key: list(pair) for key, pair in result.pairs.items()},  # exact, to compare with
    }


def read_report(run: Path) -> Report:
    """Read the report of a run.

    Args:
        run: The folder of the run, or its report.json.

    Raises:
        EvalError: There is none, or it cannot be read.
    """
    path = run / REPORT if run.is_dir() else run
    if not path.is_file():
        raise EvalError(
            f"there is no report in {run}",
            hint="give the folder of a finished run; --resume continues an unfinished one",
        )
    try:
        return _report(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EvalError(
            f"{path} is not a report: {reason(error)[:200]}",
            hint="give the folder of a finished run",
        ) from error


def _report(raw: Mapping[str, Any]) -> Report:
    if raw["schema"] != REPORT_SCHEMA:
        raise ValueError(f"its schema is {raw['schema']!r}")
    return Report(
        name=_text(raw["name"]),
        about={**raw["about"], "index": {**raw["about"]["index"]}},
        metrics=_intervals(raw["metrics"]),
        kinds={kind: _intervals(metrics) for kind, metrics in raw["kinds"].items()},
        questions=tuple(_result(entry) for entry in raw["questions"]),
        gate=tuple(
            GateResult(
                condition=_text(entry["condition"]),
                why=None if entry["why"] is None else _text(entry["why"]),
                questions=tuple(map(_text, entry["questions"])),
            )
            for entry in raw.get("gate", [])
        ),
        judge=raw.get("judge"),
        warnings=tuple(raw["warnings"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def _intervals(raw: Mapping[str, Any]) -> dict[str, Interval]:
    return {
        key: Interval(
            value=_number(figure["value"]),
            low=_number(figure["low"]),
            high=_number(figure["high"]),
            n=int(_number(figure["n"])),
        )
        for key, figure in raw.items()
    }


def _result(raw: Mapping[str, Any]) -> QuestionResult:
    return QuestionResult(
        id=_text(raw["id"]),
        question=_text(raw["question"]),
        kind=_text(raw["kind"]),
        answerable=raw["answerable"] is True,
        outcome=Outcome(raw["outcome"]),
        failure=raw["failure"],
        facts=tuple(
            FactResult(
                any_of=tuple(map(_text, fact["any_of"])),
                sources=tuple(map(_text, fact["sources"])),
                recalled=fact["recalled"] is True,
                cited=fact["cited"] is True,
            )
            for fact in raw["facts"]
        ),
        pairs={
            key: (_number(first), _number(second)) for key, (first, second) in raw["pairs"].items()
        },
    )
