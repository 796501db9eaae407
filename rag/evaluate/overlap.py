"""How much an answer has in common with reference answers written by people."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence

from rag.language.text import common_subsequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
# ASCII punctuation as in the official script, and the quotes and dashes that news has.
_PUNCTUATION = str.maketrans("", "", string.punctuation + "‘’“”„«»–—…")
_WORD = re.compile(r"[^\W_]+")


def best(measure: Callable[[str, str], float], answer: str, references: Sequence[str]) -> float:
    """The highest value of a measure over all references."""
    return max(measure(answer, reference) for reference in references)


def normalised(text: str) -> str:
    """The form in which SQuAD compares answers: no case, punctuation, articles or extra spaces."""
    bare = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def exact_match(answer: str, reference: str) -> float:
    """1 when both are the same once `normalised` (Rajpurkar et al. 2016)."""
    return float(normalised(answer) == normalised(reference))


def token_f1(answer: str, reference: str) -> float:
    """Harmonic mean of precision and recall over normalised tokens (Rajpurkar et al. 2016)."""
    left, right = normalised(answer).split(), normalised(reference).split()
    if not left or not right:
        return float(left == right)
    common = sum((Counter(left) & Counter(right)).values())
    return _f_measure(common, len(left), len(right))


def rouge_l(answer: str, reference: str) -> float:
    """ROUGE-L (Lin 2004): F-measure of the longest common subsequence of words, unstemmed."""
    left, right = (_WORD.findall(text.lower()) for text in (answer, reference))
    return _f_measure(common_subsequence(left, right), len(left), len(right))


def _f_measure(common: int, left: int, right: int) -> float:
    if not common:
        return 0.0
    precision, recall = common / left, common / right
    return 2 * precision * recall / (precision + recall)
