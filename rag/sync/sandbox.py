"""Files are parsed, split and searched for statements in a process that can be ended.

A page of 200,000 nested tags or a PDF that refers to itself can take a parser hours, or all memory.
Here it costs that file alone: the process has a limit of memory, and each file one of seconds, by
the clock on the wall: `parse_seconds` to become text, and as much again for each million characters
of the text to be split. A file that goes beyond is listed with the reason, and the next one gets a
new process. Short plain text has no parser to confuse and is read at once.

The two processes exchange JSON, and the bytes of a file as they are, each behind its length.
"""

from __future__ import annotations

import json
import math
import os
import select
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import monotonic, process_time
from types import TracebackType
from typing import IO, Any, Self

from rag.domain import Article, Skipped, Span
from rag.errors import RagError
from rag.limits import MEGABYTE, Limits
from rag.load import File, RawFile, read_file
from rag.load.parse import parse_file
from rag.sync.prepare import Prepared, prepare
from rag.sync.prepared_json import as_message, from_message
from rag.sync.unfinished import Unfinished

PLAIN = frozenset({".txt"})
AT_ONCE = 256 * 1024  # bytes of plain text that need no process of their own
STARTING = 60.0  # seconds that a new process may take to be ready
_LENGTH = struct.Struct(">Q")
_STEP = 1_000_000  # characters that are split within the seconds of one file
_OUT_OF_MEMORY = 3  # exit status of a process that could not even say so


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """An article whose text and title are those of another: what is derived from that is right."""

    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of a file."""

    found: Prepared | Same | Skipped
    sha256: str  # of the bytes that were read; empty for what could not be read


class Parser:
    """Turns files into articles with all that is derived from them. Use as a context manager."""

    def __init__(self, *, limits: Limits, words: int, unfinished: Unfinished | None = None) -> None:
        """Set the limits.

        Args:
            limits: What a file may take.
            words: That a passage is filled up to.
            unfinished: Articles of a sync that was stopped, which need no parsing; new ones are
                kept there.
        """
        self._unfinished = unfinished
        self._limits = limits
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None

    def load(self, file: File, *, same_as: Article | None = None) -> Loaded:
        """Read one file and prepare it; never raises for what the file holds.

        Args:
            file: The file.
            same_as: An article of which all that is derived is known: one with this text and this
                title comes without.

        Raises:
            RagError: The process that parses cannot be started.
        """
        raw = read_file(file, limits=self._limits)
        if isinstance(raw, Skipped):
            return Loaded(found=raw, sha256="")
        known = self._unfinished.article(raw.path, raw.sha256) if self._unfinished else None
        if known:
            return Loaded(found=known, sha256=raw.sha256)
        at_once = Path(raw.path).suffix.lower() in PLAIN and len(raw.data) <= AT_ONCE
        found = self._at_once(raw, same_as) if at_once else self._parse(raw)
        if isinstance(found, Prepared) and _is_same(found.article, same_as):
            found = Same(article=found.article)
        # A failure is not kept: what ends a sync may have ended its parser before.
        if isinstance(found, Prepared) and self._unfinished:
            self._unfinished.keep_article(found)
        return Loaded(found=found, sha256=raw.sha256)

    def _at_once(self, raw: RawFile, same_as: Article | None) -> Prepared | Same | Skipped:
        article = parse_file(raw, limits=self._limits)
        if isinstance(article, Skipped):
            return article
        if _is_same(article, same_as):
            return Same(article=article)
        return prepare(article, words=self._words, limits=self._limits)

    def _parse(self, raw: RawFile) -> Prepared | Skipped:
        process = self._started()
        assert process.stdin is not None
        seconds = self._limits.parse_seconds
        doing = "parse"
        try:
            for part in (json.dumps([raw.path, raw.sha256]).encode(), raw.data):
                _send(process.stdin, part)
            found = self._receive(process, seconds)
            if "pages" in found:
                seconds = self._limits.parse_seconds * (found["pages"] + 1)
                found = self._receive(process, seconds)
            if "characters" in found:
                seconds, doing = self._limits.parse_seconds, "split"
                seconds *= math.ceil(found["characters"] / _STEP)
                found = self._receive(process, seconds)
        except TimeoutError:
            self._end()
            why = f"takes more than {seconds:g} s to {doing}: raise parse_seconds"
            return Skipped(path=raw.path, why=why)
        except (EOFError, BrokenPipeError):
            return Skipped(path=raw.path, why=self._died())
        return Skipped(**found) if "why" in found else from_message(found)

    def _died(self) -> str:
        """Why the process ended by itself."""
        assert self._process is not None
        try:
            status = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            status = 0
        self._end()
        if status == _OUT_OF_MEMORY:
            return _too_much(self._limits.parse_megabytes)
        if -status in {each.value for each in signal.Signals}:
            return f"the parser crashed on it ({signal.Signals(-status).name})"
        return "the parser crashed on it"

    def _started(self) -> subprocess.Popen[bytes]:
        """The process that parses, ready."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "rag.sync.sandbox"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the process that waits for this
            )
            assert self._process.stdin is not None
            try:
                task = {"limits": asdict(self._limits), "words": self._words}
                _send(self._process.stdin, json.dumps(task).encode())
                self._receive(self._process, STARTING)
            except (EOFError, BrokenPipeError, TimeoutError) as error:
                self._end()
                raise RagError(
                    "the process that parses files cannot be started",
                    hint="allow a process to use 1 GB of memory (ulimit -v)",
                ) from error
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

    def _read(self, process: subprocess.Popen[bytes], size: int, until: float) -> bytearray:
        assert process.stdout is not None
        part = bytearray(size)
        place = 0
        while place < size:
            ready, _, _ = select.select([process.stdout], [], [], max(0.0, until - monotonic()))
            if not ready:
                raise TimeoutError
            got = process.stdout.raw.readinto(memoryview(part)[place:])  # type: ignore[attr-defined]
            if not got:
                raise EOFError
            place += got
        return part

    def _end(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):  # and the program that reads pictures for it
                os.killpg(self._process.pid, signal.SIGKILL)
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


