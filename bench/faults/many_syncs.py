"""Many syncs of one changed file each: what a sync takes must not grow with how many there were.

    python bench/faults/many_syncs.py [--times 300] [--articles 100]

In one process, as `--watch` runs them. Medians of the first and the last tenth. At the end, the
index is compared with one that is made of the same files at once.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from rag.config import Settings
from rag.store.manifest import read_manifest
from rag.sync.update import sync
from rag.sync.watch import HeldModel

TEXT = (
    "The {what} of harbour {n} was {did} on Monday, mayor {name} said. {name} lives in Port {n}."
    " Nobody in the town had expected that, and {n:,} boats stayed where they were."
)
ALLOWED = 1.1  # times as much at the end as at the start, of what is counted
COUNTED = {"bytes", "files", "open files"}
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one sync took, and what there is after it."""

    seconds: float  # of the processor
    bytes: int  # of the index
    files: int  # of the index
    memory: int  # bytes of this process
    handles: int  # files that this process has open


def write(folder: Path, n: int, version: int) -> None:
    """An article; in each version with another name in it, and always of one length."""
    letters = f"{version:06}".translate(str.maketrans("0123456789", "abcdefghij"))
    name = f"Ada {letters.title()}"
    text = TEXT.format(what="bridge", n=n, did="closed", name=name)
    (folder / f"{n:05}.txt").write_text(text, encoding="utf-8")


def measured(folder: Path, settings: Settings, *, articles: int, times: int) -> Iterator[Cost]:
    """Change one file and sync, again and again."""
    model = HeldModel(settings, notify=print)
    for n in range(articles):
        write(folder, n, 0)
    sync([folder], settings=settings, model=model)
    for version in range(1, times + 1):
        write(folder, version % articles, version)
        began = time.process_time()
        report = sync([folder], settings=settings, model=model)
        seconds = time.process_time() - began
        assert len(report.changed) == 1, report
        sizes = [path.stat().st_size for path in settings.index.rglob("*") if path.is_file()]
        memory = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE
        yield Cost(
            seconds=seconds,
            bytes=sum(sizes),
            files=len(sizes),
            memory=memory,
            handles=len(list(Path("/proc/self/fd").iterdir())),
        )


def rows(index: Path) -> dict[str, list[tuple[object, ...]]]:
    """What an index holds, by table; without vectors and their sums, and looks of files."""
    found = {}
    with closing(sqlite3.connect(read_manifest(index).folder(index) / "articles.sqlite")) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            fields = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
            wanted = ", ".join(field for field in fields if field not in {"vector", "seen"})
            if name == "article_sums":
                continue
            found[name] = db.execute(f"SELECT {wanted} FROM {name} ORDER BY {wanted}").fetchall()
    return found


def vectors(index: Path) -> np.ndarray:
    """The vectors of an index, in the order of its passages."""
    with closing(sqlite3.connect(read_manifest(index).folder(index) / "articles.sqlite")) as db:
        packed = db.execute("SELECT vector FROM passages ORDER BY id").fetchall()
    return np.stack([np.frombuffer(vector, "<f2") for (vector,) in packed])


def main() -> None:
    """Sync and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--articles", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "articles"
        folder.mkdir()
        settings = Settings(index=Path(place) / "index", llm="none", threads=1)
        costs = list(measured(folder, settings, articles=options.articles, times=options.times))
        whole = Settings(index=Path(place) / "whole", llm="none", threads=1)
        sync([folder], settings=whole)
        same = rows(settings.index) == rows(whole.index)
        near = np.allclose(vectors(settings.index), vectors(whole.index), atol=1e-3)
    part = max(1, len(costs) // 10)
    names = ("processor seconds", "bytes", "files", "memory", "open files")
    print("| of a sync | first | last | ratio |")
    print("|---|---|---|---|")
    grown = []
    firsts, lasts = (
        zip(*map(astuple, some), strict=True) for some in (costs[:part], costs[-part:])
    )
    for name, first, last in zip(names, firsts, lasts, strict=True):
        one, other = statistics.median(first), statistics.median(last)
        print(f"| {name} | {one:,.4g} | {other:,.4g} | {other / one:.3f} |")
        grown += [name] if name in COUNTED and other > ALLOWED * one else []
    print(f"| like an index made at once | {same and near} | | |")
    if grown or not (same and near):
        raise SystemExit(f"it grows: {grown}" if grown else "it is another index")


if __name__ == "__main__":
    main()
