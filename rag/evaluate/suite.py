"""Several gold sets in one run: a TOML file.

::

    [[set]]
    name = "harbour"             # of its folder in the run; the gold file's name when left out
    gold = "harbour.jsonl"       # paths are relative to this file
    corpus = "articles"          # left out: the index of the settings
    limit = 400                  # questions drawn at random
    seed = 0
    optional = true              # left out of the run when its gold file is not there
    settings = { mode = "dense" }
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from rag.config import known_setting
from rag.error_words import reason
from rag.errors import ConfigError, EvalError

NEEDS = 'a set looks like [[set]] with gold = "questions.jsonl" and corpus = "articles"'


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteSet:
    """One gold set of a suite."""

    name: str
    gold: Path
    corpus: Path | None = None
    limit: int | None = None
    seed: int = 0
    optional: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def present(self) -> bool:
        """Whether its gold set is there."""
        return self.gold.exists()


_TYPES: Mapping[str, type] = {
    "name": str,
    "gold": str,
    "corpus": str,
    "limit": int,
    "seed": int,
    "optional": bool,
    "settings": dict,
}


def read_suite(path: Path) -> list[SuiteSet]:
    """Read a suite.

    Returns:
        Its sets, at least one, with names that are all different.

    Raises:
        EvalError: The file cannot be read, or a set of it cannot be used.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(
            f"{path} cannot be read: {reason(error)}", hint="give a TOML file"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise EvalError(f"{path} is not valid TOML: {reason(error)}", hint=NEEDS) from error
    entries = raw.get("set")
    if set(raw) != {"set"} or not isinstance(entries, list) or not entries:
        raise EvalError(f"{path} needs [[set]] tables and nothing else", hint=NEEDS)
    sets = [_set(entry, path, number) for number, entry in enumerate(entries, start=1)]
    names = [entry.name for entry in sets]
    for name in names:
        if names.count(name) > 1:
            raise EvalError(f"{path} has two sets named {name!r}", hint='give each its own "name"')
    return sets


def _set(entry: object, path: Path, number: int) -> SuiteSet:
    place = f"{path}, set {number}"
    if not isinstance(entry, dict) or "gold" not in entry:
        raise EvalError(f"{place} has no gold set", hint=NEEDS)
    for key, value in entry.items():
        if key not in _TYPES:
            known = ", ".join(field.name for field in fields(SuiteSet))
            raise EvalError(f"{place} has an unknown key {key!r}", hint=f"known: {known}")
        kind = _TYPES[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise EvalError(f"{place} has {key!r} of the wrong type", hint=NEEDS)
    try:
        settings = {
            known_setting(key, origin=place): value
            for key, value in entry.get("settings", {}).items()
        }
    except ConfigError as error:
        raise EvalError(error.message, hint=error.hint) from error
    if entry.get("limit", 1) < 1:
        raise EvalError(f"{place} has a limit below 1", hint="remove it to ask all questions")
    if not all(str(entry.get(key, "")).isprintable() for key in ("name", "gold", "corpus")):
        raise EvalError(f"{place} has a name or path that is not plain text", hint=NEEDS)
    gold = path.parent / entry["gold"]
    name = entry.get("name", gold.stem)
    if not name or name != Path(name).name or name.startswith("."):
        raise EvalError(f"{place} has a name that cannot be a folder name: {name!r}", hint=NEEDS)
    return SuiteSet(
        name=name,
        gold=gold,
        corpus=path.parent / entry["corpus"] if "corpus" in entry else None,
        limit=entry.get("limit"),
        seed=entry.get("seed", 0),
        optional=entry.get("optional", False),
        settings=settings,
    )
