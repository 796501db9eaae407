"""rag.load.roots: several PATHs, what their files are called, and the way back to the files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.load import absolute, as_text, find_files, from_text, locate
from rag.load.roots import _labels


def tree(place: Path, *names: str) -> Path:
    """A folder with these files, each holding its own path."""
    for name in names:
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(path))
    return place


def paths(*roots: Path) -> list[str]:
    """Corpus paths of the files found."""
    return [file.path for file in find_files(roots)]


# Bytes of names, above all those that look like what stands for others.
NAMES = st.lists(
    st.sampled_from([b"\\", b"x", b"5c", b"e9", b"\xe9", b"\xc3\xa9", b"\xc3", b"\n", b"a", b" "]),
    min_size=1,
    max_size=12,
).map(b"".join)


@given(NAMES, NAMES)
def test_every_name_has_a_text_of_its_own_and_comes_back_from_it(one: bytes, other: bytes) -> None:
    """Whatever its bytes; the text is one that can be stored and printed."""
    first, second = (Path(os.fsdecode(name)) for name in (one, other))

    assert from_text(as_text(first)) == first
    assert as_text(first).encode()
    assert (as_text(first) == as_text(second)) == (one == other)


def test_a_name_that_is_text_is_its_own_text() -> None:
    """Only a backslash that reads as a byte's is written otherwise."""
    for name in ("a b.txt", "back\\slash", "\\x41", "Zoë", "Zoe\u0308", "🦉"):
        assert as_text(Path(name)) == name
    assert as_text(Path(r"latin-\xe9.txt")) == r"latin-\x5cxe9.txt"
    assert as_text(Path(os.fsdecode(b"latin-\xe9.txt"))) == r"latin-\xe9.txt"


def two(place: Path) -> list[Path]:
    tree(place, "x/news/a.txt", "x/news/sub/a.txt", "y/news/a.txt", "y/news/sub/b.txt")
    return [place / "x/news", place / "y/news"]


def overlapping(place: Path) -> list[Path]:
    tree(place, "a/x.txt", "a/sub/x.txt", "a/a/x.txt")
    return [place / "a", place / "a/sub", place / "a/a"]


def twice(place: Path) -> list[Path]:
    return [tree(place / "a", "x.txt", "a/x.txt"), place / "a", place / "a" / ".." / "a"]


def linked(place: Path) -> list[Path]:
    tree(place, "real/x.txt", "other/x.txt")
    (place / "link").symlink_to(place / "real")
    return [place / "link", place / "real", place / "other"]


def file_and_folder(place: Path) -> list[Path]:
    tree(place, "a/x.txt", "b/x.txt", "b/y.txt")
    return [place / "a", place / "b/y.txt"]


def linked_file(place: Path) -> list[Path]:
    tree(place, "a/real.txt", "b/x.txt", "b/real.txt")
    (place / "b" / "named.txt").symlink_to(place / "a" / "real.txt")
    return [place / "b" / "named.txt", place / "b"]


def hidden(place: Path) -> list[Path]:
    return [tree(place / "a", "x.txt", ".notes/x.txt"), place / "a" / ".notes"]


MAKERS = [two, overlapping, twice, linked, file_and_folder, linked_file, hidden]


@pytest.mark.parametrize("make", MAKERS)
def test_every_file_is_found_again_by_its_path(
    tmp_path: Path, make: Callable[[Path], list[Path]]
) -> None:
    """And no other one: what is found is the file that was listed, and none is listed twice."""
    roots = make(tmp_path)

    files = find_files(roots)

    assert len({file.path for file in files}) == len({file.on_disk for file in files}) == len(files)
    assert len(files) > 1
    stored = list(map(absolute, roots))
    for file in files:
        found = locate(file.path, stored)
        assert found is not None
        assert found.samefile(file.on_disk)


def test_a_root_in_another_adds_no_file(tmp_path: Path) -> None:
    """Its files are those of the outer one, and called after that."""
    assert paths(*overlapping(tmp_path)[:2]) == ["a/a/x.txt", "a/sub/x.txt", "a/x.txt"]


def test_a_root_given_twice_or_by_a_link_is_one(tmp_path: Path) -> None:
    """It needs no name of its own before the paths."""
    tree(tmp_path, "real/x.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert paths(tmp_path / "real", tmp_path / "link", tmp_path / "real") == ["x.txt"]


def test_labels_that_are_whole_paths_lead_to_no_other_file() -> None:
    """/a/b/x.txt and /c/a/b/x.txt differ, also where /a is a root and /c/a/b another."""
    folders = [Path("/a"), Path("/c/a/b"), Path("/d/a/b")]

    labels = _labels(folders)

    inner = [
        f"{labels[folder]}/{rest}" for folder, rest in zip(folders, ("b/x", "x", "x"), strict=True)
    ]
    assert len(set(inner)) == 3
    assert _labels([Path("/"), Path("/x/a")]) == {Path("/"): "", Path("/x/a"): "x/a"}


def test_a_file_that_is_gone_is_not_found_elsewhere(tmp_path: Path) -> None:
    """Not in another root, nor in a folder above, where a file has the same name."""
    roots = two(tmp_path)
    tree(tmp_path, "a.txt", "x/a.txt", "x/news/x/news/a.txt")
    (tmp_path / "x/news/a.txt").unlink()

    assert locate("x/news/a.txt", roots) is None
    assert locate("y/news/a.txt", roots) == tmp_path / "y/news/a.txt"
    one = [tmp_path / "x"]
    assert locate("b.txt", one) is None
    tree(tmp_path, "b.txt")
    assert locate("b.txt", one) is None


def test_the_others_are_found_while_one_root_is_gone(tmp_path: Path) -> None:
    """Its label still belongs to the set."""
    roots = two(tmp_path)
    (tmp_path / "x").rename(tmp_path / "unmounted")

    assert locate("y/news/sub/b.txt", roots) == tmp_path / "y/news/sub/b.txt"
    assert locate("x/news/a.txt", roots) is None


@pytest.mark.parametrize(
    "path", ["../secret.txt", "sub/../../secret.txt", "/etc/passwd", "out.txt"]
)
def test_nothing_outside_of_a_root_is_found(tmp_path: Path, path: str) -> None:
    """Neither by two dots nor by a link that leads out."""
    root = tree(tmp_path / "root", "a.txt", "sub/a.txt")
    tree(tmp_path, "secret.txt")
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")

    assert locate(path, [root]) is None
    assert locate(f"root/{path}", [root, tree(tmp_path / "other", "a.txt")]) is None
    assert locate("sub/a.txt", [root]) == root / "sub/a.txt"


def test_an_absolute_path_keeps_the_link_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link that is turned to another folder is followed there next time."""
    tree(tmp_path, "v1/a.txt")
    (tmp_path / "current").symlink_to(tmp_path / "v1")
    monkeypatch.chdir(tmp_path / "v1")

    assert absolute(Path("../current")) == tmp_path / "current"
    assert (
        absolute(Path())
        == absolute(Path("../v1/."))
        == absolute(Path("../v1"))
        == (tmp_path / "v1")
    )
    assert absolute(Path("..")) == tmp_path
