"""rag.evaluate.tune: no line does better, it stands in the widest gap, and figures are counts."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import EvalError
from rag.evaluate.tune import Asked, best_line, check_enough, is_refused, refusals, tune

SHIPPED = 0.355
# Scores with ties, at both ends, near each other and on the shipped line.
scores = st.sampled_from([0.0, 0.1, 0.1001, 0.3, 0.3549, 0.355, 0.4, 0.75, 0.9, 1.0])


def asked(answerable: bool, score: float, *, by_rule: bool = False, read: bool = True) -> Asked:
    """A question; one that is not read passes the shipped line, whatever its score."""
    shipped = by_rule or (read and score < SHIPPED)
    return Asked(answerable=answerable, score=score, by_rule=by_rule, shipped=shipped)


questions = st.lists(
    st.builds(asked, st.booleans(), scores, by_rule=st.booleans(), read=st.booleans()),
    min_size=2,
    max_size=14,
).filter(lambda found: len({one.answerable for one in found}) == 2)


def balanced(found: list[Asked], line: float | None) -> Fraction:
    """Balanced accuracy by its definition."""
    shares = []
    for kind in (True, False):
        mine = [one for one in found if one.answerable is kind]
        right = sum(is_refused(one, line) is not kind for one in mine)
        shares.append(Fraction(right, len(mine)))
    return sum(shares, Fraction(0)) / 2


def gaps(found: list[Asked]) -> list[tuple[float, float]]:
    """Between neighbouring scores that a line can part, and from there to the ends."""
    there = sorted({one.score for one in found if not one.by_rule})
    edges = [*there, 1.0] if there[-1:] != [1.0] else there
    return [(0.0, edges[0]), *pairwise(edges)]


@given(questions)
def test_no_line_is_better(found: list[Asked]) -> None:
    """Tried: every score, every middle, both ends, and the shipped line."""
    middles = [(low + high) / 2 for low, high in gaps(found)]
    lines = [None, 0.0, 1.0, *middles, *(one.score for one in found)]

    assert balanced(found, best_line(found)) == max(balanced(found, line) for line in lines)


@given(questions)
def test_the_shipped_line_is_kept_when_it_is_as_good_as_any(found: list[Asked]) -> None:
    """And only then."""
    best = max(balanced(found, high) for _, high in gaps(found))

    assert (best_line(found) is None) == (balanced(found, None) >= best)


@given(questions)
def test_the_line_is_the_middle_of_the_widest_gap_that_is_best(found: list[Asked]) -> None:
    """Of two as wide the lower, which refuses less; rounded, but never out of its gap."""
    line = best_line(found)
    if line is None:
        return
    worth = {gap: balanced(found, gap[1]) for gap in gaps(found)}
    best = [gap for gap in worth if worth[gap] == max(worth.values())]
    widest = max(high - low for low, high in best)
    low, high = next(gap for gap in best if gap[1] - gap[0] == widest)

    assert low < line <= high or low == line == high == 0
    assert abs(line - (low + high) / 2) <= min(0.000501, widest / 2 + 1e-12)


def test_neighbouring_floats_can_be_parted() -> None:
    """However many digits that takes."""
    low = 0.123456789
    high = low + 2**-55
    found = [asked(False, low, read=False), asked(True, high, read=False)]

    assert low < high
    assert low < best_line(found) <= high


@given(questions)
def test_figures_are_counts(found: list[Asked]) -> None:
    """Precision over the refused, recall over those without an answer, at both lines."""
    tuned = tune(found, now=0.4)

    assert tuned.now.line == 0.4
    assert tuned.answerable + tuned.unanswerable == len(found)
    for figures in (tuned.now, tuned.chosen):
        refused = [one for one in found if is_refused(one, figures.line)]
        right = [one for one in refused if not one.answerable]
        assert figures.refused == len(refused) == len(right) + figures.answerable_refused
        assert figures.precision == (len(right) / len(refused) if refused else None)
        assert figures.recall == len(right) / tuned.unanswerable
        assert figures.balanced_accuracy == pytest.approx(float(balanced(found, figures.line)))


@given(questions)
def test_no_question_is_held_against_a_line_that_it_helped_to_fit(found: list[Asked]) -> None:
    """The n-th of its kind is judged by the line of all but every tenth from it."""
    kinds = {kind: [one for one in found if one.answerable is kind] for kind in (True, False)}
    places = {id(one): n % 10 for kind in kinds.values() for n, one in enumerate(kind)}
    shares = []
    for kind, mine in kinds.items():
        lines = [best_line([o for o in found if places[id(o)] != places[id(one)]]) for one in mine]
        judged = [is_refused(one, line) for one, line in zip(mine, lines, strict=True)]
        shares.append(sum(refused is not kind for refused in judged) / len(mine))

    assert tune(found, now=None).held_out == pytest.approx(sum(shares) / 2)


def test_kinds_count_alike_however_frequent_they_are() -> None:
    """Nine of ten that have an answer do not make answering everything right."""
    found = [asked(True, 0.5 + n / 100, read=False) for n in range(18)]
    found += [asked(False, 0.52, read=False), asked(False, 0.3, read=False)]

    assert refusals(found, best_line(found)).recall == 1.0
    assert best_line(found) == 0.525


@pytest.mark.parametrize(("having", "without"), [(9, 10), (10, 9), (0, 30)])
def test_too_few_questions_of_a_kind_are_refused(having: int, without: int) -> None:
    """With how many there are; ten of each will do."""
    check_enough([True] * 10 + [False] * 10)
    with pytest.raises(EvalError, match=f"there are {having} and {without}") as caught:
        check_enough([True] * having + [False] * without)

    assert "rag eval draft" in caught.value.hint
