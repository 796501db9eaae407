"""rag.cli.served: a running server answers for a command, with the same words or not at all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from serve_process import Served, serving
from shell import rag

from rag.cli import served as client
from rag.cli.served import Alone, ServedAnswer, ask_to_search
from rag.config import Settings
from rag.filters import NONE
from rag.serve.messages import ASK, SEARCH, TOKEN, Asked, Sought
from rag.serve.note import Note, make_note, noted, read_notes
from rag.sync.update import sync

MARCHED = "How many people marched for the Saltmarsh Bridge?"
MACRON = "What did Macron say about Crimea?"  # no article has it
BY_SERVER = "Answered by rag serve at http://127.0.0.1:"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of the server and of those who ask it."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def server(seeds_index: Path, place: Path) -> Iterator[Served]:
    """The seeds, answered with quotations."""
    with serving(seeds_index, place) as running:
        yield running


def run(index: Path, state: Path, *arguments: str | Path, stdin: str = "") -> Any:
    """A command with the settings of the server."""
    return rag(*arguments, *("--index", index), stdin=stdin, RAG_STATE=str(state), RAG_THREADS="1")


def untimed(printed: str) -> str:
    """What is printed, without how long it took."""
    return "\n".join(
        line
        for line in printed.splitlines()
        if not any(word in line for word in ('"open":', '"retrieve":', '"first_claim":'))
        and '"total":' not in line
        and "found after" not in line
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", MARCHED),
        ("ask", MARCHED, "--json", "--since", "2019"),
        ("ask", MARCHED, "--explain"),
        ("ask", MACRON, "--exit-on-abstain"),
        ("ask", "What did Peskov say about Crimea in July 2018?", "--speaker", "Nobody At All"),
        ("search", MARCHED, "--k", "3"),
        ("search", MARCHED, "--json", "--outlet", "No Such Paper"),
    ],
)
def test_a_command_prints_the_same(
    server: Served, seeds_index: Path, place: Path, arguments: tuple[str, ...]
) -> None:
    """On standard output and error, with the same exit code."""
    served = run(seeds_index, place, *arguments, "-v")
    alone = run(seeds_index, place, *arguments, "--no-server")

    *told, last = served.stderr.splitlines()
    assert last.startswith(BY_SERVER)
    assert told == alone.stderr.splitlines()
    assert untimed(served.stdout) == untimed(alone.stdout)
    assert served.returncode == alone.returncode


def test_a_served_answer_is_saved_and_shown_again(
    server: Served, seeds_index: Path, place: Path, tmp_path: Path
) -> None:
    """`--save`, `rag show`, and a question from standard input."""
    saved = tmp_path / "brief.md"
    done = run(seeds_index, place, "ask", "-", "-v", "--save", saved, stdin=MARCHED)
    alone = tmp_path / "alone.md"
    run(seeds_index, place, "ask", MARCHED, "--no-server", "--save", alone)

    assert BY_SERVER in done.stderr and f"Saved in {saved}." in done.stderr
    assert saved.read_text() == alone.read_text()
    assert "bridge" in rag("show", "1", RAG_STATE=str(place)).stdout.lower()


@pytest.mark.parametrize("arguments", [("ask", " "), ("search", "…")])
def test_an_error_is_that_of_the_command(
    server: Served, seeds_index: Path, place: Path, arguments: tuple[str, ...]
) -> None:
    """What the server refuses, the command refuses in its own words."""
    served = run(seeds_index, place, *arguments)
    alone = run(seeds_index, place, *arguments, "--no-server")

    assert (served.returncode, served.stdout, served.stderr) == (
        *(alone.returncode, alone.stdout, alone.stderr),
    )


def test_without_being_asked_nothing_is_said(
    server: Served, seeds_index: Path, place: Path
) -> None:
    """Who answers is told with -v only; other settings are named with it."""
    quiet = run(seeds_index, place, "ask", MARCHED)
    other = run(seeds_index, place, "ask", MARCHED, "--sentences", "1", "-v")

    assert quiet.stderr == ""
    assert "has other settings: sentences." in other.stderr
    assert other.returncode == 0 and other.stdout


def test_nobody_else_is_let_in(server: Served, seeds_index: Path, place: Path) -> None:
    """Neither without the token, nor from a page."""
    [note] = read_notes(Settings(index=seeds_index, state=place))
    asked = {"query": MARCHED, "filters": {}, "k": 1}

    for headers in ({}, {TOKEN: "x"}, {TOKEN: note.token, "origin": server.url}):
        for path in (ASK, SEARCH):
            reply = httpx2.post(server.url + path, json=asked, headers=headers, timeout=60)
            assert reply.status_code == 404
    let_in = httpx2.post(server.url + SEARCH, json=asked, headers={TOKEN: note.token}, timeout=60)
    assert let_in.json()["evidence"]


def test_a_server_with_keys_answers_its_own_user(seeds_index: Path, tmp_path: Path) -> None:
    """Who may read its note needs no key."""
    rag("serve", "--new-key", RAG_STATE=str(tmp_path))
    with serving(seeds_index, tmp_path, "--host", "0.0.0.0"):
        done = run(seeds_index, tmp_path, "search", MARCHED, "-v")

    assert BY_SERVER in done.stderr


def test_it_follows_the_index_and_a_killed_one_is_passed_over(tmp_path: Path, cache: Path) -> None:
    """Also one that was deleted and built again with the same number, and none at all."""
    articles, index = tmp_path / "articles", tmp_path / "index"
    articles.mkdir()

    def build(mended_by: str) -> None:
        (articles / "a.txt").write_text(f"The sluice\n\n{mended_by} mended the sluice gate.\n")
        sync([articles], settings=Settings(index=index, cache=cache))

    build("Ida Rourke")
    with serving(index, tmp_path) as running:
        question = "Who mended the sluice gate?"
        assert "Ida Rourke" in run(index, tmp_path, "ask", question).stdout
        shutil.rmtree(index)
        build("Olaf Brandt")
        again = run(index, tmp_path, "ask", question, "-v")
        assert BY_SERVER in again.stderr and "Olaf Brandt" in again.stdout
        (index / "manifest.json").rename(tmp_path / "kept")
        lost = run(index, tmp_path, "ask", question)
        assert lost.returncode == 4 and "there is no index" in lost.stderr
        (tmp_path / "kept").rename(index / "manifest.json")

        os.kill(running.process.pid, signal.SIGKILL)
        running.ended()
        alone = run(index, tmp_path, "ask", question, "-v")
    assert "Answered here: no rag serve of this index runs." in alone.stderr
    assert "Olaf Brandt" in alone.stdout


# --- what else may listen there -------------------------------------------------------------------


class _Peer(ThreadingHTTPServer):
    daemon_threads = True
    note: Note  # of the server that it may be, or may not
    reply: Callable[[BaseHTTPRequestHandler], None]
    heard: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Peer

    def do_GET(self) -> None:
        nonce = parse_qs(urlsplit(self.path).query)["nonce"][0]
        self.server.heard += self.path + str(self.headers)
        self.send(self.server.note.proof(nonce).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.heard += str(self.headers) + body
        self.server.reply(self)

    def send(self, body: bytes, status: int = 200, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def peer(
    settings: Settings, reply: Callable[[Any], None], *, stranger: bool = False
) -> Iterator[tuple[_Peer, Note]]:
    """Something that listens where a note says, and the note."""
    listening = _Peer(("127.0.0.1", 0), _Handler)
    listening.reply = reply
    note = make_note(listening.server_port, settings)
    listening.note = make_note(listening.server_port, settings) if stranger else note
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        with noted(note, settings, notify=pytest.fail):
            yield listening, note
    finally:
        listening.shutdown()
        listening.server_close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of an index that need not be there."""
    return Settings(index=tmp_path / "index", state=tmp_path / "state")


