"""rag.answer.newest: where the newest is asked for, what a newer article answers counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made import sentence, source

from rag.answer.disagreement import told_in
from rag.answer.newest import older
from rag.domain import Evidence
from rag.question.read import read_question


def told(id: int, score: float, date: str | None) -> Evidence:
    """A sentence of an article of a day."""
    text, place = f"The fee was changed to {id}.", source(f"{id}.txt", date=date)
    return sentence(text, id=id, article_id=id, score=score, source=place)


def left_out(question: str, *ranked: Evidence) -> set[int]:
    """The numbers of those that are no answer."""
    return set(older(ranked, read_question(question), told_in(ranked)))


JANUARY, FEBRUARY = told(1, 0.5, "2022-01-12"), told(2, 0.3, "2022-02-09")


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What did the council decide most recently about parking?", True),
        ("What is the latest decision about parking?", True),
        ("What is the most recent fee?", True),
        ("What did the council decide about parking?", False),
        ("When must the fee be paid at the latest?", False),
    ],
)
def test_the_older_of_two_answers_is_left_out(question: str, asks: bool) -> None:
    """Where the question asks for the newest."""
    assert left_out(question, JANUARY, FEBRUARY) == ({1} if asks else set())


def test_a_newer_article_that_hardly_answers_replaces_nothing() -> None:
    """It may tell of another matter; an article without a date may be of any time."""
    asked = "What is the latest fee?"
    late = replace(told(2, 0.1, "2022-02-09"), text="Buses were late all day.")

    assert left_out(asked, JANUARY, late) == set()
    assert left_out(asked, JANUARY, told(2, 0.4, None)) == set()
    assert left_out(asked, told(1, 0.5, None), FEBRUARY) == set()
    assert left_out(asked) == set()


def test_what_contradicts_the_best_is_on_the_same() -> None:
    """However little a reader makes of it."""
    text = "The council of Elm decided to raise the parking fee in the old town."
    raised = replace(JANUARY, text=text)
    lowered = replace(told(2, 0.01, "2022-02-09"), text=text.replace("raise", "lower"))

    assert left_out("What did the council decide most recently?", raised, lowered) == {1}
