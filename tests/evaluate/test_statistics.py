"""rag.evaluate.statistics: figures equal the plain formulas, intervals cover, p-values hold."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from rag.evaluate.statistics import (
    auroc,
    difference,
    evened_losses,
    interval,
    quantile,
    ratio,
    risk_coverage_area,
)

STATISTICS = {
    "ratio": ratio,
    "median": quantile(0.5),
    "p95": quantile(0.95),
    "auroc": auroc,
    "aurc": risk_coverage_area,
}
# Few values, so that there are ties; the second is a label, a loss or a weight.
pairs = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0]), st.sampled_from([0.0, 1.0])),
    min_size=1,
    max_size=12,
)


def arrays(values: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """The firsts and the seconds."""
    first, second = zip(*values, strict=True)
    return np.array(first), np.array(second)


def figure(statistic: Callable, values: list[tuple[float, float]]) -> float:
    """The statistic with every question once."""
    return float(statistic(*arrays(values), np.ones((1, len(values))))[0])


def random_pairs(n: int, seed: int) -> list[tuple[float, float]]:
    """Scores with some ties, labels that go with them a little."""
    draw = np.random.default_rng(seed)
    labels = draw.random(n) < 0.6
    return list(zip(np.round(draw.random(n) + labels / 3, 1), labels.astype(float), strict=True))


# --- figures --------------------------------------------------------------------------------------


@settings(deadline=None)
@given(pairs)
def test_a_ratio_is_a_sum_over_a_sum(values):
    """And 0 when there was nothing to be counted."""
    parts, wholes = arrays(values)

    expected = parts.sum() / wholes.sum() if wholes.sum() else 0.0

    assert figure(ratio, values) == pytest.approx(expected)


@settings(deadline=None)
@given(pairs, st.sampled_from([0.05, 0.5, 0.75, 0.95, 1.0]))
def test_a_quantile_is_a_value_that_so_many_do_not_pass(values, share):
    """The inverted distribution function, as numpy calls it."""
    expected = np.quantile(arrays(values)[0], share, method="inverted_cdf")

    assert figure(quantile(share), values) == expected


@settings(deadline=None)
@given(pairs)
def test_the_area_under_the_curve_is_that_of_scikit_learn(values):
    """Not a number where all labels are the same."""
    scores, labels = arrays(values)
    found = figure(auroc, values)

    if len(set(labels)) == 1:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(roc_auc_score(labels, scores))


def naive_risk_coverage_area(scores: np.ndarray, losses: np.ndarray) -> float:
    """The definition: answer one question more at a time, ties sharing their mean loss."""
    evened = [losses[scores == score].mean() for score in scores]
    taken = [evened[i] for i in sorted(range(len(scores)), key=lambda i: -scores[i])]
    return float(np.mean([np.mean(taken[:k]) for k in range(1, len(taken) + 1)]))


@settings(deadline=None)
@given(pairs)
def test_the_area_under_the_risk_is_its_definition(values):
    """However many scores are equal."""
    assert figure(risk_coverage_area, values) == pytest.approx(
        naive_risk_coverage_area(*arrays(values))
    )


def test_the_area_under_the_risk_worked_by_hand():
    """Losses 0, 1, 0 in the order of the scores: risks 0, 1/2, 1/3."""
    values = [(0.9, 0.0), (0.5, 1.0), (0.1, 0.0)]

    assert figure(risk_coverage_area, values) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)


def test_ties_share_their_mean_loss():
    """The order of questions with one score says nothing."""
    order, losses = evened_losses(np.array([0.1, 0.9, 0.9, 0.5]), np.array([1.0, 1.0, 0.0, 0.0]))

    assert list(order) == [1, 2, 3, 0]
    assert list(losses) == [0.5, 0.5, 0.0, 1.0]


@pytest.mark.parametrize("name", STATISTICS)
@settings(deadline=None)
@given(values=pairs, seed=st.integers(0, 99))
def test_a_weight_is_as_good_as_repeating_the_question(name, values, seed):
    """What makes the weights of a bootstrap right: 2 is twice, 0 is not at all."""
    weights = np.random.default_rng(seed).integers(0, 4, size=len(values))
    weights[0] += not weights.sum()
    repeated = [pair for pair, weight in zip(values, weights, strict=True) for _ in range(weight)]

    found = STATISTICS[name](*arrays(values), weights.astype(float)[None, :])

    assert found == pytest.approx([figure(STATISTICS[name], repeated)], nan_ok=True)


@pytest.mark.parametrize("name", STATISTICS)
def test_many_weightings_are_figured_at_once(name):
    """Each as if it were alone."""
    first, second = arrays(random_pairs(30, seed=1))
    weights = np.random.default_rng(2).integers(0, 3, size=(50, 30)).astype(float)

    together = STATISTICS[name](first, second, weights)

    alone = [STATISTICS[name](first, second, weights[i : i + 1])[0] for i in range(50)]
    assert together == pytest.approx(alone)


# --- intervals ------------------------------------------------------------------------------------


def test_an_interval_covers_the_truth_as_often_as_it_says():
    """Of 200 samples of a coin that falls right in 7 of 10 throws, about 190 cover 0.7."""
    throws = np.random.default_rng(5).random((200, 80)) < 0.7
    intervals = [interval(ratio, list(row.astype(float)), [1.0] * 80) for row in throws]

    covered = sum(found.low <= 0.7 <= found.high for found in intervals if found)

    assert 180 <= covered <= 198


@pytest.mark.parametrize(
    ("ours", "plain"),
    [
        (ratio, lambda a, b: a.sum() / b.sum()),
        (quantile(0.5), lambda a, b: np.quantile(a, 0.5, method="inverted_cdf")),
    ],
)
def test_an_interval_is_scipys_percentile_interval(ours, plain):
    """Up to the chance of which questions were drawn."""
    draw = np.random.default_rng(3)
    first, second = draw.gamma(3.0, size=120), draw.integers(1, 5, size=120).astype(float)

    found = interval(ours, list(first), list(second))

    expected = stats.bootstrap(
        (first, second), plain, paired=True, vectorized=False, method="percentile",
        n_resamples=2000, rng=np.random.default_rng(4),
    ).confidence_interval  # fmt: skip
    assert found is not None
    width = expected.high - expected.low
    assert found.value == pytest.approx(plain(first, second))
    assert found.low == pytest.approx(expected.low, abs=0.1 * width)
    assert found.high == pytest.approx(expected.high, abs=0.1 * width)
    assert found.n == 120


def test_an_interval_is_the_same_every_time():
    """The draws are those of a fixed seed."""
    first, second = arrays(random_pairs(40, seed=6))

    assert interval(auroc, list(first), list(second)) == interval(auroc, list(first), list(second))


def test_one_question_has_an_interval_of_no_width():
    """Nothing else could have been drawn; it says how little one question says only by its n."""
    found = interval(ratio, [1.0], [2.0])

    assert found is not None
    assert (found.value, found.low, found.high, found.n) == (0.5, 0.5, 0.5, 1)


def test_there_is_no_figure_without_questions_or_where_it_is_not_defined():
    """No negatives, no curve."""
    assert interval(ratio, [], []) is None
    assert interval(auroc, [0.3, 0.7], [1.0, 1.0]) is None


def test_draws_without_a_negative_are_left_out():
    """One of three questions has no answer: some draws lack it, and the interval still stands."""
    found = interval(auroc, [0.1, 0.6, 0.9], [0.0, 1.0, 1.0])

    assert found is not None
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


# --- differences ----------------------------------------------------------------------------------

Pairs = tuple[list[float], list[float]]


def coins(n: int, share: float, seed: int) -> Pairs:
    """Questions of which about this share are right."""
    right = np.random.default_rng(seed).random(n) < share
    return list(right.astype(float)), [1.0] * n


@pytest.mark.parametrize("name", STATISTICS)
def test_a_run_does_not_differ_from_itself(name):
    """No change, and nothing that speaks for one."""
    first, second = arrays(random_pairs(30, seed=8))
    run = (list(first), list(second))

    found = difference(STATISTICS[name], run, run)

    assert found is not None
    assert (found.change, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_a_clear_difference_is_found():
    """Four in ten right before, nine in ten after, of 100."""
    found = difference(ratio, coins(100, 0.4, seed=1), coins(100, 0.9, seed=2))

    assert found is not None
    assert found.change == pytest.approx(found.after - found.before)
    assert found.low > 0.3
    assert found.p < 0.01
    assert found.n == 100


def test_chance_is_seldom_taken_for_a_difference():
    """Of 200 pairs of runs that are equally good, about 5 % have p below .05."""
    found = [
        difference(ratio, coins(60, 0.6, seed=seed), coins(60, 0.6, seed=1000 + seed))
        for seed in range(200)
    ]

    assert sum(one.p < 0.05 for one in found if one) <= 20


def test_swapping_the_runs_turns_the_signs():
    """The same questions are drawn, and p stays."""
    one, other = coins(50, 0.5, seed=3), coins(50, 0.7, seed=4)

    there, back = difference(ratio, one, other), difference(ratio, other, one)

    assert there is not None
    assert back is not None
    assert (back.before, back.after, back.change) == (there.after, there.before, -there.change)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert back.p == there.p


def test_pairing_tells_small_differences_from_noise():
    """Six questions of 100 turned right and none turned wrong: no draw is worse than before."""
    before, ones = coins(100, 0.5, seed=9)
    wrong = [place for place, right in enumerate(before) if not right][:6]
    after = [1.0 if place in wrong else right for place, right in enumerate(before)]

    found = difference(ratio, (before, ones), (after, ones))

    assert found is not None
    assert found.change == pytest.approx(0.06)
    assert 0 <= found.low < 0.06 < found.high < 0.12
    assert found.p < 0.05


def test_there_is_no_difference_where_a_figure_is_not_defined():
    """No questions in common, or a curve without negatives."""
    defined, undefined = ([0.2, 0.8], [0.0, 1.0]), ([0.2, 0.8], [1.0, 1.0])

    assert difference(ratio, ([], []), ([], [])) is None
    assert difference(auroc, defined, undefined) is None
    assert difference(auroc, undefined, defined) is None
