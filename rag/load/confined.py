"""Files of formats with a parser behind them are parsed in a process that can be ended.

A page of 200,000 nested tags or a PDF that refers to itself can take a parser hours, or all memory.
Here it costs that file alone: the process has a limit of memory, and each file one of seconds. A
file that goes beyond is listed with the reason, and the next one gets a new process. Plain text has
no parser to confuse and is read at once.

The two processes exchange JSON, and the bytes of a file as they are, each behind its length.
"""

from __future__ import annotations

import json
import select
import struct
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Any, Self

from rag.domain import Article, Found, Origin, Skipped, Span
from rag.load.files import File, RawFile, parse_file, read_file

PLAIN = frozenset({".txt"})
MEGABYTE = 1024 * 1024
STARTING = 60.0  # seconds that a new process may take to be ready
_LENGTH = struct.Struct(">Q")


class Parser:
    """Turns files into articles within limits. Use as a context manager."""

    def __init__(self, *, seconds: float, megabytes: int) -> None:
        """Set the limits.

        Args:
            seconds: That one file may take.
            megabytes: Memory that the parsing process may take beside what it begins with.
        """
        self._seconds = seconds
        self._megabytes = megabytes
        self._process: subprocess.Popen[bytes] | None = None

    def load(self, file: File) -> Article | Skipped:
        """Read one file and turn it into an article; never raises for what the file holds."""
        raw = read_file(file)
        if isinstance(raw, Skipped) or Path(raw.path).suffix.lower() in PLAIN:
            return raw if isinstance(raw, Skipped) else parse_file(raw)
        return self._parse(raw)

    def _parse(self, raw: RawFile) -> Article | Skipped:
        process = self._started()
        assert process.stdin is not None
        try:
            for part in (json.dumps([raw.path, raw.sha256]).encode(), raw.data):
                _send(process.stdin, part)
            found = self._receive(process, self._seconds)
        except TimeoutError:
            self._end()
            return Skipped(path=raw.path, why=f"takes more than {self._seconds:g} s to parse")
        except (EOFError, BrokenPipeError):
            self._end()
            return Skipped(path=raw.path, why="its parser died of it")
        if "text" not in found:
            return Skipped(**found)
        return _article(found)

    def _started(self) -> subprocess.Popen[bytes]:
        """The process that parses, ready."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "rag.load.confined", str(self._megabytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the process that waits for this
            )
            self._receive(self._process, STARTING)
        return self._process

    def _receive(self, process: subprocess.Popen[bytes], seconds: float) -> dict[str, Any]:
        """The next message of the process.

        Raises:
            TimeoutError: It does not come in time.
            EOFError: The process has ended.
        """
        until = monotonic() + seconds
        [length] = _LENGTH.unpack(self._read(process, _LENGTH.size, until))
        message: dict[str, Any] = json.loads(self._read(process, length, until))
        return message

    def _read(self, process: subprocess.Popen[bytes], size: int, until: float) -> bytes:
        assert process.stdout is not None
        parts: list[bytes] = []
        while size:
            ready, _, _ = select.select([process.stdout], [], [], max(0.0, until - monotonic()))
            if not ready:
                raise TimeoutError
            part = process.stdout.raw.read(size)  # type: ignore[attr-defined]
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except BrokenPipeError:  # what was still to be written has no reader any more
                        continue
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()


def _send(stream: IO[bytes], part: bytes) -> None:
    stream.write(_LENGTH.pack(len(part)) + part)
    stream.flush()


def _article(found: dict[str, Any]) -> Article:
    """An article as it was before it became JSON."""
    headers = {
        name: Found(value=found[name]["value"], origin=Origin(found[name]["origin"]))
        for name in ("title", "outlet", "date")
    }
    paragraphs = tuple(Span(**span) for span in found["paragraphs"])
    return Article(
        path=found["path"],
        sha256=found["sha256"],
        text=found["text"],
        paragraphs=paragraphs,
        **headers,
    )


# --- in the process that parses -------------------------------------------------------------------


def _serve(megabytes: int) -> None:
    """Parse file after file until the input ends."""
    _confine(megabytes)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not break into the messages
    _send(sink, b"{}")
    while head := source.read(_LENGTH.size):
        path, sha256 = json.loads(source.read(_LENGTH.unpack(head)[0]))
        data = source.read(_LENGTH.unpack(source.read(_LENGTH.size))[0])
        try:
            found = parse_file(RawFile(path=path, data=data, sha256=sha256))
            message = json.dumps(asdict(found)).encode()
        except (MemoryError, RecursionError):
            why = f"takes more than {megabytes} MB to parse"
            message = json.dumps(asdict(Skipped(path=path, why=why))).encode()
        _send(sink, message)


def _confine(megabytes: int) -> None:
    """Limit this process."""
    import resource

    from rag.load.docx import extract_docx
    from rag.load.extract import Unreadable
    from rag.load.html import extract_html
    from rag.load.pdf import extract_pdf

    for extract in (extract_docx, extract_html, extract_pdf):
        try:  # loads the libraries: what they take themselves does not count
            extract(b"<p>")
        except Unreadable:
            continue
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    held = Path("/proc/self/statm")
    if held.exists():  # elsewhere than on Linux, only the seconds are limited
        pages = int(held.read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + megabytes * MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
