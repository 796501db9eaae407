"""Who says what in the articles of an index, as `rag.statements.find` found it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from itertools import groupby, islice
from typing import Any

from rag.domain import Span, Statement, StatementKind
from rag.language.names import skeleton
from rag.language.text import words

SCHEMA = """
CREATE TABLE statements (id INTEGER PRIMARY KEY, article INTEGER, speaker TEXT, written TEXT,
    cue TEXT, kind TEXT, sentence_start INTEGER, sentence_stop INTEGER,
    source_start INTEGER, source_stop INTEGER);
CREATE INDEX statements_by_speaker ON statements (speaker);
CREATE INDEX statements_by_article ON statements (article);
CREATE TABLE contents (statement INTEGER, start INTEGER, stop INTEGER);
CREATE INDEX contents_by_statement ON contents (statement);
CREATE TABLE speakers (speaker TEXT PRIMARY KEY, count INTEGER);
CREATE TABLE speaker_words (skeleton TEXT, speaker TEXT);
CREATE INDEX speaker_words_by_skeleton ON speaker_words (skeleton, speaker);
"""


# --- writing --------------------------------------------------------------------------------------


def keep_statement(db: sqlite3.Connection, article: int, statement: Statement) -> None:
    """Write down one statement of an article."""
    source = statement.source
    row = db.execute(
        "INSERT INTO statements VALUES (NULL,?,?,?,?,?,?,?,?,?)",
        (
            article,
            statement.speaker,
            statement.written,
            statement.cue,
            statement.kind,
            statement.sentence.start,
            statement.sentence.end,
            source.start if source else None,
            source.end if source else None,
        ),
    ).lastrowid
    db.executemany(
        "INSERT INTO contents VALUES (?,?,?)",
        [(row, span.start, span.end) for span in statement.content],
    )


def copy_statements(db: sqlite3.Connection, ids: range, *, shift: int) -> None:
    """Take over those of articles of the attached generation ``old``, whose texts are the same.

    Args:
        db: The generation that is written.
        ids: Of the articles, there.
        shift: From the number of an article there to that here.
    """
    first, last = db.execute(
        "SELECT min(id), max(id) FROM old.statements WHERE article BETWEEN ? AND ?",
        (ids[0], ids[-1]),
    ).fetchone()
    if first is None:
        return
    [free] = db.execute("SELECT 1 + coalesce(max(id), 0) FROM main.statements").fetchone()
    db.execute(
        "INSERT INTO statements SELECT id + ?, article + ?, speaker, written, cue, kind,"
        " sentence_start, sentence_stop, source_start, source_stop FROM old.statements"
        " WHERE id BETWEEN ? AND ? ORDER BY id",
        (free - first, shift, first, last),
    )
    begin, end = db.execute(
        "SELECT min(rowid), max(rowid) FROM old.contents WHERE statement BETWEEN ? AND ?",
        (first, last),
    ).fetchone()
    db.execute(
        "INSERT INTO contents SELECT statement + ?, start, stop FROM old.contents"
        " WHERE rowid BETWEEN ? AND ? ORDER BY rowid",
        (free - first, begin, end),
    )


def sum_speakers(db: sqlite3.Connection) -> None:
    """Count the statements of each speaker, copies not, and note the words of the names."""
    db.execute("DELETE FROM speakers")
    db.execute("DELETE FROM speaker_words")
    db.execute(
        "INSERT INTO speakers SELECT speaker, count(*) FROM statements WHERE speaker NOT NULL"
        " AND id NOT IN (SELECT statement FROM copied_statements) GROUP BY speaker ORDER BY speaker"
    )
    names = [name for (name,) in db.execute("SELECT speaker FROM speakers")]
    db.executemany(
        "INSERT INTO speaker_words VALUES (?,?)",
        ((key, name) for name in names for key in sorted(set(map(skeleton, words(name))))),
    )


# --- reading --------------------------------------------------------------------------------------


def statements_of(db: sqlite3.Connection, path: str) -> list[Statement]:
    """Who says what in an article, in the order of the text."""
    return [one for _, one in _statements(db, "a.path = ?", (path,))]


def statements_by(db: sqlite3.Connection, speaker: str) -> list[tuple[str, Statement]]:
    """What a speaker says, with the path of the article, in the order of the paths."""
    return _statements(db, "t.speaker = ?", (speaker,))


def _statements(
    db: sqlite3.Connection, where: str, values: tuple[Any, ...]
) -> list[tuple[str, Statement]]:
    found = db.execute(
        "SELECT t.id, a.path, t.speaker, t.written, t.cue, t.kind, t.sentence_start,"
        " t.sentence_stop, t.source_start, t.source_stop FROM statements t"
        f" JOIN articles a ON a.id = t.article WHERE {where} ORDER BY a.path, t.id",
        values,
    ).fetchall()
    statements = []
    for id, path, speaker, written, cue, kind, start, stop, first, last in found:
        parts = db.execute(
            "SELECT start, stop FROM contents WHERE statement = ? ORDER BY start", (id,)
        )
        statement = Statement(
            speaker=speaker,
            written=written,
            cue=cue,
            kind=StatementKind(kind),
            content=tuple(Span(start=a, end=b) for a, b in parts),
            sentence=Span(start=start, end=stop),
            source=None if first is None else Span(start=first, end=last),
        )
        statements.append((str(path), statement))
    return statements


def speaker_of(db: sqlite3.Connection, article: int, start: int, end: int) -> str | None:
    """Who speaks in a sentence, by its range; None when nobody, several, or it is not clear."""
    found = db.execute(
        "SELECT t.speaker, c.start, c.stop FROM statements t"
        " JOIN contents c ON c.statement = t.id"
        " WHERE t.article = ? AND c.start < ? AND c.stop > ?",
        (article, end, start),
    ).fetchall()
    # "Peskov said Putin had made it clear": it is Peskov who says so.
    outer = {
        speaker
        for speaker, first, last in found
        if not any(
            one <= first and last <= other and (one, other) != (first, last)
            for _, one, other in found
        )
    }
    return outer.pop() if len(outer) == 1 else None


def speakers(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """Speakers and the number of their statements, copies not counted; most first."""
    return list(db.execute("SELECT speaker, count FROM speakers ORDER BY count DESC, speaker"))


def speakers_named(db: sqlite3.Connection, names: Collection[str]) -> list[tuple[str, int]]:
    """Those of `speakers` whose names may have one of these folded words, in any spelling."""
    keys = sorted(set(map(skeleton, names)))
    return list(
        db.execute(
            "SELECT speaker, count FROM speakers WHERE speaker IN"
            f" (SELECT speaker FROM speaker_words WHERE skeleton IN ({','.join('?' * len(keys))}))"
            " ORDER BY count DESC, speaker",
            keys,
        )
    )


def articles_with(db: sqlite3.Connection, speaker: str, most: int) -> list[int]:
    """The first articles, so many at most, in which a speaker says something."""
    found = db.execute("SELECT article FROM statements WHERE speaker = ? ORDER BY id", (speaker,))
    every = (article for article, _ in groupby(article for (article,) in found))
    return list(islice(every, most))
