"""Articles -> the vector of every passage, under its article's title.

A passage that the generation before has of the same file is not embedded again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rag.domain import Article
from rag.language.text import plain
from rag.models.embedder import Embedder
from rag.store import LocalStore
from rag.sync.prepare import Prepared

if TYPE_CHECKING:
    from rag.models.embedder import Matrix

BLOCK = 500  # passages embedded together: enough for batches of like length, small in memory


def vectors_of(
    fresh: Sequence[Prepared],
    *,
    before: LocalStore | None,
    model: Callable[[], Embedder],
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[Matrix]:
    """Embed what some articles say.

    Args:
        fresh: Articles, new or changed.
        before: The generation that vectors are taken from, where it has them.
        model: Gives the embedding model; it is asked only when there is something to embed.
        progress: Told how many passages more have their vector.

    Yields:
        (d,): the vector of each passage of each article, in order.
    """
    texts = [text for one in fresh for text in _texts(one)]
    known = _known(before, fresh)
    for start in range(0, len(texts), 2 * BLOCK):  # an ordinary block is embedded at once
        block = texts[start : start + 2 * BLOCK]
        once = list(dict.fromkeys(block))  # what stands twice is embedded once
        old = [text for text in once if text in known]
        new = [text for text in once if text not in known]
        vectors: dict[str, Matrix] = {}
        if before and old:
            rows = before.vectors([known[text] for text in old])
            vectors.update(zip(old, rows, strict=True))
        if new:
            vectors.update(zip(new, model().encode(new, progress=progress), strict=True))
        progress(len(block) - len(new))
        yield from (vectors[text] for text in block)


def _known(before: LocalStore | None, fresh: Iterable[Prepared]) -> dict[str, int]:
    """What the generation before embedded of these files -> its passage there."""
    known: dict[str, int] = {}
    if before is None:
        return known
    for one in fresh:
        article = before.article(one.article.path)
        if article is None or article.source.title != one.article.title.value:
            continue  # under another title, it is another text
        rows = before.sentences_in(before.passages_of(article.id))
        for passage, told in groupby(rows, key=lambda row: row.passage):
            known[_titled(one.article, (row.text for row in told))] = passage
    return known


def _texts(one: Prepared) -> Iterator[str]:
    text = one.article.text
    for passage in one.passages:
        yield _titled(one.article, (text[span.start : span.end] for span in passage.sentences))


def _titled(article: Article, sentences: Iterable[str]) -> str:
    # A passage may say little about itself: under its title, "It won the award" is about somebody.
    title, text = article.title.value, " ".join(map(plain, sentences))
    return f"{title}. {text}" if title else text
