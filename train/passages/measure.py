"""Figures of a passage reader on articles that it was not trained on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from passages.batches import Batch, Rows, collated
from passages.data import Asked, Passage, Seen
from passages.drawn import Drawn
from passages.loss import mean_of_exp, sentence_scores
from rag.evaluate.overlap import token_f1
from rag.evaluate.statistics import auroc
from rag.models.reader import Entry, best_words

PASSAGES = 5  # of a question that are read
A_SET = 24  # questions of each set, so that measuring takes a twentieth of the time of training


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A question as a reader sees it."""

    source: str
    answerable: bool
    first: bool  # the best sentence answers, or holds the words of the answer
    sure: float  # probability that something answers, all passages together
    best: float  # of the best sentence, by itself
    in_vain: tuple[float, float] | None  # both again, without the passages that answer
    f1: float | None  # of the words in the best sentence; None where there are none to find


def drawn_for(kept: Sequence[Asked], seed: int) -> list[Asked]:
    """At most `A_SET` questions of each set, always the same."""
    by_set: dict[str, list[Asked]] = {}
    for one in kept:
        by_set.setdefault(one.source, []).append(one)
    return [
        one
        for _, mine in sorted(by_set.items())
        for one in random.Random(seed).sample(mine, min(A_SET, len(mine)))
    ]


def measure(model: torch.nn.Module, rows: Rows, questions: Sequence[Asked]) -> dict[str, float]:
    """Figures by set of questions.

    Returns:
        ``SET_first``: share of the answerable questions whose best sentence answers; ``SET_f1`` of
        the words in it; ``SET_sure`` and ``SET_best``: AUROC of answerable or not, by the
        probability that anything answers and by that of the best sentence alone, on a set with
        both kinds; ``SET_sure_vain`` and ``SET_best_vain``: the same between the answerable
        questions with and without the passages that answer. ``selection`` is the mean of the sets'
        means, to choose by.
    """
    model.eval()
    found = [outcome(model, rows, one) for one in questions if rows.readable(one.seen[:PASSAGES])]
    figures: dict[str, float] = {}
    means = []
    for source in sorted({one.source for one in found}):
        mine = _figures([one for one in found if one.source == source])
        figures |= {f"{source}_{name}": value for name, value in mine.items()}
        means.append(float(np.mean(list(mine.values()))))
    figures["selection"] = float(np.mean(means))
    return {name: round(value, 4) for name, value in figures.items()}


def _figures(found: Sequence[Outcome]) -> dict[str, float]:
    figures: dict[str, float] = {}
    answerable = [one for one in found if one.answerable]
    if answerable:
        figures["first"] = float(np.mean([one.first for one in answerable]))
    if words := [one.f1 for one in answerable if one.f1 is not None]:
        figures["f1"] = float(np.mean(words))
    labels = [one.answerable for one in found]
    if any(labels) and not all(labels):
        figures["sure"] = _auroc([one.sure for one in found], labels)
        figures["best"] = _auroc([one.best for one in found], labels)
    pairs = [(one, one.in_vain) for one in answerable if one.in_vain]
    if pairs:
        labels = [True] * len(pairs) + [False] * len(pairs)
        sure = [one.sure for one, _ in pairs] + [vain[0] for _, vain in pairs]
        best = [one.best for one, _ in pairs] + [vain[1] for _, vain in pairs]
        figures["sure_vain"], figures["best_vain"] = _auroc(sure, labels), _auroc(best, labels)
    return figures


def _auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    weights = np.ones((1, len(labels)))
    return float(auroc(np.array(scores), np.array(labels, dtype=float), weights)[0])


def outcome(model: torch.nn.Module, rows: Rows, asked: Asked) -> Outcome:
    """Read the first passages of a question."""
    seen = asked.seen[:PASSAGES]
    entries = rows.entries(asked.question, seen)
    batch = collated([Drawn(question=asked.question, seen=seen)], [entries])
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        read = model(batch.ids, batch.mask, batch.segments)
    scores = sentence_scores(read, batch)
    best = int(scores.argmax())
    wrong = [n for n, one in enumerate(seen) if not one.right]
    in_vain = None
    if asked.answerable and wrong:
        there = torch.isin(batch.row, torch.tensor(wrong))
        in_vain = _probabilities(scores[there], read.nulls[wrong])
    sure, alone = _probabilities(scores, read.nulls)
    return Outcome(
        source=asked.source,
        answerable=asked.answerable,
        first=bool(batch.right[best]) or bool(batch.unsure[best]),
        sure=sure,
        best=alone,
        in_vain=in_vain,
        f1=_f1(read.begins, read.ends, batch, best, seen, entries, rows.passages),
    )


def _probabilities(scores: torch.Tensor, nulls: torch.Tensor) -> tuple[float, float]:
    """That something answers, and that the best sentence does by itself."""
    none = mean_of_exp(nulls)
    every = torch.logsumexp(torch.cat([scores, none[None]]), 0)
    return 1 - float(torch.exp(none - every)), float(torch.sigmoid(scores.max()))


def _f1(
    begins: torch.Tensor,
    ends: torch.Tensor,
    batch: Batch,
    best: int,
    seen: Sequence[Seen],
    entries: Sequence[Entry],
    passages: Sequence[Passage],
) -> float | None:
    """F1 of the words in the best sentence against the best of those expected."""
    expected = [passages[one.passage].text[start:end] for one in seen for start, end in one.spans]
    if not expected:
        return None
    row = int(batch.row[best])
    inside = np.flatnonzero((batch.sentence[row] == best).numpy())
    first, last, _ = best_words(begins[row].numpy()[inside], ends[row].numpy()[inside])
    entry = entries[row]
    places = entry.tokens.places
    start = places[inside[first] - entry.first, 0]
    end = places[inside[last] - entry.first, 1]
    found = passages[seen[row].passage].text[start:end]
    return max(token_f1(found, one) for one in expected)