def _is_same(one: Article, other: Article | None) -> bool:
    return other is not None and one.text == other.text and one.title.value == other.title.value


def _too_much(megabytes: int) -> str:
    return f"takes more than {megabytes:,} MB to parse: raise parse_megabytes"


def _send(stream: IO[bytes], part: bytes) -> None:
    stream.write(_LENGTH.pack(len(part)))
    stream.write(part)
    stream.flush()


# --- in the process that parses -------------------------------------------------------------------


def _serve() -> None:
    """Prepare file after file until the input ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not break into the messages
    task = json.loads(source.read(_LENGTH.unpack(source.read(_LENGTH.size))[0]))
    limits, words = Limits(**task["limits"]), int(task["words"])
    megabytes = _confine(limits)
    _send(sink, b"{}")
    while head := source.read(_LENGTH.size):
        _limit_cpu(limits.parse_seconds)
        path, sha256 = json.loads(source.read(_LENGTH.unpack(head)[0]))
        data = source.read(_LENGTH.unpack(source.read(_LENGTH.size))[0])

        def tell(what: str, count: int) -> None:
            steps = count + 1 if what == "pages" else math.ceil(count / _STEP)
            _limit_cpu(limits.parse_seconds * steps)
            _send(sink, json.dumps({what: count}).encode())

        try:
            found = _found(RawFile(path=path, data=data, sha256=sha256), words, limits, tell)
            message = json.dumps(found, ensure_ascii=False).encode()
        except (MemoryError, RecursionError):
            why = _too_much(megabytes)
            message = json.dumps(asdict(Skipped(path=path, why=why))).encode()
        _send(sink, message)


def _found(
    raw: RawFile, words: int, limits: Limits, tell: Callable[[str, int], None]
) -> dict[str, Any]:
    """The message on a file; ``tell`` is told what takes longer than to parse it, and how much."""
    article = parse_file(raw, limits=limits, before_ocr=partial(tell, "pages"))
    if isinstance(article, Skipped):
        return asdict(article)
    tell("characters", len(article.text))
    found = prepare(article, words=words, limits=limits)
    return asdict(found) if isinstance(found, Skipped) else as_message(found)


def _confine(limits: Limits) -> int:
    """Limit this process, and say how many megabytes it has got: what the system grants of them."""
    import resource

    for suffix in (".docx", ".html", ".pdf"):  # what the libraries take themselves does not count
        parse_file(RawFile(path=f"a{suffix}", data=b"<p>", sha256=""), limits=limits)
    prepare(
        Article(path="a", sha256="", text="It is.", paragraphs=(Span(start=0, end=6),)),
        words=1,
        limits=limits,
    )
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    held = Path("/proc/self/statm")
    if not held.exists():  # elsewhere than on Linux, only the seconds are limited
        return limits.parse_megabytes
    pages = int(held.read_text(encoding="ascii").split()[0])
    taken = pages * resource.getpagesize()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = taken + limits.parse_megabytes * MEGABYTE
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return (limit - taken) // MEGABYTE


def _limit_cpu(seconds: float) -> None:
    """Let this process end by itself if its parent is gone."""
    import resource

    soft, most = math.ceil(process_time() + seconds) + 5, resource.getrlimit(resource.RLIMIT_CPU)[1]
    if most != resource.RLIM_INFINITY:
        soft = min(soft, most)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, most))


if __name__ == "__main__":
    try:
        _serve()
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
