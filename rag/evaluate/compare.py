"""Two runs -> what changed, per metric and per question; and the gate that a change must pass."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.errors import EvalError
from rag.evaluate.metrics import METRICS, Better, Unit
from rag.evaluate.results import GateResult, Outcome, QuestionResult, Report
from rag.evaluate.statistics import Difference, difference, ratio

CONDITION = re.compile(
    r"\s*(?P<metric>[\w@]+)\s*(?P<sign><=|>=|<|>)\s*(?P<bound>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))\s*"
)
EXAMPLES = '"cited_fact_recall<-0.02" (a change) or "cited_fact_recall<0.9" (the figure itself)'
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
SLACK = 1e-9  # a change of -0.02 exactly is not below -0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A question that went otherwise than before: its outcome, or which facts it cites."""

    id: str
    question: str
    before: Outcome
    after: Outcome
    worse: bool
    why: str  # what was lost or won, in a few words


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How run ``after`` differs from run ``before``."""

    before: str
    after: str
    metrics: Mapping[str, Difference]
    flips: tuple[Flip, ...]  # for the worse first
    common: int  # questions that both runs have
    only_before: int
    only_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a gate fails: ``cited_fact_recall<-0.02``.

    A bound with a sign is one on the change against the baseline, a bound without is one on the
    figure itself.
    """

    text: str
    metric: str
    sign: str
    bound: float
    relative: bool

    def fails(self, figure: float) -> bool:
        """Whether a figure (or its change) is what must not be."""
        slack = -SLACK if self.sign.startswith("<") else SLACK
        within = slack if len(self.sign) == 1 else -slack
        return _COMPARE[self.sign](figure, self.bound + within)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a gate says."""

    condition: Condition
    figure: float | None  # the change, or the figure; None when the run does not have it
    failed: bool
    gone: int = 0  # questions of the baseline that were not asked: what is left proves nothing
    questions: tuple[QuestionResult, ...] = ()  # that did it, worst first

    @property
    def result(self) -> GateResult:
        """The same for a report."""
        ids = tuple(result.id for result in self.questions)
        return GateResult(condition=self.condition.text, why=self.why, questions=ids)

    @property
    def why(self) -> str | None:
        """Why it failed, in one line; None when it passed."""
        if not self.failed:
            return None
        if self.gone:
            return f"questions of the baseline that were not asked: {self.gone}"
        if self.figure is None:
            return f"{self.condition.metric} was not measured"
        sign = "+" if self.condition.relative else ""
        return f"{self.condition.metric} {self.figure:{sign}.4f}"


def read_condition(text: str, *, baseline: bool) -> Condition:
    """Read a condition.

    Args:
        text: As given with ``--fail-on``.
        baseline: Whether there is a baseline that a change can be taken against.

    Raises:
        EvalError: It is not a condition, names no metric, or needs a baseline that is missing.
    """
    match = CONDITION.fullmatch(text)
    if match is None:
        raise EvalError(f"--fail-on {text!r} is not a condition", hint=f"write {EXAMPLES}")
    if match["metric"] not in METRICS:
        import difflib

        near = difflib.get_close_matches(match["metric"], METRICS, n=1)
        known = f"did you mean {near[0]}?" if near else f"known: {', '.join(METRICS)}"
        raise EvalError(f"--fail-on {text!r} does not name a metric", hint=known)
    relative = match["bound"][0] in "+-"
    if not relative and METRICS[match["metric"]].unit is Unit.SHARE and float(match["bound"]) > 1:
        raise EvalError(
            f"--fail-on {text!r} has no effect: {match['metric']} is always between 0 and 1",
            hint=f"write {EXAMPLES}",
        )
    if relative and not baseline:
        raise EvalError(
            f"--fail-on {text!r} is about a change, but there is no baseline",
            hint="add --baseline RUN, or write the number without a sign",
        )
    return Condition(
        text=text.strip(),
        metric=match["metric"],
        sign=match["sign"],
        bound=float(match["bound"]),
        relative=relative,
    )


def check_same_corpus(before: str, after: str) -> None:
    """Raise `EvalError` when two fingerprints are of different articles."""
    if before != after:
        raise EvalError(
            "the two runs used different articles, so their figures cannot be compared",
            hint="to compare them anyway, add --allow-different-corpus",
        )


def compare(before: Report, after: Report, *, allow_different_corpus: bool = False) -> Comparison:
    """Compare two runs on the questions that both have.

    Raises:
        EvalError: The corpora differ and that is not allowed, a question has another text, or no
            question is in both.
    """
    if not allow_different_corpus:
        check_same_corpus(before.about["index"]["corpus"], after.about["index"]["corpus"])
    old = {result.id: result for result in before.questions}
    new = {result.id: result for result in after.questions}
    common = [id for id in old if id in new]
    if not common:
        raise EvalError("the two runs have no question in common", hint="compare runs of one set")
    for id in common:
        if old[id].question != new[id].question:
            raise EvalError(
                f"the id {id!r} stands for different questions in the two runs",
                hint="give a changed question a new id",
            )
    pairs = [(old[id], new[id]) for id in common]
    return Comparison(
        before=before.name,
        after=after.name,
        metrics=_differences(pairs),
        flips=tuple(sorted(_flips(pairs), key=lambda flip: not flip.worse)),
        common=len(common),
        only_before=len(old) - len(common),
        only_after=len(new) - len(common),
    )


def _differences(pairs: Sequence[tuple[QuestionResult, QuestionResult]]) -> dict[str, Difference]:
    found: dict[str, Difference] = {}
    for key, metric in METRICS.items():
        # A question that brings the metric nothing in one of the runs (no claim, no citation)
        # brings a ratio 0 of 0 there; other statistics take questions that both runs measured.
        both = [(old.pairs.get(key), new.pairs.get(key)) for old, new in pairs]
        if not any(old for old, _ in both) or not any(new for _, new in both):
            continue
        if metric.statistic is ratio:
            sides = [[pair or (0.0, 0.0) for pair in side] for side in zip(*both, strict=True)]
        else:
            measured = [(old, new) for old, new in both if old and new]
            sides = [list(side) for side in zip(*measured, strict=True)] or [[], []]
        change = difference(metric.statistic, _columns(sides[0]), _columns(sides[1]))
        if change is not None:
            found[key] = change
    return found


def _columns(pairs: Sequence[tuple[float, float] | None]) -> tuple[list[float], list[float]]:
    known = [pair for pair in pairs if pair]
    return [first for first, _ in known], [second for _, second in known]


def _flips(pairs: Sequence[tuple[QuestionResult, QuestionResult]]) -> list[Flip]:
    found: list[Flip] = []
    for old, new in pairs:
        lost, won = _moved(old, new), _moved(new, old)
        if old.outcome is not new.outcome or lost or won:
            found.append(
                Flip(
                    id=new.id,
                    question=new.question,
                    before=old.outcome,
                    after=new.outcome,
                    worse=_rank(new, won, lost) < _rank(old, lost, won),
                    why=_why(old, new, lost, won),
                )
            )
    return found


def _moved(one: QuestionResult, other: QuestionResult) -> list[str]:
    """Facts that one of two results cites and the other does not."""
    return [
        (here.any_of or ("a fact without a string",))[0]
        for here, there in zip(one.facts, other.facts, strict=False)
        if here.cited and not there.cited
    ]


_ORDER = {Outcome.FAILED: 0, Outcome.WRONG: 1, Outcome.RIGHT: 2}


def _rank(result: QuestionResult, more: Sequence[str], less: Sequence[str]) -> tuple[int, int]:
    """How well a question went, beside the other run: its outcome first, then its facts."""
    return _ORDER[result.outcome], len(more) - len(less)


def _why(old: QuestionResult, new: QuestionResult, lost: Sequence[str], won: Sequence[str]) -> str:
    if Outcome.FAILED in (old.outcome, new.outcome):
        return new.failure or f"before: {old.failure}"
    if not new.answerable:
        return (
            "refused now" if new.outcome is Outcome.RIGHT else "answered now, but it has no answer"
        )
    parts = [("no longer cites", lost), ("cites now", won)]
    return "; ".join(f"{word}: {'; '.join(facts)}" for word, facts in parts if facts)


def check_gate(
    conditions: Sequence[Condition],
    report: Report,
    *,
    baseline: Report | None,
    comparison: Comparison | None,
) -> list[Verdict]:
    """Hold a run to conditions.

    A figure that the run does not have fails its condition: it may be what would have failed it.
    """
    return [_judge(condition, report, baseline, comparison) for condition in conditions]


def _judge(
    condition: Condition, report: Report, baseline: Report | None, comparison: Comparison | None
) -> Verdict:
    if condition.relative:
        change = comparison.metrics.get(condition.metric) if comparison else None
        figure = change.change if change else None
    else:
        known = report.metrics.get(condition.metric)
        figure = known.value if known else None
    gone = comparison.only_before if condition.relative and comparison else 0
    if figure is not None and not gone and not condition.fails(figure):
        return Verdict(condition=condition, figure=figure, failed=False)
    old = {result.id: result for result in baseline.questions} if baseline else {}
    return Verdict(
        condition=condition,
        figure=figure,
        failed=True,
        gone=gone,
        questions=tuple(_culprits(condition, report, old)),
    )


def _culprits(
    condition: Condition, report: Report, old: Mapping[str, QuestionResult]
) -> list[QuestionResult]:
    """Questions that brought a metric less than before (or less than they could), worst first."""
    key = condition.metric
    worth: list[tuple[float, QuestionResult]] = []
    for result in report.questions:
        now = _worth(key, result)
        before = _worth(key, old[result.id]) if result.id in old else _ideal(condition)
        if now is not None and before is not None and now < before - SLACK:
            worth.append((before - now, result))
    return [result for _, result in sorted(worth, key=lambda each: -each[0])]


def _worth(key: str, result: QuestionResult) -> float | None:
    """How well a question does by a metric, more being better; None when it has no part in it."""
    pair = result.pairs.get(key)
    if pair is None:
        return None
    metric = METRICS[key]
    first, second = pair
    value = first if metric.statistic is not ratio else first / second if second else 0.0
    return -value if metric.better is Better.LOWER else value


def _ideal(condition: Condition) -> float | None:
    """What a question could bring: all of a share; of a cost, no more than the gate allows."""
    metric = METRICS[condition.metric]
    if metric.statistic is ratio and metric.better is Better.HIGHER:
        return 1.0
    return -condition.bound if metric.better is Better.LOWER and not condition.relative else None
