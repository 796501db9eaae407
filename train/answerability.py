"""Fit the answerability score: how likely it is that the evidence answers.

    PYTHONPATH=train python train/answerability.py --data ../shared/data [--diagram reliability.svg]

Two fits, in which each set and each of its two answers (there is one, there is none) count alike:

1. Where no reader reads: on the questions of SQuAD 2.0 and CLAPnq whose articles the reader was
   trained on. Nothing here was: the reader takes no part.
2. Where our reader reads: on the questions of SQuAD 2.0, CLAPnq and XQuAD on the articles that the
   reader was never trained on, and on those of Wikinews (``../gold``, beside the data), the only
   ones that name years as people do.

Prints the weights of `rag.answer.answerability`; what the line of abstention does; and how often a
score is right. ``--diagram`` draws the last as a reliability diagram. `bench/run.py answerability`
puts all of it into bench/RESULTS.md. The second fit has seen its questions: take its figures as a
little kind.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from diagram import standalone
from measure import SETS, article_of
from passages.data import held_out

from rag.answer.answerability import (
    READ,
    UNLIKELY,
    UNREAD,
    answerability,
    clues,
    line,
)
from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.evaluate.corpus import corpus_index
from rag.evaluate.gold import read_gold
from rag.evaluate.report.charts import calibration_chart
from rag.evaluate.statistics import auroc
from rag.question.read import read_question

STEPS = 50  # of Newton's method
PENALTY = 0.001  # on the squares of the weights: some clues are rare, and none may be sure
BINS = 5  # of the table; the diagram has its own
NEWS = "wikinews"  # whose questions may choose between designs and lines, and train no reader
BARS = {"squad2": "", "clapnq": ">= 0.92", NEWS: ">= 0.86"}  # for the AUROC
BOTH = tuple(BARS)  # the sets with unanswerable questions

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the reader makes of a question on an article that it was never trained on."""

    clues: tuple[float, ...]
    likely: float  # the shipped answerability
    refused: bool  # by the shipped line


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and what tells whether it can be answered."""

    name: str  # of its set
    article: str
    answerable: bool
    clues: tuple[float, ...]  # without the reader
    read: Read | None  # None for a question on an article of the training


def asked(data: Path, name: str, settings: Settings) -> Iterator[Asked]:
    """All questions of a set, asked over its whole corpus."""
    news = name == NEWS
    corpus, gold = data / name / "corpus", data / name / "gold.jsonl"
    if news:
        corpus, gold = data / name, data.parent / "gold" / f"{name}.jsonl"
    index = corpus_index(corpus, settings=settings, place=None, notify=print)
    reading = Assistant.open(index, settings=settings)
    with reading, Assistant.open(index, settings=Settings(llm="none", reader="none")) as without:
        for item in read_gold(gold).items:
            question, found = read_question(item.question), without.search(item.question)
            article, read = article_of(item, found), None
            if news or held_out(article):
                ranked = reading.search(item.question)
                likely = answerability(question, ranked)
                read = Read(
                    clues=clues(question, ranked), likely=likely, refused=likely < line(ranked)
                )
            yield Asked(
                name=name,
                article=article,
                answerable=item.answerable,
                clues=clues(question, found),
                read=read,
            )


# --- the fits -------------------------------------------------------------------------------------


def fit(
    clues: Floats,
    labels: Floats,
    weights: Floats,
    *,
    penalties: Floats | float = 0.0,
) -> Floats:
    """Weighted logistic regression by Newton's method.

    Args:
        clues: (n, d), a column of ones among them for the bias.
        labels: (n,) 0 or 1.
        weights: (n,) how much each question counts.
        penalties: (d,) half of which times the square of each weight is added to the loss.

    Returns:
        (d,) weights.
    """
    found = np.zeros(clues.shape[1])
    held_back = np.broadcast_to(np.asarray(penalties, dtype=float), found.shape)
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-(clues @ found)))
        slope = clues.T @ (weights * (labels - likely)) - held_back * found
        curve = (clues * (weights * likely * (1 - likely))[:, None]).T @ clues
        found += np.linalg.solve(curve + np.diag(held_back + 1e-9), slope)
    return found


def balanced(names: Sequence[str], labels: Floats) -> Floats:
    """(n,) weights by which each set, and each answer in it, counts alike."""
    weights = np.zeros(len(labels))
    for name in set(names):
        for label in (0.0, 1.0):
            there = np.array([one == name for one in names]) & (labels == label)
            weights[there] = 1 / max(1, there.sum())
    return weights


def fitted(names: Sequence[str], clues: Sequence[Sequence[float]], labels: Floats) -> Floats:
    """(1 + c,) bias and weights of the clues; 0 for one that is the same throughout."""
    columns = np.array([(1.0, *one) for one in clues])
    penalties = np.array([0.0] + [PENALTY] * (columns.shape[1] - 1))
    return fit(columns, labels, balanced(names, labels), penalties=penalties)


def _labels(questions: Sequence[Asked]) -> Floats:
    return np.array([float(one.answerable) for one in questions])


# --- what is printed ------------------------------------------------------------------------------


def line_rows(questions: Sequence[tuple[Asked, Read]]) -> Iterator[str]:
    """Markdown: of each set, how well the score tells apart, and what its line alone refuses."""
    yield (
        "| set | questions | AUROC | bar | refusal precision | refusal recall"
        " | answerable questions refused |"
    )
    yield "|---|---|---|---|---|---|---|"
    for name in dict.fromkeys(one.name for one, _ in questions):
        mine = [(one, read) for one, read in questions if one.name == name]
        labels = _labels([one for one, _ in mine])
        likely = np.array([read.likely for _, read in mine])
        refused = np.array([read.refused for _, read in mine])
        area = float(auroc(likely, labels, np.ones((1, len(mine))))[0])
        both = bool(0 < labels.sum() < len(mine))
        rightly = int((refused & (labels == 0)).sum())
        cells = [
            f"{area:.3f}" if both else "",
            BARS.get(name, ""),
            f"{rightly / refused.sum():.3f} of {refused.sum()}" if both and refused.any() else "",
            f"{rightly / (labels == 0).sum():.3f} of {(labels == 0).sum():.0f}" if both else "",
            f"{refused[labels == 1].mean():.3f} of {labels.sum():.0f}",
        ]
        yield f"| {name} | {len(mine)} | {' | '.join(cells)} |"


def bin_rows(likely: Floats, labels: Floats, weights: Floats) -> Iterator[str]:
    """Markdown: how often a score is right."""
    yield "| score | questions | answerable, each set and answer counting alike |"
    yield "|---|---|---|"
    for low in np.arange(BINS) / BINS:
        there = (likely >= low) & (likely < low + 1 / BINS)
        if there.any():
            share = float((weights * labels)[there].sum() / weights[there].sum())
            yield f"| {low:.1f} to {low + 1 / BINS:.1f} | {there.sum()} | {share:.2f} |"


def _shown(weights: Sequence[float] | Floats) -> str:
    return f"({', '.join(f'{one:.2f}' for one in weights)})"


def main() -> None:
    """Search, fit and print Markdown; draw the diagram where one is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--diagram", type=Path, help="an .svg file to draw how right scores are")
    options = parser.parse_args()
    found: list[Asked] = []
    for name in (*SETS, NEWS):
        if not (options.data / name).is_dir():
            print(f"Left out: {name} is not in the data folder.\n")
            continue
        found += asked(options.data, name, Settings(llm="none"))
    both = [one for one in found if one.name in BOTH]
    trained = [one for one in both if one.read is None]
    kept = [(one, one.read) for one in found if one.read is not None]
    if not trained or not kept:
        return
    labels = _labels([one for one, _ in kept])
    names = [one.name for one, _ in kept]
    unread = fitted([one.name for one in trained], [one.clues for one in trained], _labels(trained))
    reading = fitted(names, [read.clues for _, read in kept], labels)
    print(f"Fitted without the reader {_shown(unread)}, in use {UNREAD};")
    print(f"with it {_shown(reading)}, in use {READ}.")
    print("Bias, reader, cosine, names, another year.\n")
    weights = balanced(names, labels)
    print(f"\nThe line: answerability {UNLIKELY}.")
    print("Refusals are those of the line alone; the other rules refuse more.\n")
    print("\n".join(line_rows(kept)), end="\n\n")
    likely = np.array([read.likely for _, read in kept])
    print("\n".join(bin_rows(likely, labels, weights)))
    if options.diagram is not None:
        pairs = list(zip(likely.tolist(), labels.tolist(), strict=True))
        if chart := calibration_chart(pairs, weights.tolist()):  # none of answerable ones alone
            options.diagram.write_text(standalone(chart), encoding="utf-8")


if __name__ == "__main__":
    main()
