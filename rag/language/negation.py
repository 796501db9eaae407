"""The words that deny, folded, and what only one of two texts denies."""

from __future__ import annotations

from collections import Counter

from rag.language.text import stem, words

NEGATIONS = frozenset("not no never none nobody nothing neither nor without".split())
RUSSIAN_NEGATIONS = frozenset("не нет ни никогда нельзя без отрицал отверг".split())
# Verbs and adjectives whose own meaning is a "not".
DENIALS = frozenset(
    "refuse refused refuses refusing deny denied denies denying reject rejected rejects rejecting"
    " fail failed fails failing unlikely impossible".split()
)
_NEGATIONS = NEGATIONS | DENIALS | RUSSIAN_NEGATIONS
_SMALL_WORDS = frozenset(
    "a an the to be been being is are was were have has had do does did will would can could may"
    " might should in on of at by for with that it so yet any".split()
)


def changed_negation(one: str, other: str) -> list[str]:
    """Negations that only one of the two has, each with the word that it negates."""
    here, there = negated(one), negated(other)
    return sorted((here - there) | (there - here))


def negated(text: str) -> Counter[str]:
    """The negations of a text, each with the word that it negates, both as stems."""
    found = Counter[str]()
    in_order = words(text)
    for place, word in enumerate(in_order):
        if word in _NEGATIONS:
            rest = (w for w in in_order[place + 1 :] if w not in _SMALL_WORDS)
            found[f"{stem(word)} {stem(next(rest, ''))}".strip()] += 1
    return found
