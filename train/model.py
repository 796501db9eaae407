"""The reader: an encoder with one head for the span and one for whether the sentence answers."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoModel


class Reader(torch.nn.Module):
    """Token ids in; begin, end and answer logits out."""

    def __init__(self, encoder: Path) -> None:
        """Begin from a pre-trained encoder of BERT's kind."""
        super().__init__()
        self.encoder = AutoModel.from_pretrained(str(encoder), add_pooling_layer=False)
        width = self.encoder.config.hidden_size
        self.span = torch.nn.Linear(width, 2)
        self.answer = torch.nn.Linear(width, 1)
        self.dropout = torch.nn.Dropout(0.1)
        # Half of all weights, of which so few questions meet only some: as they are, they fit.
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)

    def trained_encoder(self) -> list[torch.nn.Parameter]:
        """What is trained of the encoder: all but the vectors of words."""
        return [weight for weight in self.encoder.parameters() if weight.requires_grad]

    def heads(self) -> list[torch.nn.Parameter]:
        """What is trained from nothing."""
        return [*self.span.parameters(), *self.answer.parameters()]

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Read a batch.

        Args:
            ids: (n, t) tokens.
            mask: (n, t) 1 for tokens, 0 for padding.
            segments: (n, t) 1 for the sentence that is asked about.

        Returns:
            (n, t) begin logits, (n, t) end logits, (n,) answer logits. Places outside of the
            sentence are as good as impossible, but for the first, which means no answer.
        """
        hidden = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=segments
        ).last_hidden_state  # (n, t, d)
        hidden = self.dropout(hidden)
        spans = self.span(hidden)  # (n, t, 2)
        possible = (segments * mask).bool()
        possible[:, 0] = True
        spans = spans.masked_fill(~possible[:, :, None], -1e4)
        return spans[:, :, 0], spans[:, :, 1], self.answer(hidden[:, 0]).squeeze(-1)
