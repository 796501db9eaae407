"""Print the OpenAPI document of `rag serve`, as docs/openapi.json keeps it."""

from __future__ import annotations

from typing import Any

from rag.answer.async_assistant import AsyncAssistant
from rag.serve.app import create_app
from rag.serve.guard import Rules
from rag.serve.keys import Keys
from rag.serve.shared_state import Server
from rag.terminal.screen import say_json


def openapi_document() -> dict[str, Any]:
    """The document; nothing is opened for it."""
    server = Server(assistant=AsyncAssistant(), keys=Keys(), public_url="")
    return create_app(server, Rules(keys=server.keys, hosts=frozenset())).openapi()


if __name__ == "__main__":
    say_json(openapi_document())
