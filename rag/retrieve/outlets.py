"""Which outlets a name means."""

from __future__ import annotations

from collections.abc import Iterable

from rag.language.text import words

_EMPTY = frozenset({"the", "www", "com"})  # in a name, they tell it from no other


def outlets_called(asked: str, outlets: Iterable[str]) -> set[str]:
    """The outlets that have a name, or else those whose names have all of it in a row.

    >>> sorted(outlets_called("lantern post", ["The Lantern Post", "Evening Post"]))
    ['The Lantern Post']
    >>> sorted(outlets_called("post", ["The Lantern Post", "Evening Post", "Postal News"]))
    ['Evening Post', 'The Lantern Post']
    """
    wanted = _bare(asked)
    named = {outlet: _bare(outlet) for outlet in set(outlets)}
    same = {outlet for outlet, name in named.items() if name == wanted}
    return same or {outlet for outlet, name in named.items() if f" {wanted} " in f" {name} "}


def _bare(name: str) -> str:
    every = words(name)
    return " ".join([word for word in every if word not in _EMPTY] or every)
