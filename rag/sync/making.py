"""What an article's text and vectors depend on but its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.limits import Limits
from rag.load.ocr import is_installed
from rag.models.embedder import identify
from rag.sync.code_version import code_version

if TYPE_CHECKING:
    from rag.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """The code, the model, the settings, and what this machine has."""

    code: str
    embedder: str  # SHA-256
    words: int
    limits: Limits
    ocr: bool

    @property
    def made_by(self) -> tuple[str, ...]:
        """The same, to name an `Unfinished` after."""
        return (self.code, self.embedder, str(self.words), repr(self.limits), str(self.ocr))


def making(settings: Settings) -> Making:
    """What articles are made by here."""
    return Making(
        code=code_version(settings.cache),
        embedder=identify(settings.embedder, cache=settings.cache).sha256,
        words=settings.passage_words,
        limits=settings.limits,
        ocr=is_installed(),
    )
