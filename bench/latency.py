"""How long a command takes from a cold shell, and when it shows its first evidence."""

from __future__ import annotations

import os
import pty
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

FIRST_EVIDENCE = b"Reading"  # the heading over the evidence, shown while the answer is written
RUNS = 9
LIMIT = 120.0  # seconds after which a run is ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Medians in seconds."""

    total: float
    fastest: float
    slowest: float
    first_evidence: float | None


def time_command(command: Sequence[str], *, runs: int = RUNS) -> Latency:
    """Run a command several times on a terminal of its own, after one run that is not counted.

    Raises:
        subprocess.CalledProcessError: The command fails.
    """
    measured = [_run(command) for _ in range(runs + 1)][1:]
    totals = [total for total, _ in measured]
    firsts = [first for _, first in measured if first is not None]
    return Latency(
        total=statistics.median(totals),
        fastest=min(totals),
        slowest=max(totals),
        first_evidence=statistics.median(firsts) if firsts else None,
    )


def _run(command: Sequence[str]) -> tuple[float, float | None]:
    """Seconds to the end, and to the first evidence."""
    screen, terminal = pty.openpty()
    began = perf_counter()
    process = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    seen, first = b"", None
    while chunk := _read(screen):
        seen += chunk
        if first is None and FIRST_EVIDENCE in seen:
            first = perf_counter() - began
    code = process.wait(timeout=LIMIT)
    total = perf_counter() - began
    os.close(screen)
    if code != 0:
        raise subprocess.CalledProcessError(code, command, output=seen)
    return total, first


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:  # Linux says EIO when the other side has closed the terminal
        return b""
