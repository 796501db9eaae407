"""rag.answer.another_year: a sentence that shares the words of a question, of another year."""

from __future__ import annotations

import pytest
from made import sentence, source

from rag.answer.another_year import is_of_another_year
from rag.domain import Evidence
from rag.question.read import read_question


def found(
    text: str, *, id: int = 0, article: int = 0, title: str | None = None, date: str | None = None
) -> Evidence:
    """A sentence of an article."""
    return sentence(text, id=id, article_id=article, source=source(title=title, date=date))


def apart(question: str, *evidence: Evidence) -> bool:
    """Whether the first sentence is of another year."""
    return is_of_another_year(read_question(question), evidence)


@pytest.mark.parametrize(
    ("question", "sentence", "there"),
    [
        ("Who led the party in 1988?", "Ada Lark led the party in 1998.", 1),
        ("Who led the party in 1998?", "Ada Lark led the party in 1998.", 0),
        ("Who led the party in 1988?", "Ada Lark led the party.", 0),
        ("Who led it in 1988?", "Ada Lark led it from 1988 to 1998.", 0),
        ("How many left in 1988 and in 1990?", "In 1988 two left.", 0),
    ],
)
def test_a_sentence_of_another_year(question, sentence, there) -> None:
    """It has to name one itself."""
    assert apart(question, found(sentence)) == there


@pytest.mark.parametrize(
    ("beside", "there"),
    [
        (found("In 1988 all was new.", id=1), 0),
        (found("In 1988 all was new.", id=7), 1),
        (found("In 1988 all was new.", id=1, article=5), 1),
    ],
)
def test_what_is_near_counts(beside, there) -> None:
    """The sentence beside it in its article, not one further off or of another article."""
    best = found("Ada Lark led the party until 1998.")

    assert apart("Who led the party in 1988?", best, beside) == there


def test_title_and_date_are_near_too() -> None:
    """An article of the time asked about need not name the year."""
    text, question = "Ada Lark told of the party of 1998.", "What did Lark say in 2018?"

    assert apart(question, found(text))
    assert not apart(question, found(text, title="The party in 2018"))
    assert not apart(question, found(text, date="2018-07-02"))
    assert apart(question, found(text, date="2017-07-02"))


def test_nothing_found_is_of_no_year() -> None:
    """There is no sentence to tell it of."""
    assert not apart("Who led the party in 1988?")
