"""Models worth trying, and what `rag models list` shows of them and of those that are here."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from rag.models.files import BUNDLED, BUNDLED_PACKAGE, pulled_models


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """A model worth trying. Sizes are about what the hub shows."""

    name: str
    repo: str
    file: str
    gigabytes: float  # of the file
    memory: float  # gigabytes needed to run it with the default context
    licence: str


CATALOGUE = (
    Recommended(
        name="qwen2.5-0.5b",
        repo="Qwen/Qwen2.5-0.5B-Instruct-GGUF",
        file="qwen2.5-0.5b-instruct-q4_k_m.gguf",
        gigabytes=0.5,
        memory=1.0,
        licence="Apache-2.0",
    ),
    Recommended(
        name="qwen2.5-1.5b",
        repo="Qwen/Qwen2.5-1.5B-Instruct-GGUF",
        file="qwen2.5-1.5b-instruct-q4_k_m.gguf",
        gigabytes=1.1,
        memory=1.8,
        licence="Apache-2.0",
    ),
    Recommended(
        name="smollm2-1.7b",
        repo="HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF",
        file="smollm2-1.7b-instruct-q4_k_m.gguf",
        gigabytes=1.1,
        memory=1.9,
        licence="Apache-2.0",
    ),
    Recommended(
        name="phi-3-mini",
        repo="microsoft/Phi-3-mini-4k-instruct-gguf",
        file="Phi-3-mini-4k-instruct-q4.gguf",
        gigabytes=2.4,
        memory=3.5,
        licence="MIT",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of `rag models list`; None where nothing is known."""

    name: str
    state: str  # installed, not installed, pulled, can be pulled
    what: str
    gigabytes: float
    memory_gigabytes: float | None
    licence: str | None
    sha256: str | None


def list_models(models: Path) -> list[Listed]:
    """The bundled model, the recommended ones, and others that were pulled."""
    pulled = pulled_models(models)
    rows = [_bundled()]
    for entry in CATALOGUE:
        mine = pulled.pop(entry.name, None)
        rows.append(
            Listed(
                name=entry.name,
                state="pulled" if mine else "can be pulled",
                what=f"{entry.repo}/{entry.file}",
                gigabytes=entry.gigabytes,
                memory_gigabytes=entry.memory,
                licence=entry.licence,
                sha256=mine.sha256 if mine else None,
            )
        )
    return rows + [
        Listed(
            name=mine.name,
            state="pulled",
            what=f"{mine.repo}/{mine.file}",
            gigabytes=round(mine.size / 1e9, 2),
            memory_gigabytes=None,
            licence=None,
            sha256=mine.sha256,
        )
        for mine in pulled.values()
    ]


def _bundled() -> Listed:
    return Listed(
        name=BUNDLED,
        state="installed" if importlib.util.find_spec(BUNDLED_PACKAGE) else "not installed",
        what="SmolLM2-135M-Instruct Q4_1",
        gigabytes=0.1,
        memory_gigabytes=0.4,
        licence="Apache-2.0",
        sha256=None,
    )


def model_lines(rows: list[Listed]) -> list[str]:
    """The same as lines of text."""
    head = f"{'name':<16} {'state':<14} {'GB':>5} {'memory':>7}  {'licence':<11} what"
    return [head] + [
        f"{row.name:<16} {row.state:<14} {row.gigabytes:>5} {row.memory_gigabytes or '?':>7}"
        f"  {row.licence or '?':<11} {row.what}"
        for row in rows
    ]
