"""Retrieval alone: a query -> ranked documents -> the numbers that it brings to each metric."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter

from rag.answer.assistant import Assistant
from rag.evaluate.beir import Query
from rag.evaluate.ranking import recall
from rag.evaluate.results import Outcome, QuestionResult
from rag.evaluate.score import RANKINGS
from rag.question.read import read_question

RANKED = 100  # documents kept of a ranking

Ranked = Mapping[str, float]  # document -> score, best first


def rank_documents(query: Query, assistant: Assistant) -> tuple[Ranked, float]:
    """Rank documents by their best passages.

    A document that is the query itself is passed over (BEIR does so by the id alone, which in some
    sets is only a number that both happen to have).

    Returns:
        At most `RANKED` documents, and the milliseconds it took.
    """
    began = perf_counter()
    passages = assistant.rank_passages(query.text)
    places = assistant.store.passage_places([passage.id for passage in passages])
    itself = assistant.store.article_text(query.id) == query.text
    ranked: dict[str, float] = {}
    for passage, (path, _) in zip(passages, places, strict=True):
        if not (itself and path == query.id) and len(ranked) < RANKED:
            ranked.setdefault(path, passage.score)
    return ranked, (perf_counter() - began) * 1000


def score_query(query: Query, ranked: Ranked, milliseconds: float) -> QuestionResult:
    """Score the ranking for one query; it went right when a relevant document came first."""
    order = list(ranked)
    pairs = {
        f"document_{name}": (measure(order, query.relevant), 1.0)
        for name, measure in RANKINGS.items()
    }
    pairs["document_recall@100"] = (recall(order, query.relevant, k=RANKED), 1.0)
    pairs["latency_p50"] = pairs["latency_p95"] = (milliseconds, 1.0)
    first = bool(order) and order[0] in query.relevant
    return QuestionResult(
        id=query.id,
        question=query.text,
        kind=read_question(query.text).kind.value,
        answerable=True,
        outcome=Outcome.RIGHT if first else Outcome.WRONG,
        pairs=pairs,
    )


def trec_lines(query: Query, ranked: Ranked) -> list[str]:
    """The ranking as lines of a TREC run file, which other tools read."""
    return [
        f"{query.id} Q0 {id} {rank} {score:.6f} rag\n"
        for rank, (id, score) in enumerate(ranked.items(), start=1)
    ]
