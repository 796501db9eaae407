"""rag.answer.disagreement: answers and sentences that cannot both be right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import sentence, source

from rag.answer.disagreement import contradict, differ, is_contested, opposed, sides, told_in
from rag.domain import Evidence, Reading, Span
from rag.question.read import Kind, Question, read_question

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


def shown(question: Question, chosen: list[Evidence]) -> list[tuple[Evidence, str]]:
    """The sides, where the articles tell nothing more than these sentences."""
    return sides(question, chosen, told_in(chosen))


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

    assert [(one.id, text) for one, text in shown(HOW_MANY, chosen)] == [
        (1, "600"),
        (0, "350"),
        (2, "700"),
    ]


def test_dates_are_sides_too() -> None:
    """Of a "when"."""
    one = evidence(0, "The bridge was shut on 3 June.", "3 June")
    other = evidence(1, "The bridge was shut on 4 June.", "4 June")

    assert [text for _, text in shown(WHEN, [one, other])] == ["3 June", "4 June"]


def test_sentences_that_contradict_are_shown_whole() -> None:
    """Both, though the first would have words that answer."""
    question = read_question("What did the council say about the bridge?")
    one = evidence(0, BRIDGE, None)
    other = evidence(1, BRIDGE.replace("will be", "will not be"), None)

    assert [text for _, text in shown(question, [one, other])] == [one.text, other.text]


def test_the_label_of_a_turn_is_no_difference() -> None:
    """Two transcripts of one talk may write it otherwise."""
    said = "The town pays for half of the old quay, the county for the rest."
    one, other = (
        sentence(f"{label}: {said}", id=id, article_id=id, speaker="Otto Lark")
        for id, label in enumerate(["LARK", "Otto Lark"])
    )

    assert shown(read_question("Who pays for the old quay?"), [one, other]) == []


def test_where_articles_agree_there_are_no_sides() -> None:
    """Nor within one article, nor of nothing."""
    best = marched(0, "350")

    assert shown(HOW_MANY, []) == []
    assert shown(HOW_MANY, [best, marched(1, "350")]) == []
    assert shown(HOW_MANY, [best, marched(1, "600", article=0)]) == []


def apart(question: str, one: str, other: str, *, answers: float = 0.1, title: str = "") -> bool:
    """Whether the sentence of another article, under a title, speaks against the first one."""
    here, there = evidence(0, one, None), evidence(1, other, None, answers=answers)
    there = replace(there, source=source("1.txt", title=title))
    return opposed(read_question(question), here, there, told_in([here, there]))


SOLD = "Councillors approved the sale of the old bath by nine votes to four."
PLANTED = "The village of Elm will plant ninety new trees next spring."


def test_what_says_the_opposite_speaks_against_however_unlikely_it_answers() -> None:
    """Where all other words are the same; else it must be likely to answer by itself."""
    loosely = "On Monday councillors did not approve the sale of the old bath."
    approved = SOLD.replace("approved", "will approve")

    assert apart("Was the old bath sold?", SOLD, SOLD.replace("approved", "rejected"), answers=0.01)
    assert apart("Was the old bath sold?", approved, loosely, answers=0.3)
    assert not apart("Was the old bath sold?", approved, loosely, answers=0.1)


def test_a_name_in_the_place_of_another_is_another_fact() -> None:
    """Unless the question asks for the name and has none of them."""
    other = PLANTED.replace("Elm", "Ash")

    assert not apart("How many trees will be planted?", PLANTED, other)
    assert not apart("What will Elm do in spring?", PLANTED, other)
    assert not apart("Who plants trees in Elm?", PLANTED, other)
    assert not apart("What happens in spring?", PLANTED, other)
    assert apart("Who plants trees?", PLANTED, other)
    assert apart(
        "What became of the crane?",
        "The old crane was sold to Arden in May.",
        "The old crane was sold to Velm in May.",
    )


def test_a_number_that_opens_a_sentence_is_no_name() -> None:
    """It has a capital there, as every first word has."""
    three = "Three people were hurt when a lorry hit the bridge, police said."
    five = three.replace("Three", "Five")

    assert apart("How many people were hurt at the bridge?", three, five, answers=0.05)


def test_another_number_of_another_town_is_another_fact() -> None:
    """And so is that of another year than the question names."""
    other = "The village of Ash will plant sixty new trees there next spring."
    question = "How many trees will be planted?"

    assert not apart(question, PLANTED, other, answers=0.9)
    assert apart(question, PLANTED, other.replace("Ash", "Elm"), answers=0.9)
    one = "For 2031 the budget of the libraries grows by five million crowns."
    next_year = "For 2032 the budget of the libraries grows again by two million crowns."
    assert not apart("How much does the budget grow for 2031?", one, next_year, answers=0.9)


def test_what_is_of_an_article_without_the_name_asked_about_is_another_fact() -> None:
    """Neither sentence need have the name: the title or another sentence does."""
    one = sentence("The gardener, Ida Pohl, has chosen limes.", source=source(title="Elm"))
    other = replace(
        sentence("The gardener, Ben Rusk, has chosen limes."), id=1, article_id=1,
        source=source("1.txt", title="Ash"),
    )  # fmt: skip
    told = told_in([one, other])

    assert not opposed(read_question("Who is the gardener of Elm?"), one, other, told)
    assert opposed(read_question("Who is the gardener?"), one, other, told)


def test_a_day_that_the_question_names_is_denied_where_it_asks_yes_or_no() -> None:
    """Else the other sentence tells of another day."""
    other = BRIDGE.replace("Friday", "Monday")

    assert apart("Will the bridge be open on Friday?", BRIDGE, other)
    assert not apart("What will be open on Friday?", BRIDGE, other)


def test_numbers_are_sides_only_where_they_measure_the_same() -> None:
    """Three months are no other number of engineers, nor is a number on another matter."""
    question = read_question("How many engineers does Arden have?")
    five = evidence(0, "Arden has five engineers.", "five")
    months = evidence(1, "The course for engineers takes three months.", "three months")
    nine = evidence(2, "Nine engineers work at Arden.", "Nine")

    assert shown(question, [five, months]) == []
    assert [one.id for one, _ in shown(question, [five, nine])] == [0, 2]
    assert shown(question, [five, replace(nine, lexical=0.4)]) == []


def test_money_is_no_side_of_what_counts_things() -> None:
    """In any currency; nor are sums in two of them."""
    question = read_question("How much does Arden spend in Lom?")
    crowns = evidence(0, "Arden will spend 300 crowns in Lom.", "300 crowns")
    places = evidence(1, "Arden will spend on 200 in Lom.", "200")
    more = evidence(2, "In Lom, Arden will spend 500 crowns.", "500 crowns")
    euros = evidence(3, "In Lom, Arden will spend 500 euros.", "500 euros")

    assert shown(question, [crowns, places]) == []
    assert shown(question, [crowns, euros]) == []
    assert [text for _, text in shown(question, [crowns, more])] == ["300 crowns", "500 crowns"]


def test_a_number_is_contested_by_another_that_may_be_meant() -> None:
    """Of the same article too, but not by less, and not by what is of another measure."""
    question = read_question("How many people marched?")
    best = marched(0, "350")
    other = marched(1, "700", answers=0.5, article=0)

    assert is_contested(question, best, [other])
    assert not is_contested(question, best, [marched(1, "700", answers=0.2)])
    assert not is_contested(question, best, [marched(1, "350")])
    assert not is_contested(question, best, [evidence(1, "It took three hours.", "three hours")])
    assert not is_contested(read_question("Who marched?"), best, [other])


def test_sides_are_all_brief_or_all_whole() -> None:
    """What excludes one of the sides is a side too."""
    one = evidence(0, "Arden will spend 3 billion crowns on wind before 2031.", "3 billion")
    after = evidence(1, one.text.replace("before", "after"), "3 billion")
    less = evidence(2, one.text.replace("billion", "million"), "3 million")
    question = read_question("How much will Arden spend on wind?")

    assert [text for _, text in shown(question, [one, less])] == ["3 billion", "3 million"]
    assert [text for _, text in shown(question, [after, one, less])] == [
        after.text,
        one.text,
        less.text,
    ]
