"""Texts that a local language model has written, kept: the same prompt is not answered twice.

A model at temperature 0 that reuses nothing writes the same text for the same prompt, so a kept
text is what it would write. All else of an answer, what is found and what is checked, is done anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from rag.cost import Tokens
from rag.models.generator import Generator
from rag.models.prompts import Prompt

FILE = "texts.sqlite"  # in the cache folder
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
        self, *, name: str, identity: str, file: Path, most: int, load: Callable[[], Generator]
    ) -> None:
        """Begin without the model.

        Args:
            name: What the model is called.
            identity: What its texts depend on beside the prompt: its file, how it runs.
            file: Where the texts are kept; made when absent. Where that is not possible, all is
                written anew, which only costs time.
            most: So many are kept, the newest.
            load: Loads the model.
        """
        self.name = name
        self.tokens: Tokens | None = None
        self._identity = f"{identity} {version(LIBRARY)}"
        self._file, self._most = file, most
        self._loading = load
        self._model: Generator | None = None

    def load(self) -> Generator:
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
        return self._found(asked, "") is not None or self.load().fits(prompt, tokens=tokens)

    def stream(self, prompt: Prompt, *, grammar: str, tokens: int) -> Iterator[str]:
        """Pieces of the answer; see `rag.models.generator.Generator.stream`."""
        asked, rules = self._sum(prompt.system, prompt.user, tokens), self._sum(grammar)
        kept = self._found(asked, rules) or Kept("", ended=False)
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
            self._keep(asked, rules, kept if kept.ended else Kept(known, ended=False))

    def _sum(self, *parts: object) -> str:
        return hashlib.sha256(json.dumps([self._identity, *parts]).encode()).hexdigest()

    def _found(self, asked: str, rules: str) -> Kept | None:
        """What is kept for a prompt, by its rules; by any, where none are given."""
        with suppress(sqlite3.Error), closing(self._opened()) as db:
            row = db.execute(
                "SELECT text, ended FROM texts WHERE prompt = ? AND (rules = ? OR ? = '')",
                (asked, rules, rules),
            ).fetchone()
            return Kept(row[0], ended=bool(row[1])) if row else None
        return None

    def _keep(self, asked: str, rules: str, kept: Kept) -> None:
        with suppress(sqlite3.Error), closing(self._opened()) as db, db:
            db.execute("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", (asked, rules, *kept))
            db.execute(
                "DELETE FROM texts WHERE rowid <= (SELECT max(rowid) FROM texts) - ?", (self._most,)
            )

    def _opened(self) -> sqlite3.Connection:
        """The file.

        Raises:
            sqlite3.Error: It cannot be opened, or is no such file.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600))  # for its owner alone
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from error
        db = sqlite3.connect(self._file, timeout=1)
        db.execute(
            "CREATE TABLE IF NOT EXISTS texts"
            " (prompt TEXT, rules TEXT, text TEXT, ended INTEGER, PRIMARY KEY (prompt, rules))"
        )
        return db

    def close(self) -> None:
        """Give the model's memory back."""
        if self._model is not None:
            self._model.close()
            self._model = None
