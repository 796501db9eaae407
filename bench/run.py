"""Measure the product and write bench/RESULTS.md.

    python bench/run.py [--data FOLDER] [--only answers,evidence,latency]

FOLDER holds ``seeds/`` and ``gold/seeds.jsonl`` (articles and questions) and
``data/xquad_en/{corpus,gold.jsonl}``. Sets that are not there are left out, and the page says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from evidence import score_evidence
from latency import time_command
from score import broken_citations, read_jsonl, score

from rag.config import Mode

HERE = Path(__file__).parent
RAG = str(Path(sys.executable).with_name("rag"))
QUESTION = "What did Peskov say about Crimea?"


def answers(data: Path, work: Path) -> Iterator[str]:
    """Score the answers to the seed questions, with the bundled model and by quotation alone."""
    gold_file, corpus = data / "gold" / "seeds.jsonl", data / "seeds"
    index = _index(corpus, work)
    yield "| figure | bundled model | `--quote-only` | bar |"
    yield "|---|---|---|---|"
    columns = []
    gold = read_jsonl(gold_file)
    for name, options in (("llm", []), ("quote", ["--quote-only"])):
        out = work / f"{name}.jsonl"
        _rag("ask", "--batch", str(gold_file), "--out", str(out), "--index", str(index), *options)
        given = read_jsonl(out)
        figures = score(gold, {answer["id"]: answer for answer in given})
        total = sum(len(claim["citations"]) for answer in given for claim in answer["claims"])
        exact = f"{total - len(broken_citations(given, corpus))} of {total}"
        columns.append({**{k: f"{v:.3f}" for k, v in figures.items()}, "exact_citations": exact})
    bars = {
        "cited_fact_recall": ">= 0.88",
        "citation_precision": ">= 0.90",
        "mean_words": "<= 60",
        "exact_citations": "all",
    }
    for figure in columns[0]:
        row = [figure, columns[0][figure], columns[1][figure], bars.get(figure, "")]
        yield f"| {' | '.join(row)} |"


def evidence(data: Path, work: Path) -> Iterator[str]:
    """Find the answering sentence of XQuAD's English questions in the whole corpus."""
    folder = data / "data" / "xquad_en"
    gold = read_jsonl(folder / "gold.jsonl")
    index = _index(folder / "corpus", work)
    yield "| mode | questions | in the best sentence | in the best three |"
    yield "|---|---|---|---|"
    for mode in Mode:
        found = score_evidence(gold, index=index, mode=mode)
        yield f"| {mode} | {found.questions} | {found.first:.3f} | {found.first_three:.3f} |"
    yield "| bar for hybrid | | >= 0.78 | >= 0.93 |"


def latency(data: Path, work: Path) -> Iterator[str]:
    """Time whole commands from a cold shell."""
    index = str(_index(data / "seeds", work))
    rows = [
        ("python -c pass", [sys.executable, "-c", "pass"], ""),
        (
            "import sentence_transformers",
            [sys.executable, "-c", "import sentence_transformers"],
            "",
        ),
        ("rag --help", [RAG, "--help"], "<= 0.3"),
        ("rag search", [RAG, "search", QUESTION, "--index", index], "<= 1.0"),
        ("rag ask --quote-only", [RAG, "ask", QUESTION, "--quote-only", "--index", index], ""),
        ("rag ask", [RAG, "ask", QUESTION, "--index", index], "evidence <= 1.5, answer <= 5"),
    ]
    yield "Medians of 9 runs, seconds; the first two rows are there to compare with."
    yield ""
    yield "| command | first evidence | whole | fastest | slowest | bar |"
    yield "|---|---|---|---|---|---|"
    for name, command, bar in rows:
        time = time_command(command)
        first = f"{time.first_evidence:.2f}" if time.first_evidence else ""
        yield (
            f"| {name} | {first} | {time.total:.2f} | {time.fastest:.2f} | {time.slowest:.2f} |"
            f" {bar} |"
        )


Part = Callable[[Path, Path], Iterator[str]]
PARTS: dict[str, tuple[str, str, Part]] = {
    "answers": ("Answers to 26 questions on five news articles", "gold/seeds.jsonl", answers),
    "evidence": ("Evidence sentences, XQuAD in English", "data/xquad_en/gold.jsonl", evidence),
    "latency": ("From a cold shell", "seeds", latency),
}


def _index(corpus: Path, work: Path) -> Path:
    index = work / f"index-{corpus.parent.name}-{corpus.name}"
    if not index.exists():
        _rag("index", str(corpus), "--index", str(index))
    return index


def _rag(*arguments: str) -> None:
    subprocess.run([RAG, *arguments], check=True, stdout=subprocess.DEVNULL)


def _heading() -> Iterator[str]:
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    ).stdout.strip()
    yield "# Results"
    yield ""
    yield (
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d} at commit {commit or 'unknown'},"
        f" {os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}."
    )


def main() -> None:
    """Run the parts that have data and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parent.parent / "shared")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--out", type=Path, default=HERE / "RESULTS.md")
    options = parser.parse_args()
    lines = list(_heading())
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only.split(","):
            title, needs, part = PARTS[name]
            lines += ["", f"## {title}", ""]
            if not (options.data / needs).exists():
                lines.append(f"Left out: {needs} is not in the data folder.")
                continue
            for line in part(options.data, Path(folder)):
                print(line, flush=True)
                lines.append(line)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
