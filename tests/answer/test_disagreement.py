"""rag.answer.disagreement: answers and sentences that cannot both be right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import sentence, source

from rag.answer.disagreement import contradict, differ, sides
from rag.domain import Evidence, Reading, Span
from rag.question.read import Kind, read_question

HOW_MANY = read_question("How many people marched for the bridge?")
WHEN = read_question("When was the bridge shut?")


def evidence(
    id: int, text: str, words: str | None, *, answers: float = 0.9, date: str | None = None,
    sure: float = 0.9, lexical: float = 1.0, article: int | None = None,
) -> Evidence:  # fmt: skip
    """A sentence of its own article, with the words of it that answer."""
    start = text.index(words) if words else 0
    span = Span(start=start, end=start + len(words)) if words else None
    return sentence(
        text, id=id, article_id=id if article is None else article, score=answers, lexical=lexical,
        source=source(f"{id}.txt", date=date), answer=span,
        reading=Reading(answers=answers, words=span, sure=sure),
    )  # fmt: skip


def marched(id: int, number: str, **more: object) -> Evidence:
    """So many people marched."""
    return evidence(id, f"On Saturday {number} people marched for it.", number, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("About 350", "some 600 people", True),
        ("6", "six", False),
        ("3,000", "3000", False),
        ("5.1 million", "5,100,000 pounds", False),
        ("eighty", "90", True),
        ("seventy-five", "75", False),
        ("two hundred and fifty people", "250", False),
        ("two thousand five hundred", "2500", False),
        ("twenty-one thousand", "21,000", False),
        ("a dozen", "12", False),
        ("three dozen", "37", True),
        ("more than 300", "350", False),
        ("more than 300", "250", True),
        ("no more than 300", "350", True),
        ("no more than 300", "250", False),
        ("up to 300", "250", False),
        ("at least 300", "up to 200", True),
        ("no fewer than 300", "250", True),
        ("between 300 and 400", "350", False),
        ("between 300 and 400", "450", True),
        ("many", "350", False),
        ("", "350", False),
    ],
)
def test_numbers_that_exclude_each_other(one: str, other: str, apart: bool) -> None:
    """However they are written, and either way round; a bound excludes what is beyond it."""
    assert differ(Kind.NUMBER, one, other) is apart
    assert differ(Kind.NUMBER, other, one) is apart


@given(number=st.integers(min_value=0, max_value=10**12), other=st.integers(0, 10**12))
def test_whole_numbers_differ_when_they_are_not_the_same(number: int, other: int) -> None:
    """With commas or without."""
    assert differ(Kind.NUMBER, f"{number:,}", f"some {other}") is (number != other)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("16 July", "16 July 2018", False),
        ("16 July 2018", "17 July 2018", True),
        ("July 16", "16 July", False),
        ("in July 2018", "16 July", False),
        ("July 2018", "August 2018", True),
        ("2018", "in July 2019", True),
        ("on 2 July at 8 p.m.", "2 July", False),
        ("Monday", "Tuesday", False),
        ("Monday", "2 July", False),
    ],
)
def test_dates_that_exclude_each_other(one: str, other: str, apart: bool) -> None:
    """By year, month or day of the month, as far as both name it; weekdays recur."""
    assert differ(Kind.TIME, one, other) is apart
    assert differ(Kind.TIME, other, one) is apart


BRIDGE = "The harbour bridge will be open to cars on Friday, the council said."


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (BRIDGE, BRIDGE, False),
        (BRIDGE, BRIDGE.replace("will be", "will not be"), True),
        (BRIDGE, "The council will not say who paid for the lamps.", False),
        (
            "About 350 people marched for the Saltmarsh Bridge on Saturday.",
            "Some 600 people marched for the Saltmarsh Bridge on Saturday.",
            True,
        ),
        (
            "Two people were killed in the fire at the cathedral on Monday.",
            "Nobody was killed in the fire at the cathedral on Monday.",
            True,
        ),
        (
            "Peskov denied that Crimea was on the agenda of the Helsinki summit.",
            "Peskov said that Crimea was not on the agenda of the Helsinki summit.",
            False,
        ),
        (
            "On July 16 Trump called the talks with Putin in Helsinki good.",
            "On July 17 Trump called the talks with Putin in Helsinki good.",
            True,
        ),
        (
            "On 16 July Trump called the talks with Putin in Helsinki good.",
            "On 17 July Trump called the talks with Putin in Helsinki good.",
            True,
        ),
        (
            "In 2018 Trump called the talks with Putin in Helsinki good.",
            "In 2019 Trump called the talks with Putin in Helsinki good.",
            True,
        ),
        (
            "Some 1500 people marched for the Saltmarsh Bridge on Saturday.",
            "Some 1600 people marched for the Saltmarsh Bridge on Saturday.",
            True,
        ),
        ("It rained.", "It did not rain.", False),
        ("", "", False),
    ],
)
def test_sentences_that_contradict_each_other(one: str, other: str, apart: bool) -> None:
    """By a "not" in one, a number of the same, or a word where all others agree."""
    assert contradict(one, other) is apart
    assert contradict(other, one) is apart


def test_sides_are_shown_by_their_words_the_newest_first() -> None:
    """What has no date comes last."""
    best = marched(0, "350", date="2019-09-14")
    chosen = [best, marched(1, "600", date="2019-09-15"), marched(2, "700")]

    assert [(one.id, text) for one, text in sides(HOW_MANY, chosen)] == [
        (1, "600"),
        (0, "350"),
        (2, "700"),
    ]


def test_dates_are_sides_too() -> None:
    """Of a "when"."""
    one = evidence(0, "The bridge was shut on 3 June.", "3 June")
    other = evidence(1, "The bridge was shut on 4 June.", "4 June")

    assert [text for _, text in sides(WHEN, [one, other])] == ["3 June", "4 June"]


def test_sentences_that_contradict_are_shown_whole() -> None:
    """Both, though the first would have words that answer."""
    question = read_question("What did the council say about the bridge?")
    one = evidence(0, BRIDGE, None)
    other = evidence(1, BRIDGE.replace("will be", "will not be"), None)

    assert [text for _, text in sides(question, [one, other])] == [one.text, other.text]


def test_the_label_of_a_turn_is_no_difference() -> None:
    """Two transcripts of one talk may write it otherwise."""
    said = "The town pays for half of the old quay, the county for the rest."
    one, other = (
        sentence(f"{label}: {said}", id=id, article_id=id, speaker="Otto Lark")
        for id, label in enumerate(["LARK", "Otto Lark"])
    )

    assert sides(read_question("Who pays for the old quay?"), [one, other]) == []


def test_where_articles_agree_there_are_no_sides() -> None:
    """Nor within one article, nor of nothing."""
    best = marched(0, "350")

    assert sides(HOW_MANY, []) == []
    assert sides(HOW_MANY, [best, marched(1, "350")]) == []
    assert sides(HOW_MANY, [best, marched(1, "600", article=0)]) == []
