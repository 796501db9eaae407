"""Answerable questions -> questions that their sentence answers no more.

A name, number or word of the question is exchanged for another that the sentence does not have, as
the writers of SQuAD 2.0's unanswerable questions did by hand (Rajpurkar et al. 2018). It teaches
that a sentence on the topic is not yet an answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from groups import Candidate, Group

from rag.language.text import fold

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
OPPOSITES = (
    "first last, before after, north south, east west, northern southern, eastern western,"
    " largest smallest, highest lowest, most least, more fewer, increase decrease, rise fall,"
    " won lost, win lose, born died, oldest youngest, longest shortest, began ended, begin end,"
    " start finish, opened closed, built destroyed, allowed banned, support oppose, buy sell,"
    " male female, men women, father mother, son daughter, brother sister, husband wife,"
    " major minor, public private, early late, above below, upper lower, left right"
)
_OPPOSITE = {
    word: other
    for pair in OPPOSITES.split(",")
    for one, two in [pair.split()]
    for word, other in ((one, two), (two, one))
}
_WORD = re.compile(r"\b(?:" + "|".join(_OPPOSITE) + r")\b")


def swapped(groups: Iterable[Group], random_: random.Random) -> Iterator[Group]:
    """The questions without an answer that can be made of groups, one in each way.

    Their candidates are the sentence that answered, and the best of those others that the exchange
    cannot have made an answer.
    """
    for group in groups:
        right = next((one for one in group.candidates if one.answers), None)
        if right is None:
            continue
        for way in (_other_name, _other_number, _opposite):
            if made := way(group, right, random_):
                question, new = made
                wrong = [
                    one
                    for one in group.candidates
                    if one is not right and fold(new) not in fold(one.text)
                ]
                yield replace(
                    group,
                    question=question,
                    answerable=False,
                    candidates=(replace(right, answers=False, start=-1, end=-1), *wrong[:1]),
                )


Made = tuple[str, str] | None  # the question, and what is new in it


def _other_name(group: Group, right: Candidate, random_: random.Random) -> Made:
    """A name for another that stands in a wrong sentence on the same matter."""
    there = fold(f"{right.text} {right.before} {right.title} {group.question}")
    others = sorted(
        {
            name
            for one in group.candidates
            for name in _NAME.findall(one.text)
            if not any(part in there for part in fold(name).split())
        }
    )
    names = list(_NAME.finditer(group.question))
    if not names or not others:
        return None
    return _exchanged(group.question, random_.choice(names), random_.choice(others))


def _other_number(group: Group, right: Candidate, random_: random.Random) -> Made:
    """A number for one of the same length."""
    numbers = list(_NUMBER.finditer(group.question))
    if not numbers:
        return None
    match = random_.choice(numbers)
    digits = [place for place, char in enumerate(match[0]) if char.isdigit()]
    place = digits[-1] if len(digits) < 3 else random_.choice(digits[-2:])
    digit = random_.choice([d for d in "123456789" if d != match[0][place]])
    new = match[0][:place] + digit + match[0][place + 1 :]
    return None if new in right.text else _exchanged(group.question, match, new)


def _opposite(group: Group, right: Candidate, random_: random.Random) -> Made:
    """A word for its opposite."""
    found = list(_WORD.finditer(group.question))
    if not found:
        return None
    match = random_.choice(found)
    new = _OPPOSITE[match[0]]
    known = re.search(rf"\b{new}\b", right.text.lower())
    return None if known else _exchanged(group.question, match, new)


def _exchanged(question: str, match: re.Match[str], new: str) -> Made:
    return question[: match.start()] + new + question[match.end() :], new
