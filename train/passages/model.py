"""The passage reader: an encoder with linear heads on its tokens.

What a sentence's score is made of is linear in its tokens, so that the graph gives numbers for
tokens and the rest is a mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from transformers import AutoModel

LAYER_DECAY = 0.9  # of the learning rate, from each layer to the one beneath


class Read(NamedTuple):
    """What the encoder says of n rows of t tokens."""

    begins: torch.Tensor  # (n, t) logits that the words begin at a token; the first token: nowhere
    ends: torch.Tensor  # (n, t) that they end there
    parts: torch.Tensor  # (n, t) of its sentence's logit: the mean over the sentence counts
    whole: torch.Tensor  # (n,) of each sentence's logit, the same for all of a row
    nulls: torch.Tensor  # (n,) logits that nothing answers


class PassageReader(torch.nn.Module):
    """Token ids in; logits of tokens and passages out."""

    def __init__(self, encoder: Path) -> None:
        """Begin from a pre-trained encoder of BERT's kind."""
        super().__init__()
        # Units are dropped before the heads only: inside, it takes a third of the time on a
        # processor, and two passes over so much text learn little of it by heart.
        self.encoder = AutoModel.from_pretrained(
            str(encoder),
            add_pooling_layer=False,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        width = self.encoder.config.hidden_size
        self.span = torch.nn.Linear(width, 2)
        self.part = torch.nn.Linear(width, 1)
        self.passage = torch.nn.Linear(width, 2)
        self.dropout = torch.nn.Dropout(0.1)
        # Half of all weights, of which the questions meet only some: as they are, they fit.
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)

    def parameter_groups(self, *, encoder: float, heads: float) -> Iterator[dict[str, object]]:
        """What is trained, with the full learning rate of each part as ``full``.

        Args:
            encoder: Rate of the highest layer.
            heads: Rate of the heads.
        """
        layers = [*reversed(self.encoder.encoder.layer), self.encoder.embeddings]
        for depth, layer in enumerate(layers):
            weights = [one for one in layer.parameters() if one.requires_grad]
            yield {"params": weights, "lr": 0.0, "full": encoder * LAYER_DECAY**depth}
        mine = [*self.span.parameters(), *self.part.parameters(), *self.passage.parameters()]
        yield {"params": mine, "lr": 0.0, "full": heads}

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor) -> Read:
        """Read a batch.

        Args:
            ids: (n, t) tokens.
            mask: (n, t) 1 for tokens, 0 for padding.
            segments: (n, t) 1 for the passage.
        """
        hidden = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=segments
        ).last_hidden_state  # (n, t, d)
        hidden = self.dropout(hidden)
        spans = self.span(hidden).float()  # (n, t, 2)
        passage = self.passage(hidden[:, 0]).float()  # (n, 2)
        return Read(
            begins=spans[:, :, 0],
            ends=spans[:, :, 1],
            parts=self.part(hidden).squeeze(-1).float(),
            whole=passage[:, 0],
            nulls=passage[:, 1],
        )
