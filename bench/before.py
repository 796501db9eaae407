"""The program beside an earlier commit of itself: a first sync, its index, and cold commands.

    python bench/before.py --data ../shared [--commit fd82804]

The commit is checked out into a folder of its own for the while. Both run in turns, with the same
packages, on the same articles, so that what else the machine does falls on both. A first sync is
given in seconds of processor, of all its processes: they say more than the clock on a busy machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from latency import Latency, time_command

HERE = Path(__file__).parent
BEFORE = "fd82804"  # the last one that gave each sentence a vector
RUN = "from rag.cli.main import app; app()"
QUESTION = "What did Peskov say about Crimea?"
SYNCS, ROUNDS = 1, 3  # a sync takes minutes; a round times each cold command three times


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A folder with an earlier commit."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "before"
        git = ["git", "-C", str(HERE), "worktree"]
        subprocess.run([*git, "add", "--detach", str(place), commit], check=True)
        try:
            yield place
        finally:
            subprocess.run([*git, "remove", "--force", str(place)], check=True)


def command(code: Path, *arguments: str) -> list[str]:
    """A command line of the program whose code is in a folder.

    With ``-P``: else the folder in which this runs would come before that one.
    """
    return ["env", f"PYTHONPATH={code}", sys.executable, "-P", "-c", RUN, *arguments]


def synced(code: Path, articles: Path, index: Path) -> tuple[float, int]:
    """Processor seconds of a first sync, and the bytes of its index."""
    shutil.rmtree(index, ignore_errors=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    line = command(code, "index", str(articles), "--index", str(index))
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return seconds, sum(path.stat().st_size for path in index.rglob("*") if path.is_file())


def row(name: str, both: Sequence[float], bar: str, *, digits: int = 2) -> str:
    """A line of the table: the figure before and now."""
    before, now = both
    return f"| {name} | {before:,.{digits}f} | {now:,.{digits}f} | {now / before:.2f} | {bar} |"


def measured(data: Path, before: Path) -> Iterator[str]:
    """The table, line by line."""
    codes = (before, HERE.parent)
    with tempfile.TemporaryDirectory() as folder:
        news, seeds = [Path(folder) / f"{n}" for n in range(2)], []
        syncs: list[list[tuple[float, int]]] = [[], []]
        for _ in range(SYNCS):
            for n, code in enumerate(codes):
                syncs[n].append(synced(code, data / "data" / "polnear" / "news", news[n]))
        for n, code in enumerate(codes):
            seeds.append(Path(folder) / f"seeds-{n}")
            synced(code, data / "seeds", seeds[n])
        cold: dict[str, list[list[Latency]]] = {"search": [[], []], "ask": [[], []]}
        for _ in range(ROUNDS):
            for what, times in cold.items():
                for n, code in enumerate(codes):
                    line = command(code, what, QUESTION, "--index", str(seeds[n]))
                    times[n].append(time_command(line, runs=3))
    seconds = [statistics.median(one for one, _ in mine) for mine in syncs]
    sizes = [mine[-1][1] / 1e6 for mine in syncs]
    yield "| figure | before | now | ratio | bar |"
    yield "|---|---|---|---|---|"
    yield row("first sync of 840 articles, seconds of processor", seconds, "<= 0.45", digits=1)
    yield row("its index, megabytes", sizes, "<= 0.60", digits=1)
    search = [statistics.median(one.total for one in mine) for mine in cold["search"]]
    yield row("cold `rag search`, seconds", search, "not slower")
    first = [statistics.median(one.first_evidence or 0 for one in mine) for mine in cold["ask"]]
    yield row("cold `rag ask`, seconds to the first evidence", first, "not slower")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parent.parent / "shared")
    parser.add_argument("--commit", default=BEFORE)
    options = parser.parse_args()
    os.environ.pop("PYTHONPATH", None)
    with checked_out(options.commit) as before:
        print(f"Before: commit {options.commit}; in turns, medians.\n")
        for line in measured(options.data, before):
            print(line, flush=True)


if __name__ == "__main__":
    main()
