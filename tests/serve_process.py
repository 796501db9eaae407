"""A real `rag serve` in a process of its own, on loopback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START = [
    sys.executable,
    "-c",
    "import sys; sys.argv[0] = 'rag'; from rag.cli.main import app; app()",
]


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def ended(self, *, seconds: float = 30) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(timeout=seconds)


@contextmanager
def serving(
    index: Path | None, place: Path, *options: str, llm: str = "none", **settings: object
) -> Iterator[Served]:
    """Serve an index until the block ends.

    Args:
        index: Folder of the index; None for the one that a setting names.
        place: For its log, and for what it keeps.
        options: Of `rag serve`.
        llm: The language model.
        settings: Further ones, by name.
    """
    log = place / f"serve-{time.monotonic_ns()}.log"
    named = {f"RAG_{name.upper()}": str(value) for name, value in settings.items()}
    environment = {**os.environ, "RAG_STATE": str(place), "RAG_THREADS": "1", **named}
    where = [] if index is None else ["--index", str(index)]
    command = [*START, "serve", *where, "--llm", llm, "--port", "0", *options]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stderr=output, stdout=output, env=environment)
    try:
        yield Served(_address(process, log), process, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"at (https?://\S+)", log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
