"""What a sync that was stopped had made: the next one takes it from here and goes on.

A file beside the generations that is only added to. A record, behind a checksum, is an article with
all that was found in it or a part of a file that is none, how many of these a file has, or the
vectors of an article's passages: what is torn or damaged is made again. It is worth the time that
it saves and no more: where room gets tight, it is given up. It is named after the generation in
force and after all that shapes an article, so nothing of another index, model, setting or version
of the code is taken. `IndexWriter.commit` removes it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rag.domain import Skipped
from rag.limits import MEGABYTE
from rag.store.generations import drop_unfinished, unfinished_file
from rag.sync.messages import as_message, from_message
from rag.sync.prepare import Prepared

if TYPE_CHECKING:
    from rag.models.embedder import Matrix

ROOM = 4  # times its size must stay free: the index that is written takes two to three times it
SPARE = 64 * MEGABYTE  # that stay free beside
LONGEST_NAME = 1 << 16  # bytes
_HEAD = struct.Struct(">4sIQ32s")  # mark, bytes of the name and of the body, SHA-256 of both
_MARK = b"rag1"
_PARTS, _VECTORS = b"parts ", b"vectors "


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """Where a record stands in the file."""

    name: bytes  # what it holds, of which file or article, and its SHA-256
    start: int  # of the body
    size: int
    sha256: bytes  # of name and body


class Unfinished:
    """The file, opened to be taken from and added to. Use as a context manager.

    Where it cannot be written, nothing is kept, and a sync that is stopped begins anew.
    """

    def __init__(self, index: Path, *, generation: int, made_by: Sequence[str]) -> None:
        """Open nothing yet.

        Args:
            index: Folder of the index; nobody else writes to it.
            generation: In force; 0: none.
            made_by: All that an article's text and vectors depend on but its file.
        """
        key = hashlib.sha256(json.dumps(made_by).encode()).hexdigest()
        self._path = unfinished_file(index, generation, key[:16])
        self._records: dict[bytes, _Record] = {}
        self._handle = -1
        self._size = 0

    def __enter__(self) -> Self:
        drop_unfinished(self._path.parent, keep=self._path)
        with suppress(OSError):
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._handle = os.open(self._path, flags, 0o644)
            self._scan()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close(remove=not self._size)

    def _close(self, *, remove: bool) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
            if remove:
                self._path.unlink(missing_ok=True)

    def read(self) -> set[str]:
        """The files that were read already, as far as their names tell."""
        names = (name for name in self._records if name.startswith(_PARTS))
        return {name.split(b" ", 2)[-1].decode() for name in names}

    def parts(self, path: str, sha256: str) -> int:
        """How many parts a file with these bytes has, articles or not; 0: not all were kept."""
        body = self._read(_name(_PARTS, path, sha256))
        return int(body) if body else 0

    def keep_parts(self, path: str, sha256: str, count: int) -> None:
        """Keep how many parts a file has, once all of them are kept."""
        self._add(_name(_PARTS, path, sha256), b"%d" % count)

    def part(self, path: str, sha256: str, number: int) -> Prepared | Skipped | None:
        """What was made of a part of a file, counted from 0, without vectors; None: none whole."""
        body = self._read(_name(b"part%d " % number, path, sha256))
        if not body:
            return None
        message = json.loads(body)
        return Skipped(**message) if "why" in message else from_message(message)

    def keep_part(self, path: str, sha256: str, number: int, found: Prepared | Skipped) -> None:
        """Keep what was made of a part of a file: an article, or why it is none."""
        message = asdict(found) if isinstance(found, Skipped) else as_message(found)
        body = json.dumps(message, ensure_ascii=False).encode()
        self._add(_name(b"part%d " % number, path, sha256), body)

    def vectors(self, found: Prepared) -> list[Matrix] | None:
        """The vector of each passage of an article, of shape (d,); None: not all were made."""
        import numpy as np

        body = self._read(_name(_VECTORS, found.article.path, found.article.sha256))
        count = len(found.passages)
        if not body or len(body) % (2 * count):
            return None
        return list(np.frombuffer(body, dtype="<f2").astype(np.float32).reshape(count, -1))

    def keep_vectors(self, found: Prepared, vectors: Sequence[Matrix]) -> None:
        """Keep the vectors of an article as an index keeps them, in float16."""
        body = b"".join(vector.astype("<f2").tobytes() for vector in vectors)
        self._add(_name(_VECTORS, found.article.path, found.article.sha256), body)

    def records(self) -> bytes:
        """All records, to be taken elsewhere; empty where none could be kept."""
        return os.pread(self._handle, self._size, 0) if self._handle >= 0 else b""

    def take(self, records: bytes) -> None:
        """Keep the `records` of another one, made by the same."""
        place = 0
        while len(head := records[place : place + _HEAD.size]) == _HEAD.size:
            mark, named, long, _ = _HEAD.unpack(head)
            start = place + _HEAD.size + named
            if mark != _MARK or named > LONGEST_NAME or start + long > len(records):
                return
            self._add(records[start - named : start], records[start : start + long])
            place = start + long

    def _scan(self) -> None:
        """Note which records there are, and cut off a torn one at the end."""
        size = os.fstat(self._handle).st_size
        while len(head := os.pread(self._handle, _HEAD.size, self._size)) == _HEAD.size:
            mark, named, long, sum = _HEAD.unpack(head)
            start = self._size + _HEAD.size + named
            if mark != _MARK or named > LONGEST_NAME or start + long > size:
                break
            name = os.pread(self._handle, named, start - named)
            self._records[name] = _Record(name=name, start=start, size=long, sha256=sum)
            self._size = start + long
        if self._size < size:
            os.ftruncate(self._handle, self._size)

    def _read(self, name: bytes) -> bytes | None:
        record = self._records.get(name)
        if record is None or self._handle < 0:
            return None
        try:
            body = os.pread(self._handle, record.size, record.start)
        except OSError:  # of a bad disk; what was there is made again
            return None
        return body if hashlib.sha256(name + body).digest() == record.sha256 else None

    def _add(self, name: bytes, body: bytes) -> None:
        if self._handle < 0 or self._read(name) == body:
            return
        sum = hashlib.sha256(name + body).digest()
        record = _HEAD.pack(_MARK, len(name), len(body), sum) + name + body
        end, self._size = self._size, self._size + len(record)
        start = end + _HEAD.size + len(name)
        self._records[name] = _Record(name=name, start=start, size=len(body), sha256=sum)
        try:
            if shutil.disk_usage(self._path.parent).free < ROOM * self._size + SPARE:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if os.pwrite(self._handle, record, end) < len(record):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            self._close(remove=True)


def _name(kind: bytes, path: str, sha256: str) -> bytes:
    return kind + f"{sha256} {path}".encode()
