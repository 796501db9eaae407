"""rag.evaluate.proposal: what a question names must be clear without its article."""

from __future__ import annotations

import pytest

from rag.evaluate.proposal import is_name, is_person, is_vague, lowered, stands_alone


@pytest.mark.parametrize(
    ("name", "text", "is_one"),
    [
        ("Ada Lark", "Ada Lark said so.", True),
        ("Ada B. Lark", "Ada B. Lark said so.", True),
        ("Ada Maria Lark", "Ada Maria Lark left. So did Ada Maria Lark.", True),
        ("Scientist Ada Lark", "Scientist Ada Lark left. Lark is back.", False),
        ("Lark", "Lark said so.", False),
        ("Supreme Court", "The Supreme Court said so.", False),
        ("South Carolina", "It is in South Carolina.", False),
        ("Milford Haven", "Jo, of Milford, Milford Haven said so.", False),
        ("Ada L.", "Ada L. said so.", False),
        ("A. Lark", "A. Lark said so.", False),
        ("Taiwan's Lark", "Taiwan's Lark said so.", False),
        ("On Thursday", "On Thursday, they left.", False),
    ],
)
def test_a_person_is_named_in_full(name, text, is_one):
    """Neither a last name alone nor an institution or place."""
    assert is_person(name, text) is is_one


@pytest.mark.parametrize(
    ("phrase", "text", "is_one"),
    [
        ("Crimea", "They spoke of Crimea.", True),
        ("the Kremlin", "They were in the Kremlin.", True),
        ("House of Commons", "It was in the House of Commons.", True),
        ("Thousands", "Thousands came. There were thousands.", False),
        ("Unfortunately", "Unfortunately for them, it rained.", False),
        ("Ada", "They saw Ada Lark, and Ada spoke.", False),
        ("Tuesday", "They left on Tuesday.", False),
        ("President", "They saw the President.", False),
        ("Rest In Peace", "They said Rest In Peace.", False),
        ("Lark’s", "They saw Lark’s dog.", False),
    ],
)
def test_a_name_is_one_inside_a_sentence(phrase, text, is_one):
    """A capital at the start of a sentence says nothing."""
    assert is_name(phrase, text) is is_one


@pytest.mark.parametrize(
    ("phrase", "alone"),
    [
        ("waterboarding", True),
        ("the search and rescue operation", True),
        ("his plan", False),
        ("the plan they", False),
        ("the mayor on Monday", False),
        ("the man wanted", False),
        ("it", False),
        ("", False),
    ],
)
def test_a_phrase_that_points_back_does_not_stand_alone(phrase, alone):
    """Nor does one that ends in a small word, or may be a clause."""
    assert stands_alone(phrase) is alone


def test_a_thing_among_many_is_vague():
    """A noun or two without a name, or an ordinal."""
    assert is_vague("the big plan")
    assert is_vague("the first big step")
    assert not is_vague("the Helsinki summit")
    assert not is_vague("the search and rescue operation")


def test_an_article_is_small_inside_a_sentence():
    """Nothing else is."""
    assert [lowered(p) for p in ("The dam", "A dam", "Adam", "NATO")] == [
        "the dam",
        "a dam",
        "Adam",
        "NATO",
    ]
