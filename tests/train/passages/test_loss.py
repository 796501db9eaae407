"""train/passages/loss: each loss against the same sums in numpy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from passages.batches import Batch
from passages.loss import (
    NULL_WEIGHT,
    RIGHT_WEIGHT,
    question_loss,
    sentence_loss,
    sentence_scores,
    span_loss,
)
from passages.model import Read

# Two questions: the first with two rows and an answer, the second with one row and none. Rows have
# six tokens: the first is of no sentence, sentences have two each, the last is padding.
SENTENCE = [[-1, 0, 0, 1, 1, -1], [-1, 2, 2, 3, 3, -1], [-1, 4, 4, 5, 5, -1]]
RIGHT = [False, True, False, False, False, False]
UNSURE = [False, False, False, True, False, False]
SCORES = np.array([0.3, 1.2, -0.7, 2.5, 0.1, -1.4])
NULLS = np.array([0.5, -0.2, 0.9])


def batch(*, begins: list[tuple[int, int]]) -> Batch:
    """The batch, with these tokens at which an answer begins."""
    targets = torch.zeros((3, 6), dtype=torch.bool)
    for row, token in begins:
        targets[row, token] = True
    nothing = torch.zeros((3, 6), dtype=torch.long)
    return Batch(
        ids=nothing,
        mask=nothing,
        segments=nothing,
        question=torch.tensor([0, 0, 1]),
        sentence=torch.tensor(SENTENCE),
        row=torch.tensor([0, 0, 1, 1, 2, 2]),
        right=torch.tensor(RIGHT),
        unsure=torch.tensor(UNSURE),
        begins=targets,
        ends=targets,
    )


def log_sum(values: np.ndarray) -> float:
    return float(np.log(np.exp(values).sum()))


def test_a_sentence_scores_the_mean_of_its_tokens_and_what_its_passage_adds() -> None:
    """Padding, and tokens between sentences, add nothing."""
    parts = np.random.default_rng(1).normal(size=(3, 6)).astype(np.float32)
    whole = np.array([0.5, -1.0, 2.0], dtype=np.float32)
    nothing = torch.zeros((3, 6))
    read = Read(nothing, nothing, torch.tensor(parts), torch.tensor(whole), torch.zeros(3))

    found = sentence_scores(read, batch(begins=[])).numpy()

    expected = [
        parts[row, first : first + 2].mean() + whole[row] for row in range(3) for first in (1, 3)
    ]
    assert found == pytest.approx(expected, abs=1e-6)


def test_all_passages_of_a_question_share_one_softmax() -> None:
    """The right sentence is held against all but the unsure one and the mean of "none of it"."""
    found = question_loss(torch.tensor(SCORES), torch.tensor(NULLS), batch(begins=[]))

    none = np.log(np.exp(NULLS[:2]).mean())
    first = log_sum(np.array([*SCORES[:3], none])) - SCORES[1]
    second = log_sum(np.array([*SCORES[4:], NULLS[2]])) - NULLS[2]
    assert float(found) == pytest.approx((first + second) / 2)


def test_several_right_sentences_count_together() -> None:
    """It is enough that one of them is found: their probabilities add up."""
    both = batch(begins=[])
    both.right[2] = True

    found = question_loss(torch.tensor(SCORES), torch.tensor(NULLS), both)

    none = np.log(np.exp(NULLS[:2]).mean())
    first = log_sum(np.array([*SCORES[:3], none])) - log_sum(SCORES[1:3])
    second = log_sum(np.array([*SCORES[4:], NULLS[2]])) - NULLS[2]
    assert float(found) == pytest.approx((first + second) / 2)


def test_each_sentence_is_judged_by_itself() -> None:
    """Binary cross-entropy, a right sentence counting several times, an unsure one not at all."""
    found = sentence_loss(torch.tensor(SCORES), batch(begins=[]))

    sure = 1 / (1 + np.exp(-SCORES))
    losses = -np.log(np.where(RIGHT, sure, 1 - sure))
    weights = np.where(RIGHT, RIGHT_WEIGHT, 1.0) * ~np.array(UNSURE)
    assert float(found) == pytest.approx((losses * weights).sum() / weights.sum())


def test_words_are_sought_in_all_passages_of_a_question() -> None:
    """Either of two places is right; tokens of the unsure sentence and padding take no part."""
    logits = np.random.default_rng(2).normal(size=(3, 6))
    two = batch(begins=[(0, 3), (0, 4)])

    found = span_loss(torch.tensor(logits), two.begins, two)

    none = np.log(np.exp(logits[:2, 0]).mean())
    first = log_sum(np.array([*logits[0, 1:5], *logits[1, 1:3], none])) - log_sum(logits[0, 3:5])
    second = log_sum(np.array([*logits[2, 1:5], logits[2, 0]])) - logits[2, 0]
    assert float(found) == pytest.approx((first + NULL_WEIGHT * second) / (1 + NULL_WEIGHT))


def test_an_answer_without_words_to_point_at_teaches_no_words() -> None:
    """Only the question without an answer is left: its words are nowhere."""
    logits = np.random.default_rng(3).normal(size=(3, 6))

    found = span_loss(torch.tensor(logits), batch(begins=[]).begins, batch(begins=[]))

    assert float(found) == pytest.approx(
        log_sum(np.array([*logits[2, 1:5], logits[2, 0]])) - logits[2, 0]
    )
