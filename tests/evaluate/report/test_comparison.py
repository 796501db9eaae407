"""A change is called one only when it is, and hostile text stays text."""

from __future__ import annotations

import json
from dataclasses import replace

from rag.evaluate.compare import Comparison, Flip, check_gate, read_condition
from rag.evaluate.report.comparison import comparison_dict, comparison_lines, verdict_lines
from rag.evaluate.results import Outcome, Report
from rag.evaluate.statistics import Difference, Interval

CHANGE = Difference(before=0.9, after=0.7, change=-0.2, low=-0.3, high=-0.1, p=0.001, n=50)
FLIP = Flip(
    id="1",
    question="Who?",
    before=Outcome.RIGHT,
    after=Outcome.WRONG,
    worse=True,
    why="no longer cites: x",
)


def comparison(*flips: Flip, **metrics: Difference) -> Comparison:
    """Two runs of 50 questions."""
    return Comparison(
        before="one",
        after="two",
        metrics=metrics,
        flips=flips,
        common=50,
        only_before=0,
        only_after=2,
    )


def line(title: str, found: Comparison) -> str:
    """The row of a metric."""
    [row] = [row for row in comparison_lines(found) if row.startswith(title)]
    return row


def test_a_change_is_better_worse_or_neither() -> None:
    """By the direction of the metric, and only when it is more than noise."""
    sure = comparison(cited_fact_recall=CHANGE, words_per_answer=CHANGE)
    noise = comparison(cited_fact_recall=replace(CHANGE, p=0.4))

    assert line("Cited fact recall", sure).endswith("0.001 worse")
    assert line("Words per answer", sure).endswith("0.001 better")
    assert line("Cited fact recall", noise).endswith("0.400")
    assert "-0.200" in line("Cited fact recall", noise)


def test_questions_that_went_otherwise_are_named_and_counted() -> None:
    """At most twenty of them, unless all are wanted."""
    many = comparison(*(replace(FLIP, id=f"q{n}") for n in range(30)))

    short, whole = comparison_lines(many), comparison_lines(many, everything=True)

    assert "30 got worse:" in short
    assert "  and 10 more" in short
    assert any("q29" in row for row in whole)
    assert not any("q29" in row for row in short)
    assert comparison_lines(comparison())[-1] == "No question changed its result."
    assert "2 only after" in short[0]


def test_what_people_wrote_cannot_move_the_cursor() -> None:
    """Ids, questions and reasons pass the sanitiser."""
    hostile = "a\x1b[2Jb\nc\u202e"
    found = comparison(replace(FLIP, id=hostile, question=hostile, why=hostile))

    text = "\n".join(comparison_lines(found))

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "a[2Jb c" in text


def test_a_gate_says_what_failed_and_what_passed() -> None:
    """With the figure that decided."""
    report = Report(
        name="set",
        about={},
        metrics={"cited_fact_recall": Interval(value=0.8, low=0.7, high=0.9, n=9)},
        kinds={},
        questions=(),
    )
    conditions = [
        read_condition(text, baseline=False)
        for text in ("cited_fact_recall<0.9", "cited_fact_recall<0.5", "failed>0")
    ]

    lines = verdict_lines(check_gate(conditions, report, baseline=None, comparison=None))

    assert lines == [
        "FAILED  cited_fact_recall<0.9  (cited_fact_recall 0.8000)",
        "passed  cited_fact_recall<0.5  (0.8000)",
        "FAILED  failed>0  (failed was not measured)",
    ]


def test_a_comparison_for_programs_is_plain_data() -> None:
    """Every flip says whether it is for the worse."""
    found = json.loads(json.dumps(comparison_dict(comparison(FLIP, fact_recall=CHANGE))))

    assert found["schema"] == "rag.diff/1"
    assert found["flips"][0]["worse"] is True
    assert found["metrics"]["fact_recall"]["change"] == -0.2
    assert found["questions"] == {"common": 50, "only_before": 0, "only_after": 2}
