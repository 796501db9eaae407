"""rag.statements.turns: who speaks in a transcript or an interview, and until where."""

from __future__ import annotations

import re

import pytest

from rag.domain import Article, Span
from rag.load.boilerplate import paragraphs
from rag.statements.find import find_statements


def said(text: str) -> list[tuple[str | None, list[str]]]:
    """Speaker and words of each statement of an article with a paragraph a block."""
    paragraphs = tuple(
        Span(start=m.start(), end=m.end()) for m in re.finditer(r"\S(?:.|\n(?!\n))*", text)
    )
    article = Article(path="a.txt", sha256="0" * 64, text=text, paragraphs=paragraphs)
    return [
        (one.speaker, [text[span.start : span.end] for span in one.content])
        for one in find_statements(article)
    ]


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("Vera Lund: ", "Simon Falk: "),
        ("**Vera Lund:** ", "**Simon Falk:** "),
        ("**Vera Lund**: ", "**Simon Falk**: "),
        ("((Vera Lund)) ", "((Simon Falk))  "),
        ("((Vera Lund)): ", "((Simon Falk)) : "),
        (">> Vera Lund: ", ">> Simon Falk: "),
        ("- Vera Lund: ", "- Simon Falk: "),
        ("[00:01:04] Vera Lund: ", "[00:01:09] Simon Falk: "),
        ("Vera Lund (00:04):\n", "Simon Falk (00:09):\n"),
        ("Vera Lund, host: ", "Simon Falk (miller): "),
        ("VERA LUND, HOST: ", "SIMON FALK: "),
        ("[VERA LUND] ", "[SIMON FALK] "),
        ("[VERA LUND]: ", "[SIMON FALK]:\n"),
        ("**Vera Lund (the Post):** ", "Simon Falk (Orne East) (Lab): "),
    ],
)
def test_a_label_names_who_speaks(asks: str, answers: str) -> None:
    """In every layout of transcripts, with what describes the speaker or without."""
    found = said(f"{asks}Who owns the mill?\n\n{answers}My aunt owns it.")

    assert found == [("Vera Lund", ["Who owns the mill?"]), ("Simon Falk", ["My aunt owns it."])]


def test_lines_of_one_block_are_turns_of_their_own() -> None:
    """A line that is broken in the middle of a turn is not."""
    text = "Vera Lund: Who owns it?\nSimon Falk: My aunt,\nas you know.\nVera Lund: I see."

    assert said(text)[1] == ("Simon Falk", ["My aunt,\nas you know."])


def test_a_note_in_brackets_names_nobody() -> None:
    """One word in capitals is what is heard, not who speaks."""
    text = "Vera Lund: Who owns it?\n\nSimon Falk: I do.\n\n[LAUGHTER] You all know that.\n\n"

    assert [speaker for speaker, _ in said(f"{text}Vera Lund: I see.")] == [
        "Vera Lund", "Simon Falk", "Vera Lund",
    ]  # fmt: skip


def test_a_turn_goes_on_until_another_speaks() -> None:
    """Over paragraphs, and over what is noted between brackets."""
    text = (
        "Vera Lund: Who owns it?\n\nSimon Falk: My aunt.\n\n[Laughter]\n\nShe bought it in May.\n\n"
        "Vera Lund: And the wheel?"
    )

    assert said(text)[1] == ("Simon Falk", ["My aunt.", "She bought it in May."])


@pytest.mark.parametrize(
    "after",
    [
        "## About the mill\n\nIt is a hundred years old.",
        "Falk left the room at noon.",
        "The mayor, Edda Marsh, said later that the mill was hers.",
    ],
)
def test_the_last_turn_ends_where_the_article_tells_something(after: str) -> None:
    """A heading, a sentence about the speaker, or what somebody else is reported to say."""
    found = said(f"Vera Lund: Who owns it?\n\nSimon Falk: My aunt.\n\n{after}")

    assert found[1] == ("Simon Falk", ["My aunt."])
    assert "Simon Falk" not in [speaker for speaker, _ in found[2:]]


def test_a_quoted_turn_ends_before_the_next_label() -> None:
    """Though its quotation is taken up again in the paragraph of another."""
    found = said('"LUND: Who owns it?\n\n"FALK: My aunt.\n\n"LUND: I see."')

    assert [speaker for speaker, _ in found] == ["LUND", "FALK", "LUND"]
    assert all(len(words) == 1 for _, words in found)


