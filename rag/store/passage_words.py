"""What a passage is found by in the search by words: its own, its title's, and who speaks in it.

"Ada Lark  00:19" stands over her words in the record of a conversation. It is no evidence, and
nothing else names her.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from rag.domain import Article, Passage, Span, Statement
from rag.language.text import terms


def passage_words(
    article: Article, passages: Sequence[Passage], said: Sequence[Statement]
) -> Iterator[str]:
    """The terms of each passage, in order, with spaces between them.

    Args:
        article: The article.
        passages: Its passages.
        said: Its statements.
    """
    named = sorted(_under_lines(article, said), key=lambda one: one[1].start)
    starts = [span.start for _, span in named]
    for passage in passages:
        first = max(0, bisect_right(starts, passage.span.start) - 1)
        last = bisect_left(starts, passage.span.end)
        names = (name for name, span in named[first:last] if span.end > passage.span.start)
        told = (article.text[span.start : span.end] for span in passage.sentences)
        yield " ".join(terms(" ".join((article.title.value or "", *names, *told))))


def _under_lines(article: Article, said: Sequence[Statement]) -> Iterator[tuple[str, Span]]:
    """The names that stand before a statement and outside of all paragraphs, and what they say."""
    starts = [paragraph.start for paragraph in article.paragraphs]
    for one in said:
        if one.source is None or one.source.end > one.sentence.start:
            continue
        place = bisect_right(starts, one.source.start) - 1
        if place < 0 or article.paragraphs[place].end <= one.source.start:
            name = article.text[one.source.start : one.source.end]
            yield from ((name, span) for span in one.content)
