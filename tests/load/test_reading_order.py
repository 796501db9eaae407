"""rag.load.reading_order: the lines of a page in the order in which people read them."""

from __future__ import annotations

import random

import pytest
from drawn_pdf import Drawn, Placed, draw, in_columns, sentences, with_notes, with_table, wrap
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.load.pdf import extract_pdf
from rag.load.pdf_page import Box, Word
from rag.load.reading_order import Line, read_lines


def text_of(drawn: Drawn) -> str:
    """What is read, with single spaces."""
    return " ".join(extract_pdf(drawn.data).text.split())


def word(text: str, x: float, y: float, *, size: float = 10.0) -> Word:
    """A word whose glyphs are half as wide as the font is high."""
    return Word(text, x, x + 0.5 * size * len(text), y, size, True)


def line_of(text: str, x: float, y: float, *, size: float = 10.0) -> list[Word]:
    """Words with spaces of a quarter of the font size between."""
    found: list[Word] = []
    for each in text.split():
        found.append(word(each, x, y, size=size))
        x = found[-1].x1 + 0.25 * size
    return found


def shown(lines: list[Line]) -> list[str]:
    """Their texts."""
    return [line.text for line in lines]


LEFT = [
    "the board of the harbour met on",
    "monday and saw that the old crane",
    "is not safe any more for those who",
    "work below it and who unload ships",
    "from the north every day and night",
]
RIGHT = [
    "while the engineers of the town say",
    "that a new rope would do for a year",
    "or two until the council has found",
    "the money for a better crane which",
    "could be built on the other quay",
]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    columns=st.integers(1, 3),
    by_row=st.booleans(),
    bands=st.integers(1, 2),
    gutter=st.floats(12.0, 40.0),
)
def test_known_text_comes_out_in_order(
    seed: int, columns: int, by_row: bool, bands: int, gutter: float
) -> None:
    """However it is painted, in one to three columns, with headlines across or without."""
    drawn = in_columns(
        random.Random(seed), columns=columns, by_row=by_row, bands=bands, gutter=gutter
    )

    assert text_of(drawn) == drawn.text


@pytest.mark.parametrize("seed", range(5))
def test_rows_of_a_table_stay_rows(seed: int) -> None:
    """Each is a paragraph, between the prose before and after."""
    drawn = with_table(random.Random(seed))

    told = extract_pdf(drawn.data).text.split("\n\n")

    assert [row for row in told if row in drawn.rows] == list(drawn.rows)
    assert " ".join(told) == drawn.text


@pytest.mark.parametrize("seed", range(5))
def test_a_note_waits_for_the_end_of_the_sentence(seed: int) -> None:
    """And its mark is part of none."""
    drawn = with_notes(random.Random(seed))

    assert text_of(drawn) == drawn.text


def test_columns_that_are_not_on_the_same_baselines() -> None:
    """Are still columns."""
    words = [
        each
        for n, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True))
        for each in [*line_of(left, 50, 100 + 12 * n), *line_of(right, 260, 95 + 13 * n)]
    ]

    assert shown(read_lines(words)) == [*LEFT, *RIGHT]


def test_a_picture_across_ends_both_columns() -> None:
    """What stands below it is read after what stands above."""
    words = [
        each
        for top in (100.0, 300.0)
        for n, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True))
        for each in [*line_of(left, 50, top + 12 * n), *line_of(right, 260, top + 12 * n)]
    ]
    across, behind = Box(50, 450, 180, 280), Box(0, 595, 0, 842)

    assert shown(read_lines(words, [across, behind])) == [*LEFT, *RIGHT] * 2
    assert shown(read_lines(words, [behind])) == [*LEFT, *LEFT, *RIGHT, *RIGHT]


def test_an_address_beside_prose_is_a_column() -> None:
    """It is as high as the prose; terms beside what explains them are not."""
    address = ["Office of the Harbour", "Quay Street 14", "Kirkholm 4021", "Monday to Friday"]
    prose = LEFT[: len(address)]
    beside = [
        each
        for n, (left, right) in enumerate(zip(address, prose, strict=True))
        for each in [*line_of(left, 50, 100 + 12 * n), *line_of(right, 200, 100 + 12 * n)]
    ]
    terms = [
        *line_of("Crane:", 50, 100), *line_of("Quay:", 50, 136),
        *(each for n, text in enumerate(LEFT) for each in line_of(text, 120, 100 + 12 * n)),
    ]  # fmt: skip

    assert shown(read_lines(beside)) == [*address, *prose]
    assert shown(read_lines(terms)) == [
        f"Crane: {LEFT[0]}", *LEFT[1:3], f"Quay: {LEFT[3]}", LEFT[4],
    ]  # fmt: skip


def in_cells(*table: tuple[str, ...], step: float = 13.0) -> list[Word]:
    """The rows of a table below each other; an empty text paints nothing."""
    return [
        each
        for n, row in enumerate(table)
        for x, text in zip((50, 150, 350), row, strict=True)
        for each in line_of(text, x, 100 + step * n)
    ]


def test_cells_of_several_lines_are_read_one_by_one() -> None:
    """Where the first cell of a line is empty, the line goes on with the row above."""
    table = in_cells(
        ("Vik", "The mill is let to the", "7 to 2"),
        ("", "brothers Moe for ten", "in May"),
        ("", "years", ""),
        ("Os", "The mill is kept", "6 to 3"),
    )
    whole = "Vik The mill is let to the brothers Moe for ten years 7 to 2 in May"

    lines = read_lines(table)

    assert shown(lines) == [whole, "Os The mill is kept 6 to 3"]
    assert all(line.row for line in lines)


