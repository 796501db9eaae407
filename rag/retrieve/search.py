"""Question -> ranked evidence sentences.

Two searches find passages, one by meaning and one by words; their scores, each scaled to 0..1 over
the passages found, are mixed (convex fusion: Bruch et al. 2023, "An Analysis of Fusion Functions
for Hybrid Retrieval"). Every sentence of the best passages is then scored by itself and in its
place.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from rag.config import Mode
from rag.domain import Evidence, RankedPassage, Retrieved
from rag.language.text import plain, stem, terms
from rag.question.read import Question, asks_for_few_words, can_hold_answer, in_time
from rag.retrieve.merge_copies import Folded, fold_passages, fold_sentences
from rag.retrieve.whose import Asked, is_anothers
from rag.store import LocalStore, Row

if TYPE_CHECKING:
    from rag.models.embedder import Embedder, Matrix

POOL = 300  # passages taken from each search before fusion
DEEPEST = 16 * POOL  # the same, at most, where most of them only repeat others
SHORTEST = 3  # words that a sentence needs to be evidence
LONG = 64  # terms from which a sentence counts as long
SPOKEN = 0.1  # more for a sentence of whom "what did … say" asks about, less for another's
ANOTHERS = 2.0  # less for one that can only be another's, see `rag.retrieve.whose`


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each sign counts that a sentence answers; the signs lie in 0..1, cosines in -1..1.

    Fitted as a listwise softmax on the answerable questions of SQuAD 2.0 and XQuAD (development
    sets), then searched nearby and rounded. They sum to 1, so a score does not pass 1 either.
    """

    # Meaning
    sentence_cosine: float = 0.21  # question and sentence, the sentence embedded under its title
    before_cosine: float = 0.04  # question and the sentence before
    best_cosine: float = 0.11  # the best such cosine in the passage
    passage_dense: float = 0.11  # the passage in the search by meaning
    # Words: shares of the question's words, each by how rare it is
    sentence_words: float = 0.05  # in the sentence
    pair_words: float = 0.09  # in it and the sentence before: "It won the award"
    near_words: float = 0.12  # in it and both its neighbours
    titled_words: float = 0.09  # in it and the title
    # Both
    passage_fused: float = 0.04  # the passage after fusion
    kind: float = 0.09  # holds a number, date or name where the question asks for one
    length: float = 0.05  # longer sentences hold more answers


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion:
    """How the two searches are mixed."""

    mode: Mode = Mode.HYBRID
    dense_weight: float = 0.5  # share of the search by meaning in hybrid mode, 0 to 1


def retrieve(
    question: Question,
    whom: Asked,
    *,
    store: LocalStore,
    embedder: Embedder | None,
    fusion: Fusion = Fusion(),  # noqa: B008 - frozen
    passages: int = 12,
) -> Retrieved:
    """Find the sentences that may answer a question.

    Args:
        question: As `read_question` returns it.
        whom: Whose words it asks for, see `asked_for`.
        store: The opened index.
        embedder: The model that the index was built with; may be None in lexical mode.
        fusion: Which searches take part, and how much each counts.
        passages: Passages whose sentences are looked at.

    Returns:
        All passages found, and all sentences of the best of them, best first; equal scores in the
        order of the index. Of copies, what stands in several articles word for word comes once.
    """
    asked = _ask(question, store, embedder, fusion)
    folded = _rank_once(asked, store)
    ranked = folded.passages
    best = {passage.id: passage for passage in folded.best(passages)}
    evidence = fold_sentences(_scored(best, asked, store), store)
    in_their_time = [
        found
        for found in evidence
        if any(
            in_time(question, date=source.date, text=found.text)
            for source in (found.source, *(copy.source for copy in found.copies))
        )
    ]
    if question.speaker:
        evidence = [_heard(found, whom, store) for found in in_their_time or evidence]
    else:
        evidence = in_their_time or evidence
    return Retrieved(
        passages=ranked,
        evidence=tuple(sorted(evidence, key=lambda found: (-found.score, found.id))),
    )


def _scored(best: Mapping[int, RankedPassage], asked: _Asked, store: LocalStore) -> list[Evidence]:
    """All sentences of some passages, each with its score, in the order of the index."""
    evidence: list[Evidence] = []
    for id, group in groupby(store.sentences_in(best), key=lambda row: row.passage):
        members = list(group)
        evidence += _score_passage(
            members,
            [0.0] * len(members),
            asked=asked,
            store=store,
            passage=best[id],
        )
    return evidence


