"""train/passages/negatives: BM25 as its formula has it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from passages.negatives import K1, B, Search, ranked

TEXTS = [
    "The harbour froze. The harbour was closed.",
    "The orchard was sold to a school.",
    "A school closed its harbour office and its orchard.",
    "Nobody sang.",
]


def bm25(question: list[str], text: list[str], texts: list[list[str]]) -> float:
    """Written out for one text."""
    average = sum(map(len, texts)) / len(texts)
    total = 0.0
    for term in question:
        found = sum(term in other for other in texts)
        count = text.count(term)
        idf = math.log1p((len(texts) - found + 0.5) / (found + 0.5))
        total += idf * count * (K1 + 1) / (count + K1 * (1 - B + B * len(text) / average))
    return total


def test_scores_are_those_of_the_formula() -> None:
    """Over folded and stemmed words; unknown words of a question add nothing."""
    [scores, _] = Search(TEXTS).scores(["Which harbours closed in Lumby?", "Who sang?"])

    texts = [
        "the harbour froze the harbour was close".split(),
        "the orchard was sold to a school".split(),
        "a school close it harbour offic and it orchard".split(),
        "nobodi sang".split(),
    ]
    assert scores == pytest.approx([bm25(["harbour", "close"], one, texts) for one in texts])


def test_passages_of_the_own_article_come_first() -> None:
    """Each once, the better ones of both before the others."""
    scores = np.array([0.1, 0.9, 0.5, 0.7], dtype=np.float32)

    assert ranked(scores, own=[0, 2]) == [2, 0, 1, 3]
