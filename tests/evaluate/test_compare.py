"""rag.evaluate.compare: what changed is named; a gate fails for what it says and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rag.errors import EvalError
from rag.evaluate.aggregate import figures
from rag.evaluate.compare import check_gate, compare, read_condition
from rag.evaluate.results import FactResult, Outcome, QuestionResult, Report


def result(id: str, found: int, *, of: int = 2, failure: str | None = None) -> QuestionResult:
    """An answerable question with so many of its facts cited."""
    outcome = Outcome.RIGHT if found == of else Outcome.WRONG
    return QuestionResult(
        id=id,
        question=f"Question {id}?",
        kind="other",
        answerable=True,
        outcome=Outcome.FAILED if failure else outcome,
        pairs={
            "cited_fact_recall": (float(found), float(of)),
            "latency_p50": (10.0 + found, 1.0),
            "failed": (float(failure is not None), 1.0),
        },
        facts=tuple(
            FactResult(
                any_of=(f"fact {n}",), sources=("a.txt",), recalled=n < found, cited=n < found
            )
            for n in range(of)
        ),
        failure=failure,
    )


def refusal(id: str, *, refused: bool) -> QuestionResult:
    """A question without an answer."""
    return QuestionResult(
        id=id,
        question=f"Question {id}?",
        kind="other",
        answerable=False,
        outcome=Outcome.RIGHT if refused else Outcome.WRONG,
        pairs={"abstention_recall": (float(refused), 1.0)},
    )


def report(*results: QuestionResult, corpus: str = "c", **about: Any) -> Report:
    """A run."""
    return Report(
        name="set",
        about={"index": {"corpus": corpus}, **about},
        metrics=figures(results),
        kinds={},
        questions=results,
    )


def test_metrics_are_compared_on_the_questions_of_both() -> None:
    """Questions that only one run has are counted and left out."""
    before = report(result("1", 2), result("2", 2), result("old", 0))
    after = report(result("1", 2), result("2", 1), result("new", 0))

    found = compare(before, after)

    change = found.metrics["cited_fact_recall"]
    assert (found.common, found.only_before, found.only_after) == (2, 1, 1)
    assert (change.before, change.after) == (1.0, 0.75)
    assert change.change == pytest.approx(-0.25)
    assert change.low <= change.change <= change.high
    assert change.n == 2


def test_questions_that_flipped_are_named_with_what_they_lost() -> None:
    """The worse ones first; a failure is worse than a wrong answer."""
    before = report(
        result("a", 1), result("b", 2), result("c", 1), result("d", 2), refusal("e", refused=True)
    )
    after = report(
        result("a", 2),
        result("b", 1),
        result("c", 0, failure="out of time"),
        result("d", 2),
        refusal("e", refused=False),
    )

    flips = compare(before, after).flips

    assert [(flip.id, flip.worse, flip.why) for flip in flips] == [
        ("b", True, "no longer cites: fact 1"),
        ("c", True, "out of time"),
        ("e", True, "answered now, but it has no answer"),
        ("a", False, "cites now: fact 1"),
    ]


def test_identical_runs_differ_in_nothing() -> None:
    """No change, no flip, p of 1."""
    same = report(*(result(str(n), n % 3) for n in range(9)))

    found = compare(same, same)

    assert found.flips == ()
    assert {change.change for change in found.metrics.values()} == {0.0}
    assert {change.p for change in found.metrics.values()} == {1.0}


def test_a_difference_on_many_questions_is_one_and_on_few_it_is_noise() -> None:
    """The p-value tells them apart."""
    clear = compare(
        report(*(result(str(n), 2) for n in range(60))),
        report(*(result(str(n), 2 if n % 3 else 0) for n in range(60))),
    )
    noise = compare(
        report(*(result(str(n), n % 3) for n in range(60))),
        report(*(result(str(n), n % 3 if n else 1) for n in range(60))),
    )

    assert clear.metrics["cited_fact_recall"].p < 0.01
    assert noise.metrics["cited_fact_recall"].p > 0.05


def test_runs_on_different_articles_are_not_compared() -> None:
    """Unless that is wanted; the hint says how."""
    before, after = report(result("1", 2)), report(result("1", 1), corpus="another")

    with pytest.raises(EvalError, match="different articles") as caught:
        compare(before, after)

    assert "--allow-different-corpus" in caught.value.hint
    assert compare(before, after, allow_different_corpus=True).common == 1


def test_runs_of_other_questions_are_not_compared() -> None:
    """Neither without a common id, nor with an id that asks something else."""
    before = report(result("1", 2))
    other = replace(result("1", 2), question="Something else?")

    with pytest.raises(EvalError, match="no question in common"):
        compare(before, report(result("2", 2)))
    with pytest.raises(EvalError, match="the id '1' stands for different questions"):
        compare(before, report(other))


@pytest.mark.parametrize(
    ("text", "fails_at", "passes_at"),
    [
        ("cited_fact_recall<-0.02", [-0.021, -0.5], [-0.02, 0.0, 0.3]),
        ("cited_fact_recall < -.02", [-0.021], [-0.02]),
        ("latency_p50>+100", [100.1], [100.0, -5.0]),
        ("cited_fact_recall<0.9", [0.899], [0.9, 1.0]),
        ("failed>=0.1", [0.1, 1.0], [0.09]),
        ("cited_fact_recall<=-0.02", [-0.02, -0.03], [-0.019]),
    ],
)
def test_a_condition_fails_where_it_says(
    text: str, fails_at: list[float], passes_at: list[float]
) -> None:
    """On the border it is its own sign that decides, whatever floating point makes of it."""
    condition = read_condition(text, baseline=True)

    assert all(condition.fails(figure) for figure in fails_at)
    assert not any(condition.fails(figure) for figure in passes_at)
    assert condition.relative is ("-" in text or "+" in text)


def test_a_wrong_question_that_loses_a_fact_got_worse() -> None:
    """Its outcome is what it was; the gate counts the fact, and so does the list of changes."""
    before = report(result("a", 2, of=3), result("b", 0, of=3))
    after = report(result("a", 1, of=3), result("b", 1, of=3))

    flips = compare(before, after).flips

    assert [(flip.id, flip.worse, flip.why) for flip in flips] == [
        ("a", True, "no longer cites: fact 1"),
        ("b", False, "cites now: fact 0"),
    ]


def test_a_gate_on_a_cost_names_the_questions_above_it() -> None:
    """The slowest first."""
    after = report(result("0", 0), result("1", 2), result("2", 1))
    condition = read_condition("latency_p50>10.5", baseline=False)

    [verdict] = check_gate([condition], after, baseline=None, comparison=None)

    assert verdict.failed
    assert verdict.result.questions == ("1", "2")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("cited_fact_recall>1.5", "has no effect", "cited_fact_recall<-0.02"),
        ("nonsense", "is not a condition", "cited_fact_recall<-0.02"),
        ("cited_fact_recall==1", "is not a condition", "cited_fact_recall<-0.02"),
        ("cited_fact_recall<", "is not a condition", "cited_fact_recall<-0.02"),
        ("cited_fact_recal<0.9", "does not name a metric", "did you mean cited_fact_recall?"),
        ("zzz<0.9", "does not name a metric", "known: cited_fact_recall"),
    ],
)
def test_what_is_no_condition_is_refused(text: str, message: str, hint: str) -> None:
    """With one that is, or the metric that was probably meant."""
    with pytest.raises(EvalError, match=message) as caught:
        read_condition(text, baseline=True)

    assert hint in caught.value.hint


def test_a_change_needs_something_to_change_from() -> None:
    """A bound with a sign makes no sense without a baseline."""
    with pytest.raises(EvalError, match="there is no baseline"):
        read_condition("cited_fact_recall<-0.02", baseline=False)

    assert not read_condition("cited_fact_recall<0.9", baseline=False).relative


def test_a_gate_names_the_questions_that_did_it() -> None:
    """Those that brought less than before, the worst first."""
    before = report(*(result(str(n), 2) for n in range(5)))
    after = report(result("0", 2), result("1", 1), result("2", 0), result("3", 2), result("4", 2))
    conditions = [
        read_condition(text, baseline=True)
        for text in ("cited_fact_recall<-0.02", "failed>+0.5", "cited_fact_recall<0.95")
    ]

    lost, kept, absolute = check_gate(
        conditions, after, baseline=before, comparison=compare(before, after)
    )

    assert lost.failed
    assert lost.figure == pytest.approx(-0.3)
    assert [culprit.id for culprit in lost.questions] == ["2", "1"]
    assert lost.why == "cited_fact_recall -0.3000"
    assert not kept.failed
    assert kept.why is None
    assert absolute.failed
    assert [culprit.id for culprit in absolute.questions] == ["2", "1"]


def test_a_gate_without_a_baseline_names_what_fell_short() -> None:
    """Every question below the best that it could do."""
    after = report(result("0", 2), result("1", 1))
    condition = read_condition("cited_fact_recall<0.9", baseline=False)

    [verdict] = check_gate([condition], after, baseline=None, comparison=None)

    assert [culprit.id for culprit in verdict.questions] == ["1"]


def test_a_figure_that_is_missing_fails_its_condition() -> None:
    """A run that measured nothing has not shown that it is as good."""
    condition = read_condition("abstention_recall<0.5", baseline=False)

    [verdict] = check_gate([condition], report(result("1", 2)), baseline=None, comparison=None)

    assert verdict.failed
    assert verdict.why == "abstention_recall was not measured"


def test_a_change_is_no_gate_passed_when_questions_are_gone() -> None:
    """Leaving out the hard ones makes nothing better."""
    before = report(result("1", 2), result("2", 0), result("3", 0))
    after = report(result("1", 2))
    relative, absolute = (
        read_condition(text, baseline=True)
        for text in ("cited_fact_recall<-0.02", "cited_fact_recall<0.9")
    )

    gone, fine = check_gate(
        [relative, absolute], after, baseline=before, comparison=compare(before, after)
    )

    assert gone.failed
    assert gone.why == "questions of the baseline that were not asked: 2"
    assert not fine.failed


def test_the_noise_of_floating_point_is_no_change() -> None:
    """A report that was written and read back does not differ from itself."""
    third = {"document_ndcg@10": (1 / 3, 1.0)}
    rounded = {"document_ndcg@10": (round(1 / 3, 12), 1.0)}
    before, after = (
        report(*(replace(result(str(n), 1), pairs=pairs) for n in range(20)))
        for pairs in (rounded, third)
    )

    assert compare(before, after).metrics["document_ndcg@10"].p == 1.0
