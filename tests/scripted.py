"""An OpenAI-compatible endpoint on loopback that says what a test wants it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[str], str]  # what the user message asks -> what is said


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    reply: Reply
    keys: list[str | None]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.keys.append(self.headers.get("Authorization"))
        said = server.reply(body["messages"][1]["content"])
        event = {"choices": [{"delta": {"content": said}}]}
        reply = f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def endpoint(reply: Reply) -> Iterator[tuple[str, list[str | None]]]:
    """Its address, and the keys that it was shown."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.reply, server.keys = reply, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", server.keys
    finally:
        server.shutdown()
        server.server_close()
