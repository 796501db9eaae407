"""A folder with broken and hostile files in it: the good ones are indexed, each other has a reason.

    python bench/faults/bombs.py [--good 100] [--seconds 20] [--quick]

`rag index` runs as a whole command, on the good articles alone and then with the others among them.
Memory is the peak of that process (not of the one that parses, which has its own limit).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostile_files import Hostile, good_articles, hostile_files

from rag.store import LocalStore

RAG = [sys.executable, "-c", "from rag.cli.main import app; app()"]
MOST_MEGABYTES = 300  # above a sync of the good articles alone
BESIDE = 3.0  # seconds for a file beside those that its limits give it
SECRET = "This stands outside of the folder and belongs to somebody else, the owner said."


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of `rag index`."""

    seconds: float
    processor: float  # seconds of it, of all its processes: other work on the machine is no matter
    megabytes: float  # peak of the process itself
    report: dict[str, Any]


def indexed(folder: Path, index: Path, *, parse_seconds: float) -> Run:
    """Run `rag index` on a folder."""
    environ = {**os.environ, "RAG_PARSE_SECONDS": str(parse_seconds)}
    began, worked = time.perf_counter(), _worked()
    with subprocess.Popen(
        [*RAG, "index", str(folder), "--index", str(index), "--json"],
        stdout=subprocess.PIPE,
        env=environ,
        text=True,
    ) as process:
        status = Path(f"/proc/{process.pid}/status")
        peak = 0
        while process.poll() is None:
            found = re.search(r"VmHWM:\s+(\d+)", status.read_text(encoding="ascii"))
            peak = max(peak, int(found[1]) if found else 0)
            time.sleep(0.05)
        assert process.stdout is not None
        out = process.stdout.read()
    if process.returncode:
        raise SystemExit(f"rag index ended with {process.returncode}")
    return Run(
        seconds=time.perf_counter() - began,
        processor=_worked() - worked,
        megabytes=peak / 1024,
        report=json.loads(out),
    )


def _worked() -> float:
    """Processor seconds of all processes that have ended and been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def path_of(name: str) -> str:
    """A name as the index has it."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")


def judged(files: Sequence[Hostile], store: LocalStore) -> Iterator[tuple[Hostile, str, bool]]:
    """Each file, what became of it, and whether that is right."""
    why = {entry.path: entry.why for entry in store.skipped()}
    articles = {one.path for one in store.files() if one.id is not None}
    for file in files:
        path = path_of(file.name)
        if not file.listed:
            inside = [one for one in (*why, *articles) if f"{one}/".startswith(f"{path}/")]
            yield file, "passed over", not inside
        elif path in articles:
            text = store.article_text(path) or ""
            right = file.why is None and (file.text is None or file.text in text)
            yield file, "indexed", right
        else:
            reason = why.get(path, "")
            fits = re.search(file.why, reason) if file.why else file.text is None
            yield file, reason or "LOST", bool(reason and fits)


def main() -> None:
    """Build, run, check and print Markdown; exit with 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--good", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=20.0, help="the setting parse_seconds")
    parser.add_argument("--quick", action="store_true", help="smaller files")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, index = Path(place) / "articles", Path(place) / "index"
        secret = Path(place) / "outside" / "secret.txt"
        secret.parent.mkdir()
        secret.write_text(SECRET, encoding="utf-8")
        good = good_articles(folder, options.good)
        alone = indexed(folder, Path(place) / "alone", parse_seconds=options.seconds)
        files = hostile_files(outside=secret, quick=options.quick)
        for file in files:
            file.make(folder / file.name)
        among = indexed(folder, index, parse_seconds=options.seconds)
        with LocalStore.open(index, embedder=None) as store:
            found = list(judged(files, store))
            held = [one.path for one in store.files() if one.id is not None]
            leaked = any(SECRET in (store.article_text(path) or "") for path in held)
    slow = sum("takes more than" in what and "s to" in what for _, what, _ in found)
    bound = alone.processor + slow * options.seconds + len(files) * BESIDE
    more = among.megabytes - alone.megabytes
    checks = [
        (f"good articles indexed, of {len(good)}", str(len({*good} & {*held})), {*good} <= {*held}),
        (f"others as they should be, of {len(found)}", str(sum(ok for *_, ok in found)), True),
        ("read from outside of the folder", "yes" if leaked else "nothing", not leaked),
        (f"MB above the good alone, <= {MOST_MEGABYTES}", f"{more:.0f}", more <= MOST_MEGABYTES),
        (
            f"processor seconds, <= {bound:.0f} by the limits",
            f"{among.processor:.0f}",
            among.processor <= bound,
        ),
        ("seconds by the clock", f"{among.seconds:.0f}", True),
    ]
    print(f"`parse_seconds` is {options.seconds:g}; {slow} files took longer.\n")
    print("| of the run | figure |\n|---|---|")
    for name, value, _ in checks:
        print(f"| {name} | {value} |")
    print("\n| file | what became of it |\n|---|---|")
    for file, what, right in found:
        name = json.dumps(path_of(file.name)).strip('"')
        print(f"| {name} | {what}{'' if right else ' **WRONG**'} |")
    if not all(right for *_, right in [*checks, *found]):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
