"""Cross-encoders of the user's own, of sentence-transformers, by their folders.

One reads: it says which sentence answers (Nogueira and Cho 2019), not with which words. One judges:
it says whether a claim follows from a sentence (natural language inference).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.error_words import reason
from rag.errors import ModelError
from rag.models.reader import Read, Readable, Told


class CrossEncoderReader:
    """A loaded cross-encoder with one output. Loading it takes seconds: torch comes with it."""

    def __init__(self, folder: Path) -> None:
        """Load it.

        Raises:
            ModelError: The folder holds no such model.
        """
        hint = "set `reader` to the folder of a sentence-transformers cross-encoder, or to bundled"
        self._model = _load(folder, hint=hint)
        if self._model.num_labels != 1:
            raise ModelError(
                f"the model in {folder} gives {self._model.num_labels} scores,"
                " but a reader must give one",
                hint=hint,
            )

    def knows(self, text: str) -> bool:
        """Whether it can read a text in this language: whoever chose it has seen to that."""
        return bool(text)

    def read(self, question: str, passages: Sequence[Readable]) -> list[Read]:
        """Read passages, sentence by sentence; see `rag.models.reader.Reader.read`."""
        from torch.nn import Identity

        told = [
            f"{one.title}. {sentence}" if one.title else sentence
            for one in passages
            for sentence in (one.text[start:end] for start, end in one.sentences)
        ]
        if not told:
            return []
        pairs = [(question, one) for one in told]
        logits = iter(self._model.predict(pairs, activation_fn=Identity(), show_progress_bar=False))
        return [
            Read(sentences=tuple(Told(logit=float(next(logits))) for _ in one.sentences), null=0.0)
            for one in passages
        ]


class CrossEncoderEntailment:
    """A loaded model of natural language inference. Loading it takes seconds."""

    def __init__(self, folder: Path) -> None:
        """Load it.

        Raises:
            ModelError: The folder holds no such model, or none of its classes is entailment.
        """
        hint = "set `checker` to the folder of an NLI cross-encoder, or to bundled"
        self._model = _load(folder, hint=hint)
        labels: dict[int, str] = self._model.model.config.id2label
        found = [n for n, label in labels.items() if label.lower() in {"entailment", "supported"}]
        if len(found) != 1:
            raise ModelError(
                f"the model in {folder} has no class `entailment`: {', '.join(labels.values())}",
                hint=hint,
            )
        [self._entailment] = found

    def entails(self, text: str, claim: str) -> float:
        """How likely the claim follows from the text, 0 to 1."""
        from torch.nn import Softmax

        [likely] = self._model.predict(
            [(text, claim)], activation_fn=Softmax(dim=-1), show_progress_bar=False
        )
        return float(likely[self._entailment])


def _load(folder: Path, *, hint: str) -> Any:
    if not (folder / "config.json").is_file():
        raise ModelError(f"there is no model in {folder} (no config.json)", hint=hint)
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise ModelError(
            f"the model in {folder} cannot be loaded: {reason(error)}", hint=hint
        ) from error
