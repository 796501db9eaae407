"""What an index knows of copies: a text that several articles print is kept once for all of them.

A sentence, passage or statement of a copy points at the *original*: the same one in the first
article that has it. First comes the earliest dated, then the most complete, then the first by path.
What a copy has of its own points at nothing, and so nothing that it alone says is ever hidden.
The same words of another speaker are its own, and so is what "he" did after another sentence.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rag.language.sameness import context, same_words
from rag.store.near_duplicates import Fingerprint, find_copies, hashes_of
from rag.store.statements import speaker_of

SCHEMA = """
CREATE TABLE fingerprints (article INTEGER PRIMARY KEY, shingles BLOB, sentences BLOB,
    numberless BLOB);
CREATE TABLE copies (article INTEGER PRIMARY KEY, original INTEGER);
CREATE TABLE copied_sentences (sentence INTEGER PRIMARY KEY, original INTEGER);
CREATE INDEX copied_by_original ON copied_sentences (original);
CREATE TABLE copied_passages (passage INTEGER PRIMARY KEY, original INTEGER, own INTEGER);
CREATE TABLE copied_statements (statement INTEGER PRIMARY KEY, original INTEGER);
"""
Units = Literal["sentences", "passages"]
Place = tuple[str, int, int]  # path of an article, and a half-open range of its text
Spot = tuple[str, int]  # path of an article, and a character of its text
SAME_PASSAGE = 0.5  # share of the shorter passage's words that the longer has, in copies


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageCopy:
    """Where a passage of a copy stands first."""

    original: int
    own: int  # sentences of the copy's passage that stand in no article before


# --- writing --------------------------------------------------------------------------------------


def keep_fingerprint(db: sqlite3.Connection, article: int, kept: Fingerprint) -> None:
    """Write down what an article is recognised by."""
    db.execute(
        "INSERT INTO fingerprints VALUES (?,?,?,?)",
        (article, kept.shingles, kept.sentences, kept.numberless),
    )


def copy_fingerprints(db: sqlite3.Connection, ids: range, *, shift: int) -> None:
    """Take over those of articles of the attached generation ``old``, whose texts are the same."""
    db.execute(
        "INSERT INTO fingerprints SELECT article + ?, shingles, sentences, numberless"
        " FROM old.fingerprints WHERE article BETWEEN ? AND ?",
        (shift, ids[0], ids[-1]),
    )


def mark_copies(db: sqlite3.Connection) -> None:
    """Find the copies among all articles of a generation, and mark what stands in them again."""
    for table in ("copies", "copied_sentences", "copied_passages", "copied_statements"):
        db.execute(f"DELETE FROM {table}")
    found = db.execute(
        "SELECT f.article, f.shingles, f.sentences, f.numberless FROM fingerprints f"
        " JOIN articles a ON a.id = f.article"
        " ORDER BY a.date IS NULL, a.date, length(f.shingles) DESC, a.path"
    ).fetchall()
    prints = [Fingerprint(shingles=a, sentences=b, numberless=c) for _, a, b, c in found]
    for group in find_copies(prints):
        marks = _Group(db)
        lead, *others = [int(found[place][0]) for place in group]
        db.executemany("INSERT INTO copies VALUES (?,?)", [(one, lead) for one in others])
        for place in group:
            marks.add(int(found[place][0]), hashes_of(prints[place].sentences))


@dataclass(frozen=True, slots=True, kw_only=True)
class _First:
    """Where something of a group stands first."""

    id: int
    article: int


@dataclass(slots=True)
class _Group:
    """Articles of one text, the first of them first."""

    db: sqlite3.Connection
    sentences: dict[tuple[object, ...], _First] = field(default_factory=dict)
    statements: dict[tuple[object, ...], _First] = field(default_factory=dict)
    passages: list[tuple[int, set[str]]] = field(default_factory=list)  # those that are no copies

    def add(self, article: int, hashes: Sequence[bytes]) -> None:
        """Mark what of one more article stands in those before it."""
        rows = self.db.execute(
            "SELECT s.id, s.passage, s.start, s.stop FROM sentences s"
            " JOIN passages p ON p.id = s.passage WHERE p.article = ? ORDER BY s.id",
            (article,),
        ).fetchall()
        [(text, date)] = self.db.execute("SELECT text, date FROM articles WHERE id = ?", (article,))
        own: dict[int, int] = {}
        first_at: dict[int, int] = {}  # start of a sentence -> where it stands first
        told = zip(rows, hashes, [b"", *hashes], [*hashes[1:], b""], strict=False)
        for (id, passage, start, stop), said, before, after in told:
            speaker = speaker_of(self.db, article, start, stop)
            key = (
                said,
                *context(text[start:stop], speaker=speaker, before=before, after=after, date=date),
            )
            first = self.sentences.setdefault(key, _First(id=id, article=article))
            copied = first.article != article
            own[passage] = own.get(passage, 0) + (not copied)
            first_at[start] = first.id if copied else id
            if copied:
                self.db.execute("INSERT INTO copied_sentences VALUES (?,?)", (id, first.id))
        self._add_passages(own)
        self._add_statements(article, text, first_at)

    def _add_passages(self, own: dict[int, int]) -> None:
        unlike: list[tuple[int, set[str]]] = []
        for passage, alone in own.items():
            [(words,)] = self.db.execute("SELECT words FROM passages WHERE id = ?", (passage,))
            terms = set(words.split())
            best, share = -1, 0.0
            for id, known in self.passages:
                if (common := _share(terms, known)) > share:
                    best, share = id, common
            # Cut otherwise, a passage can stand in two of another article, half in each.
            if best >= 0 and (share >= SAME_PASSAGE or not alone):
                self.db.execute(
                    "INSERT INTO copied_passages VALUES (?,?,?)", (passage, best, alone)
                )
            else:
                unlike.append((passage, terms))
        self.passages += unlike

    def _add_statements(self, article: int, text: str, first_at: dict[int, int]) -> None:
        told = self.db.execute(
            "SELECT id, speaker, sentence_start FROM statements WHERE article = ? ORDER BY id",
            (article,),
        ).fetchall()
        for id, speaker, start in told:
            parts = self.db.execute(
                "SELECT start, stop FROM contents WHERE statement = ? ORDER BY start", (id,)
            )
            said = tuple(same_words(text[a:b]) for a, b in parts)
            if start not in first_at:
                continue
            first = self.statements.setdefault(
                (speaker, first_at[start], said), _First(id=id, article=article)
            )
            if first.article != article:
                self.db.execute("INSERT INTO copied_statements VALUES (?,?)", (id, first.id))


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


# --- reading --------------------------------------------------------------------------------------


def copied_passages(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, PassageCopy]:
    """Of these passages, those that stand in an article before too."""
    return {
        id: PassageCopy(original=original, own=own)
        for id, original, own in _among(db, "copied_passages", "passage", ids)
    }


def original_sentences(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, int]:
    """Of these sentences, those that stand in an article before too -> their original."""
    return dict(_among(db, "copied_sentences", "sentence", ids))


def sentence_copies(db: sqlite3.Connection, originals: Sequence[int]) -> dict[int, int]:
    """All sentences that have one of these as their original -> that."""
    return {id: first for id, first in _among(db, "copied_sentences", "original", originals)}


def statement_copies(db: sqlite3.Connection, speaker: str) -> dict[Spot, Spot]:
    """Of a speaker's statements, those that stand in an article before too -> their original."""
    begins = "(SELECT min(start) FROM contents WHERE statement = {})"
    return {
        (path, start): (first, at)
        for path, start, first, at in db.execute(
            f"SELECT a.path, {begins.format('t.id')}, b.path, {begins.format('o.id')}"
            " FROM statements t JOIN copied_statements c ON c.statement = t.id"
            " JOIN statements o ON o.id = c.original JOIN articles a ON a.id = t.article"
            " JOIN articles b ON b.id = o.article WHERE t.speaker = ?",
            (speaker,),
        )
    }


