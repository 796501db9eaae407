"""``/api``: questions, evidence and statements in the form of `rag ask --json` and its like."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from rag.answer.assistant import Assistant
from rag.domain import Answer, Claim, EvidenceFound
from rag.filters import read_filters
from rag.question.read import Question
from rag.render.as_json import claim_dict, evidence_dict, short_dict
from rag.serve.errors import failure
from rag.serve.filter_fields import FilterFields, filters_of
from rag.serve.lookups import (
    LONGEST_DRAFT,
    Wanted,
    checked_draft,
    find_evidence,
    find_statements,
    index_figures,
)
from rag.serve.openai_api import PING, linked_answer
from rag.serve.shared_state import Server, with_links


class _Given(BaseModel):
    """A misspelt field is no field: what it was to limit would be searched in silence."""

    model_config = ConfigDict(extra="forbid")


class Ask(_Given):
    """A question."""

    question: str
    earlier: Annotated[list[str], Field(max_length=100)] = []  # asked before, oldest first
    stream: bool = False
    filters: FilterFields | None = None


class Search(_Given):
    """Words to look for."""

    question: str
    k: Annotated[int, Field(ge=1, le=100)] = 5
    filters: FilterFields | None = None


class Check(_Given):
    """A draft, plain text or Markdown."""

    draft: Annotated[str, Field(min_length=1, max_length=LONGEST_DRAFT)]


class Said(_Given):
    """Whose statements to list, and which of them."""

    speaker: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    about: Annotated[str | None, Field(min_length=1, max_length=500)] = None
    since: Annotated[str | None, Field(max_length=20)] = None
    until: Annotated[str | None, Field(max_length=20)] = None
    outlet: list[str] = []
    path: list[str] = []
    tag: list[str] = []


def native_routes(server: Server) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api", tags=["rag"])

    @router.post("/ask", response_model=None)
    async def ask(body: Ask, request: Request) -> dict[str, Any] | Response:
        """Answer a question; with ``stream``, as server-sent events.

        The events are ``question`` (as it is understood), ``evidence``, ``claim`` for each claim
        once it is checked, and ``answer``, or ``error``.
        """
        events = server.answering(body.question, body.earlier, filters_of(body.filters))
        watched = server.watched(events, request)
        if body.stream or "text/event-stream" in request.headers.get("accept", ""):
            return EventSourceResponse(_events(watched, server), ping=PING)
        async for event in watched:
            if isinstance(event, Answer):
                return linked_answer(event, server)
        raise RuntimeError("the stream ended without an answer")  # cannot be: it always ends so

    @router.post("/search")
    async def search(body: Search) -> dict[str, Any]:
        """The sentences that may answer a question, ranked; without the language model."""
        return await server.assistant.look_up(lambda assistant: _search(body, assistant, server))

    @router.post("/check")
    async def check(body: Check) -> dict[str, Any]:
        """Each sentence of a draft: supported, contradicted or not found, with its sources."""
        return await server.assistant.look_up(lambda assistant: _check(body, assistant, server))

    @router.get("/said")
    async def said(given: Annotated[Said, Query()]) -> dict[str, Any]:
        """What somebody says, in order of time; without a speaker, who says something."""
        filters = read_filters(given.model_dump(exclude={"speaker", "about"}))
        wanted = Wanted(speaker=given.speaker, about=given.about, filters=filters)
        return await server.assistant.look_up(lambda assistant: _said(wanted, assistant, server))

    @router.get("/status")
    async def status() -> dict[str, Any]:
        """What the index holds."""
        return await server.assistant.look_up(index_figures)

    return router


def _search(asked: Search, assistant: Assistant, server: Server) -> dict[str, Any]:
    told = find_evidence(asked.question, asked.k, assistant, filters_of(asked.filters))
    return {**told, "results": [with_links(one, server) for one in told["results"]]}


def _check(asked: Check, assistant: Assistant, server: Server) -> dict[str, Any]:
    told = checked_draft(asked.draft, assistant)
    for one in told["sentences"]:
        one["citations"] = [with_links(citation, server) for citation in one["citations"]]
    return told


def _said(wanted: Wanted, assistant: Assistant, server: Server) -> dict[str, Any]:
    told = find_statements(wanted, assistant)
    for entry in told.get("statements", ()):
        first, last = entry["quotes"][0]["start"], entry["quotes"][-1]["end"]
        entry["original"] = entry["url"]
        entry["url"] = server.link_to(entry["path"], first, last, entry["sha256"])
    return told


async def _events(events: AsyncIterator[Any], server: Server) -> AsyncIterator[ServerSentEvent]:
    """An answer as server-sent events."""
    try:
        async for event in events:
            if isinstance(event, Question):
                yield _event("question", {"question": event.text})
            elif isinstance(event, EvidenceFound):
                short = event.short_answer
                found = {
                    "evidence": [with_links(evidence_dict(one), server) for one in event.evidence],
                    "short_answer": short_dict(short) if short else None,
                    "count": asdict(event.count) if event.count else None,
                }
                yield _event("evidence", found)
            elif isinstance(event, Claim):
                claim = claim_dict(event)
                claim["citations"] = [with_links(one, server) for one in claim["citations"]]
                yield _event("claim", claim)
            elif isinstance(event, Answer):
                yield _event("answer", linked_answer(event, server))
    except Exception as error:
        yield _event("error", failure(error).body)


def _event(name: str, data: object) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=json.dumps(data))
