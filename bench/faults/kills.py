"""A sync is killed at any moment: the index is the old one or the new one, and is never damaged.

    python bench/faults/kills.py [--times 100] [--steps 18]

Each time a sync that adds, edits, removes and renames articles is killed by SIGKILL: at random
moments of its run, then once before and once after every step of its commit. After each kill the
index is opened, compared with the two that it may be, examined row by row, and synced again.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from rag.config import Settings
from rag.store import LocalStore
from rag.sync.doctor import examine
from rag.sync.update import sync

SYNC = """
import sys
from pathlib import Path
from rag.config import Settings
from rag.sync.update import sync
sync([Path(sys.argv[1])], settings=Settings(index=Path(sys.argv[2]), llm="none"))
"""
# The same, ended by its own hand before (or after) the nth call of a step of the commit.
STEP = (
    """
import os, signal, sys
from rag.store import build
from rag.store import manifest as manifests
places = {
    "faiss": (build, "write_vectors"), "seal": (manifests, "seal"),
    "flush": (build, "flush"), "manifest": (manifests, "write_manifest"),
    "words": (build.WordWriter, "commit"), "sweep": (build, "sweep"),
}
step, when, nth = sys.argv[3], sys.argv[4], int(sys.argv[5])
owner, name = places[step]
real, calls = getattr(owner, name), 0
def watched(*arguments, **named):
    global calls
    calls += 1
    if when == "before" and calls == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*arguments, **named)
    if when == "after" and calls == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(owner, name, watched)
"""
    + SYNC
)
STEPS = [
    *(("faiss", 1), ("faiss", 2), ("words", 1), ("seal", 1), ("seal", 3), ("flush", 1)),
    *(("manifest", 1), ("manifest", 2), ("sweep", 1), ("sweep", 2)),
]
TEXT = "Article {n} tells that the {what} of harbour {n} was {did} on Monday, the mayor said."


class Trial:
    """An old index, the articles as they are now, and what the index may hold after a kill."""

    def __init__(self, place: Path) -> None:
        self.articles, self.index = place / "articles", place / "index"
        self._kept = place / "kept"
        self.articles.mkdir()
        for n in range(60):
            self._write(n, "bridge", "closed")
        self.settings = Settings(index=self.index, llm="none")
        sync([self.articles], settings=self.settings)
        self.old = self.content()
        shutil.copytree(self.index, self._kept)
        for n in range(0, 60, 10):
            (self.articles / f"{n}.txt").unlink()
            self._write(n + 1, "ferry", "named")
            (self.articles / f"{n + 2}.txt").rename(self.articles / f"moved{n}.txt")
            self._write(100 + n, "lock", "opened")
        began = time.perf_counter()
        self.run([sys.executable, "-c", SYNC, str(self.articles), str(self.index)])
        self.takes = time.perf_counter() - began
        self.new = self.content()
        assert self.old != self.new

    def _write(self, n: int, what: str, did: str) -> None:
        text = TEXT.format(n=n, what=what, did=did)
        (self.articles / f"{n}.txt").write_text(text, encoding="utf-8")

    def content(self) -> dict[str, str]:
        """What the index holds: the checksum of each article by its path."""
        with LocalStore.open(self.index, embedder=None) as store:
            return store.sums()

    def reset(self) -> None:
        """Put the old index back."""
        shutil.rmtree(self.index)
        shutil.copytree(self._kept, self.index)

    def run(self, command: list[str], *, after: float | None = None) -> int:
        """Run a sync, killed after so many seconds if it lasts that long; its return code."""
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            return process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            return process.wait()

    def judge(self) -> str:
        """What the index is after a kill, and after the next sync.

        Returns:
            "old" or "new"; anything else is an error.
        """
        found = self.content()
        state = "old" if found == self.old else "new" if found == self.new else "a mixture"
        wrong = [
            check.found
            for check in examine(self.settings, full=True)
            if check.grave and not check.holds
        ]
        if wrong:
            return f"damaged: {wrong}"
        sync([self.articles], settings=self.settings)
        if self.content() != self.new:
            return "not mended by the next sync"
        left = {path.name for path in self.index.glob("gen-*")}
        return state if len(left) <= 2 else f"left behind: {sorted(left)}"


def main() -> None:
    """Kill and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--steps", type=int, help="only so many moments of the commit, the last")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        trial = Trial(Path(place))
        moments: Counter[str] = Counter()
        for _ in range(options.times):
            trial.reset()
            command = [sys.executable, "-c", SYNC, str(trial.articles), str(trial.index)]
            code = trial.run(command, after=draw.uniform(0, trial.takes))
            moments[f"{trial.judge()}{'' if code else ' (it had ended)'}"] += 1
        steps: Counter[str] = Counter()
        points = [(step, when, nth) for step, nth in STEPS for when in ("before", "after")]
        for step, when, nth in points[-options.steps :] if options.steps else points:
            trial.reset()
            command = [sys.executable, "-c", STEP, str(trial.articles), str(trial.index)]
            code = trial.run([*command, step, when, str(nth)])
            assert code == -signal.SIGKILL, (step, when, nth, code)
            steps[trial.judge()] += 1
    print("| killed | times | the index is then |")
    print("|---|---|---|")
    for name, found in (("at a random moment", moments), ("at a step of the commit", steps)):
        states = ", ".join(f"{state}: {count}" for state, count in sorted(found.items()))
        print(f"| {name} | {found.total()} | {states} |")
    allowed = {"old", "new", "new (it had ended)", "old (it had ended)"}
    if not set(moments) | set(steps) <= allowed:
        raise SystemExit("an index was neither the old nor the new one")


if __name__ == "__main__":
    main()
