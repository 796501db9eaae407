"""A server on a shared index: it turns to what is published, and says when Milvus is away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from rag.config import Settings
from rag.serve.follow import following
from rag.store.fetch_shared import brought
from rag.store.manifest import generation_in_force
from rag.store.milvus import Milvus, read_address
from rag.store.publish import publish
from tests.milvus_server import CLUSTER, MilvusServer
from tests.store.test_parts import made


def becomes(holds: Callable[[], bool]) -> bool:
    """Whether something holds within half a minute."""
    until = monotonic() + 30
    while not holds() and monotonic() < until:
        sleep(0.05)
    return holds()


@pytest.mark.skipif(bool(CLUSTER), reason="a cluster is not killed by a test")
def test_what_is_published_is_fetched_while_a_server_runs(tmp_path: Path) -> None:
    """Also after Milvus was away, which is told once, as its return is."""
    server = MilvusServer(tmp_path / "milvus")
    server.start()
    milvus = Milvus(read_address(f"milvus+{server.uri}/followed"), token="")
    made(1, 4, tmp_path / "a")[0].close()
    made(2, 5, tmp_path / "b")[0].close()
    publish(tmp_path / "a" / "index", milvus)
    settings = brought(Settings(store=str(milvus.address), cache=tmp_path / "cache"))
    told: list[str] = []
    try:
        with following(settings, notify=told.append, every=0.05, patience=0.5):
            assert generation_in_force(settings.index) == 1
            publish(tmp_path / "b" / "index", milvus)
            assert becomes(lambda: generation_in_force(settings.index) == 2)
            assert told == []
            server.kill()
            assert becomes(lambda: len(told) == 1)
            server.start()
            assert becomes(lambda: len(told) == 2)
            publish(tmp_path / "a" / "index", milvus)
            assert becomes(lambda: generation_in_force(settings.index) == 3)
    finally:
        milvus.close()
        server.kill()
    assert "is not followed" in told[0]
    assert "is followed again" in told[1]


def test_a_local_index_is_not_followed(tmp_path: Path) -> None:
    """No thread looks for anything."""
    before = threading.active_count()
    with following(Settings(index=tmp_path), notify=pytest.fail):
        assert threading.active_count() == before
