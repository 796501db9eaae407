"""What opening an index and asking it first costs, by its size.

    python bench/opening.py [--passages 1000 10000 100000]

Made-up articles of four passages, written as a sync writes them, with random vectors: nothing is
embedded. Each step is the least of a few child processes, which take turns: milliseconds of the
processor, files in memory. The steps: every file read and checked, as the sync or a copied folder
needs; opened as a question opens it; whom the question asks for; the two searches; the passages
read, without a reader. Then what the process holds of memory of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from rag.domain import Article, Found, Origin, Span, Statement, StatementKind
from rag.language.names import skeleton
from rag.models.embedder_id import EmbedderId
from rag.store import article_sums, statements
from rag.store.build import IndexWriter

DIMENSION, EACH, SENTENCES, WORDS = 384, 4, 4, 16  # passages an article, and so on down
ROUNDS = 3
STEPS = ("all files checked", "opened", "whose words", "searched", "read")
MEASURE = """
import json, sys
from pathlib import Path
from time import process_time
import faiss, numpy as np, tantivy
from rag.question.read import read_question
from rag.retrieve.read_passages import read_passages
from rag.retrieve.search import Fusion, find_passages
from rag.retrieve.whose import asked_for
from rag.store import LocalStore
from rag.store.manifest import read_manifest, verify_files
faiss.omp_set_num_threads(1)
index, vector = Path(sys.argv[1]), np.full(384, 384 ** -0.5, dtype=np.float32)
class Embedder:
    def knows(self, text): return True
    def encode(self, texts): return vector.reshape(1, -1)
took, began = [], process_time()
def lap():
    global began
    took.append((process_time() - began) * 1000)
    began = process_time()
question = read_question("What did Name7 Surname11 say about word5 and word800?")
began = process_time()
if sys.argv[2] == "check":
    verify_files(index, read_manifest(index))
lap()
store = LocalStore.open(index, embedder=None)
store.load(meaning=True)
lap()
whom = asked_for(question, store)
lap()
fusion = Fusion(mode="hybrid", dense_weight=0.5)
found = find_passages(question, store=store, embedder=Embedder(), fusion=fusion)
lap()
read_passages(question, whom, found, limit=20, reader=None, store=store)
lap()
anonymous = next(line for line in open("/proc/self/smaps_rollup") if line.startswith("Anonymous"))
print(json.dumps([*took, int(anonymous.split()[1]) / 1024]))
"""


class MadeWriter(IndexWriter):
    """Writes made-up articles with their rows as `IndexWriter` does, sparing it to read them."""

    def add_made(self, number: int, text: str, bounds: list[int], vectors: np.ndarray) -> None:
        """Add an article.

        Args:
            number: Of it.
            text: Its sentences, each with its full stop.
            bounds: Where each sentence begins, and where the last ends.
            vectors: A row for each passage.
        """
        speaker = " ".join(text[text.index(",") + 2 :].split()[:2])
        article = Article(
            path=f"{number // 1000:04}/{number:07}.txt",
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
            paragraphs=(),
            date=Found(value=f"2023-05-{number % 28 + 1:02}", origin=Origin.HEADING),
        )
        id = self._add_article(article)
        for n, vector in enumerate(vectors):
            row, first = id * EACH + n, n * SENTENCES
            start, stop = bounds[first], bounds[first + SENTENCES]
            words = text[start:stop].replace(".", "").replace(",", "").lower()
            packed = vector.astype("<f2").tobytes()
            self._db.execute(
                "INSERT INTO passages VALUES (?,?,?,?,?,?)", (row, id, start, stop, words, packed)
            )
            self._db.executemany(
                "INSERT INTO sentences VALUES (?,?,?,?)",
                (
                    (row * SENTENCES + m, row, bounds[first + m], bounds[first + m + 1])
                    for m in range(SENTENCES)
                ),
            )
            self._words.add(row, id, words)
        said = Statement(
            speaker=speaker,
            written=speaker,
            cue="said",
            kind=StatementKind.INDIRECT,
            content=(Span(start=0, end=text.index(",")),),
            sentence=Span(start=0, end=bounds[1]),
        )
        statements.keep_statement(self._db, id, said)
        names = [(id, name, skeleton(name), 1) for name in speaker.lower().split()]
        self._db.executemany("INSERT INTO mentions VALUES (?,?,?,?)", names)
        article_sums.keep_sum(self._db, id)


def build(index: Path, passages: int) -> int:
    """Write an index of so many passages; its bytes.

    In each article, one person says one sentence.
    """
    drawn = np.random.default_rng(0)
    each = EACH * SENTENCES * WORDS
    with MadeWriter(index) as writer:
        for number in range(passages // EACH):
            words = [f"word{n}" for n in (20_000 * drawn.random(each) ** 4).astype(int).tolist()]
            person = f"Name{drawn.integers(100)} Surname{drawn.integers(200)}"
            text, bounds = "", []
            for at in range(0, each, WORDS):
                bounds.append(len(text))
                text += " ".join(words[at : at + WORDS]) + ("." if at else f", {person} said.")
            vectors = drawn.standard_normal((EACH, DIMENSION), dtype=np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            writer.add_made(number, text, [*bounds, len(text)], vectors)
        writer.commit(
            embedder=EmbedderId(name="made", sha256="0" * 64),
            dimension=DIMENSION,
            passage_words=120,
            code="",
            roots=[index.parent],
        )
    return sum(path.stat().st_size for path in index.rglob("*") if path.is_file())


def measured(index: Path, *, check: bool) -> list[float]:
    """Milliseconds of each step, and megabytes at the end, in a process of its own."""
    command = [sys.executable, "-c", MEASURE, str(index), "check" if check else "open"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(value) for value in json.loads(done.stdout)]


def rows(place: Path, sizes: Sequence[int]) -> Iterator[str]:
    """A line of the table for each size."""
    bytes_of = {size: build(place / str(size), size) for size in sizes}
    rounds: dict[int, list[list[float]]] = {size: [] for size in sizes}
    for _ in range(ROUNDS):
        for size in sizes:
            checked, asked = (measured(place / str(size), check=check) for check in (True, False))
            rounds[size].append([checked[0], *asked[1:]])
    for size in sizes:
        least = np.array(rounds[size]).min(axis=0)
        cells = " | ".join(f"{value:.1f}" for value in least)
        yield f"| {size:,} | {bytes_of[size] / 1e6:.0f} | {cells} |"


def main() -> None:
    """Build, measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    options = parser.parse_args()
    print(f"| passages | MB on disk | {' | '.join(STEPS)} | MB of its own |")
    print(f"|{'---|' * (len(STEPS) + 3)}")
    with TemporaryDirectory() as place:
        for line in rows(Path(place), options.passages):
            print(line, flush=True)


if __name__ == "__main__":
    main()
