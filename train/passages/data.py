"""What the passage reader is trained on: passages, and questions with the passages they meet.

Passages stand in a file of their own, because many questions share them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Container, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

Bounds = tuple[int, int]  # characters, half-open

DEVELOPMENT = ("xquad_en", "squad2", "clapnq")
MEASURED = (*DEVELOPMENT, "written")
HELD_OUT = 5  # of these, one article in so many is never trained on
KEPT = 25  # of the other sets, one article in so many: enough for figures, and more left to learn


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage as the index makes it."""

    source: str  # the set
    article: str  # what must not be on both sides of a split
    title: str  # may be empty
    text: str
    sentences: tuple[Bounds, ...]  # of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A passage as a question meets it."""

    passage: int  # its place among all passages
    right: tuple[int, ...] = ()  # sentences that answer
    unsure: tuple[int, ...] = ()  # sentences that may answer: neither right nor wrong
    spans: tuple[Bounds, ...] = ()  # words that answer, each as good as the others
    without: tuple[int, ...] = ()  # sentences that are cut out of it; then none answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with the passages that it meets: those that answer, then the wrong ones.

    The wrong ones come in the order in which a search finds them, its own article's first.
    """

    source: str
    article: str
    question: str
    seen: tuple[Seen, ...]

    @property
    def answerable(self) -> bool:
        """Whether a sentence answers it."""
        return any(one.right for one in self.seen)


def without(passage: Passage, cut: Container[int]) -> Passage:
    """A passage with some of its sentences cut out."""
    left = [bounds for n, bounds in enumerate(passage.sentences) if n not in cut]
    text = " ".join(passage.text[start:end].strip() for start, end in left)
    places: list[Bounds] = []
    at = 0
    for start, end in left:
        length = len(passage.text[start:end].strip())
        places.append((at, at + length))
        at += length + 1
    return replace(passage, text=text, sentences=tuple(places))


def held_out(article: str) -> bool:
    """Whether an article is kept for the figures; by its title, so over all sets alike."""
    name = Path(article).stem.lower()
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % HELD_OUT == 0


def kept(source: str, article: str) -> bool:
    """Whether an article is kept for the figures, and never trained on."""
    if source in MEASURED:
        return held_out(article)
    return int(hashlib.sha256(article.lower().encode()).hexdigest(), 16) % KEPT == 0


def write_rows(rows: Iterable[Passage | Asked], path: Path) -> int:
    """Write passages or questions as gzipped JSON lines, all or nothing; returns how many."""
    count = 0
    partial = path.with_suffix(".partial")
    with gzip.open(partial, "wt", encoding="utf-8", compresslevel=4) as file:
        for row in rows:
            file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
            count += 1
    partial.replace(path)
    return count


def read_passages(path: Path) -> list[Passage]:
    """Read the passages that `write_rows` wrote."""
    return [Passage(**{**raw, "sentences": _bounds(raw["sentences"])}) for raw in _rows(path)]


def read_asked(path: Path) -> list[Asked]:
    """Read the questions that `write_rows` wrote."""
    return [Asked(**{**raw, "seen": tuple(map(_seen, raw["seen"]))}) for raw in _rows(path)]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _seen(raw: dict[str, Any]) -> Seen:
    return Seen(
        passage=raw["passage"],
        right=tuple(raw["right"]),
        unsure=tuple(raw["unsure"]),
        spans=_bounds(raw["spans"]),
    )


def _bounds(raw: Iterable[Iterable[int]]) -> tuple[Bounds, ...]:
    return tuple((start, end) for start, end in raw)
