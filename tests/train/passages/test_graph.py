"""train/passages/graph: the exported passage reader says what the trained one says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from passages.export import mean_weights
from passages.graph import products_of, quantised, read_graph, write_graph
from passages.model import PassageReader, Read
from transformers import BertConfig, BertModel

from rag.models.reader import Entry, Tokens, as_batch


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> PassageReader:
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
    return PassageReader(folder).eval()


@pytest.fixture(scope="module")
def session(
    trained: PassageReader, tmp_path_factory: pytest.TempPathFactory
) -> onnxruntime.InferenceSession:
    """The same, exported."""
    path = tmp_path_factory.mktemp("graph") / "reader.onnx"
    write_graph(trained, path)
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def rows(lengths: list[int]) -> dict[str, np.ndarray]:
    """Rows of tokens; the second half of each is the passage."""
    random, none = np.random.default_rng(7), np.zeros((0, 2), dtype=np.int64)
    nothing = Tokens(ids=none[:, 0], sentence=none[:, 0], places=none)
    return as_batch(
        [
            Entry(ids=random.integers(1, 200, length), first=length // 2, tokens=nothing)
            for length in lengths
        ]
    )


def test_all_outputs_are_those_of_the_trained_reader(
    trained: PassageReader, session: onnxruntime.InferenceSession
) -> None:
    """By their names, as near as int8 comes; padding aside."""
    feeds = rows([30, 12, 21])
    with torch.inference_mode():
        expected = trained(**{name: torch.from_numpy(array) for name, array in feeds.items()})

    found = dict(zip(Read._fields, session.run(list(Read._fields), feeds), strict=True))

    there = feeds["mask"].astype(bool)
    for name, array in expected._asdict().items():
        ours, theirs = found[name], array.numpy()
        assert ours.shape == theirs.shape
        if ours.ndim == 2:
            ours, theirs = ours[there], theirs[there]
        assert ours == pytest.approx(theirs, abs=0.05 * float(np.abs(theirs).max()) + 0.02)


def test_a_row_is_read_the_same_whatever_stands_beside_it(
    session: onnxruntime.InferenceSession,
) -> None:
    """A batch is a matter of speed alone."""
    together, alone = rows([30, 12, 21]), rows([30])

    [batch] = session.run(["parts"], together)
    [single] = session.run(["parts"], alone)

    assert batch[0, :30] == pytest.approx(single[0], abs=1e-4)


def test_what_was_exported_can_be_trained_on(trained: PassageReader, tmp_path: Path) -> None:
    """All weights but the words' come back by their names, rounded as in the file."""
    write_graph(trained, tmp_path / "reader.onnx")

    found = read_graph(tmp_path / "reader.onnx")

    expected = {name: value.numpy() for name, value in trained.state_dict().items()}
    del expected["encoder.embeddings.word_embeddings.weight"]
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=0.02 * float(np.abs(value).max()))


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


def test_the_mean_of_two_runs_lies_between_them(trained: PassageReader, tmp_path: Path) -> None:
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


def test_an_exported_reader_takes_part_in_a_mean(trained: PassageReader, tmp_path: Path) -> None:
    """With all that it has: what it does not have is frozen, and the same in both."""
    write_graph(trained, tmp_path / "reader.onnx")
    torch.save(trained.state_dict(), tmp_path / "one.pt")
    exported = read_graph(tmp_path / "reader.onnx")

    mean = mean_weights([tmp_path / "one.pt", tmp_path / "reader.onnx"])

    for name, value in trained.state_dict().items():
        half = torch.from_numpy(exported[name]) if name in exported else value
        assert torch.allclose(mean[name].float(), (value.float() + half.float()) / 2)


def test_what_rounding_changes_is_made_good_in_the_rows_after() -> None:
    """For inputs that have much in common, the outputs stay nearer to what they were."""
    random = np.random.default_rng(3)
    shared = random.normal(size=(400, 4)) @ random.normal(size=(4, 32))
    inputs = (shared + 0.1 * random.normal(size=(400, 32))).astype(np.float32)
    weight = random.normal(size=(32, 16)).astype(np.float32)

    def missed(products: np.ndarray | None) -> float:
        values, scales = quantised(weight, products)
        pairs = np.abs(values.astype(int)).reshape(16, 2, -1).sum(axis=1)
        assert pairs.max() <= 128
        return float(np.square(inputs @ (values * scales - weight)).mean())

    assert missed(inputs.T @ inputs) < 0.5 * missed(None)


def test_the_products_are_of_what_each_linear_map_meets(trained: PassageReader) -> None:
    """One for every map of the encoder, as wide as its inputs, summed over all batches."""
    batch = rows([8, 12])
    once, twice = products_of(trained, [batch]), products_of(trained, [batch, batch])

    assert {len(one) for one in once.values()} == {32, 64}
    assert len(once) == 2 * 6
    assert all(np.allclose(2 * once[name], twice[name], rtol=1e-3) for name in once)
