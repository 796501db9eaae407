"""What becomes of claims in a model's words: of one that answers perfectly, and of a real one.

    python bench/composing.py --data ../shared [--part scripted|model] [--model FILE.gguf]
                              [--sets seeds wikinews politics] [--questions 60] [--skip 0]

Scripted: an endpoint on this machine gives the faithful claims of ``claims/claims.jsonl`` as the
answers to their questions, each citing its evidence, wherever the prompt has that. Model: questions
of three gold sets, answered in quotations and in the model's words; the composed
claims are printed too, to be read (``--claims FILE``).
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.domain import ClaimKind
from rag.evaluate.metrics import METRICS
from rag.evaluate.report.as_json import read_report
from rag.evaluate.report.figures import figure
from rag.language.text import plain, words

RAG = str(Path(sys.executable).with_name("rag"))
PLACES = ("data/wikinews", "data/polnear/news", "seeds")  # of the articles of the claims
SHOWN = (
    "cited_fact_recall",
    "citation_precision",
    "abstention_recall",
    "abstention_precision",
    "words_per_answer",
    "latency_p50",
)
GOLD = {
    "seeds": ("gold/seeds.jsonl", "seeds"),
    "wikinews": ("gold/wikinews.jsonl", "data/wikinews"),
    "politics": ("gold/politics.jsonl", "data/polnear/news"),
}


# --- a model that answers as well as can be -------------------------------------------------------


class Script(ThreadingHTTPServer):
    """An endpoint that has one claim to give, where the prompt has its evidence."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Scripted)
        self.claim = ""
        self.evidence: Sequence[str] = ()
        self.given = False

    def answer(self, prompt: str) -> str:
        """The claim with the numbers of its evidence; "none" where that is not there."""
        found = {tuple(words(plain(text))): n for n, text in re.findall(r"\[(\d+)\] (.+)", prompt)}
        numbers = [found.get(tuple(words(plain(one)))) for one in self.evidence]
        if not all(numbers):
            return "none\n"
        self.given = True
        return "".join(f"[{n}]" for n in numbers) + f" {self.claim}\n"


class _Scripted(BaseHTTPRequestHandler):
    server: Script

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = self.server.answer(body["messages"][-1]["content"])
        chunk = json.dumps({"choices": [{"delta": {"content": text}}]})
        content = f"data: {chunk}\n\ndata: [DONE]\n\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *about: object) -> None:
        """Say nothing."""


def scripted(data: Path, work: Path) -> Iterator[tuple[str, str, str]]:
    """How many faithful claims are shown as they were written."""
    lines = (data / "claims" / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["label"] == "supported"]
    index = _indexed({row["file"] for row in rows}, data, work)
    given = as_written = 0
    with Script() as script:
        Thread(target=script.serve_forever, args=(0.05,), daemon=True).start()
        settings = Settings(
            index=index, llm=f"http://127.0.0.1:{script.server_port}/v1", llm_model="script"
        )
        with Assistant.open(settings=settings) as assistant:
            for row in rows:
                script.claim, script.evidence, script.given = row["claim"], row["evidence"], False
                answer = assistant.ask(row["question"])
                given += script.given
                said = plain(row["claim"])
                as_written += any(plain(claim.text) == said for claim in answer.claims)
        script.shutdown()
    yield (
        f"faithful claims: their evidence is in the prompt ({len(rows)})",
        _share(given, len(rows)),
        "",
    )
    yield "of these shown as written", _share(as_written, given), ">= 0.50"


def _indexed(names: set[str], data: Path, work: Path) -> Path:
    """An index of the articles of these names."""
    articles, index = work / "articles", work / "index"
    articles.mkdir()
    for name in sorted(names):
        found = [data / place / name for place in PLACES if (data / place / name).is_file()]
        shutil.copy(found[0], articles / name)
    command = [RAG, "index", str(articles), "--index", str(index)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return index


# --- a real model ---------------------------------------------------------------------------------


def real(options: argparse.Namespace, work: Path) -> Iterator[tuple[str, ...]]:
    """Figures of quotations and of the model's words, beside each other."""
    suite = work / "suite.toml"
    suite.write_text("\n".join(_sets(options, work)), encoding="utf-8")
    runs = work / "runs"
    command = [RAG, "eval", "--suite", str(suite), "--out", str(runs)]
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    if done.returncode not in {0, 1}:  # 1: a question failed, and counts so
        raise SystemExit(done.returncode)
    composed: list[dict[str, Any]] = []
    for name in options.sets:
        quoted, worded = (read_report(runs / f"{name}-{by}") for by in ("quoted", "model"))
        for key in SHOWN:
            pair = (report.metrics.get(key) for report in (quoted, worded))
            cells = [figure(METRICS[key], one.value) if one else "" for one in pair]
            yield f"{name}: {key}", *cells
        answers = _answers(runs / f"{name}-model")
        every = [claim for answer in answers for claim in answer["claims"]]
        mine = [claim for claim in every if claim["kind"] == ClaimKind.COMPOSED]
        composed += ({"set": name, **claim} for claim in mine)
        yield f"{name}: claims composed ({len(every)})", "", _share(len(mine), len(every))
    if options.claims is not None:
        lines = (json.dumps(one, ensure_ascii=False) for one in composed)
        options.claims.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _answers(run: Path) -> list[dict[str, Any]]:
    lines = (run / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    return [answer for answer in map(json.loads, lines) if "claims" in answer]


def _sets(options: argparse.Namespace, work: Path) -> Iterator[str]:
    for name in options.sets:
        gold, corpus = GOLD[name]
        lines = (options.data / gold).read_text(encoding="utf-8").splitlines(keepends=True)
        asked = work / f"{name}.jsonl"
        asked.write_text(
            "".join(lines[options.skip : options.skip + options.questions]), encoding="utf-8"
        )
        for by, llm in (("quoted", "none"), ("model", str(options.model.resolve()))):
            yield from (
                "[[set]]",
                f"name = {json.dumps(f'{name}-{by}')}",
                f"gold = {json.dumps(str(asked))}",
                f"corpus = {json.dumps(str((options.data / corpus).resolve()))}",
                f"settings = {{ llm = {json.dumps(llm)} }}",
            )


def _share(some: int, of: int) -> str:
    return f"{some / of:.3f}" if of else "none"


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--part", choices=("scripted", "model"), help="this part alone")
    parser.add_argument("--model", type=Path, help="a GGUF file")
    parser.add_argument("--claims", type=Path, help="where composed claims are written")
    parser.add_argument("--sets", choices=GOLD, nargs="+", default=list(GOLD))
    parser.add_argument("--questions", type=int, default=60, help="of each set, at most")
    parser.add_argument("--skip", type=int, default=0, help="questions of each set: the first ones")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if options.part != "model":
            print("| figure | value | bar |\n|---|---|---|")
            for row in scripted(options.data, work):
                print(f"| {' | '.join(row)} |", flush=True)
        if options.model is not None and options.part != "scripted":
            print(f"\n| figure | quotations | {options.model.name} |\n|---|---|---|")
            for cells in real(options, work):
                print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