def copied_places(db: sqlite3.Connection, path: str, units: Units) -> dict[Place, Place]:
    """What of an article stands in one before it, word for word -> where."""
    if units == "sentences":
        rows = db.execute(
            "SELECT a.path, s.start, s.stop, b.path, o.start, o.stop FROM articles a"
            " JOIN passages p ON p.article = a.id JOIN sentences s ON s.passage = p.id"
            " JOIN copied_sentences c ON c.sentence = s.id JOIN sentences o ON o.id = c.original"
            " JOIN passages q ON q.id = o.passage JOIN articles b ON b.id = q.article"
            " WHERE a.path = ?",
            (path,),
        )
    else:
        rows = db.execute(
            "SELECT a.path, p.start, p.stop, b.path, o.start, o.stop FROM articles a"
            " JOIN passages p ON p.article = a.id JOIN copied_passages c ON c.passage = p.id"
            " JOIN passages o ON o.id = c.original JOIN articles b ON b.id = o.article"
            " WHERE a.path = ? AND c.own = 0",
            (path,),
        )
    return {(of, start, end): (first, at, to) for of, start, end, first, at, to in rows}


def copy_groups(db: sqlite3.Connection) -> tuple[tuple[str, ...], ...]:
    """Paths of the articles that are printings of one text: the original, then its copies."""
    groups: dict[str, list[str]] = {}
    for original, path in db.execute(
        "SELECT o.path, a.path FROM copies c JOIN articles o ON o.id = c.original"
        " JOIN articles a ON a.id = c.article ORDER BY o.path, a.path"
    ):
        groups.setdefault(original, [original]).append(path)
    return tuple(map(tuple, groups.values()))


def _among(
    db: sqlite3.Connection, table: str, column: str, ids: Sequence[int]
) -> Iterator[tuple[Any, ...]]:
    marks = ",".join("?" * len(ids))
    yield from db.execute(f"SELECT * FROM {table} WHERE {column} IN ({marks})", ids)
