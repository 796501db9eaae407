"""Which articles mention what a question calls by what it is: "the tram Blue Line", "Mayor Lark".

An article that has the name need not say so in the same breath: "Trams stood still. Only the Blue
Line ran."
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.language.proper_names import HONORIFICS, UPPER
from rag.language.text import STOPWORDS, fold, words
from rag.retrieve.mentions import mentions
from rag.statements.titles import GENDERS, TITLES, is_calling, person
from rag.store import LocalStore, Row, Within

_KIND = re.compile(
    rf"(?P<kind>[a-z][\w-]+(?:\s[a-z][\w-]+)?)\s(?P<name>{UPPER}[\w’'-]*(?:\s{UPPER}[\w’'-]*)*)"
)


def mentions_called(
    phrase: str, store: LocalStore, within: Within | None = None
) -> dict[int, Row | None]:
    """Articles that have a phrase, or the name in it and, anywhere, the words before the name.

    A full name after an office or a title is enough: "Minister Aldo Ferri" is Aldo Ferri.

    Args:
        phrase: As a person types it.
        store: The index.
        within: Only this part of it.

    Returns:
        As of `mentions`.
    """
    found = mentions(phrase, store, within)
    called = _called(phrase)
    if called is None:
        return found
    named = mentions(called.name, store, within, fits=called.is_in)
    if not (called.somebody and " " in called.name):
        for kind in called.kinds:
            there = mentions(kind, store, within)
            named = {id: row for id, row in named.items() if id in there}
    return named | found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Called:
    """A name with what it is called."""

    name: str
    kinds: tuple[str, ...]  # each word before it, in small letters
    somebody: bool  # whether it is a person by office, trade or title

    def is_in(self, text: str) -> bool:
        """Whether the name stands in a text as a whole, not as a part of "Blue Line Hospital".

        The first name of a person may stand before the last.
        """
        for match in re.finditer(rf"\b{re.escape(self.name)}\b", text):
            before = text[: match.start()].split() or [""]
            alone = self.somebody or not before[-1][:1].isupper() or fold(before[-1]) in STOPWORDS
            if alone and not re.match(rf"\s{UPPER}", text[match.end() :]):
                return True
        return False


def _called(phrase: str) -> _Called | None:
    """The name in a phrase with what stands before it; None where it is no such phrase."""
    name = person(phrase)
    before = phrase.removesuffix(name).split() if name and phrase.endswith(f" {name}") else []
    if name and before:
        title = fold(before[-1]).strip(".")
        if title in HONORIFICS:
            return _Called(name=name, kinds=(), somebody=True)
        if title in GENDERS:
            return None  # "Queen Mary" is not everybody called Mary
        if is_calling(title) or title in TITLES:
            return _Called(name=name, kinds=(title,), somebody=True)
    match = _KIND.fullmatch(phrase)
    if match is None or STOPWORDS.intersection(words(match["kind"])):
        return None
    return _Called(name=match["name"], kinds=tuple(words(match["kind"])), somebody=False)
