"""Measures of a ranking, as trec_eval has them. Pure functions; no ranking is too short."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence


def hit(ranked: Sequence[str], relevant: Collection[str], *, k: int) -> float:
    """1 when one of the first ``k`` is relevant, else 0 (success@k)."""
    return float(any(id in relevant for id in ranked[:k]))


def recall(ranked: Sequence[str], relevant: Collection[str], *, k: int) -> float:
    """Share of all relevant ids that are among the first ``k``; 0 when there are none."""
    return len(set(ranked[:k]) & set(relevant)) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], *, k: int) -> float:
    """1 / rank of the first relevant id among the first ``k``, else 0."""
    return next((1 / rank for rank, id in enumerate(ranked[:k], 1) if id in relevant), 0.0)


def ndcg(ranked: Sequence[str], relevant: Mapping[str, int], *, k: int) -> float:
    """Normalised discounted cumulative gain with linear gains, 0..1.

    Järvelin and Kekäläinen 2002, in trec_eval's form: gain / log2(rank + 1), over the same sum for
    the best order of all judged ids.

    Args:
        ranked: Ids, best first, each once.
        relevant: Id -> gain above 0.
        k: Ranks looked at.
    """
    best = _dcg(sorted(relevant.values(), reverse=True)[:k])
    return _dcg([relevant.get(id, 0) for id in ranked[:k]]) / best if best else 0.0


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
