"""Measure the product and refresh bench/RESULTS.md, one part at a time or all.

    python bench/run.py [eval] [news] [ablation] [reader] [answerability] [statements]
                        [verification] [composing] [duplicates] [real] [word] [pdf] [latency]
                        [waterfall] [generation] [peers] [before] [opening] [filtered] [indexing]
                        [million] [stores] [answers] [workers] [syncs] [many] [kills]
                        [readers] [disk] [flips] [poison] [bombs] [serving]

``eval`` runs bench/suite.toml; ``news`` runs bench/news.toml, questions that nobody tuned to;
``ablation`` asks them again with each rule switched off; ``reader`` measures the reader on articles
that it was not trained on; ``answerability`` how far its score can be trusted, drawn in
bench/reliability.svg; ``statements`` compares who said what with annotations; ``verification``
checks claims, true and spoilt; ``duplicates`` finds articles that are printed again; ``real`` reads
pages whose text and date are known; ``word`` and ``pdf`` compare ways to read such files;
``latency`` times whole commands, ``waterfall`` their steps, ``generation`` how fast a model reads
and writes, ``peers`` asks other programs the same, ``before`` holds the commands against an earlier
commit, ``opening`` shows what opening costs by the size of an index, ``filtered`` what a search of
a part of one costs, ``million`` what searches find and take up to a million passages, ``syncs``
what it costs that an index follows its articles, ``many`` whether that grows; ``stores`` searches
an index in both stores, ``answers`` asks both,
``workers`` indexes on Dask workers; ``indexing`` holds the first sync against bare encoding,
``composing`` shows what becomes of a model's claims; ``kills``, ``readers``, ``disk`` and ``flips``
do an index harm, ``poison`` puts articles that attack among the others, ``bombs`` files that would
do harm; ``serving`` loads a server. A part that is not named keeps its figures in the page.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from latency import time_command

from rag.evaluate.metrics import METRICS
from rag.evaluate.report.as_json import read_report
from rag.evaluate.report.figures import figure
from rag.evaluate.results import Report
from rag.evaluate.suite import read_suite

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
SUITE = HERE / "suite.toml"
NEWS = HERE / "news.toml"
RUNS = HERE / "runs"
DIAGRAM = HERE / "reliability.svg"
RAG = str(Path(sys.executable).with_name("rag"))
QUESTION = "What did Peskov say about Crimea?"

Bars = Mapping[str, str]
Table = tuple[str, list[str], list[str], Bars]  # title, names of runs, metrics, bars


# --- the suite ------------------------------------------------------------------------------------


def evaluation(data: Path) -> Iterator[str]:
    """Run the suite, and show the figures that this product is steered by."""
    return _suite(SUITE, TABLES)


def news(data: Path) -> Iterator[str]:
    """Ask what nobody tuned to."""
    return _suite(NEWS, NEWS_TABLES)


def ablation(data: Path) -> Iterator[str]:
    """Ask with each rule switched off."""
    return _script(HERE / "ablation.py", data)


def _suite(suite: Path, tables: Sequence[Table]) -> Iterator[str]:
    runs = RUNS / suite.stem
    shutil.rmtree(runs, ignore_errors=True)
    subprocess.run(
        [RAG, "eval", "--suite", str(suite), "--out", str(runs)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    names = [entry.name for entry in read_suite(suite)]
    reports = {name: read_report(runs / name) for name in names if (runs / name).is_dir()}
    left_out = [name for name in names if name not in reports]
    if left_out:
        yield f"Left out, as their data is not there: {', '.join(left_out)}."
        yield ""
    yield "In brackets: 95 % bootstrap intervals over questions."
    for title, rows, keys, bars in tables:
        columns = [name for name in rows if name in reports]
        if columns:
            yield from ("", f"### {title}", "")
            yield from _table({name: reports[name] for name in columns}, keys, bars)


NEWS_TABLES: list[Table] = [
    (
        "Five articles (looked at while it was made), Wikinews (designs are compared on it), US"
        " politics (only measured); quotations alone",
        ["seeds-quoted", "wikinews", "politics"],
        [
            "fact_recall",
            "cited_fact_recall",
            "citation_precision",
            "quote_fidelity",
            "abstention_precision",
            "abstention_recall",
            "evidence_hit@1",
            "evidence_hit@3",
            "passage_ndcg@10",
            "words_per_answer",
            "latency_p50",
        ],
        {},
    ),
]
TABLES: list[Table] = [
    (
        "Answers to 26 questions on five news articles",
        ["seeds", "seeds-no-reader", "seeds-quoted"],
        [
            "cited_fact_recall",
            "fact_recall",
            "short_answered",
            "short_answer_f1",
            "citation_precision",
            "evidence_precision",
            "quote_fidelity",
            "alce_citation_recall",
            "alce_citation_precision",
            "abstention_precision",
            "abstention_recall",
            "abstention_f1",
            "words_per_answer",
            "latency_p50",
            "latency_p95",
            "tokens_per_answer",
        ],
        {
            "cited_fact_recall": ">= 0.88",
            "citation_precision": ">= 0.90",
            "quote_fidelity": "all",
            "words_per_answer": "<= 60",
        },
    ),
    (
        "XQuAD in English, whole corpus, without the reader",
        ["xquad-en", "xquad-en-dense", "xquad-en-lexical"],
        [
            "evidence_hit@1",
            "evidence_hit@3",
            "evidence_ndcg@10",
            "passage_ndcg@10",
            "cited_fact_recall",
            "citation_precision",
            "answered",
            "words_per_answer",
            "latency_p50",
        ],
        {"evidence_hit@1": ">= 0.78", "evidence_hit@3": ">= 0.93"},
    ),
    (
        "XQuAD in Russian, whole corpus",
        ["xquad-ru", "xquad-ru-dense", "xquad-ru-lexical"],
        ["evidence_hit@1", "evidence_hit@3", "evidence_ndcg@10", "passage_ndcg@10"],
        {"passage_ndcg@10": "hybrid not below lexical"},
    ),
    (
        "Questions that the articles may not answer (samples of SQuAD 2.0 and CLAPnq), without the"
        " reader",
        ["squad2", "clapnq"],
        [
            "cited_fact_recall",
            "citation_precision",
            "evidence_hit@1",
            "evidence_hit@3",
            "abstention_precision",
            "abstention_recall",
            "abstention_f1",
            "answerability_auroc",
            "aurc",
            "rouge_l",
            "token_f1",
            "words_per_answer",
        ],
        {},
    ),
    (
        "Retrieval alone: SciFact, 300 queries, 5,183 abstracts",
        ["scifact", "scifact-dense", "scifact-lexical"],
        ["document_ndcg@10", "document_mrr@10", "document_recall@10", "document_recall@100"],
        {"document_ndcg@10": ">= 0.72; published: BM25 0.679 to 0.687, all-MiniLM-L6-v2 0.645"},
    ),
    (
        "Retrieval alone: Cranfield, 225 queries, 1,400 abstracts",
        ["cranfield", "cranfield-dense", "cranfield-lexical"],
        ["document_ndcg@10", "document_mrr@10", "document_recall@10", "document_recall@100"],
        {"document_ndcg@10": "hybrid above both"},
    ),
]


def _table(reports: Mapping[str, Report], keys: list[str], bars: Bars) -> Iterator[str]:
    headings = [f"{name} ({len(report.questions)})" for name, report in reports.items()]
    yield f"| figure | {' | '.join(headings)} | bar |"
    yield f"|---{'|---' * len(reports)}|---|"
    for key in keys:
        cells = [_cell(report, key) for report in reports.values()]
        if any(cells):
            yield f"| {key} | {' | '.join(cells)} | {bars.get(key, '')} |"


def _cell(report: Report, key: str) -> str:
    found = report.metrics.get(key)
    if found is None:
        return ""
    value, low, high = (
        figure(METRICS[key], number) for number in (found.value, found.low, found.high)
    )
    return f"{value} [{low}, {high}]"


# --- the reader -----------------------------------------------------------------------------------


def reader(data: Path) -> Iterator[str]:
    """Figures with and without the reader, on articles that it was not trained on."""
    return _script(HERE.parent / "train" / "measure.py", data / "data")


def answerability(data: Path) -> Iterator[str]:
    """How well the answerability score tells questions apart, and how often it is right."""
    DIAGRAM.unlink(missing_ok=True)  # one of other figures must not stand beside these
    yield from _script(
        HERE.parent / "train" / "answerability.py", data / "data", "--diagram", str(DIAGRAM)
    )
    if DIAGRAM.exists():
        yield ""
        yield f"![Share of answerable questions by answerability score]({DIAGRAM.name})"
        yield ""
        yield "A dot is a tenth of the scores, larger for more questions; weighed as in the table."


def statements(data: Path) -> Iterator[str]:
    """Who said what, against annotations."""
    return _script(HERE / "statements.py", data / "data" / "polnear")


def verification(data: Path) -> Iterator[str]:
    """Claims judged by people, and sentences that we spoil."""
    return _script(HERE / "verification.py", data)


def duplicates(data: Path) -> Iterator[str]:
    """Copies that are found, and what is none."""
    return _script(HERE / "duplicates.py", data / "data")


def real(data: Path) -> Iterator[str]:
    """Text, titles and dates of real pages and wire stories."""
    return _script(HERE / "real.py", data)


def word(data: Path) -> Iterator[str]:
    """Compare readers of Word files."""
    return _script(HERE / "word.py", data)


def pdf(data: Path) -> Iterator[str]:
    """Compare ways to read a PDF."""
    return _script(HERE / "pdf.py", data)


def before(data: Path) -> Iterator[str]:
    """The program beside an earlier commit of itself."""
    return _script(HERE / "before.py", data)


def syncs(data: Path) -> Iterator[str]:
    """What a sync costs after changes of several sizes."""
    return _script(HERE / "faults" / "syncs.py", data / "data" / "polnear" / "news")


def filtered(data: Path) -> Iterator[str]:
    """Search parts of an index beside all of it."""
    return _script(HERE / "filtered.py")


def composing(data: Path) -> Iterator[str]:
    """Let an endpoint that answers perfectly word claims; a real model is a run of its own."""
    return _script(HERE / "composing.py", data)


def indexing(data: Path) -> Iterator[str]:
    """Index articles beside the bare encoding of their passages."""
    return _script(HERE / "indexing.py", None, "--articles", str(data / "data" / "wikinews"))


def many(data: Path) -> Iterator[str]:
    """Follow one changed file, again and again."""
    return _script(HERE / "faults" / "many_syncs.py", None, "--times", "3000", "--articles", "60")


def million(data: Path) -> Iterator[str]:
    """Search a million passages."""
    return _script(HERE / "million.py", data)


def stores(data: Path) -> Iterator[str]:
    """Search a local index and the same one in Milvus Lite."""
    return _script(HERE / "scale.py", data, "--part", "stores")


def answers(data: Path) -> Iterator[str]:
    """Ask both stores the same questions."""
    return _script(HERE / "scale.py", data, "--part", "answers")


def workers(data: Path) -> Iterator[str]:
    """Index on Dask workers, beside one process."""
    return _script(HERE / "scale.py", data, "--part", "workers")


def opening(data: Path) -> Iterator[str]:
    """What opening an index and its first question cost, by its size."""
    return _script(HERE / "opening.py")


def kills(data: Path) -> Iterator[str]:
    """What is left of an index when a sync is killed."""
    return _script(HERE / "faults" / "kills.py")


def readers(data: Path) -> Iterator[str]:
    """What readers notice of a writer that is killed again and again."""
    return _script(HERE / "faults" / "readers.py")


def disk(data: Path) -> Iterator[str]:
    """What is left of an index when a sync runs out of room."""
    return _script(HERE / "faults" / "disk.py")


def flips(data: Path) -> Iterator[str]:
    """Whether a damaged index is found before it answers."""
    return _script(HERE / "faults" / "flips.py")


def poison(data: Path) -> Iterator[str]:
    """Whether articles that attack change an answer or get anything said or shown."""
    return _script(HERE / "faults" / "poison.py", data if data.is_dir() else None)


def bombs(data: Path) -> Iterator[str]:
    """What becomes of broken and hostile files, and of the good ones beside them."""
    return _script(HERE / "faults" / "bombs.py")


def serving(data: Path) -> Iterator[str]:
    """What a server does under load, and what it costs."""
    return _script(HERE / "serving.py", data / "seeds")


def _script(script: Path, data: Path | None = None, *more: str) -> Iterator[str]:
    """The lines of a script that measures; further arguments are its own."""
    if data and not data.is_dir():
        yield f"Left out: {data.name} is not in the data folder."
        return
    command = [sys.executable, str(script), *(["--data", str(data)] if data else []), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield line.rstrip("\n")
    if process.returncode:
        raise SystemExit(f"{script.name} failed")


# --- cold starts ----------------------------------------------------------------------------------


def latency(data: Path) -> Iterator[str]:
    """Time whole commands from a cold shell."""
    corpus = data / "seeds"
    if not corpus.is_dir():
        yield f"Left out: {corpus.name} is not in the data folder."
        return
    with _indexed(corpus) as index:
        yield from _timed(index)


def waterfall(data: Path) -> Iterator[str]:
    """Follow a question from the key press to the last claim."""
    with _indexed(HERE.parent / "seeds") as index:
        yield from _script(HERE / "waterfall.py", None, "--index", index)


def generation(data: Path) -> Iterator[str]:
    """Let a model write beside llama.cpp by itself."""
    return _script(HERE / "generation.py")


def peers(data: Path) -> Iterator[str]:
    """Ask other programs the questions on five articles; each is installed, which takes minutes."""
    with tempfile.TemporaryDirectory() as work:
        yield from _script(HERE / "peers" / "run.py", data, "--set", "seeds", "--work", work)


@contextmanager
def _indexed(corpus: Path) -> Iterator[str]:
    """An index of some articles, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        command = [RAG, "index", str(corpus), "--index", index]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        yield index


