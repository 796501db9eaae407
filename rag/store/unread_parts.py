"""What articles leave out of their files, as the index keeps it: lines of one column."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from rag.domain import Incomplete


def pack_lines(left_out: Iterable[str]) -> str:
    """The sentences as one text; empty when nothing is left out."""
    return "\n".join(left_out)


def unpack_lines(packed: str) -> tuple[str, ...]:
    """The sentences again."""
    return tuple(packed.splitlines())


def incomplete(db: sqlite3.Connection) -> Iterator[Incomplete]:
    """The articles that leave something out, by path."""
    found = db.execute("SELECT path, left_out FROM articles WHERE left_out != '' ORDER BY path")
    for path, packed in found:
        yield Incomplete(path=path, left_out=unpack_lines(packed))
