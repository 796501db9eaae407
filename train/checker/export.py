"""Trained adapters -> a GGUF file that llama.cpp puts beside the bundled weights.

    PYTHONPATH=train python -m checker.export --adapters WORK/run/adapters.pt

Writes ``rag/models/weights/checker.gguf``.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import gguf
import numpy as np
import torch

from checker.model import RANK, SCALE
from rag.models.checker import ADAPTER
from rag.models.shipped import shipped_folder

HEADS, KEYS = 9, 3  # of SmolLM2-135M: its queries, and its keys and values
_NAMES = {
    "q_proj": "attn_q",
    "k_proj": "attn_k",
    "v_proj": "attn_v",
    "o_proj": "attn_output",
    "gate_proj": "ffn_gate",
    "up_proj": "ffn_up",
    "down_proj": "ffn_down",
}
_PLACE = re.compile(r"layers\.(?P<layer>\d+)\.\w+\.(?P<map>\w+)\.(?P<part>down|up)$")


def interleaved(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """The rows of a map to queries or keys as llama.cpp turns them: its pairs are neighbours."""
    return rows.reshape(heads, 2, -1, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)


def halved(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """The other way round."""
    return rows.reshape(heads, -1, 2, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)


def write_adapter(adapters: dict[str, torch.Tensor], path: Path) -> None:
    """Write adapters, in 16 bits.

    Args:
        adapters: By their names in `checker.model.Judge`.
        path: Where to.
    """
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", SCALE * RANK)
    for name, weight in sorted(adapters.items()):
        match = _PLACE.search(name)
        assert match is not None, name
        weight = weight.float()
        if match["part"] == "up" and match["map"] in {"q_proj", "k_proj"}:
            weight = interleaved(weight, HEADS if match["map"] == "q_proj" else KEYS)
        part = "lora_a" if match["part"] == "down" else "lora_b"
        tensor = f"blk.{match['layer']}.{_NAMES[match['map']]}.weight.{part}"
        writer.add_tensor(tensor, weight.half().contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read_adapter(path: Path) -> dict[str, torch.Tensor]:
    """Adapters as `write_adapter` wrote them, by their names in `checker.model.Judge`."""
    found = {}
    names = {ours: theirs for theirs, ours in _NAMES.items()}
    for tensor in gguf.GGUFReader(path).tensors:
        _, layer, name, _, part = tensor.name.split(".")
        weight = torch.from_numpy(np.array(tensor.data)).float()
        own = names[name]
        if part == "lora_b" and own in {"q_proj", "k_proj"}:
            weight = halved(weight, HEADS if own == "q_proj" else KEYS)
        room = "self_attn" if name.startswith("attn") else "mlp"
        side = "down" if part == "lora_a" else "up"
        found[f"encoder.layers.{layer}.{room}.{own}.{side}"] = weight
    return found


def main() -> None:
    """Export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapters", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=shipped_folder() / ADAPTER)
    options = parser.parse_args()
    write_adapter(torch.load(options.adapters, weights_only=True), options.out)


if __name__ == "__main__":
    main()
