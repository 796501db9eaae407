"""Figures of the shipped reader on articles that it was never trained on, with and without it.

    python train/measure.py --data ../shared/data

Prints Markdown; `bench/run.py reader` puts it into bench/RESULTS.md. Every question is asked over
its whole corpus. Changes have paired 95 % bootstrap intervals over questions.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from passages.data import held_out

from rag.answer.answerability import answerability
from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.domain import Claim, Evidence
from rag.evaluate.corpus import corpus_index
from rag.evaluate.gold import GoldItem, read_gold
from rag.evaluate.overlap import best, token_f1
from rag.evaluate.score import holds
from rag.evaluate.statistics import Statistic, auroc, difference, interval, ratio
from rag.language.text import plain
from rag.models.reader import Reader
from rag.models.shipped import shipped_folder
from rag.question.read import read_question
from rag.retrieve.read_passages import in_place
from rag.retrieve.search import find_passages

SETS = ("xquad_en", "squad2", "clapnq")
QUESTIONS_TIMED = 30


@dataclass(frozen=True, slots=True)
class Searched:
    """A question with what is found for it, without and with the reader."""

    item: GoldItem
    without: list[Evidence]
    read: list[Evidence]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure without and with the reader."""

    name: str
    figures: str
    bar: str = ""


def searched(folder: Path, settings: Settings) -> tuple[list[Searched], Assistant]:
    """The questions of a set whose articles were never trained on, and the assistant that reads."""
    index = corpus_index(folder / "corpus", settings=settings, place=None, notify=_note)
    reading = Assistant.open(index, settings=settings)
    found: list[Searched] = []
    with Assistant.open(index, settings=dataclasses.replace(settings, reader="none")) as without:
        for item in read_gold(folder / "gold.jsonl").items:
            first = without.search(item.question)
            if held_out(article_of(item, first)):
                found.append(Searched(item, first, reading.search(item.question)))
    return found, reading


def article_of(item: GoldItem, ranked: Sequence[Evidence]) -> str:
    """The article of a question; of one without an answer, the one that comes nearest."""
    if item.files:
        return min(item.files)
    return ranked[0].source.path if ranked else ""


