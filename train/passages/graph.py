"""The trained reader -> an int8 ONNX graph in which every token has a scale of its own.

Its outputs are numbers for tokens and passages. The heads are linear, so that the mean over a
sentence's tokens is taken outside: the graph knows nothing of sentences.

Written out operator by operator. A general quantiser gives all activations of a batch one scale:
the reading of a sentence then hangs on the sentences beside it, and one outlier costs all others
their precision. Here a token has its scale (Yao et al. 2022, ZeroQuant), and so has a column of the
weights. The operators beyond the standard are onnxruntime's own for encoders of BERT's kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from passages.model import PassageReader

OPSET = 21
GELU_LEAST = -0.17  # the least value of the Gaussian error linear unit, -0.16997, rounded down
TOKEN_OUTPUTS = {"begins": ("span", 0), "ends": ("span", 1), "parts": ("part", 0)}  # (n, t) each
PASSAGE_OUTPUTS = {"whole": ("passage", 0), "nulls": ("passage", 1)}  # (n,) each
ATTENDING = ("query", "key", "value")
Floats = npt.NDArray[np.float32]
EMPTY: Mapping[str, Floats] = MappingProxyType({})
DAMPED = (
    0.01  # of the mean square of the inputs, added to each, so that the products can be inverted
)


def write_graph(model: PassageReader, path: Path, *, met: Mapping[str, Floats] = EMPTY) -> None:
    """Write a passage reader as ONNX.

    Its inputs are ids, mask and segments, (n, t) each; its outputs are those of
    `PassageReader.forward`, by the names of `passages.model.Read`.

    Args:
        model: The trained reader.
        path: Of the file.
        met: What linear maps meet, see `products_of`: their weights are rounded for that.
    """
    weights = {name: value.float().numpy() for name, value in model.state_dict().items()}
    config: Any = model.encoder.config
    graph = Graph(weights, met=met, heads=config.num_attention_heads, eps=config.layer_norm_eps)
    hidden = graph.embedded()
    for layer in range(config.num_hidden_layers):
        hidden = graph.layer(f"encoder.encoder.layer.{layer}", hidden)
    graph.heads_of(hidden)
    onnx.save(graph.model(), str(path))


def products_of(
    model: PassageReader, batches: Iterable[Mapping[str, npt.NDArray[np.int64]]]
) -> dict[str, Floats]:
    """For each linear map of the encoder, (k, k): the products of its k inputs, added up.

    Args:
        model: The trained reader.
        batches: What it reads, as `rag.models.reader.as_batch` makes it.
    """
    found: dict[str, Floats] = {}

    def watch(name: str) -> Callable[..., None]:
        def add(module: torch.nn.Module, given: tuple[torch.Tensor, ...]) -> None:
            rows = given[0].reshape(-1, given[0].shape[-1]).numpy()
            found[name] = found.get(name, 0) + rows.T @ rows

        return add

    hooks = [
        module.register_forward_pre_hook(watch(name))
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and name.startswith("encoder.")
    ]
    with torch.inference_mode():
        for batch in batches:
            model(**{name: torch.from_numpy(array) for name, array in batch.items()})
    for hook in hooks:
        hook.remove()
    return found


def quantised(
    weight: Floats, products: Floats | None = None
) -> tuple[npt.NDArray[np.int8], Floats]:
    """Weights as int8, with the scale of each column.

    Neighbours of a column add up to 128 at most: processors without VNNI add two products of an
    activation (0 to 255) and a weight in 16 bits, and would cut larger ones off without a word.

    Args:
        weight: (k, n), k even.
        products: (k, k) of its inputs, added up. With them, what rounding a row changes in the
            outputs is made good in the rows after it (Frantar et al. 2022, GPTQ).

    Returns:
        (k, n) and (n,); their product is the weight, rounded.
    """
    pairs = np.abs(weight).reshape(len(weight) // 2, 2, -1).sum(axis=1)  # (k / 2, n)
    scales = np.maximum(pairs.max(axis=0), 1e-12) / 127  # one less: both of a pair may round up
    if products is None:
        values = np.clip(np.rint(weight / scales), -127, 127)
        return values.astype(np.int8), scales.astype(np.float32)
    damped = products.astype(np.float64)
    damped += DAMPED * np.trace(damped) / len(damped) * np.eye(len(damped))
    passed_on = np.linalg.cholesky(np.linalg.inv(damped)).T  # upper triangle
    left, values = weight.astype(np.float64), np.zeros_like(weight)
    for row in range(len(left)):
        most = 127 if row % 2 == 0 else np.minimum(127, 128 - np.abs(values[row - 1]))
        values[row] = np.clip(np.rint(left[row] / scales), -most, most)
        missed = (left[row] - values[row] * scales) / passed_on[row, row]
        left[row + 1 :] -= np.outer(passed_on[row, row + 1 :], missed)
    return values.astype(np.int8), scales.astype(np.float32)


def read_graph(path: Path) -> dict[str, Floats]:
    """The weights of a graph that `write_graph` wrote, by their names in a `PassageReader`.

    Rounded as they are there. The vectors of words are left out: the encoder has them unrounded.
    """
    found = {one.name: numpy_helper.to_array(one) for one in onnx.load(str(path)).graph.initializer}
    weights = {name: value for name, value in found.items() if name.startswith("encoder.")}
    for name in [name for name in weights if name.endswith(".int8")]:
        layer = name.removesuffix(".int8")
        columns = weights.pop(f"{layer}.scales")
        weights[f"{layer}.weight"] = (weights.pop(name) * columns).T
    for name in [name for name in weights if name.endswith(".biases")]:
        layer = name.removesuffix(".attention.biases")
        for part, bias in zip(ATTENDING, np.split(weights.pop(name), 3), strict=True):
            weights[f"{layer}.attention.self.{part}.bias"] = bias
    heads: dict[str, list[str]] = {}
    for output, (head, _) in {**TOKEN_OUTPUTS, **PASSAGE_OUTPUTS}.items():
        heads.setdefault(head, []).append(output)
    for head, outputs in heads.items():
        for kind in ("weight", "bias"):
            weights[f"{head}.{kind}"] = np.stack([found[f"{output}.{kind}"] for output in outputs])
    return {name: np.array(value, dtype=np.float32) for name, value in weights.items()}


class Small(NamedTuple):
    """Activations as integers from 0 to 255."""

    values: str  # (rows, k)
    scale: str  # (rows, 1)
    zero: str  # the integer that stands for nought


class Graph:
    """Operators and constants, one after another. Hidden states are (n * t, d) between layers."""

    def __init__(
        self, weights: dict[str, Floats], *, met: Mapping[str, Floats], heads: int, eps: float
    ) -> None:
        """Begin with the shapes that all layers need."""
        self.weights, self.met, self.heads, self.eps = weights, met, heads, eps
        self.width = weights["encoder.embeddings.LayerNorm.weight"].shape[0]
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}
        width = self.constant("width", [self.width])
        self.whole = self.add("Concat", self.add("Shape", "ids"), width, axis=0)
        self.flat = self.constant("flat", [-1, self.width])
        self.kept = self.add("Cast", "mask", to=TensorProto.INT32)

    def add(self, kind: str, *inputs: str, own: bool = False, **settings: Any) -> str:
        """An operator, of onnxruntime's ``own`` or the standard; returns the name of its output."""
        output = f"{kind}_{len(self.nodes)}"
        domain = "com.microsoft" if own else ""
        node = helper.make_node(kind, inputs, [output], output, domain=domain, **settings)
        self.nodes.append(node)
        return output

    def constant(self, name: str, value: Any) -> str:
        """A constant; returns its name."""
        self.constants[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def weight(self, name: str) -> str:
        """A trained array as it is; returns its name."""
        return self.constant(name, self.weights[name])

    def embedded(self) -> str:
        """Words, places and segments, added up."""
        prefix = "encoder.embeddings"
        values, scales = quantised(self.weights[f"{prefix}.word_embeddings.weight"].T)
        words = self.add("Gather", self.constant("words", values.T.copy()), "ids")
        scale = self.add("Gather", self.constant("word_scales", scales[:, None]), "ids")
        words = self.add("Mul", self.add("Cast", words, to=TensorProto.FLOAT), scale)
        first, axis = self.constant("first", [0]), self.constant("axis", [0])
        length = self.add("Shape", "ids", start=1, end=2)
        table = self.weight(f"{prefix}.position_embeddings.weight")
        places = self.add("Slice", table, first, length, axis)  # (t, d)
        kinds = self.weight(f"{prefix}.token_type_embeddings.weight")
        found = self.add(
            "Add", self.add("Add", words, self.add("Gather", kinds, "segments")), places
        )
        norm = [self.weight(f"{prefix}.LayerNorm.{part}") for part in ("weight", "bias")]
        found = self.add("LayerNormalization", found, *norm, epsilon=self.eps)
        return self.add("Reshape", found, self.flat)

    def layer(self, prefix: str, hidden: str) -> str:
        """Attention, then two linear maps; both are added to what came in."""
        small = self.small(hidden)
        parts = [f"{prefix}.attention.self.{part}" for part in ATTENDING]
        biases = np.concatenate([self.weights[f"{part}.bias"] for part in parts])
        attended = self.add(
            "MultiHeadAttention",
            *(self.add("Reshape", self.linear(part, small), self.whole) for part in parts),
            self.constant(f"{prefix}.attention.biases", biases),
            self.kept,
            own=True,
            num_heads=self.heads,
        )
        attended = self.add("Reshape", attended, self.flat)
        mixed = self.linear(f"{prefix}.attention.output.dense", self.small(attended))
        hidden = self.added(f"{prefix}.attention.output", mixed, hidden)
        wide = self.linear(f"{prefix}.intermediate.dense", self.small(hidden))
        bias = self.weight(f"{prefix}.intermediate.dense.bias")
        wide = self.add("BiasGelu", wide, bias, own=True)
        narrow = self.linear(f"{prefix}.output.dense", self.small(wide, least=GELU_LEAST))
        return self.added(f"{prefix}.output", narrow, hidden)

    def small(self, hidden: str, *, least: float | None = None) -> Small:
        """Activations as integers, each row with its scale.

        Args:
            hidden: (rows, k).
            least: What no activation can be below, to spend fewer of the integers on what is below
                nought; without it they spread to both sides alike.
        """
        below = 128 if least is None else 16
        size = self.add("Abs", hidden) if least is None else hidden
        largest = self.add("ReduceMax", size, self.constant("last", [1]))
        part = self.constant(f"part_{below}", np.float32(1 / (255 - below)))
        floor = np.float32(1e-12 if least is None else -least / below)
        scale = self.add("Mul", largest, part)
        scale = self.add("Max", scale, self.constant(f"floor_{below}", floor))
        row = self.add("Reshape", scale, self.constant("row", [-1]))
        zero = self.constant(f"zero_{below}", np.uint8(below))
        zeros = self.add("Expand", zero, self.add("Shape", row))
        return Small(self.add("QuantizeLinear", hidden, row, zeros, axis=0), scale, zero)

    def linear(self, name: str, small: Small) -> str:
        """A linear map without its bias."""
        weight, columns = quantised(self.weights[f"{name}.weight"].T, self.met.get(name))
        product = self.add(
            "MatMulIntegerToFloat",
            small.values,
            self.constant(f"{name}.int8", weight),
            self.constant("one", np.float32(1)),
            self.constant(f"{name}.scales", columns),
            small.zero,
            own=True,
        )
        return self.add("Mul", product, small.scale)

    def added(self, prefix: str, new: str, hidden: str) -> str:
        """What came in and what is new with its bias, added and normed."""
        norm = [self.weight(f"{prefix}.LayerNorm.{part}") for part in ("weight", "bias")]
        bias = self.weight(f"{prefix}.dense.bias")
        # Not SkipLayerNormalization, onnxruntime's own of the same: it takes five times as long.
        whole = self.add("Add", self.add("Add", new, bias), hidden)
        return self.add("LayerNormalization", whole, *norm, epsilon=self.eps)

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

    def model(self) -> onnx.ModelProto:
        """All of it, checked."""
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"])
            for name in ("ids", "mask", "segments")
        ]
        outputs = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in self.outputs().items()
        ]
        graph = helper.make_graph(
            self.nodes, "reader", inputs, outputs, list(self.constants.values())
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        onnx.checker.check_model(model)
        return model
