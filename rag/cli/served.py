"""Asking a `rag serve` of the same index that runs already, instead of loading all models here.

It is asked only where it would answer the same. Whatever is wrong with it, from a note that is left
of a killed server to a reply that breaks off, raises `Alone`: then the command does its own work.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.cli.command import note as tell
from rag.config import Settings
from rag.domain import Answer, Claim, EvidenceFound
from rag.serve.messages import ASK, PROOF, SEARCH, TOKEN, About, Asked, Found, Sought
from rag.serve.note import HOST, Note, program, read_notes
from rag.serve.values import plain, value_of

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

    from rag.answer.assistant import Event

PATIENCE = 1.0  # seconds for a server to say that it is the one
LONGEST = 64 * 1024 * 1024  # characters of a line
GRACE = 10  # seconds beyond those in which a server gives an answer up


class Alone(Exception):
    """No server can be asked; says why."""


class ServedAnswer:
    """A server's events of one answer, and what it tells besides.

    Attributes:
        about: There once the answer is.
    """

    def __init__(self, asked: Asked, settings: Settings) -> None:
        """Find the server.

        Raises:
            Alone: None can be asked.
        """
        self._asked = asked
        self._settings = settings
        self.note = find_server(settings)
        self.about: About | None = None

    def events(self) -> Iterator[Event]:
        """The events that are wanted, and the answer last.

        Raises:
            Alone: The server does not answer.
        """
        kinds = _kinds(self._asked.events)
        with _asking(self.note, ASK, self._asked, self._settings) as reply:
            while True:
                name, value = _event(reply)
                if name not in kinds:
                    raise Alone(f"rag serve did not answer: {value}")
                event = _valid(kinds[name], value)
                if isinstance(event, About):
                    self.about = event
                    continue
                yield event
                if isinstance(event, Answer):
                    return

    def locate(self, path: str) -> Path | None:
        """The file of an article that the answer is from, as `Assistant.locate`."""
        return located(self.told, path)

    @property
    def told(self) -> About:
        """What the server tells besides.

        Raises:
            Alone: It told nothing.
        """
        if self.about is None:
            raise Alone("rag serve told only the half")
        return self.about


def ask_to_search(sought: Sought, settings: Settings) -> tuple[Note, Found]:
    """What a server finds, and which it is.

    Raises:
        Alone: None can be asked.
    """
    server = find_server(settings)
    with _asking(server, SEARCH, sought, settings) as reply:
        return server, _valid(Found, _json(reply.read(LONGEST)))


def located(told: About | Found, path: str) -> Path | None:
    """The file of an article that is shown; None where it is not on this machine."""
    return next((Path(one.file) for one in told.files if one.path == path), None)


def find_server(settings: Settings) -> Note:
    """The note of a running server that answers as this command would.

    Raises:
        Alone: There is none.
    """
    why = "no rag serve of this index runs"
    for server in read_notes(settings):
        which = f"rag serve (process {server.process})"
        if server.program != program():
            why = f"{which} runs another version of rag: start it again"
        elif others := server.others(settings):
            why = f"{which} has other settings: {', '.join(others)}"
        else:
            return server
    raise Alone(why)


def tell_served(server: Note) -> None:
    """Say who answered."""
    tell(f"Answered by rag serve at http://{HOST}:{server.port} (process {server.process}).")


@contextmanager
def _asking(server: Note, path: str, asked: object, settings: Settings) -> Iterator[HTTPResponse]:
    """A server's reply, once it has proved that it is the one.

    Raises:
        Alone: It is not, it refuses, or the connection breaks.
    """
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection(HOST, server.port, timeout=PATIENCE)
    try:
        connection.connect()
        connection.auto_open = 0  # never again: who listens there then may be another
        _prove(connection, server)
        if connection.sock is None:
            raise Alone(f"rag serve (process {server.process}) ended the connection")
        connection.sock.settimeout(settings.serve_seconds + GRACE)
        body = json.dumps(plain(asked)).encode()
        headers = {TOKEN: server.token, "content-type": "application/json"}
        connection.request("POST", path, body=body, headers=headers)
        reply = connection.getresponse()
        if reply.status != 200:
            busy = "is busy" if reply.status == 503 else f"refused ({reply.status})"
            raise Alone(f"rag serve (process {server.process}) {busy}")
        yield reply
    except (OSError, HTTPException) as error:
        raise Alone(f"rag serve (process {server.process}) did not reply: {error}") from error
    finally:
        connection.close()


def _prove(connection: HTTPConnection, server: Note) -> None:
    """Have the server show that it knows the token, before it or a question is sent there."""
    import hmac
    import secrets

    nonce = secrets.token_hex(32)
    connection.request("GET", f"{PROOF}?nonce={nonce}")
    reply = connection.getresponse()
    given = reply.read(100)
    reply.read(1)  # to the end, so that the connection can be used again
    if reply.status != 200 or not hmac.compare_digest(given, server.proof(nonce).encode()):
        raise Alone(f"another program listens at port {server.port}")


def _kinds(wanted: tuple[str, ...]) -> dict[str, type[Any]]:
    """The classes of what may come, by name."""
    kinds: list[type[Any]] = [About, Answer, EvidenceFound, Claim]
    if "Question" in wanted:
        from rag.domain import Retrieved
        from rag.models.prompts import Prompt
        from rag.question.read import Question

        kinds += [Question, Retrieved, Prompt]
    return {kind.__name__: kind for kind in kinds}


def _event(reply: HTTPResponse) -> tuple[str, Any]:
    """The next line of a reply."""
    given = _json(reply.readline(LONGEST))
    if not (isinstance(given, list) and len(given) == 2 and isinstance(given[0], str)):
        raise Alone("rag serve sent something else than an event")
    return given[0], given[1]


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise Alone("the reply of rag serve broke off") from error


def _valid(kind: type[Any], value: Any) -> Any:
    try:
        return value_of(kind, value)
    except (TypeError, ValueError) as error:
        raise Alone(f"rag serve sent something else: {error}") from error
