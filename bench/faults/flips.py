"""Bits of an index are flipped and its files cut short: nothing answers from what is damaged.

    python bench/faults/flips.py [--times 200]

Each time one file of a small index is damaged at a random place, and the index is opened to be
asked. First as any program damages a file, which changes its times: what is expected is
`IndexStale`. Then a bit flips as on a disk, which changes no time: the index is told that the files
look as they did, and what counts is that an answer shows only what the articles have.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from rag.answer.assistant import Assistant
from rag.answer.encoders import Encoders, open_encoders
from rag.checksum import look
from rag.config import Settings
from rag.domain import Answer, Article
from rag.errors import IndexMissing, IndexStale
from rag.store import LocalStore
from rag.store.manifest import read_manifest, write_manifest
from rag.sync.update import sync

ASKED = (
    "What did Peskov say about Crimea?",
    "Who is the Kremlin spokesman?",
    "When did the dam break?",
)
COLUMNS = (
    *("file", "damaged", "found", "answered from"),
    *("flipped, times kept", "found", "the same answers", "others, as the articles say", "wrong"),
)


def damage(data: bytes, draw: random.Random) -> bytes:
    """The bytes of a file with one bit flipped, or without their end."""
    if draw.random() < 0.5 and data:
        return flip(data, draw)
    return data[: draw.randrange(len(data))] if data else b"x"


def flip(data: bytes, draw: random.Random) -> bytes:
    """The bytes of a file with one bit flipped."""
    place = draw.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << draw.randrange(8))]) + data[place + 1 :]


def ask(settings: Settings, encoders: Encoders) -> list[Answer] | None:
    """What an index answers; None where damage is found."""
    try:
        with Assistant.open(settings=settings, encoders=encoders) as assistant:
            return [assistant.ask(question) for question in ASKED]
    except (IndexStale, IndexMissing):
        return None


def shown(answers: list[Answer]) -> list[object]:
    """All of some answers but what they took."""
    return [(one.claims, one.reason, one.nearest) for one in answers]


def is_true(answers: list[Answer], articles: dict[str, Article]) -> bool:
    """Whether all that answers show is as the articles have it."""
    return all(
        (article := articles.get(one.source.path)) is not None
        and article.text[one.start : one.end] == one.quote
        and (one.source.title, one.source.date, one.source.sha256)
        == (article.title.value, article.date.value, article.sha256)
        for answer in answers
        for one in answer.citations
    )


def keep_times(index: Path) -> None:
    """Have the manifest take the files for untouched."""
    manifest = read_manifest(index)
    folder = manifest.folder(index)
    files = {name: replace(one, seen=look(folder / name)) for name, one in manifest.files.items()}
    write_manifest(index, replace(manifest, files=files))


def harm(settings: Settings, times: int, seed: int) -> Counter[tuple[str, str]]:
    """How often what came of which harm, by the kind of the file."""
    draw = random.Random(seed)
    encoders = open_encoders(settings)
    whole = ask(settings, encoders)
    assert whole is not None
    with LocalStore.open(settings.index, embedder=None) as store:
        articles = {
            one.path: one for n in range(store.count("articles")) if (one := store.as_indexed(n))
        }
    files = [path for path in settings.index.rglob("*") if path.is_file()]
    files = sorted(path for path in files if path.name != "lock")
    found: Counter[tuple[str, str]] = Counter()
    for n in range(times):
        path = files[n % len(files)]
        kind = path.name if path.suffix in {".json", ".sqlite", ".faiss"} else "words"
        data = path.read_bytes()
        path.write_bytes(damage(data, draw))
        found[kind, "damaged"] += 1
        found[kind, "answered" if ask(settings, encoders) else "found"] += 1
        if data and path.name != "manifest.json":  # that one is read whole each time
            path.write_bytes(flip(data, draw))
            keep_times(settings.index)
            found[kind, "flipped"] += 1
            answers = ask(settings, encoders)
            if answers is None:
                found[kind, "found when read"] += 1
            elif shown(answers) == shown(whole):
                found[kind, "same"] += 1
            else:
                found[kind, "others" if is_true(answers, articles) else "wrong"] += 1
        path.write_bytes(data)
    assert ask(settings, encoders) is not None  # whole again, it answers
    return found


def main() -> None:
    """Damage and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    seeds = Path(__file__).parents[2] / "seeds"
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(index=Path(place) / "index", llm="none", reader="none")
        sync([seeds], settings=settings)
        found = harm(settings, options.times, options.seed)
    print(f"| {' | '.join(COLUMNS)} |")
    print(f"|{'---|' * len(COLUMNS)}")
    counted = "damaged,found,answered,flipped,found when read,same,others,wrong".split(",")
    for kind in sorted({kind for kind, _ in found}):
        print(f"| {kind} | {' | '.join(str(found[kind, what]) for what in counted)} |")
    if any(what in {"answered", "wrong"} for _, what in found):
        raise SystemExit("a damaged index answered")


if __name__ == "__main__":
    main()
