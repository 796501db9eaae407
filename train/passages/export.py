r"""Trained weights -> int8 ONNX, held against the original on questions never trained on.

    PYTHONPATH=train python -m passages.export --data WORK/data \
        --weights WORK/run/best.pt --out FOLDER

The mean of several runs' weights, which began alike, is better than either (Wortsman et al. 2022).
Prints how far the exported model is from the trained one, and how long it takes to read.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch
from export import mean_weights

from passages.batches import Rows
from passages.data import Asked, kept, read_asked, read_passages
from passages.encode import PASSAGE_TOKENS, Entry, PassageEncoder
from passages.graph import write_graph
from passages.measure import PASSAGES, drawn_for
from passages.model import PassageReader
from rag.models.embedder import model_folder
from rag.models.onnx import open_tokenizer, padded

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

WEIGHTS = "reader.onnx"
TIMED = 12  # passages of a question, of full length each
THREADS = 2


def feeds_of(ids: Sequence[Integers], firsts: Sequence[int]) -> dict[str, Integers]:
    """Rows of tokens as the graph takes them; the passage begins at ``firsts``."""
    rows = [row.tolist() for row in ids]
    segments = [
        [0] * first + [1] * (len(row) - first) for row, first in zip(rows, firsts, strict=True)
    ]
    return {
        "ids": padded(rows),
        "mask": padded([[1] * len(row) for row in rows]),
        "segments": padded(segments),
    }


def pooled(parts: Floats, sentence: Integers, *, whole: float) -> Floats:
    """Logits of the sentences of a passage, in their order.

    Args:
        parts: (k,) what the graph gives for the tokens of the passage.
        sentence: (k,) of each token, -1 for none.
        whole: What the graph gives for the passage.
    """
    inside = sentence >= 0
    numbers, owner = np.unique(sentence[inside], return_inverse=True)
    sums = np.bincount(owner, weights=parts[inside], minlength=len(numbers))
    means: Floats = (sums / np.bincount(owner, minlength=len(numbers)) + whole).astype(np.float32)
    return means


def scores(entries: Sequence[Entry], parts: Floats, whole: Floats) -> Floats:
    """Logits of all sentences of some rows, one row after the other."""
    return np.concatenate(
        [
            pooled(
                parts[n, entry.first : entry.first + len(entry.tokens.ids)],
                entry.tokens.sentence,
                whole=float(whole[n]),
            )
            for n, entry in enumerate(entries)
        ]
    )


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
        feeds = feeds_of([entry.ids for entry in entries], [entry.first for entry in entries])
        found = scores(entries, *session.run(["parts", "whole"], feeds))
        with torch.inference_mode():
            read = model(**{name: torch.from_numpy(array) for name, array in feeds.items()})
        expected = scores(entries, read.parts.numpy(), read.whole.numpy())
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
    feeds = feeds_of(list(ids), [20] * 4)
    times = []
    for _ in range(7):
        began = time.perf_counter()
        for _ in range(passages // 4):
            session.run(None, feeds)
        times.append((time.perf_counter() - began) * 1000)
    return round(float(np.median(times)), 1)


def main() -> None:
    """Export, compare, time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="where `passages.build` wrote")
    parser.add_argument("--weights", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    source = model_folder("bundled")
    model = PassageReader(source)
    model.load_state_dict(mean_weights(options.weights))
    model.eval()
    options.out.mkdir(parents=True, exist_ok=True)
    write_graph(model, options.out / WEIGHTS)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(
        str(options.out / WEIGHTS), settings, providers=["CPUExecutionProvider"]
    )
    passages = read_passages(options.data / "passages.jsonl.gz")
    asked = read_asked(options.data / "questions.jsonl.gz")
    unseen = drawn_for([one for one in asked if kept(one.source, one.article)], 0)[::6]
    rows = Rows(passages, PassageEncoder(open_tokenizer(source / "tokenizer.json")))
    about = differences(session, model, rows, unseen)
    about["megabytes"] = round((options.out / WEIGHTS).stat().st_size / 1e6, 1)
    for tokens in (180, 20 + PASSAGE_TOKENS):
        about[f"ms_{TIMED}_passages_of_{tokens}"] = milliseconds(
            session, passages=TIMED, tokens=tokens
        )
    print(json.dumps(about, indent=1))


if __name__ == "__main__":
    main()
