"""Articles -> the vector of every passage and of every sentence, each under the article's title.

A text that the generation before has of the same file is not embedded again: of a long article in
which one sentence changed, that sentence is, and the passage that it stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, repeat
from typing import TYPE_CHECKING

from rag.domain import Article
from rag.language.text import plain
from rag.models.embedder import Embedder
from rag.store import LocalStore, Units
from rag.sync.prepare import Prepared

if TYPE_CHECKING:
    from rag.models.embedder import Matrix

BLOCK = 2_000  # texts embedded together: enough for batches of like length, small in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The vectors of one article, to be taken in order before those of the next."""

    passages: Iterator[Matrix]  # (d,) each
    sentences: Iterator[Matrix]


def vectors_of(
    fresh: Sequence[Prepared],
    *,
    before: LocalStore | None,
    model: Callable[[], Embedder],
    with_sentences: bool = True,
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[Made]:
    """Embed what some articles say.

    Args:
        fresh: Articles, new or changed.
        before: The generation that vectors are taken from, where it has them.
        model: Gives the embedding model; it is asked only when there is something to embed.
        with_sentences: Without, each sentence gets zeros, which are like nothing.
        progress: Told how many sentences more have their vector.

    Returns:
        The vectors of each article, in order.
    """
    sentences = [text for one in fresh for text in _sentence_texts(one)]
    passages = [text for one in fresh for text in _passage_texts(one)]
    known_passages, known_sentences = _known(before, fresh)
    sentence_rows: Iterator[Matrix]
    if with_sentences:
        source = _Source(kind="sentences", known=known_sentences, store=before, model=model)
        sentence_rows = _rows(sentences, source, progress)
    else:
        sentence_rows = repeat(model().no_vector())
        progress(len(sentences))
    source = _Source(kind="passages", known=known_passages, store=before, model=model)
    passage_rows = _rows(passages, source)
    for one in fresh:
        yield Made(
            passages=islice(passage_rows, len(one.passages)),
            sentences=islice(sentence_rows, one.sentences),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """Where vectors of one kind come from."""

    kind: Units
    known: Mapping[str, int]  # a text that was embedded before -> its row there
    store: LocalStore | None  # which has those
    model: Callable[[], Embedder]


def _rows(
    texts: Sequence[str], source: _Source, progress: Callable[[int], None] = lambda done: None
) -> Iterator[Matrix]:
    """The vector of each text; of a book, only those of one block are held at a time."""
    for start in range(0, len(texts), 2 * BLOCK):  # an ordinary block is embedded at once
        block = texts[start : start + 2 * BLOCK]
        once = list(dict.fromkeys(block))  # what stands twice is embedded once
        old = [text for text in once if text in source.known]
        new = [text for text in once if text not in source.known]
        vectors: dict[str, Matrix] = {}
        if source.store and old:
            rows = source.store.vectors(source.kind, [source.known[text] for text in old])
            vectors.update(zip(old, rows, strict=True))
        if new:
            vectors.update(zip(new, source.model().encode(new, progress=progress), strict=True))
        progress(len(block) - len(new))
        yield from (vectors[text] for text in block)


def _known(
    before: LocalStore | None, fresh: Iterable[Prepared]
) -> tuple[dict[str, int], dict[str, int]]:
    """What the generation before embedded of these files: of passages, and of sentences."""
    passages: dict[str, int] = {}
    sentences: dict[str, int] = {}
    if before is None:
        return passages, sentences
    for one in fresh:
        article = before.article(one.article.path)
        if article is None or article.source.title != one.article.title.value:
            continue  # under another title, it is another text
        rows = before.sentences_in(before.passages_of(article.id))
        for passage, told in groupby(rows, key=lambda row: row.passage):
            texts = []
            for row in told:
                texts.append(plain(row.text))
                sentences[_titled(one.article, texts[-1])] = row.id
            passages[_titled(one.article, " ".join(texts))] = passage
    return passages, sentences


def _titled(article: Article, text: str) -> str:
    # A sentence says little about itself: under its title, "It won the award" is about somebody.
    title = article.title.value
    return f"{title}. {text}" if title else text


def _sentence_texts(one: Prepared) -> Iterator[str]:
    for passage in one.passages:
        for span in passage.sentences:
            yield _titled(one.article, plain(one.article.text[span.start : span.end]))


def _passage_texts(one: Prepared) -> Iterator[str]:
    for passage in one.passages:
        sentences = (plain(one.article.text[s.start : s.end]) for s in passage.sentences)
        yield _titled(one.article, " ".join(sentences))
