"""The trained passage reader -> an int8 ONNX graph of numbers for tokens and passages.

The layers are those of `graph.Graph`; only the heads differ. They are linear, so that the mean over
a sentence's tokens is taken outside: the graph knows nothing of sentences.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from graph import Graph
from onnx import helper

from passages.model import PassageReader

TOKEN_OUTPUTS = {"begins": ("span", 0), "ends": ("span", 1), "parts": ("part", 0)}  # (n, t) each
PASSAGE_OUTPUTS = {"whole": ("passage", 0), "nulls": ("passage", 1)}  # (n,) each


def write_graph(model: PassageReader, path: Path) -> None:
    """Write a passage reader as ONNX.

    Its inputs are ids, mask and segments, (n, t) each; its outputs are those of
    `PassageReader.forward`, by the names of `passages.model.Read`.
    """
    weights = {name: value.float().numpy() for name, value in model.state_dict().items()}
    config: Any = model.encoder.config
    graph = PassageGraph(weights, heads=config.num_attention_heads, eps=config.layer_norm_eps)
    hidden = graph.embedded()
    for layer in range(config.num_hidden_layers):
        hidden = graph.layer(f"encoder.encoder.layer.{layer}", hidden)
    graph.heads_of(hidden)
    onnx.save(graph.model(), str(path))


class PassageGraph(Graph):
    """Operators of the passage reader."""

    def heads_of(self, hidden: str) -> None:
        """The outputs, in float."""
        hidden = self.add("Reshape", hidden, self.whole)
        first = self.add("Gather", hidden, self.constant("begin", np.int64(0)), axis=1)
        for output, (head, row) in {**TOKEN_OUTPUTS, **PASSAGE_OUTPUTS}.items():
            vector = self.constant(output + ".weight", self.weights[f"{head}.weight"][row])
            bias = self.constant(output + ".bias", self.weights[f"{head}.bias"][row])
            seen = hidden if output in TOKEN_OUTPUTS else first
            self.nodes.append(
                helper.make_node("Add", [self.add("MatMul", seen, vector), bias], [output])
            )

    def outputs(self) -> dict[str, list[str]]:
        """The shapes of the outputs by their names."""
        tokens = {name: ["n", "t"] for name in TOKEN_OUTPUTS}
        return tokens | {name: ["n"] for name in PASSAGE_OUTPUTS}
