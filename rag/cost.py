"""What an answer took: time, and the work of a language model."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Milliseconds since the question was put, but ``open``: what opening the index cost before."""

    open: float = 0.0
    retrieve: float = 0.0
    first_claim: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a language model was given and wrote."""

    prompt: int
    answer: int


def since(began: float) -> float:
    """Milliseconds since a moment of `perf_counter`."""
    return (perf_counter() - began) * 1000
