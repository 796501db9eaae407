"""Two real servers of llama.cpp, one of which is killed while both write."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from rag.errors import ModelError
from rag.models.endpoint import Endpoint
from rag.models.endpoints import Endpoints
from rag.models.files import bundled_model
from rag.models.prompts import Prompt

TEXTS, AT_ONCE = 16, 4
SERVE = """
import llama_cpp
from llama_cpp.server.__main__ import main
from rag.models.llama import without_amx
with without_amx(llama_cpp):
    main()
"""


class Server:
    """A `llama_cpp.server` with the bundled model."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        command = [sys.executable, "-c", SERVE, "--model", str(bundled_model())]
        command += ["--host", "127.0.0.1", "--port", str(port), "--n_threads", "1"]
        command += ["--n_ctx", "512", "--interrupt_requests", "false"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def ready(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + 90
        endpoint = Endpoint(url=self.url, model="m")
        while not endpoint.answers():
            assert self.process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
        endpoint.close()

    def kill(self) -> None:
        """SIGKILL it."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    """Both, ready."""
    both = Server(), Server()
    try:
        for one in both:
            one.ready()
        yield both
    finally:
        for one in both:
            one.kill()


def test_only_texts_under_way_are_lost(servers: tuple[Server, Server]) -> None:
    """Each with an error that says so; all others are written by the server that is left."""
    dies, stays = servers
    model = Endpoints([Endpoint(url=one.url, model="m", timeout=60) for one in servers])
    begun: list[int] = []  # texts of which a piece had come when the server was killed
    killed = [False]
    counting = Lock()

    def write(number: int) -> str:
        prompt = Prompt(system="You answer.", user=f"Tell me what {number} and {number} make.")
        text = ""
        for piece in Endpoints(model._endpoints).stream(prompt, grammar="", tokens=24):
            text += piece
            with counting:
                if not killed[0]:
                    begun.append(number)
                    if len(set(begun)) >= AT_ONCE:
                        killed[0] = True
                        dies.kill()
        return text

    with ThreadPoolExecutor(AT_ONCE) as threads:
        running = [threads.submit(write, number) for number in range(TEXTS)]
        errors = [one.exception() for one in running]

    lost = {number for number, error in enumerate(errors) if error}
    assert killed[0]
    assert lost <= set(begun)
    assert all(isinstance(errors[one], ModelError) for one in lost)
    assert all("does not answer" in str(errors[one]) for one in lost)
    assert len(lost) < AT_ONCE
    assert stays.process.poll() is None
    model.close()
