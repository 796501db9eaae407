"""Eight readers ask while a writer is killed again and again; two writers start at once.

    python bench/faults/readers.py [--seconds 60] [--kills 20] [--pairs 10]

Half of the readers keep the index open, the others open it for every question. The articles change
all the time, so that generations come and go under them. Each answer is held against the generation
that it names: every quotation must stand at its offsets.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

RAG = str(Path(sys.executable).with_name("rag"))
READER = """
import json, os, sys, time
os.nice(10)  # else two cores would leave a writer no time to end a sync before it is killed
from pathlib import Path
from rag.answer.assistant import Assistant
from rag.config import Settings
index, keeps, until = Path(sys.argv[1]), sys.argv[2] == "keeps", float(sys.argv[3])
settings = Settings(index=index, llm="none", threads=1)
answers, wrong, generations = 0, [], set()
def ask(assistant, n):
    answer = assistant.ask(f"What did the mayor say about harbour {n % 40}?")
    held = assistant.store.manifest.generation
    if answer.generation != held:
        wrong.append(f"names generation {answer.generation}, read {held}")
    if answer.abstained:
        wrong.append(f"no answer for harbour {n % 40}")
    for one in answer.citations:
        text = assistant.store.article_text(one.source.path) or ""
        if text[one.start:one.end] != one.quote:
            wrong.append(f"not in generation {held}: {one.quote}")
    generations.add(held)
try:
    while time.time() < until:
        with Assistant.open(settings=settings, notify=wrong.append) as assistant:
            while time.time() < until:
                ask(assistant, answers)
                answers += 1
                if not keeps:
                    break
except Exception as error:
    wrong.append(repr(error))
print(json.dumps({"answers": answers, "wrong": wrong, "generations": len(generations)}))
"""
WRITER = """
import random, sys
from pathlib import Path
from rag.config import Settings
from rag.sync.update import sync
articles, index = Path(sys.argv[1]), Path(sys.argv[2])
draw = random.Random(int(sys.argv[3]))
TEXT = "Harbour {n} was {did} on Monday, the mayor said. Boats of harbour {n} wait, and {m} do."
while True:
    for n in draw.sample(range(40), 4):
        did = draw.choice(["closed", "opened", "flooded", "dredged"])
        text = TEXT.format(n=n, did=did, m=draw.randrange(1000))
        (articles / f"{n}.txt").write_text(text, encoding="utf-8")
    sync([articles], settings=Settings(index=index, llm="none", threads=1))
"""


def start_articles(place: Path) -> tuple[Path, Path]:
    """Forty articles and an index of them."""
    articles, index = place / "articles", place / "index"
    articles.mkdir()
    for n in range(40):
        text = f"Harbour {n} was closed on Monday, the mayor said. Boats of harbour {n} wait."
        (articles / f"{n}.txt").write_text(text, encoding="utf-8")
    command = [RAG, "index", str(articles), "--index", str(index)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return articles, index


def readers(place: Path, *, seconds: float, kills: int, seed: int) -> list[str]:
    """Markdown rows of what eight readers saw.

    Args:
        place: An empty folder.
        seconds: That they ask.
        kills: How often the writer is killed meanwhile.
        seed: Of the moments.
    """
    articles, index = start_articles(place)
    draw = random.Random(seed)
    until = time.time() + seconds
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(index), keeps, str(until)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for keeps in ("keeps", "opens") * 4
    ]
    before, killed = json.loads((index / "manifest.json").read_text())["generation"], 0
    for n in range(kills):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(articles), str(index), str(n)],
            stderr=subprocess.DEVNULL,
        )
        share = (until - time.time()) / (kills - n)
        time.sleep(max(0.0, share * draw.uniform(0.6, 1.0)))
        writer.send_signal(signal.SIGKILL)
        killed += writer.wait() == -signal.SIGKILL
    found = [json.loads(one.communicate(timeout=seconds)[0]) for one in asking]
    after = json.loads((index / "manifest.json").read_text())["generation"]
    wrong = [line for one in found for line in one["wrong"]]
    print("\n".join(wrong), file=sys.stderr)
    mended = subprocess.run([RAG, "index", "--index", str(index), "--json"], check=False,
                            capture_output=True, text=True)  # fmt: skip
    left = sorted(path.name for path in index.glob("gen-*"))
    return [
        f"| writer killed | {killed} times in {seconds:.0f} s |",
        f"| generations put in force meanwhile | {after - before} |",
        f"| answers | {sum(one['answers'] for one in found)} |",
        f"| generations that a reader who keeps the index open went through | "
        f"{max(one['generations'] for one in found)} |",
        f"| errors, answers refused or quotations that do not stand there | {len(wrong)} |",
        f"| next sync | exit code {mended.returncode}, {len(left)} generations on disk |",
    ]


def writers(place: Path, *, times: int) -> list[str]:
    """Markdown rows of what two writers that start at once are told."""
    articles, index = start_articles(place)
    counts: Counter[str] = Counter()
    took = []
    for n in range(times):
        for k in range(20):
            (articles / f"{k}.txt").write_text(f"Harbour {k} is number {n} now, the mayor said.")
        command = [RAG, "index", str(articles), "--index", str(index)]
        with ThreadPoolExecutor(2) as pool:
            ended = list(pool.map(_timed, [command, command]))
        for code, seconds, text in ended:
            told = re.search(r"another process \(\d+\) is writing", text)
            counts["wrote" if code == 0 else "told who writes" if told else f"failed: {text}"] += 1
            took += [seconds] if code else []
    slowest = f", median {statistics.median(took):.2f} s, longest {max(took):.2f} s" if took else ""
    states = ", ".join(f"{state}: {count}" for state, count in sorted(counts.items()))
    if not set(counts) <= {"wrote", "told who writes"}:
        raise SystemExit(f"two writers: {states}")
    return [f"| two writers at once, {times} times | {states}{slowest} |"]


def _timed(command: list[str]) -> tuple[int, float, str]:
    """Exit code, seconds and messages of a command."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, time.perf_counter() - began, done.stderr


def main() -> None:
    """Read, write, kill, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pairs", type=int, default=10, help="of writers")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        rows = readers(
            Path(one), seconds=options.seconds, kills=options.kills, seed=options.seed
        ) + writers(Path(other), times=options.pairs)
    print("| what | found |")
    print("|---|---|")
    print("\n".join(rows))
    if "quotations that do not stand there | 0 |" not in "\n".join(rows):
        raise SystemExit("a reader met an error")


if __name__ == "__main__":
    main()
