"""Article -> passages: runs of paragraphs up to a number of words, never cutting a sentence.

A passage is the unit of recall, its sentences are the units of evidence. A long paragraph becomes
several passages; short paragraphs of one article share one, as in news copy, where a paragraph is
often a single sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

from rag.domain import Article, Passage, Span
from rag.language.text import sentence_spans
from rag.load.lines import wrap_width


def split_article(article: Article, *, words: int) -> list[Passage]:
    """Split an article into passages.

    Args:
        article: The article; only its ``paragraphs`` are used.
        words: A passage is closed before it would pass this many words. A sentence that is longer
            by itself becomes a passage of its own.

    Returns:
        Passages in the order of the text. Every sentence of every paragraph is in exactly one.
    """
    return [
        Passage(
            span=Span(start=sentences[0].start, end=sentences[-1].end), sentences=tuple(sentences)
        )
        for sentences in _filled(article, words)
    ]


def _filled(article: Article, words: int) -> Iterator[list[Span]]:
    group: list[Span] = []
    count = 0
    width = wrap_width(article.text)
    for paragraph in article.paragraphs:
        for sentence in sentence_spans(
            article.text, paragraph, width=width, flowing=article.flowing
        ):
            length = len(article.text[sentence.start : sentence.end].split())
            if group and count + length > words:
                yield group
                group, count = [], 0
            group.append(sentence)
            count += length
    if group:
        yield group
