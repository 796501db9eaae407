"""Article -> the people in it: their full names, what they are called, and whom "he" stands for.

Only what the text itself settles is settled: a last name that two people share, a "he" that could
be one of two men, a "spokesman" of whom there are two stay open.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from rag.domain import Span
from rag.language.proper_names import NAME, UPPER
from rag.language.text import fold
from rag.statements.titles import (
    GENDERS,
    OTHER,
    ROLES,
    SUFFIX,
    TITLES,
    gender,
    is_several,
    last_name,
    office_of,
    offices_in,
    person,
)

_MENTION = re.compile(NAME)
# "As governor, Bell …", "the former senator", "was elected mayor": he may hold another one now.
_TIMED = re.compile(
    r"\b(?:(?:former|then|onetime|outgoing|previous|ex|as|was|became|elected|appointed|named)[ -])+"
    r"(?P<office>(?:[^\s.,;]+ ){0,3}[^\s.,;]+)"
)
_SMALL = re.compile(r"(?<![\w’'-])[a-z][a-z-]+")
_INNER = re.compile(rf"(?<=[a-z,]\s){UPPER}[\w’'-]+")  # a capital that opens no sentence
_OPENS = re.compile(r"(?:^|[.?!:…\n])[\s\"'“”‘’«»()\[\]*_>-]*$")
_PARTS = re.compile(r"[.,;:!?“”\"()]|\b(?:of|in|at|for|from|to|with|by|on|and)\s")
_APPOSED = re.compile(r",\s(?:the|a|an|who is the|who is a|his|her)?\s?([^,.;:]{3,80})[,.]")
_SOMEBODY = frozenset("a an one another other some any no each every either neither".split())
_SEVERAL = re.compile(r"[A-Z][a-z-]+[a-rt-z]s")
_ONE_DOES = re.compile(r"\s(?:\w+ly\s|also\s)?[a-z]*[a-rt-z]s\b")
_ONE = frozenset({"reuters"})  # ends as if it were several, and is in the news without more
_DATING = re.compile(r"\b(?i:in|by|since|until|during|\d{1,2}) $")
_BEFORE = 12  # characters that show whether a name opens a sentence
_PRONOUNS = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A person where the text names them."""

    start: int
    end: int
    last: str  # as `last_name` has it


@dataclass
class People:
    """The people of an article."""

    full: dict[str, str] = field(default_factory=dict)  # folded last name -> fullest name
    shared: set[str] = field(default_factory=set)  # folded last names of several people
    genders: dict[str, set[str]] = field(default_factory=dict)  # folded last name -> m, f
    roles: dict[str, set[str]] = field(default_factory=dict)  # role -> folded last names
    # folded last name -> full name, or "" for the last name alone -> offices before or after it
    offices: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    timed: set[str] = field(default_factory=set)  # offices that somebody held before, or came to
    mentions: list[Mention] = field(default_factory=list)
    text: str = ""
    small: frozenset[str] = frozenset()  # words that are written small somewhere
    inner: frozenset[str] = frozenset()  # folded words with a capital inside of a sentence

    def named(self, written: str, place: int) -> str | None:
        """The name in what is written at a place, without what only opens its sentence.

        There a capital says nothing: "Rival Ada Lark" is Ada Lark, if the article has "rival" or
        has her without it, and "Reports" is nobody if it has "reports".
        """
        name = person(written)
        first, *rest = name.split() if name else [""]
        if (
            rest
            and fold(first) == "may"
            and _DATING.search(self.text, max(0, place - _BEFORE), place)
        ):
            return " ".join(rest)  # "back in May Lark promised"
        if name == written and is_several(name) and last_name(name) not in self.full:
            return None
        if name is None or not written.startswith(first) or fold(first) in self.inner:
            return name
        if not _OPENS.search(self.text[max(0, place - _BEFORE) : place]):
            return name
        common = fold(first) in self.small
        if not rest:
            # "Reviewers call it": more than one, of whom none is a name anywhere in the article.
            # One has another verb: "Wines believes".
            several = _SEVERAL.fullmatch(name) and not _ONE_DOES.match(self.text, place + len(name))
            nobody = common or (several and fold(name) not in _ONE)
            return None if nobody and last_name(name) not in self.full else name
        if len(rest) > 1 and rest[0][0].isupper() and not gender(first):
            alone = re.compile(rf"(?<!{re.escape(first)}\s)\b{re.escape(' '.join(rest))}\b")
            if (common and gender(rest[0])) or alone.search(self.text):
                return " ".join(rest)
        return name

    def canonical(self, name: str, title: str = "") -> str:
        """The fullest form of a name, unless two people share its last part.

        Args:
            name: Without titles.
            title: What stands before a last name alone, "Mrs." or "Senator". It stays where it
                tells the person from who has the full name, and from others of the last name.
        """
        last = last_name(name)
        full = None if last in self.shared else self.full.get(last)
        if not title or " " in SUFFIX.sub("", name):
            return full or name
        if told := gender(f"{title} {name}"):
            own = gender(full) if full else None
            fits = own == told if own else self.genders.get(last, {told}) == {told}
            if full and fits:
                return full
            may_be = [
                one for one in self.offices.get(last, {}) if one and gender(one) != OTHER[told]
            ]
            [one] = may_be if len(may_be) == 1 and last in self.shared else [f"{title} {name}"]
            return one
        if title.startswith("the "):
            return f"{title} {name}"
        office, known = office_of(title), self.offices.get(last, {})
        holders = [holder for holder, held in known.items() if holder and office in held]
        if len(holders) == 1 or office is None or office in self.timed:
            return full or next(iter(holders), name)
        others = {held for offices in known.values() for held in offices} - self.timed - {office}
        return f"{title} {name}" if others or last in self.shared else full or name

    def may_be(self, last: str, pronoun: str) -> bool:
        """Whether a pronoun can stand for a person: nothing speaks against it."""
        known = self.genders.get(last)
        return not known or _PRONOUNS[pronoun] in known

    def by_role(self, phrase: str) -> str | None:
        """Who "the Kremlin spokesman" is, when the article calls just one person so.

        "One Republican strategist" is somebody whom it does not name.
        """
        words = re.findall(r"[a-z]+", phrase.lower())
        for place, word in reversed([*enumerate(words)]):
            if word in ROLES:
                if not _SOMEBODY.isdisjoint(words[:place]):
                    return None
                known = self.roles.get(word, set())
                if len(known) == 1:
                    [last] = known
                    return self.full.get(last)
                return None
        return None

    def pronoun(
        self,
        word: str,
        *,
        place: int,
        since: int,
        speaker: str | None,
        quoted: Sequence[Span] = (),
    ) -> str | None:
        """Whom "he" or "she" stands for.

        Args:
            word: The pronoun.
            place: Where it stands.
            since: From where on the text is looked at for others.
            speaker: Who spoke last before ``place``; None when that is not known.
            quoted: What the person is said to say: who is named there is mostly somebody else.

        Returns:
            The one person whom it can mean of those named since, the last speaker among them; None
            when there are several, or none.
        """
        if word.lower() not in _PRONOUNS:
            return None
        near = {
            one.last
            for one in self.mentions
            if since <= one.start < place
            and self.may_be(one.last, word.lower())
            and not any(span.start <= one.start < span.end for span in quoted)
        }
        last = last_name(speaker) if speaker else None
        if last and self.may_be(last, word.lower()):
            near.add(last)
        if len(near) != 1:
            return None
        [one] = near
        return speaker if one == last else self.full.get(one)


