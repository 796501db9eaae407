"""Question -> ranked passages.

Two searches find passages, one by meaning and one by words; their scores, each scaled to 0..1 over
the passages found, are mixed (convex fusion: Bruch et al. 2023, "An Analysis of Fusion Functions
for Hybrid Retrieval").
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.config import Mode
from rag.domain import RankedPassage
from rag.language.text import stem
from rag.question.read import Question
from rag.retrieve.merge_copies import Folded, fold_passages
from rag.store import LocalStore, Within

if TYPE_CHECKING:
    from rag.models.embedder import Embedder, Matrix

POOL = 300  # passages taken from each search before fusion
DEEPEST = 16 * POOL  # the same, at most, where most of them only repeat others


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion:
    """How the two searches are mixed."""

    mode: Mode = Mode.HYBRID
    dense_weight: float = 0.5  # share of the search by meaning in hybrid mode, 0 to 1


def find_passages(
    question: Question,
    *,
    store: LocalStore,
    embedder: Embedder | None,
    fusion: Fusion = Fusion(),  # noqa: B008 - frozen
    within: Within | None = None,
) -> Folded:
    """Find the passages that may answer a question.

    Args:
        question: As `read_question` returns it.
        store: The opened index.
        embedder: The model that the index was built with; may be None in lexical mode.
        fusion: Which searches take part, and how much each counts.
        within: Only passages of this part.

    Returns:
        All that were found, best first, without those that only repeat another; where such filled
        the ranking, one that goes further down.
    """
    asked = _ask(question, store, embedder, fusion)
    k = POOL
    while True:
        ranked = _rank(asked, store, within, k=k)
        folded = fold_passages(ranked, store, within)
        if len(ranked) < k or folded.dropped <= len(ranked) / 2 or k >= DEEPEST:
            return folded
        k *= 4


def rank_passages(
    question: Question,
    *,
    store: LocalStore,
    embedder: Embedder | None,
    fusion: Fusion,
    within: Within | None = None,
) -> list[RankedPassage]:
    """Find all passages, copies too. Best first, equal scores in the order of the index."""
    return _rank(_ask(question, store, embedder, fusion), store, within, k=POOL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question in the forms that the two searches take."""

    share: float  # of the search by meaning
    vector: Matrix | None  # (d,); None when the search by meaning takes no part
    weights: Mapping[str, float]  # terms of the search by words


def _ask(
    question: Question, store: LocalStore, embedder: Embedder | None, fusion: Fusion
) -> _Asked:
    share = {Mode.HYBRID: fusion.dense_weight, Mode.DENSE: 1.0, Mode.LEXICAL: 0.0}[fusion.mode]
    if fusion.mode == Mode.HYBRID and embedder and not embedder.knows(question.sought):
        share = 0.0  # its vectors of a language that it never saw would only be noise
    return _Asked(
        share=share,
        vector=embedder.encode([question.sought])[0] if embedder and share > 0 else None,
        weights=rarity(question, store) if share < 1 else {},
    )


def _rank(
    asked: _Asked, store: LocalStore, within: Within | None, *, k: int
) -> list[RankedPassage]:
    found: dict[int, float] = {}
    matched: dict[int, float] = {}
    if asked.vector is not None:
        found = store.nearest_passages(asked.vector, k=k, within=within)
    if asked.weights:
        matched = store.match_passages(asked.weights, k=k, within=within)
    dense, lexical = _scaled(found), _scaled(matched)
    ranked = [
        RankedPassage(
            id=id,
            score=asked.share * dense.get(id, 0.0) + (1 - asked.share) * lexical.get(id, 0.0),
            dense=dense.get(id, 0.0),
            lexical=lexical.get(id, 0.0),
            cosine=found.get(id, 0.0),
        )
        for id in dense.keys() | lexical.keys()
    ]
    return sorted(ranked, key=lambda passage: (-passage.score, passage.id))


def rarity(question: Question, store: LocalStore) -> dict[str, float]:
    """The question's terms and how much each tells: BM25's inverse document frequency.

    Other spellings of the question's names come in with the name's own weight; a term that no
    passage has is kept, with the weight of the rarest, as something that was asked for.
    """
    total = store.count("passages")
    weights = {term: _idf(store.frequency(term), total) for term in question.terms}
    for name in question.names:
        for spelling in store.spellings(name) or store.misspelt(name):
            weights.setdefault(stem(spelling), _idf(store.frequency(stem(spelling)), total))
    return weights


def _idf(frequency: int, total: int) -> float:
    return math.log1p((total - frequency + 0.5) / (frequency + 0.5))


def _scaled(scores: Mapping[int, float]) -> dict[int, float]:
    """Scores moved to 0..1, best 1, worst 0."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    width = high - low
    return {id: (score - low) / width if width > 0 else 1.0 for id, score in scores.items()}
