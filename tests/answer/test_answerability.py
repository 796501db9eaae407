"""rag.answer.answerability: how likely the evidence answers, and where the line is."""

from __future__ import annotations

import math

from made import read

from rag.answer.answerability import (
    READ_BIAS,
    READ_SCORE,
    SIGNS,
    UNLIKELY,
    answerability,
    is_unlikely,
)
from rag.question.read import read_question

# Score of the best sentence at which the answerability is the shipped line, no sign being there.
AT_LINE = (math.log(UNLIKELY / (1 - UNLIKELY)) - READ_BIAS) / READ_SCORE
PLAIN = read_question("What is it?")


def test_the_shipped_line_acts_where_our_reader_reads() -> None:
    """A line of the user's own parts the same sentences, and does so without our reader too."""
    for score in (AT_LINE - 0.001, AT_LINE + 0.001):
        ours = [read("It is.", score=score, answers=0.5)]
        below = is_unlikely(PLAIN, ours)
        assert below is is_unlikely(PLAIN, ours, UNLIKELY) is (score < AT_LINE)
    theirs = [read("It is.", score=0.0, answers=0.5, words=False)]
    assert not is_unlikely(PLAIN, theirs)
    assert is_unlikely(PLAIN, theirs, 0.9)


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
