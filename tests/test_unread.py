"""What cannot be opened is not gone, and what may only be read is enough to answer from.

Permissions count for every command here: root, who passes them, runs it without that right.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import shell
from shell import check_error

from rag.config import Settings
from rag.sync.update import sync

rag = partial(shell.rag, bounded=True, RAG_LLM="none")
QUESTION = "When does the ferry of Berg sail?"
MAY_NOT = "cannot be read: you do not have permission to open it"


def ferry(town: str) -> str:
    """An article about one town."""
    return (
        f"The ferry of {town}\n3 May 2020\n\n"
        f"The ferry of {town} sails in July, harbour master Ida Lund said.\n"
    )


def folders(place: Path) -> Path:
    """Three folders of one article each."""
    for town in ("Alm", "Berg", "Dal"):
        path = place / town / "ferry.txt"
        path.parent.mkdir(parents=True)
        path.write_text(ferry(town))
    return place


@contextmanager
def closed(path: Path, mode: int = 0) -> Iterator[None]:
    """Take rights away for a while."""
    before = stat.S_IMODE(path.stat().st_mode)
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


def indexed(place: Path, root: Path) -> Path:
    """A folder, of which there is an index in this place."""
    sync([root], settings=Settings(index=place / "index", llm="none"))
    return root


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Articles that are indexed where commands look for it."""
    return indexed(tmp_path, folders(tmp_path / "docs"))


