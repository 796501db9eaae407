"""Ask an index from many places at once: questions wait for the one thread with a model.

::

    from rag import AsyncAssistant

    async with AsyncAssistant("index") as assistant:
        answer = await assistant.ask("What did Peskov say about Crimea?")

Two threads work, each with its own `Assistant`: one answers questions with the language model, one
after the other; the other searches and looks things up, and never waits for a model.
Everything here may be called from any event loop and any thread.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import queue
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.domain import Answer, Evidence
from rag.errors import Busy, Closed, RagError, Stopped
from rag.filters import NONE, Filters
from rag.models.files import NO_LLM
from rag.stop import Stop

T = TypeVar("T")
FOR_EVER = 10**6  # seconds; a timer takes no more than some years
NICE = 5  # of the thread with the model, where others have 0
RETRY = 5  # seconds after which who was refused may ask again


class AsyncAssistant:
    """An opened index for many callers at once."""

    def __init__(
        self,
        index: str | Path | None = None,
        *,
        settings: Settings | None = None,
        waiting: int = 8,
        seconds: float = FOR_EVER,
        notify: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Remember what to open; `start`, or ``async with``, opens it.

        Args:
            index: Folder of the index; that of the settings when None.
            settings: All other choices; the defaults when None.
            waiting: Questions that may wait for an answer beside the one that is being answered;
                more are refused at once.
            seconds: After which an answer is given up, from when the question was taken.
            notify: Told, in one line each, what a person should know; from any thread.
        """
        settings = settings or Settings()
        if index is not None:
            settings = dataclasses.replace(settings, index=Path(index), store="")
        quoting = dataclasses.replace(settings, llm=NO_LLM)
        self.settings = settings
        self._seconds = seconds
        self._answers = _Line("rag-answers", settings, waiting=waiting, yields=True, notify=notify)
        # Looking things up takes milliseconds: a line of it that is never seen full is not refused.
        self._lookups = _Line(
            "rag-lookups", quoting, waiting=64 + 8 * waiting, yields=False, notify=notify
        )

    async def start(self) -> None:
        """Open the index and load the models, both in the threads that use them.

        Raises:
            RagError: As `Assistant.open` does, and `Assistant.warm_up`.
        """
        try:
            await asyncio.gather(*(asyncio.wrap_future(line.open()) for line in self._lines))
        except BaseException:
            await self.close()
            raise

    async def ask(self, question: str, filters: Filters = NONE) -> Answer:
        """Answer a question; see `Assistant.ask`.

        Raises:
            QuestionError: The question is empty or too long.
            ModelError: The language model fails.
            Busy: Too many questions wait.
            Stopped: It took too long.
            Closed: The assistant is closed, or was closed meanwhile.
        """
        async with aclosing(self.stream(question, filters)) as events:
            async for event in events:
                if isinstance(event, Answer):
                    return event
        raise RuntimeError("the stream ended without an answer")  # cannot be: it always ends so

    def stream(self, question: str, filters: Filters = NONE) -> Events:
        """Answer a question step by step; see `Assistant.stream`.

        Raises:
            Busy: Too many questions wait. It is raised here, before the first step.
        """
        return self.answer_with(lambda assistant: assistant.stream(question, filters))

    def answer_with(self, work: Callable[[Assistant], Iterator[Any]]) -> Events:
        """Like `stream`, for what is to be asked in another way.

        Args:
            work: Given the assistant in the thread that owns it; what it yields comes out here.

        Raises:
            Busy: Too many questions wait.
        """
        job = _Job(work=work, until=monotonic() + self._seconds, why=self._why_stopped)
        return Events(job, self._answers)

    def _why_stopped(self) -> RagError:
        if self._answers.is_closing:
            return Closed("the assistant was closed before it could answer", hint="ask again later")
        more = "ask again, or allow more time"
        return Stopped(f"no answer within {self._seconds:g} s", hint=more)

    async def search(self, question: str, filters: Filters = NONE) -> list[Evidence]:
        """Rank the sentences that may answer a question; see `Assistant.search`.

        Raises:
            Busy: Too many look things up at once.
        """
        return await self.look_up(lambda assistant: assistant.search(question, filters))

    async def look_up(self, what: Callable[[Assistant], T]) -> T:
        """Run something short beside the answers, with an assistant that has no language model.

        Args:
            what: Given the assistant in the thread that owns it.

        Raises:
            Busy: Too many look things up at once.
        """

        def work(assistant: Assistant) -> Iterator[T]:
            assistant.follow_index()
            yield what(assistant)

        job = _Job(work=work, until=monotonic() + FOR_EVER)
        async with aclosing(Events(job, self._lookups)) as found:
            return await anext(found)

    @property
    def waiting(self) -> int:
        """Questions that are being answered or wait for it."""
        return self._answers.taken

    @property
    def is_alive(self) -> bool:
        """Whether both threads work."""
        return all(line.is_alive for line in self._lines)

    @property
    def _lines(self) -> tuple[_Line, _Line]:
        return self._answers, self._lookups

    def stop(self) -> None:
        """Take no more, and end what is being answered or waits; from any thread."""
        for line in self._lines:
            line.close()

    async def close(self) -> None:
        """`stop`, and give the models' memory back."""
        self.stop()
        await asyncio.gather(*(asyncio.to_thread(line.join) for line in self._lines))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class Events(AsyncIterator[Any]):
    """What comes of one question, step by step. Closing it early stops the work within a moment."""

    def __init__(self, job: _Job[Any], line: _Line) -> None:
        self._job = job
        self._line = line
        self._arrived: asyncio.Queue[_Outcome[Any]] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        job.tell = lambda outcome: loop.call_soon_threadsafe(self._arrived.put_nowait, outcome)
        line.take(job)

    async def __anext__(self) -> Any:
        outcome = await self._arrived.get()
        if outcome.error is not None:
            raise outcome.error
        if outcome.ended:
            raise StopAsyncIteration
        return outcome.value

    def stop(self) -> None:
        """Nothing more will come; the work ends within a moment."""
        self._line.abandon(self._job)

    async def aclose(self) -> None:
        """`stop`, for `contextlib.aclosing`."""
        self.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome(Generic[T]):
    """One step of a job: a value, an error, or its end."""

    value: T | None = None
    error: BaseException | None = None
    ended: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class _Job(Generic[T]):
    """Work that somebody waits for."""

    work: Callable[[Assistant], Iterator[T]]
    until: float  # on the monotonic clock
    tell: Callable[[_Outcome[T]], object] = lambda outcome: None
    why: Callable[[], RagError] = lambda: Stopped("the answer was stopped")  # when it is stopped
    abandoned: bool = False  # nobody waits any more

    def run(self, assistant: Assistant) -> list[_Outcome[T]]:
        """Do it, telling each step.

        Returns:
            The answer and the end, to be told once there is room for the next: who has an answer
            may ask again at once.
        """
        try:
            if monotonic() > self.until:
                raise Stopped("the answer was stopped")
            for value in self.work(assistant):
                if isinstance(value, Answer):
                    return [_Outcome(value=value), _Outcome(ended=True)]
                self.tell(_Outcome(value=value))
        except Stopped:
            return [_Outcome(error=self.why())]
        except BaseException as error:
            return [_Outcome(error=error)]
        return [_Outcome(ended=True)]

    def end(self, outcomes: Iterable[_Outcome[T]]) -> None:
        """Tell what `run` gave."""
        with suppress(RuntimeError):  # the loop of who asked has ended: nobody is there to be told
            for outcome in outcomes:
                self.tell(outcome)


