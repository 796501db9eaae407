"""How often the answer string stands in the best evidence sentences, over a whole corpus."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.assistant import Assistant
from rag.config import Mode, Settings
from rag.text import fold, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceScore:
    """Shares of the answerable questions."""

    questions: int
    first: float  # the answer stands in the best sentence
    first_three: float  # in one of the best three


def score_evidence(gold: list[dict[str, Any]], *, index: Path, mode: Mode) -> EvidenceScore:
    """Search for every answerable question of a gold set.

    Args:
        gold: Questions as in a gold set.
        index: The index of its corpus.
        mode: Which searches take part.
    """
    asked = [item for item in gold if item["answerable"]]
    hits = {1: 0, 3: 0}
    with Assistant.open(index, settings=Settings(mode=mode, llm="none")) as assistant:
        for item in asked:
            answers = [fold(one) for fact in item["facts"] for one in fact["any_of"]]
            texts = [fold(plain(found.text)) for found in assistant.search(item["question"])[:3]]
            for k in hits:
                hits[k] += any(answer in text for text in texts[:k] for answer in answers)
    return EvidenceScore(
        questions=len(asked), first=hits[1] / len(asked), first_three=hits[3] / len(asked)
    )
