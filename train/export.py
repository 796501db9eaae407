"""Trained weights -> int8 ONNX in the package, held against the original on unseen questions.

    python train/export.py --work train/work --out rag/weights --version 1

Prints how far the exported models are from the trained one, and writes the same into
``reader.json`` beside the weights.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from groups import Group, held_out, read_groups
from model import Reader as Model
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

from rag.checksum import sha256_of
from rag.embed import model_folder
from rag.encoder import open_tokenizer
from rag.reader import DESCRIPTION, TOKENIZER, WEIGHTS, PairEncoder, as_batch

COMPARED = 60  # questions, of which the first sentences are read
READ = 8
SETS = ("xquad_en", "squad2", "clapnq")


def export(model: Model, path: Path) -> None:
    """Write the model as ONNX in float32."""
    sample = tuple(torch.ones((2, 16), dtype=torch.int64) for _ in range(3))
    rows, width = torch.export.Dim("rows", max=4096), torch.export.Dim("width", min=4, max=256)
    torch.onnx.export(
        model.eval(),
        args=sample,
        f=str(path),
        input_names=["ids", "mask", "segments"],
        output_names=["begins", "ends", "answers"],
        dynamic_shapes=({0: rows, 1: width},) * 3,
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def quantise(whole: Path, path: Path) -> None:
    """Weights as int8, one scale a column; activations are quantised as they come."""
    prepared = whole.with_name("prepared.onnx")
    quant_pre_process(str(whole), str(prepared), skip_symbolic_shape=True)
    quantize_dynamic(prepared, path, weight_type=QuantType.QInt8, per_channel=True)


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


def main() -> None:
    """Export, quantise, compare, describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", required=True)
    options = parser.parse_args()
    source = model_folder("bundled")
    model = Model(source)
    model.load_state_dict(torch.load(options.work / "best.pt", weights_only=True))
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
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float32.onnx"
        export(model, whole)
        quantise(whole, options.out / WEIGHTS)
        parity = {
            "float32": differences(whole, model, encoder, compared),
            "int8": differences(options.out / WEIGHTS, model, encoder, compared),
        }
    shutil.copy(source / "tokenizer.json", options.out / TOKENIZER)
    about = {
        "version": options.version,
        "sha256": {name: sha256_of(options.out / name) for name in (WEIGHTS, TOKENIZER)},
        "parity": parity,
    }
    (options.out / DESCRIPTION).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(about, indent=1))


if __name__ == "__main__":
    main()
