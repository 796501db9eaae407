"""train/graph: the exported reader says what the trained one says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from export import mean_weights
from graph import quantised, write_graph
from model import Reader
from transformers import BertConfig, BertModel

from rag.models.reader import as_batch


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A small reader with weights that nobody trained."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=200,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        initializer_range=0.3,
    )
    folder = tmp_path_factory.mktemp("encoder")
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return Reader(folder).eval()


@pytest.fixture(scope="module")
def session(
    trained: Reader, tmp_path_factory: pytest.TempPathFactory
) -> onnxruntime.InferenceSession:
    """The same, exported."""
    path = tmp_path_factory.mktemp("graph") / "reader.onnx"
    write_graph(trained, path)
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def some_batch(lengths: list[int]) -> dict[str, np.ndarray]:
    """Rows of tokens; the second half of each is the sentence that is asked about."""
    from rag.models.reader import Pair

    random = np.random.default_rng(7)
    pairs = [
        Pair(
            ids=tuple(random.integers(1, 200, length).tolist()),
            segments=tuple([0] * (length // 2) + [1] * (length - length // 2)),
            first=length // 2,
            places=tuple((n, n + 1) for n in range(length - length // 2 - 1)),
        )
        for length in lengths
    ]
    return as_batch(pairs)


def test_the_graph_follows_the_trained_reader(
    trained: Reader, session: onnxruntime.InferenceSession
) -> None:
    """Logits of all three heads, inside of the sentence, but for the rounding to int8."""
    batch = some_batch([9, 23, 40, 64])

    found = session.run(["begins", "ends", "answers"], batch)

    with torch.inference_mode():
        expected = trained(**{name: torch.from_numpy(array) for name, array in batch.items()})
    inside = (batch["segments"] * batch["mask"]).astype(bool)
    for heads, (mine, theirs) in enumerate(zip(found, expected, strict=True)):
        seen = theirs.numpy()
        if heads < 2:
            mine, seen = mine[inside], seen[inside]
        assert np.abs(mine - seen).max() < 0.1 * np.abs(seen).max()
        assert np.corrcoef(mine, seen)[0, 1] > 0.99


def test_a_sentence_is_read_the_same_in_any_company(
    session: onnxruntime.InferenceSession,
) -> None:
    """Neither the rows beside it nor the padding after it move a logit."""
    together = some_batch([9, 23, 40, 64])
    answers = session.run(["answers"], together)[0]

    for row, length in enumerate([9, 23, 40, 64]):
        alone = {name: array[row : row + 1, :length] for name, array in together.items()}
        assert session.run(["answers"], alone)[0][0] == pytest.approx(answers[row], abs=1e-5)


def test_weights_are_rounded_to_the_nearest_and_no_pair_can_overflow() -> None:
    """Two neighbours times 255 stay within 16 bits, for any weights."""
    random = np.random.default_rng(3)
    weight = random.normal(size=(64, 50)).astype(np.float32)
    weight[:2, 0] = 9.0, -9.0
    weight[:, 1] = 0

    values, scales = quantised(weight)

    assert np.abs(values * scales - weight).max() <= 0.5001 * scales.max()
    pairs = np.abs(values.astype(int)).reshape(32, 2, 50).sum(axis=1)
    assert pairs.max() * 255 <= 32_767


def test_the_mean_of_two_runs_lies_between_them(trained: Reader, tmp_path: Path) -> None:
    """Weight by weight; whole numbers stay as they are."""
    one = trained.state_dict()
    other = {name: value + 2 if value.is_floating_point() else value for name, value in one.items()}
    torch.save(one, tmp_path / "one.pt")
    torch.save(other, tmp_path / "other.pt")

    mean = mean_weights([tmp_path / "one.pt", tmp_path / "other.pt"])

    assert mean.keys() == one.keys()
    for name, value in one.items():
        expected = value + 1 if value.is_floating_point() else value
        assert torch.allclose(mean[name], expected)
