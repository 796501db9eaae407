"""Bits of an index are flipped and its files cut short: all of it is found, nothing answers.

    python bench/faults/flips.py [--times 200]

Each time one file of a small index is damaged at a random place, and the index is opened to be
asked. What is expected is `IndexStale`; an answer given would be one from damaged data.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from pathlib import Path

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.errors import IndexMissing, IndexStale
from rag.sync.update import sync


def damage(data: bytes, draw: random.Random) -> bytes:
    """The bytes of a file with one bit flipped, or without their end."""
    if draw.random() < 0.5 and data:
        place = draw.randrange(len(data))
        return data[:place] + bytes([data[place] ^ (1 << draw.randrange(8))]) + data[place + 1 :]
    return data[: draw.randrange(len(data))] if data else b"x"


def outcome(settings: Settings) -> str:
    """What asking a damaged index comes to."""
    try:
        with Assistant.open(settings=settings) as assistant:
            assistant.ask("What did Peskov say about Crimea?")
    except (IndexStale, IndexMissing):
        return "detected"
    return "answered"


def main() -> None:
    """Damage and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    seeds = Path(__file__).parents[2] / "seeds"
    found: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(index=Path(place) / "index", llm="none", reader="none")
        sync([seeds], settings=settings)
        files = [path for path in settings.index.rglob("*") if path.is_file()]
        files = sorted(path for path in files if path.name != "lock")
        for n in range(options.times):
            path = files[n % len(files)]
            whole = path.read_bytes()
            path.write_bytes(damage(whole, draw))
            kind = path.name if path.suffix in {".json", ".sqlite", ".faiss"} else "words"
            found[kind, outcome(settings)] += 1
            path.write_bytes(whole)
        assert outcome(settings) == "answered"  # whole again, it answers
    print("| file | damaged | detected | answered from |")
    print("|---|---|---|---|")
    for kind in sorted({kind for kind, _ in found}):
        detected, answered = found[kind, "detected"], found[kind, "answered"]
        print(f"| {kind} | {detected + answered} | {detected} | {answered} |")
    if any(what == "answered" for _, what in found):
        raise SystemExit("a damaged index answered")


if __name__ == "__main__":
    main()
