"""The checker: the bundled language model with low-rank adapters, and the odds of one word.

Each linear map gets a product of two narrow matrices beside it (Hu et al. 2021, LoRA). The weights
themselves stay as they are in the GGUF file that everybody has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

from checker.data import Pair
from rag.models.checker import CLAIM_TOKENS, CONTEXT_TOKENS, EVIDENCE_TOKENS, FRAME_TOKENS

RANK, SCALE = 16, 2.0
# Where a processor has no products of 16 bits, they take eight times as long as those of 32.
NUMBERS = torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32
ADAPTED = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
OURS = (".down", ".up")  # parts of an `Adapted`
YES, NO = " yes", " no"


class Row(NamedTuple):
    """Claims on one evidence, in tokens."""

    evidence: Sequence[int]
    claims: Sequence[Sequence[int]]

    @property
    def length(self) -> int:
        """Tokens of all."""
        return len(self.evidence) + sum(map(len, self.claims))


class Adapted(torch.nn.Module):
    """A linear map that stays, and a narrow one that learns."""

    def __init__(self, base: torch.nn.Linear) -> None:
        """Begin as the map alone."""
        super().__init__()
        self.base = base
        self.down = torch.nn.Parameter(torch.empty(RANK, base.in_features))
        self.up = torch.nn.Parameter(torch.zeros(base.out_features, RANK))
        torch.nn.init.normal_(self.down, std=base.in_features**-0.5)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """(…, in) -> (…, out)."""
        low = torch.nn.functional.linear(hidden, self.down.to(hidden.dtype))
        raised = torch.nn.functional.linear(low, self.up.to(hidden.dtype))
        mapped: torch.Tensor = self.base(hidden)
        return mapped + SCALE * raised


class Judge(torch.nn.Module):
    """Token ids in; the logit that the claim follows out."""

    def __init__(self, gguf: Path) -> None:
        """Begin from a language model."""
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
        language_model: Any = AutoModelForCausalLM.from_pretrained(
            str(gguf.parent),
            gguf_file=gguf.name,
            dtype=NUMBERS,
            quantization_config=GgufConfig(dequantize=True),
        )
        self.encoder = language_model.model
        self.encoder.requires_grad_(False)
        for layer in self.encoder.layers:
            for part in (layer.self_attn, layer.mlp):
                for name in ADAPTED:
                    if hasattr(part, name):
                        setattr(part, name, Adapted(getattr(part, name)))
        yes, no = (self.tokenizer(word)["input_ids"][0] for word in (YES, NO))
        rows = self.encoder.embed_tokens.weight.detach().float()
        self.register_buffer("verdict", rows[yes] - rows[no], persistent=False)

    def adapters(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        """The weights beside the maps, by name."""
        return ((name, one) for name, one in self.named_parameters() if name.endswith(OURS))

    def train_last(self, layers: int) -> None:
        """Train the adapters of so many last layers; the others stay."""
        for layer in self.encoder.layers[:-layers]:
            layer.requires_grad_(False)

    def _cut(self, text: str, most: int) -> list[int]:
        return list(self.tokenizer(text)["input_ids"][:most]) if text else []

    def evidence(self, pair: Pair) -> list[int]:
        """The tokens that all claims on the same evidence begin with."""
        context = " ".join(part for part in (pair.title and f"{pair.title}.", pair.before) if part)
        return [
            *self._cut(context, CONTEXT_TOKENS),
            *self._cut("\n\n", FRAME_TOKENS),
            *self._cut(pair.evidence, EVIDENCE_TOKENS),
        ]

    def claim(self, pair: Pair) -> list[int]:
        """The tokens that follow them; the last one is asked for the verdict."""
        return [
            *self._cut("\n\nClaim:", FRAME_TOKENS),
            *self._cut(f" {pair.claim}", CLAIM_TOKENS),
            *self._cut("\nDoes it follow?", FRAME_TOKENS),
        ]

    def forward(self, rows: Sequence[Row]) -> torch.Tensor:
        """(claims of all rows,) logits, in their order.

        The claims of a row share its evidence: each sees that and itself, so it has the same logit
        as if it stood alone.
        """
        longest = max(row.length for row in rows)
        ids = torch.zeros(len(rows), longest, dtype=torch.long)
        places = torch.zeros(len(rows), longest, dtype=torch.long)
        sees = torch.zeros(len(rows), 1, longest, longest, dtype=torch.bool)
        ends = []
        for n, row in enumerate(rows):
            shared = len(row.evidence)
            ids[n, : row.length] = torch.tensor(
                [*row.evidence, *(t for c in row.claims for t in c)]
            )
            places[n, :shared] = torch.arange(shared)
            sees[n, 0, :, :shared] = True
            sees[n, 0, :shared, :shared] = torch.ones(shared, shared).tril().bool()
            start = shared
            for claim in row.claims:
                end = start + len(claim)
                places[n, start:end] = torch.arange(shared, shared + len(claim))
                sees[n, 0, start:end, start:end] = torch.ones(len(claim), len(claim)).tril().bool()
                ends.append((n, end - 1))
                start = end
        least = torch.finfo(NUMBERS).min
        mask = torch.zeros(sees.shape, dtype=NUMBERS).masked_fill(~sees, least)
        hidden = self.encoder(
            input_ids=ids, attention_mask=mask, position_ids=places, use_cache=False
        ).last_hidden_state  # (n, t, d)
        lasts = torch.tensor(ends).T
        logits: torch.Tensor = hidden[lasts[0], lasts[1]].float() @ self.verdict
        return logits
