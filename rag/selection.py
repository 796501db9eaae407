"""Ranked evidence -> the few sentences an answer is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.domain import Evidence
from rag.text import terms

CLOSE = 0.08  # a further sentence joins the answer when its score is this near to the best
CLOSE_ELSEWHERE = 0.04  # the same, for a sentence of another article
REPEATS = 0.7  # share of common terms from which two sentences say the same


def select(evidence: Sequence[Evidence], *, limit: int) -> list[Evidence]:
    """Choose the sentences of the answer.

    Args:
        evidence: Ranked sentences.
        limit: At most this many are chosen, not counting those that only finish a quotation.

    Returns:
        The best sentence and those that come close to it and say something else, best first. A
        quotation that a chosen sentence opens and leaves open goes on with the sentence after it.
    """
    chosen: list[Evidence] = []
    for found in evidence:
        if len(chosen) == limit or (chosen and chosen[0].score - found.score > CLOSE):
            break
        if not chosen or (_near(found, chosen[0]) and not any(_repeats(found, c) for c in chosen)):
            chosen.append(found)
    by_id = {found.id: found for found in evidence}
    return _in_order(chosen, by_id)


def _near(found: Evidence, best: Evidence) -> bool:
    """Close enough to the best sentence: a little further off is still close in its own article."""
    return found.article_id == best.article_id or best.score - found.score <= CLOSE_ELSEWHERE


def _in_order(chosen: Sequence[Evidence], by_id: Mapping[int, Evidence]) -> list[Evidence]:
    """The chosen sentences, each followed by the one that goes on with its quotation."""
    result: dict[int, Evidence] = {}
    for found in chosen:
        result.setdefault(found.id, found)
        following = by_id.get(found.id + 1)
        if following and following.article_id == found.article_id and leaves_open(found.text):
            result.setdefault(following.id, following)
    return list(result.values())


def leaves_open(text: str) -> bool:
    """Whether a text ends inside a quotation.

    >>> leaves_open('He wrote: "One quality is useful.'), leaves_open('"Yes," he said.')
    (True, False)
    """
    straight = text.count('"') % 2 == 1
    curly = text.count("“") > text.count("”")
    return curly or (straight and not text.rstrip(".,;!? ").endswith('"'))


def _repeats(left: Evidence, right: Evidence) -> bool:
    a, b = set(terms(left.text)), set(terms(right.text))
    return len(a & b) >= REPEATS * min(len(a), len(b))
