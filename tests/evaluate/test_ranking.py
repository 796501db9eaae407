"""rag.evaluate.ranking: the measures are trec_eval's, to the digit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from rag.evaluate.ranking import hit, ndcg, recall, reciprocal_rank
from rag.language.text import content_terms
from rag.store import LocalStore

OURS = {
    Success @ 1: lambda ranked, relevant: hit(ranked, relevant, k=1),
    Success @ 3: lambda ranked, relevant: hit(ranked, relevant, k=3),
    R @ 5: lambda ranked, relevant: recall(ranked, relevant, k=5),
    R @ 10: lambda ranked, relevant: recall(ranked, relevant, k=10),
    RR @ 10: lambda ranked, relevant: reciprocal_rank(ranked, relevant, k=10),
    nDCG @ 10: lambda ranked, relevant: ndcg(ranked, relevant, k=10),
}
# Gains given by hand: 2 answers the question, 1 has to do with it.
JUDGED = {
    "Who said that Crimea is an inalienable part of Russia?": {
        "2018-07-02-crimea-not-on-agenda.txt": 2, "2018-06-30-trump-crimea-remark.md": 1,
    },
    "What did Trump say about recognising Crimea?": {
        "2018-06-30-trump-crimea-remark.md": 2, "bolton-us-position.html": 1,
        "2018-07-02-crimea-not-on-agenda.txt": 1,
    },
    "What is the position of the United States on Crimea?": {
        "bolton-us-position.html": 2, "helsinki-summit.pdf": 1,
    },
    "Where did Trump and Putin meet?": {
        "helsinki-summit.pdf": 2, "2018-07-02-crimea-not-on-agenda.txt": 2,
    },
    "How many people marched for the Saltmarsh Bridge?": {
        "2019-09-15-bridge-march.txt": 2, "saltmarsh-bridge-protest.md": 2,
    },
    "Who counted the marchers at the corn hall?": {
        "saltmarsh-bridge-protest.md": 2, "2019-09-15-bridge-march.txt": 1,
    },
    "When did Notre-Dame burn?": {"notre-dame-fire.txt": 2, "notre-dame-reopens.html": 1},
    "When did Notre-Dame open again?": {"notre-dame-reopens.html": 2, "notre-dame-fire.txt": 1},
    "What does the black hole look like?": {"black-hole-picture.md": 2},
    "What did Ryabkov say about sanctions?": {
        "2025-07-10-ryabkov-sanctions.txt": 2, "ryabkov-sanctions-reprint.md": 2,
    },
    "Have the talks on Ukraine stalled?": {
        "2025-07-10-ryabkov-sanctions.txt": 2, "ryabkov-sanctions-reprint.md": 2,
        "2025-03-03-two-moscow-interviews.txt": 1,
    },
    "How did Moscow take Trump's victory over Harris?": {
        "2024-11-06-moscow-on-trump-victory.docx": 2, "peskov-constructive-president.md": 1,
    },
    "What kind of American president would Putin prefer?": {
        "peskov-constructive-president.md": 2, "2024-11-06-moscow-on-trump-victory.docx": 1,
    },
    "Who welcomed the turn in American foreign policy?": {
        "2025-03-03-two-moscow-interviews.txt": 2,
    },
    "Which part of the cathedral fell down?": {
        "notre-dame-fire.txt": 2,
        "notre-dame-reopens.html": 1,
    },
}  # fmt: skip


def theirs(ranked: Sequence[str], judged: Mapping[str, int]) -> dict[object, float]:
    """What ir_measures (trec_eval) makes of a ranking; scores fall, so that nothing is tied."""
    run = [ir_measures.ScoredDoc("q", id, float(-rank)) for rank, id in enumerate(ranked)]
    qrels = [ir_measures.Qrel("q", id, gain) for id, gain in judged.items()]
    return {found.measure: found.value for found in ir_measures.iter_calc(list(OURS), qrels, run)}


@pytest.mark.parametrize("question", JUDGED)
def test_rankings_of_the_seeds_score_as_in_trec_eval(seeds_index: Path, question: str):
    """Documents of the repository, ranked by the words of real questions."""
    with LocalStore.open(seeds_index, embedder=None) as store:
        passages = list(store.match_passages(content_terms(question), k=100))
        ranked = list(dict.fromkeys(path for path, _ in store.passage_places(passages)))
        assert set(JUDGED[question]) <= set(store.paths())

    ours = {measure: f(ranked, JUDGED[question]) for measure, f in OURS.items()}

    assert ranked
    assert ours == pytest.approx(theirs(ranked, JUDGED[question]))


@settings(deadline=None)
@given(
    st.permutations([f"d{n}" for n in range(14)]),
    st.integers(1, 14),
    st.dictionaries(st.integers(0, 19).map("d{}".format), st.integers(0, 4), min_size=1).filter(
        lambda judged: any(judged.values())
    ),
)
def test_any_ranking_scores_as_in_trec_eval(order, length, judged):
    """Also with gains of 0, documents that were not found, and fewer than ten found."""
    ranked, relevant = order[:length], {id: gain for id, gain in judged.items() if gain}

    ours = {measure: f(ranked, relevant) for measure, f in OURS.items()}

    assert ours == pytest.approx(theirs(ranked, judged))


def test_gains_are_discounted_by_their_ranks():
    """The example of Järvelin and Kekäläinen 2002, worked by hand for the first four ranks."""
    ranked, relevant = ["a", "b", "c", "d"], {"a": 3, "b": 2, "c": 3, "e": 1}

    gained = 3 + 2 / math.log2(3) + 3 / 2
    best = 3 + 3 / math.log2(3) + 2 / 2 + 1 / math.log2(5)
    assert ndcg(ranked, relevant, k=10) == pytest.approx(gained / best)
    assert ndcg(ranked, relevant, k=1) == 1.0


def test_what_is_past_the_cutoff_does_not_count():
    """The fourth of four, looked at three deep."""
    ranked, relevant = ["a", "b", "c", "d"], {"d": 1, "e": 1}

    assert [hit(ranked, relevant, k=k) for k in (3, 4)] == [0.0, 1.0]
    assert [recall(ranked, relevant, k=k) for k in (3, 4)] == [0.0, 0.5]
    assert [reciprocal_rank(ranked, relevant, k=k) for k in (3, 4)] == [0.0, 0.25]
    assert ndcg(ranked, relevant, k=3) == 0.0


def test_nothing_found_or_nothing_relevant_is_zero():
    """No measure divides by nothing."""
    for measure in (hit, recall, reciprocal_rank, ndcg):
        assert measure([], {"a": 1}, k=10) == 0.0
        assert measure(["a"], {}, k=10) == 0.0
