"""JSON lines: reading what people wrote, with line numbers, and adding to what we write."""

from __future__ import annotations

import difflib
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from rag.error_words import reason
from rag.errors import ConfigError

BEGINS = '{"id": '  # how every line that is written here begins, whole or cut off


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file that are not blank, with their numbers from 1.

    Raises:
        ConfigError: The file cannot be read.
    """
    try:
        # Not splitlines(): U+2028 and its like may stand inside a JSON string.
        lines = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").split("\n")
    except FileNotFoundError as error:
        # Endings are alike anyhow: "nope.jsonl" is no "one.json".
        stems = {Path(name).stem: name for name in _neighbours(path)}
        near = difflib.get_close_matches(path.stem, stems, n=1)
        hint = f"did you mean {path.with_name(stems[near[0]])}?" if near else "give a JSONL file"
        raise ConfigError(f"{path} cannot be read: there is no such file", hint=hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {reason(error)}", hint="give a JSONL file"
        ) from error
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


class HasId(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """The id."""


Row = TypeVar("Row", bound=HasId)


def read_rows(path: Path, read: Callable[[dict[str, Any], str], Row], *, needs: str) -> list[Row]:
    """Read a file of objects that have each their own id.

    Args:
        path: The file.
        read: Makes a row of an object; told where it stands, "gold.jsonl, line 3".
        needs: What a line looks like, for the hint.

    Raises:
        ConfigError: The file cannot be read, a line is no object, or an id stands there twice.
    """
    rows: dict[str, Row] = {}
    for number, line in read_lines(path):
        place = f"{path}, line {number}"
        row = read(parse_object(line, place=place, needs=needs), place)
        if row.id in rows:
            raise ConfigError(f"{path} has the id {row.id!r} twice", hint="give each its own id")
        rows[row.id] = row
    return list(rows.values())


def _neighbours(path: Path) -> list[str]:
    """Names of the files beside a path."""
    try:
        return [other.name for other in path.parent.iterdir() if other.is_file()]
    except OSError:  # the folder is not there either
        return []


def parse_object(line: str, *, place: str, needs: str) -> dict[str, Any]:
    """One line as a JSON object.

    Args:
        line: The line.
        place: Where it stands, for the message: "gold.jsonl, line 3".
        needs: What such a line looks like, for the hint.

    Raises:
        ConfigError: It is not a JSON object.
    """
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{place} is not JSON: {reason(error)}"[:300], hint=needs) from error
    if not isinstance(entry, dict):
        more = (
            ", but an array: write each of its entries on its own line"
            if isinstance(entry, list)
            else ""
        )
        raise ConfigError(f"{place} is not a JSON object{more}", hint=needs)
    return entry


class RecordFile:
    """A JSONL file of records with an ``id`` that one process adds to, each on disk at once.

    Use as a context manager. Opening it cuts off a last line that was not written to its end.
    """

    def __init__(self, path: Path, *, holds: str, instead: str, schemas: frozenset[str]) -> None:
        """Name the file; nothing is opened yet.

        Args:
            path: The file; made when absent.
            holds: What its records are, for messages: "answers".
            instead: What to do when it cannot be used, for hints: "name another file with --out".
            schemas: Values of ``schema`` that a record may have.
        """
        self.path = path
        self._holds, self._instead, self._schemas = holds, instead, schemas
        self.records: list[dict[str, Any]] = []  # what the file held when it was opened

    def __enter__(self) -> Self:
        try:
            if self.path.exists() and not self.path.is_file():
                raise OSError(None, "it is not a regular file")
            self._file = self.path.open("a", encoding="utf-8")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigError(
                f"another process is writing to {self.path}", hint="wait until it has finished"
            ) from error
        except OSError as error:
            raise ConfigError(
                f"{self.path} cannot be written: {error.strerror}", hint=self._instead
            ) from error
        try:
            self.records = self._whole_records()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def append(self, line: str) -> None:
        """Add a record, given as one line of JSON without its newline."""
        self._file.write(line + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _whole_records(self) -> list[dict[str, Any]]:
        try:
            content = self.path.read_bytes()
            *lines, rest = content.decode("utf-8", errors="surrogateescape").split("\n")
            records = [json.loads(line) for line in lines if line.strip()]
            known = all(
                isinstance(record["id"], str) and record["schema"] in self._schemas
                for record in records
            )
        except OSError as error:
            raise ConfigError(
                f"{self.path} cannot be read: {reason(error)}", hint=self._instead
            ) from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise self._foreign() from error
        if not known or not (rest.startswith(BEGINS) or BEGINS.startswith(rest)):
            raise self._foreign()
        if rest:
            with self.path.open("r+b") as file:
                file.truncate(content.rfind(b"\n") + 1)
        return records

    def _foreign(self) -> ConfigError:
        return ConfigError(
            f"{self.path} exists and contains something other than {self._holds}",
            hint=f"{self._instead}, or delete it",
        )
