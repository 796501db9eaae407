"""What becomes of a file that is loaded: its articles one after another, and what of it is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.domain import Article, Skipped
from rag.sync.prepare import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """An article whose text and title are those of another: what is derived from that is right."""

    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What becomes of a file: its articles one after another, and what of it is none."""

    found: Iterator[Prepared | Same | Skipped]
    sha256: str  # of the bytes that were read; empty for what could not be read


def told(
    path: str, found: Iterator[Prepared | Same | Skipped]
) -> Iterator[Prepared | Same | Skipped]:
    """What becomes of a file; where no part of it is an article, one reason stands for all."""
    skipped: list[Skipped] = []
    articles = False
    for one in found:
        if isinstance(one, Skipped) and not articles:
            skipped.append(one)
            continue
        yield from skipped
        yield one
        skipped, articles = [], True
    if any(one.part_of for one in skipped):
        worst = next((one for one in skipped if one.failed), skipped[0])
        name = worst.path.removeprefix(f"{path}/")
        why = f"contains no article ({name}: {worst.why})"
        skipped = [Skipped(path=path, why=why, failed=worst.failed)]
    yield from skipped


def as_before(
    found: Iterator[Prepared | Same | Skipped], before: Sequence[Article]
) -> Iterator[Prepared | Same | Skipped]:
    """Articles that are as they were come without what is derived from them."""
    number = 0
    for one in found:
        if isinstance(one, Skipped):
            yield one
            continue
        same = number < len(before) and is_same(one.article, before[number])
        number += 1
        yield Same(article=one.article) if same else one


def is_same(one: Article, other: Article) -> bool:
    """Whether all that is derived from one article is right for another."""
    return one.text == other.text and one.title.value == other.title.value
