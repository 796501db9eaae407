"""How likely the articles answer a question: a score, and a line below it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.answer.signs import Signs, read_signs
from rag.domain import Evidence
from rag.question.read import Question

# Logistic weights, fitted by train/answerability.py; see `answerability`.
BIAS, DENSE, LEXICAL = -4.2, 5.2, 2.1  # where no reader reads
READ_BIAS, READ_ANY, READ_BEST = 0.0, 1.0, 0.0  # where ours does
SIGNS = Signs(negation=-2.7, year=-2.6, opposite=-1.6)  # in both cases
UNLIKELY = 0.35  # answerability below which a question is refused, where our reader reads
SUREST = 1e-4  # a probability counts as no nearer to 0 or to 1


def answerability(question: Question, evidence: Sequence[Evidence]) -> float:
    """How likely it is that the evidence answers.

    A logistic model. Where our reader reads, of the log odds that anything answers and of those that
    the best sentence does by itself; without it, of the cosine of question and passage and the
    share of the question's words in the best sentence. Beside them stand the `SIGNS`, alike in
    both. Fitted on development questions of public sets, each counting alike. Where the search by
    meaning takes no part, the score is low throughout.

    Args:
        question: The question.
        evidence: Ranked sentences.

    Returns:
        0..1; 0 when nothing was found.
    """
    if not evidence:
        return 0.0
    return 1 / (1 + math.exp(-(_found(evidence) + read_signs(question, evidence).weighed(SIGNS))))


def _found(evidence: Sequence[Evidence]) -> float:
    """What the search and the reader make of the evidence, as log odds."""
    best = evidence[0]
    if not is_read(evidence):
        return BIAS + DENSE * best.dense + LEXICAL * best.lexical
    readings = [found.reading for found in evidence if found.reading]
    anything = log_odds(sum(reading.share for reading in readings))
    return READ_BIAS + READ_ANY * anything + READ_BEST * log_odds(readings[0].answers)


def log_odds(likely: float) -> float:
    """Of a probability."""
    likely = min(max(likely, SUREST), 1 - SUREST)
    return math.log(likely / (1 - likely))


def is_unlikely(
    question: Question, evidence: Sequence[Evidence], abstain_below: float | None = None
) -> bool:
    """Whether the evidence is below the line of abstention.

    Args:
        question: The question.
        evidence: Ranked sentences.
        abstain_below: Answerability, 0..1; None for the shipped line, which was drawn where our
            reader reads and is for nothing else.
    """
    if abstain_below is None and not is_read(evidence):
        return False
    line = UNLIKELY if abstain_below is None else abstain_below
    return answerability(question, evidence) < line


def is_read(evidence: Sequence[Evidence]) -> bool:
    """Whether our reader read it: it points at words, which a cross-encoder does not."""
    return any(found.reading is not None and found.reading.words for found in evidence)
