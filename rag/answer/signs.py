"""What tells, word by word, that a sentence on the matter of a question does not answer it.

A sentence may share nearly every word with a question and still not answer: it tells of another
year, of the opposite, or of what was done where the question asks for what was not. Each sign is
one such difference between the question and the best sentence where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from rag.domain import Evidence
from rag.language.negation import DENYING, NEGATIONS
from rag.language.opposites import opposites, without_prefix
from rag.language.text import stem, words
from rag.question.read import Question

_NEGATIONS = NEGATIONS | {"non"}
_YEAR = re.compile(r"1\d{3}|20\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What sets the best sentence apart from the question; 1 where it does so, else 0."""

    negation: float = 0.0  # the question has a "not", the sentence denies or excludes nothing
    year: float = 0.0  # no year that the question names is near, the sentence names another
    opposite: float = 0.0  # the sentence has the opposite of a word that is not near

    def weighed(self, weights: Signs) -> float:
        """The sum of the signs, each times its weight."""
        return (
            self.negation * weights.negation
            + self.year * weights.year
            + self.opposite * weights.opposite
        )


def read_signs(question: Question, evidence: Sequence[Evidence]) -> Signs:
    """The signs of a question's best sentence.

    Near are the words of the sentence, its title, the sentence before and the one after, and the
    year of its article.

    Args:
        question: The question.
        evidence: Ranked sentences; no sign is there without any.
    """
    if not evidence:
        return Signs()
    best = evidence[0]
    around = [
        found.text
        for found in evidence
        if found.article_id == best.article_id and abs(found.id - best.id) == 1
    ]
    asked, own = words(question.text), words(best.text)
    near = {*own, *words(best.source.title or ""), *chain.from_iterable(map(words, around))}
    near.add((best.source.date or "")[:4])  # the sentences of an article need not name its year
    return Signs(
        negation=float(not _NEGATIONS.isdisjoint(asked) and DENYING.isdisjoint(own)),
        year=float(_is_of_another_year(asked, own, near)),
        opposite=float(_tells_the_opposite(asked, own, near)),
    )


def _is_of_another_year(asked: Sequence[str], own: Sequence[str], near: set[str]) -> bool:
    years = {word for word in asked if _YEAR.fullmatch(word)}
    return bool(years) and years.isdisjoint(near) and any(map(_YEAR.fullmatch, own))


def _tells_the_opposite(asked: Sequence[str], own: Sequence[str], near: set[str]) -> bool:
    wanted, there, close = (set(map(stem, some)) for some in (asked, own, near))
    for word in wanted - close:
        if (opposites(word) & there) - wanted:
            return True
        if without_prefix(word) & there:
            return True
    return any(without_prefix(word) & (wanted - close) for word in there - wanted)
