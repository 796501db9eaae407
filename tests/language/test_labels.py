"""rag.language.labels: who is written to speak, before words and on lines above them."""

from __future__ import annotations

import doctest
import time

import pytest

import rag.language.labels
from rag.language.labels import find_label_lines, read_label


def test_the_example_in_the_docstring_holds() -> None:
    """It is run, not only read."""
    assert doctest.testmod(rag.language.labels).failed == 0


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("MR. FALK: We pay.", "MR. FALK", "We pay."),
        ("**MR. FALK (for the owners):** We pay.", "MR. FALK", "We pay."),
        ("THE WITNESS (Mr. Simon Falk, miller): We pay.", "THE WITNESS", "We pay."),
        ("Simon Falk (Orne East) (Lab): We pay.", "Simon Falk", "We pay."),
        ("((Simon Falk)) We pay.", "Simon Falk", "We pay."),
        ("Q: Who pays?", "Q", "Who pays?"),
        ("Q    Who pays?", "Q", "Who pays?"),
        ("A\tThe town.", "A", "The town."),
    ],
)
def test_a_label_ends_where_the_words_begin(text: str, name: str, words: str) -> None:
    """However it is set."""
    label = read_label(text)

    assert label is not None
    assert text[label.name.start : label.name.end] == name
    assert text[label.end :] == words


@pytest.mark.parametrize("text", ["A dam broke.", "Q", "We pay: all of us.", "12:30: we paid."])
def test_other_words_are_no_label(text: str) -> None:
    """An "A" with one space after it is an article."""
    assert read_label(text) is None


def label_lines(text: str) -> list[str]:
    """The names in the lines that only tell who speaks."""
    return [
        text[label.name.start : label.name.end]
        for label in find_label_lines(text).values()
        if label
    ]


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("Vera Lund  00:04", "Simon Falk  00:09"),
        ("Vera Lund (0:04)", "Simon Falk (0:09)"),
        ("Vera Lund, 9:04 AM", "Simon Falk, 9:09 AM"),
        ("[00:00:04] Vera Lund", "[00:00:09] Simon Falk"),
        ("**Vera Lund** 00:04", "**Simon Falk** 00:09"),
        ("### Vera Lund", "### Simon Falk"),
        ("Vera Lund:", "Simon Falk:"),
        ("Vera Lund", "Simon Falk"),
        ("Vera Lund -- Orne Bank -- Analyst", "Simon Falk -- Chief Executive Officer"),
        ("Vera Lund – Analyst", "Simon Falk – Miller"),
        ("VERA LUND (host)", "SIMON FALK (miller)"),
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_line_that_comes_back_above_words_is_a_label(
    asks: str, answers: str, between: str
) -> None:
    """With a time, with what somebody is, with neither; the words are right below it or apart."""
    text = "\n\n".join(
        f"{who}{between}{words}"
        for who, words in [
            (asks, "Who owns the mill?"),
            (answers, "My aunt."),
            (asks, "Since when?"),
            (answers, "Since May."),
        ]
    )

    names = [name.title() for name in label_lines(text)]
    assert names == ["Vera Lund", "Simon Falk", "Vera Lund", "Simon Falk"]


@pytest.mark.parametrize(
    "text",
    [
        "Jonas Berg 28:41\nPer Vik 28:55\nJonas Berg 29:02\nPer Vik 29:40",
        "Morning Prayer 08:30\nIn the chapel, with the choir.\n\nOpen Table 12:30\nBring a dish.",
        "The Mill\n\nIt is old.\n\nThe Wheel\n\nIt is new.",
        "Method\n\nMix it.\n\nIngredients\n\nFlour, and water.\n\nMethod\n\nBake it.",
    ],
)
def test_results_programmes_and_headings_are_no_labels(text: str) -> None:
    """Their lines stand above no words, or nobody comes back."""
    assert label_lines(text) == []


def test_what_stands_once_may_be_a_heading() -> None:
    """Only a line that has a time, or tells what somebody is, is a label then."""
    text = (
        "Vera Lund\n\nWho owns it?\n\nSimon Falk\n\nI do.\n\nVera Lund\n\nI see.\n\n"
        "Edda Marsh -- Mayor\n\nSo do I.\n\nAbout the Mill\n\nIt is a hundred years old."
    )

    assert label_lines(text) == ["Vera Lund", "Vera Lund", "Edda Marsh"]


@pytest.mark.parametrize("piece", ["A ", "Ada (", "Ada - ", "A" * 50 + " ", "**", "1:11 ", "((A"])
def test_a_hostile_text_is_read_at_once(piece: str) -> None:
    """Time grows with the length only."""
    start = time.perf_counter()

    find_label_lines(piece * 20_000)
    find_label_lines(f"{piece * 3}\n" * 5_000)
    read_label(piece * 20_000)

    assert time.perf_counter() - start < 2
