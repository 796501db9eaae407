"""Two servers on one shared index, behind what sends each request to the next that is ready."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx2
import pytest
from serve_process import Served, serving

from rag.store.milvus import Milvus, read_address
from rag.store.publish import publish
from tests.milvus_server import MilvusServer

QUESTION, FOLLOW_UP = "What did Peskov say about Crimea?", "And about Syria?"


@dataclass
class Balancer:
    """Takes turns.

    Attributes:
        took: How many requests each server was given.
    """

    url: str
    took: dict[str, int] = field(default_factory=dict)

    def ask(self, question: str, *earlier: str) -> dict[str, Any]:
        """The answer of whichever server has its turn."""
        body = {"question": question, "earlier": earlier}
        reply = httpx2.post(f"{self.url}/api/ask", json=body, timeout=60)
        assert reply.status_code == 200, reply.text
        answer: dict[str, Any] = reply.json()
        return answer


@contextmanager
def balancing(servers: list[Served]) -> Iterator[Balancer]:
    """A balancer before some servers, until the block ends."""
    turns = cycle(one.url for one in servers)
    balancer = Balancer(url="", took=dict.fromkeys((one.url for one in servers), 0))

    def is_ready(url: str) -> bool:
        try:
            return httpx2.get(f"{url}/health/ready", timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False

    class Forward(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            url = next(url for url in turns if is_ready(url))
            balancer.took[url] += 1
            kind = {"Content-Type": self.headers["Content-Type"]}
            reply = httpx2.post(f"{url}{self.path}", content=body, headers=kind, timeout=60)
            self.send_response(reply.status_code)
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        def log_message(self, *about: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Forward) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        balancer.url = f"http://127.0.0.1:{server.server_port}"
        yield balancer
        server.shutdown()


@pytest.fixture(scope="module")
def store(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the seeds in Milvus."""
    server = MilvusServer(tmp_path_factory.mktemp("milvus"))
    server.start()
    address = f"milvus+{server.uri}/balanced{uuid.uuid4().hex[:8]}"
    milvus = Milvus(read_address(address), token="")
    publish(seeds_index, milvus)
    milvus.close()
    yield address
    server.kill()


def said(answer: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The claims with what they cite."""
    return [
        (claim["text"], [one["file"] for one in claim["citations"]]) for claim in answer["claims"]
    ]


def test_any_server_can_answer_any_request(store: str, tmp_path: Path) -> None:
    """A conversation goes on at another one, and when one dies the rest answer."""
    places = [tmp_path / "a", tmp_path / "b"]
    for place in places:
        place.mkdir()
    with (
        serving(None, places[0], store=store, serve_per_minute=9999) as first,
        serving(None, places[1], store=store, serve_per_minute=9999) as second,
        balancing([first, second]) as balancer,
    ):
        one, other = balancer.ask(QUESTION), balancer.ask(QUESTION)
        followed = [balancer.ask(FOLLOW_UP, QUESTION) for _ in range(2)]
        assert list(balancer.took.values()) == [2, 2]
        first.process.kill()
        first.ended()
        after = [balancer.ask(QUESTION) for _ in range(3)]

    assert said(one) == said(other) == said(after[-1]) != []
    assert {answer["question"] for answer in followed} == {"What did Peskov say about Syria?"}
    assert balancer.took[second.url] == 5
