"""rag.answer.answerability: how likely the evidence answers, and where the line is."""

from __future__ import annotations

import dataclasses

import pytest
from made import read, sentence, source

from rag.answer.answerability import UNLIKELY, answerability, clues, line
from rag.question.read import read_question

PLAIN = read_question("What is it?")


def test_the_shipped_line_acts_where_our_reader_reads() -> None:
    """A line of the user's own stands there too, and without our reader."""
    unlikely, likely = (answerability(PLAIN, [read("It is.", n)]) for n in (0.02, 0.98))

    assert unlikely < line([read("It is.", 0.5)]) == UNLIKELY < likely
    assert line([read("It is.", 0.5)], 0.2) == line([], 0.2) == 0.2
    assert line([read("It is.", 0.5, words=False)]) == 0.0


def test_the_score_rises_with_the_reader_s() -> None:
    """Nought without evidence."""
    scores = [answerability(PLAIN, [read("It is.", n / 10)]) for n in range(11)]

    assert answerability(PLAIN, []) == 0
    assert scores == sorted(scores)
    assert scores[0] < 0.1 < 0.9 < scores[10]


def test_clues_are_what_of_the_question_the_article_has() -> None:
    """Names in any spelling, in its title, its date and what was found of it."""
    question = read_question("Did Dimitri Orlov and Ada Lark meet in 2019?")
    best = dataclasses.replace(
        read("He met her.", 0.5), source=source(title="Dmitry Orlov", date="2019-05-03"), dense=0.3
    )
    beside = sentence("Lark left.", id=1)
    elsewhere = sentence("Ada came in 2021.", id=9, article_id=1)

    assert clues(question, [best, beside, elsewhere]) == (0.0, 0.3, 0.75, 0.0)
    assert clues(PLAIN, [beside]) == (0.0, 0.5, 1.0, 0.0)


def test_a_name_is_there_where_its_bearer_speaks() -> None:
    """Though only a line above the words has it."""
    question = read_question("What did Ada Lark say about the pier?")
    best = dataclasses.replace(read("The pier is old.", 0.5), speaker="Ada Lark")

    assert clues(question, [best])[2] == 1.0


def test_all_that_was_read_tells_whether_something_answers() -> None:
    """Two sentences of .3 and .4 are as good as one of .7; what nobody read says nothing."""
    two = [read("It is.", 0.3), read("It was.", 0.4)]

    assert clues(PLAIN, two)[0] == pytest.approx(clues(PLAIN, [read("It is.", 0.7)])[0])
    assert clues(PLAIN, [sentence("It is.")])[0] == 0


@pytest.mark.parametrize("words", [True, False])
def test_a_sentence_of_another_year_answers_less_likely(words: bool) -> None:
    """Whether our reader reads or not; not where the year is near or dates it."""
    question = read_question("What did the harbour build in 1924?")
    best = read("The harbour built boats in 1931.", 0.5, words=words)
    beside = sentence("It had none in 1924.", id=best.id + 1)
    dated = dataclasses.replace(best, source=source(date="1924-05-01"))
    far = dataclasses.replace(beside, id=best.id + 2)

    score = answerability(question, [best, far])

    assert score < 0.3 * answerability(question, [best, beside])
    assert score < 0.3 * answerability(question, [dated])
    assert clues(read_question("What did the harbour build?"), [best])[3] == 0
