"""A small web site on this machine, of which a test says what each path answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STORY = (
    "The harbour wall of Port Elm fell in a storm on Monday, and forty boats were lost in the"
    " night, the mayor Ada Lark said.",
    "The fish market of the town will be closed until the end of August, according to the mayor.",
)


def page(title: str = "Harbour wall falls", *, story: tuple[str, ...] = STORY) -> bytes:
    """A web page with an article."""
    told = "".join(f"<p>{sentence}</p>" for sentence in story)
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head>"
        f"<body><article><h1>{title}</h1>{told}</article></body></html>"
    ).encode()


@dataclass(frozen=True, kw_only=True)
class Says:
    """An answer."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request that came."""

    path: str
    headers: Mapping[str, str]  # names in lower case
    at: float


Answering = Says | Callable[[BaseHTTPRequestHandler], Says | None]


@dataclass(kw_only=True)
class Site:
    """What is served, and what was asked for."""

    url: str
    paths: dict[str, Answering] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def paths_asked(self) -> list[str]:
        """Of all requests but those for robots.txt."""
        return [one.path for one in self.asked if one.path != "/robots.txt"]


@contextmanager
def serving() -> Iterator[Site]:
    """A site that answers 404 to everything, until its paths say otherwise."""
    from time import monotonic

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append(Asked(path=self.path, headers=headers, at=monotonic()))
            said = site.paths.get(self.path, Says(status=404))
            if not isinstance(said, Says):
                said = said(self)  # type: ignore[assignment]
                if said is None:
                    return  # it has answered by itself
            self.send_response(said.status)
            self.send_header("Content-Type", said.kind)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
