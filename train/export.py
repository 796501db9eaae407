r"""Trained weights -> int8 ONNX in the package, held against the original on unseen questions.

    python train/export.py --work train/work --out rag/models/weights --version 1
    python train/export.py --work train/work --weights one.pt other.pt \
        --out rag/models/weights --version 2

The mean of several runs' weights, which began alike, is better than either (Wortsman et al. 2022).
Prints how far the exported model is from the trained one, and writes the same into
``reader.json`` beside the weights.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from graph import write_graph
from groups import Group, held_out, read_groups
from model import Reader as Model

from rag.checksum import sha256_of
from rag.models.embedder import model_folder
from rag.models.onnx import open_tokenizer
from rag.models.reader import DESCRIPTION, TOKENIZER, WEIGHTS, PairEncoder, as_batch

COMPARED = 60  # questions, of which the first sentences are read
READ = 8
SETS = ("xquad_en", "squad2", "clapnq")


def differences(
    path: Path, model: Model, encoder: PairEncoder, groups: Sequence[Group]
) -> dict[str, float]:
    """How far an exported model is from the trained one on these questions.

    Returns:
        ``mean_gap`` and ``largest_gap`` of the probabilities that sentences answer; ``same_first``,
        the share of questions with the same best sentence.
    """
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    gaps: list[float] = []
    same: list[bool] = []
    for group in groups:
        arrays = as_batch([encoder.encode(group.question, one) for one in group.candidates[:READ]])
        found = torch.sigmoid(torch.from_numpy(session.run(["answers"], dict(arrays))[0])).numpy()
        with torch.inference_mode():
            tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
            expected = torch.sigmoid(model(**tensors)[2]).numpy()
        gaps += np.abs(found - expected).tolist()
        same.append(int(found.argmax()) == int(expected.argmax()))
    return {
        "mean_gap": round(float(np.mean(gaps)), 5),
        "largest_gap": round(float(np.max(gaps)), 5),
        "same_first": round(float(np.mean(same)), 4),
    }


def mean_weights(paths: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of some models' weights."""
    runs = [torch.load(path, weights_only=True) for path in paths]
    return {
        name: torch.stack([run[name].float() for run in runs]).mean(0)
        if first.is_floating_point()
        else first
        for name, first in runs[0].items()
    }


def main() -> None:
    """Export, quantise, compare, describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--weights", type=Path, nargs="+", help="best.pt of --work when left out")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", required=True)
    options = parser.parse_args()
    source = model_folder("bundled")
    model = Model(source)
    model.load_state_dict(mean_weights(options.weights or [options.work / "best.pt"]))
    model.eval()
    encoder = PairEncoder(open_tokenizer(source / "tokenizer.json"))
    unseen = [
        group
        for name in SETS
        for group in read_groups(options.work / f"{name}.jsonl")
        if held_out(group.article) and group.candidates
    ]
    compared = random.Random(0).sample(unseen, min(COMPARED, len(unseen)))
    options.out.mkdir(parents=True, exist_ok=True)
    write_graph(model, options.out / WEIGHTS)
    shutil.copy(source / "tokenizer.json", options.out / TOKENIZER)
    about = {
        "version": options.version,
        "sha256": {name: sha256_of(options.out / name) for name in (WEIGHTS, TOKENIZER)},
        "parity": differences(options.out / WEIGHTS, model, encoder, compared),
    }
    (options.out / DESCRIPTION).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(about, indent=1))


if __name__ == "__main__":
    main()
