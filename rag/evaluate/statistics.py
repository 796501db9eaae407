"""From one pair of numbers a question to one figure a set, with its interval.

Every metric is a statistic of pairs: numerator and denominator, value and weight, score and label,
score and loss. Each is written over weights of the questions, so that one function gives the figure
(all weights 1), its bootstrap interval (weights drawn) and the paired difference of two runs (the
same draws for both). Questions are drawn whole: the facts of one question stay together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Places = npt.NDArray[np.intp]

RESAMPLES = 2000
LEVEL = 0.95
NOTHING = 1e-9  # changes below this are the noise of floating point
SEED = 0

# (n,) first of the pairs, (n,) second, (b, n) weights -> (b,) figures, NaN where there is none.
Statistic = Callable[["Floats", "Floats", "Floats"], "Floats"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure with its 95 % bootstrap interval (percentiles: Efron 1979)."""

    value: float
    low: float
    high: float
    n: int  # questions it is taken over


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How two runs differ on the questions that both have."""

    before: float
    after: float
    change: float  # after - before
    low: float  # 95 % interval of the change
    high: float
    p: float  # two-sided, of no change
    n: int


def ratio(parts: Floats, wholes: Floats, weights: Floats) -> Floats:
    """Sum of the parts over sum of the wholes; 0 where nothing was there to be counted."""
    import numpy as np

    total = weights @ wholes
    return np.where(total > 0, (weights @ parts) / np.where(total > 0, total, 1.0), 0.0)


def quantile(share: float) -> Statistic:
    """The smallest value that at least this share of the questions does not pass."""

    def statistic(values: Floats, _: Floats, weights: Floats) -> Floats:
        import numpy as np

        order = np.argsort(values, kind="stable")
        reached = np.cumsum(weights[:, order], axis=1)  # (b, n)
        place = np.argmax(reached >= share * reached[:, -1:] - 1e-9, axis=1)
        return values[order][place]  # type: ignore[no-any-return]

    return statistic


def auroc(scores: Floats, labels: Floats, weights: Floats) -> Floats:
    """Area under the ROC curve: how often a question of label 1 scores above one of label 0.

    Equal scores count half (Mann and Whitney 1947).
    """
    import numpy as np

    order = np.argsort(scores, kind="stable")
    starts = np.unique(scores[order], return_index=True)[1]  # (g,) of the groups of equal scores
    positive, negative = (
        np.add.reduceat((weights * share)[:, order], starts, axis=1)  # (b, g)
        for share in (labels, 1 - labels)
    )
    below = np.cumsum(negative, axis=1) - negative
    won = (positive * (below + negative / 2)).sum(axis=1)
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    return np.where(pairs > 0, won / np.where(pairs > 0, pairs, 1.0), np.nan)


def risk_coverage_area(scores: Floats, losses: Floats, weights: Floats) -> Floats:
    """Area under the risk-coverage curve (El-Yaniv and Wiener 2010); lower is better.

    Questions are taken in the order of their scores, highest first; after each, the risk is the
    mean loss so far, and the area is the mean of these risks. Questions of one score are taken as
    if each had their mean loss. Weights are whole numbers: how often each question is there.
    """
    import numpy as np

    order = np.argsort(-scores, kind="stable")
    starts = np.unique(-scores[order], return_index=True)[1]  # (g,) of the groups of equal scores
    taken, lost = (
        np.add.reduceat(part[:, order], starts, axis=1)  # (b, g)
        for part in (weights, weights * losses)
    )
    after = np.cumsum(taken, axis=1)
    before, lost_before = after - taken, np.cumsum(lost, axis=1) - lost
    mean = lost / np.where(taken > 0, taken, 1.0)
    # The j-th of a group, of mean loss m, makes the risk (lost_before + j m) / (before + j), which
    # is m + (lost_before - m before) / (before + j): summed over j with harmonic numbers.
    places = np.arange(1, int(after.max()) + 1)
    harmonic = np.concatenate([[0.0], np.cumsum(1 / places)])
    spread = harmonic[after.astype(int)] - harmonic[before.astype(int)]
    area = (lost + (lost_before - mean * before) * spread).sum(axis=1)
    return area / after[:, -1]  # type: ignore[no-any-return]


def evened_losses(scores: Floats, losses: Floats) -> tuple[Places, Floats]:
    """The order of the questions by score, highest first, and their losses in this order.

    Questions of one score share their mean loss: their order among themselves says nothing.
    """
    import numpy as np

    order = np.argsort(-scores, kind="stable")
    _, group, sizes = np.unique(-scores[order], return_inverse=True, return_counts=True)
    means: Floats = np.bincount(group, weights=losses[order]) / sizes
    return order, means[group]


def interval(statistic: Statistic, first: list[float], second: list[float]) -> Interval | None:
    """The figure of some pairs and its interval; None when it is not defined for them."""
    import numpy as np

    if not first:
        return None
    one, two = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    value = float(statistic(one, two, np.ones((1, len(one))))[0])
    if np.isnan(value):
        return None
    low, high = _percentiles(statistic(one, two, _draws(len(one))))
    return Interval(value=value, low=low, high=high, n=len(one))


def difference(
    statistic: Statistic,
    before: tuple[list[float], list[float]],
    after: tuple[list[float], list[float]],
) -> Difference | None:
    """Compare two runs on the same questions in the same order, by a paired bootstrap.

    Args:
        statistic: What to compare.
        before: The pairs of the one run.
        after: The pairs of the other, question by question.

    Returns:
        The change with its interval and p-value (twice the smaller tail of the changes drawn, after
        Efron and Tibshirani 1993); None when the figure is not defined for one of them.
    """
    import numpy as np

    arrays = [np.asarray(values, dtype=float) for values in (*before, *after)]
    n = len(arrays[0])
    if n == 0:
        return None
    once = np.ones((1, n))
    was = float(statistic(arrays[0], arrays[1], once)[0])
    now = float(statistic(arrays[2], arrays[3], once)[0])
    if np.isnan(was) or np.isnan(now):
        return None
    drawn = _draws(n)
    changes = statistic(arrays[2], arrays[3], drawn) - statistic(arrays[0], arrays[1], drawn)
    changes = changes[~np.isnan(changes)]
    low, high = _percentiles(changes)
    tails = [(np.sum(changes <= NOTHING) + 1), (np.sum(changes >= -NOTHING) + 1)]
    p = min(1.0, 2 * float(min(tails)) / (len(changes) + 1))
    return Difference(before=was, after=now, change=now - was, low=low, high=high, p=p, n=n)


@lru_cache(maxsize=4)
def _draws(n: int) -> Floats:
    """(RESAMPLES, n): how often each question is drawn; the same for every call with this n."""
    import numpy as np

    generator = np.random.default_rng(SEED)
    return generator.multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(float)


def _percentiles(figures: Floats) -> tuple[float, float]:
    import numpy as np

    tail = (1 - LEVEL) / 2 * 100
    low, high = np.nanpercentile(figures, [tail, 100 - tail])
    return float(low), float(high)
