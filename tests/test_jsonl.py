"""rag.jsonl: a record is on disk whole or not at all, and nobody's other file is touched.

What `rag ask --batch` relies on is in test_batch.py; here is what holds for any record.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import ConfigError
from rag.jsonl import RecordFile, parse_object, read_lines


def opened(path: Path) -> RecordFile:
    """A file of records of one kind."""
    return RecordFile(
        path, holds="records", instead="name another", schemas=frozenset({"record/1"})
    )


def line(id: str, **more: object) -> str:
    """One record."""
    return json.dumps({"id": id, "schema": "record/1", **more})


def test_records_come_back_in_order(tmp_path: Path) -> None:
    """What was added before, then what is added now."""
    path = tmp_path / "records.jsonl"
    with opened(path) as file:
        file.append(line("1"))
    with opened(path) as file:
        before = [record["id"] for record in file.records]
        file.append(line("2"))

    with opened(path) as file:
        assert before == ["1"]
        assert [record["id"] for record in file.records] == ["1", "2"]


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_cut_line_is_removed(tmp_path: Path, cut: int) -> None:
    """Wherever the writing stopped, the file goes on after the last whole record."""
    path = tmp_path / "records.jsonl"
    whole = line("1") + "\n"
    path.write_text(whole + (line("2", text="é" * 30) + "\n")[:cut])

    with opened(path) as file:
        assert [record["id"] for record in file.records] == ["1"]
        assert path.read_text() == whole


def test_a_file_of_another_kind_is_refused_and_the_lock_given_back(tmp_path: Path) -> None:
    """The refusal holds no lock: mended, the file can be used by the same process."""
    path = tmp_path / "records.jsonl"
    path.write_text(line("1").replace("record/1", "other/1") + "\n")
    with pytest.raises(ConfigError, match="contains something other than records"), opened(path):
        pass

    path.write_text(line("1") + "\n")

    with opened(path) as file:
        assert len(file.records) == 1


def test_lines_are_numbered_as_an_editor_does(tmp_path: Path) -> None:
    """Blank lines count and are not returned."""
    path = tmp_path / "in.jsonl"
    path.write_text("\ufeff{}\r\n\n  \n[]", encoding="utf-8")

    assert list(read_lines(path)) == [(1, "{}"), (4, "[]")]


@pytest.mark.parametrize("text", ["[" * 100_000, "nan?", "[1]", '"x"', "3"])
def test_what_is_no_object_is_named_by_its_place(text: str) -> None:
    """Not even one that is nested too deep for the parser."""
    with pytest.raises(ConfigError, match=r"in\.jsonl, line 7 is no") as caught:
        parse_object(text, place="in.jsonl, line 7", needs="an object")

    assert caught.value.hint == "an object"


def test_only_a_name_that_is_alike_is_proposed(tmp_path: Path) -> None:
    """Its ending says nothing: two files of one kind share it."""
    (tmp_path / "one.jsonl").touch()

    for name, hint in (("nope", "give a JSONL file"), ("on", "did you mean")):
        with pytest.raises(ConfigError) as caught:
            read_lines(tmp_path / f"{name}.jsonl")
        assert caught.value.hint.startswith(hint)
