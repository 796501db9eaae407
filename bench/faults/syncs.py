"""What a sync costs, as a whole command: the first, and then after changes of several sizes.

    python bench/faults/syncs.py --data ../shared/data/polnear/news

On a copy of the folder. Each figure is the median of three; every change is another one. At the end
the folder is followed with `--watch`: seconds from a file being written to a new generation, which
the next question is answered from.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

RAG = str(Path(sys.executable).with_name("rag"))
TIMES = 3


def timed(articles: Path, index: Path) -> tuple[float, dict[str, object]]:
    """Seconds that `rag index` takes, and its report."""
    command = [RAG, "index", str(articles), "--index", str(index), "--json"]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - began, json.loads(done.stdout)


def nothing(articles: Path, n: int) -> None:
    """Change nothing."""


def one_changed(articles: Path, n: int) -> None:
    """Add a sentence to one file."""
    path = sorted(articles.rglob("*.txt"))[n]
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n\nThis was corrected on Monday, the editor said.\n", encoding="utf-8")


def renamed(articles: Path, n: int) -> None:
    """Rename a hundred files."""
    for path in sorted(articles.rglob("*.txt"))[100 * n : 100 * (n + 1)]:
        path.rename(path.with_name(f"moved-{path.name}"))


def removed(articles: Path, n: int) -> None:
    """Remove ten files."""
    for path in sorted(articles.rglob("*.txt"))[-10:]:
        path.unlink()


def followed(articles: Path, index: Path) -> list[float]:
    """Seconds from a change of one file to the generation that has it, while --watch follows."""
    took = []
    command = [RAG, "index", str(articles), "--index", str(index), "--watch", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()  # the first sync is done
            for n in range(TIMES + 1):
                time.sleep(2)
                before = (index / "manifest.json").stat().st_mtime_ns
                began = time.perf_counter()
                one_changed(articles, 10 + n)
                while (index / "manifest.json").stat().st_mtime_ns == before:
                    time.sleep(0.01)
                    if time.perf_counter() - began > 60:
                        raise TimeoutError("a change was not taken in within a minute")
                took.append(time.perf_counter() - began)
        finally:
            process.terminate()
    return took


CHANGES: list[tuple[str, Callable[[Path, int], None], str]] = [
    ("nothing changed", nothing, "<= 1.0"),
    ("one file changed", one_changed, "<= 2.0"),
    ("100 files renamed", renamed, "no embedding"),
    ("10 files removed", removed, ""),
]


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        articles, index = Path(place) / "articles", Path(place) / "index"
        shutil.copytree(options.data, articles)
        first, report = timed(articles, index)
        print(f"{report['articles']} articles, {report['sentences']} sentences.\n")
        print("| sync | seconds | of the first | bar |")
        print("|---|---|---|---|")
        print(f"| the first | {first:.1f} | 1 | |", flush=True)
        for name, change, bar in CHANGES:
            took = []
            for n in range(TIMES):
                change(articles, n)
                seconds, report = timed(articles, index)
                took.append(seconds)
            median = statistics.median(took)
            print(f"| {name} | {median:.2f} | {median / first:.4f} | {bar} |", flush=True)
        opening, *later = followed(articles, index)
        for name, seconds in (
            ("one file written, followed; the model opens", opening),
            ("one file written, followed; the model is open", statistics.median(later)),
        ):
            print(f"| {name} | {seconds:.2f} | {seconds / first:.4f} | |", flush=True)


if __name__ == "__main__":
    main()
