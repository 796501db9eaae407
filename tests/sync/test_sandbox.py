"""rag.sync.sandbox: what a file does to its parser costs that file alone."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from rag.domain import Skipped
from rag.errors import RagError
from rag.limits import DEFAULT, Limits
from rag.load import File, find_files
from rag.load.parse import load_file
from rag.sync import sandbox as confined
from rag.sync.prepare import Prepared, prepare
from rag.sync.sandbox import Parser

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
        return [found for one in files for found in parser.load(one).found]


def here(file: File) -> Prepared | Skipped:
    """The same, in this process and without limits of time and memory."""
    [article] = load_file(file)
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


def test_a_part_of_a_file_that_takes_too_long_is_left(tmp_path: Path) -> None:
    """What stands before and behind it is read; of the file itself, nothing is lost."""
    slow = f"<p {' '.join(f'a{n}=1' for n in range(60_000))}>{BODY}</p>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"a.html": PAGE, "b.html": slow, "c.txt": BODY}.items():
            archive.writestr(name, text)

    first, late, last = load(file(tmp_path, "a.zip", packed.getvalue()), seconds=3.0)

    assert late == Skipped(
        path="a.zip/b.html", why="takes more than 3 s to parse: raise parse_seconds",
        part_of="a.zip",
    )  # fmt: skip
    assert isinstance(first, Prepared) and isinstance(last, Prepared)
    assert (first.article.path, last.article.path) == ("a.zip/a.html", "a.zip/c.txt")


def test_a_file_of_which_no_part_is_an_article_has_one_reason(tmp_path: Path) -> None:
    """Where nothing was meant to be one, nothing has failed."""
    made = {}
    for kind in ("pdf", "gif"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(f"a.{kind}", "no")
            archive.writestr("b.gif", "no")
        made[kind] = file(tmp_path, f"{kind}.zip", packed.getvalue())

    [pdf], [gif] = load(made["pdf"]), load(made["gif"])

    assert pdf.path == "pdf.zip"
    assert pdf.failed and not gif.failed
    assert gif.why == "contains no article (a.gif: unsupported format .gif)"


def test_who_stops_in_the_middle_of_a_file_may_load_another(tmp_path: Path) -> None:
    """What is left of the first is not taken for the second."""
    lines = "".join(f'{{"text": "It is {n}."}}\n' for n in range(20))
    several, good = file(tmp_path, "a.jsonl", lines), file(tmp_path, "good.html", PAGE)
    with Parser(limits=DEFAULT, words=120) as parser:
        next(parser.load(several).found)
        [read] = parser.load(good).found

    assert isinstance(read, Prepared)
    assert read.article.path == "good.html"


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
        [first] = parser.load(good).found
        assert parser._process is not None
        parser._process.kill()
        parser._process.wait()
        [second], [third] = parser.load(good).found, parser.load(good).found

    assert isinstance(first, Prepared)
    assert second == Skipped(path="good.html", why="the parser crashed on it (SIGKILL)")
    assert third == first
    assert parser._process is None


def test_plain_text_needs_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a file that is passed over."""
    monkeypatch.setattr(sys, "executable", "/absent")

    plain, other = load(file(tmp_path, "a.txt", BODY), file(tmp_path, "a.xyz", BODY))

    assert isinstance(plain, Prepared)
    assert other == Skipped(path="a.xyz", why="unsupported format .xyz", failed=False)


def confined_to(megabytes: int, *, asked: int, code: str) -> str:
    """What a program prints that the system gives so much memory, while the setting asks more."""
    program = f"""
import resource
limit = {megabytes} * 1024 * 1024
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from pathlib import Path
from rag.sync.sandbox import Parser
from rag.errors import RagError
from rag.limits import Limits
from rag.load import find_files
{code}
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(asked)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


LOAD = """
import sys
[file] = find_files([Path({folder!r})])
with Parser(limits=Limits(parse_megabytes=int(sys.argv[1])), words=120) as parser:
    try:
        print(type(next(parser.load(file).found)).__name__)
    except RagError as error:
        print(error.message, "|", error.hint)
"""


def test_more_memory_than_the_system_grants_is_as_much_as_it_grants(tmp_path: Path) -> None:
    """No file fails of a setting that is too high."""
    good = file(tmp_path, "good.html", PAGE)

    code = LOAD.format(folder=str(good.root))

    assert confined_to(3000, asked=900_000, code=code) == "Prepared"


def test_a_parser_that_cannot_start_is_an_error_with_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no fault of the file."""
    good = file(tmp_path, "good.html", PAGE)
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(RagError, match="cannot be started") as caught:
        load(good)

    assert "ulimit -v" in caught.value.hint


def test_a_long_plain_text_is_split_within_limits_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short one is not worth a process."""
    monkeypatch.setattr(confined, "AT_ONCE", len(BODY))
    long = file(tmp_path, "long.txt", f"{BODY}\n\n" * 20_000)

    [left] = load(long, seconds=0.2)

    assert isinstance(left, Skipped)
    assert re.fullmatch(r"takes more than 0\.\d s to (parse|split): raise parse_seconds", left.why)
