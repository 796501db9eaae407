"""rag.answer.answerability: when no article can answer, and the reason that is given."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from rag.answer.answerability import (
    READ_BIAS,
    READ_SCORE,
    SIGNS,
    UNLIKELY,
    answerability,
    is_unlikely,
    unanswerable,
)
from rag.config import Mode
from rag.domain import Article, Evidence, Reading, Source, Span
from rag.models.embedder import EmbedderId
from rag.question.read import read_question
from rag.retrieve.search import Fusion, retrieve
from rag.statements.find import find_statements
from rag.store import LocalStore
from rag.store.build import IndexWriter
from rag.sync.passages import split_article

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
            code="c",
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


# --- what the reader tells ------------------------------------------------------------------------


# Score of the best sentence at which the answerability is the shipped line, no sign being there.
AT_LINE = (math.log(UNLIKELY / (1 - UNLIKELY)) - READ_BIAS) / READ_SCORE
PLAIN = read_question("What is it?")


def read(text: str, *, score: float, answers: float, words: bool = True) -> Evidence:
    """The best sentence, as our reader read it, or as a cross-encoder did."""
    return Evidence(
        id=0,
        article_id=0,
        source=Source(path="a.txt", title=None, outlet=None, date=None, sha256="0"),
        start=0,
        end=len(text),
        line=1,
        text=text,
        speaker=None,
        score=score,
        dense=0.5,
        lexical=0.7,
        reading=Reading(answers=answers, words=Span(start=0, end=4) if words else None),
    )


@pytest.mark.parametrize(
    ("question", "evidence", "why"),
    [
        (
            "Where are the talks in Helsinki?",
            read("Helsinki is wet.", score=AT_LINE - 0.01, answers=0.4),
            "No sentence of the articles comes close enough to answering this question.",
        ),
        (
            "How many boats did Peskov see in Helsinki in 1924?",
            read("Peskov saw boats in Vienna.", score=AT_LINE + 0.1, answers=0.01),
            "No sentence that was found on Helsinki and 1924 answers this.",
        ),
        (
            "How many boats did Peskov see in Helsinki?",
            read("Peskov saw boats in Vienna.", score=AT_LINE + 0.1, answers=0.3),
            None,
        ),
        (
            "How many boats did Peskov see in Vienna?",
            read("Peskov saw boats in Vienna.", score=AT_LINE + 0.1, answers=0.01),
            None,
        ),
        (
            "Where are the talks in Helsinki?",
            read("Helsinki is wet.", score=AT_LINE - 0.1, answers=0.01, words=False),
            None,
        ),
    ],
)
def test_the_reader_has_a_part_in_it(question, evidence, why, store) -> None:
    """A low score, or no answer and something missing; a cross-encoder's scale is its own."""
    assert unanswerable(read_question(question), [evidence], store) == why


def test_a_line_of_the_user_s_own_acts_wherever_it_is_drawn(store) -> None:
    """Without our reader too; 0 refuses nothing, and the other rules stay as they are."""
    question = read_question("Where are the talks in Helsinki?")
    helsinki = read("Helsinki is wet.", score=AT_LINE - 0.1, answers=0.4)
    unread = read("Helsinki is wet.", score=0.5, answers=0.4, words=False)
    absent = read_question("What did Macron say about Crimea?")

    assert unanswerable(question, [helsinki], store, abstain_below=0.0) is None
    assert unanswerable(question, [unread], store) is None
    for found in (helsinki, unread):
        line = answerability(question, [found])
        assert unanswerable(question, [found], store, abstain_below=line) is None
        assert unanswerable(question, [found], store, abstain_below=line + 0.001) == (
            "No sentence of the articles comes close enough to answering this question."
        )
    assert unanswerable(absent, [unread], store, abstain_below=0.0) == (
        "No article mentions Macron."
    )


def test_the_shipped_line_acts_where_our_reader_reads() -> None:
    """A line of the user's own parts the same sentences, and does so without our reader too."""
    for score in (AT_LINE - 0.001, AT_LINE + 0.001):
        ours = [read("It is.", score=score, answers=0.5)]
        below = is_unlikely(PLAIN, ours)
        assert below is is_unlikely(PLAIN, ours, UNLIKELY) is (score < AT_LINE)
    theirs = [read("It is.", score=0.0, answers=0.5, words=False)]
    assert not is_unlikely(PLAIN, theirs)
    assert is_unlikely(PLAIN, theirs, 0.9)


def test_whoever_is_asked_for_has_to_say_something(store) -> None:
    """A sentence on the person in which nobody says anything is no answer to "what did … say"."""
    question = read_question("What did Peskov say about Crimea?")
    seen = read("Peskov saw boats off Crimea.", score=0.9, answers=0.9)
    said = read("Peskov called Crimea a holiday place.", score=0.9, answers=0.9)

    assert unanswerable(question, [seen], store) == (
        "No sentence that was found has Peskov say something about this."
    )
    assert unanswerable(question, [said], store) is None


def test_the_score_rises_with_that_of_the_best_sentence() -> None:
    """Nought without evidence, and the line of abstention lies below one half."""
    scores = [answerability(PLAIN, [read("It is.", score=n / 10, answers=0.5)]) for n in range(11)]

    assert answerability(PLAIN, []) == 0
    assert scores == sorted(scores)
    assert scores[0] < 0.1 < 0.9 < scores[10]
    assert UNLIKELY < 0.5


def test_the_score_falls_with_every_sign() -> None:
    """Whether our reader reads or not; each sign makes an answer less likely."""
    question = read_question("What did the harbour not build in 1924?")
    built = "The harbour did not build boats in 1924."
    denied = "The harbour did build boats in 1924."
    elsewhere = "The harbour did build boats in 1931."
    for words in (True, False):
        scores = [
            answerability(question, [read(text, score=0.6, answers=0.5, words=words)])
            for text in (built, denied, elsewhere)
        ]
        assert scores[0] > scores[1] > scores[2]
    assert max(SIGNS.negation, SIGNS.year, SIGNS.opposite) < 0
