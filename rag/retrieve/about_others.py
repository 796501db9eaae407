"""Sentences about somebody else than whom a question names.

"When did Peter Lark resign" is not answered by when Ada Lark did, nor "who is the mayor of Lumby"
by who is mayor of another town. Whose words are asked for, `whose` tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.domain import Evidence
from rag.language.names import akin, initials, same_name
from rag.language.proper_names import NAME, UPPER
from rag.language.text import STOPWORDS, fold, plain, words
from rag.question.named import name_matches, persons
from rag.question.read import Question
from rag.retrieve.resolve_speakers import PersonName, read_name
from rag.statements.people import find_people
from rag.statements.titles import ROLES, person
from rag.store import LocalStore

_NAME = re.compile(NAME)
_PERSONAL = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)
_LEANS = re.compile(r"\W*(?:he|his|she|her)\b", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n\s*\n")
_PLACE = rf"{UPPER}[\w-]*(?:\s{UPPER}[\w-]*)*"
# "The mayor of Lumby", "Lumby's mayor".
_HOLDER = re.compile(
    rf"\b(?P<office>[A-Za-z]+(?:\s[a-z]+)?)\sof\s(?:the\s)?(?P<of>{_PLACE})"
    rf"|\b(?P<whose>{_PLACE})[’']s\s(?P<his>[a-z]+(?:\s[a-z]+)?)"
)
_WHO_HOLDS = re.compile(
    r"who(?:\s(?:is|was|are|were|has|been|became|elected|chosen|named|appointed|made|the|now|new"
    r"|current|first|last))+\s",
    re.IGNORECASE,
)
# Short forms that no spelling tells.
_SHORT_FORMS = dict(
    pair.split("/")
    for pair in (
        "abe/abraham andy/andrew ben/benjamin beth/elizabeth betty/elizabeth bill/william"
        " bob/robert chris/christopher chuck/charles dan/daniel dave/david dick/richard"
        " don/donald ed/edward fred/frederick greg/gregory hank/henry jack/john jeff/jeffrey"
        " jim/james joe/joseph kate/katherine kathy/katherine ken/kenneth larry/lawrence"
        " liz/elizabeth maggie/margaret matt/matthew meg/margaret mike/michael mitch/mitchell"
        " ned/edward nick/nicholas peggy/margaret pete/peter rick/richard rob/robert ron/ronald"
        " sam/samuel steve/stephen sue/susan ted/edward tim/timothy tom/thomas tony/anthony"
        " will/william"
    ).split()
)


@dataclass(frozen=True, slots=True)
class _Mention:
    """Where an article names somebody."""

    start: int
    end: int
    name: PersonName


def is_about_another(question: Question, found: Evidence, store: LocalStore) -> bool:
    """Whether a sentence is about a namesake, or about who has the same office elsewhere.

    Args:
        question: The question; one that does not ask for somebody's words.
        found: The sentence.
        store: The index it is from.
    """
    if _is_of_another_place(question.wanted, found.text):
        return True
    people, named = _whole_names(question.text)
    if not people:
        return False
    text = store.article_text(found.source.path) or ""
    return any(_is_of_namesake(name, named, found, text) for name in people)


@lru_cache(maxsize=16)  # asked for every sentence that is read
def _whole_names(question: str) -> tuple[tuple[PersonName, ...], tuple[PersonName, ...]]:
    """People whom a question calls by more than a last name, and all that may be such a name."""
    known = set(persons(question))
    names = [name for match in name_matches(question) if (name := person(match[0]))]
    whole = [(name, read) for name in names if len((read := read_name(name)).words) > 1]
    return tuple(read for name, read in whole if name in known), tuple(read for _, read in whole)


def _is_of_namesake(
    asked: PersonName, named: Sequence[PersonName], found: Evidence, text: str
) -> bool:
    """Whether a sentence is about somebody who shares the last name of one who is asked about.

    It is where it names only such people, and where its "she" stands for one. Before it names
    them, "her brother" is of somebody else, who may be asked about.
    """
    own = [one for one in named if same_name(one.surname, asked.surname)]
    every, people = _mentions(text, asked.surname)
    if not any(_is_whole(one, own=None) and not _is_whole(one, own=own) for one in every):
        return False  # nobody else has the name there
    told = words(found.text)
    if any(same_name(word, one.words[0]) for one in own for word in told):
        return False
    inside = [one for one in every if found.start <= one.start < found.end]
    if inside:
        before = found.text[: inside[0].start - found.start]
        return not _PERSONAL.search(before) and all(_is_anothers(one, own, every) for one in inside)
    earlier = [one for one in every if one.end <= found.start]
    if not earlier or not _LEANS.match(plain(found.text)):
        return False
    end = earlier[-1].end
    between = any(end <= place < found.start for place in people)
    apart = _PARAGRAPH.search(text, end, found.start)
    return not between and not apart and _is_anothers(earlier[-1], own, every)


def _is_anothers(one: _Mention, own: Sequence[PersonName], every: Sequence[_Mention]) -> bool:
    """Whether a name is that of a namesake.

    A bare "Lark" is where the article first called the namesake so, or none of those asked about,
    and named no other last before it.
    """
    if _is_whole(one, own=None):
        return not _is_whole(one, own=own)
    if not any(name.may_be(one.name) for name in own):
        return True  # "Mr. Lark" is not Ada Lark
    whole = [other for other in every if _is_whole(other, own=None)]
    bare = (other.start for other in every if not _is_whole(other, own=None))
    first = next((place for place in bare if whole and whole[0].end <= place), one.start)
    meant = [[other for other in whole if other.end <= place][-1:] for place in (first, one.start)]
    return all(named and not _is_whole(named[0], own=own) for named in meant)


def _is_whole(one: _Mention, *, own: Sequence[PersonName] | None) -> bool:
    """Whether a name has a first name, and is one of those asked about where these are given."""
    if len(one.name.words) < 2:
        return False
    return own is None or any(_is_same(name, one.name) for name in own)


def _is_same(asked: PersonName, other: PersonName) -> bool:
    """Whether two whole names may be one person's: "Bill Lark" and "William J. Lark"."""
    if asked.is_called(" ".join(other.words)) or other.is_called(" ".join(asked.words)):
        return True
    if set(asked.words) <= set(other.words) or set(other.words) <= set(asked.words):
        return True
    first, second = asked.words[0], other.words[0]
    return _SHORT_FORMS.get(first, first) == _SHORT_FORMS.get(second, second)


