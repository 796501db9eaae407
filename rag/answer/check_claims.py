"""Claims whose evidence is given -> a verdict on each: ``rag check --claims``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.answer.verdict import judge
from rag.errors import ConfigError
from rag.jsonl import read_rows
from rag.language.text import plain
from rag.models.checker import Cited, Later

NEEDS = 'each line must look like {"id": "1", "claim": "…", "evidence": ["…"]}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A claim with what it cites."""

    id: str
    claim: str
    cited: Cited


def read_claims(path: Path) -> list[Row]:
    """Read ``{"id", "claim", "evidence"?, "before"?, "title"?}`` lines; other fields are ignored.

    Raises:
        ConfigError: The file cannot be read, or a line is not such an object; the line is named.
    """
    return read_rows(path, _row, needs=NEEDS)


def _row(entry: dict[str, Any], place: str) -> Row:
    id, claim, evidence = entry.get("id"), entry.get("claim"), entry.get("evidence", [])
    if not isinstance(id, str | int) or not isinstance(claim, str):
        raise ConfigError(f"{place} has no id or no claim", hint=NEEDS)
    if not isinstance(evidence, list) or not all(isinstance(one, str) for one in evidence):
        raise ConfigError(f"{place} has evidence that is no list of texts", hint=NEEDS)
    before, title = entry.get("before") or "", entry.get("title") or ""
    if not isinstance(before, str) or not isinstance(title, str):
        raise ConfigError(f"{place} has a `before` or `title` that is no text", hint=NEEDS)
    return Row(
        id=str(id),
        claim=claim,
        cited=Cited(
            sentences=tuple(map(plain, evidence)), before=plain(before), title=plain(title)
        ),
    )


def check_claims(rows: Sequence[Row], checker: Later) -> Iterator[dict[str, Any]]:
    """Judge claims, in their order.

    Yields:
        ``{"id", "verdict", "support", "why"}``; ``why`` is null for a supported claim.

    Raises:
        ModelError: The checker is absent or fails.
    """
    for row in rows:
        [judged] = judge([row.claim], row.cited, checker, vetoed_too=True)
        yield {
            "id": row.id,
            "verdict": "unsupported" if judged.why else "supported",
            "support": round(judged.support, 4),
            "why": judged.why,
        }
