"""What all routes of a server share: the assistant, addresses of sources, metrics."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from rag.assistant import Assistant, Event, EvidenceFound
from rag.async_assistant import AsyncAssistant, Events
from rag.domain import Answer, Citation
from rag.errors import Stopped
from rag.follow_up import spoken_of, stand_alone
from rag.question import read_question
from rag.serve.keys import Keys
from rag.serve.metrics import Metrics

KEPT = 500  # answers that a follow-up may refer to
TURNS = 10  # earlier questions that are read
WATCHED = 0.2  # seconds between two looks at whether a client is still there


@dataclass(slots=True)
class Server:
    """An assistant that is being served.

    Attributes:
        assistant: Answers.
        keys: Who may ask; they sign the addresses of sources.
        public_url: What addresses of sources begin with.
        log: Told each question where that is wanted.
        metrics: What was asked, how fast it was answered.
    """

    assistant: AsyncAssistant
    keys: Keys
    public_url: str
    log: Callable[[str], None] = lambda line: None
    metrics: Metrics = field(default_factory=Metrics)
    _answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)

    def link(self, citation: Citation) -> str:
        """The address of a cited article, with the cited words marked."""
        return self.link_to(
            citation.source.path, citation.start, citation.end, citation.source.sha256
        )

    def link_to(self, path: str, start: int, end: int, sha256: str) -> str:
        """The address of an article with a span of it marked.

        Args:
            path: Of the article.
            start: Half-open, in characters of its text.
            end: The character after the last.
            sha256: Of the file as it was cited, so that a change since can be told.
        """
        id = source_id(path)
        query = {"start": start, "end": end, "of": sha256[:16]}
        if self.keys.needed:
            query["sig"] = self.keys.sign(id)
        return f"{self.public_url}/source/{id}?{urlencode(query)}#cited"

    def answering(self, question: str, earlier: Sequence[str] = ()) -> Events:
        """Take a question, with those before that it may refer to.

        Raises:
            QuestionError: It is empty or too long.
            Busy: Too many wait.
        """
        read_question(question)
        self.log(question)

        def work(assistant: Assistant) -> Iterator[Event]:
            yield from assistant.stream(self._understood(question, earlier, assistant))

        return self.assistant.answer_with(work)

    def _understood(self, question: str, earlier: Sequence[str], assistant: Assistant) -> str:
        """A question with what it leaves out filled in from the questions before."""
        before = None
        for asked in earlier[-TURNS:]:
            alone = stand_alone(asked, before, speaks=assistant.speaks)
            answer = self._answers.get(alone) or Answer(question=alone, reason="not kept")
            before = spoken_of(alone, answer)
        return stand_alone(question, before, speaks=assistant.speaks)

    async def watched(self, events: Events, request: Request) -> AsyncIterator[Event]:
        """The events of an answer, counted; ended when the client goes away.

        Raises:
            Stopped: The answer took too long.
            ModelError: The language model fails.
        """
        began = perf_counter()
        self.metrics.asked.inc()
        try:
            async for event in _while_there(events, request):
                if isinstance(event, EvidenceFound):
                    self.metrics.first_evidence.observe(perf_counter() - began)
                elif isinstance(event, Answer):
                    self.metrics.answered(event, seconds=perf_counter() - began)
                    self._keep(event)
                yield event
        except (asyncio.CancelledError, GeneratorExit):
            self.metrics.cancelled.inc()
            raise
        except Exception:
            self.metrics.failed.inc()
            raise
        finally:
            # No await here: who was cancelled cannot wait any more.
            events.stop()

    def _keep(self, answer: Answer) -> None:
        self._answers[answer.question] = answer
        if len(self._answers) > KEPT:
            self._answers.popitem(last=False)


async def _while_there(events: Events, request: Request) -> AsyncIterator[Event]:
    """Events, for as long as the client is connected.

    Raises:
        Stopped: It went away.
    """
    while True:
        step = asyncio.ensure_future(anext(events))
        try:
            while not (await asyncio.wait([step], timeout=WATCHED))[0]:
                if await request.is_disconnected():
                    raise Stopped("the client went away")
        except BaseException:
            step.cancel()
            raise
        with suppress(StopAsyncIteration):
            yield step.result()
            continue
        return


def source_id(path: str) -> str:
    """What an article is called in addresses: nothing of a path can be tampered with in it."""
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def find_path(id: str, assistant: Assistant) -> str | None:
    """The article of an id; None when there is none."""
    return next((path for path in assistant.store.paths() if source_id(path) == id), None)


def with_links(cited: dict[str, Any], server: Server) -> dict[str, Any]:
    """A citation or a sentence as JSON, with the address of its source."""
    url = server.link_to(cited["path"], cited["start"], cited["end"], cited["sha256"])
    return {**cited, "url": url}
