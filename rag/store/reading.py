"""SQLite opened to be read, where damage that is met is `IndexStale` and no error of SQLite's.

A file that looks untouched is not read as a whole when an index is opened, so that it is here that
a page shows which the disk has lost or changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.error_words import reason
from rag.errors import IndexStale

MEND = "find out what is damaged, and how to mend it: rag doctor"


def open_database(path: Path, *, any_thread: bool = False) -> sqlite3.Connection:
    """Open a database that nobody writes to any more.

    Args:
        path: Its file.
        any_thread: Whether other threads than this one may ask it.

    Returns:
        A connection whose queries, and the rows that they give, raise `IndexStale` where SQLite
        finds damage or cannot read.
    """
    # immutable: the files of a generation never change, so no locks and no journal are needed.
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, factory=_Connection, check_same_thread=not any_thread)


def unread(what: str, why: str) -> IndexStale:
    """What is raised where search files, which SQLite can make again, cannot be read."""
    return IndexStale(
        f"{what} cannot be read: {why}", hint="rebuild it: rag index --rebuild-caches"
    )


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise IndexStale(f"the index is damaged: SQLite: {reason(error)}", hint=MEND) from error


def _told(method: Callable[..., Any]) -> Callable[..., Any]:
    def told(*arguments: Any) -> Any:
        with _damage_told():
            return method(*arguments)

    return told


class _Rows(sqlite3.Cursor):
    execute = _told(sqlite3.Cursor.execute)
    fetchone = _told(sqlite3.Cursor.fetchone)
    fetchall = _told(sqlite3.Cursor.fetchall)
    fetchmany = _told(sqlite3.Cursor.fetchmany)
    __next__ = _told(sqlite3.Cursor.__next__)


class _Connection(sqlite3.Connection):
    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        """As SQLite's own."""
        rows = self.cursor(_Rows)
        rows.execute(*arguments)
        return rows
