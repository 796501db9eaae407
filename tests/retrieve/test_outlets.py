"""rag.retrieve.outlets: which outlets a name means, and how they are called."""

from __future__ import annotations

import doctest

import rag.retrieve.outlets
from rag.retrieve.outlets import outlets_called, spelled_once


def test_the_examples_in_the_docstrings_hold() -> None:
    """Every doctest passes, and there are some."""
    result = doctest.testmod(rag.retrieve.outlets)

    assert result.failed == 0
    assert result.attempted > 0


def test_an_outlet_that_articles_spell_differently_is_one() -> None:
    """All of its articles are meant, and it is named once."""
    counts = {"THE ALTA POST": 2, "The Alta Post": 1, "Alta Post": 1, "Alta Posten": 1}

    assert outlets_called("alta post", counts) == {"THE ALTA POST", "The Alta Post", "Alta Post"}
    assert spelled_once(counts) == ["Alta Post", "Alta Posten"]
