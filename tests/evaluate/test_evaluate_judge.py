"""rag.evaluate.judge: an opinion from an endpoint, kept apart, whatever the endpoint says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from rag.config import Settings
from rag.errors import ModelError
from rag.evaluate.given import FAILURE_SCHEMA
from rag.evaluate.gold import Fact, GoldItem
from rag.evaluate.judge import judge

ITEMS = {
    "1": GoldItem(
        id="1",
        question="Who left?",
        answerable=True,
        facts=(Fact(any_of=("Lark", "the gardener"), sources=("a.txt",)),),
    ),
    "2": GoldItem(id="2", question="Who stayed?", answerable=False, facts=()),
    "3": GoldItem(id="3", question="Who slept?", answerable=False, facts=()),
}


def record(id: str, *claims: str) -> dict[str, Any]:
    """An answer of these claims."""
    return {
        "id": id,
        "schema": "rag.answer/1",
        "question": ITEMS[id].question,
        "claims": [{"text": claim, "citations": []} for claim in claims],
    }


class Scripted(ThreadingHTTPServer):
    """An endpoint with prepared words; keeps what it was asked."""

    words: list[str]
    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.asked.append(body["messages"][1]["content"])
        event = {"choices": [{"delta": {"content": server.words[len(server.asked) - 1]}}]}
        reply = f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Scripted]:
    """It, on loopback."""
    scripted = Scripted(("127.0.0.1", 0), _Handler)
    scripted.words, scripted.asked = [], []
    threading.Thread(target=scripted.serve_forever, daemon=True).start()
    yield scripted
    scripted.shutdown()
    scripted.server_close()


def test_every_answer_is_judged_by_what_was_expected(server: Scripted) -> None:
    """The judge sees question, facts and answer; failures are not put to it."""
    server.words = ["Yes. It names the gardener.\n", "no: it should have refused\n"]
    records = {
        "1": record("1", "The gardener left."),
        "2": record("2", "Lark stayed."),
        "3": {"id": "3", "schema": FAILURE_SCHEMA, "question": "Who slept?", "error": "died"},
    }

    found = judge(
        ITEMS,
        records,
        url=f"http://me:secret@127.0.0.1:{server.server_port}/v1",
        settings=Settings(),
    )

    assert found["questions"] == {
        "1": {"opinion": "yes", "reason": "It names the gardener."},
        "2": {"opinion": "no", "reason": "it should have refused"},
    }
    assert (found["answers"], found["yes"], found["no"], found["partly"]) == (2, 0.5, 0.5, 0.0)
    assert "secret" not in json.dumps(found)
    first, second = server.asked
    assert "Who left?" in first
    assert "Lark or the gardener" in first
    assert "The gardener left." in first
    assert "do not hold an answer" in second


def test_a_judge_that_does_not_judge_is_unclear(server: Scripted) -> None:
    """Its words are kept as the reason."""
    server.words = ["As a language model I cannot say.\n"]

    url = f"http://127.0.0.1:{server.server_port}/v1"
    found = judge(ITEMS, {"1": record("1", "Lark left.")}, url=url, settings=Settings())

    assert found["unclear"] == 1.0
    assert found["questions"]["1"]["reason"] == "As a language model I cannot say."


def test_a_judge_that_is_not_there_is_an_error() -> None:
    """It says so, and no opinion is made up."""
    with pytest.raises(ModelError, match="does not answer"):
        judge(
            ITEMS,
            {"1": record("1", "Lark left.")},
            url="http://127.0.0.1:9/v1",
            settings=Settings(),
        )
