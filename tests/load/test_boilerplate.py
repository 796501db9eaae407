"""rag.load.boilerplate: which paragraphs may be cited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Span
from rag.load.boilerplate import paragraphs

LONG = "The dam burst on Monday and the water reached the harbour before noon, the mayor said. " * 2
MORE = LONG.replace("dam", "wall")


def kept(text: str) -> list[str]:
    """The text of every paragraph that is kept."""
    return [text[span.start : span.end] for span in paragraphs(text)]


def test_a_blank_line_separates_paragraphs() -> None:
    """Two paragraphs, two spans, trimmed."""
    text = "The dam burst on Monday.  \r\n\r\n  Nobody was hurt.\r\n"

    assert kept(text) == ["The dam burst on Monday.", "Nobody was hurt."]


def test_a_hard_wrapped_paragraph_stays_one() -> None:
    """Lines that were broken to a width belong together, whatever one of them looks like."""
    text = (
        "The dam above the town burst on Monday and the water reached the\n"
        "harbour before noon. The mayor had asked for repairs in a letter of\n"
        "July 16, 2018, and had repeated it later in the same year, but no\n"
        "answer had come from the ministry when the wall finally gave way.\n\n"
        "Nobody was hurt, and the harbour will open again by the end of the\nweek."
    )

    assert kept(text) == text.split("\n\n")


def test_long_lines_without_blank_lines_are_paragraphs() -> None:
    """A file with one paragraph per line has as many paragraphs as lines."""
    text = f"{LONG}\n{MORE}\nNobody was hurt."

    assert kept(text) == [LONG.strip(), MORE.strip(), "Nobody was hurt."]


def test_a_sentence_broken_by_a_blank_line_is_one_paragraph() -> None:
    """Pages copied from a screen break in mid-sentence."""
    text = "The mayor had written to the ministry and local\n\nreporters had seen the letter."

    assert kept(text) == [text]


def test_captions_printed_twice_are_dropped() -> None:
    """Alternative text, caption and credit of one picture are no evidence."""
    text = (
        "The mayor stands at the broken dam. (photo credit: REUTERS/BO FINCH)\n"
        "The mayor stands at the broken dam.\n"
        "(photo credit: REUTERS/BO FINCH)\n\n"
        f"{LONG}\n\n"
        "Mayor Ada Lark\nMayor Ada Lark Photo: Bo Finch/Pool via REUTERS\ninfo_icon\n\n"
        "Nobody was hurt."
    )

    assert kept(text) == [LONG.strip(), "Nobody was hurt."]


def test_headings_are_dropped_and_short_sentences_kept() -> None:
    """A heading has no full stop; a short sentence has one, or stands in quotation marks."""
    text = (
        f"{LONG}\n\nRepairs To Be Paid\n\nIt rained.\n\n“We are all still here”\n\n"
        f"Why the wall failed\n\n{LONG}"
    )

    assert kept(text) == [LONG.strip(), "It rained.", "“We are all still here”", LONG.strip()]


def test_lists_are_kept() -> None:
    """Items, fields and rows of a table are content."""
    text = f"{LONG}\n\n- three boats\n- one crane\n\nDepth: 14 metres\n\n1998 | 14 | yes\n\n{LONG}"

    assert kept(text)[1:-1] == ["- three boats\n- one crane", "Depth: 14 metres", "1998 | 14 | yes"]


def test_notes_are_kept() -> None:
    """Short lines with figures, or two together, are content although they have no full stop."""
    text = f"{LONG}\n\nBudget of 40000 approved\n\n| 1998 | 14 |\n\nthe wall is old\nthe gate too"

    assert kept(text)[1:] == [
        "Budget of 40000 approved",
        "| 1998 | 14 |",
        "the wall is old\nthe gate too",
    ]


def test_a_menu_is_dropped_and_an_announced_list_kept() -> None:
    """Short lines after "are:" are what was announced; without it they are a menu."""
    names = "Arno\nBria\nCole"

    assert kept(f"{names}\n\n{LONG}") == [LONG.strip()]
    assert kept(f"{LONG}\n\nThe towns are:\n{names}\n\n{LONG}")[1] == f"The towns are:\n{names}"


def test_references_end_an_article() -> None:
    """Sources and links below the body are dropped, prose after them is not."""
    text = (
        f'{LONG}\n\n{MORE}\n\nSources\n\nAda Lark. "Dam bursts" — Harbour Times, May 3, 2019\n\n'
        "[Harbour Times](https://example.org/dam)\n\n" + LONG
    )

    assert kept(text) == [LONG.strip(), MORE.strip(), LONG.strip()]


def test_teasers_under_related_are_dropped() -> None:
    """Headlines of other articles are not this article."""
    teaser = "The ministry knew of the cracks in the wall for many years, its letters show"
    text = f"{LONG}\n\nRelated\n\n{teaser}\n"

    assert kept(text) == [LONG.strip()]


def test_link_lists_are_dropped_and_linked_sentences_kept() -> None:
    """A line of links is navigation; a sentence that is a link is a sentence."""
    sentence = "[The mayor said that the dam had been unsafe for years.](https://example.org)"
    text = f"{LONG}\n\n[Home](/) [World](/world) [Sport](/sport)\n\n{sentence}"

    assert kept(text) == [LONG.strip(), sentence]


def test_the_dates_of_a_chronicle_are_kept() -> None:
    """Three dates over three events tell when they happened."""
    days = [f"May {day}, 2019\nThe water rose by {day} feet." for day in (3, 4, 5)]
    text = "\n\n".join(["The flood", LONG, *days])

    assert kept(text)[-3:] == days


def test_a_text_of_short_lines_is_kept() -> None:
    """Where neighbours' rules would leave nothing, only furniture is dropped."""
    assert kept("Advertisement\n\nA quiet harbour") == ["A quiet harbour"]


