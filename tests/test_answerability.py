"""rag.answerability: when no article can answer, and the reason that is given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rag.answerability import unanswerable
from rag.config import Mode
from rag.domain import Article, Span
from rag.embed import EmbedderId
from rag.passages import split_article
from rag.question import read_question
from rag.retrieve import Fusion, retrieve
from rag.statements import find_statements
from rag.store import IndexWriter, LocalStore

ARTICLES = {
    "crimea.txt": (
        "Dmitry Peskov said on Monday that Crimea was not on the agenda.\n\n"
        "The talks will be held in Helsinki."
    ),
    "vienna.txt": "Sergey Lavrov met the press in Vienna. He praised the harbour and its boats.",
    "orchids.txt": "Ada Lark grows orchids.",
}


@pytest.fixture
def store(tmp_path) -> Iterator[LocalStore]:
    """An index of three small articles with made-up vectors."""
    rows = np.eye(8, dtype=np.float32)
    with IndexWriter(tmp_path / "index") as writer:
        for path, text in ARTICLES.items():
            article = Article(
                path=path, sha256="0" * 64, text=text, paragraphs=(Span(start=0, end=len(text)),)
            )
            passages = split_article(article, words=100)
            writer.add(
                article,
                passages,
                find_statements(article),
                passage_vectors=rows[: len(passages)],
                sentence_vectors=rows[: sum(len(passage.sentences) for passage in passages)],
            )
        writer.commit(
            embedder=EmbedderId(name="made up", sha256="0"),
            dimension=8,
            passage_words=100,
            roots=[tmp_path],
        )
    opened = LocalStore.open(tmp_path / "index", embedder=None)
    yield opened
    opened.close()


def reason(text: str, store: LocalStore) -> str | None:
    """Why the articles cannot answer, searching by words only."""
    question = read_question(text)
    by_words = Fusion(mode=Mode.LEXICAL)
    found = retrieve(question, store=store, embedder=None, fusion=by_words)
    return unanswerable(question, found.evidence, store)


@pytest.mark.parametrize(
    "question",
    [
        "What did Peskov say about Crimea?",
        "What did Lavrov praise?",
        "Where will the talks be held?",
        "Who grows orchids?",
        "who is lark",
    ],
)
def test_a_question_on_the_articles_can_be_answered(question, store) -> None:
    """Its words are there: no reason to abstain."""
    assert reason(question, store) is None


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("zebra quark?", "The index holds no text that matches any word of the question."),
        ("What did Macron say about Crimea?", "No article mentions Macron."),
        ("Was Crimea on NATO's agenda?", "No article mentions NATO."),
        ("What did Lavrov say about Crimea?", "No article mentions Lavrov and Crimea together."),
        (
            "What did Peskov say about artificial intelligence?",
            "No article mentions artificial, intelligence.",
        ),
        (
            "Which tulips and daffodils grows the gardener of Lark?",
            "Nothing in the articles has to do with this question.",
        ),
    ],
)
def test_the_reason_to_abstain(question, why, store) -> None:
    """An absent name, names apart, an absent topic, or nothing that fits: each is told."""
    assert reason(question, store) == why


@pytest.mark.parametrize(
    "question", ["What did Sergei Lavrov praise?", "What did Dimitri Peskov say about Crimea?"]
)
def test_another_spelling_of_a_name_is_no_reason_to_abstain(question, store) -> None:
    """Dimitri is Dmitry, also where his name always opens a sentence."""
    assert reason(question, store) is None
