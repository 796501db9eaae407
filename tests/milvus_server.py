"""A real Milvus for tests: a `milvus-lite server` on this machine, or the cluster of a variable."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

CLUSTER = os.environ.get("RAG_TEST_MILVUS_URI", "")  # read before tests clean their environment


class MilvusServer:
    """A server process on 127.0.0.1; on a cluster, nothing is started or killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.uri = CLUSTER or f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        if CLUSTER:
            return
        command = [str(Path(sys.executable).with_name("milvus-lite")), "server"]
        command += ["--host", "127.0.0.1", "--port", str(self._port)]
        command += ["--data-dir", str(self._folder)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while True:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            assert self._process.poll() is None and time.monotonic() < until
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL it."""
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None
