"""The capitalised words of an index: how often each stands in the articles, and its spellings."""

from __future__ import annotations

import difflib
import sqlite3
from collections import Counter

from rag.domain import Article
from rag.language.names import SHORTEST, capitalised, same_name, skeleton
from rag.language.text import STOPWORDS

SCHEMA = """
CREATE TABLE mentions (article INTEGER, name TEXT, skeleton TEXT, count INTEGER);
CREATE INDEX mentions_by_article ON mentions (article);
CREATE TABLE names (name TEXT PRIMARY KEY, skeleton TEXT, count INTEGER);
CREATE INDEX names_by_skeleton ON names (skeleton);
"""
# Ratio from which a name that no article has may be a misspelt one that they do have.
MISSPELT_NAME = 0.8


def keep_names(db: sqlite3.Connection, id: int, article: Article) -> None:
    """Write down which names an article has."""
    found = (name for name, _ in capitalised(article.text))
    counts = Counter(name for name in found if name not in STOPWORDS)
    db.executemany(
        "INSERT INTO mentions VALUES (?,?,?,?)",
        [(id, name, skeleton(name), count) for name, count in sorted(counts.items())],
    )


def copy_names(db: sqlite3.Connection, ids: range, *, shift: int) -> None:
    """Take over those of articles of the attached generation ``old``."""
    first, last = db.execute(
        "SELECT min(rowid), max(rowid) FROM old.mentions WHERE article BETWEEN ? AND ?",
        (ids[0], ids[-1]),
    ).fetchone()
    db.execute(
        "INSERT INTO mentions SELECT article + ?, name, skeleton, count FROM old.mentions"
        " WHERE rowid BETWEEN ? AND ? ORDER BY rowid",
        (shift, first, last),
    )


def sum_names(db: sqlite3.Connection) -> None:
    """Count each name over all articles."""
    db.execute("DELETE FROM names")
    db.execute(
        "INSERT INTO names SELECT name, min(skeleton), sum(count) FROM mentions"
        " GROUP BY name ORDER BY name"
    )


def spellings(db: sqlite3.Connection, name: str) -> list[str]:
    """Names in the articles that are this folded name, in this or another transliteration."""
    key = skeleton(name)
    found = db.execute("SELECT name FROM names WHERE skeleton = ? ORDER BY name", (key,))
    return [other for (other,) in found if same_name(name, other)]


def misspelt(db: sqlite3.Connection, name: str) -> list[str]:
    """Names in the articles that a folded name which no article has may be meant for; best first.

    A guess: it may be shown and searched for, and is nobody's name.
    """
    if len(name) < SHORTEST:
        return []
    candidates = db.execute(
        "SELECT name FROM names WHERE substr(name, 1, 1) = ? AND abs(length(name) - ?) <= 1"
        " ORDER BY count DESC, name",
        (name[0], len(name)),
    )
    return difflib.get_close_matches(
        name, [row[0] for row in candidates], n=2, cutoff=MISSPELT_NAME
    )
