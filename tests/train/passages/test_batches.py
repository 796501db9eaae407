"""train/passages/batches: every question once in a pass, and a pass goes on where it stopped."""

from __future__ import annotations

import pytest
import torch
from made_passages import HARBOUR, NONE, PASSAGES, WHEN, WHO, passage, words_of
from passages import batches as module
from passages.batches import TOKENS, Batch, Place, Rows, batches, collated, token_span
from passages.data import Asked, Seen
from passages.drawn import Drawn, Words

from rag.models.embedder import model_folder
from rag.models.onnx import open_tokenizer
from rag.models.reader import PassageEncoder

QUESTIONS: list[Asked] = [WHO, WHEN, NONE] * 40
WORDS = Words([])


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Rows over the passages of the tests."""
    return Rows(
        PASSAGES, PassageEncoder(open_tokenizer(model_folder("bundled") / "tokenizer.json"))
    )


def same(one: Batch, other: Batch) -> bool:
    """Whether two batches hold the same."""
    names = [name for name in Batch.__slots__]
    return all(torch.equal(getattr(one, name), getattr(other, name)) for name in names)


def test_a_pass_holds_every_question_in_batches_that_fit(rows: Rows) -> None:
    """Padding included; the share that is done grows to one."""
    found = list(batches(QUESTIONS, rows, WORDS, 1, Place()))

    assert sum(int(batch.question.max()) + 1 for _, _, batch in found) == len(QUESTIONS)
    assert all(batch.ids.numel() <= TOKENS for _, _, batch in found)
    shares = [share for _, share, _ in found]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_a_pass_goes_on_where_it_stopped(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    """From any place, what comes is what would have come."""
    monkeypatch.setattr(module, "BLOCK", 30)
    monkeypatch.setattr(module, "TOKENS", 600)
    whole = list(batches(QUESTIONS, rows, WORDS, 1, Place()))

    for done in (0, 3, len(whole) - 2):
        rest = list(batches(QUESTIONS, rows, WORDS, 1, whole[done][0]))
        assert len(rest) == len(whole) - done - 1
        assert all(same(a[2], b[2]) for a, b in zip(rest, whole[done + 1 :], strict=True))


def test_another_pass_draws_anew(rows: Rows) -> None:
    """Other company, other order."""
    [first, *_] = batches(QUESTIONS, rows, WORDS, 1, Place())
    [second, *_] = batches(QUESTIONS, rows, WORDS, 2, Place())

    assert not same(first[2], second[2])


def test_the_tensors_say_where_the_answer_is(rows: Rows) -> None:
    """Sentence, first and last token of it, and nothing in the other passage."""
    seen = (words_of(1, "Piet Kolk"), Seen(passage=2, unsure=(0,)))

    batch = collated([Drawn(question="Who?", seen=seen)], [rows.entries("Who?", seen)])

    assert batch.question.tolist() == [0, 0]
    assert batch.row.tolist() == [0, 0, 1, 1]
    assert batch.right.tolist() == [True, False, False, False]
    assert batch.unsure.tolist() == [False, False, True, False]
    tokenizer = open_tokenizer(model_folder("bundled") / "tokenizer.json")
    [(row, first)] = batch.begins.nonzero().tolist()
    [(_, last)] = batch.ends.nonzero().tolist()
    assert tokenizer.decode(batch.ids[row, first : last + 1].tolist()) == "piet kolk"
    assert (batch.sentence[row, first : last + 1] == 0).all()
    assert batch.sentence[batch.mask == 0].eq(-1).all()


def test_words_are_found_in_tokens(rows: Rows) -> None:
    """First and last token cover the words; what is cut off is not found."""
    tokens = rows.encoder.tokens(passage(HARBOUR))
    start = HARBOUR.index("Ada Moss")

    found = token_span(tokens, (start, start + 8))

    assert found is not None
    assert tokens.places[found[0], 0] == start
    assert tokens.places[found[1], 1] == start + 8
    assert token_span(tokens, (len(HARBOUR) - 3, len(HARBOUR) + 20)) is None
