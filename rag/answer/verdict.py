"""Claims + what they cite -> whether each follows, with a probability.

The rungs of `rag.answer.check` are vetoes. For what passes them, the odds of the learned checker
count, made a probability (Platt 1999) by the numbers in ``checker.json`` beside its weights
(`train/checker/calibrate.py`, docs/checker.md). The line was set where at most four in a hundred
subtly wrong claims pass, of those that were kept from training; of others, more do.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rag.answer.check import check, failure
from rag.domain import Rung
from rag.errors import ModelError
from rag.language.text import plain, words
from rag.models.checker import DESCRIPTION, Cited, Later
from rag.models.shipped import shipped_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of a claim."""

    rungs: tuple[Rung, ...]
    support: float  # how likely all of it follows, 0 to 1; 0 where that was not asked

    @property
    def why(self) -> str | None:
        """What is wrong; None where nothing is."""
        return failure(self.rungs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """From odds to a probability, and the line."""

    scale: float  # of the checker's logit
    bias: float
    line: float  # claims pass from this probability on

    def support(self, logit: float, *, vetoed: bool) -> float:
        """The probability that a claim follows; below the line where a rung does not hold."""
        total = self.scale * logit + self.bias
        likely = 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))
        return likely * self.line if vetoed else likely


@cache
def calibration() -> Calibration:
    """That of the checker which comes with the package.

    Raises:
        ModelError: Its file is absent or damaged.
    """
    path = shipped_folder() / DESCRIPTION
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        return Calibration(**about["calibration"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is damaged", hint="install rag again") from error


def judge(
    claims: Sequence[str], cited: Cited, checker: Later, *, vetoed_too: bool = False
) -> list[Judged]:
    """Judge claims that cite the same.

    Args:
        claims: One sentence each, without citation marks.
        cited: What they cite.
        checker: Opens the learned checker where a claim needs it; without one, only what repeats
            its evidence passes.
        vetoed_too: Ask it about claims that fail anyhow, for their probability.

    Returns:
        What became of each, in their order.

    Raises:
        ModelError: The checker fails.
    """
    rungs = [(*check(claim, cited), _says_something(claim)) for claim in claims]
    vetoed = [failure(one) is not None for one in rungs]
    asked = [
        n
        for n, claim in enumerate(claims)
        if words(claim) and not _repeats(claim, cited) and (vetoed_too or not vetoed[n])
    ]
    opened = checker() if asked else None
    logits: dict[int, float] = {}
    if opened is not None:
        found = opened.follows([plain(claims[n]) for n in asked], cited)
        logits = dict(zip(asked, found, strict=True))
    judged = []
    for n, one in enumerate(rungs):
        if n in asked:
            judged.append(_weighed(one, logits.get(n), vetoed=vetoed[n]))
        else:
            judged.append(Judged(rungs=one, support=0.0 if vetoed[n] else 1.0))
    return judged


def _weighed(rungs: tuple[Rung, ...], logit: float | None, *, vetoed: bool) -> Judged:
    """What the checker says of a claim; None: there is none."""
    line = calibration().line
    support = 0.0 if logit is None else calibration().support(logit, vetoed=vetoed)
    below = f"{support:.2f} of {line:.2f}" if logit is not None else "no checker is at hand"
    told = Rung(
        name="follows",
        why="may not follow from what it cites",
        wrong=() if support >= line else (below,),
    )
    return Judged(rungs=(*rungs, told), support=support)


def _says_something(claim: str) -> Rung:
    wrong = () if words(claim) else (claim,)
    return Rung(name="empty", why="says nothing", wrong=wrong)


def _repeats(claim: str, cited: Cited) -> bool:
    """Whether a claim is one of its sentences, or all of them, word for word: nothing to judge."""
    said = words(plain(claim))
    return any(words(plain(one)) == said for one in (*cited.sentences, cited.evidence))
