"""Fit the answerability score: how likely it is that the best sentence answers, from its own score.

    python train/answerability.py --data ../shared/data

Questions of SQuAD 2.0, CLAPnq and XQuAD on articles that the reader was never trained on, each set
and each of its two answers (there is one, there is none) counting alike. Two weights for one sign:
so little can be fitted to so few articles that the figures are of the questions fitted on. Prints
the weights of `rag.answerability`, how well they tell the questions apart, how often a score is
right, and what the line of abstention does.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from measure import SETS, Searched, searched

from rag.answerability import READ_BIAS, READ_SCORE, UNLIKELY, answerability
from rag.config import Settings
from rag.evaluate.statistics import auroc

STEPS = 50  # of Newton's method
BINS = 5

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


def main() -> None:
    """Search, fit and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    found: list[tuple[str, Searched]] = []
    for name in SETS:
        questions, assistant = searched(options.data / name, Settings(llm="none"))
        assistant.close()
        found += [(name, one) for one in questions]
    names = [name for name, _ in found]
    labels = np.array([float(one.item.answerable) for _, one in found])
    scores = np.array([one.read[0].score for _, one in found])
    signs = np.stack([np.ones(len(scores)), scores], axis=1)
    bias, weight = fit(signs, labels, balanced(names, labels))
    print(f"Fitted: bias {bias:.2f}, score {weight:.2f}; in use {READ_BIAS} and {READ_SCORE}.\n")
    likely = np.array([answerability(one.read) for _, one in found])
    refused = scores < UNLIKELY
    print("| set | questions | AUROC | bar | refused without an answer | refused with one |")
    print("|---|---|---|---|---|---|")
    for name in SETS:
        mine = np.array([one == name for one in names])
        both = 0 < labels[mine].sum() < mine.sum()
        area = float(auroc(likely[mine], labels[mine], np.ones((1, mine.sum())))[0]) if both else 0
        bar = {"squad2": ">= 0.70", "clapnq": ">= 0.88"}.get(name, "")
        none = f"{refused[mine & (labels == 0)].mean():.3f}" if both else ""
        print(
            f"| {name} | {mine.sum()} | {f'{area:.3f}' if both else ''} | {bar} | {none}"
            f" | {refused[mine & (labels == 1)].mean():.3f} |"
        )
    print("\n| score | questions | answerable, each set and answer counting alike |")
    print("|---|---|---|")
    weights = balanced(names, labels)
    for low in np.arange(BINS) / BINS:
        there = (likely >= low) & (likely < low + 1 / BINS)
        if there.any():
            share = float((weights * labels)[there].sum() / weights[there].sum())
            print(f"| {low:.1f} to {low + 1 / BINS:.1f} | {there.sum()} | {share:.2f} |")


if __name__ == "__main__":
    main()
