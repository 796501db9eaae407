"""rag.retrieve.paths: patterns like those of .ragignore, and never slow."""

from __future__ import annotations

from time import perf_counter

import pytest

from rag.retrieve.paths import matches


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("a/b/c.txt", "*.txt", True),
        ("a/b/c.txt", "b", True),
        ("a/b/c.txt", "/b", False),
        ("a/b/c.txt", "b/", True),
        ("a/b/c.txt", "a/*", True),  # a folder with all that is in it
        ("a/b/c.txt", "a/*.txt", False),
        ("a/b/c.txt", "b/c.txt", False),
        ("a/b/c.txt", "**/c.txt", True),
        ("c.txt", "**/c.txt", True),
        ("a/c.txt", "a/**/c.txt", True),
        ("a/x/y/c.txt", "a/**/c.txt", True),
        ("x/a/b", "**/a/**/b", True),
        ("a/b/c.txt", "./a/b", True),
        ("a/b/c.txt", "a/?/c.txt", True),
        ("a/b/c.txt", "[ab]/b", True),
        ("A/b.txt", "a", False),
        ("a/b.txt", "", False),
        ("a/b.txt", "/", False),
        ("a/cafe\u0301.txt", "caf\u00e9.txt", True),  # as macOS spells it
    ],
)
def test_a_pattern_fits_a_path(path: str, pattern: str, *, fits: bool) -> None:
    """Or does not."""
    assert matches(path, pattern) is fits


def test_no_pattern_takes_long() -> None:
    """Those on which a search that goes back everywhere would not end."""
    began = perf_counter()
    assert not matches("/".join("a" * 60), "/".join(["**", "a"] * 100) + "/c")
    assert not matches("a" * 250, "*a" * 200 + "b")
    assert perf_counter() - began < 5
