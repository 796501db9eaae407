"""What articles leave out of their files, and what of them OCR read, as the index keeps it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from rag.domain import Incomplete, Span


def pack_lines(left_out: Iterable[str]) -> str:
    """The sentences as one text; empty when nothing is left out."""
    return "\n".join(left_out)


def unpack_lines(packed: str) -> tuple[str, ...]:
    """The sentences again."""
    return tuple(packed.splitlines())


def pack_spans(spans: Iterable[Span]) -> str:
    """Ranges as one text; empty when there is none."""
    return " ".join(f"{span.start}-{span.end}" for span in spans)


def unpack_spans(packed: str) -> tuple[Span, ...]:
    """The ranges again."""
    pairs = (span.split("-") for span in packed.split())
    return tuple(Span(start=int(start), end=int(end)) for start, end in pairs)


def incomplete(db: sqlite3.Connection) -> Iterator[Incomplete]:
    """The articles that leave something out, by path."""
    found = db.execute("SELECT path, left_out FROM articles WHERE left_out != '' ORDER BY path")
    for path, packed in found:
        yield Incomplete(path=path, left_out=unpack_lines(packed))
