"""Who speaks under a label: a name, initials, an office, or who asks and who answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.proper_names import NAME
from rag.language.text import STOPWORDS, plain, words
from rag.statements.people import People
from rag.statements.titles import ROLES, TITLES, last_name, person, title_before
from rag.statements.turns import Turn

# What stands in the place of a name.
_ASKS = frozenset("q question interviewer reporter journalist".split())
_ANSWERS = frozenset("a answer interviewee guest".split())
_UNNAMED = frozenset(
    "unidentified unknown male female man woman voice narrator announcer operator caller audience"
    " member speaker crowd host moderator".split()
)
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

    def speaker(self, label: str) -> str | None:
        """Who speaks under a label; None where the text does not tell.

        Args:
            label: "Ada Lark", "LARK", "AL", "Q", "THE MAYOR".
        """
        said = words(label)
        if len(said) == 1 and said[0] in _ASKS | _ANSWERS:
            return self.answerer if said[0] in _ANSWERS else self.asker
        name = person(label.title() if _in_capitals(label) else label)
        if name and last_name(name) in self.people.full:
            return self.people.canonical(name, title_before(label))
        if _UNNAMED.intersection(said) or set(said) <= ROLES | TITLES | STOPWORDS:
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
        label = text[turn.label.start : turn.label.end] if turn.label else ""
        named = _in_capitals(label) and _UNNAMED.isdisjoint(words(label))
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
