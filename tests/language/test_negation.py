"""rag.language.negation: what only one of two texts denies."""

from __future__ import annotations

import pytest

from rag.language.negation import changed_negation


@pytest.mark.parametrize(
    ("one", "other", "changed"),
    [
        ("It burst", "It did not burst", ["not burst"]),
        ("It never burst", "It burst", ["never burst"]),
        ("It didn't burst", "It did not burst", []),
        ("It cannot burst", "It can’t burst", []),
        ("He denies it", "He denied it", []),
        ("He said it burst", "He denied it burst", ["deni burst"]),
        ("He refused", "He did not", ["not", "refus"]),
        ("мост не закрыт", "мост закрыт", ["не закр"]),
    ],
)
def test_changed_negation(one: str, other: str, changed: list[str]) -> None:
    """Both negate or neither does; "denied" and "refused" are negations of their own."""
    assert changed_negation(one, other) == changed
