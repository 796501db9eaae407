"""rag.language.line_ends: whether a sentence goes on in the next line."""

from __future__ import annotations

import pytest

from rag.language.line_ends import run_on, unwrapped

LONG = (
    "The ferry between the two islands of the sound is going to run once an hour in the summer "
    "and twice a day in winter, for the first time since"
)


@pytest.mark.parametrize(
    "lines",
    [
        ("The quay is new. The harbour master began in April", "2019, and stays."),
        ("Nobody was hurt, the police said! A spokeswoman named Director", "Ada Lark as owner."),
        (LONG, "1998, the council said."),
        (
            "The council of the town wants to sell the old swimming bath to Mayor",
            "Lark, who has not yet said whether he can pay the price that it asks",
            "for a house.",
        ),
    ],
)
def test_a_line_of_prose_runs_on(lines: tuple[str, ...]) -> None:
    """After a sentence and a half, when no heading is as long, and where the next ones go on."""
    assert run_on(lines)[0]


@pytest.mark.parametrize(
    "lines",
    [
        ("Council sells the swimming bath", "The council of the town sold it on Monday."),
        ("Lark v. Hansen: a bath, and who pays", "Ada Lark has sued the council."),
        ("The quay is new. It opened in May.", "Ada Lark was there."),
        ("He comes to. The list has", "- two boats"),
        ("The quay is new. The rules are:", "No boats"),
        ("The quay is new. The harbour in", "Depth: 14 metres"),
        ("Harbour | The quay is new. Depth in", "2019 | 14"),
        ("The gulls are crying over the bay", "The boats have gone to sea", "And I remain."),
    ],
)
def test_headings_lists_tables_and_verse_stay_apart(lines: tuple[str, ...]) -> None:
    """Nothing tells that they are one sentence."""
    assert not any(run_on(lines))


def test_in_markdown_only_a_mark_ends_a_line() -> None:
    """A hard break, a list or a heading is one; where a sentence ends, nothing has to be joined."""
    line = "The new quay of the harbour was opened by"

    assert run_on([line, "Ada Lark."], flowing=True) == [True, False]
    for ended in (f"{line}  ", f"{line}\\", f"{line}<br/>", f"# {line}", f"| {line}", f"{line}."):
        assert run_on([ended, "Ada Lark."], flowing=True) == [False, False]
    for marked in ("# Ada Lark", "> Ada Lark", "1. Ada Lark", "Owner: Ada Lark"):
        assert run_on([line, marked], flowing=True) == [False, False]


def test_lines_that_run_on_are_shown_with_spaces() -> None:
    """The length stays the same, and a blank line ends a block."""
    text = f"{LONG}\r\n1998, says Lark.\n\n{LONG}\n\nAda Lark says so."

    assert unwrapped(text, 0) == text.replace("\r\n", "  ")
