"""rag.load.confined: what a file does to its parser costs that file alone."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pytest

from rag.domain import Article, Skipped
from rag.load import File, Parser, find_files, load_file

BODY = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
PAGE = f"<html><head><title>Dam bursts</title></head><body><p>{BODY}</p><p>{BODY}</p></body></html>"


def file(place: Path, name: str, content: str | bytes) -> File:
    """A file of a folder of its own."""
    root = place / name.replace(".", "_")
    root.mkdir()
    (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    [found] = find_files([root])
    return found


def load(*files: File, seconds: float = 20.0, megabytes: int = 512) -> list[Article | Skipped]:
    """What becomes of them, one after the other."""
    with Parser(seconds=seconds, megabytes=megabytes) as parser:
        return [parser.load(one) for one in files]


def test_articles_are_those_of_the_parser_itself(seeds: Path) -> None:
    """Every format: text, paragraphs, headers, or the reason why there is none."""
    files = find_files([seeds])

    assert load(*files) == [load_file(one) for one in files]
    assert {Path(one.path).suffix for one in files} >= {".md", ".html", ".pdf", ".docx", ".txt"}


def test_a_file_that_takes_too_long_is_left(tmp_path: Path) -> None:
    """The next one is read all the same, by a new process."""
    slow = file(tmp_path, "slow.html", "<div>" * 400_000 + BODY)
    good = file(tmp_path, "good.html", PAGE)

    late, read = load(slow, good, seconds=0.001)[0], load(good)[0]
    after = load(slow, good, seconds=3.0)[1]

    assert late == Skipped(path="slow.html", why="takes more than 0.001 s to parse")
    assert isinstance(read, Article)
    assert after == read


def test_a_file_that_takes_too_much_memory_is_left(tmp_path: Path) -> None:
    """An archive that unpacks to more than the process may have."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * 300 * 1024 * 1024)
    bomb, good = file(tmp_path, "bomb.docx", packed.getvalue()), file(tmp_path, "good.html", PAGE)

    left, read = load(bomb, good, megabytes=64)

    assert isinstance(left, Skipped)
    assert left.failed
    assert isinstance(read, Article)


def test_a_parser_that_dies_takes_its_file_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ended it."""
    good = file(tmp_path, "good.html", PAGE)
    with Parser(seconds=20.0, megabytes=512) as parser:
        first = parser.load(good)
        assert parser._process is not None
        parser._process.kill()
        parser._process.wait()
        second, third = parser.load(good), parser.load(good)

    assert isinstance(first, Article)
    assert second == Skipped(path="good.html", why="its parser died of it")
    assert third == first
    assert parser._process is None


def test_plain_text_needs_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a file that is passed over."""
    monkeypatch.setattr(sys, "executable", "/absent")

    plain, other = load(file(tmp_path, "a.txt", BODY), file(tmp_path, "a.xyz", BODY))

    assert isinstance(plain, Article)
    assert other == Skipped(path="a.xyz", why="unsupported format .xyz", failed=False)
