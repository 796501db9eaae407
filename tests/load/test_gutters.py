"""rag.load.gutters: strips between columns, and none between cells or loose words."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.load.gutters import Piece, Strip, find_gutters
from rag.load.pdf_page import Word

SIZE = 10.0
LEFT = ["the board of the harbour met and", "saw that the old crane is not safe",
        "for those who work below it, as it", "has been since the flood of 2019"]  # fmt: skip
RIGHT = ["while the engineers of the town say", "that a new rope would do for a year",
         "or two until the council has found", "the money for a better crane there"]  # fmt: skip


def piece(text: str, x: float, y: float, *, size: float = SIZE) -> Piece:
    """Words half as wide as the font is high for each letter, a quarter of that between."""
    words = []
    start = x
    for each in text.split():
        words.append(Word(each, x, x + 0.5 * size * len(each), y, size, True))
        x = words[-1].x1 + 0.25 * size
    return Piece(words, start, words[-1].x1, y, size)


def rows(*columns: Sequence[str], at: Sequence[float]) -> list[list[Piece]]:
    """Columns that begin at these places, on the same baselines."""
    return [
        [piece(text, x, 12.0 * n) for text, x in zip(texts, at, strict=True)]
        for n, texts in enumerate(zip(*columns, strict=True), start=1)
    ]


def test_columns_have_a_gutter() -> None:
    """From the widest line of the left one to the right one, over all their lines."""
    found = rows(LEFT, RIGHT, at=(50, 260))

    [gutter] = find_gutters(found, (), SIZE)

    assert gutter.x0 == max(one[0].x1 for one in found)
    assert gutter.x1 == 260
    assert gutter.top < 12 < 48 < gutter.bottom
    assert all(gutter.parts(*row) for row in found)


def test_three_columns_have_two() -> None:
    """The one in the middle has its own on each side."""
    found = find_gutters(rows(LEFT, RIGHT, LEFT, at=(50, 260, 470)), (), SIZE)

    assert [gutter.x1 for gutter in found] == [260, 470]


def test_cells_have_none() -> None:
    """They begin with capitals and end where they end, or are numbers."""
    names = ["Ada Lark", "Rolf Sand of the board", "Ilse Brok", "Jon Roald of the yard"]
    duties = ["Looks after the ferry", "Pays", "Keeps the minutes of it", "Leads"]
    numbers = ["1,204 1,305", "1,877 1,999", "3,410 3,511", "5,491 6,815"]

    assert find_gutters(rows(names, duties, at=(50, 260)), (), SIZE) == []
    assert find_gutters(rows(numbers, numbers, at=(50, 260)), (), SIZE) == []
    assert find_gutters(rows(names, numbers, at=(50, 260)), (), SIZE) == []


def test_gaps_that_lie_below_each_other_in_loose_lines_are_none() -> None:
    """They are as wide as all others of their lines."""
    texts = ["the board of harbour met and", "saw that old crane is safe",
             "for those who work below it"]  # fmt: skip
    loose = []
    for n, text in enumerate(texts, start=1):
        x, row = 50.0, []
        for word in text.split():
            row.append(piece(word, x, 12.0 * n))
            x = row[-1].x1 + 12.0
        loose.append(row)

    assert find_gutters(loose, (), SIZE) == []


def test_a_short_headline_over_both_columns_ends_them() -> None:
    """Beside it there is nothing; one in a column has the other beside it."""
    above, below = rows(LEFT, RIGHT, at=(50, 260)), rows(RIGHT, LEFT, at=(50, 260))
    lower = [[Piece(one.words, one.x0, one.x1, one.y + 90, SIZE) for one in row] for row in below]
    headline = [piece("What it costs", 50, 78, size=14)]
    between = find_gutters([*above, headline, *lower], (), SIZE)
    inside = find_gutters([*above, [*headline, piece(LEFT[0], 260, 78)], *lower], (), SIZE)

    assert len(between) == 2
    assert len(inside) == 1


def test_a_strip_in_a_higher_one_is_the_same() -> None:
    """Where it is wider, but shorter."""
    high = Strip(10, 20, 0, 100)

    assert Strip(8, 22, 10, 90).holds(high)
    assert not Strip(8, 22, 10, 110).holds(high)
    assert not Strip(30, 40, 10, 90).holds(high)


def justified(text: str, x: float, y: float, width: float) -> list[Piece]:
    """A piece for each word; the gaps between are alike and as wide as the line needs."""
    words = text.split()
    gap = (width - sum(0.5 * SIZE * len(word) for word in words)) / (len(words) - 1)
    found: list[Piece] = []
    for each in words:
        found.append(piece(each, x, y))
        x = found[-1].x1 + gap
    return found


@pytest.mark.parametrize("width", [200.0, 240.0])
@pytest.mark.parametrize("gutter", [12.0, 60.0])
@pytest.mark.parametrize("lines", [3, 4])
def test_few_justified_lines_have_a_gutter(width: float, gutter: float, lines: int) -> None:
    """Where it is wider than the gaps of their words, or all lines end and begin at it."""
    start = 50 + width + gutter
    found = [
        [*justified(left, 50, 12.0 * n, width), *justified(right, start, 12.0 * n, width)]
        for n, (left, right) in enumerate(zip(LEFT[:lines], RIGHT, strict=False), start=1)
    ]

    strips = find_gutters(found, (), SIZE)

    assert [(round(one.x0), round(one.x1)) for one in strips] == [(50 + width, start)]


def test_words_of_cells_have_none_though_they_are_small_letters() -> None:
    """Each fills its cell about as much as the others do."""
    cells = [
        ("red apple", "green pear", "blue plum"),
        ("old crane", "new ferry", "wide quay"),
        ("cold soup", "warm bread", "sour milk"),
        ("soft bed", "hard chair", "round table"),
    ]
    columns = list(zip(*cells, strict=True))

    assert find_gutters(rows(*columns, at=(50, 190, 330)), (), SIZE) == []
