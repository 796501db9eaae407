"""rag.load.ignore: what a .ragignore keeps out, held against git itself."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from shell import check_error, rag

from rag.errors import CorpusError
from rag.load import IgnoreRules, find_files, search_roots
from rag.load.ignore import IGNORE_FILE

FOLDERS = ("", "a/", "a/a/", "a/b/", "b/", "b/a/", "b/b/", "b/b/a/", "c/")
# Not a trailing `/**/`: pathspec reads it as the folder itself, git as the folders in it.
WORDS = ("a", "b", "a.txt", "*.txt", "*", "?", "[ab]", "b.md", "[!a]", "\\a", "**/a", "a/**", "c")


def tree(place: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return place


def pattern(choose: random.Random) -> str:
    """Some line of a .ragignore."""
    line = "/".join(choose.choices(WORDS, k=choose.choice((1, 1, 1, 2, 2, 3))))
    for mark, share in (("/", 0.3), ("!", 0.35), ("#", 0.05)):
        line = mark + line if choose.random() < share else line
    plain = not line.endswith("**")
    return line + ("/" if plain and choose.random() < 0.3 else "") + choose.choice(("", "", " "))


def unignored_by_git(root: Path) -> list[str]:
    """What git would take in, were the files called .gitignore; hidden files are no articles."""
    command = ["git", "ls-files", "--others", "-z", "--exclude-per-directory=.ragignore"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return sorted(name for name in done.stdout.split("\0") if name and ".ragignore" not in name)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_same_files_as_git_would_leave_out(tmp_path: Path) -> None:
    """Of 200 trees of random .ragignore files, nested, with folders, stars and exceptions."""
    names = ("a.txt", "b.md", "x")
    root = tree(tmp_path, {folder + name: "x" for folder in FOLDERS for name in names})
    subprocess.run(["git", "init", "-q", root], check=True)
    choose = random.Random(7)
    some = 0

    for _ in range(200):
        rules = {
            f"{folder}.ragignore": "\n".join(pattern(choose) for _ in range(choose.randint(1, 4)))
            for folder in FOLDERS
            if folder == "" or choose.random() < 0.3
        }
        tree(root, rules)
        found = [file.path for file in find_files([root])]
        some += 0 < len(found) < len(FOLDERS) * len(names)

        assert found == unignored_by_git(root), rules
        for name in rules:
            (root / name).unlink()
    assert some > 50  # most trees were not left whole, nor emptied


def test_what_is_ignored_is_told(tmp_path: Path) -> None:
    """Files one by one; a folder once, with a slash, for it is not looked into."""
    root = tree(
        tmp_path,
        {
            ".ragignore": "drafts/\n*.tmp.txt\n",
            "a.txt": "A",
            "b.tmp.txt": "B",
            "drafts/c.txt": "C",
            "drafts/d.txt": "D",
            "sub/.ragignore": "!kept.tmp.txt\n",
            "sub/kept.tmp.txt": "K",
        },
    )

    found = search_roots([root])

    assert [file.path for file in found.files] == ["a.txt", "sub/kept.tmp.txt"]
    assert found.ignored == ("b.tmp.txt", "drafts/")


def test_each_root_has_its_own_rules(tmp_path: Path) -> None:
    """Those above a root do not reach into it, and a file that is named itself is taken."""
    tree(tmp_path, {"one/.ragignore": "*.txt", "one/a.txt": "A", "two/a.txt": "A"})
    tree(tmp_path, {".ragignore": "*"})

    found = search_roots([tmp_path / "one", tmp_path / "two"])

    assert [file.path for file in found.files] == ["two/a.txt"]
    assert found.ignored == ("one/a.txt",)
    assert [file.path for file in find_files([tmp_path / "one" / "a.txt"])] == ["a.txt"]


def test_windows_lines_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    """As editors there write them."""
    root = tree(tmp_path, {"a.txt": "A", "b.txt": "B"})
    (root / ".ragignore").write_bytes(b"\xef\xbb\xbfa.txt\r\n# no more\r\n")

    assert search_roots([root]).ignored == ("a.txt",)


def test_a_path_is_hidden_by_the_folders_above_it(tmp_path: Path) -> None:
    """What is in an ignored folder is ignored, whatever is said of it."""
    root = tree(tmp_path, {".ragignore": "drafts/\n!drafts/a.txt\n"})
    rules = IgnoreRules(root)

    assert rules.hides("drafts/a.txt")
    assert rules.hides("drafts/2018/a.txt")
    assert not rules.hides("a.txt")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"caf\xe9*\n", r"\.ragignore is not UTF-8"),
        (b"*.tmp\n!\n", r"line 2 of .*\.ragignore is not a valid gitignore pattern: '!'"),
        (
            b"[z-a].txt\n",
            r"line 1 of .*\.ragignore is not a valid gitignore pattern: '\[z-a\]\.txt'",
        ),
        (b"[[a]]\n", r"line 1 of .*\.ragignore is not a valid gitignore pattern"),
        (b"#" * 1024 * 1025, r"\.ragignore is longer than 1 MB"),
    ],
)
def test_what_cannot_be_understood_is_an_error(
    tmp_path: Path, content: bytes, message: str
) -> None:
    """It names the file, and the line; to guess could take in what was to be kept out."""
    root = tree(tmp_path, {"a.txt": "A"})
    (root / ".ragignore").write_bytes(content)

    with pytest.raises(CorpusError, match=message) as caught:
        find_files([root])

    assert caught.value.hint


@pytest.mark.parametrize("kind", ["folder", "fifo", "link out", "loop"])
def test_what_is_no_file_of_the_folder_is_an_error(tmp_path: Path, kind: str) -> None:
    """Nothing waits for a writer, and nothing outside is read."""
    root = tree(tmp_path / "root", {"a.txt": "A"})
    tree(tmp_path, {"outside": "a.txt"})
    place = root / ".ragignore"
    if kind == "folder":
        place.mkdir()
    elif kind == "fifo":
        os.mkfifo(place)
    else:
        place.symlink_to(tmp_path / "outside" if kind == "link out" else place)

    with pytest.raises(CorpusError, match=r"\.ragignore (is not a regular file|cannot be read)"):
        find_files([root])


def test_one_that_may_not_be_read_is_an_error(tmp_path: Path) -> None:
    """It is not as if it said nothing."""
    root = tree(tmp_path, {"a.txt": "A", ".ragignore": "a.txt"})
    (root / ".ragignore").chmod(0)

    done = rag("index", root, "--index", tmp_path / "index", bounded=True)

    check_error(done, 2, ".ragignore cannot be read: you do not have permission to open it")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("line", ["n.txt", "**/n.txt", "/*/n.txt", "*.txt", "a?b/", "a*b/n.txt"])
def test_a_line_break_in_a_name_is_like_any_character(tmp_path: Path, line: str) -> None:
    """Of a folder and at the end of a file's name, as for git."""
    files = ("a\nb/n.txt", "c/n.txt", "n.txt\n", "k.md")
    root = tree(tmp_path, {".ragignore": line, **dict.fromkeys(files, "x")})
    subprocess.run(["git", "init", "-q", root], check=True)

    assert [file.path for file in find_files([root])] == unignored_by_git(root)


def test_a_name_that_is_not_utf8_is_ignored_as_it_is_shown(tmp_path: Path) -> None:
    """With its byte in hexadecimal; other names with these characters stay."""
    other = os.fsdecode(b"alt\xe4/a.txt")
    tree(tmp_path, {other: "", "b.txt": "", IGNORE_FILE: "alt\\xe4/\n"})

    assert [file.path for file in find_files([tmp_path])] == ["b.txt"]
