"""A reader of the user's own: a cross-encoder of sentence-transformers, by its folder.

It says which sentence answers (Nogueira and Cho 2019), not with which words.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.domain import Reading
from rag.errors import ModelError
from rag.reader import Placed


class CrossEncoderReader:
    """A loaded cross-encoder with one output. Loading it takes seconds: torch comes with it."""

    def __init__(self, folder: Path) -> None:
        """Load it.

        Raises:
            ModelError: The folder holds no such model.
        """
        hint = "set `reader` to the folder of a sentence-transformers cross-encoder, or to bundled"
        if not (folder / "config.json").is_file():
            raise ModelError(f"{folder} holds no model (no config.json)", hint=hint)
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise ModelError(
                f"the reader in {folder} cannot be loaded: {error}", hint=hint
            ) from error
        if self._model.num_labels != 1:
            raise ModelError(
                f"the model in {folder} tells {self._model.num_labels} classes apart,"
                " and a reader gives one score",
                hint=hint,
            )

    def knows(self, text: str) -> bool:
        """Whether it can read a text in this language: whoever chose it has seen to that."""
        return bool(text)

    def read(self, question: str, sentences: Sequence[Placed]) -> list[Reading]:
        """Read sentences for a question; see `rag.reader.Reader.read`."""
        from torch.nn import Sigmoid

        pairs = [
            (question, f"{one.title}. {one.text}" if one.title else one.text) for one in sentences
        ]
        if not pairs:
            return []
        scores = self._model.predict(pairs, activation_fn=Sigmoid(), show_progress_bar=False)
        return [Reading(answers=float(score)) for score in scores]
