"""`rag said` as a shell sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import rag


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("",), "the name is empty"),
        (("Rourke", "--about", " "), "the topic of --about is empty"),
    ],
)
def test_an_empty_value_is_not_taken_as_none(
    seeds_index: Path, arguments: tuple[str, ...], told: str
) -> None:
    """Exit code 2, and what to type."""
    done = rag("said", *arguments, "--index", str(seeds_index))

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "hint: for example: rag said" in done.stderr
