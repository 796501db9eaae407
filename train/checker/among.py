"""Claims on a sentence -> claims on that sentence among others of its article.

What a claim cites may be long, and may tell a part of it only. So evidence is put among that of
other claims on the same article, in any order, and two claims become one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from checker.data import Pair
from rag.language.text import content_terms

SOURCE = "among"
OF_ITEMS = 3  # one piece of evidence in so many is put among others
MOST_OTHERS = 4
EVIDENCE_WORDS, CLAIM_WORDS = 150, 45  # at most: the rest would not be read
TOLD = 0.6  # share of a claim's words from which other evidence may tell it too
SAME = 6  # words in a row that two texts share where they have a sentence in common
_LOWER = frozenset(
    "A An The He She It They His Her Its Their This That These Those There In On At By For From"
    " After Before During When While About More Both Some Many Several".split()
)


def among_others(pairs: Sequence[Pair], chance: random.Random) -> Iterator[Pair]:
    """Longer evidence with the claims on a part of it, and with claims that it tells in part.

    Args:
        pairs: As they were written; only those with the article as their group.
        chance: Decides what is put among what.
    """
    by_article: dict[str, dict[str, list[Pair]]] = {}
    for pair in pairs:
        by_article.setdefault(pair.group, {}).setdefault(pair.evidence, []).append(pair)
    for items in by_article.values():
        for own, mine in items.items():
            if chance.randrange(OF_ITEMS) == 0:
                others = [item for evidence, item in items.items() if evidence != own]
                yield from _among(mine, others, chance)


def _chosen(mine: list[Pair], others: list[list[Pair]], chance: random.Random) -> list[list[Pair]]:
    """Some others with sentences of their own, as many as there is room for."""
    room = EVIDENCE_WORDS - len(_block(mine).split())
    wanted, seen, chosen = chance.randint(1, MOST_OTHERS), _rows(_block(mine)), list[list[Pair]]()
    for item in others:
        block = _block(item)
        if len(chosen) < wanted and not seen & _rows(block) and len(block.split()) <= room:
            chosen.append(item)
            room -= len(block.split())
            seen |= _rows(block)
    return chosen


def _among(mine: list[Pair], others: list[list[Pair]], chance: random.Random) -> Iterator[Pair]:
    """The claims on one evidence, with that of some others; what is left out is not told."""
    chance.shuffle(others)
    chosen = _chosen(mine, others, chance)
    if not chosen:
        return
    texts = [_block(item) for item in (mine, *chosen)]
    chance.shuffle(texts)
    base = replace(
        mine[0], source=SOURCE, before="", evidence=" ".join(texts), kind="among", written=False
    )
    seen = set(content_terms(base.evidence))
    for pair in mine:
        if pair.follows or _stays_wrong(pair, seen):
            yield replace(base, claim=pair.claim, follows=pair.follows)
    absent = [
        pair.claim
        for item in others
        if item not in chosen
        for pair in item
        if pair.follows and _share(pair.claim, seen) < TOLD
    ]
    if absent:
        yield replace(base, claim=chance.choice(absent), follows=False, kind="elsewhere")
    faithful = [pair.claim for pair in mine if pair.follows]
    if not faithful:
        return
    other = chance.choice(chance.choice(chosen))
    second = [(other.claim, other.follows)] if other.follows or _stays_wrong(other, seen) else []
    if absent:
        second.append((chance.choice(absent), False))
    for claim, follows in second:
        both = [chance.choice(faithful), claim]
        chance.shuffle(both)
        if one := joined(*both):
            yield replace(base, claim=one, follows=follows, kind="both")


def _block(pairs: Sequence[Pair]) -> str:
    """Evidence with the sentence before it, which tells whom its "he" means."""
    return f"{pairs[0].before} {pairs[0].evidence}".strip()


def _rows(text: str) -> set[tuple[str, ...]]:
    """The words of a text, as many in a row as tell a sentence."""
    words = text.split()
    return {tuple(words[n : n + SAME]) for n in range(max(1, len(words) - SAME + 1))}


def _stays_wrong(pair: Pair, seen: set[str]) -> bool:
    """Whether what a wrong claim has beyond its own text is nowhere in the longer evidence."""
    own = set(content_terms(f"{pair.title} {_block([pair])}"))
    return not (set(content_terms(pair.claim)) - own) & seen


def _share(claim: str, seen: set[str]) -> float:
    terms = content_terms(claim)
    return sum(one in seen for one in terms) / max(1, len(terms))


def joined(first: str, second: str) -> str:
    """Two claims as one sentence; empty where they are too long, or the first has no full stop.

    >>> joined("The bridge was opened.", "The mayor spoke.")
    'The bridge was opened, and the mayor spoke.'
    """
    if len(first.split()) + len(second.split()) > CLAIM_WORDS or first[-1:] != ".":
        return ""
    word = second.split(maxsplit=1)[0]
    if word in _LOWER:
        second = second[0].lower() + second[1:]
    return f"{first[:-1]}, and {second}"
