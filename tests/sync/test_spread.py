"""Indexing on Dask workers: the same index as that of one process, also where workers die."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import numpy as np
import pytest

from rag.config import Settings
from rag.errors import ConfigError
from rag.store.manifest import read_manifest
from rag.store.reading import open_database
from rag.sync import spread as module
from rag.sync.update import sync

TABLES = ("articles", "passages", "sentences", "statements", "skipped", "names", "speakers")
LAST_DIGIT = 3e-4  # of a vector's number: it depends on the threads that computed it


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and three workers on this machine."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=3, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        yield cluster


@pytest.fixture
def articles(tmp_path: Path, seeds: Path) -> Path:
    """The seeds and some made files, a broken one among them."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for one in seeds.iterdir():
        (folder / one.name).write_bytes(one.read_bytes())
    for n in range(120):
        text = (
            f"The mayor of Town {n} spoke. “Dam {n} holds,” said Ann Lee. It rained for {n} days."
        )
        (folder / f"{n:03}.txt").write_text(text, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    return folder


def rows(index: Path) -> tuple[dict[str, list[tuple[Any, ...]]], np.ndarray]:
    """All that an index holds, and the vectors of its passages.

    What a file looked like when it was read is not compared, nor are checksums, which count in the
    last digit of a vector.
    """
    db = open_database(read_manifest(index).folder(index) / "articles.sqlite")
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert set(TABLES) <= set(names)
    found = {}
    for name in sorted({*names} - {"article_sums"}):
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
        kept = ", ".join(one for one in columns if one not in {"seen", "vector"})
        found[name] = sorted(db.execute(f"SELECT {kept} FROM {name}").fetchall(), key=repr)
    vectors = db.execute("SELECT vector FROM passages ORDER BY id")
    return found, np.array([np.frombuffer(one, "f2") for (one,) in vectors], dtype=np.float32)


def test_workers_make_the_index_of_one_process(
    articles: Path, cache: Path, tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row by row, with a worker killed while it works."""
    monkeypatch.setattr(module, "FILES", 8)
    one = Settings(index=tmp_path / "one", cache=cache)
    other = replace(one, index=tmp_path / "other")
    told: list[str] = []
    killed: list[int] = []
    ended: list[bool] = []

    def kill() -> None:
        while not killed and not ended:
            if done[0] >= 20:
                worker = next(iter(cluster.workers.values()))
                killed.append(worker.process.pid)
                os.kill(worker.process.pid, signal.SIGKILL)
            sleep(0.01)

    done = [0]
    killer = Thread(target=kill)
    killer.start()
    sync(
        [articles],
        settings=other,
        workers=cluster.scheduler_address,
        notify=told.append,
        progress=lambda state: done.__setitem__(0, state.files),
    )
    ended.append(True)
    killer.join()
    sync([articles], settings=one)

    (mine, vectors), (theirs, others) = rows(one.index), rows(other.index)
    assert killed and mine == theirs
    assert np.abs(vectors - others).max() < LAST_DIGIT
    assert any("3 Dask workers read and embedded" in line for line in told)
    assert not any("not given back" in line for line in told)


def test_what_workers_made_is_taken_and_not_made_again(
    articles: Path, cache: Path, tmp_path: Path, cluster: Any
) -> None:
    """A second sync asks them for what is new alone."""
    settings = Settings(index=tmp_path / "index", cache=cache)
    told: list[str] = []
    for text in ("Rain fell on the Mill Pond.", "Snow fell on the Mill Pond."):
        (articles / "pond.txt").write_text(text, encoding="utf-8")
        sync([articles], settings=settings, workers=cluster.scheduler_address, notify=told.append)

    [first, second] = [line for line in told if "read and embedded" in line]
    assert "read and embedded 1 files" not in first
    assert "read and embedded 1 files" in second


def test_workers_of_another_version_are_refused(
    articles: Path, cache: Path, tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would make another index."""
    other = replace(module.making(Settings(cache=cache)), code="other")
    monkeypatch.setattr(module, "making", lambda settings: other)

    with pytest.raises(ConfigError, match="has another version of rag"):
        sync(
            [articles],
            settings=Settings(index=tmp_path / "index", cache=cache),
            workers=cluster.scheduler_address,
        )
    assert not (tmp_path / "index" / "manifest.json").exists()


def test_a_scheduler_that_is_not_there_is_told(articles: Path, cache: Path, tmp_path: Path) -> None:
    """With what starts one."""
    with pytest.raises(ConfigError, match="no Dask scheduler at tcp://127.0.0.1:9") as caught:
        sync(
            [articles],
            settings=Settings(index=tmp_path / "index", cache=cache),
            workers="tcp://127.0.0.1:9",
        )
    assert "dask scheduler" in caught.value.hint
