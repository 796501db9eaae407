"""As much of Slack as an app needs, on loopback: methods of the Web API, and Socket Mode."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

BOT = "U0BOT"
Call = tuple[str, dict[str, Any], float]  # method, arguments, when


class FakeSlack:
    """What a test sends, and what the app under test did.

    Attributes:
        calls: Of methods, in order.
        acknowledged: Ids of envelopes, with when.
        refused: What each method is refused with; for those that are not to work.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.calls: list[Call] = []
        self.acknowledged: dict[str, float] = {}
        self.refused: dict[str, str] = {}
        self.threads: dict[str, list[dict[str, Any]]] = {}
        self.connections = 0
        self._outbox: list[str] = []
        self._sent = 0

    # --- for tests --------------------------------------------------------------------------------

    def event(self, id: str = "", **event: Any) -> str:
        """Send an event; the id of its envelope."""
        self._sent += 1
        envelope = f"envelope-{self._sent}"
        body = {
            "type": "event_callback",
            "event_id": id or f"Ev{self._sent}",
            "team_id": "T1",
            "api_app_id": "A1",
            "authorizations": [{"team_id": "T1", "user_id": BOT, "is_bot": True}],
            "event": event,
        }
        message = {"envelope_id": envelope, "type": "events_api", "payload": body}
        self._outbox.append(json.dumps({**message, "accepts_response_payload": False}))
        return envelope

    def ask(self, text: str, *, ts: str, id: str = "", **more: Any) -> str:
        """Send a mention in a channel."""
        event = {"type": "app_mention", "channel": "C1", "user": "U1", "ts": ts, **more}
        return self.event(id, text=f"<@{BOT}> {text}", **event)

    def drop(self) -> None:
        """End the connection, as Slack does from time to time."""
        self._outbox.append("drop")

    def sent(self, method: str = "") -> list[dict[str, Any]]:
        """The arguments of all calls of a method; without one, of those that show something."""
        wanted = {method} if method else {"chat.postMessage", "chat.update"}
        return [arguments for name, arguments, _ in self.calls if name in wanted]

    def await_(self, holds: Callable[[], Any], *, seconds: float = 60) -> Any:
        """Wait until something holds; what it gives."""
        until = time.monotonic() + seconds
        while not (found := holds()):
            assert time.monotonic() < until, f"it did not come to hold: {self.calls[-5:]}"
            time.sleep(0.05)
        return found

    def answer_to(self, ts: str) -> dict[str, Any]:
        """The finished answer to the last message in a thread."""

        def finished() -> dict[str, Any] | None:
            posted = [one for one in self.sent("chat.postMessage") if one.get("thread_ts") == ts]
            changes = [
                one
                for one in self.sent("chat.update")
                if posted and one["ts"] == posted[-1]["answered"]
                if '"Sources"' in json.dumps(one) or "No answer in these" in json.dumps(one)
            ]
            return changes[-1] if changes else None

        return dict(self.await_(finished))

    # --- for the app ------------------------------------------------------------------------------

    async def method(self, request: Request) -> Response:
        """One call of the Web API."""
        name = request.path_params["name"]
        if "json" in request.headers.get("content-type", ""):
            arguments = await request.json()
        else:
            arguments = dict(await request.form())
        if isinstance(arguments.get("blocks"), str):
            arguments["blocks"] = json.loads(arguments["blocks"])
        self.calls.append((name, arguments, time.monotonic()))
        if name in self.refused:
            return JSONResponse({"ok": False, "error": self.refused[name]})
        answer: dict[str, Any] = {"ok": True}
        if name == "auth.test":
            answer |= {"user_id": BOT, "user": "articles", "team_id": "T1", "bot_id": "B1"}
        elif name == "apps.connections.open":
            answer["url"] = self.url.replace("http", "ws") + "/link"
        elif name == "chat.postMessage":
            answer["ts"] = arguments["answered"] = f"9000.{len(self.calls):06}"
        elif name == "conversations.replies":
            answer["messages"] = self.threads.get(arguments["ts"], [])
        return JSONResponse(answer)

    async def link(self, link: WebSocket) -> None:
        """One connection of Socket Mode."""
        await link.accept()
        self.connections += 1
        await link.send_text(json.dumps({"type": "hello", "num_connections": 1}))

        async def listen() -> None:
            while True:
                message = json.loads(await link.receive_text())
                self.acknowledged[message["envelope_id"]] = time.monotonic()

        listening = asyncio.ensure_future(listen())
        try:
            while not listening.done():
                while self._outbox:
                    if (message := self._outbox.pop(0)) == "drop":
                        await link.close()
                        return
                    await link.send_text(message)
                await asyncio.sleep(0.02)
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            listening.cancel()


@contextmanager
def fake_slack() -> Iterator[FakeSlack]:
    """A Slack with one workspace."""
    listener = socket.create_server(("127.0.0.1", 0))
    slack = FakeSlack(f"http://127.0.0.1:{listener.getsockname()[1]}")
    app = Starlette(
        routes=[
            Route("/api/{name}", slack.method, methods=["POST", "GET"]),
            WebSocketRoute("/link", slack.link),
        ]
    )
    config = uvicorn.Config(
        app, ws="wsproto", log_level="error", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield slack
    finally:
        server.should_exit = True
        thread.join(10)
