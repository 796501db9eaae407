"""Weights of what the checker says and of the other signs -> ``rag/models/weights/checker.json``.

    PYTHONPATH=train python -m checker.combine --data ../shared

A logistic regression on the hand-written claims whose articles were kept from training, with the
checker as it is shipped. The line is where at most four in a hundred of their wrong claims pass, by
predictions for articles that were left out of the fit in turn.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from checker.data import Pair, read_claims
from checker.train import figures
from rag.answer.check import check, failure
from rag.answer.signs import signs
from rag.answer.verdict import LEARNED
from rag.config import Settings
from rag.models.checker import ADAPTER, DESCRIPTION, Checker, Cited
from rag.models.shipped import shipped_folder

WRONG = 0.04  # share of wrong claims that may pass
FOLDS = 10
PENALTY = 0.3  # inverse of its strength


def cited(pair: Pair) -> Cited:
    """What a pair's claim cites."""
    return Cited(evidence=pair.evidence, before=pair.before, title=pair.title)


def features(pairs: Sequence[Pair], checker: Checker) -> tuple[list[str], np.ndarray]:
    """Names of the signs, and (n, signs) of each pair."""
    rows = []
    for pair in pairs:
        [logit] = checker.follows([pair.claim], cited(pair))
        rows.append({LEARNED: logit, **signs(pair.claim, cited(pair))})
    return list(rows[0]), np.array([list(row.values()) for row in rows])


def main() -> None:
    """Fit, print the figures, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--folder", type=Path, default=shipped_folder())
    options = parser.parse_args()
    path = options.data / "data" / "train" / "claims.jsonl"
    pairs = [pair for pair in read_claims(path) if pair.kept]
    description = options.folder / DESCRIPTION
    adapter = (options.folder / ADAPTER).read_bytes()
    sha256 = {ADAPTER: hashlib.sha256(adapter).hexdigest()}
    description.write_text(json.dumps({"sha256": sha256}), encoding="utf-8")
    names, found = features(pairs, Checker(options.folder, cache=Settings().cache))
    right = np.array([pair.follows for pair in pairs])
    vetoed = np.array([failure(check(one.claim, cited(one))) is not None for one in pairs])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY))
    groups = [pair.group for pair in pairs]
    told = cross_val_predict(
        model, found, right, groups=groups, cv=GroupKFold(FOLDS), method="decision_function"
    )
    print("checker alone", figures(found[:, 0], pairs))
    print("weighed", figures(told, pairs))
    told = np.where(vetoed, -50, told)
    print("weighed, with vetoes", figures(told, pairs), f"vetoed {vetoed[right].mean():.3f}")
    line = 1 / (1 + np.exp(-np.quantile(told[~right], 1 - WRONG)))
    model.fit(found, right)
    scaler, last = model[0], model[-1]
    weights = last.coef_[0] / scaler.scale_
    bias = float(last.intercept_[0] - (weights * scaler.mean_).sum())
    about = {
        "version": options.version,
        "sha256": sha256,
        "bias": round(bias, 4),
        "weights": {name: round(float(one), 4) for name, one in zip(names, weights, strict=True)},
        "line": round(float(line), 4),
    }
    text = json.dumps(about, indent=2) + "\n"
    description.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
