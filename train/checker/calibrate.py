"""The checker's odds -> a probability and a line: ``rag/models/weights/checker.json``.

    PYTHONPATH=train python -m checker.calibrate --data ../shared --version 1

A logistic regression (Platt 1999) on the hand-written claims whose articles were kept from
training, with the checker as it is shipped. The line is where at most four in a hundred of the
wrong claims pass that were written by people, in the middle between the two that it parts. The set
that a language model wrote is harder with every version, as what fails is written anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from itertools import groupby
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from checker.data import Pair, read_claims
from checker.train import BY_HAND, figures, kept
from checker.written import read_written
from rag.answer.check import check, failure
from rag.config import Settings
from rag.models.checker import ADAPTER, DESCRIPTION, Checker, Cited
from rag.models.shipped import shipped_folder

WRONG = 0.04  # share of wrong claims that may pass
BY_PEOPLE = "claims"  # the set
MOST = 1_500  # claims of each set
NEVER = -50.0  # a logit below all others


def cited(pair: Pair) -> Cited:
    """What a pair's claim cites."""
    return Cited(sentences=(pair.evidence,), before=pair.before, title=pair.title)


def main() -> None:
    """Fit, print the figures, write the description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--folder", type=Path, default=shipped_folder())
    options = parser.parse_args()
    path = options.data / "data" / "train" / "claims.jsonl"
    every = [*read_claims(path), *read_written(options.data)]
    pairs = kept(every, MOST)
    sources = np.array([pair.source for pair in pairs])
    about = {"version": options.version, "sha256": {ADAPTER: sha256(options.folder / ADAPTER)}}
    write(options.folder, about)
    checker = Checker(options.folder, cache=Settings().cache)
    logits = np.array(
        [
            logit
            for about, mine in groupby(pairs, cited)
            for logit in checker.follows([pair.claim for pair in mine], about)
        ]
    )
    right = np.array([pair.follows for pair in pairs])
    vetoed = np.array([failure(check(one.claim, cited(one))) is not None for one in pairs])
    model = LogisticRegression(C=1.0).fit(logits[:, None], right)
    scale, bias = (round(float(one), 4) for one in (model.coef_[0][0], model.intercept_[0]))
    passing = np.where(vetoed, NEVER, logits)
    for source in BY_HAND:
        here = sources == source
        mine = [pair for pair in pairs if pair.source == source]
        print(source, "by the checker alone", figures(logits[here], mine))
        print(source, "with vetoes", figures(passing[here], mine))
    fooled = np.sort(passing[~right & (sources == BY_PEOPLE)])[::-1]
    passes = int(WRONG * len(fooled))
    least = fooled[passes - 1 : passes + 1].mean()
    for name, one in (("faithful", right), ("wrong", ~right)):
        print(name, "vetoed", round(float(vetoed[one].mean()), 3))
        for source in BY_HAND:
            passed = passing[one & (sources == source)] > least
            print(name, "passed of", source, round(float(passed.mean()), 3))
    line = 1 / (1 + np.exp(-(scale * least + bias)))
    numbers = {"scale": scale, "bias": bias, "line": round(float(line), 4)}
    write(options.folder, {**about, "calibration": numbers})


def sha256(path: Path) -> str:
    """Of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(folder: Path, about: object) -> None:
    """The description, for people too."""
    (folder / DESCRIPTION).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
