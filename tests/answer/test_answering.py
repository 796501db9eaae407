"""rag.answer.answering: what a line needs to be an answer, whether it follows or not."""

from __future__ import annotations

import pytest
from made import sentence

from rag.answer.answering import (
    answering_words,
    holds,
    is_object,
    restates,
    unnamed_speaker,
)
from rag.domain import Reading, Span
from rag.question.read import read_question


@pytest.mark.parametrize(
    ("claim", "kept", "does"),
    [
        ("The council sold the pool.", "sold", True),
        ("The council sold the pool.", "the old pool", False),
        ("The council has a pool.", "sold", False),
        ("Some 35000 houses fell.", "35,000 houses", True),
        ("Twelve boats sank.", "12 boats", True),
        ("Twelve boats sank.", "13 boats", False),
        ("Nobody came.", "it was", True),
    ],
)
def test_a_claim_holds_words_by_what_they_mean(claim, kept, does) -> None:
    """Words without a meaning of their own are no matter, nor is how a number is written."""
    assert holds(claim, kept) is does


def test_the_words_that_answer_are_those_that_the_reader_marks() -> None:
    """As a person reads them; a sentence that nobody read has none."""
    text = "It was [Ada Lark](https://x.org/7) who came."
    span = Span(start=7, end=34)
    read = Reading(answers=0.5, words=span)

    assert answering_words(sentence(text, reading=read)) == "Ada Lark"
    assert answering_words(sentence(text)) == ""


@pytest.mark.parametrize(
    ("claim", "left_out"),
    [
        ("The council sold the pool.", "Ada Lark"),
        ("Lark sold the pool.", None),
        ("The pool is sold, she said.", None),
        ("The pool is sold, according to her.", None),
    ],
)
def test_a_claim_tells_who_says_so(claim, left_out) -> None:
    """By a name or a verb, where the index knows that somebody does."""
    said = sentence("The council sold the pool, Ada Lark said.", speaker="Ada Lark")

    assert unnamed_speaker(claim, [said]) == left_out
    assert unnamed_speaker(claim, [sentence("The council sold the pool.")]) is None


def test_what_stands_after_at_is_a_place() -> None:
    """With or without its article; a sentence is none."""
    cited = [sentence("Ben Foe, pastor at the New Church of Orford, left the town.")]

    assert is_object("New Church of Orford.", cited)
    assert not is_object("Ben Foe left the town.", cited)


@pytest.mark.parametrize(
    ("claim", "nothing_new"),
    [
        ("Nine boats sank.", True),
        ("Nine boats sank slowly.", True),
        ("Nine boats sank off Kerch.", False),
        ("Boats sank in 2018.", False),
        ("Nine boats sank after heavy rain.", False),
    ],
)
def test_restates(claim, nothing_new) -> None:
    """A name, a number or two words beyond the question make a claim tell something."""
    assert restates(read_question("Why did nine boats sink, and who sank them?"), claim) is (
        nothing_new
    )


def test_the_words_of_a_question_may_answer_it() -> None:
    """Where it asks for yes or no."""
    assert not restates(read_question("Did nine boats sink?"), "Nine boats sank.")
