"""Full names that no article has as typed, read as the one that is a letter away."""

from __future__ import annotations

import re
from itertools import pairwise

from rag.language.proper_names import NAME
from rag.language.text import fold
from rag.retrieve.known_names import is_known
from rag.retrieve.mentions import is_written
from rag.store import LocalStore

_NAME = re.compile(NAME)
_POSSESSIVE = re.compile(r"[’']s?$")


def near_names(question: str, store: LocalStore) -> dict[str, str]:
    """Full names that were mistyped, with what the articles have in their place.

    "Myles Garret" is read as "Myles Garrett" where no article has a Garret, one name alone is so
    near, and an article has the two words side by side. Of a lone "Garret" nobody knows.

    Args:
        question: What the user typed.
        store: The index of the articles.
    """
    found: dict[str, str] = {}
    for match in _NAME.finditer(question):
        for one, other in pairwise(_POSSESSIVE.sub("", word) for word in match[0].split()):
            first, last = _near(one, store), _near(other, store)
            if bool(first) is not bool(last):  # one of the two is as the articles have it
                read = f"{first or one} {last or other}"
                if is_written(read, store):
                    found[f"{one} {other}"] = read
    return found


def _near(word: str, store: LocalStore) -> str | None:
    """The one name that a word which no article has may be meant for."""
    folded = fold(word)
    if not word[:1].isupper() or is_known(folded, store):
        return None
    near = store.misspelt(folded)
    return near[0].capitalize() if len(near) == 1 else None


def put_right(question: str, names: dict[str, str]) -> str:
    """A question with the names of the articles in place of those that were mistyped."""
    for typed, near in names.items():
        question = re.sub(rf"\b{re.escape(typed)}\b", near, question)
    return question
