"""Who speaks in the articles: spellings of one name joined, namesakes kept apart, a name found."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from rag.errors import ConfigError, RagError
from rag.language.names import same_name, skeleton, sounds_like
from rag.language.proper_names import HONORIFICS
from rag.language.text import fold, words
from rag.statements.titles import SUFFIXES, TITLES, gender, office_of
from rag.store import LocalStore

_DOUBLED = re.compile(r"(.)\1")

MISSPELT = 0.8  # difflib ratio from which a name may be one that was mistyped

NAMED = 8  # people that a message names at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A person, or a body that speaks, over all articles."""

    name: str  # as most articles have it
    forms: tuple[str, ...]  # all ways of writing it, "Sergey Lavrov" and "Sergei Lavrov"
    statements: int
    may_be: tuple[str, ...] = ()  # speakers one of whom this name can be, where that is not clear


def speakers(store: LocalStore, articles: Collection[int] | None = None) -> list[Speaker]:
    """All who say something in the articles; see `group_speakers`.

    Args:
        store: The index.
        articles: Only who does in these, with the number of statements there; None for all.
    """
    every = group_speakers(store.speakers())
    if articles is None:
        return every
    told = dict(store.speakers(articles))
    counted = [
        replace(one, statements=sum(told.get(form, 0) for form in one.forms)) for one in every
    ]
    found = [one for one in counted if one.statements]
    return sorted(found, key=lambda one: (-one.statements, one.name))


def group_speakers(told: Sequence[tuple[str, int]]) -> list[Speaker]:
    """Names and the number of their statements -> speakers, those with most statements first.

    Spellings of one name are one speaker: the last names are, the first names are or one is the
    other's initial, and no middle name differs. A last name alone, or after "Mr.", belongs to
    the only speaker who has it and can be called so. What fits several stays by itself.
    """
    names = {written: read_name(written) for written, _ in told}
    # The fullest first: what it has that others leave out tells whom they can be.
    order = sorted(told, key=lambda one: (-names[one[0]].fullness, -one[1], one[0]))
    # "Mr. Crake" and "Mrs. Crake": whoever both may be is neither.
    titled: dict[tuple[str, ...], list[PersonName]] = {}
    for name in names.values():
        if name.tells and len(name.words) == 1:
            titled.setdefault(name.words, []).append(name)
    groups: list[list[str]] = []
    alike: dict[str, list[list[str]]] = {}  # what spellings of a last name share -> their groups
    open_to: dict[str, list[list[str]]] = {}
    for written, _ in order:
        name = names[written]
        near = alike.setdefault(skeleton(name.last), [])
        rivals = [other for other in titled.get(name.words, ()) if not name.may_be(other)]
        fitting = [
            group
            for group in near
            if _same_all(names, group, name)
            and not any(_same_all(names, group, other) for other in rivals)
        ]
        if exact := [one for one in fitting if any(names[form].last == name.last for form in one)]:
            fitting = exact
        if len(fitting) == 1:
            fitting[0].append(written)
            continue
        groups.append([written])
        near.append(groups[-1])
        if fitting:
            open_to[written] = fitting
    counts = dict(told)
    shown = {id(group): _shown(group, names, counts) for group in groups}
    found = [
        Speaker(
            name=shown[id(group)],
            forms=tuple(sorted(group, key=lambda form: (-counts[form], form))),
            statements=sum(counts[form] for form in group),
            may_be=tuple(shown[id(other)] for other in open_to.get(group[0], ())),
        )
        for group in groups
    ]
    return sorted(found, key=lambda one: (-one.statements, one.name))


