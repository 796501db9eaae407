"""Tiny cross-encoders with weights that nobody trained, on the bundled vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def make_cross_encoder(folder: Path, labels: Sequence[str] = ("score",)) -> Path:
    """Save one.

    Args:
        folder: An empty folder.
        labels: Names of its classes.

    Returns:
        Where it is.
    """
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    from rag.models.shipped import shipped_folder

    torch.manual_seed(3)
    config = BertConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        id2label=dict(enumerate(labels)), label2id={label: n for n, label in enumerate(labels)},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder / "plain")
    tokens = BertTokenizerFast(tokenizer_file=str(shipped_folder() / "tokenizer.json"))
    tokens.save_pretrained(folder / "plain")
    CrossEncoder(str(folder / "plain"), device="cpu").save_pretrained(str(folder / "saved"))
    return folder / "saved"
