"""How likely the articles answer a question: a score, and a line below it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.answer.signs import Signs, read_signs
from rag.domain import Evidence
from rag.language.names import same_name
from rag.language.text import words
from rag.question.read import Question

# Logistic weights, see train/answerability.py: bias, then of the `clues`.
UNREAD = (-3.3, 0.0, 4.0, 0.1, 1.1)  # where no reader reads; fitted
READ = (-5.0, 0.6, 4.0, 1.0, 2.0)  # where ours does; chosen near the fit, on Wikinews
SIGNS = Signs(negation=-2.7, year=-2.6, opposite=-1.6)  # in both cases
UNLIKELY = 0.43  # answerability below which a question is refused, where our reader reads
SUREST = 1e-4  # a probability counts as no nearer to 0 or to 1


def answerability(question: Question, evidence: Sequence[Evidence]) -> float:
    """How likely it is that the evidence answers.

    A logistic model of the `clues` and of the `SIGNS`, fitted on development questions of public
    sets, each set counting alike. Where the search by meaning takes no part, the score is low
    throughout.

    Args:
        question: The question.
        evidence: Ranked sentences.

    Returns:
        0..1; 0 when nothing was found.
    """
    if not evidence:
        return 0.0
    bias, *weights = READ if is_read(evidence) else UNREAD
    found = sum(w * clue for w, clue in zip(weights, clues(question, evidence), strict=True))
    signs = read_signs(question, evidence).weighed(SIGNS)
    return 1 / (1 + math.exp(-(bias + found + signs)))


def clues(question: Question, evidence: Sequence[Evidence]) -> tuple[float, float, float, float]:
    """What tells that some of the ranked sentences, one at least, answer.

    Returns:
        The log odds that some sentence answers, 0 where none was read; the cosine of question and
        passage; which shares of the question's names and of its numbers stand in what was found of
        the best one's article, 1 where there is none.
    """
    best = evidence[0]
    answered = sum(found.reading.share for found in evidence if found.reading)
    read = _log_odds(answered) if is_read(evidence) else 0.0
    article = [found.text for found in evidence if found.article_id == best.article_id]
    there = set(words(" ".join([best.source.title or "", best.source.date or "", *article])))
    names = [name in there or any(same_name(name, one) for one in there) for name in question.names]
    numbers = [word in there for word in words(question.text) if word.isdigit()]
    return read, best.dense, _share(names), _share(numbers)


def _share(held: Sequence[bool]) -> float:
    return sum(held) / len(held) if held else 1.0


def _log_odds(likely: float) -> float:
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