class _Line:
    """A thread that owns an assistant, and the jobs that wait for it."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        *,
        waiting: int,
        yields: bool,
        notify: Callable[[str], None],
    ) -> None:
        self._yields = yields
        self._settings = settings
        self._notify = notify
        self._most = 1 + waiting
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._taken: list[_Job[Any]] = []
        self._now: _Job[Any] | None = None
        self._stop = Stop()
        self._closing = False
        self._opened: Future[None] = Future()
        # A daemon: who leaves without closing does not wait for an answer that nobody reads.
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def open(self) -> Future[None]:
        """Begin to work; the result is there once the assistant is open."""
        self._thread.start()
        return self._opened

    def take(self, job: _Job[Any]) -> None:
        """Put a job at the end of the line.

        Raises:
            Busy: The line is full.
            Closed: It takes no more.
        """
        with self._lock:
            if self._closing:
                raise Closed("the assistant is closed", hint="open it again")
            if len(self._taken) >= self._most:
                raise Busy(max(0, len(self._taken) - 1), seconds=RETRY)
            self._taken.append(job)
            self._jobs.put(job)

    def abandon(self, job: _Job[Any]) -> None:
        """Stop a job, or take it out of the line; one that has ended is none any more."""
        with self._lock:
            job.abandoned = True
            if job is self._now:
                self._stop.set()
            elif job in self._taken:
                self._taken.remove(job)

    @property
    def taken(self) -> int:
        """Jobs that are under way or wait."""
        with self._lock:
            return len(self._taken)

    @property
    def is_alive(self) -> bool:
        """Whether the thread works."""
        return self._thread.is_alive()

    @property
    def is_closing(self) -> bool:
        """Whether it takes no more."""
        return self._closing

    def close(self) -> None:
        """Take no more, stop what is under way and tell who waits."""
        with self._lock:
            self._closing = True
            for job in self._taken:
                job.until = 0.0
            self._stop.set()
            self._jobs.put(None)

    def join(self) -> None:
        """Wait until the thread has ended."""
        if self._thread.ident is not None:
            self._thread.join()

    def _work(self) -> None:
        if self._yields:
            _give_way()
        try:
            assistant = Assistant.open(
                settings=self._settings, notify=self._notify, stop=self._stop
            )
            assistant.warm_up()
        except BaseException as error:
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        with assistant:
            while (job := self._jobs.get()) is not None:
                if self._begun(job):
                    # The flag reaches what computes in C; nothing else could end it in time.
                    clock = threading.Timer(max(0.0, job.until - monotonic()), self._stop.set)
                    clock.daemon = True
                    clock.start()
                    outcomes = job.run(assistant)
                    clock.cancel()
                    self._ended(job)
                    job.end(outcomes)

    def _begun(self, job: _Job[Any]) -> bool:
        with self._lock:
            if job.abandoned:
                return False
            self._now = job
            self._stop.clear()
            return True

    def _ended(self, job: _Job[Any]) -> None:
        with self._lock:
            self._now = None
            self._taken.remove(job)


def _give_way() -> None:
    """Let other threads of this process go first: a model takes all processors that it can get.

    On Linux each thread has a niceness of its own, and those that it starts inherit it.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
