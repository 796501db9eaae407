"""`rag check` as a shell sees it."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest
from shell import rag

CRIMEA = "In Moscow, Kremlin spokesman Dmitry Peskov said that Crimea would not be a topic"
SAID = f"{CRIMEA} when the two presidents meet in Helsinki on 16 July."
WRONG = SAID.replace("16 July", "17 August")


@pytest.fixture
def index(seeds_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The index of the seeds; without the learned checker, whose verdicts are tested elsewhere."""
    monkeypatch.setenv("RAG_INDEX", str(seeds_index))
    monkeypatch.setenv("RAG_CHECKER", "none")
    return seeds_index


def draft(folder: Path, *sentences: str) -> str:
    """A draft in a file."""
    path = folder / "draft.md"
    path.write_text("# A draft\n\n" + "\n\n".join(sentences) + "\n", encoding="utf-8")
    return str(path)


def test_a_draft_that_repeats_the_articles_is_supported(index: Path, tmp_path: Path) -> None:
    """Exit code 0, each sentence with its number, and the sources below."""
    done = rag("check", draft(tmp_path, SAID))

    assert (done.returncode, done.stderr) == (0, "")
    assert f"✓ supported    {SAID} [1]" in done.stdout
    assert "1 of 1 sentence supported" in done.stdout
    assert "Sources" in done.stdout


def test_a_wrong_day_is_contradicted(index: Path, tmp_path: Path) -> None:
    """Exit code 1, with what the article has in its place."""
    done = rag("check", draft(tmp_path, WRONG))

    assert done.returncode == 1
    assert "✗ contradicted" in done.stdout
    assert "the article has “16 July”" in done.stdout
    assert "0 of 1 sentence supported, 1 contradicted" in done.stdout


def test_json_tells_each_sentence_with_its_place(index: Path, tmp_path: Path) -> None:
    """Offsets count characters of the draft."""
    path = draft(tmp_path, SAID, "What happened?", "The moon is made of green cheese, they wrote.")
    done = rag("check", path, "--json")

    told = json.loads(done.stdout)
    text = Path(path).read_text(encoding="utf-8")
    assert done.returncode == 1
    assert [one["standing"] for one in told["sentences"]] == ["supported", "no_claim", "not_found"]
    assert [text[one["start"] : one["end"]] for one in told["sentences"]] == [
        one["text"] for one in told["sentences"]
    ]
    assert (told["supported"], told["contradicted"], told["not_found"]) == (1, 0, 1)


def test_standard_input_is_a_draft_too(index: Path) -> None:
    """With -."""
    done = rag("check", "-", stdin=SAID)

    assert done.returncode == 0
    assert "supported" in done.stdout


def test_the_page_has_the_draft_and_its_sources(index: Path, tmp_path: Path) -> None:
    """What the draft or an article says is text there, never markup."""
    page = tmp_path / "draft.html"
    path = draft(tmp_path, WRONG, "<b>Bold</b> is this sentence.")
    done = rag("check", path, "--html", str(page))

    shown = page.read_text(encoding="utf-8")
    assert done.returncode == 1
    assert str(page) in done.stderr
    assert '<mark class="contradicted"' in shown
    assert "the article has “16 July”" in shown
    assert "&lt;b&gt;Bold&lt;/b&gt;" in shown
    assert "default-src 'none'" in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "needs one draft, or --claims"),
        (("no-such-file.md",), "no-such-file.md cannot be read"),
        (("a.md", "--claims", "b.jsonl", "--out", "c.jsonl"), "needs one draft, or --claims"),
        (("--claims", "b.jsonl"), "needs one draft, or --claims"),
        (("--claims", "no-such.jsonl", "--out", "c.jsonl"), "no-such.jsonl cannot be read"),
    ],
)
def test_wrong_use_is_told(index: Path, arguments: tuple[str, ...], told: str) -> None:
    """Exit code 2, and what to type instead."""
    done = rag("check", *arguments)

    assert done.returncode == 2
    assert told in done.stderr
    assert "hint:" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_draft_is_an_error(index: Path) -> None:
    """There is nothing to check."""
    done = rag("check", "-", stdin=" \n")

    assert (done.returncode, done.stdout) == (2, "")
    assert "the draft is empty" in done.stderr


def test_a_draft_may_be_a_word_file(index: Path, tmp_path: Path) -> None:
    """Its paragraphs are checked; it is read as an article of this format is."""
    document = docx.Document()
    document.add_heading("A draft", level=1)
    document.add_paragraph(SAID)
    document.save(str(tmp_path / "draft.docx"))

    done = rag("check", str(tmp_path / "draft.docx"))

    assert (done.returncode, done.stderr) == (0, "")
    assert f"✓ supported    {SAID} [1]" in done.stdout
    assert "1 of 1 sentence supported" in done.stdout


def test_a_draft_of_another_encoding_is_read(index: Path, tmp_path: Path) -> None:
    """As an article is."""
    (tmp_path / "draft.txt").write_bytes(f"{SAID} Zoë à Malmö, “oui”.".encode("cp1252"))

    done = rag("check", str(tmp_path / "draft.txt"), "--json")

    assert "Zoë à Malmö, “oui”." in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("draft.md", b"# Only a heading\n", "has no sentence to check"),
        ("draft.docx", b"not a document", "draft.docx cannot be read"),
        ("draft.xyz", b"Text.", "of a format that rag does not read"),
        ("draft.csv", b"title,text\nA,One is here.\nB,Two is here.\n", "holds 2 articles"),
    ],
)
def test_what_is_no_draft_is_told(
    index: Path, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    """Exit code 2, and what to give instead."""
    (tmp_path / name).write_bytes(content)

    done = rag("check", str(tmp_path / name))

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "hint:" in done.stderr


@pytest.mark.parametrize("option", ["--html", "--out"])
def test_no_file_is_overwritten(index: Path, tmp_path: Path, option: str) -> None:
    """Nor is anything read before that is told; a new folder is made."""
    path, claims = draft(tmp_path, SAID), tmp_path / "claims.jsonl"
    claims.write_text('{"id": "a", "claim": "It burst.", "evidence": ["It burst."]}\n')
    given = [path] if option == "--html" else ["--claims", str(claims)]
    there = tmp_path / "there"
    there.write_text("mine")

    done = rag("check", *given, option, str(there))
    new = rag("check", *given, option, str(tmp_path / "new" / "file"))

    assert (done.returncode, there.read_text()) == (2, "mine")
    assert f"already exists\n hint: name another file with {option}" in done.stderr
    assert new.returncode == 0
    assert (tmp_path / "new" / "file").is_file()


def test_a_draft_that_claims_nothing_is_told_so(index: Path) -> None:
    """In words: "0 of 0" tells nobody anything."""
    done = rag("check", "-", stdin="What happened?")

    assert done.returncode == 0
    assert "no claim" in done.stdout
    assert "No sentence claims anything that can be checked" in done.stdout


def test_claims_are_judged_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an index; verdicts go to a file."""
    monkeypatch.setenv("RAG_CHECKER", "none")
    claims, out = tmp_path / "claims.jsonl", tmp_path / "verdicts.jsonl"
    rows = [
        {"id": "a", "claim": "The dam burst.", "evidence": ["The dam burst."]},
        {"id": "b", "claim": "The dam burst in 2018.", "evidence": ["The dam burst."]},
    ]
    claims.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    done = rag("check", "--claims", str(claims), "--out", str(out))

    told = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 of 2 claims supported" in done.stderr
    assert [(one["id"], one["verdict"]) for one in told] == [
        ("a", "supported"), ("b", "unsupported"),
    ]  # fmt: skip
