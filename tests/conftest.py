"""What every test may use: a clean environment, no network, and the real small models."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.config import Settings
from rag.models.embedder import Embedder, open_embedder
from rag.sync.update import sync

LOOPBACK = {"127.0.0.1", "::1"}
# Each takes half a minute to two minutes of processor time. Where two processes share the files,
# one that is begun last would leave the other with nothing to do for as long.
LONGEST = (
    "cli/test_eval.py", "test_faults.py", "test_unread.py", "cli/test_main.py",
    "answer/test_assistant.py", "serve/test_page.py", "evaluate/test_run.py", "cli/test_chat.py",
    "sync/test_spread.py", "store/test_shared.py", "sync/test_update.py",
    "sync/test_code_version.py", "models/test_embedder.py",
)  # fmt: skip


def pytest_sessionstart(session: pytest.Session) -> None:
    """Export the embedding model before processes share the tests: each would do it by itself."""
    if session.config.getoption("numprocesses", None):
        open_embedder("bundled", cache=Settings().cache)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first."""
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse connections to anything but this machine, and keep the hub's client offline."""

    def guarded(connect: Any) -> Any:
        def refuse_strangers(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
                raise RuntimeError(f"a test wants to connect to {address}")
            return connect(self, address)

        return refuse_strangers

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


def clean(place: Path, patch: pytest.MonkeyPatch) -> None:
    """No setting of the user's comes in, and what is written goes to this place."""
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        patch.delenv(name)
    patch.setenv("XDG_STATE_HOME", str(place / "xdg-state"))
    patch.setenv("XDG_DATA_HOME", str(place / "xdg-data"))
    patch.chdir(place)


@pytest.fixture(scope="session", autouse=True)
def clean_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For what several tests share."""
    with pytest.MonkeyPatch.context() as patch:
        clean(tmp_path_factory.mktemp("shared"), patch)
        yield


@pytest.fixture(autouse=True)
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For each test, so that none meets what another one wrote."""
    clean(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def cache() -> Path:
    """The user's own cache folder: an export takes half a minute, and is paid once a machine."""
    return Settings().cache


@pytest.fixture(scope="session")
def embedder(cache: Path) -> Embedder:
    """The bundled embedding model."""
    return open_embedder("bundled", cache=cache)


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The articles that come with the repository."""
    return Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="session")
def seeds_index(seeds: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the seeds; read it, do not build into it."""
    index = tmp_path_factory.mktemp("seeds") / "index"
    sync([seeds], settings=Settings(index=index, cache=cache))
    return index
