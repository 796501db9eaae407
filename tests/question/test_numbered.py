"""rag.question.numbered: things that are told apart by number."""

from __future__ import annotations

import pytest

from rag.question.numbered import is_of_another, read_numbered, without_labels


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        ("Which berth is number 3?", "Berth 4: the tug Alma", True),
        ("Which berth is number 3?", "Berth 3: the tug Rosa", False),
        ("What is lock 12 for?", "| Lock 11 | grain |", True),
        ("What is lock 12 for?", "Lock 11 leads to lock 12.", False),
        ("What does Clause 5 forbid?", "Clause No. 6 forbids dogs.", True),
        ("What does Clause 5 forbid?", "The fee of clause 5 is 20 crowns.", False),
        ("What does Clause 5 forbid?", "The clerk read 6 letters.", False),
        ("Who led the 3 boats in May 2018?", "Boats 4 and 5 sank in May 2019.", False),
        ("How many boats sank?", "Boat 4 sank.", False),
    ],
)
def test_a_sentence_on_another_number(question: str, sentence: str, other: bool) -> None:
    """It names such a thing by a number, and not by the one that is asked for."""
    assert is_of_another(read_numbered(question), sentence) is other


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("Berth 4: the tug Alma", "Berth: the tug Alma"),
        ("| Lock 11 | grain |", "| Lock | grain |"),
        ("Norwind 30 boats were sold.", "Norwind 30 boats were sold."),
        ("The lock cost 11,000 crowns.", "The lock cost 11,000 crowns."),
        ("Nearly 40", "Nearly 40"),
    ],
)
def test_a_number_that_is_a_name_counts_nothing(sentence: str, left: str) -> None:
    """It stands by itself behind what it numbers."""
    assert without_labels(sentence) == left