def _note(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def evidence_rows(name: str, questions: Sequence[Searched], bars: dict[int, str]) -> Iterator[Row]:
    """Whether a sentence that answers is among the first, whole corpus."""
    answerable = [one for one in questions if one.item.answerable]
    for k in (1, 2, 3):
        before = [float(any(right(one.item, e) for e in one.without[:k])) for one in answerable]
        after = [float(any(right(one.item, e) for e in one.read[:k])) for one in answerable]
        ones = [1.0] * len(answerable)
        yield Row(
            f"{name}: answer in the first {k} ({len(answerable)})",
            change(ratio, (before, ones), (after, ones)),
            bars.get(k, ""),
        )


def right(item: GoldItem, found: Evidence) -> bool:
    """Whether a sentence holds a fact of the question, in one of the fact's files."""
    text = plain(found.text)
    return any(found.source.path in fact.sources and holds(fact, text) for fact in item.facts)


def answer_rows(name: str, questions: Sequence[Searched], assistant: Assistant) -> Iterator[Row]:
    """What whole answers hold in a claim that cites the right file, and how long they are."""
    answerable = [one for one in questions if one.item.answerable]
    answers = [assistant.ask(one.item.question) for one in answerable]
    cited = [
        float(any(cites(one.item, claim) for claim in answer.claims))
        for one, answer in zip(answerable, answers, strict=True)
    ]
    length = [float(len(answer.text.split())) for answer in answers if not answer.abstained]
    ones = [1.0] * len(answerable)
    for what, values, weights, bar in (
        ("answer in a claim that cites its file", cited, ones, ">= 0.84"),
        ("words an answer", length, [1.0] * len(length), "<= 40"),
    ):
        found = interval(ratio, values, weights)
        if found:
            yield Row(
                f"{name}: {what} ({found.n})",
                f"| | {found.value:.3f} [{found.low:.3f}, {found.high:.3f}] | ",
                bar,
            )


def cites(item: GoldItem, claim: Claim) -> bool:
    """Whether a claim holds a fact of the question and cites one of the fact's files."""
    files = {citation.source.path for citation in claim.citations}
    return any(files & set(fact.sources) and holds(fact, claim.text) for fact in item.facts)


def answerability_rows(name: str, questions: Sequence[Searched], bar: str) -> Iterator[Row]:
    """How well questions with and without an answer are told apart."""
    labels = [float(one.item.answerable) for one in questions]
    asked = [read_question(one.item.question) for one in questions]
    without = [answerability(q, one.without) for q, one in zip(asked, questions, strict=True)]
    after = [answerability(q, one.read) for q, one in zip(asked, questions, strict=True)]
    yield Row(
        f"{name}: AUROC of the answerability score ({len(questions)})",
        change(auroc, (without, labels), (after, labels)),
        bar,
    )


def short_answer_rows(name: str, questions: Sequence[Searched]) -> Iterator[Row]:
    """F1 of the reader's words, whatever the kind of question and however sure it is."""
    answerable = [one for one in questions if one.item.answerable]
    whole = [f1(one.item, words(one.read[0])) for one in answerable]
    if found := interval(ratio, whole, [1.0] * len(whole)):
        yield Row(
            f"{name}: F1 of the words in the best sentence ({found.n})",
            f"| | {found.value:.3f} [{found.low:.3f}, {found.high:.3f}] | ",
            {"xquad_en": ">= 0.58"}.get(name, ""),
        )


def words(found: Evidence) -> str:
    """The words of a sentence that the reader points at."""
    spoken = found.reading.words if found.reading else None
    return found.text[spoken.start : spoken.end] if spoken else ""


def f1(item: GoldItem, text: str) -> float:
    """F1 of some words against the best of the expected strings; 0 for no words."""
    expected = [one for fact in item.facts for one in fact.any_of]
    return best(token_f1, text, expected) if text else 0.0


def cost_rows(
    questions: Sequence[Searched], assistant: Assistant, settings: Settings
) -> Iterator[Row]:
    """Milliseconds to load the reader and to read the passages of a question."""
    load = partial(Reader, shipped_folder(), cache=settings.cache)
    loads = [timed(load) for _ in range(5)]
    reader, store = load(), assistant.store
    reads: list[float] = []
    for one in questions[:QUESTIONS_TIMED]:
        found = find_passages(read_question(one.item.question), store=store, embedder=None)
        placed = in_place({one.id: one for one in found.best(settings.passages)}, store)
        reads.append(timed(partial(reader.read, one.item.question, placed)))
    yield Row("load, ms, median of 5", f"| | {np.median(loads):.0f} |", "<= 150")
    yield Row(
        f"read {settings.passages} passages, ms, median of {len(reads)} questions",
        f"| | {np.median(reads):.0f} |",
        "<= 250",
    )


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


Columns = tuple[list[float], list[float]]


def change(statistic: Statistic, before: Columns, after: Columns) -> str:
    """Cells: without, with, and the change with its interval."""
    found = difference(statistic, before, after)
    if found is None:
        return "| | | "
    spread = f"{found.change:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
    return f"| {found.before:.3f} | {found.after:.3f} | {spread}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    settings = Settings(llm="none")
    reader = Reader(shipped_folder(), cache=settings.cache)
    print(f"Reader {reader.version}; questions in brackets.\n")
    print("| figure | without | with | change | bar |")
    print("|---|---|---|---|---|")
    for name in SETS:
        if not (options.data / name).is_dir():
            print(f"| {name} is not in the data folder | | | | |")
            continue
        questions, assistant = searched(options.data / name, settings)
        bars = {"xquad_en": {1: ">= 0.90"}}.get(name, {})
        rows = [*evidence_rows(name, questions, bars)]
        if name != "clapnq":  # its facts are whole sentences
            rows += short_answer_rows(name, questions)
        if not all(one.item.answerable for one in questions):
            rows += answerability_rows(name, questions, {"clapnq": ">= 0.92"}.get(name, ""))
        if name == "xquad_en":
            rows += answer_rows(name, questions, assistant)
            rows += cost_rows(questions, assistant, settings)
        for row in rows:
            print(f"| {row.name} {row.figures} | {row.bar} |", flush=True)
        assistant.close()


if __name__ == "__main__":
    main()
