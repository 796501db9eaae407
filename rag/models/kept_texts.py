"""Texts that a local language model has written, kept: the same prompt is not answered twice.

A model at temperature 0 that reuses nothing writes the same text for the same prompt, so a kept
text is what it would write. All else of an answer, what is found and what is checked, is done anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.checksum import write_atomically
from rag.cost import Tokens
from rag.models.prompts import Prompt

if TYPE_CHECKING:
    from rag.models.llama import LocalModel

FOLDER = "texts"  # in the cache folder: a file for each
LIBRARY = "llama-cpp-python"


class Kept(NamedTuple):
    """What was written for a prompt."""

    text: str
    ended: bool  # False: nobody wanted to read on


class KeptTexts:
    """A language model that is loaded only for what it has not written before.

    Attributes:
        name: Of the model.
        tokens: What the last answer took of it: nothing, where it was kept.
    """

    def __init__(
        self, *, name: str, identity: str, folder: Path, most: int, load: Callable[[], LocalModel]
    ) -> None:
        """Begin without the model.

        Args:
            name: What the model is called.
            identity: What its texts depend on beside the prompt: its file, how it runs.
            folder: Where the texts are kept; made when absent. Where that is not possible, all is
                written anew, which only costs time.
            most: So many are kept, the newest.
            load: Loads the model.
        """
        self.name = name
        self.tokens: Tokens | None = None
        self._identity = f"{identity} {version(LIBRARY)}"
        self._folder, self._most = folder, most
        self._loading = load
        self._model: LocalModel | None = None

    def load(self) -> LocalModel:
        """Load the model now.

        Raises:
            ModelError: It is damaged, or what runs it is absent.
        """
        if self._model is None:
            self._model = self._loading()
        return self._model

    def fits(self, prompt: Prompt, *, tokens: int) -> bool:
        """Whether the prompt and an answer of ``tokens`` tokens fit into the model's context."""
        asked = self._sum(prompt.system, prompt.user, tokens)
        return self._has(asked) or self.load().fits(prompt, tokens=tokens)

    def stream(self, prompt: Prompt, *, grammar: str, tokens: int) -> Iterator[str]:
        """Pieces of the answer; see `rag.models.generator.Generator.stream`."""
        asked = self._sum(prompt.system, prompt.user, tokens)
        path = self._folder / f"{asked}.{self._sum(grammar)[:16]}"
        kept = _read(path)
        self.tokens = Tokens(prompt=0, answer=0)
        if kept.text:
            yield kept.text
        if kept.ended:
            return
        model, known, written = self.load(), kept.text, ""
        try:
            for piece in model.stream(prompt, grammar=grammar, tokens=tokens):
                written += piece
                if len(written) > len(known):
                    known, new = written, written[len(known) :]
                    yield new
            kept = Kept(known, ended=True)
        finally:  # also where nobody reads on, and where it fails
            self.tokens = model.tokens
            self._keep(path, kept if kept.ended else Kept(known, ended=False))

    def _sum(self, *parts: object) -> str:
        return hashlib.sha256(json.dumps([self._identity, *parts]).encode()).hexdigest()

    def _has(self, asked: str) -> bool:
        return any(self._folder.glob(f"{asked}.*"))

    def _keep(self, path: Path, kept: Kept) -> None:
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # for its owner alone
            write_atomically(path, json.dumps(kept._asdict()))
            newest = sorted(self._folder.iterdir(), key=lambda one: -one.stat().st_mtime_ns)
            for old in newest[self._most :]:
                old.unlink(missing_ok=True)

    def close(self) -> None:
        """Give the model's memory back."""
        if self._model is not None:
            self._model.close()
            self._model = None


def _read(path: Path) -> Kept:
    """What a file holds; nothing where it is absent or damaged."""
    try:
        match json.loads(path.read_text(encoding="utf-8")):
            case {"text": str(text), "ended": bool(ended)}:
                return Kept(text, ended=ended)
    except (OSError, ValueError):
        pass
    return Kept("", ended=False)
