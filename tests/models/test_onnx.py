"""rag.models.onnx: what the encoders share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.models.onnx import open_session
from rag.models.reader import WEIGHTS
from rag.models.shipped import shipped_folder

INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from rag.models.onnx import open_session

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":  # which the library imports from its own C code
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background ignores it
sys.meta_path.insert(0, Interrupt())
try:
    open_session(Path("absent.onnx"), threads=1)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_an_interrupt_while_the_library_is_imported_is_one() -> None:
    """It comes out as itself once the library is there, not as a failed import."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False
    )

    assert done.stdout == "interrupted\n", done.stderr


def test_the_library_leaves_nothing_behind(tmp_path: Path) -> None:
    """By itself it writes a number for this machine to the cache, and reports to its maker."""
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": "", "XDG_STATE_HOME": "", "XDG_DATA_HOME": ""}
    load = f"open_session(Path({str(shipped_folder() / WEIGHTS)!r}), threads=1)()"

    done = subprocess.run(
        [sys.executable, "-c", f"from pathlib import Path; from rag.models.onnx import *; {load}"],
        env={**os.environ, **home},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_loads_is_waited_for_once() -> None:
    """Whoever asks gets the one session, however often."""
    session = open_session(shipped_folder() / WEIGHTS, threads=1)

    assert session() is session()
    assert [entry.name for entry in session().get_inputs()] == ["ids", "mask", "segments"]


def test_a_model_that_cannot_be_loaded_is_told_where_it_is_needed(tmp_path: Path) -> None:
    """Not on the thread that loads it, where nobody looks."""
    session = open_session(tmp_path / "absent.onnx", threads=1)

    with pytest.raises(Exception, match=r"absent\.onnx"):
        session()
