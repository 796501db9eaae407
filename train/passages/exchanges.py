"""An answerable question -> questions that its text answers no more.

A name, number or word of the question is exchanged for another that the sentence does not have, as
the writers of SQuAD 2.0's unanswerable questions did by hand (Rajpurkar et al. 2018). It teaches
that a sentence on the topic is not yet an answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

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


Made = tuple[str, str] | None  # the question, and what is new in it


def exchanges(
    question: str, right: str, around: str, others: Sequence[str], random_: random.Random
) -> Iterator[tuple[str, str]]:
    """A question with something exchanged for what its answering text does not have.

    Args:
        question: The question.
        right: The text that answers it.
        around: What is read with that text, its title for instance.
        others: Texts on the same matter, from which names are taken.
        random_: Draws.

    Yields:
        The new question and what is new in it; at most one each for a name, a number, a word.
    """
    if made := _other_name(question, f"{right} {around}", others, random_):
        yield made
    if made := _other_number(question, right, random_):
        yield made
    if made := _opposite(question, right, random_):
        yield made


def _other_name(question: str, right: str, others: Sequence[str], random_: random.Random) -> Made:
    """A name for another that stands in a text on the same matter."""
    there = fold(f"{right} {question}")
    unknown = sorted(
        {
            name
            for text in others
            for name in _NAME.findall(text)
            if not any(part in there for part in fold(name).split())
        }
    )
    names = list(_NAME.finditer(question))
    if not names or not unknown:
        return None
    return _exchanged(question, random_.choice(names), random_.choice(unknown))


def _other_number(question: str, right: str, random_: random.Random) -> Made:
    """A number for one of the same length."""
    numbers = list(_NUMBER.finditer(question))
    if not numbers:
        return None
    match = random_.choice(numbers)
    digits = [place for place, char in enumerate(match[0]) if char.isdigit()]
    place = digits[-1] if len(digits) < 3 else random_.choice(digits[-2:])
    digit = random_.choice([d for d in "123456789" if d != match[0][place]])
    new = match[0][:place] + digit + match[0][place + 1 :]
    return None if new in right else _exchanged(question, match, new)


def _opposite(question: str, right: str, random_: random.Random) -> Made:
    """A word for its opposite."""
    found = list(_WORD.finditer(question))
    if not found:
        return None
    match = random_.choice(found)
    new = _OPPOSITE[match[0]]
    known = re.search(rf"\b{new}\b", right.lower())
    return None if known else _exchanged(question, match, new)


def _exchanged(question: str, match: re.Match[str], new: str) -> Made:
    return question[: match.start()] + new + question[match.end() :], new
