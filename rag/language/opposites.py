"""Words that are opposites: "rose" and "fell", "fair" and "unfair"."""

from __future__ import annotations

from rag.language.text import stem

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


def are_opposites(one: str, other: str) -> bool:
    """Whether two folded words are opposites, as "rose" and "fell" are.

    >>> are_opposites("rose", "fell"), are_opposites("rose", "climbed")
    (True, False)
    """
    mine, theirs = stem(one), stem(other)
    fair = without_prefix(mine) == {theirs} or without_prefix(theirs) == {mine}
    return theirs in _OPPOSITE.get(mine, ()) or fair


def without_prefix(word: str) -> set[str]:
    """What a word denies by its beginning: "fair" in "unfair"; too short a rest is none."""
    rests = (word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix))
    return {rest for rest in rests if len(rest) >= 4}
