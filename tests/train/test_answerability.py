"""train/answerability: logistic weights, and figures of questions that are kept out of a fit."""

from __future__ import annotations

import answerability as trained
import numpy as np
import pytest

from rag.answer.signs import Signs


def asked(*, answerable: bool, dense: float, year: float = 0.0, article: str = "a.txt"):
    """A question of SQuAD 2.0."""
    return trained.Asked(
        name="squad2",
        article=article,
        answerable=answerable,
        clues=(dense, 0.5, 1.0),
        signs=Signs(year=year),
        read=None,
    )


def test_a_fit_gives_the_odds_that_are_there() -> None:
    """Three of four are 1: log odds of log 3; with log 3 known there is nothing left to fit."""
    ones, labels, weights = np.ones((4, 1)), np.array([1.0, 1.0, 1.0, 0.0]), np.ones(4)

    assert trained.fit(ones, labels, weights) == pytest.approx([np.log(3)], abs=1e-6)
    known = trained.fit(ones, labels, weights, known=np.full(4, np.log(3)))
    assert known == pytest.approx([0.0], abs=1e-6)


def test_a_sign_that_never_fails_is_not_taken_for_certain() -> None:
    """A weight stays small where few questions show it."""
    questions = [asked(answerable=n % 2 == 0, dense=0.5 + n % 3 / 10) for n in range(30)]
    questions += [asked(answerable=False, dense=0.6, year=1.0) for _ in range(3)]

    negation, year, opposite = trained.fit_signs(questions)[4:]

    assert -6 < year < -0.5
    assert negation == opposite == 0


def test_no_question_is_judged_by_a_fit_on_its_own_article() -> None:
    """Turning the labels of one article around changes the others' figures, not its own."""
    questions = [
        asked(answerable=n % 3 > 0, dense=n % 7 / 7, article=f"{n % 2}.txt") for n in range(40)
    ]
    turned = [
        asked(answerable=not one.answerable, dense=one.clues[0], article=one.article)
        if one.article == "0.txt"
        else one
        for one in questions
    ]

    before = trained.cross_validated(questions, signs=True)
    after = trained.cross_validated(turned, signs=True)

    assert np.array_equal(before[::2], after[::2])
    assert not np.allclose(before[1::2], after[1::2])
