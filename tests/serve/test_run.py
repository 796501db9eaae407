"""rag.serve.run: where it listens, how it starts, how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from pathlib import Path

import httpx2
import pytest
from scripted import endpoint
from serve_process import serving
from shell import check_error, rag

QUESTION = "How many people marched for the Saltmarsh Bridge?"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org"])
def test_others_are_not_let_in_without_a_key(seeds_index: Path, tmp_path: Path, host: str) -> None:
    """What to type is told, and nothing listens."""
    done = rag(
        *("serve", "--index", str(seeds_index), "--host", host, "--port", "0"),
        RAG_STATE=str(tmp_path),
    )

    check_error(done, 2, "a key is needed", "rag serve --new-key")


def test_a_key_is_shown_once_and_kept_as_a_hash(tmp_path: Path) -> None:
    """Readable by its owner alone; a second key does not end the first."""
    first = rag("serve", "--new-key", RAG_STATE=str(tmp_path)).stdout.strip()
    second = rag("serve", "--new-key", RAG_STATE=str(tmp_path)).stdout.strip()

    kept = tmp_path / "serve-keys.json"
    assert first != second and len(first) > 40
    assert first not in kept.read_text() and second not in kept.read_text()
    assert len(json.loads(kept.read_text())["hashes"]) == 2
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "{}", '{"hashes": [], "secret": ""}', "\x00"])
def test_damaged_keys_let_nobody_in(seeds_index: Path, tmp_path: Path, content: str) -> None:
    """Rather no server than one that is open."""
    (tmp_path / "serve-keys.json").write_text(content)

    done = rag("serve", "--index", str(seeds_index), "--port", "0", RAG_STATE=str(tmp_path))

    check_error(done, 2, "serve-keys.json", "--new-key")


def test_a_port_in_use_is_told(seeds_index: Path, tmp_path: Path) -> None:
    """With another to choose."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = rag(*("serve", "--index", str(seeds_index), "--port", port), RAG_STATE=str(tmp_path))

    check_error(done, 2, f"127.0.0.1:{port}", "--port")


def test_without_an_index_it_does_not_start(tmp_path: Path) -> None:
    """The exit code is that of any command."""
    done = rag("serve", "--index", str(tmp_path / "none"), "--port", "0", RAG_STATE=str(tmp_path))

    check_error(done, 4, "there is no index", "rag index")


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_stopped_in_the_middle_it_tells_who_waits(
    seeds_index: Path, tmp_path: Path, stop: signal.Signals, code: int
) -> None:
    """An error event, then the end of the stream; the process ends within seconds."""
    with (
        endpoint(lambda asked: time.sleep(30) or "") as (llm, _),  # type: ignore[func-returns-value]
        serving(seeds_index, tmp_path, llm=llm) as server,
        httpx2.stream(
            "POST", f"{server.url}/api/ask", json={"question": QUESTION, "stream": True}, timeout=30
        ) as reply,
    ):
        lines = reply.iter_lines()
        assert next(line for line in lines if line == "event: evidence")
        server.process.send_signal(stop)
        rest = list(lines)

        assert "event: error" in rest
        assert server.ended(seconds=15) == code
    assert "Traceback" not in server.log.read_text()


def test_killed_in_the_middle_it_leaves_the_index_whole(seeds_index: Path, tmp_path: Path) -> None:
    """Its clients see the connection end; started again, it answers."""
    before = {path: path.read_bytes() for path in seeds_index.rglob("*") if path.is_file()}
    with (
        endpoint(lambda asked: time.sleep(5) or "") as (llm, _),  # type: ignore[func-returns-value]
        serving(seeds_index, tmp_path, llm=llm) as server,
        httpx2.stream(
            "POST", f"{server.url}/api/ask", json={"question": QUESTION, "stream": True}, timeout=30
        ) as reply,
    ):
        lines = reply.iter_lines()
        assert next(line for line in lines if line == "event: evidence")
        os.kill(server.process.pid, signal.SIGKILL)
        with pytest.raises(httpx2.TransportError):
            list(lines)
        assert server.ended() == -signal.SIGKILL

    assert {path: path.read_bytes() for path in seeds_index.rglob("*") if path.is_file()} == before
    with serving(seeds_index, tmp_path) as server:
        answered = httpx2.post(f"{server.url}/api/ask", json={"question": QUESTION}, timeout=60)
        assert answered.json()["claims"]


def test_questions_are_logged_only_where_that_is_wanted(seeds_index: Path, tmp_path: Path) -> None:
    """What people ask is theirs."""
    for options, logged in (((), False), (("--log-questions",), True)):
        with serving(seeds_index, tmp_path, *options) as server:
            httpx2.post(f"{server.url}/api/ask", json={"question": QUESTION}, timeout=60)
        assert (QUESTION in server.log.read_text()) is logged
