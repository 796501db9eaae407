"""Who speaks under a label: a name, initials, an office, or who asks and who answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.domain import Span
from rag.language.proper_names import HONORIFICS, NAME
from rag.language.text import STOPWORDS, fold, plain, words
from rag.statements.people import People
from rag.statements.titles import ROLES, TITLES, gender, last_name, person, title_before
from rag.statements.turns import Turn

# What stands in the place of a name.
_ASKS = frozenset("q question interviewer reporter journalist".split())
_ANSWERS = frozenset("a answer interviewee guest".split())
_UNNAMED = frozenset(
    "unidentified unknown male female man woman voice narrator announcer operator caller audience"
    " member speaker crowd host moderator".split()
)
_WHOLE_NAME = re.compile(NAME)
INITIALS = 3  # capitals that are somebody's initials, or those of an outlet

_TALKS = (
    r"(?:(?:talk(?:s|ed)?|sp(?:eaks?|oke)|chat(?:s|ted)?|s(?:at|its) down|c(?:aught|atches) up|met"
    r"|meets) (?:up )?(?:to|with)|met|meets)"
)
_QUESTIONS = r"interview(?:s|ed)|ask(?:s|ed)|questions|questioned"
_BEGINS = r"(?<![\w.’'-])"  # else each letter of a long word in capitals would begin a name
_BETWEEN = r"(?:[^.!?\n]{0,80}?\s)?"
# Who stands after these answers: "in an interview with Ada Lark", "we spoke to Ada Lark".
_ANSWERER_NEXT = re.compile(
    rf"\b(?:{_QUESTIONS}|{_TALKS}|(?:interview|conversation|talk|Q ?& ?A|questions|answers)"
    rf" (?:with|to|for|from|by)|[Ii]nterview:)\s(?!by\b){_BETWEEN}(?P<name>{NAME})"
)
_ANSWERER_FIRST = re.compile(
    rf"{_BEGINS}(?P<name>{NAME})(?:,[^,.\n]{{1,80}},)?\s"
    r"(?:took [^.\n]{1,40} to |has |have |agreed to )?"
    r"(?:answer(?:s|ed)?|(?:is|was) (?:asked|interviewed|questioned))\b"
)
# Who asks is named first, or after "by".
_ASKER = re.compile(
    rf"{_BEGINS}(?P<first>{NAME})(?:,[^,.\n]{{1,80}},|\s(?:of|for|from)\s[^,.\n]{{1,60}})?\s"
    rf"(?:has |recently )?(?:{_QUESTIONS})\b"
    rf"|(?m:^[Bb]y\s(?P<byline>{NAME})$)"
    r"|\b(?:interviewed|asked|questioned|[Qq]uestions|[Ii]nterview)(?: were| was| put| asked)* by"
    rf"\s(?:[\w’'-]+\s){{0,6}}?(?P<by>{NAME})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """Who is who in a transcript, as far as its text tells."""

    people: People
    text: str
    told: str  # the text without the turns
    asker: str | None
    answerer: str | None
    introduced: Mapping[int, str] = field(default_factory=dict)  # where a label stands -> who it is

    def speaker(self, place: Span) -> str | None:
        """Who speaks under a label; None where the text does not tell.

        Args:
            place: Where the name in the label stands: "Ada Lark", "LARK", "AL", "Q", "THE MAYOR".
        """
        if place.start in self.introduced:
            return self.introduced[place.start]
        label = self.text[place.start : place.end]
        said = words(label)
        if len(said) == 1 and said[0] in _ASKS | _ANSWERS:
            return self.answerer if said[0] in _ANSWERS else self.asker
        name = None if _is_office(said) else _called(label)
        if name and last_name(name) in self.people.full:
            return self.people.canonical(name, title_before(label))
        if _UNNAMED.intersection(said) or _is_office(said):
            return self.people.by_role(label)
        if label.isupper() and label.isalpha() and len(label) <= INITIALS:
            return self._initialled(label)
        return name if name and self._is_name(name) else None

    def _is_name(self, name: str) -> bool:
        """Whether it is no common word, which the article writes small elsewhere."""
        small = re.search(rf"\b{re.escape(name.lower())}\b", self.text)
        return small is None or re.search(rf"\b{re.escape(name)}\b", self.told) is not None

    def _initialled(self, label: str) -> str | None:
        """Whose initials a label has; the label itself where the text has it as a name."""
        if re.search(rf"\b{label}\b", self.told):
            return label
        letters = label.lower()
        whole = [name for name in self.people.full.values() if _initials(name) == letters]
        if whole:
            return whole[0] if len(whole) == 1 else None
        # "WN" is Wikinews: the word that is written most of those that fit.
        one_word = Counter(
            re.findall(rf"\b{label[0]}[a-z]{{2,}}{letters[1:]}[a-z]{{2,}}\b", self.told)
        )
        [(name, most), (_, next_most)] = [*one_word.most_common(2), ("", 0), ("", 0)][:2]
        return name if len(label) > 1 and most > next_most else None


def _called(label: str) -> str | None:
    """The person whom a label names, in capitals or not."""
    return person(label.title() if _in_capitals(label) else label)


def _is_office(said: Sequence[str]) -> bool:
    """Whether the words of a label tell what somebody is: "THE WITNESS", "MAYOR"."""
    return said[:1] == ["the"] or set(said) <= ROLES | TITLES | STOPWORDS


def _introduced(text: str, turns: Sequence[Turn], people: People) -> dict[int, str]:
    """Who is introduced once beside an office: "THE WITNESS (Mr. Ben Hay, clerk)", "THE WITNESS".

    Until the next witness is.
    """
    found: dict[int, str] = {}
    known: dict[str, str] = {}
    for label in (turn.label for turn in turns if turn.label):
        written = text[label.name.start : label.name.end]
        beside = label.besides.partition(",")[0].strip()
        office = " " not in written or _is_office(words(written))  # no name as "Ada Lark" is one
        if office and (name := _person_beside(beside)):
            known[fold(written)] = people.canonical(name, title_before(beside))
        if fold(written) in known:
            found[label.name.start] = known[fold(written)]
    return found


def _person_beside(beside: str) -> str | None:
    """A whole name with a title or a first name that is known; "for the owners" is none."""
    name = _called(beside) if _WHOLE_NAME.fullmatch(beside) else None
    if name is None or " " not in beside:
        return None
    titled = fold(beside.split()[0]) in HONORIFICS or (name != beside and " " in name)
    return name if titled or (" " in name and gender(name)) else None


def _in_capitals(label: str) -> bool:
    """Whether all of a name is in capitals, of which a title in front of a name has none."""
    return " " in label and label.isupper()


def _initials(name: str) -> str:
    return "".join(part[0] for part in words(name))


def find_interview(text: str, turns: Sequence[Turn], people: People) -> Interview:
    """Read who asks and who answers from what an article tells besides its turns.

    Args:
        text: The article's text.
        turns: Of the article, in order.
        people: Of the article; who is named in capitals is added.
    """
    if not turns:
        return Interview(people=people, text=text, told=text, asker=None, answerer=None)
    spans = [piece.span for turn in turns for piece in turn.pieces]
    ends = [0, *(span.end for span in spans)]
    starts = [*(span.start for span in spans), len(text)]
    told = "".join(text[end:start] for end, start in zip(ends, starts, strict=True))
    for turn in turns:
        label = text[turn.label.name.start : turn.label.name.end] if turn.label else ""
        said = words(label)
        named = _in_capitals(label) and not _is_office(said) and _UNNAMED.isdisjoint(said)
        if named and (name := person(label.title())) and " " in name:
            people.full.setdefault(last_name(name), name)
    shown = "\n".join(plain(line) for line in told.splitlines())
    asker = _named(_ASKER.search(shown), people)
    answerer = (
        _named(_ANSWERER_FIRST.search(shown), people)
        or _named(_ANSWERER_NEXT.search(shown), people)
        or _only(shown, text, people)
    )
    return Interview(
        people=people,
        text=text,
        told=told,
        asker=asker if asker != answerer else None,
        answerer=answerer,
        introduced=_introduced(text, turns, people),
    )


def _named(match: re.Match[str] | None, people: People) -> str | None:
    """Whom a match names, if it is a person of the article by the whole name."""
    written = next(filter(None, match.groups())) if match else None
    name = person(written) if written else None
    if name is None:
        return None
    return people.full.get(last_name(name), name if " " in name else None)


def _only(told: str, text: str, people: People) -> str | None:
    """The one person who is named outside of the turns: somebody with a title, or spoken to."""
    names = {name for name in people.full.values() if name in told}
    [name] = names if len(names) == 1 else [None]
    if name is None:
        return None
    last = last_name(name)
    known = last in people.genders or any(last in lasts for lasts in people.roles.values())
    return name if known or text.count(name.split()[-1]) > told.count(name.split()[-1]) else None
