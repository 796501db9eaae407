"""rag.answer.leading: the sentence that tells whom another means by "he" or "the company"."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made import sentence, source

from rag.answer.leading import leading, leans
from rag.domain import Evidence
from rag.question.read import read_question


def led(question: str, *texts: str, aside: int | None = None, **found: str) -> int | None:
    """Which of some sentences in a row, from 0, tells what the last one means.

    Args:
        question: The question.
        texts: Their texts.
        aside: One of them that is no answer.
        found: What else is known of the last one.
    """
    row = [
        sentence(text, id=id, score=-1.0 if id == aside else 0.1) for id, text in enumerate(texts)
    ]
    row[-1] = replace(row[-1], **found)  # type: ignore[arg-type]
    one = _leading(question, row)
    return None if one is None else one.id


def _leading(question: str, row: list[Evidence]) -> Evidence | None:
    return leading(row[-1], {one.id: one for one in row}, asked=read_question(question))


FERRY = "The ferry of Elmport is old."


def test_what_the_question_names_is_shown_where_the_answer_says_it() -> None:
    """Nothing is shown that has no word of the question."""
    question = "When was the ferry built?"

    assert led(question, FERRY, "It was built in 1921.") == 0
    assert led(question, FERRY, "It leaks.", "It was built in 1921.") == 0
    assert led(question, "Ada Lark likes the sea.", "It was built in 1921.") is None
    assert led(question, "It was built in 1921.") is None


def test_a_sentence_that_is_no_answer_is_never_shown() -> None:
    """Nor what stands before it: a heading or a question parts the two."""
    question = "When was the ferry built?"

    assert led(question, "When was the ferry built?", "It was built in 1921.", aside=0) is None
    assert led(question, FERRY, "Why is it old?", "It was built in 1921.", aside=1) is None


def test_a_sentence_of_another_article_tells_nothing() -> None:
    """Though it has the number before."""
    there = sentence(FERRY, article_id=1)
    here = sentence("It was built in 1921.", id=1)

    assert _leading("When was the ferry built?", [there, here]) is None


def test_what_the_question_names_itself_needs_no_other_sentence() -> None:
    """It asks about the ferry, and the sentence says "the ferry"."""
    before = "Customers in Lyon like the crossing."

    assert led("When was the ferry to Lyon built?", before, "The ferry was built in 1921.") is None
    assert led("When did the old ferry sink?", before, "The ferry sank in 1930.") is None


def test_the_company_is_what_has_the_name_that_the_question_has() -> None:
    """A word that is no name is not enough, and a sentence that names somebody needs nothing."""
    before = "Arden Freight lost three lorries."
    question = "What are the shares of Arden Freight worth?"

    assert led(question, before, "The company is worth nine million.") == 0
    assert led(question, "Shares fell.", "The company is worth nine million.") is None
    assert led(question, before, "The owner, Bo Finch, says nine million.") is None


def test_what_the_title_says_needs_no_other_sentence() -> None:
    """It is shown beside every sentence of the article."""
    row = [
        sentence(text, id=id, source=source("a.txt", title="Arden Freight loses lorries"))
        for id, text in enumerate(["Arden Freight lost three.", "The company is worth nine."])
    ]

    assert _leading("What are the shares of Arden Freight worth?", row) is None


def test_what_leans_itself_tells_nothing() -> None:
    """Of "its boats" nobody learns what "it" is."""
    question = "When was the ferry built?"

    assert led(question, "Its ferry is old.", "It was built in 1921.") is None
    assert led(question, FERRY, "Its ferry leaks.", "It was built in 1921.") == 0


def test_before_him_comes_his_name() -> None:
    """That of the question, if it has one; a woman's tells nothing about him."""
    here = "He said that nobody had asked the herders."

    assert led("Who spoke for the herders?", "Adam Moss was in town.", here) == 0
    assert led("Who spoke for the herders?", "Mrs Lark lost her goats.", here) is None
    assert led("What did Moss say?", "Moss was in town.", "Goats ran off.", here) == 0
    assert led("What did Moss say?", "Finch was in town.", here) is None


def test_before_somebody_s_words_comes_who_the_index_says_speaks() -> None:
    """A sentence that names somebody else does not tell."""
    here = "She said that nobody had asked."

    assert led("What was said?", "Ada Lark came.", here, speaker="Ada Lark") == 0
    assert led("What was said?", "Eve Finch came.", here, speaker="Ada Lark") is None


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("They sank.", False),
        ("The company sank.", False),
        ("These boats sank.", False),
        ("Both sank.", False),
        ("This year, the boats sank.", True),
        ("This past week boats sank.", True),
        ("The company, Arden Freight, sank.", True),
        ("Both Arden and Velm sank.", True),
        ("The Arden sank.", True),
        ("Boats sank.", True),
    ],
)
def test_what_a_sentence_is_about(text: str, alone: bool) -> None:
    """It tells itself unless it begins with a pronoun, or with "the" and names nobody."""
    assert leans(text) is not alone
