"""For "the latest decision", the sentences of newer articles alone: what they tell replaces it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.disagreement import Told, opposed
from rag.domain import Evidence
from rag.question.read import Question

AS_LIKELY = 0.5  # of the best one's score, from which a sentence answers about as well
_ASKS = re.compile(r"(?<!at )(?<!at the )\b(?:latest|newest|most recent(?:ly)?)\b", re.IGNORECASE)


def older(evidence: Sequence[Evidence], asked: Question, told: Told) -> frozenset[int]:
    """The sentences that are no answer as a newer article answers too, by their numbers.

    It does where it answers about as well, or contradicts the best sentence.

    Args:
        evidence: Ranked sentences.
        asked: The question; unless it asks for the newest, there are none.
        told: What their articles tell, see `told_in`.
    """
    if not evidence or not _ASKS.search(asked.text):
        return frozenset()
    best = evidence[0]
    days = [
        one.source.date or ""
        for one in evidence
        if one.score >= AS_LIKELY * best.score or opposed(asked, best, one, told)
    ]
    newest = max(days, default="")
    return frozenset(one.id for one in evidence if (one.source.date or newest) < newest)
