"""train/answerability: logistic weights, and figures of questions that are kept out of a fit."""

from __future__ import annotations

import answerability as trained
import numpy as np
import pytest


def test_a_fit_gives_the_odds_that_are_there() -> None:
    """Three of four are 1: log odds of log 3."""
    ones, labels, weights = np.ones((4, 1)), np.array([1.0, 1.0, 1.0, 0.0]), np.ones(4)

    assert trained.fit(ones, labels, weights) == pytest.approx([np.log(3)], abs=1e-6)


def test_a_clue_that_never_fails_is_not_taken_for_certain() -> None:
    """A weight stays small where few questions show it; one that is always the same has none."""
    clues = [(0.0, 0.5 + n % 3 / 10, 0.0) for n in range(30)] + [(0.0, 0.6, 1.0)] * 3
    labels = np.array([float(n % 2 == 0) for n in range(30)] + [0.0] * 3)

    _, nothing, _, year = trained.fitted(["squad2"] * 33, clues, labels)

    assert -6 < year < -0.5
    assert nothing == 0


def test_each_set_and_each_answer_in_it_counts_alike() -> None:
    """However many questions it has."""
    weights = trained.balanced(["a"] * 4 + ["b"] * 2, np.array([1.0, 1.0, 1.0, 0.0, 1.0, 0.0]))

    assert weights == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1.0, 1.0, 1.0])
