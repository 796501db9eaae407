"""``/v1``: the part of OpenAI's chat API that chat tools use.

Citations come in three layers, as no client shows all: ``[n]`` with a list of sources in the text,
``url_citation`` annotations, and the whole answer JSON under ``rag``.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse

from rag import __version__
from rag.domain import Answer
from rag.errors import QuestionError
from rag.render.as_json import answer_dict
from rag.render.chat import ChatMessage, Mark
from rag.serve.chat_tasks import task_reply
from rag.serve.errors import failure
from rag.serve.filter_fields import FilterFields, filters_of
from rag.serve.guard import error_body
from rag.serve.shared_state import Server, with_links
from rag.serve.wrapped_question import wrapped_question

MODEL = "rag"
PING = 15  # seconds of silence after which a comment keeps the connection open


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: str
    text: Annotated[str, Field(max_length=100_000)] = ""


class Message(BaseModel):
    """A message of a conversation. Only the user's are questions."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream ends with."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A conversation whose last question is to be answered. Other fields are accepted, not used."""

    model: str = MODEL
    messages: Annotated[list[Message], Field(min_length=1, max_length=500)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    filters: FilterFields | None = None  # ours


def openai_routes(server: Server) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

    @router.get("/models")
    async def models() -> dict[str, Any]:
        """The one model: the index."""
        return {"object": "list", "data": [_model()]}

    @router.get("/models/{model}", response_model=None)
    async def model(model: str) -> dict[str, Any] | Response:
        """The same, by its name."""
        return _model() if model == MODEL else _no_model(model)

    @router.post("/chat/completions", response_model=None)
    async def complete(body: ChatRequest, request: Request) -> dict[str, Any] | Response:
        """Answer the last question of a conversation."""
        return await _complete(body, request, server)

    return router


async def _complete(
    body: ChatRequest, request: Request, server: Server
) -> dict[str, Any] | Response:
    if body.model != MODEL:
        return _no_model(body.model)
    said = [message.text for message in body.messages if message.role == "user"]
    asked = [wrapped_question(text) or text for text in said]
    if not asked or body.messages[-1].role != "user":
        raise QuestionError("the last message must be the user's", hint="send a question last")
    # A follow-up can be understood in another way than it was meant: that is to be seen.
    completion = _Completion(server, asked=asked[-1] if asked[:-1] else None)
    orders = [message.text for message in body.messages if message.role in {"system", "developer"}]
    is_question = asked[-1] != said[-1]
    reply = (
        None if is_question else task_reply(said[-1], system=" ".join(orders), earlier=said[:-1])
    )
    if reply is not None:
        if body.stream:
            return EventSourceResponse(completion.stream_text(reply))
        return completion.text(reply)
    events = server.answering(asked[-1], asked[:-1], filters_of(body.filters))
    watched = server.watched(events, request)
    if body.stream:
        usage = bool(body.stream_options and body.stream_options.include_usage)
        return EventSourceResponse(completion.stream(watched, usage=usage), ping=PING)
    async for event in watched:
        completion.message.add(event)
        if isinstance(event, Answer):
            return completion.whole(event)
    raise RuntimeError("the stream ended without an answer")  # cannot be: it always ends so


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": f"rag {__version__}"}


def _no_model(name: str) -> Response:
    body = error_body(404, f"there is no model {name!r}; use {MODEL!r}", code="model_not_found")
    return JSONResponse(body, status_code=404)


class _Completion:
    """One reply in the making."""

    def __init__(self, server: Server, *, asked: str | None) -> None:
        self._server = server
        self._id = f"chatcmpl-{secrets.token_hex(12)}"
        self._created = int(time.time())
        self.message = ChatMessage(link=server.link, asked=asked)

    def text(self, reply: str) -> dict[str, Any]:
        """A reply that is no answer."""
        message: dict[str, Any] = {
            "role": "assistant",
            "content": reply,
            "refusal": None,
            "annotations": [],
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {**self._head("chat.completion"), "choices": [choice], "usage": _usage(None)}

    async def stream_text(self, reply: str) -> AsyncIterator[str]:
        """The same for who reads along."""
        yield self._chunk({"role": "assistant", "content": reply})
        yield self._chunk({}, finish="stop")
        yield "[DONE]"

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The reply to who waits for all of it."""
        reply = self.text(self.message.text)
        reply["choices"][0]["message"]["annotations"] = self._annotations()
        return {**reply, "usage": _usage(answer), "rag": self._answer(answer)}

    async def stream(self, events: AsyncIterator[Any], *, usage: bool) -> AsyncIterator[str]:
        """The reply in pieces, each claim once it is checked.

        Args:
            events: Of the answer.
            usage: Whether the client asked for the tokens at the end.
        """
        yield self._chunk({"role": "assistant", "content": ""})
        try:
            async for event in events:
                if piece := self.message.add(event):
                    yield self._chunk({"content": piece})
                if isinstance(event, Answer):
                    yield self._chunk({"annotations": self._annotations()})
                    yield self._chunk({}, finish="stop", rag=self._answer(event))
                    if usage:
                        last = {"choices": [], "usage": _usage(event)}
                        yield json.dumps({**self._head("chat.completion.chunk"), **last})
        except Exception as error:
            # The status was sent long ago. Clients read an error in a chunk without choices.
            yield json.dumps(failure(error).body)
        yield "[DONE]"

    def _chunk(self, delta: dict[str, Any], *, finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return json.dumps({**self._head("chat.completion.chunk"), "choices": [choice], **more})

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self._id, "object": kind, "created": self._created, "model": MODEL}

    def _answer(self, answer: Answer) -> dict[str, Any]:
        return linked_answer(answer, self._server)

    def _annotations(self) -> list[dict[str, Any]]:
        return [_annotation(mark, self._server) for mark in self.message.marks]


def _annotation(mark: Mark, server: Server) -> dict[str, Any]:
    source = mark.citation.source
    return {
        "type": "url_citation",
        "url_citation": {
            "start_index": mark.start,
            "end_index": mark.end,
            "title": source.title or source.path,
            "url": server.link(mark.citation),
        },
    }


def linked_answer(answer: Answer, server: Server) -> dict[str, Any]:
    """The answer JSON, each citation and each nearest sentence with the address of its source."""
    found = answer_dict(answer)
    for claim in found["claims"]:
        claim["citations"] = [with_links(one, server) for one in claim["citations"]]
    found["nearest"] = [with_links(one, server) for one in found["nearest"]]
    return found


def _usage(answer: Answer | None) -> dict[str, int]:
    tokens = answer.tokens if answer else None
    prompt = tokens.prompt if tokens else 0
    written = tokens.answer if tokens else 0
    return {
        "prompt_tokens": prompt,
        "completion_tokens": written,
        "total_tokens": prompt + written,
    }
