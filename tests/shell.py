"""The `rag` command in a process of its own, as a shell runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

START = [sys.executable, "-c", "import sys; sys.argv[0] = 'rag'; from rag.cli import app; app()"]


def rag(
    *arguments: str | bytes | Path, stdin: str | bytes = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [*START, *arguments],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
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
