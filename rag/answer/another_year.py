"""Whether the best sentence tells of another year than a question asks about.

It may share nearly every word with the question and still not answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from rag.domain import Evidence
from rag.language.text import words
from rag.question.read import Question

_YEAR = re.compile(r"1\d{3}|20\d\d")


def is_of_another_year(question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether the best sentence names a year, and none that the question names is near.

    Near are the words of the sentence, its title, the sentence before and the one after; all of
    the article where that is of the time asked about.

    Args:
        question: The question.
        evidence: Ranked sentences; False without any.
    """
    asked = {word for word in words(question.text) if _YEAR.fullmatch(word)}
    if not evidence or not asked:
        return False
    best = evidence[0]
    date = best.source.date
    if date and question.period and question.period.holds(date):
        return False
    around = [
        found.text
        for found in evidence
        if found.article_id == best.article_id and abs(found.id - best.id) == 1
    ]
    own = words(best.text)
    near = {*own, *words(best.source.title or ""), *chain.from_iterable(map(words, around))}
    return asked.isdisjoint(near) and any(map(_YEAR.fullmatch, own))
