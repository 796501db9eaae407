"""Damage that the checksums of files do not show: between the rows of an index and its caches."""

from __future__ import annotations

import sqlite3

from rag.store.articles import source_of
from rag.store.search import ByMeaning
from rag.store.vectors import Vectors


def inner_damage(db: sqlite3.Connection, vectors: ByMeaning) -> str | None:
    """What is wrong inside of SQLite and between it and FAISS, row by row; None for nothing.

    Checks SQLite's own structure, that every sentence lies in its article's text, and that
    every vector in FAISS is the one in SQLite. What lies in Milvus is not asked.
    """
    import numpy as np

    [found] = db.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        return f"SQLite: {found}"
    for id, text in db.execute("SELECT id, text FROM articles"):
        [end] = db.execute(
            "SELECT max(s.stop) FROM sentences s JOIN passages p ON p.id = s.passage"
            " WHERE p.article = ?",
            (id,),
        ).fetchone()
        if end is not None and end > len(text):
            return f"a sentence of {source_of(db, id).path} ends after its text"
    if not isinstance(vectors, Vectors):
        return None
    rows = db.execute("SELECT id, vector FROM passages ORDER BY id")
    while block := rows.fetchmany(10_000):
        kept = np.frombuffer(b"".join(row[1] for row in block), dtype="<f2")
        held = vectors.rows([row[0] for row in block])
        if not np.array_equal(held, kept.reshape(held.shape).astype(np.float32)):
            return "the vectors in passages.faiss differ from SQLite"
    return None
