"""rag.confined: what a file does to its parser costs that file alone."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pytest

from rag import confined
from rag.confined import Loaded, Parser
from rag.domain import Article, Skipped
from rag.errors import RagError
from rag.limits import DEFAULT, Limits
from rag.load import File, find_files, load_file
from rag.prepare import Prepared, prepare

BODY = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
PAGE = f"<html><head><title>Dam bursts</title></head><body><p>{BODY}</p><p>{BODY}</p></body></html>"


def file(place: Path, name: str, content: str | bytes) -> File:
    """A file of a folder of its own."""
    root = place / name.replace(".", "_")
    root.mkdir()
    (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    [found] = find_files([root])
    return found


def load(*files: File, seconds: float = 20.0, megabytes: int = 512) -> list[Prepared | Skipped]:
    """What becomes of them, one after the other."""
    limits = Limits(parse_seconds=seconds, parse_megabytes=megabytes)
    with Parser(limits=limits, words=120) as parser:
        return [parser.load(one).found for one in files]


def here(file: File) -> Prepared | Skipped:
    """The same, in this process and without limits of time and memory."""
    article = load_file(file)
    if isinstance(article, Skipped):
        return article
    return prepare(article, words=120, limits=DEFAULT)


def test_articles_are_those_of_the_parser_itself(
    seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every format: text, headers, passages, statements, or the reason why there is none."""
    monkeypatch.setattr(confined, "AT_ONCE", 0)
    files = find_files([seeds])

    loaded = load(*files)

    assert loaded == [here(one) for one in files]
    assert any(isinstance(one, Prepared) and one.statements for one in loaded)
    assert {Path(one.path).suffix for one in files} >= {".md", ".html", ".pdf", ".docx", ".txt"}


def test_a_file_that_takes_too_long_is_left(tmp_path: Path) -> None:
    """The next one is read all the same, by a new process."""
    slow = file(tmp_path, "slow.html", "<div>" * 400_000 + BODY)
    good = file(tmp_path, "good.html", PAGE)

    late, read = load(slow, good, seconds=0.001)[0], load(good)[0]
    after = load(slow, good, seconds=3.0)[1]

    assert late == Skipped(
        path="slow.html", why="takes more than 0.001 s to parse: raise parse_seconds"
    )
    assert isinstance(read, Prepared)
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
    assert isinstance(read, Prepared)


def test_a_parser_that_dies_takes_its_file_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ended it."""
    good = file(tmp_path, "good.html", PAGE)
    with Parser(limits=DEFAULT, words=120) as parser:
        first = parser.load(good).found
        assert parser._process is not None
        parser._process.kill()
        parser._process.wait()
        second, third = parser.load(good).found, parser.load(good).found

    assert isinstance(first, Prepared)
    assert second == Skipped(path="good.html", why="its parser died of it (SIGKILL)")
    assert third == first
    assert parser._process is None


def test_plain_text_needs_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a file that is passed over."""
    monkeypatch.setattr(sys, "executable", "/absent")

    plain, other = load(file(tmp_path, "a.txt", BODY), file(tmp_path, "a.xyz", BODY))

    assert isinstance(plain, Prepared)
    assert other == Skipped(path="a.xyz", why="unsupported format .xyz", failed=False)
