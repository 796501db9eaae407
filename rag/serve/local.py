"""``/local``: questions of `rag ask` and `rag search` on this machine, for the server's own user.

A command finds the server by its note (`rag.serve.note`). It first has the server prove that it
wrote the note, so that neither token nor question goes to another program that took its port; then
it asks over the same connection. The guard lets nobody in who does not have the token.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, StreamingResponse

from rag.answer.assistant import Assistant, Event
from rag.domain import Answer
from rag.errors import Busy, RagError
from rag.question.read import read_question
from rag.serve.errors import failure
from rag.serve.messages import (
    ASK,
    PROOF,
    REFUSED,
    SEARCH,
    About,
    Asked,
    Found,
    Sought,
    files_of,
    found_by,
)
from rag.serve.note import Note
from rag.serve.shared_state import Server
from rag.serve.values import plain, value_of
from rag.sync.freshness import stale_line

SOON = 1  # seconds; a command does not wait in line, it answers by itself


class Notes:
    """What is told while a question is answered: to who asked, where that is a command."""

    def __init__(self, notify: Callable[[str], None]) -> None:
        self._notify = notify
        self._here = threading.local()

    def __call__(self, line: str) -> None:
        """Tell a line."""
        kept: list[str] | None = getattr(self._here, "kept", None)
        if kept is None:
            self._notify(line)
        else:
            kept.append(line)

    @contextmanager
    def kept(self) -> Iterator[list[str]]:
        """The lines that are told in this thread, instead of telling them."""
        self._here.kept = lines = list[str]()
        try:
            yield lines
        finally:
            self._here.kept = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """What is served to commands."""

    note: Note
    notes: Notes


def local_routes(server: Server, local: Local) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    @router.get(PROOF)
    async def proof(nonce: Annotated[str, Query(min_length=32, max_length=64)]) -> Any:
        """That this is the server of the note."""
        return PlainTextResponse(local.note.proof(nonce))

    @router.post(ASK)
    async def ask(request: Request) -> Any:
        """Answer a question as `rag ask` would, if nobody is before it."""
        asked = value_of(Asked, await request.json())
        if server.assistant.waiting:
            raise Busy(server.assistant.waiting, seconds=SOON)
        server.log(asked.question)
        events = server.assistant.answer_with(lambda here: _answer(asked, here, local.notes))
        lines = _lines(server.watched(events, request), asked)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    @router.post(SEARCH)
    async def search(request: Request) -> Any:
        """Search as `rag search` would."""
        sought = value_of(Sought, await request.json())
        return plain(await server.assistant.look_up(lambda here: _search(sought, here)))

    return router


def _answer(asked: Asked, assistant: Assistant, notes: Notes) -> Iterator[Event | About]:
    """The events of an answer, and what a command tells besides just before the answer itself.

    Raises:
        RagError: The command would not answer the same.
    """
    with notes.kept() as told:
        read_question(asked.question)
        _check(assistant)
        if stale := stale_line(assistant.store):
            told.append(stale)
        for event in assistant.stream(asked.question, asked.filters):
            if isinstance(event, Answer):
                yield About(
                    notes=tuple(told),
                    articles=assistant.store.count("articles"),
                    files=files_of(event, assistant.locate),
                )
                # The index was opened long before.
                timings = dataclasses.replace(event.timings, open=0.0)
                event = dataclasses.replace(event, timings=timings)
            yield event


def _search(sought: Sought, assistant: Assistant) -> Found:
    """What a search finds.

    Raises:
        RagError: The command would not find the same.
    """
    _check(assistant)
    return found_by(assistant, sought)


def _check(assistant: Assistant) -> None:
    if not assistant.follow_index():
        raise RagError("it cannot open the index as it is now")
    if assistant.quotes_instead:  # a command says so
        raise RagError("it has no language model")


async def _lines(events: AsyncIterator[Any], asked: Asked) -> AsyncIterator[str]:
    """Events as lines; the last says why there is no answer, where there is none."""
    wanted = {*asked.events, About.__name__, Answer.__name__}
    try:
        async for event in events:
            name = type(event).__name__
            if name in wanted:
                yield json.dumps([name, plain(event)]) + "\n"
    except Exception as error:
        yield json.dumps([REFUSED, failure(error).body["error"]["message"]]) + "\n"
