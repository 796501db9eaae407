"""The `rag` command in a process of its own, as a shell runs it."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from pathlib import Path

LIBC = ctypes.CDLL(None)
START = [
    sys.executable,
    "-c",
    "import sys; sys.argv[0] = 'rag'; from rag.cli.main import main; main()",
]


DROP_FROM_BOUNDS = 24  # PR_CAPBSET_DROP of prctl(2)
PASSES_PERMISSIONS = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


def bound() -> None:
    """Make permissions count for the next program of this process, also where it is root's.

    What is out of the bounding set no program gets; who is not root has nothing to lose.
    """
    for capability in PASSES_PERMISSIONS:
        LIBC.prctl(DROP_FROM_BOUNDS, capability, 0, 0, 0)


def rag(
    *arguments: str | bytes | Path,
    stdin: str | bytes = "",
    bounded: bool = False,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own; where it is bounded, permissions count for it."""
    done = subprocess.run(
        [*START, *arguments],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
        preexec_fn=bound if bounded else None,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def check_error(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """The exit code, nothing on stdout, and on stderr a message and what to type next."""
    assert "Traceback" not in done.stderr
    assert done.returncode == code
    assert done.stdout == ""
    assert re.search(r"^error: \S", done.stderr, re.MULTILINE)
    assert re.search(r"^ hint: \S", done.stderr, re.MULTILINE)
    for word in words:
        assert word in done.stderr
