"""Figures of a reader on groups of articles that it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from groups import Group

from rag.evaluate.overlap import token_f1
from rag.evaluate.statistics import auroc
from rag.models.reader import PairEncoder, as_batch, best_span

WEIGHTS = (0.0, 0.1, 0.2, 0.4, 0.8)  # of the reader's probability beside our retrieval's score
READ = 10  # sentences of a question; all would take twice as long and tell the same


@dataclass(frozen=True, slots=True)
class Read:
    """A question as a reader sees it."""

    group: Group
    answers: npt.NDArray[np.float64]  # (candidates,) probability that each answers
    f1: float | None  # of the span in the right sentence; None where there is none


def evaluate_reader(
    model: torch.nn.Module, encoder: PairEncoder, groups: Sequence[Group]
) -> dict[str, float]:
    """Rank of the right sentence, F1 of its span, and answerability, by source of the question.

    Returns:
        ``SET_first@W``: share of questions whose right sentence comes first when W times the
        reader's probability is added to the retrieval's score; ``SET_f1``; ``SET_auroc`` of the
        best sentence's probability. ``selection`` is their mean, to stop by.
    """
    model.eval()
    read = [_read(model, encoder, group) for group in groups if group.candidates]
    figures: dict[str, float] = {}
    for source in sorted({one.group.source for one in read}):
        mine = [one for one in read if one.group.source == source]
        found = [one for one in mine if any(c.answers for c in one.group.candidates)]
        for weight in WEIGHTS:
            figures[f"{source}_first@{weight}"] = float(
                np.mean([_first(one, weight) for one in found])
            )
        spans = [one.f1 for one in mine if one.f1 is not None]
        if spans:
            figures[f"{source}_f1"] = float(np.mean(spans))
        labels = np.array([float(one.group.answerable) for one in mine])
        if 0 < labels.sum() < len(labels):
            best = np.array([float(one.answers.max()) for one in mine])
            figures[f"{source}_auroc"] = float(auroc(best, labels, np.ones((1, len(labels))))[0])
    chosen = [
        value for name, value in figures.items() if name.endswith(("first@0.2", "_f1", "_auroc"))
    ]
    figures["selection"] = float(np.mean(chosen))
    return {name: round(value, 4) for name, value in figures.items()}


def _first(one: Read, weight: float) -> bool:
    scores = np.array([candidate.score for candidate in one.group.candidates][: len(one.answers)])
    return one.group.candidates[int(np.argmax(scores + weight * one.answers))].answers


def _read(model: torch.nn.Module, encoder: PairEncoder, group: Group) -> Read:
    candidates = group.candidates[:READ]
    pairs = [encoder.encode(group.question, candidate) for candidate in candidates]
    tensors = {name: torch.from_numpy(array) for name, array in as_batch(pairs).items()}
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        begins, ends, answers = model(**tensors)
    f1 = None
    for row, candidate in enumerate(candidates):
        if candidate.answers and candidate.start >= 0:
            span, _ = best_span(begins[row].float().numpy(), ends[row].float().numpy(), pairs[row])
            found = candidate.text[span.start : span.end] if span else ""
            f1 = token_f1(found, candidate.text[candidate.start : candidate.end])
    return Read(group, torch.sigmoid(answers.float()).numpy(), f1)