def ask(settings: Settings) -> list[Any]:
    """The events of a question."""
    return list(ServedAnswer(Asked(question=MARCHED, filters=NONE), settings).events())


def test_a_program_that_took_the_port_hears_neither_token_nor_question(
    settings: Settings,
) -> None:
    """It cannot prove that it wrote the note."""
    with peer(settings, lambda handler: None, stranger=True) as (listening, note):
        with pytest.raises(Alone, match="another program"):
            ask(settings)
        with pytest.raises(Alone, match="another program"):
            ask_to_search(Sought(query=MARCHED, filters=NONE, k=1), settings)

    assert "nonce=" in listening.heard
    assert note.token not in listening.heard and "Saltmarsh" not in listening.heard


def test_who_says_nothing_is_not_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that was stopped (Ctrl-Z) accepts, and does no more."""
    import socket

    monkeypatch.setattr(client, "PATIENCE", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        note = make_note(silent.getsockname()[1], settings)
        with noted(note, settings, notify=pytest.fail), pytest.raises(Alone, match="did not reply"):
            ask(settings)


def test_a_port_where_nobody_listens_is_no_error(settings: Settings) -> None:
    """The server is about to end, or to begin."""
    with (
        noted(make_note(1, settings), settings, notify=pytest.fail),
        pytest.raises(Alone, match="did not reply"),
    ):
        ask(settings)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (lambda handler: handler.send(b"{}", status=503), "is busy"),
        (lambda handler: handler.send(b"{}", status=500), "refused"),
        (lambda handler: handler.send(b'["refused", "no model"]\n'), "did not answer: no model"),
        (lambda handler: handler.send(b""), "broke off"),
        (lambda handler: handler.send(b'["Answer", {"ques', length=4000), "broke off"),
        (lambda handler: handler.send(b"[" * 100), "broke off"),
        (lambda handler: handler.send(b'{"Answer": 1}\n'), "something else"),
        (lambda handler: handler.send(b'["Answer", {"question": 5}]\n'), "something else"),
        (lambda handler: handler.send(b'["Answer", {"question": "?"}]\n'), "something else"),
    ],
)
def test_a_reply_that_breaks_off_or_is_none_lets_the_command_answer(
    settings: Settings, reply: Callable[[Any], None], why: str
) -> None:
    """Whatever the server that wrote the note does."""

    def ended(handler: Any) -> None:
        reply(handler)
        handler.close_connection = True

    with peer(settings, ended), pytest.raises(Alone, match=why):
        ask(settings)


def test_the_client_loads_no_model_and_no_client_of_the_web(
    server: Served, seeds_index: Path, place: Path
) -> None:
    """That is what makes it fast."""
    code = (
        "import json, sys; from rag.cli.main import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    import subprocess
    import sys

    environment = {**os.environ, "RAG_STATE": str(place), "RAG_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", MARCHED, "--index", str(seeds_index)],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip

    loaded = set(json.loads(done.stderr))
    heavy = {"numpy", "onnxruntime", "faiss", "tantivy", "tokenizers", "httpx2", "sqlite3"}
    assert not loaded & {*heavy, "rag.store", "rag.answer.assistant", "rag.load"}
