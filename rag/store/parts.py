"""The part of an index that a search is limited to, and what its articles are told apart by."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

SPARE = 1.15  # how much further than a broad part needs a search goes where that is no better


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What is known of all articles; the place in each of these is the number of the article."""

    paths: tuple[str, ...]
    files: tuple[str, ...]  # that they are in: mostly the same as their paths
    outlets: tuple[str | None, ...]
    dates: tuple[str | None, ...]  # ISO 8601
    tags: tuple[tuple[str, ...], ...]  # as their front matter has them


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Within:
    """A part of an index."""

    articles: frozenset[int]
    passages: bytes  # of each passage of the index: 1 where it belongs to the part, else 0
    sentences: frozenset[int] | None  # that belong to it; None for all of its passages

    @property
    def count(self) -> int:
        """How many passages belong to it."""
        return self.passages.count(1)

    def has(self, article: int, sentence: int) -> bool:
        """Whether a sentence of an article belongs to it."""
        return article in self.articles and (self.sentences is None or sentence in self.sentences)


def filed(db: sqlite3.Connection) -> Filed:
    """What is known of all articles."""
    # "+" has SQLite read an index of these columns: in the table, they are behind the texts.
    rows = db.execute(
        "SELECT path, coalesce(part_of, path), outlet, date FROM articles ORDER BY +id"
    ).fetchall()
    paths, files, outlets, dates = zip(*rows, strict=True) if rows else ((), (), (), ())
    tags: dict[int, tuple[str, ...]] = {}
    for article, tag in db.execute("SELECT article, tag FROM tags ORDER BY rowid"):
        tags[article] = (*tags.get(article, ()), tag)
    return Filed(
        paths=paths,
        files=files,
        outlets=outlets,
        dates=dates,
        tags=tuple(tags.get(article, ()) for article in range(len(rows))),
    )


def part(
    db: sqlite3.Connection, articles: Collection[int], speakers: Collection[str] | None
) -> Within:
    """A part of an index.

    Args:
        db: The index.
        articles: That belong to it.
        speakers: Only what these say, by the names that the articles have; None for everything.
    """
    [(passages,)] = db.execute("SELECT count(*) FROM passages")
    held = bytearray(passages)
    if speakers is None:
        # The passages of an article follow each other.
        ends = "SELECT article, min(id), max(id) FROM passages GROUP BY article"
        for article, first, last in db.execute(ends):
            if article in articles:
                held[first : last + 1] = b"\1" * (last + 1 - first)
        return Within(articles=frozenset(articles), passages=bytes(held), sentences=None)
    said = [row for row in _said_by(db, speakers) if row[0] in articles]
    for _, passage, _ in said:
        held[passage] = 1
    return Within(
        articles=frozenset(article for article, _, _ in said),
        passages=bytes(held),
        sentences=frozenset(sentence for _, _, sentence in said),
    )


def _said_by(db: sqlite3.Connection, speakers: Collection[str]) -> list[tuple[int, int, int]]:
    """Article, passage and number of each sentence in which one of these says something."""
    marks = ",".join("?" * len(speakers))
    return db.execute(
        "SELECT DISTINCT p.article, p.id, s.id FROM statements t"
        " JOIN passages p ON p.article = t.article JOIN sentences s ON s.passage = p.id"
        f" WHERE t.speaker IN ({marks})"
        " AND (s.start < t.sentence_stop AND s.stop > t.sentence_start OR EXISTS (SELECT 1"
        " FROM contents c WHERE c.statement = t.id AND s.start < c.stop AND s.stop > c.start))",
        list(speakers),
    ).fetchall()


def speakers_in(db: sqlite3.Connection, articles: Collection[int]) -> list[tuple[str, int]]:
    """Speakers and the number of their statements in some articles; most first.

    What several of these articles print is counted once.
    """
    told: dict[str, set[int]] = {}
    for speaker, article, statement in db.execute(
        "SELECT t.speaker, t.article, coalesce(c.original, t.id) FROM statements t"
        " LEFT JOIN copied_statements c ON c.statement = t.id WHERE t.speaker NOT NULL"
    ):
        if article in articles:
            told.setdefault(speaker, set()).add(statement)
    counts = [(speaker, len(statements)) for speaker, statements in told.items()]
    return sorted(counts, key=lambda one: (-one[1], one[0]))
