"""The weights of our own that come with the package, and what says which they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rag.checksum import remembered_sha256
from rag.error_words import reason
from rag.errors import ModelError


def shipped_folder() -> Path:
    """Where the weights are."""
    return Path(__file__).parent / "weights"


def description(folder: Path, name: str, *, cache: Path, instead: str) -> dict[str, Any]:
    """What a description says of weights, once every file that it names is as it says.

    Args:
        folder: Where they are.
        name: Of the description: a JSON object whose ``sha256`` has that of each file.
        cache: Where checksums are remembered.
        instead: What to do without the model, for the hint.

    Raises:
        ModelError: A file is absent or not what was trained.
    """
    again = f"install rag again, or {instead}"
    try:
        about = json.loads((folder / name).read_text(encoding="utf-8"))
        str(about["version"])
        for file, expected in about["sha256"].items():
            if remembered_sha256(folder / file, cache / "checksums.json") != expected:
                raise ModelError(f"{folder / file} is not the file that was trained", hint=again)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        stem = name.partition(".")[0]
        raise ModelError(
            f"the {stem} in {folder} is damaged: {reason(error)}", hint=again
        ) from error
    return dict(about)
