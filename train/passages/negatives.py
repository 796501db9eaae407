"""Question -> the passages that a search by words finds for it.

BM25 as the product's, for many questions at once. What is near in meaning alone shares no words
with the question, and is told from an answer easily.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from rag.language.text import content_terms, terms

Floats = npt.NDArray[np.float32]

K1, B = 1.2, 0.75  # of BM25
BLOCK = 250  # questions at once
DEEP = 48  # passages looked at
OWN = 8  # of the question's own article that are looked at before


class Search:
    """Passages that can be searched by many questions at once."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Weigh the terms of passages."""
        self.terms: dict[str, int] = {}
        counts = _counts([terms(text) for text in texts], self.terms, new=True)
        found = np.asarray((counts > 0).sum(axis=0)).ravel()
        idf = np.log1p((len(texts) - found + 0.5) / (found + 0.5))
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        norm = K1 * (1 - B + B * lengths / max(1.0, lengths.mean()))
        rows = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
        counts.data = counts.data * (K1 + 1) / (counts.data + norm[rows]) * idf[counts.indices]
        self.weights = counts.T.tocsr()  # (terms, n)

    def scores(self, questions: Sequence[str]) -> Iterator[Floats]:
        """For each question, (n,) scores of all passages."""
        for start in range(0, len(questions), BLOCK):
            asked = [sorted(set(content_terms(one))) for one in questions[start : start + BLOCK]]
            wanted = _counts(asked, self.terms, new=False)
            yield from (wanted @ self.weights).toarray().astype(np.float32)  # (block, n)


def _counts(rows: Sequence[Sequence[str]], known: dict[str, int], *, new: bool) -> Any:
    """How often each row has each term, (rows, terms); unknown terms are added or passed over."""
    columns: list[int] = []
    ends = [0]
    for row in rows:
        columns += [known.setdefault(term, len(known)) for term in row if new or term in known]
        ends.append(len(columns))
    counts = csr_matrix(
        (np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(rows), len(known))
    )
    counts.sum_duplicates()
    return counts


def ranked(scores: Floats, own: Sequence[int]) -> list[int]:
    """Places of passages: the best of the question's own article, then the best of all.

    Args:
        scores: (n,) of all passages.
        own: Places of those of its own article.
    """
    same = sorted(own, key=lambda place: (-scores[place], place))
    deep = min(DEEP, len(scores))
    best = np.argpartition(-scores, deep - 1)[:deep]
    others = sorted(best.tolist(), key=lambda place: (-scores[place], place))
    return list(dict.fromkeys([*same[:OWN], *others]))
