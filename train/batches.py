"""Groups -> batches of pairs, drawn anew for each pass."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from groups import Candidate, Group

from rag.models.reader import Pair, PairEncoder

TOKENS = 3072  # of a batch, padding included
BLOCK = 1200  # groups that are sorted by length together
WRONG_SENTENCES = {"qamr": 1, "squad2": 3, "xquad_en": 4, "clapnq": 4}  # of a question in a pass


@dataclass(frozen=True, slots=True)
class Entry:
    """A candidate, and how the encoder takes it."""

    pair: Pair
    candidate: Candidate


Batch = list[list[Entry]]  # the entries of each question


def batches(
    groups: Sequence[Group], encoder: PairEncoder, random_: random.Random
) -> Iterator[Batch]:
    """Questions of like length together, up to so many tokens, in an order drawn anew."""
    shuffled = random_.sample(list(groups), len(groups))
    for block in range(0, len(shuffled), BLOCK):
        drawn = [_drawn(group, encoder, random_) for group in shuffled[block : block + BLOCK]]
        ready: list[Batch] = []
        current: Batch = []
        for entries in sorted(drawn, key=_longest):
            count = sum(map(len, current)) + len(entries)
            if current and count * _longest(entries) > TOKENS:
                ready.append(current)
                current = []
            current.append(entries)
        if current:
            ready.append(current)
        random_.shuffle(ready)
        yield from ready


def _longest(entries: Sequence[Entry]) -> int:
    return max(len(entry.pair.ids) for entry in entries)


def _drawn(group: Group, encoder: PairEncoder, random_: random.Random) -> list[Entry]:
    """The right sentence and some wrong ones, the better ranked more often."""
    right = [candidate for candidate in group.candidates if candidate.answers]
    wrong = [candidate for candidate in group.candidates if not candidate.answers]
    weights = [1 / (rank + 2) for rank in range(len(wrong))]
    wanted = min(WRONG_SENTENCES[group.source], len(wrong))
    # Of a question without an answer, the sentence that comes nearest is what there is to learn.
    chosen = {} if right or not wrong else {0: wrong[0]}
    while len(chosen) < wanted:
        place = random_.choices(range(len(wrong)), weights)[0]
        chosen.setdefault(place, wrong[place])
    sentences = [*right, *chosen.values()]
    if group.source == "qamr" and wrong and random_.random() < 0.5:
        # In an article a sentence has one before it, which the reader must not take for the asked.
        sentences = [replace(one, before=random_.choice(wrong).text) for one in sentences]
    return [Entry(encoder.encode(group.question, one), one) for one in sentences]
