"""Ranked evidence -> the few sentences an answer is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.domain import Evidence
from rag.text import terms

CLOSE = 0.08  # a further sentence joins the answer when its score is this near to the best
CLOSE_READ = 0.10  # the same where a reader has had its say: it sets sentences further apart
ELSEWHERE = 0.5  # of that much, for a sentence of another article
QUOTED_ON = 2  # sentences that go on with a quotation, at most
REPEATS = 0.7  # share of common terms from which two sentences say the same


def select(evidence: Sequence[Evidence], *, limit: int) -> list[Evidence]:
    """Choose the sentences of the answer.

    Args:
        evidence: Ranked sentences.
        limit: At most this many are chosen, not counting those that only finish a quotation.

    Returns:
        The best sentence and those that come close to it and say something else, best first. A
        quotation that a chosen sentence opens and leaves open goes on with those after it.
    """
    chosen: list[Evidence] = []
    for found in evidence:
        if len(chosen) == limit or (chosen and chosen[0].score - found.score > _close(chosen[0])):
            break
        if not chosen or (_near(found, chosen[0]) and not any(_repeats(found, c) for c in chosen)):
            chosen.append(found)
    by_id = {found.id: found for found in evidence}
    return _in_order(chosen, by_id)


def _near(found: Evidence, best: Evidence) -> bool:
    """Close enough to the best sentence: a little further off is still close in its own article."""
    near = best.score - found.score <= _close(best) * ELSEWHERE
    return found.article_id == best.article_id or near


def _close(best: Evidence) -> float:
    return CLOSE if best.reading is None else CLOSE_READ


def _in_order(chosen: Sequence[Evidence], by_id: Mapping[int, Evidence]) -> list[Evidence]:
    """The chosen sentences, each followed by those that go on with its quotation."""
    result: dict[int, Evidence] = {}
    for found in chosen:
        result.setdefault(found.id, found)
        inside = leaves_open(found.text)
        for id in range(found.id + 1, found.id + 1 + QUOTED_ON):
            following = by_id.get(id)
            if not inside or not following or following.article_id != found.article_id:
                break
            result.setdefault(id, following)
            inside = leaves_open(following.text, inside=True)
    return list(result.values())


def leaves_open(text: str, *, inside: bool = False) -> bool:
    """Whether a text ends inside a quotation.

    Args:
        text: A sentence or more.
        inside: Whether it begins inside of one. A new paragraph opens the quotation again.

    >>> leaves_open('He wrote: "One quality is useful.'), leaves_open('"Yes," he said.')
    (True, False)
    """
    for place, char in enumerate(text):
        if char == "”":
            inside = False
        elif char == "“":
            inside = True
        elif char == '"':  # opens before a word, closes after one
            inside = place == 0 or text[place - 1].isspace() or text[place - 1] in "([—–-‘'"
    return inside


def _repeats(left: Evidence, right: Evidence) -> bool:
    a, b = set(terms(left.text)), set(terms(right.text))
    return len(a & b) >= REPEATS * min(len(a), len(b))
