"""rag.evaluate.score_retrieval: a document ranks where its best passage does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.evaluate.beir import Query
from rag.evaluate.results import Outcome
from rag.evaluate.score_retrieval import rank_documents, score_query, trec_lines

CRIMEA = "2018-07-02-crimea-not-on-agenda.txt"


@pytest.fixture(scope="module")
def assistant(seeds_index: Path, cache: Path) -> Iterator[Assistant]:
    """The seeds."""
    with Assistant.open(seeds_index, settings=Settings(cache=cache, llm="none")) as opened:
        yield opened


def query(id: str, text: str, **relevant: int) -> Query:
    """A query."""
    return Query(id=id, text=text, relevant=relevant or {CRIMEA: 1})


def test_documents_come_once_in_the_order_of_their_passages(assistant: Assistant) -> None:
    """With the score of the best of them."""
    asked = query("q", "What did Peskov say about Crimea?")

    ranked, milliseconds = rank_documents(asked, assistant)

    passages = assistant.rank_passages(asked.text)
    places = assistant.store.passage_places([passage.id for passage in passages])
    best: dict[str, float] = {}
    for passage, (path, _) in zip(passages, places, strict=True):
        best[path] = max(best.get(path, 0.0), passage.score)
    assert dict(ranked) == best
    assert list(ranked.values()) == sorted(ranked.values(), reverse=True)
    assert next(iter(ranked)) == CRIMEA
    assert milliseconds > 0


def test_a_document_that_is_the_query_itself_is_passed_over(assistant: Assistant) -> None:
    """Only when its text is: a common number as an id says nothing."""
    text = assistant.store.article_text(CRIMEA)
    assert text is not None

    itself, _ = rank_documents(query(CRIMEA, text), assistant)
    namesake, _ = rank_documents(query(CRIMEA, "Crimea on the agenda"), assistant)

    assert CRIMEA not in itself
    assert CRIMEA in namesake


def test_a_query_is_right_when_a_relevant_document_came_first() -> None:
    """Its pairs are the measures of the ranking."""
    ranked = {"a": 0.9, "b": 0.5}

    first = score_query(query("q", "Who?", a=1), ranked, 5.0)
    second = score_query(query("q", "Who?", b=2, c=1), ranked, 5.0)
    nothing = score_query(query("q", "Who?", b=2), {}, 5.0)

    assert first.outcome is Outcome.RIGHT
    assert first.pairs["document_ndcg@10"] == (1.0, 1.0)
    assert second.outcome is nothing.outcome is Outcome.WRONG
    assert second.pairs["document_mrr@10"] == (0.5, 1.0)
    assert second.pairs["document_recall@100"] == (0.5, 1.0)
    assert nothing.pairs["document_ndcg@10"] == (0.0, 1.0)


def test_a_run_file_is_as_trec_eval_reads_it() -> None:
    """Query, Q0, document, rank, score, name."""
    assert trec_lines(query("q-1", "Who?"), {"a": 0.9, "b": 0.25}) == [
        "q-1 Q0 a 1 0.900000 rag\n",
        "q-1 Q0 b 2 0.250000 rag\n",
    ]
