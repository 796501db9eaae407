"""rag.load.files: which files are found, and what becomes of each."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.domain import Article, Skipped
from rag.errors import CorpusError
from rag.limits import Limits
from rag.load import files as files_module
from rag.load import find_files, parse, read_file
from rag.load.files import FORMATS
from rag.load.parse import LONGEST_TITLE, load_file, load_folder

BODY = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."


def paths(*roots: Path) -> list[str]:
    """Corpus paths of the files found."""
    return [file.path for file in find_files(roots)]


def load(folder: Path, name: str, data: bytes) -> Article | Skipped:
    """Write one file and load it."""
    (folder / name).write_bytes(data)
    [file] = find_files([folder])
    [found] = load_file(file)
    return found


def test_files_are_found_in_order_with_relative_paths(tmp_path: Path) -> None:
    """Hidden files and folders are passed over; README is a file like any other."""
    for name in ("b.txt", "a/z.md", "README.md", ".hidden.txt", ".git/x.txt", "a/.x/y.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(BODY)

    assert paths(tmp_path) == ["README.md", "a/z.md", "b.txt"]


def test_a_single_file_is_relative_to_its_folder(tmp_path: Path) -> None:
    """Its root is its parent, so naming the folder or its files gives the same paths."""
    (tmp_path / "a.txt").write_text(BODY)
    (tmp_path / "b.txt").write_text(BODY)

    assert paths(tmp_path / "b.txt") == ["b.txt"]
    assert paths(tmp_path / "a.txt", tmp_path / "b.txt", tmp_path) == ["a.txt", "b.txt"]


def test_several_roots_name_their_folders(tmp_path: Path) -> None:
    """Two files of one name stay two articles, whatever the order of the roots."""
    for name in ("x/news/a.txt", "y/news/a.txt", "old/a.txt"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(BODY)
    x, y, old = tmp_path / "x/news", tmp_path / "y/news", tmp_path / "old"

    assert paths(x, old) == paths(old, x) == ["news/a.txt", "old/a.txt"]
    assert paths(x, y) == ["x/news/a.txt", "y/news/a.txt"]


def test_links_out_of_the_root_are_not_followed(tmp_path: Path) -> None:
    """Neither a linked file nor a linked folder brings in what lies outside."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to(outside / "secret.txt")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "dangling.txt").symlink_to(root / "nothing.txt")
    (root / "real.txt").write_text(BODY)
    (root / "alias.txt").symlink_to(root / "real.txt")

    assert paths(root) == ["real.txt"]


