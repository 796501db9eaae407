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
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from itertools import chain, islice, pairwise
from pathlib import Path
from time import monotonic, process_time
from types import TracebackType
from typing import IO, Any, Self

from rag.domain import Article, Skipped, Span
from rag.errors import RagError
from rag.limits import MEGABYTE, Limits
from rag.load import File, RawFile, read_file
from rag.load.extract_result import Piece
from rag.load.parse import parse_file, path_of, read_piece, split_file
from rag.sync.loaded import Loaded, Same, as_before, is_same, told
from rag.sync.messages import as_message, from_message
from rag.sync.prepare import Prepared, prepare
from rag.sync.unfinished import Unfinished

PLAIN = frozenset({".txt"})
AT_ONCE = 256 * 1024  # bytes of plain text that need no process of their own
STARTING = 60.0  # seconds that a new process may take to be ready
_LENGTH = struct.Struct(">Q")
_STEP = 1_000_000  # characters that are split within the seconds of one file
_MOST_ENDED = 5  # processes that one file may end
_OUT_OF_MEMORY = 3  # exit status of a process that could not even say so


class Parser:
    """Turns files into articles with all that is derived from them. Use as a context manager."""

    def __init__(self, *, limits: Limits, words: int, unfinished: Unfinished | None = None) -> None:
        """Set the limits.

        Args:
            limits: What a file may take.
            words: That a passage is filled up to.
            unfinished: Files of a sync that was stopped, which need no parsing; new ones are kept
                there.
        """
        self._unfinished = unfinished
        self._limits = limits
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None

    def load(self, file: File, *, same_as: Sequence[Article] = ()) -> Loaded:
        """Read one file and prepare it; never raises for what the file holds.

        What is found has to be taken before the next file is loaded.

        Args:
            file: The file.
            same_as: Articles of which all that is derived is known: where those of the file have
                these texts and titles, in this order, they come without.

        Raises:
            RagError: The process that parses cannot be started.
        """
        raw = read_file(file, limits=self._limits)
        if isinstance(raw, Skipped):
            return Loaded(found=iter([raw]), sha256="")
        found = told(raw.path, self._found(raw, same_as))
        return Loaded(found=as_before(found, same_as), sha256=raw.sha256)

    def _found(
        self, raw: RawFile, same_as: Sequence[Article]
    ) -> Iterator[Prepared | Same | Skipped]:
        """The articles of a file: those that a sync that was stopped had made, then the others."""
        kept = self._unfinished
        parts = kept.parts(raw.path, raw.sha256) if kept else 0
        done = 0
        while kept and done < parts and (known := kept.part(raw.path, raw.sha256, done)):
            yield known
            done += 1
        if done and done == parts:
            return
        at_once = Path(raw.path).suffix.lower() in PLAIN and len(raw.data) <= AT_ONCE
        found = self._at_once(raw, same_as) if at_once else self._parse(raw)
        others: Iterator[Prepared | Same | Skipped | None] = chain(
            islice(found, done, None), [None]
        )
        for number, (one, after) in enumerate(pairwise(others), start=done):
            assert one is not None
            # What ends a sync may have ended its parser before: a failure is not kept, and a file
            # is kept whole or read again.
            if isinstance(one, Same) or (isinstance(one, Skipped) and one.failed):
                kept = None
            elif kept:
                kept.keep_part(raw.path, raw.sha256, number, one)
            if kept and after is None:
                kept.keep_parts(raw.path, raw.sha256, number + 1)
            yield one

    def _at_once(
        self, raw: RawFile, same_as: Sequence[Article]
    ) -> Iterator[Prepared | Same | Skipped]:
        for article in parse_file(raw, limits=self._limits):
            if isinstance(article, Skipped):
                yield article
            elif same_as and is_same(article, same_as[0]):
                yield Same(article=article)
            else:
                yield prepare(article, words=self._words, limits=self._limits)

    def _parse(self, raw: RawFile) -> Iterator[Prepared | Skipped]:
        """The articles of a file; one that ends the process costs no other, up to a few of them."""
        path, done = raw.path, 0
        for ended in range(1, _MOST_ENDED + 1):
            process = self._started()
            assert process.stdin is not None
            seconds, doing = self._limits.parse_seconds, "parse"
            try:
                for part in (json.dumps([raw.path, raw.sha256, done]).encode(), raw.data):
                    _send(process.stdin, part)
                while "end" not in (found := self._receive(process, seconds)):
                    seconds, doing = self._limits.parse_seconds, "parse"
                    if "part" in found:
                        path = found["part"]
                    elif "steps" in found:
                        doing = found["doing"]
                        seconds *= found["steps"]
                    else:
                        yield Skipped(**found) if "why" in found else from_message(found)
                        done += 1
                return
            except GeneratorExit:  # what is still sent belongs to no other file
                self._end()
                raise
            except TimeoutError:
                self._end()
                why = f"takes more than {seconds:g} s to {doing}: raise parse_seconds"
            except (EOFError, BrokenPipeError):
                why = self._died()
            if path == raw.path:
                yield from () if done else (Skipped(path=path, why=why),)
                return
            more = "; what stands behind it was not read" if ended == _MOST_ENDED else ""
            yield Skipped(path=path, why=f"{why}{more}", part_of=raw.path)
            done += 1

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
    # What is told of is what the system grants.
    limits = replace(limits, parse_megabytes=_confine(limits))
    _send(sink, b"{}")
    while head := source.read(_LENGTH.size):
        path, sha256, done = json.loads(source.read(_LENGTH.unpack(head)[0]))
        data = source.read(_LENGTH.unpack(source.read(_LENGTH.size))[0])

        def send(message: dict[str, Any], steps: int = 1) -> None:
            _limit_cpu(limits.parse_seconds * steps)
            _send(sink, json.dumps(message, ensure_ascii=False).encode())

        _limit_cpu(limits.parse_seconds)
        _answer(RawFile(path=path, data=data, sha256=sha256), done, words, limits, send)
        send({"end": True})


