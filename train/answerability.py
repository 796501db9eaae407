"""Fit the answerability score: how likely it is that the best sentence answers, from its own score.

    python train/answerability.py --data ../shared/data [--diagram reliability.svg]

Questions of SQuAD 2.0, CLAPnq and XQuAD on articles that the reader was never trained on, each set
and each of its two answers (there is one, there is none) counting alike. Two weights for one sign:
so little can be fitted to so few articles that the figures are of the questions fitted on. Prints
the weights of `rag.answerability`, how well they tell the questions apart, what the line of
abstention does, and how often a score is right; ``--diagram`` draws the last as a reliability
diagram. `bench/run.py answerability` puts all of it into bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from diagram import standalone
from measure import SETS, Searched, searched

from rag.answerability import (
    READ_BIAS,
    READ_SCORE,
    UNLIKELY,
    answerability,
    is_unlikely,
    shipped_line,
)
from rag.config import Settings
from rag.evaluate.statistics import auroc
from rag.render.charts import calibration_chart

STEPS = 50  # of Newton's method
BINS = 5  # of the table; the diagram has its own
BARS = {"squad2": ">= 0.70", "clapnq": ">= 0.88"}  # for the AUROC

Floats = npt.NDArray[np.float64]


def fit(signs: Floats, labels: Floats, weights: Floats) -> Floats:
    """Weighted logistic regression by Newton's method.

    Args:
        signs: (n, d), a column of ones among them for the bias.
        labels: (n,) 0 or 1.
        weights: (n,) how much each question counts.

    Returns:
        (d,) weights.
    """
    found = np.zeros(signs.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-signs @ found))
        slope = signs.T @ (weights * (labels - likely))
        curve = (signs * (weights * likely * (1 - likely))[:, None]).T @ signs
        found += np.linalg.solve(curve + 1e-9 * np.eye(len(found)), slope)
    return found


def balanced(names: Sequence[str], labels: Floats) -> Floats:
    """(n,) weights by which each set, and each answer in it, counts alike."""
    weights = np.zeros(len(labels))
    for name in set(names):
        for label in (0.0, 1.0):
            there = np.array([one == name for one in names]) & (labels == label)
            weights[there] = 1 / max(1, there.sum())
    return weights


def line_rows(found: Sequence[tuple[str, Searched]]) -> Iterator[str]:
    """Markdown: of each set, how well the score tells apart, and what its line alone refuses."""
    yield (
        "| set | questions | AUROC | bar | refusal precision | refusal recall"
        " | answerable questions refused |"
    )
    yield "|---|---|---|---|---|---|---|"
    for name in dict.fromkeys(name for name, _ in found):
        mine = [one for other, one in found if other == name]
        labels = np.array([float(one.item.answerable) for one in mine])
        likely = np.array([answerability(one.read) for one in mine])
        refused = np.array([is_unlikely(one.read) for one in mine])
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


def main() -> None:
    """Search, fit and print Markdown; draw the diagram where one is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--diagram", type=Path, help="an .svg file to draw how right scores are")
    options = parser.parse_args()
    found: list[tuple[str, Searched]] = []
    for name in SETS:
        if not (options.data / name).is_dir():
            print(f"Left out: {name} is not in the data folder.\n")
            continue
        questions, assistant = searched(options.data / name, Settings(llm="none"))
        assistant.close()
        found += [(name, one) for one in questions]
    if not found:
        return
    names = [name for name, _ in found]
    labels = np.array([float(one.item.answerable) for _, one in found])
    scores = np.array([one.read[0].score for _, one in found])
    signs = np.stack([np.ones(len(scores)), scores], axis=1)
    weights = balanced(names, labels)
    bias, weight = fit(signs, labels, weights)
    print(f"Fitted: bias {bias:.2f}, score {weight:.2f}; in use {READ_BIAS} and {READ_SCORE}.")
    print(
        f"\nThe line: answerability {shipped_line():.3f}, {UNLIKELY} of the best sentence's score."
    )
    print("Refusals are those of the line alone; the other rules refuse more.\n")
    print("\n".join(line_rows(found)), end="\n\n")
    likely = np.array([answerability(one.read) for _, one in found])
    print("\n".join(bin_rows(likely, labels, weights)))
    if options.diagram is not None:
        pairs = list(zip(likely.tolist(), labels.tolist(), strict=True))
        if chart := calibration_chart(pairs, weights.tolist()):  # none of answerable ones alone
            options.diagram.write_text(standalone(chart), encoding="utf-8")


if __name__ == "__main__":
    main()