@lru_cache(maxsize=64)  # asked for every sentence of an article
def _mentions(text: str, surname: str) -> tuple[tuple[_Mention, ...], frozenset[int]]:
    """Where an article has a last name, and where it names people; nowhere if it is no name.

    "Green Party" is nobody's name where the article has "party".
    """
    if not any(same_name(word, surname) for word in set(words(text))):
        return (), frozenset()
    people = find_people(text)
    if surname in people.small:
        return (), frozenset()
    found = []
    for match in _NAME.finditer(text):
        name = people.named(match[0], match.start())
        if name and same_name(read_name(name).surname, surname):
            titled = read_name(match[0])
            called = titled if len(titled.words) == 1 else read_name(name)
            found.append(_Mention(match.start(), match.end(), called))
    return tuple(found), frozenset(one.start for one in people.mentions)


def _is_of_another_place(question: str, text: str) -> bool:
    """Whether a question asks who has an office, and a sentence has who has it elsewhere only."""
    asked = _WHO_HOLDS.match(question)
    match = _HOLDER.match(question, asked.end()) if asked else None
    if match is None:
        return False
    office, place = _office(match)
    shown = plain(text)
    there = [other for one, other in map(_office, _HOLDER.finditer(shown)) if one == office]
    return bool(office and there) and not _names(shown, place)


def _office(match: re.Match[str]) -> tuple[str, str]:
    """An office and where it is; no office for "the port of Lumby"."""
    held = [word for word in fold(match["office"] or match["his"]).split() if word not in STOPWORDS]
    office = next((held[: at + 1] for at, word in enumerate(held) if word in ROLES), [])
    return " ".join(office), str(match["of"] or match["whose"])


def _names(text: str, place: str) -> bool:
    """Whether a text has a word of a place, in any form: "American", "US", "United States"."""
    wanted = {*words(place), *initials(place)} - STOPWORDS
    return any(akin(one, word) for one in {*words(text), *initials(text)} for word in wanted)
