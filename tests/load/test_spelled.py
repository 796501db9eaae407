"""rag.load.spelled: letters that stand apart become words by the gaps between them."""

from __future__ import annotations

import pytest

from rag.load.pdf_page import Word
from rag.load.spelled import spelled

SIZE = 10.0


def letters(text: str, gap: float, *, space: float, painted: bool) -> list[Word]:
    """A word for each letter, half as wide as the font is high.

    Args:
        text: Words.
        gap: Points between two letters.
        space: Points that a space adds.
        painted: Whether the file says that there is a space.
    """
    found: list[Word] = []
    x, spaced = 50.0, False
    for each in text:
        if each == " ":
            x, spaced = x + space, painted
            continue
        found.append(Word(each, x, x + 5, 100.0, SIZE, spaced))
        x, spaced = x + 5 + gap, False
    return found


@pytest.mark.parametrize("painted", [True, False])
@pytest.mark.parametrize("gap", [1.8, 3.0, 5.0])
def test_wide_gaps_part_words(gap: float, painted: bool) -> None:
    """Whether a space is painted there or not."""
    row = letters("The pilot did not land.", gap, space=2.5 + gap, painted=painted)

    assert [word.text for word in spelled(row)] == ["The", "pilot", "did", "not", "land."]
    assert (spelled(row)[0].x0, spelled(row)[-1].x1) == (row[0].x0, row[-1].x1)


def test_spaces_between_all_letters_part_none() -> None:
    """As somebody types them in a headline, with more of them between words."""
    row = [
        word._replace(spaced=True)
        for word in letters("FERRY SUNK", 2.8, space=5.6, painted=True)
    ]  # fmt: skip

    assert [word.text for word in spelled(row)] == ["FERRY", "SUNK"]


def test_letters_that_are_no_word_stay_apart() -> None:
    """Names of things, formulas, cells, and letters among words."""
    named = letters("A B C D E F", 0.3, space=2.5, painted=True)
    cells = [word._replace(x0=60.0 * n, x1=60.0 * n + 5) for n, word in enumerate(named)]
    words = [
        Word(text, 60.0 * n, 60.0 * n + 58, 100.0, SIZE, True)
        for n, text in enumerate("A row of a hundred I have".split())
    ]

    assert spelled(named) == named
    assert spelled(cells) == cells
    assert spelled(words) == words
