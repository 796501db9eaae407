"""rag.store.unread_parts: what articles leave out of their files, over generations."""

from __future__ import annotations

import sqlite3

from rag.domain import Incomplete
from rag.store.unread_parts import incomplete, pack_lines, unpack_lines

LINES = ("pages 3-5 without text: they may be pictures", "page 7 damaged: some may be lacking")


def test_sentences_come_back_as_they_were() -> None:
    """None as none."""
    assert unpack_lines(pack_lines(LINES)) == LINES
    assert unpack_lines(pack_lines(())) == ()


def test_only_what_leaves_something_out_is_named() -> None:
    """In the order of the paths."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE articles (path TEXT, left_out TEXT)")
    rows = [("b.pdf", pack_lines(LINES)), ("a.pdf", pack_lines(LINES[:1])), ("c.pdf", "")]
    db.executemany("INSERT INTO articles VALUES (?,?)", rows)

    assert list(incomplete(db)) == [
        Incomplete(path="a.pdf", left_out=LINES[:1]),
        Incomplete(path="b.pdf", left_out=LINES),
    ]
