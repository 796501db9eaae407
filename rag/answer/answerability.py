"""How likely the articles answer a question: a score, and a line below it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rag.domain import Evidence
from rag.language.names import same_name
from rag.language.text import words
from rag.question.read import Question

# Logistic weights, fitted by train/answerability.py: bias, then of the `clues`.
UNREAD = (-2.3, 0.0, 4.1, 0.1, -2.0)  # where no reader reads
READ = (-2.8, 0.5, 3.7, 0.5, -4.2)  # where ours does
UNLIKELY = 0.34  # answerability below which a question is refused, where our reader reads
_YEAR = re.compile(r"1\d{3}|20\d\d")
SUREST = 1e-4  # a probability counts as no nearer to 0 or to 1


def answerability(question: Question, evidence: Sequence[Evidence]) -> float:
    """How likely it is that the evidence answers.

    A logistic model of the `clues`, fitted on development questions, each set counting alike.
    Where the search by meaning takes no part, the score is low throughout.

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
    return 1 / (1 + math.exp(-(bias + found)))


def clues(question: Question, evidence: Sequence[Evidence]) -> tuple[float, float, float, float]:
    """What tells that some of the ranked sentences, one at least, answer.

    Returns:
        The log odds that some sentence answers, 0 where none was read; the cosine of question and
        passage; which share of the question's names stands in what was found of the best one's
        article, or is of who speaks in it, 1 where there is none; 1 where the best one is of
        another year, else 0.
    """
    best = evidence[0]
    answered = sum(found.reading.share for found in evidence if found.reading)
    read = _log_odds(answered) if is_read(evidence) else 0.0
    article = [found.text for found in evidence if found.article_id == best.article_id]
    beside = (best.source.title, best.source.date, best.speaker)
    there = set(words(" ".join([*filter(None, beside), *article])))
    names = [name in there or any(same_name(name, one) for one in there) for name in question.names]
    held = sum(names) / len(names) if names else 1.0
    return read, best.dense, held, float(_is_of_another_year(question, evidence))


def _is_of_another_year(question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether the best sentence names a year, and no year of the question is near.

    Near are its title, the year of its article, the sentence before and the one after.
    """
    best = evidence[0]
    near = [
        found.text
        for found in evidence
        if found.article_id == best.article_id and abs(found.id - best.id) <= 1
    ]
    near += [best.source.title or "", (best.source.date or "")[:4]]
    asked = _years(question.text)
    return bool(asked and _years(best.text)) and asked.isdisjoint(_years(" ".join(near)))


def _years(text: str) -> set[str]:
    return {word for word in words(text) if _YEAR.fullmatch(word)}


def _log_odds(likely: float) -> float:
    likely = min(max(likely, SUREST), 1 - SUREST)
    return math.log(likely / (1 - likely))


def line(evidence: Sequence[Evidence], own: float | None = None) -> float:
    """The answerability below which a question is refused; 0 refuses nothing.

    Args:
        evidence: Ranked sentences.
        own: The line of the user, 0..1; None for the shipped one, which was drawn where our reader
            reads and is for nothing else.
    """
    if own is not None:
        return own
    return UNLIKELY if is_read(evidence) else 0.0


def is_read(evidence: Sequence[Evidence]) -> bool:
    """Whether our reader read it: it points at words, which a cross-encoder does not."""
    return any(found.reading is not None and found.reading.words for found in evidence)
