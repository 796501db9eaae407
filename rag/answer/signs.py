"""What tells, word by word, that a sentence on the matter of a question does not answer it.

A sentence may share nearly every word with a question and still not answer: it tells of another
year, of the opposite, or of what was done where the question asks for what was not. Each sign is
one such difference between the question and the best sentence where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from rag.domain import Evidence
from rag.language.negation import DENIALS, NEGATIONS
from rag.language.text import stem, words
from rag.question.read import Question

_NEGATIONS = NEGATIONS | {"non"}
# A sentence with one of these denies or excludes something too.
DENYING = (_NEGATIONS | DENIALS).union(
    "except excluding excluded excludes lack lacks lacked lacking absent absence unable failure"
    " prevent prevented prevents avoid avoided avoids stop stopped stops ban banned bans oppose"
    " opposed opposes ruled skipped hardly rarely few little unless instead".split()
)
_YEAR = re.compile(r"1\d{3}|20\d\d")
_PREFIXES = ("un", "in", "im", "dis")
_OPPOSITES = """
first last, before after, north south, east west, northern southern, eastern western,
largest smallest, larger smaller, large small, highest lowest, higher lower, high low, most least,
most few, many few, more fewer, more less, much little, increase decrease, increase reduce,
increase decline, rise fall, rose fell, raise lower, win lose, won lost, gain lose, gain loss,
keep lose, retain lose, born died, oldest youngest, older younger, old new,
old young, longest shortest, longer shorter, long short, begin end, began ended, start end,
start finish, start stop, open close, build destroy, create destroy, allow ban, allow forbid,
permit prohibit, support oppose, approve reject, accept reject, agree disagree, like dislike,
encourage discourage, improve worsen, expand shrink, grow shrink, advance retreat, attack defend,
buy sell, import export, push pull, join leave, arrive leave, enter leave, appear disappear,
include exclude, succeed fail, success failure, strong weak, stronger weaker, strengthen weaken,
strength weakness, advantage disadvantage, good bad, better worse, best worst, easy difficult,
simple complex, rich poor, hot cold, warm cold, heavy light, fast slow, deep shallow, wide narrow,
common rare, often rarely, always never, majority minority, maximum minimum, major minor,
senior junior, upper lower, above below, left right, inside outside, internal external,
domestic foreign, public private, legal illegal, male female, man woman, men women, early late,
earlier later, earliest latest, modern ancient, modern medieval, war peace, ally enemy,
friend enemy, urban rural, conservative liberal, summer winter, positive negative, similar different
"""


def _both_ways(pairs: str) -> dict[str, frozenset[str]]:
    """Stem -> the stems of its opposites."""
    found: dict[str, frozenset[str]] = {}
    for pair in pairs.split(","):
        one, other = map(stem, pair.split())
        found[one] = found.get(one, frozenset()) | {other}
        found[other] = found.get(other, frozenset()) | {one}
    return found


_OPPOSITE = _both_ways(_OPPOSITES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What sets the best sentence apart from the question; 1 where it does so, else 0."""

    negation: float = 0.0  # the question has a "not", the sentence denies or excludes nothing
    year: float = 0.0  # no year that the question names is near, the sentence names another
    opposite: float = 0.0  # the sentence has the opposite of a word that is not near

    def weighed(self, weights: Signs) -> float:
        """The sum of the signs, each times its weight."""
        return (
            self.negation * weights.negation
            + self.year * weights.year
            + self.opposite * weights.opposite
        )


def read_signs(question: Question, evidence: Sequence[Evidence]) -> Signs:
    """The signs of a question's best sentence.

    Near are the words of the sentence, its title, the sentence before and the one after.

    Args:
        question: The question.
        evidence: Ranked sentences; no sign is there without any.
    """
    if not evidence:
        return Signs()
    best = evidence[0]
    around = [
        found.text
        for found in evidence
        if found.article_id == best.article_id and abs(found.id - best.id) == 1
    ]
    asked, own = words(question.text), words(best.text)
    near = {*own, *words(best.source.title or ""), *chain.from_iterable(map(words, around))}
    return Signs(
        negation=float(not _NEGATIONS.isdisjoint(asked) and DENYING.isdisjoint(own)),
        year=float(not _is_dated_so(question, best) and _is_of_another_year(asked, own, near)),
        opposite=float(_tells_the_opposite(asked, own, near)),
    )


def are_opposites(one: str, other: str) -> bool:
    """Whether two folded words are opposites, as "rose" and "fell" are.

    >>> are_opposites("rose", "fell"), are_opposites("rose", "climbed")
    (True, False)
    """
    mine, theirs = stem(one), stem(other)
    fair = _without_prefix(mine) == {theirs} or _without_prefix(theirs) == {mine}
    return theirs in _OPPOSITE.get(mine, ()) or fair


def _is_dated_so(question: Question, best: Evidence) -> bool:
    """Whether the article is of the time asked about: its sentences need not name the year."""
    date = best.source.date
    return bool(date and question.period and question.period.holds(date))


def _is_of_another_year(asked: Sequence[str], own: Sequence[str], near: set[str]) -> bool:
    years = {word for word in asked if _YEAR.fullmatch(word)}
    return bool(years) and years.isdisjoint(near) and any(map(_YEAR.fullmatch, own))


def _tells_the_opposite(asked: Sequence[str], own: Sequence[str], near: set[str]) -> bool:
    wanted, there, close = (set(map(stem, some)) for some in (asked, own, near))
    for word in wanted - close:
        if (_OPPOSITE.get(word, set()) & there) - wanted:
            return True
        if _without_prefix(word) & there:
            return True
    return any(_without_prefix(word) & (wanted - close) for word in there - wanted)


def _without_prefix(word: str) -> set[str]:
    """What a word denies by its beginning: "fair" in "unfair"; too short a rest is none."""
    rests = (word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix))
    return {rest for rest in rests if len(rest) >= 4}
