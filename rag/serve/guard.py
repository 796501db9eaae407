"""What every request must pass before any of our code reads it: host, origin, key, rate, size."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from rag.serve.keys import Keys
from rag.serve.messages import PROOF, TOKEN, UNDER
from rag.serve.rate import Rate

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
OPEN = ("/", "/health/live", "/health/ready", "/widget.js")  # needs no key: tells nothing
OPEN_UNDER = "/static/"
PATIENCE = 10  # seconds that a request may take to arrive
REASONS = {408: "the request took too long to arrive", 413: "a request may have at most {:,} bytes"}

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors {ancestors}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is let in."""

    keys: Keys
    hosts: frozenset[str]  # names that the server goes by, without a port
    origin: str = ""  # of the server's own page where a proxy gives requests another host
    embedders: tuple[str, ...] = ()  # origins whose pages may show this one in a frame
    body_bytes: int = 256 * 1024
    per_minute: int = 120  # requests of one client
    local_token: str = field(default="", repr=False)  # of commands on this machine; none: no such


class Guard:
    """Middleware that refuses, in JSON, what the rules do not let in."""

    def __init__(self, app: App, rules: Rules) -> None:
        self._app = app
        self._rules = rules
        self._rate = Rate(rules.per_minute, evenly=True)
        ancestors = " ".join(["'self'", *rules.embedders])
        self._headers = {**HEADERS, "content-security-policy": POLICY.format(ancestors=ancestors)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        sent = _Sent(send, self._headers)
        refused = self._refusal(scope)
        if refused:
            await sent.refuse(*refused)
            return
        body = await self._body(receive)
        if isinstance(body, int):
            await sent.refuse(body, REASONS[body].format(self._rules.body_bytes), {})
            return
        await self._app(scope, _replayed(body, receive), sent.send)

    async def _body(self, receive: Receive) -> bytes | int:
        """The whole body, however long the client says that it is; or the status to refuse it with.

        What reads it later sees nothing of a client that sends too much, or ever so slowly.
        """
        body = b""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    message = await receive()
                    body += bytes(message.get("body", b""))
                    if len(body) > self._rules.body_bytes:
                        return 413
                    if message["type"] != "http.request" or not message.get("more_body"):
                        return body
        except TimeoutError:
            return 408

    def _refusal(self, scope: Scope) -> tuple[int, str, dict[str, str]] | None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        host = headers.get("host", "")
        if name_of(host) not in self._rules.hosts:
            return 421, "this server does not accept this host name: see `allowed_hosts`", {}
        origin = headers.get("origin")
        if origin not in (None, self._rules.origin) and urlsplit(origin).netloc != host:
            return 403, "requests from pages of another site are not allowed", {}
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._rules.body_bytes:
            return 413, REASONS[413].format(self._rules.body_bytes), {}
        path = str(scope["path"])
        if path.startswith(UNDER):
            return None if self._is_command(scope, path, headers) else (404, "there is no page", {})
        if path in OPEN or path.startswith(OPEN_UNDER):
            return None
        key = _key(headers)
        if self._rules.keys.needed and not self._is_let_in(scope, path, key):
            return (
                401,
                "a valid key is needed: Authorization: Bearer …",
                {"www-authenticate": "Bearer"},
            )
        client = scope.get("client") or ("unknown", 0)
        wait = self._rate.wait(key if self._rules.keys.needed and key else str(client[0]))
        if wait:
            return (
                429,
                f"at most {self._rules.per_minute} requests a minute",
                {"retry-after": str(wait)},
            )
        return None

    def _is_command(self, scope: Scope, path: str, headers: dict[str, str]) -> bool:
        """Whether a request is of a command of the server's user: no key, no rate counts for it."""
        token = self._rules.local_token
        if not token or "origin" in headers or not is_loopback(scope.get("client")):
            return False
        given = headers.get(TOKEN, "").encode()
        return path == PROOF or hmac.compare_digest(given, token.encode())

    def _is_let_in(self, scope: Scope, path: str, key: str) -> bool:
        if key and self._rules.keys.accepts(key):
            return True
        id = path.removeprefix("/source/")
        [signature] = parse_qs(scope["query_string"].decode("latin-1")).get("sig", [""])[:1]
        return id != path and self._rules.keys.opens(id, signature)


def name_of(host: str) -> str:
    """A host without its port, in small letters."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


def is_loopback(client: tuple[str, int] | None) -> bool:
    """Whether a client is on this machine."""
    try:
        return client is not None and ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False


def _key(headers: dict[str, str]) -> str:
    """The key of a request, in whichever header it came."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "").strip()


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What the application receives: the body at once, then what comes after it."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


class _Sent:
    """What goes out, with our headers."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self._send = send
        self._headers = headers
        self._begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            given = {name for name, _ in message["headers"]}
            ours = [
                (name.encode(), value.encode())
                for name, value in self._headers.items()
                if name.encode() not in given
            ]
            message = {**message, "headers": [*message["headers"], *ours]}
        await self._send(message)

    async def refuse(self, status: int, message: str, headers: dict[str, str]) -> None:
        """Answer with an error, unless an answer has begun."""
        if self._begun:
            return
        body = json.dumps(error_body(status, message)).encode()
        raw = {"content-type": "application/json", "content-length": str(len(body)), **headers}
        if status in REASONS:
            raw["connection"] = "close"  # the rest of the body is not read
        start = [(name.encode(), value.encode()) for name, value in raw.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": start})
        await self._send({"type": "http.response.body", "body": body})


TYPES = {
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_exceeded",
    503: "server_busy",
    504: "timeout",
}


def error_body(status: int, message: str, *, code: str | None = None) -> dict[str, Any]:
    """An error as OpenAI's clients read it."""
    kind = TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    code = code or HTTPStatus(status).name.lower()
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
