"""train/passages/graph: the exported passage reader says what the trained one says."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch
from passages.export import feeds_of, pooled
from passages.graph import write_graph
from passages.model import PassageReader, Read
from transformers import BertConfig, BertModel


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
    random = np.random.default_rng(7)
    ids = [random.integers(1, 200, length) for length in lengths]
    return feeds_of(ids, [length // 2 for length in lengths])


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


def test_sentences_are_the_means_of_their_tokens() -> None:
    """Held against a plain loop."""
    random = np.random.default_rng(3)
    parts = random.normal(size=12).astype(np.float32)
    sentence = np.array([0, 0, 0, -1, 1, 1, 2, 2, 2, 2, -1, 2])

    found = pooled(parts, sentence, whole=0.5)

    assert found == pytest.approx([parts[sentence == n].mean() + 0.5 for n in range(3)])
