"""Which outlets a name means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


def spelled_once(counts: Mapping[str, int]) -> list[str]:
    """Each outlet in one of its spellings, the outlet with most articles first.

    >>> spelled_once({"THE STAR": 3, "The Star": 2, "Star": 1, "Evening Post": 5})
    ['The Star', 'Evening Post']
    """
    spellings: dict[str, list[str]] = {}
    for outlet in counts:
        spellings.setdefault(_bare(outlet), []).append(outlet)
    often = sorted(spellings.values(), key=lambda names: -sum(counts[name] for name in names))
    return [min(names, key=lambda name: (name.isupper(), -counts[name], name)) for names in often]


def _bare(name: str) -> str:
    every = words(name)
    return " ".join([word for word in every if word not in _EMPTY] or every)
