"""Questions -> batches of rows, each a question with one passage, drawn anew for each pass."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from passages.data import Asked, Bounds, Passage, Seen, without
from passages.drawn import Drawn, Words, draw
from rag.models.onnx import padded
from rag.models.reader import Entry, PassageEncoder, Tokens

TOKENS = 4096  # of a batch, padding included
BLOCK = 600  # questions that are sorted by length together


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of some questions as tensors.

    n rows of t tokens, s sentences, q questions.
    """

    ids: torch.Tensor  # (n, t)
    mask: torch.Tensor  # (n, t)
    segments: torch.Tensor  # (n, t)
    question: torch.Tensor  # (n,) of each row
    sentence: torch.Tensor  # (n, t) number of each token's sentence among all; -1 for none
    row: torch.Tensor  # (s,) of each sentence
    right: torch.Tensor  # (s,) whether it answers
    unsure: torch.Tensor  # (s,) whether it may answer: no loss looks at it
    begins: torch.Tensor  # (n, t) whether words that answer begin at a token
    ends: torch.Tensor  # (n, t) whether they end there


@dataclass(frozen=True, slots=True)
class Place:
    """How far a pass has come."""

    block: int = 0
    batch: int = 0  # in the block


class Rows:
    """Makes the rows of questions; passages are cut into tokens once."""

    def __init__(self, passages: Sequence[Passage], encoder: PassageEncoder) -> None:
        """Over all passages."""
        self.passages = passages
        self.encoder = encoder
        self._tokens: dict[tuple[int, tuple[int, ...]], Tokens] = {}

    def entries(self, question: str, seen: Sequence[Seen]) -> list[Entry]:
        """A row for each passage."""
        return [
            self.encoder.entry(question, self.passages[one.passage].title, self._of(one))
            for one in seen
        ]

    def readable(self, seen: Sequence[Seen]) -> bool:
        """Whether a sentence that answers is among what is read, or none answers at all."""
        right = [one for one in seen if one.right]
        return not right or any(np.isin(self._of(one).sentence, one.right).any() for one in right)

    def _of(self, seen: Seen) -> Tokens:
        key = seen.passage, seen.without
        if key not in self._tokens:
            passage = self.passages[seen.passage]
            read = without(passage, seen.without) if seen.without else passage
            self._tokens[key] = self.encoder.tokens(read)
        return self._tokens[key]


def batches(
    questions: Sequence[Asked], rows: Rows, words: Words, seed: int, since: Place
) -> Iterator[tuple[Place, float, Batch]]:
    """One pass over the questions, those of like length together, in an order drawn anew.

    Args:
        questions: All of the pass.
        rows: Makes rows of them.
        words: Words that can be exchanged.
        seed: Of this pass.
        since: Where to go on.

    Yields:
        Where the pass stands once this batch is done, the share of it that is done by then, and
        the batch.
    """
    shuffled = random.Random(seed).sample(list(questions), len(questions))
    blocks = [shuffled[start : start + BLOCK] for start in range(0, len(shuffled), BLOCK)]
    for number in range(since.block, len(blocks)):
        random_ = random.Random(seed * 100_000 + number)
        drawn = [draw(one, rows.passages, words, random_) for one in blocks[number]]
        ready = _filled([one for one in drawn if rows.readable(one.seen)], rows)
        random_.shuffle(ready)
        first = since.batch if number == since.block else 0
        for n in range(first, len(ready)):
            done = (number + (n + 1) / len(ready)) / len(blocks)
            last = n + 1 == len(ready)
            yield Place(number + 1) if last else Place(number, n + 1), done, collated(*ready[n])


Filled = tuple[list[Drawn], list[list[Entry]]]


def _filled(drawn: Sequence[Drawn], rows: Rows) -> list[Filled]:
    """Questions of like length together, up to so many tokens."""
    ready: list[Filled] = []
    pairs = [(one, rows.entries(one.question, one.seen)) for one in drawn]
    for one, entries in sorted(pairs, key=lambda pair: _longest(pair[1])):
        if ready:
            count = sum(map(len, ready[-1][1])) + len(entries)
            if count * _longest(entries) <= TOKENS:
                ready[-1][0].append(one)
                ready[-1][1].append(entries)
                continue
        ready.append(([one], [entries]))
    return ready


def _longest(entries: Sequence[Entry]) -> int:
    return max(len(entry.ids) for entry in entries)


def collated(drawn: Sequence[Drawn], entries: Sequence[Sequence[Entry]]) -> Batch:
    """The tensors of some questions with their rows."""
    flat = [entry for group in entries for entry in group]
    seen = [one for group in drawn for one in group.seen]
    ids = padded([entry.ids.tolist() for entry in flat])
    shape = ids.shape
    sentence = np.full(shape, -1, dtype=np.int64)
    mask, segments = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    begins, ends = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    row: list[int] = []
    right: list[bool] = []
    unsure: list[bool] = []
    for n, (entry, one) in enumerate(zip(flat, seen, strict=True)):
        mask[n, : len(entry.ids)] = 1
        segments[n, entry.first : len(entry.ids)] = 1
        owner = entry.tokens.sentence
        numbers = np.unique(owner[owner >= 0])  # sorted
        inside = np.searchsorted(numbers, owner) + len(row)
        end = entry.first + len(owner)
        sentence[n, entry.first : end] = np.where(owner >= 0, inside, -1)
        row += [n] * len(numbers)
        right += [int(number) in one.right for number in numbers]
        unsure += [int(number) in one.unsure for number in numbers]
        for span in one.spans:
            if found := token_span(entry.tokens, span):
                begins[n, entry.first + found[0]] = True
                ends[n, entry.first + found[1]] = True
    question = [q for q, group in enumerate(entries) for _ in group]
    return Batch(
        ids=torch.from_numpy(ids),
        mask=torch.from_numpy(mask),
        segments=torch.from_numpy(segments),
        question=torch.tensor(question),
        sentence=torch.from_numpy(sentence),
        row=torch.tensor(row),
        right=torch.tensor(right),
        unsure=torch.tensor(unsure),
        begins=torch.from_numpy(begins),
        ends=torch.from_numpy(ends),
    )


def token_span(tokens: Tokens, span: Bounds) -> tuple[int, int] | None:
    """First and last token of some words of a passage; None where they are not read in full."""
    inside = np.flatnonzero((tokens.places[:, 0] < span[1]) & (tokens.places[:, 1] > span[0]))
    if not len(inside) or tokens.places[inside[-1], 1] < span[1]:
        return None
    return int(inside[0]), int(inside[-1])