def test_a_file_swapped_for_a_link_is_not_read(tmp_path: Path) -> None:
    """The root is checked again when the file is opened."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.txt").write_text(BODY)
    (tmp_path / "secret.txt").write_text("secret")
    [file] = find_files([root])
    (root / "a.txt").unlink()
    (root / "a.txt").symlink_to(tmp_path / "secret.txt")

    assert list(load_file(file)) == [
        Skipped(path="a.txt", why="is a link to a place outside its folder")
    ]


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    """The user may point at a file by a link, wherever it leads."""
    (tmp_path / "a").mkdir()
    (tmp_path / "real.txt").write_text(BODY)
    link = tmp_path / "a" / "link.txt"
    link.symlink_to(tmp_path / "real.txt")
    [file] = find_files([link])

    [article] = load_file(file)

    assert isinstance(article, Article)
    assert article.path == "link.txt"


def test_a_fifo_is_passed_over(tmp_path: Path) -> None:
    """Opening one would wait for ever."""
    os.mkfifo(tmp_path / "pipe.txt")

    assert paths(tmp_path) == []


def test_a_file_swapped_for_a_fifo_does_not_hang(tmp_path: Path) -> None:
    """It is opened without waiting and refused."""
    (tmp_path / "a.txt").write_text(BODY)
    [file] = find_files([tmp_path])
    (tmp_path / "a.txt").unlink()
    os.mkfifo(tmp_path / "a.txt")

    assert list(load_file(file)) == [Skipped(path="a.txt", why="not a regular file")]


def test_a_missing_root_is_an_error_with_a_hint(tmp_path: Path) -> None:
    """The message names the path, the hint says what to type."""
    with pytest.raises(CorpusError, match="nowhere does not exist") as caught:
        find_files([tmp_path / "nowhere"])

    assert "rag index" in caught.value.hint


def test_a_root_that_is_a_fifo_is_an_error(tmp_path: Path) -> None:
    """Only folders and regular files can be indexed."""
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(CorpusError, match="neither a folder nor a regular file"):
        find_files([tmp_path / "pipe"])


def test_an_article_is_loaded_whole(tmp_path: Path) -> None:
    """Hash of the bytes, text as it stands, paragraphs without the title."""
    data = f"Dam bursts\r\n\r\nMay 3, 2019\r\n\r\n{BODY}\r\n".encode()

    article = load(tmp_path, "a.TXT", data)

    assert isinstance(article, Article)
    assert article.sha256 == hashlib.sha256(data).hexdigest()
    assert article.text.encode() == data
    assert [article.text[span.start : span.end] for span in article.paragraphs] == [BODY]
    assert (article.title.value, article.date.value) == ("Dam bursts", "2019-05-03")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \r\n\t", "no text in it"),
        ("a.txt", b"\x02ELF\x02\x00\x00\x00\x00" * 90, "binary data, not text"),
        ("a.pdf", b"%PDF-1.4\n", "damaged PDF"),
        ("a.docx", b"PK\x03\x04", "damaged DOCX"),
        ("a.html", b"<html></html>", "no article text in the page"),
    ],
)
def test_a_bad_file_is_skipped_with_its_reason(
    tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    """Nothing is raised."""
    assert load(tmp_path, name, data) == Skipped(path=name, why=why)


@pytest.mark.parametrize(("name", "kind"), [("a.xyz", ".xyz"), ("LICENSE", "(no extension)")])
def test_an_unsupported_format_is_no_failure(tmp_path: Path, name: str, kind: str) -> None:
    """It is listed, and not counted as an article that could not be read."""
    skipped = load(tmp_path, name, b"x")

    assert skipped == Skipped(path=name, why=f"unsupported format {kind}", failed=False)


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    """The limit is on bytes; a gigabyte that takes no room on the disk is one too."""
    (tmp_path / "a.txt").write_bytes(b"x" * 1024 * 1024)
    (tmp_path / "b.txt").write_bytes(b"x" * (1024 * 1024 + 1))
    with (tmp_path / "c.txt").open("wb") as sparse:
        sparse.truncate(1024**3)

    one, two, three = (
        next(load_file(file, limits=Limits(file_megabytes=1))) for file in find_files([tmp_path])
    )

    assert isinstance(one, Article)
    why = "is larger than 1 MB: raise file_megabytes"
    assert (two, three) == (Skipped(path="b.txt", why=why), Skipped(path="c.txt", why=why))


def test_a_long_text_is_refused(tmp_path: Path) -> None:
    """The limit is on characters, whatever their bytes."""
    (tmp_path / "a.txt").write_text("д" * 100)
    [file] = find_files([tmp_path])

    [read] = load_file(file, limits=Limits(text_characters=100))
    [skipped] = load_file(file, limits=Limits(text_characters=99))

    assert isinstance(read, Article)
    assert skipped == Skipped(
        path="a.txt", why="has more than 99 characters: raise text_characters"
    )


@pytest.mark.parametrize("change", ["grows", "shrinks", "is written again", "vanishes"])
def test_a_file_that_changes_while_it_is_read_is_left_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Half of one text and half of another is no article; the reason says so."""
    path = tmp_path / "a.txt"
    path.write_text(BODY)
    os.utime(path, (1, 1))
    [file] = find_files([tmp_path])
    real = files_module._read_all

    def meanwhile(stream: io.FileIO, size: int) -> bytes:
        changes = {
            "grows": lambda: path.write_text(BODY * 2),
            "shrinks": lambda: os.truncate(path, 5),
            "is written again": lambda: path.write_text(BODY.upper()),
            "vanishes": path.unlink,
        }
        changes[change]()
        return real(stream, size)

    monkeypatch.setattr(files_module, "_read_all", meanwhile)

    [read] = load_file(file)

    if change == "vanishes":  # what was opened is still whole
        [gone] = load_file(file)
        assert isinstance(read, Article)
        assert gone == Skipped(path="a.txt", why="cannot be read: there is no such file or folder")
    else:
        assert read == Skipped(path="a.txt", why="changed while it was read")


def test_a_folder_swapped_for_a_link_is_not_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when that happens after the path was resolved: each step is opened as no link."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "in", outside):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(BODY)
    [file] = find_files([root])
    real = os.path.realpath

    def resolved(path: Path) -> str:
        found = real(path)
        (root / "in").rename(tmp_path / "moved")
        (root / "in").symlink_to(outside)
        return found

    monkeypatch.setattr("rag.load.files.os.path.realpath", resolved)

    read = read_file(file)

    assert isinstance(read, Skipped)
    assert read.why.startswith("cannot be read")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.txt", b"%PDF-1.4\nhello", "is really a PDF, not .txt"),
        ("a.html", b"\x89PNG\r\n\x1a\n<html>", "is really a PNG picture, not .html"),
        ("a.md", b"PK\x03\x04 and text", "is really a ZIP or Word file, not .md"),
    ],
)
def test_another_format_under_the_name_of_a_text_is_no_text(
    tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    """Some PDFs would decode as one."""
    assert load(tmp_path, name, data) == Skipped(path=name, why=why)


def test_a_title_is_cut(tmp_path: Path) -> None:
    """Each sentence is embedded under it."""
    article = load(tmp_path, "a.md", f"---\ntitle: {'a' * 2000}\n---\n\n{BODY}\n".encode())

    assert isinstance(article, Article)
    assert article.title.value == "a" * LONGEST_TITLE


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """A folder is loaded to its end."""
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_text(BODY)

    assert [type(each) for each in load_folder([tmp_path])] == [Skipped, Article]


def test_a_name_that_is_not_utf8_can_be_stored(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are spelled out in the path, and the file is read."""
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_text(BODY)
    except OSError:
        pytest.skip("this file system refuses the name")

    [article] = load_folder([tmp_path])

    assert isinstance(article, Article)
    assert article.path == "\\xff.txt"


def test_importing_the_package_loads_no_parser() -> None:
    """Parsers are imported when a file needs them."""
    heavy = "{'trafilatura', 'lxml', 'pdfminer', 'charset_normalizer', 'yaml', 'pptx', 'openpyxl'}"
    code = f"import sys, rag.load; print({heavy} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


def test_every_format_has_a_reader() -> None:
    """What is looked for in a folder is what can be read, no more and no less."""
    readers = {*parse._READERS, *parse._UNPACKERS, *parse._SPLITTERS, ".zip", ".epub", ".pdf"}

    assert readers == FORMATS