def test_spans_apart_are_left_out() -> None:
    """What the caller sets apart is no evidence."""
    text = "The dam bursts\n\nNobody was hurt."

    assert paragraphs(text, apart=(Span(start=0, end=14),)) == (Span(start=16, end=32),)


@given(
    st.lists(
        st.sampled_from(
            [
                "\n",
                "\r\n",
                " ",
                "A b.",
                "x" * 90,
                "Related",
                "By Ada Lark",
                "- a",
                "(photo: AP/X)",
                "\u2028",
                "\ufeff",
                "a, b",
                "Sources",
                "#",
            ]
        )
        | st.text(max_size=12),
        max_size=40,
    ).map("".join)
)
def test_paragraphs_are_ordered_spans_of_the_text(text: str) -> None:
    """Whatever the text: in range, in order, apart from each other, trimmed, not empty."""
    previous = 0
    for span in paragraphs(text):
        assert previous <= span.start < span.end <= len(text)
        assert text[span.start : span.end].strip() == text[span.start : span.end]
        previous = span.end


def test_a_repeated_paragraph_is_kept_once() -> None:
    """The second copy adds nothing; only in a block of their own are both a caption."""
    assert kept(f"{LONG}\n\n{LONG}") == [LONG.strip()]
    assert kept(f"{LONG}\n{LONG}\n{MORE}") == [LONG.strip(), MORE.strip()]


def test_a_sentence_that_a_blank_line_breaks_is_one_paragraph() -> None:
    """After a comma, and after the short beginning of a sentence; a heading stays apart."""
    after_comma = "The council shut the bridge over the Orme,\n\nwhich nobody had expected."
    begun = "It rained. The bridge was\n\nshut to all traffic on Monday."
    heading = "Bridge shut\n\nthe council met on Monday, and shut the bridge to all traffic."

    assert [after_comma[s.start : s.end] for s in paragraphs(after_comma)] == [after_comma]
    assert [begun[s.start : s.end] for s in paragraphs(begun)] == [begun]
    assert [heading[s.start : s.end] for s in paragraphs(heading)] == [heading.split("\n\n")[1]]


def test_a_price_is_no_heading() -> None:
    """It says what something costs."""
    lines = ["Old Harbour Crane for $238.99", "Old Harbour Crane"]
    text = "\n\n".join(f"{line}\n\n{LONG}" for line in lines)

    found = kept(f"{MORE}\n\n{text}")

    assert lines[0] in found
    assert lines[1] not in found


@pytest.mark.parametrize("label", ["{}  00:0{}", "{} -- Analyst {}", "**{}** (0:0{})", "{}:"])
def test_a_line_that_only_tells_who_speaks_is_no_evidence(label: str) -> None:
    """Its words are, each turn a paragraph; a time in a programme says something."""
    names = ("Vera Lund", "Simon Falk", "Vera Lund", "Simon Falk")
    turns = [f"{label.format(name, n)}\nThe mill is sold." for n, name in enumerate(names)]

    assert kept("\n\n".join(turns)) == ["The mill is sold."] * 4
    assert kept("Open Mill 08:30\nBring a dish.") == ["Open Mill 08:30", "Bring a dish."]


def test_a_sentence_goes_on_after_a_line_that_ends_before_a_number() -> None:
    """Whatever its width, a line with a sentence and a half is not alone; a headline is."""
    first = "The quay is new. The harbour master took office in the month of May"
    text = f"Harbour has a master\n{first}\n2019, when the pier burned.\n\n{LONG}"

    assert kept(text)[0] == f"{first}\n2019, when the pier burned."
