"""A site to fetch from, and quick manners: tests wait for nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from web_site import Site, serving

from rag.fetch.manners import Manners

QUICK = Manners(
    agent="rag/0 (test)",
    pages=10,
    megabytes=1,
    seconds=3.0,
    silence=1.0,
    pause=0.0,
    longest_wait=2.0,
    allow_private=True,
)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on this machine."""
    with serving() as served:
        yield served


@pytest.fixture
def manners() -> Manners:
    """Bounds that a test reaches soon, and this machine allowed."""
    return QUICK
