"""rag.sync.plan: what a sync has to do, from what files look like and hold."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from rag.checksum import look
from rag.limits import DEFAULT, Limits
from rag.load import Unseen, find_files
from rag.store import KnownFile
from rag.sync.plan import Plan, failed_look, make_plan

LONG_AGO = 1_500_000_000  # seconds


def folder(place: Path, **files: str) -> Path:
    """A folder of old files; the names get .txt."""
    place.mkdir(exist_ok=True)
    for name, content in files.items():
        path = place / f"{name}.txt"
        path.write_text(content)
        os.utime(path, (LONG_AGO, LONG_AGO))
    return place


def known(root: Path, *, id: int | None = 0, why: str = "") -> list[KnownFile]:
    """The files of a folder as an index knows them that was made just now."""
    return [
        KnownFile(
            path=file.path,
            seen=look(file.on_disk) if id is not None else failed_look(look(file.on_disk), DEFAULT),
            sha256=hashlib.sha256(file.on_disk.read_bytes()).hexdigest(),
            id=id,
            why=why,
        )
        for file in find_files([root])
    ]


def names(plan: Plan) -> dict[str, list[str]]:
    """The plan in short, without what is empty."""
    found = {
        "new": [file.path for file in plan.new],
        "changed": [file.path for file in plan.changed],
        "renamed": [f"{was.path}>{file.path}" for file, was in plan.renamed],
        "unchanged": [file.path for file, _ in plan.unchanged],
        "removed": [one.path for one in plan.removed],
        "set aside": [file.path for file, _ in plan.set_aside],
        "forgotten": [one.path for one in plan.forgotten],
    }
    return {what: paths for what, paths in found.items() if paths}


def test_without_an_index_every_file_is_new(tmp_path: Path) -> None:
    """In the order of the paths."""
    root = folder(tmp_path / "a", b="B", a="A")

    plan = make_plan(find_files([root]), [])

    assert names(plan) == {"new": ["a.txt", "b.txt"]}
    assert not plan.is_empty


def test_a_file_that_looks_the_same_is_not_read(tmp_path: Path) -> None:
    """Size, times and inode are enough."""
    root = folder(tmp_path / "a", a="A")
    [before] = known(root)
    other = KnownFile(path="a.txt", seen=before.seen, sha256="of another content", id=0)

    assert names(make_plan(find_files([root]), [other])) == {"unchanged": ["a.txt"]}


def test_a_touched_file_is_hashed_and_found_unchanged(tmp_path: Path) -> None:
    """Another time is no other content."""
    root = folder(tmp_path / "a", a="A")
    before = known(root)
    os.utime(root / "a.txt", (LONG_AGO + 60, LONG_AGO + 60))

    plan = make_plan(find_files([root]), before)

    assert names(plan) == {"unchanged": ["a.txt"]}
    assert plan.is_empty


def test_the_same_size_and_time_do_not_hide_another_content(tmp_path: Path) -> None:
    """Whoever sets the time back cannot set back when the inode changed."""
    root = folder(tmp_path / "a", a="A")
    before = known(root)
    folder(root, a="B")

    assert names(make_plan(find_files([root]), before)) == {"changed": ["a.txt"]}


def test_everything_at_once(tmp_path: Path) -> None:
    """Each file is one thing."""
    root = folder(tmp_path / "a", gone="G", moved="M", edited="E", same="S")
    before = known(root)
    (root / "gone.txt").unlink()
    (root / "moved.txt").rename(root / "elsewhere.txt")
    folder(root, edited="E2", new="N")

    assert names(make_plan(find_files([root]), before)) == {
        "new": ["new.txt"],
        "changed": ["edited.txt"],
        "renamed": ["moved.txt>elsewhere.txt"],
        "unchanged": ["same.txt"],
        "removed": ["gone.txt"],
    }


def test_a_copy_is_new_and_no_renaming(tmp_path: Path) -> None:
    """What it is a copy of is still there; of two copies of a file that is gone, one is it."""
    root = folder(tmp_path / "a", a="A")
    before = known(root)
    folder(root, b="A")
    copied = names(make_plan(find_files([root]), before))
    (root / "a.txt").unlink()
    folder(root, c="A")

    assert copied == {"new": ["b.txt"], "unchanged": ["a.txt"]}
    assert names(make_plan(find_files([root]), before)) == {
        "new": ["c.txt"],
        "renamed": ["a.txt>b.txt"],
    }


def test_two_files_that_change_places_have_changed(tmp_path: Path) -> None:
    """Both paths are known; neither is renamed."""
    root = folder(tmp_path / "a", a="A", b="B")
    before = known(root)
    folder(root, a="B", b="A")

    assert names(make_plan(find_files([root]), before)) == {"changed": ["a.txt", "b.txt"]}


def test_what_could_not_be_read_is_left_until_it_changes(tmp_path: Path) -> None:
    """By its look or, touched, by its content; gone, it is forgotten."""
    root = folder(tmp_path / "a", a="A", b="B", c="C")
    before = known(root, id=None, why="damaged")
    os.utime(root / "a.txt", (LONG_AGO + 60, LONG_AGO + 60))
    folder(root, b="B2")
    (root / "c.txt").unlink()

    plan = make_plan(find_files([root]), before)

    assert names(plan) == {"new": ["b.txt"], "set aside": ["a.txt"], "forgotten": ["c.txt"]}


def test_what_could_not_be_read_is_tried_again_under_other_limits(tmp_path: Path) -> None:
    """Its reason says which to raise; without limits, the question is of the files alone."""
    root = folder(tmp_path / "a", a="A")
    before = known(root, id=None, why="has more than 2,000 pages: raise pdf_pages")
    files = find_files([root])

    assert names(make_plan(files, before, limits=DEFAULT)) == {"set aside": ["a.txt"]}
    assert names(make_plan(files, before)) == {"set aside": ["a.txt"]}
    assert names(make_plan(files, before, limits=Limits(pdf_pages=3000))) == {"new": ["a.txt"]}


def test_a_new_file_is_read_only_to_know_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none is gone, it is read once: when it becomes an article."""
    root = folder(tmp_path / "a", a="A", b="B")
    before = known(root)
    folder(root, c="C")
    monkeypatch.setattr("rag.sync.plan.read_file", None)

    first, second = make_plan(find_files([root]), []), make_plan(find_files([root]), before)

    assert names(first) == {"new": ["a.txt", "b.txt", "c.txt"]}
    assert names(second) == {"new": ["c.txt"], "unchanged": ["a.txt", "b.txt"]}
    assert first.sums == {}


def test_what_is_gone_may_be_in_a_place_that_is_new_and_cannot_be_read(tmp_path: Path) -> None:
    """Not in one that the index lists already, nor in one whose articles are kept."""
    root = folder(tmp_path / "a", a="A")
    before = [*known(root), KnownFile(path="old/b.txt", seen="", sha256="b", id=1)]
    place = Unseen(path="new/", why="cannot be read", below=("new/",), on_disk=root / "new")
    listed = KnownFile(path="new/", seen="", sha256="", id=None, why="cannot be read")
    inside = KnownFile(path="new/c.txt", seen="", sha256="c", id=2)

    def doubtful(*more: KnownFile) -> tuple[str, ...]:
        return make_plan(find_files([root]), [*before, *more], unseen=[place]).doubtful

    assert doubtful() == ("new/",)
    assert doubtful(listed) == ()
    assert doubtful(inside) == ()
