"""rag.statements.people: who is in an article, and whom "he" stands for."""

from __future__ import annotations

import pytest

from rag.statements.people import find_people
from rag.statements.titles import person


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Kremlin Spokesman Dmitry Peskov", "Dmitry Peskov"),
        ("President Obama", "Obama"),
        ("Mr. King", "King"),
        ("Charlie King", "Charlie King"),
        ("NYPD Commissioner James O’Neill", "James O’Neill"),
        ("Marine Le Pen’s", "Marine Le Pen"),
        ("Baker Inge Voss", "Inge Voss"),
        ("Singer Inge Voss", "Inge Voss"),
        ("Ohio Gov. Inge Voss", "Inge Voss"),
        ("Ohio Gov. Voss", "Voss"),
        ("Oslo Fire Chief Inge Voss", "Inge Voss"),
        ("Norwegian Prime Minister Inge Voss", "Inge Voss"),
        ("Baker Voss", "Baker Voss"),
        ("Ann Baker Lee Voss", "Ann Baker Lee Voss"),
        ("Cook T. Voss", "Cook T. Voss"),
        ("Hunter Voss Lee", "Hunter Voss Lee"),
        ("Nils Voss, Jr.", "Nils Voss Jr."),
        ("The President", None),
        ("Prime Minister", None),
        ("On Monday", None),
        ("Even Mr. Voss", "Voss"),
        ("Whatever Voss", "Voss"),
        ("Whenever Inge Voss", "Inge Voss"),
        ("Ex-minister Inge Voss", "Inge Voss"),
        ("Vice-chair Voss", "Voss"),
        ("Luther-King Voss", "Luther-King Voss"),
        ("Clearly Voss", "Voss"),
        ("Kelly Voss", "Kelly Voss"),
        ("Although Inge Voss", "Inge Voss"),
        ("Rival Inge Voss", "Inge Voss"),
        ("Theresa May", "Theresa May"),
        ("Will Voss", "Will Voss"),
        ("You", None),
        ("Just", None),
        ("All", None),
        ("Danish Prime Minister", None),
        ("Deputy Ambassador", None),
    ],
)
def test_a_name_is_what_is_left_without_its_titles(written: str, name: str | None) -> None:
    """Titles, offices and initials of bodies go; a title alone is nobody's name."""
    assert person(written) == name


def test_the_fullest_name_stands_for_the_last_name() -> None:
    """Unless two people share it."""
    people = find_people("Ada Lark spoke. Tom Reed came. Ann Reed left. Lark smiled. Reed did not.")

    assert people.canonical("Lark") == "Ada Lark"
    assert people.canonical("Reed") == "Reed"


def test_a_role_stands_for_the_one_person_who_has_it() -> None:
    """In a title before the name or an apposition after it; never for one of two."""
    people = find_people(
        "Kremlin spokesman Dmitry Peskov spoke. Ada Lark, the mayor of Orford, listened."
        " Senator Tom Reed and Senator Ann Moss did not."
    )

    assert people.by_role("the Kremlin spokesman") == "Dmitry Peskov"
    assert people.by_role("the mayor") == "Ada Lark"
    assert people.by_role("the senator") is None
    assert people.by_role("the general") is None
    for somebody in ("one local mayor", "yet another mayor", "the other mayor", "no mayor"):
        assert people.by_role(somebody) is None


def test_a_pronoun_stands_for_the_only_one_it_can_mean() -> None:
    """Gender decides between a man and a woman, and nothing between two men."""
    text = "Dmitry Peskov met Ada Jones, and Anna Moss met Tom Reed."
    people = find_people(text)
    end = len(text)

    def meant(word: str, since: str, speaker: str | None = None) -> str | None:
        return people.pronoun(word, place=end, since=text.index(since), speaker=speaker)

    assert meant("she", "Anna") == "Anna Moss"
    assert meant("He", "Anna") == "Tom Reed"
    assert meant("he", "Dmitry") is None
    assert meant("he", "Anna", "Dmitry Peskov") is None
    assert meant("they", "Anna") is None
    assert meant("she", "Tom") is None


def test_a_role_is_of_the_name_that_it_stands_before() -> None:
    """Not of one that comes later: the businessman is not whom he praises."""
    people = find_people("The Kestrelby businessman has praised Ada Lark. Mayor Tom Reed left.")

    assert people.by_role("the businessman") is None
    assert people.by_role("the mayor") == "Tom Reed"


@pytest.mark.parametrize(
    ("text", "written", "name"),
    [
        ("Skipper Inge Voss spoke. Inge Voss left.", "Skipper Inge Voss", "Inge Voss"),
        ("Skipper Anna Voss spoke to a skipper.", "Skipper Anna Voss", "Anna Voss"),
        ("Maren Inge Voss spoke. Maren Voss left.", "Maren Inge Voss", "Maren Inge Voss"),
        ("Reports came late. Some reports were wrong.", "Reports", None),
        ("Lark spoke. The sky was clear.", "Lark", "Lark"),
        ("Lark spoke. A lark sang for Lark.", "Lark", "Lark"),
        ("Lark spoke. A lark sang for Ada Lark.", "Lark", "Lark"),
    ],
)
def test_a_capital_at_the_start_of_a_sentence_makes_no_name(
    text: str, written: str, name: str | None
) -> None:
    """Where the article shows that the word is none: it writes it small, or the name without it."""
    assert find_people(text).named(written, 0) == name
