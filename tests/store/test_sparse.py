"""BM25 in two halves, beside tantivy's."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pytest import approx

from rag.store.sparse import passage_half, question_half
from rag.store.words import Words, WordWriter

TERMS = [f"term{n}" for n in range(30)]
texts = some.lists(some.lists(some.sampled_from(TERMS), min_size=1, max_size=200), min_size=1)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(passages=texts, asked=some.lists(some.sampled_from(TERMS), min_size=1, max_size=6))
def test_the_product_of_both_halves_is_the_score_of_tantivy(
    passages: list[list[str]], asked: list[str], tmp_path_factory
) -> None:
    """For passages of any length, that of every one which has a term."""
    folder: Path = tmp_path_factory.mktemp("words") / "words"
    writer = WordWriter(folder)
    writer.open()
    for id, words in enumerate(passages):
        writer.add(id, id, " ".join(words))
    writer.commit()
    opened = Words(folder)
    average = sum(map(len, passages)) / len(passages)
    frequency = {term: opened.frequency(term) for term in asked}
    question = question_half(asked, frequency=frequency, passages=len(passages))

    found = {}
    for id, words in enumerate(passages):
        half = passage_half(words, average=average)
        if product := sum(half.get(place, 0.0) * weight for place, weight in question.items()):
            found[id] = product

    assert found == approx(opened.match(asked, k=len(passages)), rel=1e-5)
