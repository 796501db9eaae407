"""train/batches: every question once in a pass, in batches that fit."""

from __future__ import annotations

import random

import pytest
from batches import TOKENS, Entry, batches
from groups import Candidate, Group
from loss import loss_of, token_span

from rag.models.onnx import open_tokenizer
from rag.models.reader import PairEncoder, shipped_folder


@pytest.fixture(scope="module")
def encoder() -> PairEncoder:
    """The reader's tokens."""
    return PairEncoder(open_tokenizer(shipped_folder() / "tokenizer.json"))


def sentence(text: str, answer: str = "") -> Candidate:
    """A candidate; it answers where it is said with what."""
    start = text.index(answer) if answer else -1
    return Candidate(
        title="",
        before="",
        text=text,
        answers=bool(answer),
        start=start,
        end=start + len(answer) if answer else -1,
    )


def asked(n: int, *candidates: Candidate) -> Group:
    """The question of that number."""
    return Group(
        source="squad2",
        article="a",
        question=f"Question {n}?",
        answerable=any(one.answers for one in candidates),
        candidates=candidates,
    )


def test_every_question_is_read_once_with_its_right_sentence_and_some_wrong(
    encoder: PairEncoder,
) -> None:
    """Of five wrong sentences three are drawn, others in another pass."""
    wrong = [sentence(f"Wrong sentence {n}.") for n in range(5)]
    groups = [
        asked(n, sentence("It is " + "very " * n + "blue.", "blue"), *wrong) for n in range(60)
    ]

    passes = [list(batches(groups, encoder, random.Random(seed))) for seed in (1, 2)]

    for ready in passes:
        rows = [entries for batch in ready for entries in batch]
        assert len(rows) == 60
        assert sorted(len(entries) for entries in rows) == [4] * 60
        assert all(entries[0].candidate.answers for entries in rows)
        for batch in ready:
            lengths = [len(entry.pair.ids) for entries in batch for entry in entries]
            assert len(batch) == 1 or max(lengths) * len(lengths) <= TOKENS
    assert passes[0] != passes[1]


def test_a_question_without_an_answer_is_read_with_the_sentence_that_comes_nearest(
    encoder: PairEncoder,
) -> None:
    """That sentence is the one to learn from, so it is there in every pass."""
    group = asked(1, *(sentence(f"Wrong sentence {n}.") for n in range(9)))

    for seed in range(20):
        ((entries,),) = batches([group], encoder, random.Random(seed))
        assert entries[0].candidate.text == "Wrong sentence 0."


def test_the_span_to_learn_is_that_of_the_answer(encoder: PairEncoder) -> None:
    """The tokens from the first to the last that the answer touches; none beyond what is read."""
    long = "word " * 200
    for text, answer in (
        ("It was opened on 3 March 1921.", "3 March 1921"),
        (f"{long}1921.", "1921"),
        ("It was blue.", ""),
    ):
        candidate = sentence(text, answer)
        entry = Entry(encoder.encode("When?", candidate), candidate)
        span = token_span(entry)
        if answer == "3 March 1921":
            assert span is not None
            first, last = (place - entry.pair.first for place in span)
            assert text[entry.pair.places[first][0] : entry.pair.places[last][1]] == answer
        else:
            assert span is None


def test_the_loss_falls_when_the_reader_is_right(encoder: PairEncoder) -> None:
    """By hand: a model that is sure of what is true has next to no loss, its opposite much."""
    import torch

    group = asked(1, sentence("It is blue.", "blue"), sentence("It is old."))
    ((entries,),) = batches([group], encoder, random.Random(0))
    batch = [entries]

    def model(side: float) -> torch.nn.Module:
        class Sure(torch.nn.Module):
            def forward(
                self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor
            ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
                begins, ends = torch.zeros(ids.shape), torch.zeros(ids.shape)
                for row, entry in enumerate(entries):
                    first, last = token_span(entry) or (0, 0)
                    begins[row, first] = ends[row, last] = side * 20
                truth = [1.0 if entry.candidate.answers else -1.0 for entry in entries]
                return begins, ends, side * 20 * torch.tensor(truth)

        return Sure()

    assert float(loss_of(model(1), batch)) < 0.01
    assert float(loss_of(model(-1), batch)) > 40
