"""The tags of the articles: what their front matter has, and the folders that they are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rag.language.text import fold
from rag.store import Filed


def articles_tagged(filed: Filed) -> dict[str, tuple[str, set[int]]]:
    """Each tag, folded -> as most articles have it, and the articles that have it."""
    written: dict[str, Counter[str]] = {}
    having: dict[str, set[int]] = {}
    for article in range(len(filed.paths)):
        for tag in _tags(filed, article):
            written.setdefault(as_tag(tag), Counter())[tag] += 1
            having.setdefault(as_tag(tag), set()).add(article)
    return {tag: (forms.most_common(1)[0][0], having[tag]) for tag, forms in written.items()}


def tag_counts(filed: Filed) -> list[tuple[str, int]]:
    """Tags and the number of their articles, most first."""
    counts = [(written, len(ids)) for written, ids in articles_tagged(filed).values()]
    return sorted(counts, key=lambda one: (-one[1], one[0]))


def as_tag(text: str) -> str:
    """A tag as tags are compared: "#North  Sea" is "north sea"."""
    return fold(text).strip().lstrip("#").strip()


def _tags(filed: Filed, article: int) -> Iterator[str]:
    yield from filed.tags[article]
    yield from filed.files[article].split("/")[:-1]
