"""train/passages: a small training learns, is measured, and goes on where it stopped."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import torch
from made_passages import NONE, PASSAGES, WHEN, WHO, asked
from passages import batches, train
from passages.batches import Rows
from passages.data import Asked, Seen, read_asked, read_passages, write_rows
from passages.drawn import Drawn
from passages.measure import measure
from passages.model import LAYER_DECAY, PassageReader, Read
from passages.train import Training, of_pass

from rag.models.embedder import model_folder
from rag.models.onnx import open_tokenizer
from rag.models.reader import PassageEncoder

QUESTIONS: list[Asked] = [WHO, WHEN, NONE] * 2


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Rows:
    """Rows in batches of a question or two, kept after each step."""
    monkeypatch.setattr(batches, "TOKENS", 100)
    monkeypatch.setattr(train, "SAVE_EVERY", 1)
    return Rows(
        PASSAGES, PassageEncoder(open_tokenizer(model_folder("bundled") / "tokenizer.json"))
    )


def test_a_training_goes_on_as_if_it_had_never_stopped(rows: Rows, tmp_path: Path) -> None:
    """The same weights to the last bit, whether or not it was stopped in the middle of a pass."""
    ends = []
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
        training = Training(tmp_path / name, passes=1)
        if name == "stopped":
            steps = itertools.count()
            learn = training.step

            def stop(batch: batches.Batch) -> float:
                if next(steps) == 2:  # noqa: B023 - called in this round of the loop only
                    raise KeyboardInterrupt
                return learn(batch)  # noqa: B023

            training.step = stop  # type: ignore[method-assign]
            with pytest.raises(KeyboardInterrupt):
                training.run(QUESTIONS, rows, [WHO, NONE], every=100)
            training = Training(tmp_path / name, passes=1)
        training.run(QUESTIONS, rows, [WHO, NONE], every=100)
        ends.append(training.averaged.module.state_dict())

    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])
    curves = [(tmp_path / name / "curve.jsonl").read_text() for name in ("whole", "stopped")]
    assert curves[0] == curves[1]
    assert json.loads(curves[0])["pass"] == 1


def test_a_training_learns_its_questions(rows: Rows, tmp_path: Path) -> None:
    """Asked for long enough, it finds the sentences and the words that it was shown."""
    training = Training(tmp_path, passes=1)
    shown = [Drawn(question=one.question, seen=one.seen) for one in (WHO, WHEN, NONE)]
    entries = [rows.entries(one.question, one.seen) for one in shown]
    training.state["done"] = train.WARMUP

    losses = [training.step(batches.collated(shown, entries)) for _ in range(25)]

    assert losses[-1] < losses[0] / 4
    figures = measure(training.model, rows, [WHO, WHEN])
    assert figures["made_first"] == figures["made_f1"] == 1


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Passages and questions, gzipped."""
    assert write_rows(PASSAGES, tmp_path / "p.jsonl.gz") == len(PASSAGES)
    write_rows(QUESTIONS, tmp_path / "q.jsonl.gz")

    assert read_passages(tmp_path / "p.jsonl.gz") == PASSAGES
    assert read_asked(tmp_path / "q.jsonl.gz") == QUESTIONS


def test_each_pass_takes_other_questions_of_a_large_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until all were asked, then again from the first; of other sets it takes all."""
    monkeypatch.setattr(train, "OF_PASS", {"qamr": 2})
    large = [asked(f"Who was number {n}?", source="qamr") for n in range(4)]

    passes = [of_pass([WHO, *large], nth) for nth in range(3)]

    assert all(one[0] == WHO and len(one) == 3 for one in passes)
    assert {one.question for one in passes[0][1:] + passes[1][1:]} == {o.question for o in large}
    assert passes[2] == passes[0]


def test_lower_layers_learn_more_slowly() -> None:
    """By the same share from each to the next; the vectors of words not at all."""
    model = PassageReader(model_folder("bundled"))

    *encoder, heads = model.parameter_groups(encoder=1.0, heads=5.0)

    assert [one["full"] for one in encoder] == pytest.approx([LAYER_DECAY**n for n in range(7)])
    assert heads["full"] == 5.0
    trained = sum(weight.numel() for one in [*encoder, heads] for weight in one["params"])
    words = model.encoder.embeddings.word_embeddings.weight.numel()
    assert trained == sum(weight.numel() for weight in model.parameters()) - words


def test_figures_of_a_reader_that_knows(rows: Rows) -> None:
    """A reader made to find one name is measured as finding it."""
    tokenizer = open_tokenizer(model_folder("bundled") / "tokenizer.json")
    first, *_, last = tokenizer.encode("Piet Kolk", add_special_tokens=False).ids

    class Knowing(torch.nn.Module):
        """Scores tokens by whether they are of that name."""

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor) -> Read:
            begins, ends = (ids == first) * 90.0, (ids == last) * 90.0
            zeros = torch.zeros(len(ids))
            return Read(begins, ends, begins, zeros - 3, zeros)

    vain = asked("What did the bishop eat?", Seen(passage=2))

    figures = measure(Knowing(), rows, [WHO, vain])

    assert figures["made_first"] == figures["made_f1"] == 1
    assert figures["made_sure"] == figures["made_best"] == 1
    assert figures["made_sure_vain"] == figures["made_best_vain"] == 1
