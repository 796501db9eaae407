"""rag.serve.note: a server is found by its own user while it runs, and never afterwards."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.config import Mode, Settings
from rag.serve.note import FOLDER, NO_MATTER, Note, make_note, noted, program, read_notes

HELD = """
import sys
from pathlib import Path
from rag.config import Settings
from rag.serve.note import make_note, noted
settings = Settings(index=Path(sys.argv[1]), state=Path(sys.argv[2]))
with noted(make_note(8321, settings), settings, notify=print):
    print("noted", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of an index that need not be there."""
    return Settings(index=tmp_path / "index", state=tmp_path / "state")


@pytest.fixture
def held(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Another process that keeps its note."""
    process = subprocess.Popen(
        [sys.executable, "-c", HELD, str(settings.index), str(settings.state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdin
    assert process.stdout.readline() == "noted\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def note_file(settings: Settings) -> Path:
    """The one note that there is."""
    [path] = (settings.state / FOLDER).iterdir()
    return path


def test_a_running_server_is_found_and_an_ended_one_is_not(
    settings: Settings, held: subprocess.Popen[str]
) -> None:
    """Its note goes with it."""
    [note] = read_notes(settings)
    assert (note.port, note.process) == (8321, held.pid)
    assert note.program == program()
    assert note.others(settings) == []

    held.communicate(timeout=60)

    assert list(read_notes(settings)) == []
    assert not any((settings.state / FOLDER).iterdir())


def test_a_killed_server_is_not_found_and_the_next_one_sweeps(
    settings: Settings, held: subprocess.Popen[str]
) -> None:
    """The note is left, and nobody holds it: not even a process with the same number would."""
    held.kill()
    held.wait()
    left = note_file(settings)
    assert list(read_notes(settings)) == []

    with noted(make_note(1, settings), settings, notify=lambda line: None):
        assert note_file(settings) != left
        assert [note.port for note in read_notes(settings)] == [1]


def test_only_its_owner_can_read_a_note(settings: Settings) -> None:
    """Nor list the folder."""
    with noted(make_note(1, settings), settings, notify=lambda line: None):
        assert note_file(settings).stat().st_mode & 0o777 == 0o600
        assert (settings.state / FOLDER).stat().st_mode & 0o777 == 0o700


def test_a_note_of_another_index_is_not_taken(
    settings: Settings, held: subprocess.Popen[str]
) -> None:
    """The same folder by another name is the same index."""
    link = settings.state / "link"
    link.symlink_to(settings.index)

    assert len(list(read_notes(dataclasses.replace(settings, index=link)))) == 1
    assert list(read_notes(dataclasses.replace(settings, index=link.parent))) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_note_that_others_could_read_is_not_trusted(
    settings: Settings, held: subprocess.Popen[str], mode: int
) -> None:
    """They would know the token."""
    note_file(settings).chmod(mode)

    assert list(read_notes(settings)) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_note_of_another_user_is_not_trusted(
    settings: Settings, held: subprocess.Popen[str]
) -> None:
    """Whoever can write to the folder could name a server of theirs."""
    os.chown(note_file(settings), 1, 1)

    assert list(read_notes(settings)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda note: "",
        lambda note: "{" * 100_000,
        lambda note: "[]",
        lambda note: json.dumps({**note, "host": "192.0.2.7"}),
        lambda note: json.dumps({**note, "port": "8321"}),
        lambda note: json.dumps({**note, "port": 0}),
        lambda note: json.dumps({**note, "port": 65536}),
        lambda note: json.dumps({**note, "token": ""}),
        lambda note: json.dumps({**note, "settings": []}),
    ],
)
def test_a_note_that_says_something_else_is_none(
    settings: Settings, held: subprocess.Popen[str], change: object
) -> None:
    """No address but that of this machine can stand in it."""
    path = note_file(settings)
    path.write_text(change(json.loads(path.read_text())))  # type: ignore[operator]

    assert list(read_notes(settings)) == []


def test_no_link_and_no_pipe_is_opened(settings: Settings, held: subprocess.Popen[str]) -> None:
    """A link to a note is none, and a pipe does not make anybody wait."""
    path = note_file(settings)
    moved = path.rename(settings.state / "moved")
    path.symlink_to(moved)
    os.mkfifo(path.with_name(path.name.replace(".json", "2.json")), 0o600)

    assert list(read_notes(settings)) == []


def test_each_setting_that_bears_on_an_answer_counts(settings: Settings) -> None:
    """And none of the others."""
    values = {
        "mode": Mode.DENSE, "dense_weight": 0.25, "abstain_below": 0.5, "prompts": Path("own"),
        "cache": Path("c"), "threads": 2,
    }  # fmt: skip
    note = make_note(1, settings)

    told = {}
    for entry in dataclasses.fields(Settings):
        value = getattr(settings, entry.name)
        other = values.get(entry.name) or (value / "x" if isinstance(value, Path) else value * 2)
        changed = dataclasses.replace(settings, **{entry.name: other or "other"})
        told[entry.name] = note.others(changed)

    assert {name for name, others in told.items() if not others} == NO_MATTER
    assert all(others in ([], [name]) for name, others in told.items())


def test_a_prompt_that_was_edited_counts(settings: Settings, tmp_path: Path) -> None:
    """The server has read the one before."""
    own = tmp_path / "prompts"
    own.mkdir()
    (own / "system.md").write_text("Be short.")
    settings = dataclasses.replace(settings, prompts=own)
    note = make_note(1, settings)
    assert note.others(settings) == []

    (own / "system.md").write_text("Be long, and polite.")

    assert note.others(settings) == ["prompts"]


def test_a_note_gives_no_setting_away(settings: Settings) -> None:
    """A key of an endpoint stands in it as a mark only, another one in each note."""
    settings = dataclasses.replace(settings, llm_api_key="sk-secret")

    first, second = (make_note(1, settings) for _ in range(2))

    assert "sk-secret" not in json.dumps(dataclasses.asdict(first))
    assert not set(first.settings.values()) & set(second.settings.values())
    assert first.token not in repr(first)


def test_a_proof_is_of_one_port(settings: Settings) -> None:
    """Another program cannot hand the question on to the server, and its proof back."""
    note = make_note(8321, settings)

    assert note.proof("a") != dataclasses.replace(note, port=8322).proof("a")
    assert note.proof("a") != note.proof("b")


def test_a_folder_that_cannot_be_written_is_told(settings: Settings) -> None:
    """The server runs without a note."""
    settings.state.write_text("a file")
    told: list[str] = []

    with noted(make_note(1, settings), settings, notify=told.append):
        assert list(read_notes(settings)) == []

    [line] = told
    assert "will not use this server" in line


def test_a_note_needs_no_server(settings: Settings) -> None:
    """Nothing is connected to where a note is read."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.setblocking(False)
        note = Note(**dataclasses.asdict(make_note(silent.getsockname()[1], settings)))
        with noted(note, settings, notify=lambda line: None):
            assert list(read_notes(settings)) == [note]
        with pytest.raises(BlockingIOError):
            silent.accept()
