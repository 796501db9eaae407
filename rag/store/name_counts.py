"""The capitalised words of an index: how often each stands in the articles, and its spellings."""

from __future__ import annotations

import re
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
GUESSES = 2  # names at most for which a misspelt one is taken
LOOKED_AT = 50  # articles at most in which a guess is looked for as a name


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

    One letter is another, too many or missing, or two are swapped. A word that the articles also
    have in lower case is not a name: Crimea is not crime.

    This is a guess: it may be shown and searched for, but it is not treated as a known name.
    """
    if len(name) < SHORTEST:
        return []
    candidates = db.execute(
        "SELECT name FROM names WHERE length(name) BETWEEN max(?, ?) AND ?"
        " AND (substr(name, 1, 1) IN (?, ?) OR substr(name, 2) IN (?, ?))"
        " ORDER BY count DESC, name",
        (SHORTEST, len(name) - 1, len(name) + 1, name[0], name[1], name, name[1:]),
    )
    near = [other for (other,) in candidates if one_letter_off(name, other)]
    return [other for other in near if _is_only_a_name(db, other)][:GUESSES]


def one_letter_off(left: str, right: str) -> bool:
    """Whether one letter is changed, added or lost, or two neighbours are swapped.

    >>> one_letter_off("peskov", "pesqov"), one_letter_off("chile", "chilli")
    (True, False)
    """
    if left == right:
        return False
    start = next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), None)
    if start is None:
        return abs(len(left) - len(right)) == 1
    one, other = left[start:], right[start:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] == other[1:] or one[1:] == other or one == other[1:]


def _is_only_a_name(db: sqlite3.Connection, name: str) -> bool:
    """Whether it stands inside of a sentence with a capital, and nowhere without."""
    texts = db.execute(
        "SELECT text FROM articles"
        " WHERE id IN (SELECT article FROM mentions WHERE name = ? LIMIT ?)",
        (name, LOOKED_AT),
    )
    if not any((name, False) in capitalised(text) for (text,) in texts):
        return False
    small = re.compile(rf"(?<![\w@./-]){re.escape(name)}(?![\w@/-])")
    found = db.execute("SELECT text FROM articles WHERE instr(text, ?)", (name,))
    return not any(small.search(text) for (text,) in found)