def find_people(text: str) -> People:
    """Find the people that a text names."""
    people = People(
        text=text,
        small=frozenset(_SMALL.findall(text)),
        inner=frozenset(fold(word) for word in _INNER.findall(text)),
    )
    forms: dict[str, set[str]] = {}
    for match in _MENTION.finditer(text):
        name = people.named(match[0], match.start())
        if name is None:
            continue
        last = last_name(name)
        people.mentions.append(Mention(start=match.start(), end=match.end(), last=last))
        whole = 2 <= len(SUFFIX.sub("", name).split()) <= 4
        if whole:
            forms.setdefault(last, set()).add(name)
        first = fold(match[0].split()[0]).strip(".")
        if first in GENDERS and " " in match[0]:
            people.genders.setdefault(last, set()).add(GENDERS[first])
        _add_roles(people, text, match, last, name if whole else "")
    for last, names in forms.items():
        names = {name for name in names if not _adds_title(name, names)}
        firsts = {fold(name.split()[0]) for name in names}
        longest = max(sorted(names), key=len)
        middles = {_middles(name) for name in names} - {()}
        if len(firsts) > 1 or len(middles) > 1:  # George W. Bush is not George H. W. Bush
            people.shared.add(last)
            continue
        people.full[last] = longest
        [first] = firsts
        if told := gender(first):
            people.genders.setdefault(last, set()).add(told)
    _add_sons(people)
    people.timed = {
        office for match in _TIMED.finditer(fold(text)) for office in offices_in(match["office"])
    }
    # A single name is a person's only where a title, a role or a first name says so somewhere.
    known = set(people.full) | set(people.genders) | people.shared
    known |= {last for lasts in people.roles.values() for last in lasts}
    people.mentions = [one for one in people.mentions if one.last in known]
    return people


def _adds_title(name: str, names: Collection[str]) -> bool:
    """Whether a name is another one of the article with a word before it: "Foreman Ada Lark".

    Ada is a first name. The Wisconsin Supreme Court is not the Supreme Court.
    """
    return any(name.endswith(f" {one}") and gender(one) for one in names)


def _middles(name: str) -> tuple[str, ...]:
    """The first letters of the names between the first and the last."""
    return tuple(fold(word)[0] for word in SUFFIX.sub("", name).split()[1:-1])


def _add_sons(people: People) -> None:
    """Whom a last name means where only a "Jr." or a "Sr." has it, or both have."""
    sons: dict[str, list[str]] = {}
    for last, name in people.full.items():
        if " " in last:
            sons.setdefault(last.split()[0], []).append(name)
    for last, names in sons.items():
        if len(names) > 1 and last not in people.full:
            people.shared.add(last)
        elif last not in people.shared:
            people.full.setdefault(last, names[0])


def _add_roles(people: People, text: str, match: re.Match[str], last: str, full: str) -> None:
    """What the person is called: before the name, or in an apposition after it."""
    before = fold(_PARTS.split(text[max(0, match.start() - 80) : match.start()])[-1]).split()
    titles = [fold(word) for word in match[0].split()[:-1]]
    directly = (titles or before)[-2:]
    run = list(takewhile(lambda word: word in ROLES or word in TITLES, reversed(before)))
    called = [word for word in [*run, *titles] if word in ROLES]
    after = _APPOSED.match(text, match.end())
    if after:
        called += [word for word in fold(after[1]).split()[:7] if word in ROLES][:1]
    for role in called:
        people.roles.setdefault(role, set()).add(last)
    held = offices_in(" ".join([*reversed(run), *titles] if full else directly))
    held |= offices_in(after[1]) if after else set()
    people.offices.setdefault(last, {}).setdefault(full, set()).update(held)
