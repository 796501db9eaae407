"""rag.error_words: what Python says of a file, in words."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shell import check_error, rag

from rag.error_words import reason


def raised(call: Callable[..., Any], *arguments: Any) -> Exception:
    """What a call raises."""
    with pytest.raises(Exception) as caught:  # noqa: PT011
        call(*arguments)
    assert isinstance(caught.value, Exception)
    return caught.value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it is empty"),
        ('{"a": [1, 2', "it ends too soon; was it cut off?"),
        ("{'a': 1}", "character 2: a name in double quotes is missing"),
        ('{"a": yes}', "character 7: a value is missing or not valid"),
        ('{\n"a": 1\n"b": 2}', "line 3, character 1: a comma or a closing bracket is missing"),
        ('{"a" 1}', "character 6: a colon is missing"),
        ('{"a": 1} x', "character 10: there is extra text after its end"),
        ('{"a": "x', "character 7: a closing double quote is missing"),
        ('{"a": "x\ty"}', "character 9: there is a line break or tab inside quoted text"),
        ('{"a": "\\x"}', "character 8: there is a backslash"),
        ("[" * 100_000, "its brackets are nested too deeply"),
    ],
)
def test_damaged_json_is_told_in_words(text: str, told: str) -> None:
    """With the line where there are several, and the character."""
    assert reason(raised(json.loads, text)).startswith(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("k = [", "at its end: "),
        ("k = yes", "line 1, character 5: this is not a valid value"),
        ("\nk 5", "line 2, character 3: a name must be followed by = and a value"),
        ("k = 1\nk = 2\n", "line 2, character 6: this name appears twice"),
        ('k = "x', "at its end: a closing double quote is missing"),
        ("k = 1 2", "line 1, character 7: there is extra text after the value"),
        ("[t]\n[t]", "line 2, character 3: this table appears twice"),
    ],
)
def test_damaged_toml_is_told_in_words(text: str, told: str) -> None:
    """With line and character."""
    assert reason(raised(tomllib.loads, text)).startswith(told)


def test_damaged_tables_are_told_in_words() -> None:
    """A quote that is left open, and one that is followed by more."""
    read = lambda row: list(csv.reader([row], strict=True))  # noqa: E731

    assert reason(raised(read, '"a')) == "a closing double quote is missing"
    assert reason(raised(read, '"a"b')).startswith("there is text after a closing double quote")


def test_files_are_told_of_in_words(tmp_path: Path) -> None:
    """One that is gone, a folder, a path through a file, and bytes that are no text."""
    latin = tmp_path / "latin.txt"
    latin.write_bytes(b"one\ncaf\xe9\n")

    assert reason(raised((tmp_path / "x").read_text)) == "there is no such file or folder"
    assert reason(raised(tmp_path.read_text)) == "it is a folder"
    assert reason(raised((latin / "x").read_text)).endswith("a file, not a folder")
    assert (
        reason(raised(latin.read_text, "utf-8"))
        == "line 2 is not UTF-8 text; save the file as UTF-8"
    )


def test_wrong_records_are_told_of_in_words() -> None:
    """A key that is missing, half a character, and another error's own words."""
    assert reason(KeyError("claims")) == "'claims' is missing"
    assert (
        reason(raised("\ud800".encode)) == "it contains half a character, so it is not valid text"
    )
    assert reason(ValueError("5 is no text")) == "5 is no text"
    assert reason(ValueError()) == "ValueError"


def test_commands_tell_of_damaged_files_in_words(tmp_path: Path) -> None:
    """File, line, what is wrong and what to do; nothing of it in Python's words."""
    files = {
        "empty.json": "",
        "cut.json": '{"schema": "rag.answer/1", "claims": [',
        "lines.jsonl": '{"id": "1"}\n{"id": }\n',
        "my.toml": "llm = none\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    for run, told in (
        (rag("verify", "absent.json"), "absent.json cannot be read: there is no such file"),
        (rag("verify", "empty.json"), "empty.json is not JSON: it is empty"),
        (rag("verify", "cut.json"), "cut.json is not JSON: it ends too soon"),
        (rag("verify", "lines.jsonl"), "lines.jsonl, line 2 is not JSON: character 8: a value"),
        (rag("eval", "lines.jsonl"), "lines.jsonl, line 1"),
        (
            rag("status", RAG_CONFIG="my.toml"),
            "my.toml is not valid TOML: line 1, character 7: this is not",
        ),
    ):
        check_error(run, 2, told, "hint:")
        assert "Errno" not in run.stderr
        assert "Expecting" not in run.stderr
