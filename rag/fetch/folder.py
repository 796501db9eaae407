"""The folder that pages are saved in: a file for each address, and what is needed to ask again.

``.fetched.json`` has, for each address, when it was fetched and what its server said to tell a new
version by. Without it the pages are fetched again, and nothing else is lost: each file names its
own address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from rag.checksum import write_atomically
from rag.error_words import reason
from rag.errors import CorpusError
from rag.fetch.request import Reply
from rag.load.saved_from import saved_address
from rag.web_address import web_address

RECORD = ".fetched.json"
_SCHEMA = "rag.fetched/1"
_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_ENDING = re.compile(r"\.(?:x?html?|php|aspx?|jsp|pdf|txt|md)$", re.IGNORECASE)
_NO_WORD = re.compile(r"[\W_]+")
_NO_HOST = re.compile(r"[^\w.-]")
_LONGEST_NAME = 100  # bytes
_LONGEST_FACT = 1_000  # characters of what a server says


class Folder:
    """Saves pages under one folder, each at its address."""

    def __init__(self, place: Path) -> None:
        """Open a folder, which need not exist yet.

        Raises:
            CorpusError: It is a file.
        """
        if place.exists() and not place.is_dir():
            raise CorpusError(f"{place} is not a folder", hint="give another one: --into FOLDER")
        self._place = place
        self._known = _read(place / RECORD)

    def conditions(self, url: str) -> dict[str, str]:
        """What makes a request conditional, for a page that is here as it was fetched."""
        address = web_address(url)
        known = self._known.get(address) if address else None
        if not address or not known or not self.file_of(address):
            return {}
        return {_CONDITIONS[name]: known[name] for name in _CONDITIONS if name in known}

    def file_of(self, address: str) -> Path | None:
        """The file of an address, if there is one."""
        file = self._place / str(self._known.get(address, {}).get("file", ""))
        return file if _address_in(file) == address else None

    def save(self, address: str, data: bytes, *, suffix: str, reply: Reply) -> tuple[Path, bool]:
        """Write a page down.

        Args:
            address: As it may be kept.
            data: The file, with its mark.
            suffix: Of its name.
            reply: What it came with.

        Returns:
            The file, and whether it is new or has changed.

        Raises:
            CorpusError: It cannot be written.
        """
        file = self._free_name(address, suffix)
        try:
            changes = not file.exists() or file.read_bytes() != data
            if changes:
                write_atomically(file, data)
            facts = {name: reply.headers[name] for name in _CONDITIONS if name in reply.headers}
            self._known[address] = {
                "file": file.relative_to(self._place).as_posix(),
                "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
                **{name: fact for name, fact in facts.items() if len(fact) <= _LONGEST_FACT},
            }
            record = {"schema": _SCHEMA, "pages": self._known}
            write_atomically(self._place / RECORD, json.dumps(record, indent=1))
        except OSError as error:
            raise CorpusError(
                f"{file} cannot be written: {reason(error)}", hint="give another --into FOLDER"
            ) from error
        return file, changes

    def _free_name(self, address: str, suffix: str) -> Path:
        """The name of an address, with a number where another address has it already."""
        parts = urlsplit(address)
        host = _NO_HOST.sub("_", parts.netloc).strip("._")
        name = _words_of(parts.path, parts.query)
        number = 1
        while True:
            file = self._place / host / f"{name}{f'-{number}' if number > 1 else ''}{suffix}"
            if not file.exists() or _address_in(file) == address:
                return file
            number += 1


def _words_of(path: str, query: str) -> str:
    bare = _ENDING.sub("", unquote(path, errors="replace").rstrip("/"))
    name = _NO_WORD.sub("-", f"{bare} {unquote(query, errors='replace')}").strip("-").lower()
    short = name.encode("utf-8", errors="replace")[:_LONGEST_NAME].decode("utf-8", errors="ignore")
    return short.strip("-") or "index"


def _address_in(file: Path) -> str | None:
    try:
        return saved_address(file.read_bytes())
    except OSError:  # also a folder, which is what no name leads to
        return None


def _read(record: Path) -> dict[str, Mapping[str, str]]:
    """What is known of addresses; nothing where that cannot be told."""
    try:
        found: Any = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    pages = found.get("pages") if isinstance(found, dict) else None
    return {
        address: known
        for address, known in (pages.items() if isinstance(pages, dict) else ())
        if isinstance(known, dict) and all(isinstance(fact, str) for fact in known.values())
    }
