"""Report.json has the keys of the contract and reads back as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import EvalError
from rag.evaluate.aggregate import by_kind, figures
from rag.evaluate.report.as_json import read_report, report_dict
from rag.evaluate.results import FactResult, Outcome, QuestionResult, Report


def a_report() -> Report:
    """Two questions of two kinds."""
    facts = (FactResult(any_of=("a", "b"), sources=("x.txt",), recalled=True, cited=False),)
    results = (
        QuestionResult(
            id="1",
            question="Who “spoke”?",
            kind="person",
            answerable=True,
            outcome=Outcome.WRONG,
            pairs={"cited_fact_recall": (0.0, 1.0), "fact_recall": (1.0, 1.0)},
            facts=facts,
        ),
        QuestionResult(
            id="2",
            question="When?",
            kind="time",
            answerable=False,
            outcome=Outcome.FAILED,
            pairs={"abstention_recall": (0.0, 1.0)},
            failure="no answer within 5 seconds",
        ),
    )
    return Report(
        name="set",
        about={"index": {"corpus": "c"}},
        metrics=figures(results),
        kinds=by_kind(results),
        questions=results,
        judge={"yes": 0.5},
        warnings=("one",),
    )


def test_a_report_reads_back_as_it_was(tmp_path: Path) -> None:
    """From its folder and from the file itself."""
    report = a_report()
    (tmp_path / "report.json").write_text(json.dumps(report_dict(report)), encoding="utf-8")

    assert read_report(tmp_path) == report
    assert read_report(tmp_path / "report.json") == report


def test_figures_have_value_interval_and_number() -> None:
    """As programs and the gate of a CI read them."""
    metrics = report_dict(a_report())["metrics"]

    assert metrics["fact_recall"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1}
    assert metrics["cited_fact_recall"]["value"] == 0.0
    assert report_dict(a_report())["outcomes"] == {"right": 0, "wrong": 1, "failed": 1}


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"schema": "rag.eval/0"}', '{"schema": "rag.eval/1", "name": "x"}', "nul"],
)
def test_what_is_no_report_is_an_error(tmp_path: Path, content: str) -> None:
    """Damaged, of another version, or something else."""
    (tmp_path / "report.json").write_text(content)

    with pytest.raises(EvalError, match="is not a report") as caught:
        read_report(tmp_path)

    assert caught.value.hint


def test_an_unfinished_run_has_no_report(tmp_path: Path) -> None:
    """The hint says how to finish it."""
    with pytest.raises(EvalError, match="there is no report") as caught:
        read_report(tmp_path)

    assert "--resume" in caught.value.hint
