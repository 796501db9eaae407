"""What an index remembers of its embedding model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedderId:
    """What an index must remember of the model that made it."""

    name: str
    sha256: str  # over the weights and every file that decides how text becomes tokens
