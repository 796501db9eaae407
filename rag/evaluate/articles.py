"""The articles of an index, for what an answer cites of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rag.evaluate.read_answers import GivenCitation, GivenWords
from rag.filters import Filters
from rag.language.text import plain
from rag.models.checker import Cited, Later, no_checker
from rag.retrieve.narrow import narrow
from rag.store import IndexedArticle, LocalStore, Units

Place = tuple[str, int, int]  # path, start, end


class Articles:
    """The articles of an index, each read once."""

    def __init__(self, store: LocalStore, checker: Later = no_checker) -> None:
        """Begin with none read.

        Args:
            store: The index.
            checker: Judges claims that are in nobody's words of the articles.
        """
        self._store = store
        self.checker = checker
        self._read = lru_cache(maxsize=512)(store.article)
        self._copied = lru_cache(maxsize=512)(store.copied_places)

    def __getitem__(self, path: str) -> IndexedArticle | None:
        """The article, or None when the index does not have it."""
        return self._read(path)

    def left_by(self, filters: Filters) -> frozenset[str] | None:
        """Paths of the articles that filters leave; None where they limit nothing.

        Raises:
            ConfigError: The name of a speaker can mean several people.
        """
        narrowed = narrow(filters, self._store)
        if narrowed is None:
            return None
        paths = self._store.filed().paths
        return frozenset(paths[article] for article in narrowed.within.articles)

    def cited_text(self, citation: GivenCitation | GivenWords) -> str:
        """What the article has at the cited place; empty when there is no such place."""
        article = self[citation.path]
        within = article is not None and 0 <= citation.start < citation.end <= len(article.text)
        return article.text[citation.start : citation.end] if article and within else ""

    def first_place(self, units: Units, place: Place) -> Place:
        """Where a sentence or passage of a copy stands first; any other where it is."""
        return self._copied(place[0], units).get(place, place)

    def cited(self, citations: Sequence[GivenCitation]) -> Cited | None:
        """What stands at some places, as a checker takes it; None where one is no place."""
        texts = [self.cited_text(citation) for citation in citations]
        article = self[citations[0].path] if citations else None
        if article is None or not all(texts):
            return None
        return Cited(
            sentences=tuple(map(plain, texts)),
            before=plain(article.before(citations[0].start)),
            title=article.source.title or "",
            speakers=tuple(name for name in map(self.speaker, citations) if name),
        )

    def speaker(self, citation: GivenCitation) -> str | None:
        """Who speaks at the cited place."""
        article = self[citation.path]
        if article is None:
            return None
        return self._store.speaker_of(article.id, citation.start, citation.end)
