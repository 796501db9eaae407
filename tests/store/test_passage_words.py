"""rag.store.passage_words: what a passage is found by in the search by words."""

from __future__ import annotations

from rag.domain import Article
from rag.load.boilerplate import paragraphs
from rag.statements.find import find_statements
from rag.store.passage_words import passage_words
from rag.sync.passages import split_article

TEXT = """
Vera Lund  00:04
Who owns the mill?

Simon Falk  00:09
My aunt owns it.

Vera Lund  00:12
Since when?

Simon Falk  00:15
She bought it in May.
"""


def test_who_speaks_is_a_word_of_the_passage() -> None:
    """Where a line above tells so; each passage has those who speak in it."""
    article = Article(path="a.txt", sha256="0" * 64, text=TEXT, paragraphs=paragraphs(TEXT))
    passages = split_article(article, words=5)

    found = list(passage_words(article, passages, find_statements(article)))

    assert found == [
        "vera lund who own the mill",
        "simon falk my aunt own it",
        "vera lund sinc when",
        "simon falk she bought it in may",
    ]
