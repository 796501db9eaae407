"""The same questions answered by `rag` and by other programs, with the same local models.

    python bench/peers/run.py --data ../shared --work DIR [--only NAME] [--set NAME] [--questions N]
                              [--model FILE] [--cold N]

Each program gets an environment of its own in the work folder, with the versions of NAME.txt, and
an index of the same articles. It answers all questions in one process, and a few again in a process
for each. `rag eval --answers` scores what was said, and one table is printed. README.md says what
is compared, and how the citations of others are read.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # `peers` is found there by every program

from peers.answers import answer_of
from peers.process import Taken, run
from peers.programs import OURS, PEERS, RAG, Prepared, Program, programs_of
from rag.errors import RagError
from rag.evaluate.report.as_json import read_report
from rag.models.files import BUNDLED
from rag.store import LocalStore

REPOSITORY = Path(__file__).parents[2]
COLD = 3  # questions that are asked in a process of their own
SHARES = ("fact_recall", "cited_fact_recall", "citation_precision", "evidence_precision")
HEAD = (
    "| set | program | model | facts stated | facts cited | citation precision"
    " | cited sentences with a fact | refused, has an answer | refused, has none | failed | words"
    " | cold, s | warm, s | memory, MB |"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """A gold set on a folder of plain text."""

    name: str
    gold: str  # relative to the data folder
    corpus: str
    most: int | None = None  # questions that are asked, drawn at random; None for all


SETS = (
    Questions(name="seeds", gold="gold/seeds.jsonl", corpus="seeds"),
    Questions(name="wikinews", gold="gold/wikinews.jsonl", corpus="data/wikinews", most=60),
    Questions(
        name="xquad-en", gold="data/xquad_en/gold.jsonl", corpus="data/xquad_en/corpus", most=100
    ),
)


def prepare(entry: Questions, *, data: Path, work: Path, most: int | None) -> Prepared:
    """Draw the questions, index the articles, and write down their text for the other programs.

    Args:
        entry: The set.
        data: Where gold sets and articles are.
        work: Gets a folder for the set; one that is there is made anew.
        most: Questions that are asked; None for as many as the set says.

    Raises:
        OSError: The gold set cannot be read.
        subprocess.CalledProcessError: The articles cannot be indexed.
    """
    lines = (data / entry.gold).read_text(encoding="utf-8").splitlines()
    count = min(n for n in (len(lines), entry.most, most) if n is not None)
    drawn = sorted(random.Random(0).sample(range(len(lines)), count))
    folder = work / entry.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run([*RAG, "index", str(data / entry.corpus), "--index", str(folder / OURS)], cwd=work)
    with LocalStore.open(folder / OURS, embedder=None) as store:
        texts = {path: store.article_text(path) or "" for path in store.paths()}
    items = [json.loads(lines[n]) for n in drawn]
    prepared = Prepared(name=entry.name, folder=folder, items=items, texts=texts)
    write_lines(prepared.gold, items)
    for path, text in texts.items():
        copy = prepared.articles / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    return prepared


def row(program: Program, prepared: Prepared, *, work: Path, cold: int) -> str:
    """Let a program answer, score what it said, and make its row of the table.

    Raises:
        subprocess.CalledProcessError: It ends with an error, or its answers cannot be scored.
    """
    folder = prepared.folder / f"{program.name}-{program.model}"
    folder.mkdir()
    said, answers = folder / "said.jsonl", folder / "answers.jsonl"
    taken = run(program.batch(prepared.gold, said), cwd=work, environment=program.environment)
    records = [json.loads(line) for line in said.read_text(encoding="utf-8").splitlines()]
    if program.name != OURS:
        records = [answer_of(record, prepared.texts) for record in records]
    write_lines(answers, records)
    times = [
        run(program.alone(item, folder), cwd=work, environment=program.environment).seconds
        for item in prepared.items[:cold]
    ]
    scored = [str(prepared.gold), "--index", str(prepared.index), "--answers", str(answers)]
    command = [*RAG, "eval", *scored, "--out", str(folder / "run")]
    run(command, cwd=work, allowed=(0, 1))  # 1: a question failed
    metrics = read_report(folder / "run").metrics
    values = {key: figure.value for key, figure in metrics.items()}
    cells = [prepared.name, program.title, program.model]
    return f"| {' | '.join([*cells, *_cells(values, records, prepared.items, times, taken)])} |"


def _cells(
    values: Mapping[str, float],
    records: Sequence[Mapping[str, Any]],
    items: Sequence[Mapping[str, Any]],
    times: Sequence[float],
    taken: Taken,
) -> list[str]:
    """Figures as they are written; empty where there is none."""
    warm = [record["timings_ms"]["total"] / 1000 for record in records if "timings_ms" in record]
    return [
        *(f"{values[key]:.2f}" if key in values else "" for key in SHARES),
        *(_refused(records, items, answerable=answerable) for answerable in (True, False)),
        str(sum("error" in record for record in records)),
        f"{values['words_per_answer']:.0f}" if "words_per_answer" in values else "",
        *(f"{statistics.median(seconds):.2f}" if seconds else "" for seconds in (times, warm)),
        f"{taken.megabytes:.0f}",
    ]


def _refused(
    records: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]], *, answerable: bool
) -> str:
    """How many questions were refused, of how many with an answer or without one."""
    asked = {item["id"] for item in items if item["answerable"] is answerable}
    none = {one["id"] for one in records if "error" not in one and not one["claims"]}
    return f"{len(asked & none)} of {len(asked)}" if asked else ""


def write_lines(path: Path, records: Sequence[Mapping[str, Any]]) -> None:
    """Write JSON lines."""
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def main() -> None:
    """Print the table, and below it what a program could not do."""
    given = _arguments()
    data, work = given.data.resolve(), given.work.resolve()
    if work.is_relative_to(REPOSITORY):
        raise SystemExit(f"{work} is in the repository: name a folder outside with --work")
    work.mkdir(parents=True, exist_ok=True)
    failures = []
    print(HEAD, f"|{'---|' * (HEAD.count('|') - 1)}", sep="\n", flush=True)
    for entry in SETS:
        if given.set and entry.name not in given.set:
            continue
        prepared = prepare(entry, data=data, work=work, most=given.questions)
        for name in given.only or [OURS, *PEERS]:
            try:
                for program in programs_of(name, prepared, given.model or [BUNDLED], work):
                    print(row(program, prepared, work=work, cold=given.cold), flush=True)
            except subprocess.CalledProcessError as error:
                failures.append(f"{name} on {entry.name}: {error}\n{error.stderr}")
            except (RagError, OSError) as error:
                failures.append(f"{name} on {entry.name}: {error}")
    for failure in failures:
        print(f"\n{failure}")
    if failures:
        raise SystemExit(1)


def _arguments() -> argparse.Namespace:
    names = [entry.name for entry in SETS]
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="gold sets and articles")
    parser.add_argument("--work", type=Path, required=True, help="for all that is made")
    parser.add_argument("--only", action="append", choices=[OURS, *PEERS], help="repeatable")
    parser.add_argument("--set", action="append", choices=names, help="repeatable")
    parser.add_argument("--questions", type=int, help="the most questions of each set")
    parser.add_argument("--model", action="append", help="bundled or a GGUF file; repeatable")
    parser.add_argument("--cold", type=int, default=COLD, help="questions asked from cold")
    return parser.parse_args()


if __name__ == "__main__":
    main()
