"""rag.encoder: what the encoders share."""

from __future__ import annotations

import subprocess
import sys

INTERRUPTED = """
import os, signal, sys, threading, time
from pathlib import Path
from rag.encoder import open_session

def interrupt():
    while "numpy" not in sys.modules:  # which the library imports from its own C code
        time.sleep(0.0005)
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=interrupt).start()
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
