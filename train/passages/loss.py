"""What the passage reader is trained to do: tell which sentence answers, whether, and where.

All passages of a question share one softmax (Clark and Gardner 2018), in which "none of it" takes
part. Several right sentences, or words, count together: what their probabilities add up to.
"""

from __future__ import annotations

import torch

from passages.batches import Batch
from passages.model import Read
from rag.models.reader import RIGHT_WEIGHT

NULL_WEIGHT = 0.2  # of a question without an answer, beside one with, in `span_loss`


def loss_of(read: Read, batch: Batch) -> torch.Tensor:
    """All losses of a batch, added up."""
    scores = sentence_scores(read, batch)
    return (
        question_loss(scores, read.nulls, batch)
        + sentence_loss(scores, batch)
        + span_loss(read.begins, batch.begins, batch)
        + span_loss(read.ends, batch.ends, batch)
    )


def sentence_scores(read: Read, batch: Batch) -> torch.Tensor:
    """(s,) logits of sentences: the mean over their tokens, and what their passage adds."""
    inside = batch.sentence >= 0
    numbers = batch.sentence[inside]
    zeros = read.parts.new_zeros(len(batch.row))
    sums = zeros.index_add(0, numbers, read.parts[inside])
    counts = zeros.index_add(0, numbers, torch.ones_like(numbers, dtype=zeros.dtype))
    return sums / counts + read.whole[batch.row]


def question_loss(scores: torch.Tensor, nulls: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Cross-entropy of the right sentences among all of a question, or of none.

    Args:
        scores: (s,) logits of sentences.
        nulls: (n,) logits that nothing of a row answers. A question counts their mean, as
            probabilities, so that it tells nothing how many passages there are.
        batch: What they are of.
    """
    asked = batch.question[batch.row]  # (s,)
    losses = []
    for number in range(int(batch.question.max()) + 1):
        none = mean_of_exp(nulls[batch.question == number])
        mine = (asked == number) & ~batch.unsure
        right = mine & batch.right
        every = torch.cat([scores[mine], none[None]])
        target = torch.logsumexp(scores[right], 0) if right.any() else none
        losses.append(torch.logsumexp(every, 0) - target)
    return torch.stack(losses).mean()


def sentence_loss(scores: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Whether each sentence answers, by itself."""
    labels = batch.right.to(scores.dtype)
    weights = torch.where(batch.right, RIGHT_WEIGHT, 1.0) * ~batch.unsure
    losses = torch.nn.functional.binary_cross_entropy_with_logits(scores, labels, reduction="none")
    return (losses * weights).sum() / weights.sum().clamp(min=1)


def span_loss(logits: torch.Tensor, targets: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Cross-entropy of one end of the words that answer, among all tokens of a question.

    A question whose sentences answer without words to point at has no loss.

    Args:
        logits: (n, t), of which the first token stands for "nowhere".
        targets: (n, t) where the words begin, or end.
        batch: What they are of.
    """
    known = torch.zeros(len(batch.row) + 1, dtype=torch.bool)  # one more, for tokens of none
    known[:-1] = ~batch.unsure
    free = known[batch.sentence]  # (n, t)
    answered = set(batch.question[batch.row[batch.right]].tolist())
    losses, weights = [], []
    for number in range(int(batch.question.max()) + 1):
        rows = batch.question == number
        none = mean_of_exp(logits[rows, 0])
        found = targets[rows]
        if number in answered and not found.any():
            continue
        every = torch.cat([logits[rows][free[rows] | found], none[None]])
        target = torch.logsumexp(logits[rows][found], 0) if found.any() else none
        losses.append(torch.logsumexp(every, 0) - target)
        weights.append(1.0 if found.any() else NULL_WEIGHT)
    if not losses:
        return logits.new_zeros(())
    shares = logits.new_tensor(weights)
    return (torch.stack(losses) * shares).sum() / shares.sum()


def mean_of_exp(logits: torch.Tensor) -> torch.Tensor:
    """The logit of the mean of what some logits stand for."""
    return torch.logsumexp(logits, 0) - torch.log(logits.new_tensor(float(len(logits))))
