"""rag.names: names in a text, and the spellings of one name."""

from __future__ import annotations

import pytest

from rag.names import capitalised, names_in_question, skeleton


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He met Ada Lark.", [("he", True), ("ada", False), ("lark", False)]),
        ("It burst. Then Ada came.", [("it", True), ("then", True), ("ada", False)]),
        ("Tom wrote: “Hello.”", [("tom", True), ("hello", True)]),
        ("the U.S. and O’Neill’s boat", [("us", False), ("oneill", False)]),
        ("see [Anna](https://X.org/Boris)", [("anna", False)]),
        ("она видела Анну", [("анну", False)]),
        ("nothing here", []),
    ],
)
def test_capitalised(text, found) -> None:
    """Capitalised words come folded, and those that open a sentence are marked."""
    assert list(capitalised(text)) == found


@pytest.mark.parametrize("word", ["Monday", "July", "Mr", "I", "J."])
def test_days_months_titles_and_initials_are_no_names(word) -> None:
    """They are capitalised wherever they stand."""
    assert list(capitalised(f"then {word} came")) == []


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What did Macron say about Crimea in July?", ["macron", "crimea"]),
        ("Macron met Putin, and Macron left", ["macron", "putin"]),
        ("List the visits of Putin to the U.S.", ["putin", "us"]),
        ("Peskov's words?", ["peskov"]),
        ("Besides Macron, who came?", ["macron"]),
        ("who opened the bridge?", []),
        ("", []),
    ],
)
def test_names_in_question(question, names) -> None:
    """Names come once each, in order; a common word that opens the question is none."""
    assert names_in_question(question) == names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dimitri", "Dmitry"),
        ("Dmitrii", "Dmitry"),
        ("Sergei", "Sergey"),
        ("Zelensky", "Zelenskyy"),
        ("Tchaikovsky", "Chaikovsky"),
        ("Khrushchev", "Hrushev"),
        ("Müller", "Muller"),
        ("Филипп", "филип"),
    ],
)
def test_spellings_of_one_name_share_a_skeleton(one, other) -> None:
    """Vowels, doubled letters and the ways to write one sound do not tell names apart."""
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Peskov", "Lavrov"), ("Anna", "Ivana"), ("Kyiv", "Moscow"), ("Ada", "Ida")]
)
def test_other_names_have_other_skeletons(one, other) -> None:
    """The first letter and the consonants differ."""
    assert skeleton(one) != skeleton(other)


def test_an_empty_name_has_an_empty_skeleton() -> None:
    """Nothing to compare is not an error."""
    assert skeleton("") == ""