def _answer(raw: RawFile, done: int, words: int, limits: Limits, send: Callable[..., None]) -> None:
    """Send what becomes of a file, article by article, without those that are ``done``."""

    def before_ocr(pages: int) -> None:
        send({"doing": "parse", "steps": pages + 1}, pages + 1)

    try:
        pieces = split_file(raw, limits=limits, before_ocr=before_ocr)
    except (MemoryError, RecursionError):
        pieces = Skipped(path=raw.path, why=_too_much(limits.parse_megabytes))
    if isinstance(pieces, Skipped):
        send(asdict(pieces))
        return
    for piece in pieces[done:]:
        path, part_of = path_of(raw, piece), raw.path if piece.name else None
        send({"part": path})
        try:
            send(_found(raw, piece, words, limits, send))
        except (MemoryError, RecursionError):
            why = _too_much(limits.parse_megabytes)
            send(asdict(Skipped(path=path, why=why, part_of=part_of)))


def _found(
    raw: RawFile, piece: Piece, words: int, limits: Limits, send: Callable[..., None]
) -> dict[str, Any]:
    """The message on an article; before it is split, what its length makes of that is sent."""
    article = read_piece(raw, piece, limits=limits)
    if isinstance(article, Skipped):
        return asdict(article)
    steps = math.ceil(len(article.text) / _STEP)
    send({"doing": "split", "steps": steps}, steps)
    found = prepare(article, words=words, limits=limits)
    return asdict(found) if isinstance(found, Skipped) else as_message(found)


def _confine(limits: Limits) -> int:
    """Limit this process, and say how many megabytes it has got: what the system grants of them."""
    import resource

    for suffix in (".docx", ".html", ".pdf"):  # what the libraries take themselves does not count
        list(parse_file(RawFile(path=f"a{suffix}", data=b"<p>", sha256=""), limits=limits))
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
