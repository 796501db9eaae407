"""What sets a sentence apart from a question, though they share nearly every word."""

from __future__ import annotations

import pytest
from made import sentence, source

from rag.answer.signs import Signs, read_signs
from rag.domain import Evidence
from rag.question.read import read_question


def found(
    text: str, *, id: int = 0, article: int = 0, title: str | None = None, date: str | None = None
) -> Evidence:
    """A sentence of an article."""
    return sentence(text, id=id, article_id=article, source=source(title=title, date=date))


def signs(question: str, *evidence: Evidence) -> Signs:
    """The signs of the first sentence."""
    return read_signs(read_question(question), evidence)


@pytest.mark.parametrize(
    ("question", "sentence", "there"),
    [
        ("Which boats were not built in Vienna?", "The boats were built in Vienna.", 1),
        ("Who didn't see the boats?", "Peskov saw the boats.", 1),
        ("Which non-native birds came?", "The native birds came in spring.", 1),
        ("Which boats were not built in Vienna?", "No boats were built in Vienna.", 0),
        ("Who did not sign?", "Peskov refused to sign.", 0),
        ("Which boats were built in Vienna?", "No boats were built in Vienna.", 0),
    ],
)
def test_a_question_denies_what_the_sentence_does_not(question, sentence, there) -> None:
    """A refusal or a lack denies too; a sentence that denies more is no sign."""
    assert signs(question, found(sentence)) == Signs(negation=there)


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
    assert signs(question, found(sentence)) == Signs(year=there)


@pytest.mark.parametrize(
    ("question", "sentence", "there"),
    [
        ("Which is the smallest harbour?", "The largest harbour is Vienna.", 1),
        ("Who spoke before the vote?", "Peskov spoke after the vote.", 1),
        ("When did prices decrease?", "Prices increased in May.", 1),
        ("Which trial was unfair?", "The trial in Vienna was fair.", 1),
        ("Which trial was fair?", "The trial in Vienna was unfair.", 1),
        ("Which is the largest harbour?", "The largest harbour is Vienna.", 0),
        ("Did prices rise or fall?", "Prices fell, then the fall ended.", 0),
        ("Who spoke before the vote?", "Peskov spoke before and after the vote.", 0),
    ],
)
def test_a_sentence_of_the_opposite(question, sentence, there) -> None:
    """Not where it has the word itself, nor where the question has both."""
    assert signs(question, found(sentence)) == Signs(opposite=there)


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

    assert signs("Who led the party in 1988?", best, beside) == Signs(year=there)


def test_title_and_date_are_near_too() -> None:
    """An article of the time asked about need not name the year."""
    text, question = "Ada Lark told of the party of 1998.", "What did Lark say in 2018?"

    assert signs(question, found(text)) == Signs(year=1)
    assert signs(question, found(text, title="The party in 2018")) == Signs()
    assert signs(question, found(text, date="2018-07-02")) == Signs()
    assert signs(question, found(text, date="2017-07-02")) == Signs(year=1)


def test_nothing_found_has_no_signs() -> None:
    """And signs are weighed one by one."""
    assert signs("Who led the party?") == Signs()
    weights = Signs(negation=-1.0, year=-2.0, opposite=-4.0)
    assert Signs(negation=1, opposite=1).weighed(weights) == -5.0
