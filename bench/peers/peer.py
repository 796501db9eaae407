"""What every program beside ours does here: build an index once, open it, answer questions.

Runs in the environment of that program, so nothing of `rag` is imported. Each program is a module
that hands `main` two functions.

    python -m peers.ask_NAME build|ask --articles DIR --index DIR --embedder DIR --model FILE
                                       [--questions FILE --out FILE]
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

CONTEXT = 2048  # tokens of prompt and answer together, as `rag` gives its model
ANSWER = 256  # the most tokens of an answer
THREADS = os.cpu_count() or 1  # processor threads, as `rag` takes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a program works with; all of it is on this machine."""

    articles: Path  # a folder
    index: Path  # a folder, empty before the index is built
    embedder: Path  # folder of a sentence-transformers model
    model: Path  # a GGUF

    def name(self, article: str | Path) -> str:
        """The path of an article, relative to the folder."""
        return Path(article).relative_to(self.articles).as_posix()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text that an answer can cite."""

    path: str  # of its article, relative to the folder
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer as the program gives it."""

    text: str
    passages: tuple[Passage, ...]
    marked: bool  # [n] in the text cites the n-th passage; else the whole answer cites them all


Ask = Callable[[str], Said]


def main(build: Callable[[Files], None], open_index: Callable[[Files], Ask]) -> None:
    """Do what the command line says.

    Args:
        build: Puts an index of the articles where it belongs.
        open_index: Loads index and models, and returns what answers a question.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=["build", "ask"])
    for name in ("articles", "index", "embedder", "model"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("questions", "out"):
        parser.add_argument(f"--{name}", type=Path)
    given = parser.parse_args()
    files = Files(
        articles=given.articles, index=given.index, embedder=given.embedder, model=given.model
    )
    if given.task == "build":
        build(files)
        return
    ask = open_index(files)
    with given.out.open("w", encoding="utf-8") as lines:
        for line in given.questions.read_text(encoding="utf-8").splitlines():
            lines.write(json.dumps(_answered(ask, json.loads(line)), ensure_ascii=False) + "\n")
            lines.flush()


def _answered(ask: Ask, item: Mapping[str, object]) -> dict[str, object]:
    known = {"id": item["id"], "question": item["question"]}
    began = perf_counter()
    try:
        said = asdict(ask(str(item["question"])))
    except Exception as error:  # whatever a program raises is its failure to answer
        return {**known, "error": f"{type(error).__name__}: {error}"[:500]}
    return {**known, **said, "seconds": perf_counter() - began}