def _heard(found: Evidence, whom: Asked, store: LocalStore) -> Evidence:
    """A sentence, up where one of these speaks in it, down where it is somebody else.

    What can only be another's comes after all others: it is never an answer.
    """
    if is_anothers(whom, found, store):
        change = -ANOTHERS
    elif found.speaker is None or not whom.speakers:
        return found
    else:
        change = SPOKEN if found.speaker in whom.forms else -SPOKEN
    return dataclasses.replace(found, score=found.score + change)


def rank_passages(
    question: Question, *, store: LocalStore, embedder: Embedder | None, fusion: Fusion
) -> list[RankedPassage]:
    """Find passages only; see `retrieve`. Best first, equal scores in the order of the index."""
    return _rank(_ask(question, store, embedder, fusion), store, k=POOL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question in the forms that the two searches take."""

    question: Question
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
        question=question,
        share=share,
        vector=embedder.encode([question.sought])[0] if embedder and share > 0 else None,
        weights=rarity(question, store) if share < 1 else {},
    )


def _rank_once(asked: _Asked, store: LocalStore) -> Folded:
    """The ranking without copies; where these filled it, one that goes further down."""
    k = POOL
    while True:
        ranked = _rank(asked, store, k=k)
        folded = fold_passages(ranked, store)
        if len(ranked) < k or folded.dropped <= len(ranked) / 2 or k >= DEEPEST:
            return folded
        k *= 4


def _rank(asked: _Asked, store: LocalStore, *, k: int) -> list[RankedPassage]:
    found = store.nearest_passages(asked.vector, k=k) if asked.vector is not None else {}
    dense = _scaled(found)
    lexical = _scaled(store.match_passages(asked.weights, k=k)) if asked.weights else {}
    ranked = [
        RankedPassage(
            id=id,
            score=asked.share * dense.get(id, 0.0) + (1 - asked.share) * lexical.get(id, 0.0),
            dense=dense.get(id, 0.0),
            lexical=lexical.get(id, 0.0),
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


def _score_passage(
    rows: Sequence[Row],
    cosines: Sequence[float],
    *,
    asked: _Asked,
    store: LocalStore,
    passage: RankedPassage,
) -> list[Evidence]:
    """Score the sentences of one passage, given in the order of the text."""
    source = store.source(rows[0].article)
    title = frozenset(terms(source.title or ""))
    words = [frozenset(terms(row.text)) for row in rows]
    question, wanted = asked.question, _Wanted(asked.question, asked.weights)
    best = max(cosines)
    found: list[Evidence] = []
    for i, (row, cosine) in enumerate(zip(rows, cosines, strict=True)):
        before = words[i - 1] if i else frozenset()
        after = words[i + 1] if i + 1 < len(rows) else frozenset()
        if len(row.text.split()) < SHORTEST:  # "Kremlin." gives its neighbours context, no more
            continue
        own = wanted.share(words[i])
        holds = asks_for_few_words(question) and can_hold_answer(question, plain(row.text))
        score = (
            WEIGHTS.sentence_cosine * cosine
            + WEIGHTS.before_cosine * (cosines[i - 1] if i else cosine)
            + WEIGHTS.best_cosine * best
            + WEIGHTS.passage_dense * passage.dense
            + WEIGHTS.sentence_words * own
            + WEIGHTS.pair_words * wanted.share(words[i] | before)
            + WEIGHTS.near_words * wanted.share(words[i] | before | after)
            + WEIGHTS.titled_words * wanted.share(words[i] | title)
            + WEIGHTS.passage_fused * passage.score
            + WEIGHTS.kind * holds
            + WEIGHTS.length * min(1.0, math.log1p(len(words[i])) / math.log1p(LONG))
        )
        found.append(
            Evidence(
                id=row.id,
                article_id=row.article,
                source=source,
                start=row.start,
                end=row.end,
                line=store.line_of(row.article, row.start),
                text=row.text,
                terms=words[i],
                speaker=store.speaker_of(row.article, row.start, row.end),
                score=score,
                dense=cosine,
                lexical=own,
            )
        )
    return found


class _Wanted:
    """What share of a question's words a set of terms holds."""

    def __init__(self, question: Question, weights: Mapping[str, float]) -> None:
        self._weights = {term: weights[term] for term in question.terms if term in weights}
        # Spellings that are not in the question stand in for the name that is.
        self._others = {term: w for term, w in weights.items() if term not in self._weights}
        self._total = sum(self._weights.values())

    def share(self, there: frozenset[str]) -> float:
        """0..1; rare words count more."""
        if self._total <= 0:
            return 0.0
        held = sum(weight for term, weight in self._weights.items() if term in there)
        spare = sum(weight for term, weight in self._others.items() if term in there)
        return min(1.0, (held + spare) / self._total)
