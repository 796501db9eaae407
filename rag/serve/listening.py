"""An address -> a web server on it that answers from an index, and stops when it is told to.

The only importer of uvicorn.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from urllib.parse import urlsplit

import uvicorn

from rag.answer.async_assistant import AsyncAssistant
from rag.config import Settings
from rag.errors import ConfigError
from rag.serve.ask_with_context import served_assistant
from rag.serve.follow import following
from rag.serve.guard import LOOPBACK, App, Rules, name_of
from rag.serve.keys import Keys, read_keys
from rag.serve.note import HOST

GRACE = 5  # seconds that answers under way have to end when the server stops
EVERY = "0.0.0.0"  # each address of this machine
WATCHED = 0.1  # seconds between two looks at whether they have


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen."""

    host: str
    port: int  # 0 for any that is free

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def name(self) -> str:
        """The host as it stands in an address."""
        return f"[{self.host}]" if ":" in self.host else self.host


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What an application is made for."""

    assistant: AsyncAssistant  # answers; open from when the first client comes
    rules: Rules  # who is let in
    url: str  # where it listens
    port: int | None  # where commands on this machine reach it; None: they do not


def serve_site(
    make: Callable[[Site], App],
    address: Address,
    *,
    settings: Settings,
    started: Callable[[str], None],
    notify: Callable[[str], None],
) -> None:
    """Serve an application until the process is told to end.

    Args:
        make: Makes the application.
        address: Where to listen.
        settings: Of the index and of the server.
        started: Told where it listens, once it takes requests.
        notify: Told, in one line each, what a person should know.

    Raises:
        ConfigError: Others could reach the server and there is no key, or it cannot listen there.
        RagError: The index or a model cannot be opened.
        KeyboardInterrupt: It was Ctrl-C.
    """
    rules = _rules(address, settings)
    listener = _listen(address)
    host, port = listener.getsockname()[:2]
    url = f"http://{address.name}:{port}"
    assistant = served_assistant(settings, notify)
    reached = port if host in (HOST, EVERY) else None
    app = make(Site(assistant=assistant, rules=rules, url=url, port=reached))
    with following(settings, notify=notify):
        _run(app, listener, assistant=assistant, started=lambda: started(url))


def _keys(address: Address, settings: Settings) -> Keys:
    """The keys of who may ask there.

    Raises:
        ConfigError: Others could reach the server and there is no key.
    """
    keys = read_keys(settings.state)
    if not keys.needed and not address.is_loopback:
        raise ConfigError(
            f"a key is needed to listen on {address.host}, because others could reach the server",
            hint="make one: rag serve --new-key",
        )
    return keys


def _rules(address: Address, settings: Settings) -> Rules:
    """Who is let in there.

    Raises:
        ConfigError: Others could reach the server and there is no key.
    """
    names = {*LOOPBACK, address.name.lower(), *settings.allowed_hosts.lower().split()}
    public = urlsplit(settings.public_url)  # a proxy's, which may send its own name or ours
    if public.netloc:
        names.add(name_of(public.netloc))
    return Rules(
        keys=_keys(address, settings),
        hosts=frozenset(names),
        origin=f"{public.scheme}://{public.netloc}".lower() if public.netloc else "",
        embedders=tuple(settings.embed_origins.split()),
        body_bytes=settings.serve_body_kilobytes * 1024,
        per_minute=settings.serve_per_minute,
    )


def _listen(address: Address) -> socket.socket:
    """A socket that is bound to an address.

    Raises:
        ConfigError: It cannot be.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address.host, address.port))
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"cannot listen on {address.host}:{address.port}: {error.strerror}",
            hint="choose another --port or --host",
        ) from error
    return listener


def _run(
    app: App,
    listener: socket.socket,
    *,
    assistant: AsyncAssistant,
    started: Callable[[], None],
) -> None:
    """Open an assistant and serve an application until the process is told to end.

    Args:
        app: What is served.
        listener: Where.
        assistant: What is wrong with its index or a model is told before anybody is let in; it is
            stopped as soon as the process is told to end.
        started: Told once the server takes requests.

    Raises:
        RagError: The index or a model cannot be opened.
        KeyboardInterrupt: It was Ctrl-C.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE,
        lifespan="on",  # sessions of MCP begin and end with the server
    )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    running = _Server(config, assistant, started)

    async def run() -> None:
        async with assistant:
            await running.serve(sockets=[listener])

    asyncio.run(run())
    if running.interrupted:
        raise KeyboardInterrupt


class _Server(uvicorn.Server):
    """Ends answers under way as soon as it is told to stop, so that their clients are told too.

    Attributes:
        interrupted: Whether it was Ctrl-C.
    """

    def __init__(
        self, config: uvicorn.Config, assistant: AsyncAssistant, started: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._assistant = assistant
        self._told = started
        self.interrupted = False
        self._draining = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.started:
            self._told()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Nothing is done here but to wake the loop: a signal comes at any point of this thread,
        # which may hold a lock. And uvicorn's own way is to die of the signal in the end.
        self.interrupted = self.interrupted or sig == signal.SIGINT
        if self._draining:
            self.should_exit = self.force_exit = True
        self._draining = True
        self._loop.call_soon_threadsafe(self._begin_to_drain)

    def _begin_to_drain(self) -> None:
        self._drained = self._loop.create_task(self._drain())

    async def _drain(self) -> None:
        """Let every stream say why it ends; once uvicorn is to exit, all are cut off."""
        self._assistant.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while self._assistant.waiting:
                    await asyncio.sleep(WATCHED)
        await asyncio.sleep(2 * WATCHED)
        self.should_exit = True