def _timed(index: str) -> Iterator[str]:
    python = sys.executable
    rows = [
        ("python -c pass", [python, "-c", "pass"], ""),
        ("import sentence_transformers", [python, "-c", "import sentence_transformers"], ""),
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


# --- the page -------------------------------------------------------------------------------------

Part = Callable[[Path], Iterator[str]]
PARTS: dict[str, tuple[str, Part]] = {
    "eval": ("Figures of the suite", evaluation),
    "news": ("Questions that nobody tuned to", news),
    "ablation": ("What each rule is worth", ablation),
    "reader": ("The reader, on articles that it was not trained on", reader),
    "answerability": ("How far the answerability score can be trusted", answerability),
    "statements": ("Who said what, against annotations (PolNeAR)", statements),
    "verification": ("Claims checked against what they cite", verification),
    "composing": ("Claims in a model's words", composing),
    "duplicates": ("Copies of articles", duplicates),
    "real": ("Text, titles and dates of real pages", real),
    "word": ("Words that Word shows, by the reader of the file", word),
    "pdf": ("The text of a PDF, by the reader of the file", pdf),
    "latency": ("From a cold shell", latency),
    "waterfall": ("Where the time of a question goes", waterfall),
    "generation": ("How fast a model reads and writes, beside llama.cpp", generation),
    "peers": ("Beside other programs", peers),
    "before": ("Beside the program that gave each sentence a vector", before),
    "opening": ("What opening costs, by the size of an index", opening),
    "filtered": ("A search of a part, beside one of all (made-up passages)", filtered),
    "indexing": ("How fast articles are indexed", indexing),
    "million": ("Searches of ten thousand to a million passages", million),
    "stores": ("Both stores", stores),
    "answers": ("Answers from both stores", answers),
    "workers": ("Indexing on Dask workers", workers),
    "syncs": ("What a sync costs (840 news articles)", syncs),
    "many": ("Three thousand syncs of one changed file each", many),
    "kills": ("A sync killed at any moment", kills),
    "readers": ("Readers beside a writer that is killed", readers),
    "disk": ("A sync without room", disk),
    "flips": ("An index with damaged files", flips),
    "poison": ("Articles that attack", poison),
    "serving": ("`rag serve` under load", serving),
    "bombs": ("Broken and hostile files among good ones", bombs),
}


def _written_by(name: str) -> str:
    commit = subprocess.run(
        ["git", "-C", str(HERE), "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return (
        f"Written by `python bench/run.py {name}` on {datetime.now(UTC):%Y-%m-%d} at commit"
        f" {commit or 'unknown'}, {os.cpu_count()} processors ({platform.machine()}), Python"
        f" {platform.python_version()}."
    )


def _kept(name: str) -> str:
    """A part of the page as it is."""
    page = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    title = re.escape(PARTS[name][0])
    match = re.search(rf"^## {title}\n.*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return match[0].strip() if match else ""


def main() -> None:
    """Run the parts that are named and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=" or ".join(PARTS))
    parser.add_argument("--data", type=Path, default=HERE.parent.parent / "shared")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    sections: dict[str, str] = {}
    for name in options.parts or PARTS:
        title, part = PARTS[name]
        lines = [f"## {title}", "", _written_by(name), ""]
        for line in part(options.data):
            print(line, flush=True)
            lines.append(line)
        sections[name] = "\n".join(lines)
    whole = [sections.get(name) or _kept(name) for name in PARTS]
    page = "\n\n".join(["# Results", *filter(None, whole)])
    RESULTS.write_text(page + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
