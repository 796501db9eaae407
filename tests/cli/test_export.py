"""`rag ask --save`, `/save` in `rag chat` and `rag export`: answers in a file to take along."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest
from shell import check_error, rag

PESKOV = "What did Peskov say about Crimea?"
MACRON = "What did Macron say about Crimea?"
FORMATS = ("docx", "md", "html")


@pytest.fixture
def index(seeds_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The seeds, asked from an empty folder without a language model."""
    monkeypatch.setenv("RAG_INDEX", str(seeds_index))
    monkeypatch.setenv("RAG_LLM", "none")
    monkeypatch.chdir(tmp_path)
    return seeds_index


def page(path: Path) -> str:
    """The text of a saved document."""
    if path.suffix.lower() == ".docx":
        return "\n".join(one.text for one in docx.Document(str(path)).paragraphs)
    return path.read_text(encoding="utf-8")


def test_an_answer_is_saved_beside_being_shown(index: Path, tmp_path: Path) -> None:
    """In each format, with the claims that are on the screen; also in a new folder."""
    for suffix in (*FORMATS, "DOCX"):
        path = tmp_path / f"new {suffix}" / f"brief.{suffix}"
        done = rag("ask", PESKOV, "--save", path)

        assert done.returncode == 0
        assert "\nSources\n[1] " in done.stdout
        assert done.stderr == f"Saved in {path}.\n"
        assert "would not be on the agenda" in page(path)
        assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_refusal_is_saved_and_json_is_printed_all_the_same(index: Path, tmp_path: Path) -> None:
    """With the reason; the exit code is what it would be."""
    done = rag("ask", MACRON, "--json", "--exit-on-abstain", "--save", "no.md")

    assert done.returncode == 3
    assert json.loads(done.stdout)["refusal"] == "not_together"
    assert "No article mentions Macron and Crimea together." in page(tmp_path / "no.md")


WRONG = {
    "brief.pdf": "brief.pdf does not end in .docx, .md or .html",
    "brief": "brief does not end in .docx, .md or .html",
    "brief.": "does not end in",
    "mine.md": "mine.md already exists",
    "folder.md": "folder.md already exists",
    "x" * 300 + ".md": "cannot be written: its name is too long",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_name_that_cannot_be_used_is_refused_before_any_work(name: str, tmp_path: Path) -> None:
    """There is not even an index to ask; what is there stays as it is."""
    (tmp_path / "mine.md").write_text("mine")
    (tmp_path / "folder.md").mkdir()
    where = tmp_path / name

    asked = rag("ask", PESKOV, "--save", where, "--index", tmp_path / "none")
    exported = rag("export", tmp_path / "none.json", "--out", where)

    check_error(asked, 2, WRONG[name], "--save")
    check_error(exported, 2, WRONG[name], "--out")
    assert (tmp_path / "mine.md").read_text() == "mine"


def test_a_batch_is_not_saved_but_exported(index: Path, tmp_path: Path) -> None:
    """The hint says so, and it works."""
    (tmp_path / "in.jsonl").write_text(
        "\n".join(json.dumps({"id": n, "question": asked}) for n, asked in enumerate([PESKOV] * 2))
    )
    batch = ("ask", "--batch", "in.jsonl", "--out", "out.jsonl")

    check_error(rag(*batch, "--save", "a.md"), 2, "--save", "rag export OUT.jsonl --out FILE")
    assert rag(*batch).returncode == 0
    done = rag("export", "out.jsonl", "--out", "a.md")

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Saved 2 answers in a.md.\n"
    assert page(tmp_path / "a.md").count(f"{PESKOV}\n") == 2


def test_a_file_that_cannot_be_written_costs_no_answer(index: Path, tmp_path: Path) -> None:
    """It is shown before; nothing half written stays."""
    (tmp_path / "shut").mkdir(mode=0o500)

    done = rag("ask", PESKOV, "--save", "shut/a.docx", bounded=True)

    assert done.returncode == 2
    assert "\nSources\n[1] " in done.stdout
    assert "error: shut/a.docx cannot be written: you do not have permission" in done.stderr
    assert not list((tmp_path / "shut").iterdir())


def test_answers_of_several_files_have_one_numbering(index: Path, tmp_path: Path) -> None:
    """Each source once, in every format; without an index, as they were saved."""
    for name, asked in {"a": PESKOV, "b": MACRON, "c": PESKOV}.items():
        (tmp_path / f"{name}.json").write_text(rag("ask", asked, "--json").stdout)

    for suffix in FORMATS:
        done = rag(
            "export", "a.json", "b.json", "c.json", "--out", f"all.{suffix}", RAG_INDEX="none"
        )
        assert done.stderr == f"Saved 3 answers in all.{suffix}.\n"
    text = page(tmp_path / "all.md")
    cited = len(json.loads((tmp_path / "a.json").read_text())["sources"])
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# Answers from the articles", f"## 1. {PESKOV}", f"## 2. {MACRON}", f"## 3. {PESKOV}",
    ]  # fmt: skip
    assert text.count("\n[^") == cited
    assert page(tmp_path / "all.html").count("<li id=") == cited


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is not JSON"),
        ("[]", "contains no answer"),
        ('{"schema": "rag.answer/1"}', "bad.json: an answer is not complete: 'sources' is missing"),
        ('{"schema": "rag.search/1"}', "contains no answer"),
    ],
)
def test_what_is_no_saved_answer_is_told(content: str, why: str, tmp_path: Path) -> None:
    """And no document is written."""
    (tmp_path / "bad.json").write_text(content)

    check_error(rag("export", tmp_path / "bad.json", "--out", tmp_path / "a.md"), 2, why)
    assert not (tmp_path / "a.md").exists()


def test_a_conversation_is_saved_in_each_format(index: Path, tmp_path: Path) -> None:
    """All its answers; another suffix is told, and ends nothing."""
    lines = [PESKOV, "And Macron?", "/save a.pdf", *(f"/save a.{one}" for one in FORMATS)]

    done = rag("chat", stdin="\n".join(lines))

    assert "error: a.pdf does not end in .docx, .md, .html or .json\n" in done.stderr
    for suffix in FORMATS:
        text = page(tmp_path / f"a.{suffix}")
        assert f"1. {PESKOV}" in text
        assert "2. And Macron?" in text
        assert f"Understood as: {MACRON}" in text
        assert f"Saved 2 turns in a.{suffix}." in done.stderr
