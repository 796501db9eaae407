"""Article -> everything that an index keeps of it but vectors: its passages and its statements.

One file, small or hostile, goes through here in one step, so that the step can be run where it can
be ended (`rag.sync.sandbox`).
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.domain import Article, Passage, Skipped, Statement
from rag.limits import Limits
from rag.statements.find import find_statements
from rag.sync.passages import split_article


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An article with what is derived from it."""

    article: Article
    passages: tuple[Passage, ...]
    statements: tuple[Statement, ...]

    @property
    def sentences(self) -> int:
        """How many there are in all passages."""
        return sum(len(passage.sentences) for passage in self.passages)


def prepare(article: Article, *, words: int, limits: Limits) -> Prepared | Skipped:
    """Split an article and find who says what in it.

    Args:
        article: The article.
        words: That a passage is filled up to.
        limits: For the number of its sentences.

    Returns:
        The article with its passages, at least one; or why it is not an article.
    """
    passages = tuple(split_article(article, words=words))
    if not passages:
        why = "contains no sentence to cite"
        return Skipped(path=article.path, why=why, part_of=article.part_of)
    if sum(len(passage.sentences) for passage in passages) > limits.text_sentences:
        why = f"has more than {limits.text_sentences:,} sentences: raise text_sentences"
        return Skipped(path=article.path, why=why, part_of=article.part_of)
    statements = tuple(find_statements(article))
    return Prepared(article=article, passages=passages, statements=statements)
