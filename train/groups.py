"""A question with the sentences among which one answers, or none: what the reader is trained on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

HELD_OUT = 5  # one article in so many is never trained on


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may answer, in its place.

    ``start`` and ``end`` are the answer's characters in it; both are -1 when it answers without a
    span (CLAPnq) or does not answer.
    """

    title: str
    before: str  # the sentence before it
    text: str
    answers: bool
    start: int = -1
    end: int = -1
    score: float = 0.0  # of our retrieval


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A question with its candidates, as retrieval ranks them."""

    source: str
    article: str  # what must not be on both sides of a split
    question: str
    answerable: bool
    candidates: tuple[Candidate, ...]


def held_out(article: str) -> bool:
    """Whether an article is kept for the figures; by its title, so over all sets alike."""
    name = Path(article).stem.lower()
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % HELD_OUT == 0


def write_groups(groups: Iterable[Group], path: Path) -> int:
    """Write groups as JSON lines, all or nothing; returns how many."""
    count = 0
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        for group in groups:
            file.write(json.dumps(asdict(group), ensure_ascii=False) + "\n")
            count += 1
    partial.replace(path)
    return count


def read_groups(path: Path) -> list[Group]:
    """Read what `write_groups` wrote."""
    groups = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line:
            raw = json.loads(line)
            raw["candidates"] = tuple(Candidate(**entry) for entry in raw["candidates"])
            groups.append(Group(**raw))
    return groups
