"""What all routes of a server share: the assistant, addresses of sources, metrics."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from rag.answer.assistant import Event
from rag.answer.async_assistant import AsyncAssistant, Events
from rag.domain import Answer, Citation, EvidenceFound
from rag.errors import Stopped
from rag.filters import NONE, Filters
from rag.serve.ask_with_context import Questions
from rag.serve.keys import Keys
from rag.serve.metrics import Metrics
from rag.serve.source_ids import source_id

WATCHED = 0.2  # seconds between two looks at whether a client is still there


class ClientGone(Stopped):
    """Nobody is there to be answered."""


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
    _questions: Questions = field(init=False)

    def __post_init__(self) -> None:
        """Ask through the assistant."""
        self._questions = Questions(self.assistant, self.log)

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

    def answering(
        self, question: str, earlier: Sequence[str] = (), filters: Filters = NONE
    ) -> Events:
        """Take a question, with those before that it may refer to.

        Raises:
            QuestionError: It is empty or too long.
            Busy: Too many wait.
        """
        return self._questions.take(question, earlier, filters)

    async def watched(self, events: Events, request: Request) -> AsyncIterator[Event]:
        """The events of an answer, counted; ended when the client goes away.

        Raises:
            Stopped: The answer took too long.
            ModelError: The language model fails.
        """
        began = perf_counter()
        answered = False
        self.metrics.asked.inc()
        try:
            async for event in _while_there(events, request):
                if isinstance(event, EvidenceFound):
                    self.metrics.first_evidence.observe(perf_counter() - began)
                elif isinstance(event, Answer):
                    answered = True
                    self.metrics.answered(event, seconds=perf_counter() - began)
                yield event
        except (asyncio.CancelledError, GeneratorExit, ClientGone):
            if not answered:  # with the answer, who asked takes no more of the events
                self.metrics.cancelled.inc()
            raise
        except Exception:
            self.metrics.failed.inc()
            raise
        finally:
            # No await here: who was cancelled cannot wait any more.
            events.stop()


async def _while_there(events: Events, request: Request) -> AsyncIterator[Event]:
    """Events, for as long as the client is connected.

    Raises:
        ClientGone: It went away.
    """
    while True:
        step = asyncio.ensure_future(anext(events))
        try:
            while not (await asyncio.wait([step], timeout=WATCHED))[0]:
                if await request.is_disconnected():
                    raise ClientGone("the client went away")
        except BaseException:
            step.cancel()
            raise
        with suppress(StopAsyncIteration):
            yield step.result()
            continue
        return


def with_links(cited: dict[str, Any], server: Server) -> dict[str, Any]:
    """A citation or a sentence as JSON, with the address of our page that shows it marked.

    Where it has the address that its article was published at, that is `original`.
    """
    original = {"original": cited["url"]} if "url" in cited else {}
    url = server.link_to(cited["path"], cited["start"], cited["end"], cited["sha256"])
    return {**cited, **original, "url": url}
