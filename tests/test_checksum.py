"""rag.checksum: sums are right, remembered, and taken again when a file changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rag.checksum import look, remembered_sha256, settled, sha256_of, write_atomically

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, appendix B.1
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that holds ``abc``."""
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    return path


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """Where sums are remembered; not there yet, nor is its folder."""
    return tmp_path / "cache" / "checksums.json"


def test_sha256_is_the_standards(file: Path, tmp_path: Path) -> None:
    """The sum of ``abc`` is the one printed in the standard."""
    empty = tmp_path / "empty"
    empty.touch()

    assert sha256_of(file) == ABC
    assert sha256_of(empty) == EMPTY


def test_an_untouched_file_is_not_read_again(file: Path, memory: Path) -> None:
    """The second sum comes from the memory: a sum planted there is the one returned."""
    assert remembered_sha256(file, memory) == ABC
    known = json.loads(memory.read_text(encoding="utf-8"))
    known[str(file)]["sha256"] = "planted"
    memory.write_text(json.dumps(known), encoding="utf-8")

    assert remembered_sha256(file, memory) == "planted"


def test_a_file_of_another_size_is_read_again(file: Path, memory: Path) -> None:
    """A size that differs is enough, even when the time was put back."""
    remembered_sha256(file, memory)
    stat = file.stat()
    file.write_bytes(b"")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert remembered_sha256(file, memory) == EMPTY


def test_a_file_changed_later_is_read_again(file: Path, memory: Path) -> None:
    """Same size, later time: the sum is taken again."""
    remembered_sha256(file, memory)
    stat = file.stat()
    file.write_bytes(b"abd")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))

    assert remembered_sha256(file, memory) == sha256_of(file) != ABC


def test_a_file_put_in_its_place_is_read_again(file: Path, memory: Path) -> None:
    """Same size, same time, another inode: a replaced file is noticed."""
    remembered_sha256(file, memory)
    stat = file.stat()
    other = file.with_name("other")
    other.write_bytes(b"abd")
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(file)

    assert remembered_sha256(file, memory) == sha256_of(file) != ABC


def test_several_files_are_remembered(file: Path, memory: Path, tmp_path: Path) -> None:
    """A new sum does not push out an old one."""
    other = tmp_path / "other"
    other.touch()
    remembered_sha256(file, memory)
    remembered_sha256(other, memory)

    known = json.loads(memory.read_text(encoding="utf-8"))

    assert {path: entry["sha256"] for path, entry in known.items()} == {
        str(file): ABC,
        str(other): EMPTY,
    }


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe\x00", b"[]", b"null", b'{"FILE": 5}', b'{"FILE": {"seen": null}}'],
)
def test_a_damaged_memory_costs_only_time(file: Path, memory: Path, content: bytes) -> None:
    """Whatever stands in the memory, the sum is right and the memory is mended."""
    memory.parent.mkdir()
    memory.write_bytes(content.replace(b"FILE", str(file).encode()))

    assert remembered_sha256(file, memory) == ABC
    assert json.loads(memory.read_text(encoding="utf-8"))[str(file)]["sha256"] == ABC


def test_a_memory_that_cannot_be_written_costs_only_time(file: Path, tmp_path: Path) -> None:
    """The sum is right although there is no place to keep it."""
    blocked = tmp_path / "a file, no folder"
    blocked.touch()

    assert remembered_sha256(file, blocked / "checksums.json") == ABC


def test_a_file_that_is_gone_is_an_error(file: Path, memory: Path) -> None:
    """A remembered sum is no stand-in for a file."""
    remembered_sha256(file, memory)
    file.unlink()

    with pytest.raises(FileNotFoundError, match="file"):
        remembered_sha256(file, memory)


def test_a_look_is_kept_only_when_it_can_be_relied_on(file: Path) -> None:
    """Not of a file that was written this moment, nor of one that is gone."""
    absent = file.with_name("absent")

    assert settled(file, look(file)) == ""  # its inode changed a moment ago
    assert settled(absent, "") == look(absent) == ""


def test_an_old_look_is_settled(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the clock has moved on, the file may be known by it, unless it changed meanwhile."""
    then = look(file)
    monkeypatch.setattr("rag.checksum.RACY", -1.0)

    assert settled(file, then) == then
    assert settled(file, "another") == ""


def test_write_atomically_replaces_and_leaves_no_draft(tmp_path: Path) -> None:
    """The new content is there, in a folder made for it, and nothing else."""
    path = tmp_path / "deep" / "er" / "file.json"
    write_atomically(path, "old")
    write_atomically(path, "new: é")

    assert path.read_bytes() == "new: é".encode()
    assert list(path.parent.iterdir()) == [path]


def test_write_atomically_never_shows_a_part(tmp_path: Path) -> None:
    """Who opened the old file goes on reading the old content."""
    path = tmp_path / "file"
    write_atomically(path, "old")
    with path.open(encoding="utf-8") as reader:
        write_atomically(path, "new")

        assert reader.read() == "old"
