"""rag.load.dated_line: a date with names beside it, and what only looks like one."""

from __future__ import annotations

import pytest

from rag.load.dated_line import read_dated_line


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("Friday 9 May 2014 | The Alta Post", "The Alta Post"),
        ("The Salt Almanac, 9 May 2014", "The Salt Almanac"),
        ("THE TIDE GAZETTE, 9 May 2014, page 4", "THE TIDE GAZETTE"),
        ("*Published 9 May 2014 by Harbour Ledger*", "Harbour Ledger"),
        ("Alta Radio – May 9, 2014, 10:30 pm", "Alta Radio"),
        ("Source: Nordlys (9 May 2014)", "Nordlys"),
        ("altapost.example · 2014-05-09", "altapost.example"),
        ("_9 May 2014, by Ada Lark_", None),
        ("Par Ada Lark, le 9 mai 2014 à 18:04", None),
        ("Door Ada Lark op 9 mei 2014 om 18:04", None),
        ("Le 9 mai 2014, Den Alta Post", "Den Alta Post"),
        ("Ada Lark, The Alta Post, 9 May 2014", "The Alta Post"),
        ("The Hague, Friday 9 May 2014", None),
    ],
)
def test_a_date_and_names_are_a_dated_line(line: str, outlet: str | None) -> None:
    """Outlet, writer, place and page may stand beside the date; a place is no outlet."""
    found = read_dated_line(line)

    assert found is not None
    assert found.outlet == outlet


@pytest.mark.parametrize(
    "line",
    [
        "9 May 2014",
        "The Alta Post",
        "Born 9 May 1950",
        "Ada Lark, 9 May 1950 – 3 June 2014",
        "Council hearing, 9 May 2014",
        "The dam burst on 9 May 2014",
        "The Alta Post opened on 9 May 2014.",
        "Next tide: 9 May 2014",
        "[1] podcast.txt:4 · 2014-05-09",
        "- The Alta Post, 9 May 2014",
    ],
)
def test_other_text_with_a_date_is_none(line: str) -> None:
    """A date alone, a life, an event and a sentence are no dates beside names."""
    assert read_dated_line(line) is None
