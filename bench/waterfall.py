"""Where the time of a question goes, from the key press to the last claim.

    python bench/waterfall.py --index FOLDER [--runs 9]

Each run is a process of its own that does what `rag ask` does, step by step, and then asks a second
question: cold and warm. Milliseconds of the clock, medians. The whole command is timed too, alone
and while `rag serve` of the same index runs on this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from latency import time_command

RAG = str(Path(sys.executable).with_name("rag"))
COLD, WARM = "What did Peskov say about Crimea?", "When do Trump and Putin meet?"
STEPS = """
import json, sys, time
marks = [("Python starts", time.time())]
def mark(step):
    marks.append((step, time.time()))
import rag.cli.main
mark("the command line is imported")
import faiss, onnxruntime, tantivy, tokenizers
mark("libraries are imported")
from pathlib import Path
from rag.answer.assistant import Assistant
from rag.answer.encoders import open_reader
from rag.config import Settings
from rag.domain import Answer, EvidenceFound, Retrieved
from rag.answer.encoders import Encoders
from rag.models.embedder import embedder_of
mark("the other modules are imported")
settings = Settings(index=Path(sys.argv[2]))
embedder = embedder_of(settings)
mark("the encoder is loaded")
reader = open_reader(settings.reader, cache=settings.cache)
mark("the reader is loaded")
encoders = Encoders(embedder=embedder, reader=reader)
assistant = Assistant.open(settings=settings, encoders=encoders)
assistant.store.load(meaning=True)
mark("the index is opened")
TOLD = {Retrieved: "searched and read", EvidenceFound: "decided and chosen", Answer: "worded"}
def ask(question):
    for event in assistant.stream(question):
        if type(event) in TOLD:
            mark(TOLD[type(event)])
ask(sys.argv[3])
cold = len(marks)
began = time.time()
ask(sys.argv[4])
def spans(begin, some):
    for step, end in some:
        yield step, 1000 * (end - begin)
        begin = end
print(json.dumps([list(spans(float(sys.argv[1]), marks[:cold])), list(spans(began, marks[cold:]))]))
"""


def run(index: Path) -> list[list[tuple[str, float]]]:
    """The steps of a cold question and of a warm one, with their milliseconds."""
    command = [sys.executable, "-c", STEPS, str(time.time()), str(index), COLD, WARM]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [[(step, took) for step, took in part] for part in json.loads(done.stdout)]


@contextmanager
def serving(index: Path) -> Iterator[None]:
    """`rag serve` of an index, ready, at a free port of this machine."""
    command = [RAG, "serve", "--index", str(index), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            while "Serving" not in process.stderr.readline():
                if process.poll() is not None:
                    raise SystemExit("rag serve did not start")
            yield
        finally:
            process.terminate()


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    runs = [run(options.index) for _ in range(options.runs + 1)][1:]
    for n, title in enumerate(("cold", "warm")):
        print(f"| {title} | ms |\n|---|---|")
        total = 0.0
        for step in dict(runs[0][n]):
            took = statistics.median(dict(one[n])[step] for one in runs)
            total += took
            print(f"| {step} | {took:.0f} |")
        print(f"| all | {total:.0f} |\n")
    ask = [RAG, "ask", COLD, "--index", str(options.index)]
    print("| whole command | first evidence, ms | whole, ms |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as state:
        os.environ["RAG_STATE"] = state  # a server of somebody else's is not asked
        _print("rag ask", ask, options.runs)
        with serving(options.index):
            _print("rag ask, while rag serve runs", ask, options.runs)


def _print(title: str, command: list[str], runs: int) -> None:
    took = time_command(command, runs=runs)
    first = "" if took.first_evidence is None else f"{1000 * took.first_evidence:.0f}"
    print(f"| {title} | {first} | {1000 * took.total:.0f} |")


if __name__ == "__main__":
    main()