@dataclass(frozen=True, slots=True)
class PersonName:
    """The words of a speaker's name, folded, without "Mr." or what the person is."""

    words: tuple[str, ...]
    titled: bool
    gender: str | None  # "m" or "f", where the title or the first name tells
    office: str | None = None  # before a last name alone

    @property
    def last(self) -> str:
        """The last word."""
        return self.words[-1] if self.words else ""

    @property
    def surname(self) -> str:
        """The last word that is no "Jr."."""
        part = (word for word in reversed(self.words) if word not in SUFFIXES and word != "the")
        return next(part, "")

    @property
    def tells(self) -> bool:
        """Whether it is more than a last name: a first name, an office, or a man's or woman's."""
        return len(self.words) > 1 or self.office is not None or self.titled

    def may_be(self, other: PersonName) -> bool:
        """Whether neither title nor office tells the two apart."""
        genders = {self.gender, other.gender} - {None}
        offices = {self.office, other.office} - {None}
        return len(genders) < 2 and len(offices) < 2

    def is_called(self, written: str) -> bool:
        """Whether a whole name can be this one's, "President George W. Bush" George Bush's."""
        other = read_name(written)
        if len(other.words) < 2:
            return False
        tail = PersonName(
            words=other.words[-len(self.words) :], titled=other.titled, gender=other.gender
        )
        return _same(self, other) or (len(tail.words) > 1 and _same(self, tail))

    def is_titled_as(self, written: str) -> bool:
        """Whether a last name has this one's office, "Sen. Bell" and "Senator Bell"."""
        other = read_name(written)
        return self.office is not None and other.office == self.office and _same(self, other)

    @property
    def fullness(self) -> int:
        """More where it has more words that are spelled out; a title alone is a little."""
        spelled = sum(len(word) > 1 for word in self.words)
        return 100 * min(spelled, 2) + 10 * len(self.words) + (self.titled or bool(self.office))


def read_name(written: str) -> PersonName:
    """A name as it is compared.

    "Ohio Gov. John Kasich" is John Kasich, as John is a first name; "House Intelligence Committee"
    stays as it is, and "Thirty-nine" is one word.
    """
    parts = written.split()
    if len(parts) == 3 and fold(parts[0]) == "the" and fold(parts[1]) in {"younger", "elder"}:
        return PersonName(words=tuple(words(f"{parts[2]} {parts[1]}")), titled=False, gender=None)
    titled = len(parts) > 1 and fold(parts[0]) in HONORIFICS
    told = gender(written)
    office = office_of(" ".join(parts[:-1])) if len(parts) > 1 else None
    after = 1 + max((at for at, part in enumerate(parts) if fold(part) in TITLES), default=-1)
    person = " ".join(parts[after:])
    if 0 < after < len(parts) - 1 and (known := gender(person)):
        parts, told = parts[after:], known
    elif titled or office:
        parts = parts[1:] if titled else parts[-1:]
    found = words(" ".join(parts))
    return PersonName(
        words=tuple(found) if len(parts) > 1 else ("-".join(found),),
        titled=titled,
        gender=told,
        office=office,
    )


def _same_all(names: Mapping[str, PersonName], group: Sequence[str], name: PersonName) -> bool:
    return all(_same(names[one], name) for one in group)


def _shown(group: Sequence[str], names: Mapping[str, PersonName], counts: Mapping[str, int]) -> str:
    """Of the ways of writing a name, the whole one that most articles have."""
    return max(group, key=lambda form: (len(names[form].words) > 1, counts[form], form))


def find_speaker(asked: str, known: Sequence[Speaker]) -> Speaker:
    """The speaker of that name, in any spelling.

    Args:
        asked: "Peskov", "dmitri peskov".
        known: All speakers.

    Raises:
        ConfigError: Several people have the name.
        RagError: Nobody of that name says anything.
    """
    wanted = words(asked)
    if not wanted:
        raise ConfigError("no name was given", hint="give one, for example: Peskov")
    found = called(asked, known)
    exact = [one for one in found if any(words(form) == wanted for form in one.forms)]
    if len(exact) == 1:
        found = exact
    if not found:
        likely = meant_by(asked, known)
        hint = f"did you mean {' or '.join(likely)}? " if likely else ""
        raise RagError(
            f"no speaker in these articles is called {asked}",
            hint=f"{hint}to list all speakers, leave out the name",
        )
    if len(found) > 1:
        names = ", ".join(f"{one.name} ({one.statements})" for one in found[:NAMED])
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        raise ConfigError(
            f"{asked} can mean {names}{more}", hint=f"give the whole name: {found[0].name}"
        )
    return found[0]


