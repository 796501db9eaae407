"""A sync that is stopped is gone on with; the index is then the one that is made in one go."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections import namedtuple
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.config import Settings
from rag.limits import DEFAULT
from rag.load import File, RawFile, find_files
from rag.load.parse import parse_file
from rag.store.manifest import read_manifest
from rag.sync import unfinished as unfinished_module
from rag.sync.prepare import Prepared, prepare
from rag.sync.sandbox import Parser
from rag.sync.unfinished import Unfinished
from rag.sync.update import sync

TEXT = "The lock of canal {n} was {did} on Monday. Keeper Ada Lark said {n} boats had waited."
# Small blocks, so that a small folder has many; it tells how far it is after each step.
SYNC = """
import sys
from pathlib import Path
from rag.config import Settings
from rag.sync import vectors, write
from rag.sync.update import sync
write.BLOCK = vectors.BLOCK = 8
settings = Settings(index=Path(sys.argv[2]), cache=Path(sys.argv[3]), llm="none", threads=1)
def tell(state):
    print(state.passages, flush=True)
def notify(line):
    print(line, flush=True)
sync([Path(sys.argv[1])], settings=settings, progress=tell, notify=notify)
"""


@pytest.fixture
def settings(tmp_path: Path, cache: Path) -> Settings:
    """An index of its own, and the embedding model that the whole test run shares."""
    return Settings(index=tmp_path / "index", cache=cache, llm="none", threads=1)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Forty articles, each of one passage."""
    place = tmp_path / "articles"
    place.mkdir()
    for n in range(40):
        (place / f"{n:02}.txt").write_text(TEXT.format(n=n, did="closed"), encoding="utf-8")
    return place


def run(articles: Path, settings: Settings, *, stop_at: int | None, by: int = 0) -> list[str]:
    """A sync in a process, sent a signal once so many passages are embedded; the lines it told."""
    command = [sys.executable, "-c", SYNC, *map(str, (articles, settings.index, settings.cache))]
    told = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told.append(line.strip())
            if stop_at is not None and told[-1].isdigit() and int(told[-1]) >= stop_at:
                process.send_signal(by)
                break
    assert (process.returncode == 0) == (stop_at is None)
    return [line for line in told if not line.isdigit()]


