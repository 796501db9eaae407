r"""Trained weights -> int8 ONNX, held against the original on questions never trained on.

    PYTHONPATH=train python -m passages.export --data WORK/data \
        --weights WORK/run/last.pt --out rag/models/weights --version 5

The mean of several runs' weights, which began alike, is better than either (Wortsman et al. 2022).
After the first, an exported reader will do as well: the one that a run began from.
Prints how far the exported model is from the trained one, and how long it takes to read, and writes
the same into ``reader.json`` beside the weights.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch

from passages.batches import Rows
from passages.data import Asked, kept, read_asked, read_passages
from passages.graph import products_of, read_graph, write_graph
from passages.measure import PASSAGES, drawn_for
from passages.model import PassageReader
from rag.checksum import sha256_of
from rag.models.embedder import model_folder
from rag.models.onnx import open_tokenizer
from rag.models.reader import (
    DESCRIPTION,
    PASSAGE_TOKENS,
    TOKENIZER,
    WEIGHTS,
    Entry,
    PassageEncoder,
    Tokens,
    as_batch,
    sentence_logits,
)

Floats = npt.NDArray[np.float32]

TIMED = 12  # passages of a question
THREADS = 2
LEARNED = 200  # questions of the training whose passages the weights are rounded for


def mean_weights(paths: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of some models' weights; an exported one has all but the frozen ones."""
    runs = [_weights(path) for path in paths]
    return {
        name: torch.stack([run[name].float() for run in runs if name in run]).mean(0)
        if first.is_floating_point()
        else first
        for name, first in runs[0].items()
    }


def _weights(path: Path) -> dict[str, torch.Tensor]:
    if path.suffix == ".onnx":
        return {name: torch.from_numpy(one) for name, one in read_graph(path).items()}
    found: dict[str, torch.Tensor] = torch.load(path, weights_only=True)
    return found


def logits(entries: Sequence[Entry], parts: Floats, whole: Floats) -> Floats:
    """Logits of all sentences of some rows, one row after the other."""
    found = [
        sentence_logits(
            parts[n, entry.first : entry.end], entry.tokens.sentence, whole=float(whole[n])
        )
        for n, entry in enumerate(entries)
    ]
    return np.array([one for row in found for one in row.values()], dtype=np.float32)


def differences(
    session: onnxruntime.InferenceSession, model: PassageReader, rows: Rows, asked: Sequence[Asked]
) -> dict[str, float]:
    """How far an exported model is from the trained one.

    Returns:
        ``mean_gap`` and ``largest_gap`` of the probabilities that sentences answer; ``same_first``,
        the share of questions with the same best sentence.
    """
    gaps: list[float] = []
    same: list[bool] = []
    for one in asked:
        entries = rows.entries(one.question, one.seen[:PASSAGES])
        batch = as_batch(entries)
        found = logits(entries, *session.run(["parts", "whole"], batch))
        with torch.inference_mode():
            read = model(**{name: torch.from_numpy(array) for name, array in batch.items()})
        expected = logits(entries, read.parts.numpy(), read.whole.numpy())
        gaps += np.abs(1 / (1 + np.exp(-found)) - 1 / (1 + np.exp(-expected))).tolist()
        same.append(int(found.argmax()) == int(expected.argmax()))
    return {
        "mean_gap": round(float(np.mean(gaps)), 5),
        "largest_gap": round(float(np.max(gaps)), 5),
        "same_first": round(float(np.mean(same)), 4),
    }


def milliseconds(session: onnxruntime.InferenceSession, *, passages: int, tokens: int) -> float:
    """The median time of seven to read so many rows of a length, four at once."""
    ids = np.random.default_rng(0).integers(1000, 20_000, (4, tokens))
    nothing = Tokens(ids=ids[0][:0], sentence=ids[0][:0], places=ids[:0])
    batch = as_batch([Entry(ids=row, first=20, tokens=nothing) for row in ids])
    times = []
    for _ in range(7):
        began = time.perf_counter()
        for _ in range(passages // 4):
            session.run(None, batch)
        times.append((time.perf_counter() - began) * 1000)
    return round(float(np.median(times)), 1)


def main() -> None:
    """Export, compare, time, describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="where `passages.build` wrote")
    parser.add_argument("--weights", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", required=True)
    options = parser.parse_args()
    source = model_folder("bundled")
    model = PassageReader(source)
    model.load_state_dict(mean_weights(options.weights))
    model.eval()
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / WEIGHTS
    shutil.copy(source / "tokenizer.json", options.out / TOKENIZER)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = THREADS
    passages = read_passages(options.data / "passages.jsonl.gz")
    asked = read_asked(options.data / "questions.jsonl.gz")
    unseen = drawn_for([one for one in asked if kept(one.source, one.article)], 0)[::6]
    rows = Rows(passages, PassageEncoder(open_tokenizer(source / "tokenizer.json")))
    trained = [one for one in asked if not kept(one.source, one.article)]
    learned = random.Random(0).sample(trained, LEARNED)
    read = (as_batch(rows.entries(one.question, one.seen[:PASSAGES])) for one in learned)
    write_graph(model, path, met=products_of(model, read))
    session = onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    about = {
        "version": options.version,
        "sha256": {name: sha256_of(options.out / name) for name in (WEIGHTS, TOKENIZER)},
        "parity": differences(session, model, rows, unseen),
    }
    (options.out / DESCRIPTION).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(about, indent=1))
    for tokens in (180, 20 + PASSAGE_TOKENS):
        taken = milliseconds(session, passages=TIMED, tokens=tokens)
        print(f"{TIMED} passages of {tokens} tokens: {taken} ms")


if __name__ == "__main__":
    main()
