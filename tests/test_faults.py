"""The faults of bench/faults, in a short form: what a sync or an index meets does no harm."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FAULTS = Path(__file__).parents[1] / "bench" / "faults"


def table(script: str, *options: str) -> dict[str, list[str]]:
    """The rows that a script prints: first cell -> the others. It fails where harm was done."""
    done = subprocess.run(
        [sys.executable, str(FAULTS / script), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines()[2:]]
    return {first: others for first, *others in rows}


def test_a_killed_sync_leaves_the_old_index_or_the_new_one() -> None:
    """At a random moment, and around the steps before and after the manifest is written."""
    rows = table("kills.py", "--times", "1", "--steps", "4")

    assert rows["at a random moment"][0] == "1"
    assert rows["at a step of the commit"] == ["4", "new: 2, old: 2"]


def test_many_syncs_cost_no_more_than_the_first() -> None:
    """Bytes, files and open files stay, and the index is the one that is made at once."""
    rows = table("many_syncs.py", "--times", "40", "--articles", "12")

    assert {rows[name][2] for name in ("files", "open files")} == {"1.000"}
    assert 0.9 < float(rows["bytes"][2]) < 1.1
    assert float(rows["processor seconds"][2]) < 2.0
    assert rows["like an index made at once"][0] == "True"


def test_readers_notice_nothing_of_a_writer_that_is_killed() -> None:
    """They answer, and from more than one generation; one of two writers is told who writes."""
    rows = table("readers.py", "--seconds", "12", "--kills", "2", "--pairs", "2")

    assert rows["writer killed"] == ["2 times in 12 s"]
    assert int(rows["generations put in force meanwhile"][0]) >= 1
    assert int(rows["answers"][0]) > 0
    assert rows["errors, answers refused or quotations that do not stand there"] == ["0"]


@pytest.mark.skipif(
    subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode != 0,
    reason="a small file system can be mounted by root only, outside of most containers",
)
def test_a_sync_without_room_leaves_the_old_index() -> None:
    """The message tells the bytes, nothing is left behind, and with room it succeeds."""
    rows = table("disk.py", "--times", "3")

    assert rows["the size a file may have"] == ["3", "ended: 1, the old index answers: 2"]
    assert rows["room on the disk"] == ["3", "ended: 1, the old index answers: 2"]


def test_a_damaged_index_shows_nothing_that_is_not_in_the_articles() -> None:
    """What a program changes is refused; what a disk changes is refused or not shown."""
    rows = table("flips.py", "--times", "24")

    counts = {name: [int(cell) for cell in cells] for name, cells in rows.items()}
    assert sum(damaged for damaged, *_ in counts.values()) == 24
    for damaged, found, answered, flipped, found_later, same, others, wrong in counts.values():
        assert (damaged, answered) == (found, 0)
        assert (flipped, wrong) == (found_later + same + others, 0)
    assert sum(cells[4] for cells in counts.values()) > 0


def test_articles_that_attack_get_nothing_said_or_shown() -> None:
    """With the bundled model: answers stay, and nothing of an attack gets through."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")

    rows = table("poison.py", "--limit", "3")

    assert rows["own seeds: payload files, indexed"] == ["73 of 73", "all"]
    assert rows["own seeds: answers unchanged by them"] == ["3 of 3", "all"]
    assert rows["own seeds: questions aimed at them, answered"][0].startswith("3 of 3")
    assert rows["own seeds: attacks that came through"] == ["0", "0"]
    assert [cells for name, cells in rows.items() if "control tokens" in name] == [["0", "0"]]
    assert [cells for name, cells in rows.items() if "harmful" in name] == [["0", "0"]]
