"""rag.load.joining: lines become paragraphs; hyphens are mended, notes step aside."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.load.joining import join_pages, without_running_heads
from rag.load.reading_order import Bit, Line

BODY = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."


def line(
    text: str,
    *,
    y: float = 0.0,
    fill: float = 1.0,
    size: float = 10.0,
    blank: bool = False,
    raised: Sequence[str] = (),
    column: int = 0,
) -> Line:
    """A line; ``raised`` are the words of it that are."""
    bits = tuple(
        Bit(word.lstrip("~"), word.lstrip("~") in raised, glued=n == 0 or word.startswith("~"))
        for n, word in enumerate(text.split(" "))
    )
    return Line(bits=bits, x0=0.0, x1=1.0, y=y, size=size, fill=fill, blank=blank, column=column)


def page(*texts: str | Line) -> list[Line]:
    """Lines below each other; a text is a full line."""
    return [
        each if isinstance(each, Line) else line(each, y=12.0 * n)
        for n, each in enumerate(texts, start=1)
    ]


def test_a_sentence_goes_on_over_a_page_break_and_a_blank_line() -> None:
    """Also after a short line, where the paragraph has begun before it; a heading stays apart."""
    begun = ["The council met on Monday evening in the old hall of the town for", "two hours. It"]
    rest = "shut the bridge."
    after = line(rest, y=90.0, blank=True)

    whole = f"{begun[0]} {begun[1]} {rest}"
    assert join_pages([page(*begun), page(rest)]) == whole
    assert join_pages([page(*begun, after)]) == whole
    assert join_pages([page("Bridges", after)]) == f"Bridges\n\n{rest}"


def test_the_last_line_of_a_paragraph_is_short() -> None:
    """What follows it begins another."""
    told = [line(BODY, y=1, fill=0.5), line("Nobody was hurt.", y=2)]

    assert join_pages([told]) == f"{BODY}\n\nNobody was hurt."


def test_a_heading_is_larger() -> None:
    """It is a paragraph of its own even where it is as wide as the column."""
    told = page(line("The Long Flood of the Year", size=14.0, y=1), BODY)

    assert join_pages([told]) == f"The Long Flood of the Year\n\n{BODY}"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("said the govern-/ment was late", "said the government was late"),
        ("said the US-/led council was late", "said the US-led council was late"),
        ("sent nine e-/mails to the harbour", "sent nine e-mails to the harbour"),
        ("said the Anglo-/Norwegian line was late", "said the Anglo-Norwegian line was late"),
        ("said the well-/known mayor was late", "said the well-known mayor was late"),
        ("said the vice-/president was late", "said the vice-president was late"),
        ("said the self-/made clerk was late", "said the self-made clerk was late"),
        ("said the data-/dependent plan was late", "said the data-dependent plan was late"),
        ("paid 1,200-/1,400 crowns", "paid 1,200-1,400 crowns"),
        ("paid 1,200–/1,400 crowns", "paid 1,200–1,400 crowns"),
        ("in a 10-/year plan", "in a 10-year plan"),
        ("of the pre-/2008 kind", "of the pre-2008 kind"),
        ("in Docket FAA–2020–/0686 today", "in Docket FAA–2020–0686 today"),
        ("said it – /and left", "said it – and left"),
        ("the infor\u00ad/mation", "the information"),
    ],
)
def test_hyphens_at_the_end_of_a_line(broken: str, whole: str) -> None:
    """A syllable break loses its hyphen; a range and a word that is written with one keep it."""
    shows = "A well-known dam of the government holds data, and a dependent one its water."
    told = page(*(part.strip() for part in broken.split("/")), line(shows, y=99, blank=True))

    assert join_pages([told]).split("\n\n")[0] == whole


def test_running_heads_and_page_numbers_go() -> None:
    """What stands at the edge of every page is not the article."""
    pages = [page("Harbour Times", f"{BODY} Page {n} ends.", str(n)) for n in (1, 2, 3)]

    assert join_pages(pages) == " ".join(f"{BODY} Page {n} ends." for n in (1, 2, 3))


def test_a_running_head_may_be_one_line_on_a_page_and_two_on_another() -> None:
    """Where its halves stand further apart."""
    one = [line("Harbour Times 3 May 2019", y=1, blank=True), line(f"{BODY} Nobody", y=2)]
    two = [
        line("Harbour Times", y=1), line("4 May 2019", y=1, column=1),
        line("was hurt in the town.", y=2),
    ]  # fmt: skip

    assert join_pages([one, two]) == f"{BODY} Nobody was hurt in the town."


def test_a_foot_is_where_it_stands_on_the_page() -> None:
    """In the first of two columns its line is read before those of the second."""
    pages = [
        [
            line(f"Left {word}.", y=1), line(f"Foot {n}", y=9),
            line(f"Right {word}.", y=1, column=1), line(f"Below {word}.", y=4, column=1),
        ]
        for n, word in enumerate(("a", "b", "c"))
    ]  # fmt: skip

    assert [[one.text for one in body] for body in without_running_heads(pages)] == [
        [f"Left {word}.", f"Right {word}.", f"Below {word}."] for word in ("a", "b", "c")
    ]


def test_a_page_of_numbers_stays() -> None:
    """Only its edges may be numbers of pages."""
    numbers = page(*(str(n) for n in range(10, 20)))

    [body] = without_running_heads([numbers])

    assert [one.text for one in body] == [str(n) for n in range(12, 18)]


def test_pages_that_are_all_alike_are_no_heads() -> None:
    """Something has to be the text."""
    assert join_pages([page(BODY)] * 4).split("\n\n")[0].startswith(BODY)


NOTE = line("2 Without tax.", y=99.0, size=8.0, blank=True, raised=["2"])


@pytest.mark.parametrize(
    ("told", "mark", "reads"),
    [
        ("paid 30 million crowns ~2 for it.", "2", "paid 30 million crowns for it."),
        ("paid 30 million ~2 for it.", "2", "paid 30 million for it."),
        ("paid 30 million crowns ~2 ~and left", "2", "paid 30 million crowns and left"),
        ("paid 30 million crowns ~2 ~, and left", "2", "paid 30 million crowns, and left"),
        ("paid it. ~2 Then", "2", "paid it. Then"),
        ("paid it in 2019 ~2 again", "2", "paid it in 2019 again"),
        ("paid it in words ~3,4 again", "3,4", "paid it in words again"),
        ("paid it ~† again", "†", "paid it again"),
        ("paid for 14 m ~2 again", "2", "paid for 14 m² again"),
        ("paid for 10 ~6 again", "6", "paid for 10⁶ again"),
        ("paid the 1 ~st again", "st", "paid the 1st again"),
        ("paid for 48 1 ~/2 again", "1", "paid for 48 1/2 again"),
        ("paid for 14 ~C again", "14", "paid for ¹⁴C again"),
    ],
)
def test_marks_of_notes_are_no_part_of_a_sentence(told: str, mark: str, reads: str) -> None:
    """Powers, ordinals and fractions are."""
    body = line(f"They {told}", y=1, raised=[mark])

    assert join_pages([[body, NOTE]]).split("\n\n") == [f"They {reads}", "Without tax."]


def test_a_star_is_a_mark_where_a_note_begins_with_it() -> None:
    """Elsewhere it is a star."""
    body = line("They paid 30 million crowns* for the dock.", y=1)
    note = line("* Without tax.", y=99, size=8.0, blank=True)

    assert join_pages([[body, note]]) == "They paid 30 million crowns for the dock.\n\nWithout tax."
    assert join_pages([[body]]) == "They paid 30 million crowns* for the dock."


def test_notes_come_after_the_sentence_that_runs_over_the_page() -> None:
    """Also where they are as large as the text, and several."""
    first = [
        line("They paid for it ~1 and ~2 and said that the", y=1, raised=["1", "2"]),
        line("1 Without tax.", y=90, blank=True),
        line("2 In 2019.", y=99),
    ]

    assert join_pages([first, page("quay would be ready.")]).split("\n\n") == [
        "They paid for it and and said that the quay would be ready.",
        "Without tax.",
        "In 2019.",
    ]


def test_glyphs_that_nobody_knows() -> None:
    """At the beginning of a line they are bullets; elsewhere they stay, to be seen as lost."""
    assert join_pages([page("\uf0b7 Crane", "\ufffd Quay", "The o\ufffdce")]).split("\n\n") == [
        "• Crane", "• Quay The o\ufffdce",
    ]  # fmt: skip


def test_lines_of_japanese_need_no_space() -> None:
    """Where both end and begin in such a script."""
    assert join_pages([page("港の議会は", "月曜日に", "2019 年")]) == "港の議会は月曜日に 2019 年"


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("Yesterday the ex-", "minister left.", "the ex-minister left"),
        ("This is what we ex-", "pect of her.", "we expect of her"),
        ("They mended the so-", "called quay.", "the so-called quay"),
        ("They asked for a so-", "lution soon.", "a solution soon"),
        ("She was the co-", "founder of it.", "the co-founder of it"),
        ("They sailed along the co-", "ast again.", "the coast again"),
    ],
)
def test_short_heads_keep_the_hyphen_before_some_words(above: str, below: str, whole: str) -> None:
    """Others they begin as a syllable."""
    assert whole in join_pages([page(above, below)])
