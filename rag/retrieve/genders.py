"""Whether the articles call somebody "he" or "she"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.language.names import capitalised
from rag.language.text import plain, words
from rag.retrieve.mentions import mentions
from rag.store import LocalStore, Row

LOOKED_AT = 20  # articles at most
_GENDERS = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f", "hers": "f"}
_PRONOUN = re.compile(r"\b(?:he|she|his|her|him|hers)\b", re.IGNORECASE)


def called(name: str, store: LocalStore) -> str | None:
    """What the articles call the bearer of a name: "m" for "he", "f" for "she".

    Counted are the pronouns that follow the name before another name comes, in the sentence and at
    the beginning of the next.

    Args:
        name: As articles write it; its last word is enough for them.
        store: Their index.

    Returns:
        None where they do not tell, or tell both equally often.
    """
    last = words(name)[-1:]
    if not last:
        return None
    found = Counter[str]()
    for row in list(mentions(last[0].capitalize(), store).values())[:LOOKED_AT]:
        rows = store.sentences_in([row.passage]) if row else []
        found.update(_votes(last[0], rows))
    men, women = found["m"], found["f"]
    return None if men == women else "m" if men > women else "f"


def _votes(last: str, rows: Sequence[Row]) -> list[str]:
    """The genders of the pronouns that can mean who has a last name."""
    votes = []
    follows = False  # whether the sentence before names nobody else
    for row in rows:
        text = plain(row.text)
        begins = words(text)[:1]
        if follows and begins and begins[0] in _GENDERS:
            votes.append(_GENDERS[begins[0]])
        names = [word for word, opens in capitalised(text) if not opens or word == last]
        follows = names[-1:] == [last]
        at = text.lower().rfind(last)
        after = _PRONOUN.search(text, at + len(last)) if at >= 0 else None
        if after and not any(
            not opens for _, opens in capitalised(f"x {text[at + len(last) : after.start()]}")
        ):
            votes.append(_GENDERS[after[0].lower()])
    return votes
