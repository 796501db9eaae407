"""A checksum for each article over all that an answer may show of it.

A whole file is read and checked when it looks otherwise than it was written, see
`rag.store.manifest`. A bit that flips on the disk changes no time and no size: the rows that an
answer is made of are checked here, when they are read. The row numbers take no part, so that the
checksum goes with an article from one generation to the next.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3

from rag.errors import IndexStale
from rag.store.reading import MEND

SCHEMA = """
CREATE TABLE article_sums (article INTEGER PRIMARY KEY, sha256 BLOB);
"""
_ROWS = (
    "SELECT path, sha256, text, title, title_origin, outlet, outlet_origin, date, date_origin,"
    " left_out, part_of, url, ocr FROM articles WHERE id = ?",
    "SELECT tag FROM tags WHERE article = ? ORDER BY rowid",
    "SELECT start, stop, words, vector FROM passages WHERE article = ? ORDER BY id",
    "SELECT s.start, s.stop, p.start FROM passages p JOIN sentences s ON s.passage = p.id"
    " WHERE p.article = ? ORDER BY s.id",
    "SELECT speaker, written, cue, kind, sentence_start, sentence_stop, source_start, source_stop"
    " FROM statements WHERE article = ? ORDER BY id",
    "SELECT c.start, c.stop, t.sentence_start FROM statements t"
    " JOIN contents c ON c.statement = t.id WHERE t.article = ? ORDER BY c.rowid",
)


def keep_sum(db: sqlite3.Connection, article: int) -> None:
    """Note the checksum of an article, all rows of which are written."""
    db.execute("INSERT INTO article_sums VALUES (?,?)", (article, _sum(db, article)))


def copy_sums(db: sqlite3.Connection, ids: range, *, shift: int) -> None:
    """Take over those of articles of the attached generation ``old``, which stay as they were.

    Args:
        db: The generation that is written.
        ids: Of the articles, there.
        shift: From the number of an article there to that here.
    """
    db.execute(
        "INSERT INTO article_sums SELECT article + ?, sha256 FROM old.article_sums"
        " WHERE article BETWEEN ? AND ?",
        (shift, ids[0], ids[-1]),
    )


def check_article(db: sqlite3.Connection, article: int) -> None:
    """Check the rows of an article before they are used.

    Raises:
        IndexStale: They are not what was written.
    """
    kept = db.execute("SELECT sha256 FROM article_sums WHERE article = ?", (article,)).fetchone()
    if kept is None or kept[0] != _sum(db, article):
        raise IndexStale(
            f"the index is damaged: what it has of article {article} has changed", hint=MEND
        )


def _sum(db: sqlite3.Connection, article: int) -> bytes:
    total = hashlib.sha256()
    for query in _ROWS:
        for row in db.execute(query, (article,)):
            total.update(json.dumps(row, default=bytes.hex).encode() + b"\n")
        total.update(b"\n")
    return total.digest()
