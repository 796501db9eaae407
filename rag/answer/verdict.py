"""Claims + what they cite -> whether each follows, with a probability.

The rungs of `rag.answer.check` are vetoes. What passes them is weighed: what the learned checker
says, and the signs of `rag.answer.signs`, in a logistic regression. Its weights stand, readable, in
``checker.json`` beside the checker's own (`train/checker/combine.py`, docs/checker.md). The line
was set where at most four in a hundred subtly wrong claims pass.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag.answer.check import check, failure
from rag.answer.signs import signs
from rag.domain import Rung
from rag.errors import ModelError
from rag.language.text import plain, words
from rag.models.checker import DESCRIPTION, Cited, Later
from rag.models.shipped import shipped_folder

LEARNED = "checker"  # the name of what the learned checker says, among the signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of a claim."""

    rungs: tuple[Rung, ...]
    support: float  # how likely all of it follows, 0 to 1; 0 where a rung does not hold

    @property
    def why(self) -> str | None:
        """What is wrong; None where nothing is."""
        return failure(self.rungs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Of the signs, and the line."""

    bias: float
    of: Mapping[str, float]
    line: float  # claims pass from this probability on

    def support(self, found: Mapping[str, float]) -> float:
        """The probability that signs amount to, 0 to 1."""
        total = self.bias + sum(weight * found[name] for name, weight in self.of.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


@cache
def shipped_weights(folder: Path | None = None) -> Weights:
    """The weights that come with the package.

    Raises:
        ModelError: Their file is absent or damaged.
    """
    path = (folder or shipped_folder()) / DESCRIPTION
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        return Weights(bias=about["bias"], of=about["weights"], line=about["line"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is damaged", hint="install rag again") from error


def judge(claims: Sequence[str], cited: Cited, checker: Later) -> list[Judged]:
    """Judge claims that cite the same.

    Args:
        claims: One sentence each, without citation marks.
        cited: What they cite.
        checker: Opens the learned checker where a claim needs it; without one, only what repeats
            its evidence passes.

    Returns:
        What became of each, in their order.

    Raises:
        ModelError: The checker fails.
    """
    rungs = [check(claim, cited) for claim in claims]
    asked = [
        n
        for n, claim in enumerate(claims)
        if failure(rungs[n]) is None and words(claim) and not _repeats(claim, cited)
    ]
    logits: dict[int, float] = {}
    opened = checker() if asked else None
    if opened is not None:
        found = opened.follows([plain(claims[n]) for n in asked], cited)
        logits = dict(zip(asked, found, strict=True))
    return [_judged(claim, cited, rungs[n], logits.get(n)) for n, claim in enumerate(claims)]


def _judged(claim: str, cited: Cited, rungs: tuple[Rung, ...], logit: float | None) -> Judged:
    if not words(claim):
        nothing = Rung(name="follows", why="says nothing", wrong=(claim,))
        return Judged(rungs=(*rungs, nothing), support=0.0)
    if _repeats(claim, cited) and failure(rungs) is None:
        repeats = Rung(name="follows", why="may not follow from what it cites")
        return Judged(rungs=(*rungs, repeats), support=1.0)
    found: dict[str, float] = {}
    if failure(rungs) is not None:  # a veto holds, whatever the checker would say
        return Judged(rungs=rungs, support=0.0)
    if logit is None:
        support, wrong = 0.0, ["no checker is at hand"]
    else:
        weights = shipped_weights()
        found = {LEARNED: logit, **signs(claim, cited)}
        support = weights.support(found)
        wrong = [] if support >= weights.line else [f"{support:.2f} of {weights.line:.2f}"]
    told = Rung(
        name="follows",
        why="may not follow from what it cites",
        wrong=tuple(wrong),
        weighed=tuple(found.items()),
    )
    return Judged(rungs=(*rungs, told), support=support)


def _repeats(claim: str, cited: Cited) -> bool:
    """Whether a claim has the words of its evidence, all and in their order: nothing to judge."""
    return words(plain(claim)) == words(plain(cited.evidence))
