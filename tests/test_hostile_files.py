"""Files that are broken or made to do harm: each has its outcome."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hostile_files import Hostile, hostile_files

from rag.domain import Skipped
from rag.limits import Limits
from rag.load import find_files
from rag.sync.prepare import Prepared
from rag.sync.sandbox import Parser

SECRET = "This stands outside of the folder, the owner said."


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Prepared | Skipped]:
    """What becomes of them, one after the other in one folder: path -> article or reason."""
    place = tmp_path_factory.mktemp("hostile")
    (place / "outside").mkdir()
    (place / "outside" / "secret.txt").write_text(SECRET)
    (place / "in").mkdir()
    for file in hostiles():
        file.make(place / "in" / file.name)
    with Parser(limits=Limits(parse_seconds=2.0), words=120) as parser:
        return {file.path: list(parser.load(file).found)[0] for file in find_files([place / "in"])}


def hostiles() -> list[Hostile]:
    """All of them, in their short form; the file outside is beside their folder."""
    return hostile_files(outside=Path("../outside/secret.txt"), quick=True)


def path_of(file: Hostile) -> str:
    """As an index has it."""
    return os.fsencode(file.name).decode("utf-8", errors="backslashreplace")


@pytest.mark.parametrize("file", [one for one in hostiles() if one.listed], ids=path_of)
def test_each_file_becomes_what_it_should(
    file: Hostile, outcome: dict[str, Prepared | Skipped]
) -> None:
    """The readable ones hold their text; the others have a reason that says what is wrong."""
    found = outcome[path_of(file)]

    if isinstance(found, Prepared):
        assert file.why is None
        assert file.text is None or file.text in found.article.text
    else:
        assert file.text is None
        assert re.search(file.why or ".", found.why)


def test_nothing_comes_from_outside(outcome: dict[str, Prepared | Skipped]) -> None:
    """Links, devices, FIFOs and sockets are no files of the folder."""
    unlisted = {file.name for file in hostiles() if not file.listed}

    assert {path.split("/")[0] for path in outcome} == {
        path_of(file) for file in hostiles() if file.listed
    }
    assert len(unlisted) > 5
    assert not any(
        isinstance(found, Prepared) and SECRET in found.article.text for found in outcome.values()
    )