@pytest.mark.parametrize(
    "text",
    [
        "From: Vera Lund\nTo: Simon Falk\nSubject: Mill\n\nFrom: Simon Falk\nTo: Vera Lund",
        "Note: The wheel is heavy.\n\nWarning: The wheel turns.\n\nNote: Keep away.",
        "Place: The mill\n\nDate: 4 May\n\nAdmission: free",
        "MILL NEWS: The wheel is heavy.",
        "LUND: (laughs)\n\nFALK: [Applause]",
    ],
)
def test_other_labels_do_not_speak(text: str) -> None:
    """Fields, notes and headings answer nobody, and laughter has no words."""
    assert said(text) == []


@pytest.mark.parametrize("label", ["UNIDENTIFIED MAN", "Speaker 2", "THE CHAIR", "Reporter"])
def test_who_has_no_name_stays_unknown(label: str) -> None:
    """The words are somebody's; nobody is made their speaker."""
    assert said(f"Vera Lund: Who owns it?\n\n{label}: My aunt.")[1] == (None, ["My aunt."])


def test_an_article_that_quotes_from_a_talk_is_read_on_as_news() -> None:
    """Its own sentences between the turns have speakers of their own, or none."""
    told = "The mill is old. " * 3
    text = "\n\n".join(
        [told] * 8
        + ["Vera Lund: Who owns it?", "Simon Falk: My aunt.", "Edda Marsh said it was hers."]
        + [told] * 4
    )

    assert [speaker for speaker, _ in said(text)] == ["Vera Lund", "Simon Falk", "Edda Marsh"]


def test_the_press_asks_under_a_letter_with_no_mark() -> None:
    """Its questions end the turn before them, and nobody is made to ask them."""
    text = "MR. FALK: The mill is sold.\n\nQ    To whom?\n\nMR. FALK: To my aunt.\n\nQ    I see."

    assert said(text) == [
        ("Falk", ["The mill is sold."]),
        (None, ["To whom?"]),
        ("Falk", ["To my aunt."]),
        (None, ["I see."]),
    ]


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("Vera Lund  00:04\n", "Simon Falk  00:09\n"),
        ("Vera Lund -- The Post\n\n", "Simon Falk -- Chief Executive Officer\n\n"),
        ("Vera Lund\n\n", "Simon Falk\n\n"),
    ],
)
def test_a_line_above_the_words_names_who_speaks(asks: str, answers: str) -> None:
    """It is no part of what may be cited."""
    text = "\n\n".join(
        [
            f"{asks}Who owns the mill?",
            f"{answers}My aunt owns it.\n\nShe bought it in May.",
            f"{asks}And who owns the wheel?",
            f"{answers}It came with the mill.",
        ]
    )
    found = find_statements(
        Article(path="a.txt", sha256="0" * 64, text=text, paragraphs=paragraphs(text))
    )

    assert [
        (one.speaker, " ".join(text[span.start : span.end] for span in one.content))
        for one in found
    ] == [
        ("Vera Lund", "Who owns the mill?"),
        ("Simon Falk", "My aunt owns it. She bought it in May."),
        ("Vera Lund", "And who owns the wheel?"),
        ("Simon Falk", "It came with the mill."),
    ]


def test_what_may_be_a_heading_ends_a_turn() -> None:
    """Between turns under lines, it looks as a speaker does who says something once."""
    text = (
        "Vera Lund\n\nWho owns it?\n\nSimon Falk\n\nI do.\n\nVera Lund\n\nI see.\n\nSimon Falk\n\n"
        "Well.\n\nAbout the Mill\n\nIt is a hundred years old and stands on the Orne."
    )
    article = Article(path="a.txt", sha256="0" * 64, text=text, paragraphs=paragraphs(text))

    assert [text[one.content[-1].start : one.content[-1].end] for one in find_statements(article)][
        -1
    ] == "Well."


def test_nothing_stands_above_the_first_words_of_a_text() -> None:
    """It begins with prose, and who speaks stands on a line above the words only further down."""
    text = (
        "We met in the old mill by the river, on a day of rain.\n\n"
        "Vera Lund  00:19\nWho owns the mill now, and since when?\n\n"
        "Simon Falk  00:25\nMy aunt owns it, as you know well.\n\n"
        "Vera Lund  00:31\nSo it is still in the family, I see."
    )

    assert [speaker for speaker, _ in said(text)] == ["Vera Lund", "Simon Falk", "Vera Lund"]


def test_a_line_above_the_talk_and_a_note_in_italics_are_nobodys_words() -> None:
    """What stands once before a colon and makes no sentence is the head of the interview."""
    text = (
        "Interview: Simon Falk · 9 December 2021\n\nThe mill stands empty.\n\n"
        "**Vera Lund:** Who owns the mill?\n\n**Simon Falk:** My aunt owns it.\n\n"
        "*The talk was cut for print.*"
    )

    assert said(text) == [
        ("Vera Lund", ["Who owns the mill?"]),
        ("Simon Falk", ["My aunt owns it."]),
    ]
