"""Print the OpenAPI document of `rag serve`, as docs/openapi.json keeps it."""

from __future__ import annotations

import json
import sys

from rag.async_assistant import AsyncAssistant
from rag.serve.app import create_app
from rag.serve.guard import Rules
from rag.serve.keys import Keys
from rag.serve.server import Server


def openapi_document() -> str:
    """The document as JSON; nothing is opened for it."""
    server = Server(assistant=AsyncAssistant(), keys=Keys(), public_url="")
    app = create_app(server, Rules(keys=server.keys, hosts=frozenset()))
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(openapi_document())
