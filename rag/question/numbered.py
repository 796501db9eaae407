"""Things that a text tells apart by number: "Article 5", "Room 12", "project number 7"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.language.calendar import MONTHS
from rag.language.numbers import QUANTITY
from rag.language.proper_names import UPPER
from rag.language.text import STOPWORDS, content_terms, plain, stem, terms, words

# A capital tells the thing from a sum: "Room 12", and "the room cost 12 crowns".
_LABEL = re.compile(rf"\b(?P<thing>{UPPER}\w+)\s(?:(?:[Nn]o\.?|[Nn]umber)\s)?#?\d+\b(?![.,]\d)")
_ALONE = re.compile(rf"{_LABEL.pattern}(?=\s*(?:[:;,|)]|$))")  # no "Norwind 30 jets"
_NUMBER = frozenset({"number", "no", "nr"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """What a question asks for by its number."""

    things: frozenset[str] = frozenset()  # terms: what is numbered
    numbers: frozenset[str] = frozenset()


@lru_cache(maxsize=16)  # asked for every sentence that is read
def read_numbered(question: str) -> Numbered:
    """Read what a question asks for by its number; nothing where it does not.

    >>> sorted(read_numbered("What does Article 5 say?").things)
    ['articl']
    >>> read_numbered("What did 5 people say in May 2018?").numbers
    frozenset()
    """
    told, things, numbers = words(question), set[str](), set[str]()
    for before, word in pairwise(told):
        if not word.isdigit() or before[0].isdigit() or before in MONTHS:
            continue
        if before in _NUMBER:
            things.update(term for term in content_terms(question) if not term.isdigit())
        elif before in STOPWORDS:
            continue
        else:
            things.add(stem(before))
        numbers.add(word)
    return Numbered(things=frozenset(things), numbers=frozenset(numbers))


def is_of_another(asked: Numbered, sentence: str) -> bool:
    """Whether a sentence is of such a thing, and not of one with a number that is asked for.

    >>> is_of_another(read_numbered("What does Article 5 say?"), "Article 6 forbids it.")
    True
    """
    if not asked.numbers or not asked.numbers.isdisjoint(words(sentence)):
        return False
    return any(
        not asked.things.isdisjoint(terms(match["thing"]))
        for match in _LABEL.finditer(plain(sentence))
    )


def without_labels(sentence: str) -> str:
    """A sentence without the numbers that are names: "Room 12: 3 beds" counts 3."""
    return _ALONE.sub(_without_number, plain(sentence))


def _without_number(label: re.Match[str]) -> str:
    """What is numbered, alone; "About 350" as it is, since it only limits a number."""
    limited = QUANTITY.match(label.string, label.start())
    return label[0] if limited and limited["before"] else label["thing"]
