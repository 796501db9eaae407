"""Where to draw the line of abstention, from questions whose answerability is known.

A question is refused by a rule (a name that is nowhere, say), whatever the line, or because its
answerability is below the line. The line is the one with the best balanced accuracy: the mean of
the share refused of the questions without an answer and the share answered of those with one, so
that neither kind counts for more by being more frequent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from rag.errors import EvalError

LEAST = 10  # questions of each kind; of fewer, one question moves the line
FOLDS = 10  # of the estimate for other questions
DIGITS = 3  # of a line, unless the gap is narrower than that


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a question is to a line of abstention."""

    answerable: bool
    score: float  # its answerability, 0..1
    by_rule: bool  # refused whatever the line is
    shipped: bool  # refused by a rule or by the shipped line


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """What a line does on some questions."""

    line: float | None  # None is the shipped one
    refused: int
    answerable_refused: int
    precision: float | None  # share of the refused that have no answer; None when none is refused
    recall: float  # share refused of those without an answer
    balanced_accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """The line that was chosen, beside the one in force.

    Attributes:
        answerable: How many questions have an answer.
        unanswerable: How many have none.
        by_rule: How many of all are refused whatever the line is.
        now: What the line in force does.
        chosen: What the chosen one does, on the questions that it was chosen on.
        held_out: Balanced accuracy when each tenth of the questions meets the line that the others
            give.
    """

    answerable: int
    unanswerable: int
    by_rule: int
    now: Refusals
    chosen: Refusals
    held_out: float


def check_enough(answerable: Sequence[bool]) -> None:
    """Refuse to draw a line through too few questions.

    Args:
        answerable: Of each question, whether it has an answer.

    Raises:
        EvalError: There are fewer than `LEAST` of a kind.
    """
    having = sum(answerable)
    without = len(answerable) - having
    if min(having, without) < LEAST:
        raise EvalError(
            f"--tune needs {LEAST} questions with an answer and {LEAST} without one,"
            f" but there are {having} and {without}",
            hint="add questions; rag eval draft proposes some of both kinds",
        )


def tune(asked: Sequence[Asked], *, now: float | None) -> Tuned:
    """Choose the line of abstention.

    Args:
        asked: The questions, at least one of each kind.
        now: The line in force; None for the shipped one.
    """
    return Tuned(
        answerable=sum(one.answerable for one in asked),
        unanswerable=sum(not one.answerable for one in asked),
        by_rule=sum(one.by_rule for one in asked),
        now=refusals(asked, now),
        chosen=refusals(asked, best_line(asked)),
        held_out=_held_out(asked),
    )


def refusals(asked: Sequence[Asked], line: float | None) -> Refusals:
    """What a line does; at least one question of each kind is needed."""
    refused = [one for one in asked if is_refused(one, line)]
    with_answer = sum(one.answerable for one in refused)
    rightly = len(refused) - with_answer
    answerable = sum(one.answerable for one in asked)
    recall = rightly / (len(asked) - answerable)
    return Refusals(
        line=line,
        refused=len(refused),
        answerable_refused=with_answer,
        precision=rightly / len(refused) if refused else None,
        recall=recall,
        balanced_accuracy=(recall + 1 - with_answer / answerable) / 2,
    )


def is_refused(one: Asked, line: float | None) -> bool:
    """Whether a question is refused with this line; None is the shipped one."""
    return one.shipped if line is None else one.by_rule or one.score < line


def best_line(asked: Sequence[Asked]) -> float | None:
    """The line with the best balanced accuracy.

    Returns:
        None when the shipped line is as good as any. Else the middle of the widest gap between
        neighbouring scores of those where the best lines run, and the lower of two equally wide.
    """
    worth = _worth(asked)
    shipped = sum(worth(one) for one in asked if one.shipped and not one.by_rule)
    free = sorted((one for one in asked if not one.by_rule), key=_score)
    best, found = 0, [(0.0, free[0].score if free else 1.0)]
    total = 0
    # Below the first score nothing is refused; each score that the line passes adds its questions.
    levels = [(score, sum(map(worth, group))) for score, group in groupby(free, key=_score)]
    for (score, change), (above, _) in pairwise([*levels, (1.0, 0)]):
        total += change
        if score == above or total < best:  # nothing is between a score of 1 and the end
            continue
        found = [*found, (score, above)] if total == best else [(score, above)]
        best = total
    if shipped >= best:
        return None
    return _middle(*max(found, key=lambda gap: gap[1] - gap[0]))


def _score(one: Asked) -> float:
    return one.score


def _worth(asked: Sequence[Asked]) -> Callable[[Asked], int]:
    """What refusing a question adds to balanced accuracy, in whole numbers: sums are exact."""
    answerable = sum(one.answerable for one in asked)
    unanswerable = len(asked) - answerable
    return lambda one: -unanswerable if one.answerable else answerable


def _middle(low: float, high: float) -> float:
    """The middle of a gap, in as few digits as stay in it; what scores `high` is not refused."""
    middle = (low + high) / 2
    rounded = (round(middle, digits) for digits in range(DIGITS, 17))
    return next((line for line in rounded if low < line <= high), high)


def _held_out(asked: Sequence[Asked]) -> float:
    """Balanced accuracy when each tenth meets the line fitted on the other nine.

    Not one question at a time: where two lines are nearly as good, leaving out a question that one
    of them gets right makes the other the better, and the estimate swings far below both.
    """
    seen = {True: 0, False: 0}
    right = {True: 0, False: 0}
    folds: list[list[Asked]] = [[] for _ in range(FOLDS)]
    for one in asked:  # each kind is dealt out by itself, so that every fold has its share
        folds[seen[one.answerable] % FOLDS].append(one)
        seen[one.answerable] += 1
    for fold in folds:
        line = best_line([one for other in folds if other is not fold for one in other])
        for one in fold:
            right[one.answerable] += is_refused(one, line) is not one.answerable
    return sum(right[kind] / seen[kind] for kind in seen) / 2
