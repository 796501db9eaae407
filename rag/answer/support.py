"""How far a text supports a claim that is worded freely: a share of words, and no verdict."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.check import missing_names, missing_numbers
from rag.language.text import content_terms, plain

SENTENCES = 3  # of a text that a claim may draw on
UNKNOWN = 0.15  # what a number or name that the text lacks takes from a claim's support


def support(claim: str, sentences: Sequence[str]) -> float:
    """How far a text supports a claim, by words alone.

    The share of the claim's content words that the best `SENTENCES` sentences hold together, less
    `UNKNOWN` for each number and each name that the whole text lacks. Unlike `unsupported` of
    `rag.answer.check` it judges claims that are worded freely, and is often wrong about a single
    one.

    Args:
        claim: One sentence.
        sentences: Of the text.

    Returns:
        0 to 1.
    """
    wanted = set(content_terms(claim))
    there = [set(content_terms(sentence)) for sentence in sentences]
    held: set[str] = set()
    for _ in range(min(SENTENCES, len(there))):
        held |= max(there, key=lambda one: len((wanted - held) & one)) & wanted
    whole = plain(" ".join(sentences))
    unknown = len(missing_numbers(claim, whole)) + len(missing_names(claim, whole))
    return max(0.0, len(held) / len(wanted) - UNKNOWN * unknown) if wanted else 0.0
