"""rag.line_place: where a sentence stands, in the same words wherever it is shown."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from shell import rag

from rag.line_place import line_place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("a.txt", "a.txt:9"),
        ("2026/a.MD", "2026/a.MD:9"),
        ("a.html", "a.html (line 9 of its text)"),
        ("a.zip/b.txt", "a.zip/b.txt (line 9 of its text)"),
        ("a.mbox/3", "a.mbox/3 (line 9 of its text)"),
    ],
)
def test_only_plain_files_have_lines_of_their_own(path: str, place: str) -> None:
    """Of others, the text that was read has them."""
    assert line_place(path, 9) == place


def test_every_way_to_show_a_source_says_the_same(tmp_path: Path) -> None:
    """The answer, what it is shown with, the document that is saved, and the check of it."""
    document = docx.Document()
    document.add_heading("The mill", level=1)
    document.add_paragraph("The old mill at Orford was built by Ada Lark in 1871.")
    (tmp_path / "in").mkdir()
    document.save(str(tmp_path / "in" / "mill.docx"))
    index = ("--index", str(tmp_path / "ix"))
    assert rag("index", str(tmp_path / "in"), *index).returncode == 0
    question = ("ask", "Who built the mill at Orford?", *index, "--llm", "none")

    told = rag(*question, "--save", str(tmp_path / "brief.md")).stdout
    (tmp_path / "a.json").write_text(rag(*question, "--json").stdout)
    verified = rag("verify", str(tmp_path / "a.json"), *index)
    [place] = [line for line in told.splitlines() if line.startswith("[1] ")]
    shown = place.removeprefix("[1] ")

    assert shown.startswith("mill.docx (line ")
    assert shown in rag("show", "1").stdout
    assert shown in (tmp_path / "brief.md").read_text()
    assert shown in verified.stdout + verified.stderr
