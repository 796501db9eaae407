"""How long a search of a part of an index takes, beside one of all of it.

    python bench/filtered.py

Made-up passages, 100,000 in 25,000 articles; both searches, 300 passages each, on one core. Prints
a table with a row for each share of the articles: drawn at random, and as a run of neighbours (a
folder).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np

from rag.store import Within
from rag.store.vectors import Vectors, write_vectors
from rag.store.words import Words, WordWriter

PASSAGES, EACH, DIMENSION, K = 100_000, 4, 384, 300
SHARES = (0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9)
ROUNDS = 25
ASKED = ("w5", "w12", "w100", "w800", "w3000")


def made(folder: Path) -> tuple[Vectors, Words]:
    """The two indexes of made-up passages."""
    rows = np.random.default_rng(0).standard_normal((PASSAGES, DIMENSION)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    write_vectors(
        lambda step: iter([rows[::step].astype("<f2").tobytes()]),
        count=PASSAGES,
        dimension=DIMENSION,
        path=folder / "passages.faiss",
    )
    draw = random.Random(0)
    words = [f"w{n}" for n in range(20_000)]
    text = draw.choices(words, [1 / (n + 10) for n in range(len(words))], k=PASSAGES * 60)
    writer = WordWriter(folder / "words")
    writer.open()
    for n in range(PASSAGES):
        writer.add(n, n // EACH, " ".join(text[n * 60 : n * 60 + 60]))
    writer.commit()
    return Vectors(folder / "passages.faiss"), Words(folder / "words")


def part(articles: set[int]) -> Within:
    """These articles."""
    passages = bytes(n // EACH in articles for n in range(PASSAGES))
    return Within(articles=frozenset(articles), passages=passages, sentences=None)


def main() -> None:
    """Measure in turns, so that what else the machine does strikes all alike."""
    import faiss

    faiss.omp_set_num_threads(1)
    every = range(PASSAGES // EACH)
    parts: dict[str, Within | None] = {"all": None}
    for share in SHARES:
        many = int(share * len(every))
        parts[f"{share:.1%} drawn"] = part(set(random.Random(1).sample(every, many)))
        parts[f"{share:.1%} run"] = part(set(every[:many]))
    with TemporaryDirectory() as folder:
        vectors, words = made(Path(folder))
        asked = np.random.default_rng(1).standard_normal(DIMENSION).astype(np.float32)
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in parts}
        for _ in range(ROUNDS):
            for name, within in parts.items():
                dense = timed(partial(vectors.nearest, asked, k=K, within=within))
                lexical = timed(partial(words.match, ASKED, k=K, within=within))
                took[name].append((dense, lexical))
    whole = float(np.median([sum(one) for one in took["all"]]))
    print("| searched | by meaning, ms | by words, ms | beside all |\n|---|---|---|---|")
    for name, rounds in took.items():
        dense, lexical = np.median(np.array(rounds), axis=0)
        ratio = float(np.median([sum(one) for one in rounds])) / whole
        print(f"| {name} | {dense:.2f} | {lexical:.2f} | {ratio:.2f} |")


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of the processor."""
    began = process_time()
    work()
    return (process_time() - began) * 1000


if __name__ == "__main__":
    main()
