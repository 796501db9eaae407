"""A command run to its end, and what it took."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

LOG = "last.log"  # what the last command said
TAIL = 1500  # characters of it that are shown when it fails


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a process took."""

    seconds: float
    megabytes: float  # resident, at its peak


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    allowed: Sequence[int] = (0,),
) -> Taken:
    """Run a command to its end.

    Args:
        command: With its arguments.
        cwd: Where it runs; what it says is written to `LOG` there.
        environment: Variables beside those of this process.
        allowed: Exit codes that are no failure.

    Raises:
        subprocess.CalledProcessError: It fails; ``stderr`` has the end of what it said.
    """
    log = cwd / LOG
    with log.open("wb") as said:
        began = perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **(environment or {})}, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)  # for this process alone, not for all so far
        seconds = perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        tail = log.read_text(encoding="utf-8", errors="replace")[-TAIL:]
        raise subprocess.CalledProcessError(process.returncode, command[:3], stderr=tail)
    return Taken(seconds=seconds, megabytes=usage.ru_maxrss / 1024)  # Linux counts kilobytes