def save_answer(place: Path) -> Path:
    """An answer from Berg, also the last one."""
    answer = place / "answer.json"
    answer.write_text(rag("ask", QUESTION, "--json", "--index", place / "index").stdout)
    return answer


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with an index of ``above/docs`` and an answer; who closes one opens it again."""
    place = tmp_path_factory.mktemp("unread")
    indexed(place, folders(place / "above" / "docs"))
    save_answer(place)
    return place


# Place, mode, how it is listed, and how many articles cannot be opened then.
CLOSED = {
    "folder": ("Berg", 0o000, "Berg/", 1),
    "folder that lists only": ("Berg", 0o400, "Berg/", 1),
    "folder that opens only": ("Berg", 0o100, "Berg/", 1),
    "file": ("Berg/ferry.txt", 0o000, "Berg/ferry.txt", 1),
    "root": ("", 0o000, "docs/", 3),
    "folder of the root": ("..", 0o000, "docs", 3),
}


@pytest.mark.parametrize("kind", CLOSED)
def test_what_cannot_be_looked_at_stays_and_is_listed_until_it_can_be(
    lasting: Path, kind: str
) -> None:
    """By all commands that tell of it; then all is as before."""
    name, mode, listed, kept = CLOSED[kind]
    index, answer = ("--index", lasting / "index"), lasting / "answer.json"
    with closed(lasting / "above" / "docs" / name, mode):
        dry = rag("index", "--dry-run", *index)
        asked = rag("ask", QUESTION, *index)
        first = rag("index", *index)
        again = rag("index", "--json", *index)
        status, doctor = rag("status", *index), rag("doctor", *index)
        saved = rag("verify", answer, *index)
    opened = rag("index", *index)

    for done in (dry, first):
        assert done.returncode == 1, done.stderr
        assert "0 removed, 0 renamed, 3 unchanged, 1 failed" in done.stdout
        assert f"{listed}: {MAY_NOT}" in done.stdout
        assert "not removed" in done.stdout
    report = json.loads(again.stdout)
    assert again.returncode == 1
    assert (report["removed"], report["unchanged"], report["kept"]) == ([], 3, kept)
    assert [entry["path"].endswith(listed) for entry in report["skipped"]] == [True]
    assert (
        report["generation"] == json.loads(rag("index", "--json", *index).stdout)["generation"] - 1
    )
    assert f"{listed} {MAY_NOT}" in asked.stderr
    if mode != 0o100:  # which hides what else is there, and not the files whose names are known
        assert "Berg/ferry.txt:4 · 2020-05-03 · its file cannot be opened" in asked.stdout
        assert saved.returncode == 1
        assert "Berg/ferry.txt:4: is from a file that cannot be opened" in saved.stdout
    assert f"{listed}: {MAY_NOT}" in status.stdout
    assert "1 could not be read: " in doctor.stdout
    assert opened.returncode == 0
    assert opened.stdout.startswith("0 new, 0 changed, 0 removed, 0 renamed, 3 unchanged, 0 failed")
    assert "failed" not in rag("status", *index).stdout
    assert rag("verify", answer, *index).returncode == 0


def test_a_closed_place_may_hold_what_is_no_article(tmp_path: Path) -> None:
    """Files that failed or are of no format, a place that was closed before: all stay listed."""
    root = folders(tmp_path / "docs")
    (root / "Berg" / "empty.txt").write_bytes(b"")
    (root / "Berg" / "map.xyz").write_bytes(b"a map")
    (root / "Berg" / "in").mkdir()
    rag("index", root)
    with closed(root / "Berg" / "in"):
        rag("index")
        with closed(root / "Berg"):
            folder = rag("index", "--json")
            with closed(root):
                above = rag("index", "--json")
    opened = rag("index", "--json")

    for done, places in ((folder, ["Berg/"]), (above, [f"{root}/"])):
        report = json.loads(done.stdout)
        assert done.returncode == 1, done.stderr
        assert (report["removed"], report["unchanged"]) == ([], 3)
        listed = [entry["path"] for entry in report["skipped"]]
        assert set(listed) >= {"Berg/empty.txt", "Berg/map.xyz", *places}
    assert opened.returncode == 0
    listed = [entry["path"] for entry in json.loads(opened.stdout)["skipped"]]
    assert listed == ["Berg/empty.txt", "Berg/map.xyz"]


def test_at_a_first_index_it_is_named_too(tmp_path: Path) -> None:
    """What can be read is indexed; where nothing can, there is none, and the reason is told."""
    root = folders(tmp_path / "docs")
    with closed(root / "Berg"):
        some = rag("index", root)
    with closed(root):
        none = rag("index", root, "--index", "other")

    assert some.returncode == 1
    assert some.stdout.startswith("2 new, 0 changed, 0 removed, 0 renamed, 0 unchanged, 1 failed")
    assert f"failed  Berg/: {MAY_NOT}" in some.stdout
    check_error(none, 2, f"docs/: {MAY_NOT}")


def test_what_is_gone_leaves_the_index_while_other_places_are_closed(docs: Path) -> None:
    """So does the article of a file that now reads as none: only closed places keep theirs."""
    (docs / "Alm" / "ferry.txt").unlink()
    (docs / "Dal" / "ferry.txt").write_bytes(b"")
    with closed(docs / "Berg"):
        done = rag("index", "--json", "--yes")

    report = json.loads(done.stdout)
    assert report["removed"] == ["Alm/ferry.txt"]
    assert report["articles"] == report["kept"] == 1
    assert {entry["path"]: entry["unread"] for entry in report["skipped"]} == {
        "Berg/": True,
        "Dal/ferry.txt": False,
    }


@pytest.mark.parametrize("linked", [False, True])
def test_one_of_several_roots_cannot_be_reached(tmp_path: Path, linked: bool) -> None:
    """Nobody can tell which articles are below it, so none is removed; the others are synced."""
    one, two = folders(tmp_path / "one"), folders(tmp_path / "far" / "two")
    given = two
    if linked:
        given = tmp_path / "link"
        given.symlink_to(two)
    rag("index", one, given)
    (one / "Alm" / "new.txt").write_text(ferry("Eid"))
    with closed(tmp_path / "far"):
        done = rag("index", "--json")

    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert (report["new"], report["removed"], report["kept"]) == (["one/Alm/new.txt"], [], 3)


def test_an_index_made_anew_loses_nothing_unasked(docs: Path) -> None:
    """What it has of a closed folder cannot be made again: that has to be meant."""
    with closed(docs / "Berg"):
        refused = rag("index", RAG_PASSAGE_WORDS="90")
        still = rag("ask", QUESTION)
        meant = rag("index", "--yes", RAG_PASSAGE_WORDS="90")

    check_error(refused, 2, "1 of 3 indexed articles would be removed", "Berg/ferry.txt", "--yes")
    assert "Berg/ferry.txt:4" in still.stdout
    assert meant.returncode == 1
    assert "1 removed" in meant.stdout


def test_a_path_too_long_to_open_is_named(tmp_path: Path) -> None:
    """Nobody can name what lies deeper than a path may be long."""
    root = folders(tmp_path / "docs")
    here = os.open(root, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)

    done = rag("index", root)

    assert done.returncode == 1
    assert done.stdout.startswith("3 new")
    assert "d/: cannot be read: its name is too long" in done.stdout


# --- an index that may only be read ---------------------------------------------------------------


def only_readable(index: Path) -> None:
    """Let nobody write to an index."""
    for path in (index, *index.rglob("*")):
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)


@pytest.fixture
def index(docs: Path, tmp_path: Path) -> Iterator[Path]:
    """An index of two generations that may only be read."""
    (docs / "Alm" / "new.txt").write_text(ferry("Eid"))
    indexed(tmp_path, docs)
    only_readable(tmp_path / "index")
    yield tmp_path / "index"
    for path in (tmp_path / "index").rglob("*"):
        path.chmod(0o700)


def test_an_index_that_may_only_be_read_answers(index: Path, tmp_path: Path) -> None:
    """All that reads it does; nothing is left behind, in it or among temporary files."""
    (tmp_path / "temporary").mkdir()
    save_answer(tmp_path)
    known = sorted(index.rglob("*"))
    environment = {"TMPDIR": str(tmp_path / "temporary")}

    for command in (
        ["ask", QUESTION], ["search", "ferry"], ["said", "Lund"], ["show", "1"], ["status"],
        ["doctor", "--full"], ["verify", "answer.json"], ["index", "--dry-run"],
    ):  # fmt: skip
        done = rag(*command, **environment)
        assert (done.returncode, done.stderr) == (0, ""), command
    chat = rag("chat", stdin=f"{QUESTION}\n", **environment)

    assert "sails in July" in chat.stdout
    assert sorted(index.rglob("*")) == known
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("flag", [None, "--rollback", "--rebuild-caches"])
def test_what_would_write_to_it_says_that_it_cannot(index: Path, flag: str | None) -> None:
    """In one line, with what to do."""
    done = rag("index", *([flag] if flag else []))

    check_error(done, 2, "no index can be written to index: you do not have permission", "--index")


def test_an_update_that_was_asked_for_is_not_left_out_in_silence(index: Path) -> None:
    """An answer without it could be taken for one with it."""
    done = rag("ask", QUESTION, "--sync")

    check_error(done, 2, "index may only be read", "leave out --sync")


def test_what_is_there_and_cannot_be_read_is_told_as_such(index: Path) -> None:
    """Each file and folder: it is no damage, and exit code 4."""
    for path in (index, *sorted(index.rglob("*"))):
        if path.name in {"lock", "gen-1", "manifest.previous.json"} or "gen-1" in path.parts:
            continue
        with closed(path):
            for command in (["ask", QUESTION], ["status"]) if path.is_dir() else (["status"],):
                done = rag(*command)
                check_error(done, 4, "the index cannot be read", "you do not have permission")
            assert "Traceback" not in rag("doctor").stderr


def test_who_may_read_one_file_of_an_index_may_read_all(docs: Path, tmp_path: Path) -> None:
    """By itself, tantivy lets others read only some."""
    modes = {path.stat().st_mode for path in (tmp_path / "index").rglob("*") if path.is_file()}

    assert len(modes) == 1


def test_no_folder_for_temporary_files_is_one_line(index: Path, tmp_path: Path) -> None:
    """Where it is needed: an index that may be written is opened without."""
    script = "import tempfile; tempfile._candidate_tempdir_list = lambda: ['/nowhere']\n"
    script += (
        f"import sys; sys.argv = ['rag', 'ask', {QUESTION!r}]; from rag.cli.main import app; app()"
    )
    run = partial(
        subprocess.run, [shell.sys.executable, "-c", script], env={**os.environ, "RAG_LLM": "none"},
        capture_output=True, text=True, preexec_fn=shell.bound, check=False,
    )  # fmt: skip

    refused = run()
    for path in (index, *index.rglob("*")):
        path.chmod(0o700)
    answered = run()

    check_error(refused, 4, "is read-only", "temporary folder", "TMPDIR")
    assert answered.returncode == 0, answered.stderr


@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_where_no_answer_can_be_kept_one_line_says_so(
    docs: Path, tmp_path: Path, mode: int
) -> None:
    """The answer itself is given."""
    (tmp_path / "state").mkdir()
    with closed(tmp_path / "state", mode):
        done = rag("ask", QUESTION, XDG_STATE_HOME=str(tmp_path / "state"))

    assert done.returncode == 0
    [line] = done.stderr.splitlines()
    assert "could not be saved" in line


@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_cache_without_the_model_that_cannot_be_written_is_named(
    docs: Path, tmp_path: Path, mode: int
) -> None:
    """With the setting that names another."""
    (tmp_path / "cache").mkdir()
    with closed(tmp_path / "cache", mode):
        done = rag("search", QUESTION, RAG_CACHE=str(tmp_path / "cache"))

    check_error(done, 5, str(tmp_path / "cache"), "RAG_CACHE")


# --- names ----------------------------------------------------------------------------------------

NAMES = [
    b"latin-\xe9.txt", rb"latin-\xe9.txt", rb"latin-\x5cxe9.txt", b"two\nlines.txt", b"a\ttab.txt",
    b"back\\slash.txt", b"-dash.txt", b" space .txt", b"\x1b[31mred\x07.txt", "Zoë.txt".encode(),
    "Zoe\u0308.txt".encode(), "🦉.txt".encode(), b"\xed\xa0\x80.txt", b"fold\xff\ner/cut\xc3.txt",
    b"50%25#?.txt", b"\xe2\x80\xae.txt",
]  # fmt: skip

TOWNS = "Alm Berg Dal Eid Fors Grue Hov Inn Jar Krok Lier Moss Nes Odda Porsa Rena".split()


@pytest.mark.parametrize("roots", [[b"docs"], [b"d\xe9cs", b"other"]])
def test_a_file_is_found_under_any_name(tmp_path: Path, roots: list[bytes]) -> None:
    """It is cited as unchanged, stays unchanged, and is seen to be renamed."""
    first, *others = (tmp_path / os.fsdecode(root) for root in roots)
    for name, town in zip(NAMES, TOWNS, strict=True):
        path = first / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ferry(town))
    for other in others:
        folders(other)

    made = rag("index", *roots)
    same = json.loads(rag("index", "--json").stdout)
    asked = [{"id": town, "question": f"When does the ferry of {town} sail?"} for town in TOWNS]
    (tmp_path / "in.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in asked))
    rag("ask", "--batch", "in.jsonl", "--out", "all.jsonl")
    answers = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    rag("ask", asked[0]["question"])
    named, renamed = (first / os.fsdecode(name) for name in (NAMES[0], b"\xe8.txt"))
    named.rename(renamed)
    moved = json.loads(rag("index", "--dry-run", "--json").stdout)
    renamed.rename(named)

    assert made.returncode == 0, made.stderr
    assert same["unchanged"] == same["articles"] == len(NAMES) + 3 * (len(roots) - 1)
    for answer, town in zip(answers, TOWNS, strict=True):
        cited = [one for claim in answer["claims"] for one in claim["citations"]]
        assert town in cited[0]["quote"]
        assert {one["file"] for one in cited} == {"unchanged"}
    assert rag("verify", "all.jsonl").returncode == 0
    assert rag("show", "1").returncode == 0
    assert [len(moved[what]) for what in ("new", "removed", "renamed")] == [0, 0, 1]
