"""rag.store.generations: what is read stays, what nobody needs goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.domain import Article, Span
from rag.errors import IndexStale
from rag.models.embedder_id import EmbedderId
from rag.store import LocalStore
from rag.store import manifest as manifests
from rag.store.build import IndexWriter
from rag.store.generations import generations, hold, lock_for_writing, sweep
from rag.sync.passages import split_article

MODEL = EmbedderId(name="model-a", sha256="a" * 64)


def build(index: Path, text: str) -> None:
    """Put an index of one article in force."""
    import numpy as np

    new = Article(path="a.txt", sha256="", text=text, paragraphs=(Span(start=0, end=len(text)),))
    passages = split_article(new, words=100)
    rows = np.eye(4, dtype=np.float32)
    with IndexWriter(index) as writer:
        writer.add(new, passages, [], vectors=rows[:1])
        writer.commit(embedder=MODEL, dimension=4, passage_words=100, code="c", roots=[Path()])


def test_what_a_reader_has_open_outlives_any_number_of_syncs(tmp_path: Path) -> None:
    """Also files that it opens late; it goes with the first sync after it is closed."""
    build(tmp_path, "A heron stood on the dam.")
    reader = LocalStore.open(tmp_path, embedder=MODEL)

    for n in range(3):
        build(tmp_path, f"Train {n} was late again.")

    assert generations(tmp_path).count(1) == 1
    assert list(reader.match_passages(["heron"], k=5)) == [0]
    reader.close()
    build(tmp_path, "Nothing else happened.")
    assert sorted(generations(tmp_path)) == [4, 5]


def test_a_reader_that_two_syncs_overtake_opens_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the manifest and the files, what it names may have gone."""
    build(tmp_path, "A heron stood on the dam.")
    read, overtaken = manifests.read_manifest, []

    def slow(index: Path, name: str = manifests.FILE_NAME) -> manifests.Manifest:
        found = read(index, name)
        if not overtaken:
            overtaken.append(found.generation)
            build(tmp_path, "Train 1 was late.")
            build(tmp_path, "Train 2 was late.")
        return found

    monkeypatch.setattr(manifests, "read_manifest", slow)
    with LocalStore.open(tmp_path, embedder=MODEL) as reader:
        assert reader.manifest.generation == 3

    assert overtaken == [1]


def test_a_generation_that_is_gone_is_damage(tmp_path: Path) -> None:
    """The manifest names it, and nothing else took its place."""
    build(tmp_path, "A heron stood on the dam.")
    (tmp_path / "gen-1").rename(tmp_path / "elsewhere")

    with pytest.raises(IndexStale, match="gen-1 cannot be opened"):
        LocalStore.open(tmp_path, embedder=MODEL)


def test_a_sweep_leaves_what_is_kept_or_held(tmp_path: Path) -> None:
    """And takes the drafts of a manifest that a killed sync left."""
    for n in range(1, 5):
        (tmp_path / f"gen-{n}").mkdir()
    (tmp_path / ".manifest.json.123").write_text("{")
    held = hold(tmp_path / "gen-2")

    sweep(tmp_path, keep={4, None})

    assert sorted(path.name for path in tmp_path.iterdir()) == ["gen-2", "gen-4"]
    os.close(held)
    sweep(tmp_path, keep={4})
    assert generations(tmp_path) == [4]


def test_a_generation_that_is_being_removed_cannot_be_held(tmp_path: Path) -> None:
    """Its lock is the sweeper's."""
    import fcntl

    (tmp_path / "gen-1").mkdir()
    sweeper = os.open(tmp_path / "gen-1", os.O_RDONLY)
    fcntl.flock(sweeper, fcntl.LOCK_EX)

    with pytest.raises(FileNotFoundError):
        hold(tmp_path / "gen-1")

    os.close(sweeper)


def test_the_lock_names_its_holder(tmp_path: Path) -> None:
    """By process; a number that a killed one left is none."""
    (tmp_path / "lock").write_text("999999999")
    holder = lock_for_writing(tmp_path)

    with pytest.raises(Exception, match=rf"another process \({os.getpid()}\) is writing"):
        lock_for_writing(tmp_path)

    os.close(holder)
