"""rag.select: which sentences answer, and when none does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rag.config import Mode
from rag.domain import Article, Evidence, Source, Span
from rag.embed import EmbedderId
from rag.passages import split_article
from rag.question import read_question
from rag.retrieve import retrieve
from rag.select import select, unanswerable
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
                find_statements(article, passages),
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
    ranked = retrieve(question, store=store, embedder=None, mode=Mode.LEXICAL)
    return unanswerable(question, ranked, store)


def evidence(id: int, text: str, score: float, *, article: int = 0) -> Evidence:
    """A ranked sentence."""
    source = Source(path=f"{article}.txt", title=None, outlet=None, date=None, sha256="0" * 64)
    return Evidence(
        id=id, article_id=article, source=source, start=0, end=len(text), line=1, text=text,
        speaker=None, score=score, dense=0.5, lexical=0.5,
    )  # fmt: skip


def chosen(*ranked: Evidence, limit: int = 3) -> list[int]:
    """Ids of the sentences that are chosen."""
    return [found.id for found in select(ranked, limit=limit)]


def test_nothing_is_chosen_from_nothing() -> None:
    """No evidence is no error."""
    assert select([], limit=3) == []


def test_close_sentences_join_the_best() -> None:
    """A sentence of the best one's article joins up to 0.08 below it, and no further."""
    ids = chosen(
        evidence(0, "The dam burst.", 0.50),
        evidence(5, "Nine boats sank.", 0.43),
        evidence(9, "Ada grows orchids.", 0.41),
    )

    assert ids == [0, 5]


def test_another_article_must_come_closer() -> None:
    """Half the distance is allowed elsewhere."""
    ids = chosen(
        evidence(0, "The dam burst.", 0.50),
        evidence(5, "Nine boats sank.", 0.47, article=1),
        evidence(9, "Ada grows orchids.", 0.45, article=2),
    )

    assert ids == [0, 5]


def test_a_sentence_that_says_the_same_is_passed_over() -> None:
    """A reprint adds nothing; the next sentence that says something else takes its place."""
    ids = chosen(
        evidence(0, "The dam above the town burst on Monday.", 0.50),
        evidence(5, "On Monday the dam above the town burst!", 0.50, article=1),
        evidence(9, "Nine boats sank.", 0.49),
    )

    assert ids == [0, 9]


def test_the_limit_holds() -> None:
    """No more sentences than asked for."""
    ranked = [
        evidence(9 * n, word, 0.5)
        for n, word in enumerate(["Dams burst.", "Boats sank.", "Ada came."])
    ]

    assert chosen(*ranked, limit=2) == [0, 9]
    assert chosen(*ranked, limit=1) == [0]


def test_an_open_quotation_goes_on_with_its_next_sentence() -> None:
    """The sentence that finishes it follows, whatever its score and over the limit."""
    ids = chosen(
        evidence(4, "He wrote: “One quality is useful.", 0.50),
        evidence(7, "Nine boats sank.", 0.49),
        evidence(5, "It is patience.”", 0.10),
        limit=2,
    )

    assert ids == [4, 5, 7]


def test_a_quotation_does_not_run_into_another_article() -> None:
    """The sentence with the next number belongs elsewhere."""
    ids = chosen(
        evidence(4, "He wrote: “One quality is useful.", 0.50),
        evidence(5, "Nine boats sank.", 0.10, article=1),
    )

    assert ids == [4]


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