def test_rows_without_a_first_cell_are_rows() -> None:
    """As where it stands for all below; and so is what a rule parts."""
    grouped = in_cells(("Team", "Day", "Goals"), ("Vik", "Monday", "3"), ("", "Friday", "1"))
    ruled = in_cells(("Vik", "The mill is let", "7 to 2"), ("", "with its pond", ""))

    assert shown(read_lines(grouped)) == ["Team Day Goals", "Vik Monday 3", "Friday 1"]
    assert shown(read_lines(ruled, [Box(50, 450, 104, 105)])) == [
        "Vik The mill is let 7 to 2", "with its pond",
    ]  # fmt: skip


def test_what_stands_in_some_cells_alone_goes_on_with_no_row() -> None:
    """It is not told which: both of them, or a row of its own."""
    table = in_cells(("Upper", "The mill is let to", "7 to 2"), ("mill", "the brothers", ""))

    assert [(line.text, line.row) for line in read_lines(table)] == [
        ("Upper The mill is let to 7 to 2", True), ("mill the brothers", True),
    ]  # fmt: skip


def test_a_loose_line_is_no_row() -> None:
    """Its gaps are alike; those between cells are not, or far wider."""
    loose, x = [], 50.0
    for each in "the board of the harbour met".split():
        loose.append(word(each, x, 100))
        x = loose[-1].x1 + 14
    cells = [
        word(each, 50 + 90 * n, 100) for n, each in enumerate(("Moss", "Boss", "Ross", "Foss"))
    ]

    assert [line.row for line in read_lines(loose)] == [False]
    assert [line.row for line in read_lines(cells)] == [True]


def test_numbers_in_columns_are_a_table() -> None:
    """Even where each fills its column, and where cells have several words."""
    numbers = [
        each for n in range(6) for m in range(3)
        for each in line_of(f"{n + 10},{m}50 {n + 20},{m}00", 50 + 120 * m, 100 + 12 * n)
    ]  # fmt: skip
    names = [
        each
        for n, name in enumerate(("Ada Lark", "Rolf Sand", "Ilse Brok", "Jon Roald"))
        for x, text in ((50, name), (200, f"Member of board {n}"))
        for each in line_of(text, x, 100 + 12 * n)
    ]

    assert shown(read_lines(numbers))[0] == "10,050 20,000 10,150 20,100 10,250 20,200"
    assert len(read_lines(numbers)) == 6
    assert shown(read_lines(names))[0] == "Ada Lark Member of board 0"
    assert all(line.row for line in read_lines(names))


def test_raised_and_lowered_words_belong_to_their_lines() -> None:
    """They are marked; words painted twice to look bold are one."""
    words = [
        *line_of("the yard paid 30 million", 50, 100), Word("2", 171, 174, 96.5, 6.0, False),
        *line_of("for CO", 180, 100), Word("2", 207.8, 211, 102, 6.0, False),
        *line_of("and ice", 216, 100), Word("ice", 233.8, 248.8, 100, 10.0, True),
    ]  # fmt: skip

    [line] = read_lines(words)

    assert line.text == "the yard paid 30 million 2 for CO2 and ice"
    assert [bit.text for bit in line.bits if bit.raised] == ["2"]


def test_a_small_number_is_no_part_of_the_number_before() -> None:
    """48 and a half is not 481/2."""
    words = [word("48", 50, 100), Word("1/2", 60.2, 69, 100, 6.0, False), word("cents", 72, 100)]

    assert shown(read_lines(words)) == ["48 1/2 cents"]


def test_words_from_right_to_left() -> None:
    """A line of Arabic begins on the right."""
    words = [word("المدينة", 50, 100), word("فوق", 100, 100), word("السد", 130, 100)]

    assert shown(read_lines(words)) == ["السد فوق المدينة"]


def test_a_page_turned_to_its_side() -> None:
    """Is read as if it were upright."""
    import io

    from reportlab.pdfgen.canvas import Canvas

    lines = wrap(" ".join(sentences(random.Random(4), 12)), 400.0)
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(842, 595))
    canvas.rotate(90)
    for n, text in enumerate(lines):
        canvas.drawString(60, -60 - 12 * n, text)
    canvas.showPage()
    canvas.save()

    assert " ".join(extract_pdf(written.getvalue()).text.split()) == " ".join(lines)


def test_japanese_from_top_to_bottom() -> None:
    """Lines stand beside each other, the first on the right."""
    import io

    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfgen.canvas import Canvas

    registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    lines = ["港の議会は月曜日に開かれた。", "古い橋は安全だと市長は語った。"]
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(595, 842))
    canvas.setFont("HeiseiMin-W3", 12)
    for n, text in enumerate(lines):
        for m, glyph in enumerate(text):
            canvas.drawString(400 - 20 * n, 700 - 12 * m, glyph)
    canvas.showPage()
    canvas.save()

    assert extract_pdf(written.getvalue()).text == "".join(lines)


def test_nothing_is_no_line() -> None:
    """A page without words has none."""
    assert read_lines([]) == []
    assert draw([[Placed(x=60, y=700, text="A")]])[:5] == b"%PDF-"