def meant_by(asked: str, known: Sequence[Speaker]) -> list[str]:
    """Names that may be meant by one that nobody has: said alike, or with a letter mistyped."""
    if alike := sounding_like(asked, known):
        return alike
    quoted = {word.casefold(): word for one in known for word in one.name.split()}
    near = get_close_matches("".join(words(asked)[-1:]), quoted, n=1, cutoff=MISSPELT)
    return [quoted[one] for one in near]


def called(asked: str, known: Sequence[Speaker]) -> list[Speaker]:
    """The speakers whom a name can mean, in any spelling.

    A whole name means who has it, and neither his son nor who has another middle name. One word is
    a last name where somebody has it as such: "Paul" is Rand Paul before it is Paul Ryan.
    """
    wanted, name = words(asked), read_name(asked)
    if len(name.words) > 1:
        if found := [one for one in known if any(map(name.is_called, one.forms))]:
            return found
        if name.last not in SUFFIXES and any(len(word) == 1 for word in wanted):
            return []
    found = [one for one in known if any(_holds(words(form), wanted) for form in one.forms)]
    if len(name.words) == 1 and name.tells:
        of_office = [one for one in known if any(map(name.is_titled_as, one.forms))]
        return found or of_office or [one for one in known if _may_have(one, name)]
    if len(name.words) > 1:
        suffixes = SUFFIXES.intersection(wanted)
        return [one for one in found if SUFFIXES.intersection(words(one.name)) == suffixes]
    lasts = [one for one in found if same_name(read_name(one.name).surname, name.last)]
    return lasts or found


def sounding_like(asked: str, known: Sequence[Speaker]) -> list[str]:
    """Whole names that are said as another one is, with "Jr." or without; two at most."""
    wanted = _spoken(asked)
    names = ((one.name, _spoken(one.name)) for one in known)
    return [
        name
        for name, parts in names
        if 1 < len(parts) == len(wanted) and all(map(sounds_like, parts, wanted))
    ][:2]


def _spoken(name: str) -> list[str]:
    return [word for word in read_name(name).words if word not in SUFFIXES and word != "the"]


def _may_have(speaker: Speaker, name: PersonName) -> bool:
    """Whether a last name with a title can mean a speaker: nothing speaks against it."""
    names = [read_name(form) for form in speaker.forms]
    return any(same_name(one.surname, name.last) for one in names) and all(map(name.may_be, names))


def _same(left: PersonName, right: PersonName) -> bool:
    """Whether two names can only be spellings of one, where nobody else fits either."""
    if not left.last or not same_name(left.last, right.last):
        return False
    if not left.may_be(right):
        return False
    if len(left.words) == 1 and len(right.words) == 1:
        return left.words == right.words  # "Britain" and "Briton" are two
    if len(left.words) == 1 or len(right.words) == 1:
        # "Mayor Crake" is kept so where an article has another Crake.
        return not (left.office or right.office)
    (one, *some), (other, *more) = left.words[:-1], right.words[:-1]
    if some and more and len(some) != len(more):
        return False
    middles = zip(some, more, strict=False)
    return all(_first_fits(*pair) for pair in [(one, other), *middles])


def _first_fits(one: str, other: str) -> bool:
    initial = len(one) == 1 or len(other) == 1
    if initial:
        return one[0] == other[0]
    # Beside one last name a doubled letter makes no other person, nor do letters that have changed
    # places: Hilary, Hillary; Kirsten, Kristen.
    alike = _DOUBLED.sub(r"\1", one) == _DOUBLED.sub(r"\1", other)
    return same_name(one, other) or alike or (one[0] == other[0] and sorted(one) == sorted(other))


def _holds(name: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a name has all of the wanted words, in any spelling."""
    return all(any(same_name(word, one) for one in name) for word in wanted)