def content(index: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the generation in force, by table."""
    path = read_manifest(index).folder(index) / "articles.sqlite"
    with closing(sqlite3.connect(path)) as db:
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        # How a file looked from outside is noted once it is old enough: two runs differ in that.
        for table in ("articles", "skipped"):
            db.execute(f"UPDATE {table} SET seen = ''")
        return {name: db.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for [name] in names}


def assert_like(index: Path, other: Path) -> None:
    """Two indexes hold the same; vectors may differ by what the batches they were made in do."""
    one, two = content(index), content(other)
    rows = [[np.frombuffer(row[-1], "<f2") for row in each.pop("passages")] for each in (one, two)]

    assert one == two
    assert np.allclose(rows[0], rows[1], atol=1e-3)


def left(index: Path) -> list[str]:
    return sorted(path.name.split("-")[0] for path in index.iterdir())


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_a_first_index_that_is_stopped_goes_on_where_it_was(
    articles: Path, settings: Settings, tmp_path: Path, by: int
) -> None:
    """It says so, embeds only what is left, and makes the index that is made in one go."""
    assert run(articles, settings, stop_at=16, by=by) == []
    assert "unfinished" in left(settings.index)
    assert "manifest.json" not in left(settings.index)
    told = run(articles, settings, stop_at=None)

    [line] = told
    done = int(line.removeprefix("Goes on: ").split()[0])
    assert line == f"Goes on: {done} of 40 files were read already."
    assert 16 <= done < 40
    assert left(settings.index) == ["gen", "lock", "manifest.json"]
    run(articles, whole := Settings(index=tmp_path / "whole", cache=settings.cache), stop_at=None)
    assert_like(settings.index, whole.index)


def test_a_sync_that_is_killed_twice_is_gone_on_with_twice(
    articles: Path, settings: Settings, tmp_path: Path
) -> None:
    """Also where files change meanwhile: what they held before is not in the index."""
    run(articles, settings, stop_at=10, by=signal.SIGKILL)
    (articles / "03.txt").write_text(TEXT.format(n=3, did="opened"), encoding="utf-8")
    (articles / "05.txt").unlink()
    (articles / "005.txt").write_text(TEXT.format(n=500, did="built"), encoding="utf-8")
    [first] = run(articles, settings, stop_at=26, by=signal.SIGKILL)
    [second] = run(articles, settings, stop_at=None)

    assert int(first.split()[2]) < int(second.split()[2])
    run(articles, whole := Settings(index=tmp_path / "whole", cache=settings.cache), stop_at=None)
    assert_like(settings.index, whole.index)


def test_an_update_that_is_killed_goes_on_too(
    articles: Path, settings: Settings, tmp_path: Path
) -> None:
    """The old index answers meanwhile; after the update nothing is left of what was kept."""
    few = articles / "more"
    shutil.copytree(articles, few)
    sync([few], settings=settings)
    old = content(settings.index)
    for n in range(0, 40, 2):
        (few / f"{n:02}.txt").write_text(TEXT.format(n=n, did="repaired"), encoding="utf-8")

    run(few, settings, stop_at=28, by=signal.SIGKILL)

    assert content(settings.index) == old
    [line] = run(few, settings, stop_at=None)
    assert line.endswith("of 20 files were read already.")
    run(few, whole := Settings(index=tmp_path / "whole", cache=settings.cache), stop_at=None)
    assert content(settings.index)["articles"] == content(whole.index)["articles"]
    assert set(left(settings.index)) == {"gen", "lock", "manifest.json", "manifest.previous.json"}


def made(text: str, path: str = "a.txt") -> tuple[Prepared, list[Any]]:
    """An article with vectors of one number each passage."""
    [article] = parse_file(RawFile(path=path, data=text.encode(), sha256=path * 3))
    found = prepare(article, words=20, limits=DEFAULT)  # type: ignore[arg-type]
    assert isinstance(found, Prepared)
    return found, [np.full(4, n, dtype=np.float32) for n in range(len(found.passages))]


def kept_file(index: Path) -> Path:
    [path] = index.glob("unfinished-*")
    return path


def reopened(index: Path, *, made_by: str = "one", generation: int = 0) -> Unfinished:
    return Unfinished(index, generation=generation, made_by=[made_by])


def test_damage_is_never_used(tmp_path: Path) -> None:
    """Whatever byte is flipped, wherever the file is cut: a record is whole, or is not there."""
    one, rows = made("Ada Lark said the dam burst. Nobody was hurt.")
    two, others = made("It rained on Tuesday.", "b.txt")
    with reopened(tmp_path) as kept:
        for found, vectors in ((one, rows), (two, others)):
            kept.keep_part(found.article.path, found.article.sha256, 0, found)
            kept.keep_vectors(found, vectors)
    whole = kept_file(tmp_path).read_bytes()
    draw = random.Random(0)
    for _ in range(300):
        damaged = bytearray(whole)
        at = draw.randrange(len(whole))
        damaged[at] ^= 1 << draw.randrange(8)
        kept_file(tmp_path).write_bytes(damaged if draw.random() < 0.7 else whole[:at])
        with reopened(tmp_path) as kept:
            texts = [kept.part("a.txt", "a.txt" * 3, 0), kept.part("b.txt", "b.txt" * 3, 0)]
            arrays = [kept.vectors(one), kept.vectors(two)]
            kept.keep_part("a.txt", "a.txt" * 3, 0, one)
            kept.keep_vectors(one, rows)

            assert all(found in (None, real) for found, real in zip(texts, (one, two), strict=True))
            assert all(
                found is None or np.array_equal(found, real)
                for found, real in zip(arrays, (rows, others), strict=True)
            )
            assert None in texts or None in arrays  # each byte is of a record
        with reopened(tmp_path) as kept:
            assert kept.part("a.txt", "a.txt" * 3, 0) == one
            assert np.array_equal(kept.vectors(one), rows)


def test_what_another_model_or_another_index_made_is_not_taken(tmp_path: Path) -> None:
    """And it is removed; so is a file without a record."""
    found, _ = made("It rained on Tuesday.")
    with reopened(tmp_path) as kept:
        kept.keep_part("a.txt", "a.txt" * 3, 0, found)
        kept.keep_parts("a.txt", "a.txt" * 3, 1)
    with reopened(tmp_path) as kept:
        assert kept.read() == {"a.txt"}
        assert kept.part("a.txt", "of another file of this name", 0) is None
        assert kept.parts("a.txt", "of another file of this name") == 0
    for other in ({"made_by": "two"}, {"generation": 1}):
        with reopened(tmp_path, **other) as kept:  # type: ignore[arg-type]
            assert kept.read() == set()
        assert list(tmp_path.iterdir()) == []


def loaded(file: File, kept: Unfinished) -> list[Any]:
    """What becomes of a file, with what is kept of it."""
    with Parser(limits=DEFAULT, words=20, unfinished=kept) as parser:
        return list(parser.load(file).found)


def test_a_file_of_several_articles_is_taken_whole(tmp_path: Path) -> None:
    """With the parts that are no articles, in their order; nothing is parsed again."""
    packed = {"a.txt": "It rained.", "b.gif": "no", "c.md": "Ada Lark left.", "d.gif": "no"}
    (tmp_path / "docs").mkdir()
    with zipfile.ZipFile(tmp_path / "docs/a.zip", "w") as archive:
        for name, text in packed.items():
            archive.writestr(name, text)
    [file] = find_files([tmp_path / "docs"])
    with reopened(tmp_path) as kept:
        first = loaded(file, kept)
    with reopened(tmp_path) as kept, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "executable", "/absent")
        assert kept.read() == {"a.zip"}
        assert loaded(file, kept) == first

    assert [isinstance(one, Prepared) for one in first] == [True, False, True, False]
    whole = kept_file(tmp_path).read_bytes()
    kept_file(tmp_path).write_bytes(whole.replace(b"Ada Lark left", b"Ada Lurk left"))
    with reopened(tmp_path) as kept:
        assert loaded(file, kept) == first
    kept_file(tmp_path).write_bytes(whole[:-1])
    with reopened(tmp_path) as kept:
        assert kept.read() == set()
        assert loaded(file, kept) == first
    with reopened(tmp_path) as kept:
        assert kept.read() == {"a.zip"}


def test_a_file_with_a_part_that_failed_is_read_again(tmp_path: Path) -> None:
    """What ended the sync may have been why."""
    (tmp_path / "docs").mkdir()
    with zipfile.ZipFile(tmp_path / "docs/a.zip", "w") as archive:
        for name in ("a.txt", "b.pdf", "c.txt"):
            archive.writestr(name, f"It rained in {name}.")
    [file] = find_files([tmp_path / "docs"])
    with reopened(tmp_path) as kept:
        first = loaded(file, kept)
    with reopened(tmp_path) as kept:
        assert kept.read() == set()
        assert loaded(file, kept) == first

    assert [isinstance(one, Prepared) for one in first] == [True, False, True]


def test_where_room_is_tight_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept gives its room back to the index, and the sync goes on."""
    found, vectors = made("It rained on Tuesday.")
    with reopened(tmp_path) as kept:
        kept.keep_part(found.article.path, found.article.sha256, 0, found)
        assert kept_file(tmp_path).stat().st_size > 0
        usage = namedtuple("usage", "total used free")(10, 0, unfinished_module.SPARE)
        monkeypatch.setattr(unfinished_module.shutil, "disk_usage", lambda path: usage)
        kept.keep_vectors(found, vectors)

        assert list(tmp_path.iterdir()) == []
        assert kept.vectors(found) is None


def test_a_folder_that_cannot_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    """There, a sync would fail for other reasons, and says those."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    found, vectors = made("It rained on Tuesday.")
    with reopened(tmp_path / "file") as kept:
        kept.keep_part(found.article.path, found.article.sha256, 0, found)
        kept.keep_vectors(found, vectors)

        assert kept.part("a.txt", "a.txt" * 3, 0) is None
