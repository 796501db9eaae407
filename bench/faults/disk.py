"""A sync runs out of room at any point: the old index answers, the message tells what is needed.

    python bench/faults/disk.py [--times 20]

Twice over: with a limit on the size of a file (RLIMIT_FSIZE) that grows from time to time, and on a
file system in memory that is filled but for a little room, more at each time, until the sync
succeeds. The file system is mounted in a name space of its own, so only root can do the second.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rag.config import Settings
from rag.store import LocalStore
from rag.sync.doctor import examine
from rag.sync.update import sync

SYNC = """
import resource, sys
from pathlib import Path
limit = int(sys.argv[3])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
sys.argv[1:] = ["index", sys.argv[1], "--index", sys.argv[2]]
from rag.cli.main import app
app()
"""
LEAST, ENOUGH = 2_000, 6_000_000  # bytes
TEXT = (
    "Article {n} of the {what} archive tells that harbour {n} was closed on Monday, the mayor said."
    " Nobody in the town of {n} had expected that, and the ferries stayed where they were."
)


def write_articles(folder: Path, count: int, what: str) -> None:
    """So many articles, other ones for another word."""
    folder.mkdir(exist_ok=True)
    for n in range(count):
        (folder / f"{what}-{n}.txt").write_text(TEXT.format(n=n, what=what), encoding="utf-8")


def judge(done: subprocess.CompletedProcess[str], settings: Settings, old: dict[str, str]) -> str:
    """What a sync that lacked room came to; "ended" or "the old index answers" is as it should be.

    Args:
        done: The sync.
        settings: Of the index.
        old: The checksums of what was indexed before.
    """
    index = settings.index
    with LocalStore.open(index, embedder=None) as store:
        sums = store.sums()
    if done.returncode == 0:
        return "ended" if sums != old else "ended without a change"
    if "Traceback" in done.stderr:
        return f"a traceback: {done.stderr.splitlines()[-1]}"
    if not (str(index) in done.stderr and re.search(r"\d bytes", done.stderr)):
        return f"the message tells too little: {done.stderr}"
    if sums != old:
        return "the index has changed"
    wrong = [c.found for c in examine(settings, full=True) if c.grave and not c.holds]
    names = sorted(path.name for path in index.iterdir())
    left = [name for name in names if not name.startswith("unfinished-")]  # for the next sync
    if wrong or left != ["gen-1", "lock", "manifest.json"]:
        return f"damaged or left behind: {wrong} {left}"
    return "the old index answers"


def attempts(place: Path, *, room: bool, times: int) -> Iterator[str]:
    """Sync with far less room than is needed, then with more and more, at last with enough.

    Args:
        place: An empty folder; of a small file system where ``room`` is.
        room: Leave little room on it, rather than limit the size of a file.
        times: How often.
    """
    articles = place / "articles"
    settings = Settings(index=place / "index", llm="none")
    write_articles(articles, 20, "harbour")
    sync([articles], settings=settings)
    with LocalStore.open(settings.index, embedder=None) as store:
        old = store.sums()
    write_articles(articles, 200, "river")
    filler = place / "filler"
    for n in range(times):
        grant = int(LEAST * (ENOUGH / LEAST) ** (n / (times - 1)))
        if room:
            filler.write_bytes(b"")
            filler.write_bytes(bytes(max(0, shutil.disk_usage(place).free - grant)))
        done = subprocess.run(
            [sys.executable, "-c", SYNC, str(articles), str(settings.index)]
            + ["0" if room else str(grant)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        found = judge(done, settings, old)
        yield found
        if found == "ended":
            return
    yield "it never had room enough"


def main() -> None:
    """Run out of room and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in", dest="place", type=Path, help="only this, in that file system")
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    times = options.times
    if options.place:
        print("\n".join(attempts(options.place, room=True, times=times)))
        return
    with tempfile.TemporaryDirectory() as place:
        limited = Counter(attempts(Path(place), room=False, times=times))
    with tempfile.TemporaryDirectory() as place:
        script = f"mount -t tmpfs -o size=16m rag {place} && exec {sys.executable} {__file__}"
        command = ["unshare", "-m", "sh", "-c", f"{script} --in {place} --times {times}"]
        full = Counter(subprocess.check_output(command, text=True).splitlines())
    print("| what lacks | syncs | what came of them |")
    print("|---|---|---|")
    for name, found in (("the size a file may have", limited), ("room on the disk", full)):
        states = ", ".join(f"{state}: {count}" for state, count in sorted(found.items()))
        print(f"| {name} | {found.total()} | {states} |")
    if not set(limited) | set(full) <= {"ended", "the old index answers"}:
        raise SystemExit("a sync without room did harm")


if __name__ == "__main__":
    main()
