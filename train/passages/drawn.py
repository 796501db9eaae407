"""A question as it is asked in one pass: its form, and the passages that it meets.

Drawn anew in each pass, so that no question is seen twice in the same company. Some are asked in
vain: without the passage that answers, without the sentence in it that does, or with a word
exchanged for one that no passage has.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from passages.data import Asked, Passage, Seen
from passages.exchanges import exchanges
from rag.language.text import STOPWORDS, fold, stem, terms

WITHOUT = 0.1  # of the answerable questions are asked without the passage that answers
CUT = 0.15  # of them without the sentence that answers: all else of its passage is there
EXCHANGED = 0.15  # of them get another name, number or word, where there is one
FORM = 0.1  # of the questions have no question mark, no capitals, a sentence before them
FEWER = frozenset({"qamr", "qasrl", "pairs"})  # sets with so many questions that two passages do

TEMPLATES = "qasrl"  # "Who blamed someone?" has nothing to exchange

_BETWEEN = re.compile(r"(?<=\b)([a-z]+) ([a-z]{4,}) ([a-z]+)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A question with some passages."""

    question: str
    seen: tuple[Seen, ...]


class Words:
    """Which words stand between the same two in questions: they can be put for each other."""

    def __init__(self, questions: Iterable[str]) -> None:
        """Look at many questions."""
        found: dict[tuple[str, str], set[str]] = {}
        for question in questions:
            for start in range(len(question)):
                if match := _BETWEEN.match(question, start):
                    before, word, after = match.groups()
                    if word not in STOPWORDS:
                        found.setdefault((before, after), set()).add(word)
        self.between = {place: sorted(words) for place, words in found.items() if len(words) > 1}

    def exchanged(
        self, question: str, there: Iterable[str], random_: random.Random
    ) -> tuple[str, str] | None:
        """A question with one of its words exchanged for one that a text does not have.

        Args:
            question: The question.
            there: Terms of the text.
            random_: Draws.

        Returns:
            The new question and the new word; None where there is none.
        """
        places = [
            (match.start(2), match.end(2), options)
            for start in range(len(question))
            if (match := _BETWEEN.match(question, start))
            and match[2] not in STOPWORDS
            and (options := self.between.get((match[1], match[3])))
        ]
        if not places:
            return None
        start, end, options = random_.choice(places)
        known = {*there, stem(question[start:end])}
        unknown = [word for word in options if stem(word) not in known]
        if not unknown:
            return None
        new = random_.choice(unknown)
        return question[:start] + new + question[end:], new


def draw(asked: Asked, passages: Sequence[Passage], words: Words, random_: random.Random) -> Drawn:
    """A question in one of its forms with some of its passages."""
    right = [one for one in asked.seen if one.right]
    wrong = [one for one in asked.seen if not one.right]
    question = asked.question
    chance = random_.random()
    if not right:
        seen = [*wrong[:1], *_some(wrong[1:], random_.randint(1, 2), random_)]
    elif chance < WITHOUT and len(wrong) > 1:
        seen = [*wrong[:1], *_some(wrong[1:], 1, random_)]
    elif chance < WITHOUT + CUT and (missed := _cut(asked, passages)):
        seen = [missed, *_some(wrong, random_.randint(1, 2), random_)]
    elif (
        WITHOUT + CUT <= chance < WITHOUT + CUT + EXCHANGED
        and asked.source != TEMPLATES
        and (made := _in_vain(question, right, wrong, passages, words, random_))
    ):
        question, seen = made
    else:
        most = 2 if asked.source in FEWER else 3
        seen = [random_.choice(right), *_some(wrong, random_.randint(1, most), random_)]
    return Drawn(question=_formed(question, seen, passages, random_), seen=tuple(seen))


def _cut(asked: Asked, passages: Sequence[Passage]) -> Seen | None:
    """The first passage without what answers; None where more of it may, or nothing is left."""
    first = asked.seen[0]
    if first.unsure or len(first.right) == len(passages[first.passage].sentences):
        return None
    return Seen(passage=first.passage, without=first.right)


def _some(wrong: Sequence[Seen], wanted: int, random_: random.Random) -> list[Seen]:
    """Some wrong passages, the better ranked more often."""
    weights = [1 / (rank + 2) for rank in range(len(wrong))]
    taken: dict[int, Seen] = {}
    while len(taken) < min(wanted, len(wrong)):
        place = random_.choices(range(len(wrong)), weights)[0]
        taken.setdefault(place, wrong[place])
    return list(taken.values())


def _in_vain(
    question: str,
    right: Sequence[Seen],
    wrong: Sequence[Seen],
    passages: Sequence[Passage],
    words: Words,
    random_: random.Random,
) -> tuple[str, list[Seen]] | None:
    """A question that its right passage answers no more, and what it meets."""
    chosen = random_.choice(right)
    passage = passages[chosen.passage]
    others = [passages[one.passage].text for one in wrong]
    made = list(exchanges(question, passage.text, passage.title, others, random_))
    # A content word last: what comes out is not always said so.
    if not made and (
        other := words.exchanged(question, terms(f"{passage.text} {passage.title}"), random_)
    ):
        made = [other]
    if not made:
        return None
    question, new = random_.choice(made)
    apart = [one for one in wrong if fold(new) not in fold(passages[one.passage].text)]
    return question, [Seen(passage=chosen.passage), *_some(apart, random_.randint(1, 2), random_)]


def _formed(
    question: str, seen: Sequence[Seen], passages: Sequence[Passage], random_: random.Random
) -> str:
    """A question as somebody may type it."""
    mark, small, more = (random_.random() < FORM for _ in range(3))
    if mark:
        question = question.rstrip(" ?")
    if small:
        question = question.lower()
    if more:
        one = random_.choice(list(seen))
        passage = passages[one.passage]
        free = [
            passage.text[start:end]
            for n, (start, end) in enumerate(passage.sentences)
            if n not in {*one.right, *one.unsure, *one.without}
        ]
        if free:
            question = f"{random_.choice(free)} {question}"
    return question
