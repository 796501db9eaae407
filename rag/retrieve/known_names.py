"""Whether the articles have a word as a name."""

from __future__ import annotations

import re

from rag.language.names import capitalised
from rag.language.text import fold, plain, stem
from rag.store import LocalStore

LOOKED_AT = 50  # articles at most in which a word is looked for


def is_name(word: str, store: LocalStore) -> bool:
    """Whether articles have a word with a capital inside of sentences, and nowhere without.

    "Wie" and "Qui" stand at the beginning of sentences only, or else in small letters.

    Args:
        word: Folded.
        store: The index of the articles.
    """
    spelled = store.spellings(word)
    if not spelled:
        return False
    found = store.articles_with([stem(one) for one in spelled])
    if found is None:  # in more passages than a search takes: only a language has such words
        return False
    paths = (store.source(article).path for article in sorted(found)[:LOOKED_AT])
    texts = [store.article_text(path) or "" for path in paths]
    inside = any((one, False) in capitalised(text) for text in texts for one in spelled)
    return inside and not any(_has_small(text, spelled) for text in texts)


def is_known(name: str, store: LocalStore) -> bool:
    """Whether an article has a name, in any spelling.

    Args:
        name: Folded.
        store: The index of the articles.
    """
    return bool(store.frequency(stem(name)) or store.spellings(name))


def is_rather_name(word: str, store: LocalStore) -> bool:
    """Whether articles have a word inside of sentences with a capital at least as often as without.

    "Burns" is a name where a Neil Burns speaks, though a fire burns there as well.

    Args:
        word: Folded.
        store: The index of the articles.
    """
    found = store.articles_with([stem(word)]) if store.spellings(word) else None
    if not found:
        return False
    names = small = 0
    for article in sorted(found)[:LOOKED_AT]:
        text = store.article_text(store.source(article).path) or ""
        names += sum(one == (word, False) for one in capitalised(text))
        small += _small(text).count(word)
    return 0 < names >= small


def _has_small(text: str, spelled: list[str]) -> bool:
    return not set(_small(text)).isdisjoint(spelled)


def _small(text: str) -> list[str]:
    """The words of a text that have no capital, folded."""
    found = re.findall(r"(?<![\w@./-])[^\W\d_][\w'’]*", plain(text))
    return [fold(word) for word in found if word[0].islower()]
