"""What the reader is trained to do: tell whether a sentence answers, which best, and where."""

from __future__ import annotations

import torch
from batches import Batch, Entry

from rag.models.reader import as_batch

NO_ANSWER_WEIGHT = 0.2  # of the span of a sentence that does not answer, beside one that does


def loss_of(model: torch.nn.Module, batch: Batch) -> torch.Tensor:
    """Answer, ranking and span loss of a batch, added up."""
    entries = [entry for group in batch for entry in group]
    arrays = as_batch([entry.pair for entry in entries])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        begins, ends, answers = model(
            **{name: torch.from_numpy(array) for name, array in arrays.items()}
        )
    answers = answers.float()
    labels = torch.tensor([float(entry.candidate.answers) for entry in entries])
    return (
        torch.nn.functional.binary_cross_entropy_with_logits(answers, labels)
        + _ranking(answers, batch)
        + _span(begins.float(), ends.float(), entries)
    )


def _ranking(answers: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Cross-entropy of the right sentence among those of its question (listwise)."""
    losses: list[torch.Tensor] = []
    row = 0
    for group in batch:
        scores = answers[row : row + len(group)]
        right = [n for n, entry in enumerate(group) if entry.candidate.answers]
        if right and len(group) > 1:
            losses.append(torch.logsumexp(scores, 0) - scores[right[0]])
        row += len(group)
    return torch.stack(losses).mean() if losses else answers.new_zeros(())


def _span(begins: torch.Tensor, ends: torch.Tensor, entries: list[Entry]) -> torch.Tensor:
    """Cross-entropy of the answer's first and last token; the first of all means no answer."""
    rows: list[int] = []
    spans: list[tuple[int, int]] = []
    for row, entry in enumerate(entries):
        span = token_span(entry)
        if span is None and entry.candidate.answers:
            continue  # it answers without a span, or beyond what is read
        rows.append(row)
        spans.append(span or (0, 0))
    if not rows:
        return begins.new_zeros(())
    weights = torch.tensor([1.0 if last else NO_ANSWER_WEIGHT for _, last in spans])
    targets = torch.tensor(spans)
    losses = [
        torch.nn.functional.cross_entropy(logits[rows], targets[:, side], reduction="none")
        for side, logits in enumerate((begins, ends))
    ]
    return ((losses[0] + losses[1]) * weights).sum() / weights.sum()


def token_span(entry: Entry) -> tuple[int, int] | None:
    """First and last token of the answer; None when it lies outside of what is read."""
    pair, candidate = entry.pair, entry.candidate
    inside = [
        place
        for place, (start, end) in enumerate(pair.places)
        if start < candidate.end and candidate.start < end
    ]
    if candidate.start < 0 or not inside:
        return None
    return pair.first + inside[0], pair.first + inside[-1]
