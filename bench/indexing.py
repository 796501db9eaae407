"""How fast articles are indexed, beside the bare encoding of their passages.

    python bench/indexing.py --articles ../shared/data/wikinews [--runs 3]

`rag index` (reading, splitting, statements, embedding, writing) and `SentenceTransformer.encode` of
the same passages, at the best of four batch sizes, take turns, each in a process of its own.
Passages a second of the clock, starting and loading left out of the bare encoding alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.language.text import plain
from rag.store import LocalStore

RAG = str(Path(sys.executable).with_name("rag"))
SIZES = (16, 32, 64, 128)  # of a batch
ENCODE = """
import json, sys, time
from sentence_transformers import SentenceTransformer
from rag.models.embedder import model_folder
texts = json.load(open(sys.argv[1]))
model = SentenceTransformer(str(model_folder("bundled")), device="cpu")
model.encode(texts[:64], batch_size=int(sys.argv[2]))
began = time.perf_counter()
model.encode(texts, batch_size=int(sys.argv[2]))
print(time.perf_counter() - began)
"""


def indexed(articles: Path, index: Path) -> float:
    """Seconds in which an index is made."""
    began = time.perf_counter()
    command = [RAG, "index", str(articles), "--index", str(index)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def encoded(texts: Path, size: int) -> float:
    """Seconds in which sentence-transformers encodes the texts."""
    command = [sys.executable, "-c", ENCODE, str(texts), str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def passages(index: Path) -> list[str]:
    """The text of every passage under the title of its article, as it is embedded."""
    with LocalStore.open(index, embedder=None) as store:
        found: dict[int, list[str]] = {}
        titles = {}
        for row in store.sentences_in(range(store.count("passages"))):
            found.setdefault(row.passage, []).append(plain(row.text))
            titles[row.passage] = store.source(row.article).title
    return [
        ". ".join(part for part in (titles[id], " ".join(text)) if part)
        for id, text in found.items()
    ]


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        place = Path(folder)
        indexed(options.articles, place / "0")  # the first also exports the encoder
        texts = passages(place / "0")
        (place / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        best = min(SIZES, key=lambda size: encoded(place / "texts.json", size))
        ours, bare = [], []
        for run in range(1, options.runs + 1):
            ours.append(indexed(options.articles, place / str(run)))
            bare.append(encoded(place / "texts.json", best))
    rates = [len(texts) / statistics.median(took) for took in (bare, ours)]
    print(f"{len(texts)} passages; medians of {options.runs} runs.\n")
    print("| what | passages a second | ratio | bar |\n|---|---|---|---|")
    print(f"| SentenceTransformer.encode, batches of {best} | {rates[0]:.1f} | 1 | |")
    print(f"| rag index, all of it | {rates[1]:.1f} | {rates[1] / rates[0]:.2f} | >= 1.3 |")


if __name__ == "__main__":
    main()
