"""rag.retrieve.short_answer: when the words that a reader points at are given by themselves."""

from __future__ import annotations

import dataclasses

import pytest
from made import sentence, source

from rag.domain import Citation, Evidence, Reading, ShortAnswer, Span
from rag.question.read import read_question
from rag.retrieve.short_answer import SURE, answering, short_answer

MARCH = "How many people marched for the Saltmarsh Bridge?"
TEXT = "About **350 people** took part in the march."


def evidence(words: str | None, *, answers: float = 0.9, sure: float = 0.9) -> Evidence:
    """A sentence at character 100 of its article, read so."""
    span = Span(start=TEXT.index(words), end=TEXT.index(words) + len(words)) if words else None
    reading = Reading(answers=answers, words=span, sure=sure)
    return sentence(TEXT, id=1, start=100, end=100 + len(TEXT), line=3, score=0.8, reading=reading)


def short(question: str, best: Evidence) -> ShortAnswer | None:
    """The short answer from a sentence that was read so."""
    asked = read_question(question)
    words = answering(asked, best, best.reading) if best.reading else None
    return short_answer(asked, dataclasses.replace(best, answer=words), citation(best))


def citation(found: Evidence) -> Citation:
    return Citation(
        n=1, source=found.source, start=found.start, end=found.end, line=3, quote=found.text,
        speaker=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "words", "given"),
    [
        ("Who is Navalny?", "Alexei", None),  # tells nothing but the rest of the name
        ("Who is Alexei?", "Navalny", None),
        ("Who arrested Navalny?", "the police chief, Ivan Orlov", "the police chief, Ivan Orlov"),
    ],
)
def test_the_rest_of_an_asked_name_is_no_answer(
    question: str, words: str, given: str | None
) -> None:
    """It is not what was asked."""
    text = "Alexei Navalny was arrested by the police chief, Ivan Orlov, on Sunday."
    start = text.index(words)
    read = Reading(answers=0.9, sure=0.9, words=Span(start=start, end=start + len(words)))
    best = dataclasses.replace(evidence(None), text=text, end=100 + len(text), reading=read)

    given_words = short(question, best)

    assert (given_words.text if given_words else None) == given


@pytest.mark.parametrize(
    ("question", "words", "given"),
    [
        ("Who is Ada Crane?", "Otto Lark", None),
        ("Who met Ada Crane?", "Otto Lark", "Otto Lark"),
    ],
)
def test_another_name_is_not_who_somebody_is(question: str, words: str, given: str | None) -> None:
    """Where that is all that is asked."""
    text = "Otto Lark met Ada Crane, the chief of the port."
    start = text.index(words)
    read = Reading(answers=0.9, sure=0.9, words=Span(start=start, end=start + len(words)))
    best = dataclasses.replace(evidence(None), text=text, end=100 + len(text), reading=read)

    given_words = short(question, best)

    assert (given_words.text if given_words else None) == given


@pytest.mark.parametrize(
    ("question", "given"),
    [("Who mended the pump?", None), ("Who said that the firm mended it?", "Otto Lark")],
)
def test_the_label_of_a_turn_tells_who_speaks(question: str, given: str | None) -> None:
    """And not who did what they tell."""
    text = "**Otto Lark:** My uncle's firm mended it in May."
    read = Reading(answers=0.9, sure=0.9, words=Span(start=2, end=11))
    best = dataclasses.replace(
        evidence(None), text=text, end=100 + len(text), reading=read, speaker="Otto Lark"
    )

    given_words = short(question, best)

    assert (given_words.text if given_words else None) == given


def test_the_words_are_given_with_their_place() -> None:
    """Offsets are those of the article, the text is as a person reads it."""
    best = evidence("**350 people**")

    given = short(MARCH, best)

    assert given is not None
    assert given.text == "350 people"
    assert (given.start, given.end) == (106, 120)
    assert given.probability == pytest.approx(0.81)
    assert given.citation == citation(best)


def test_a_number_comes_with_the_words_that_limit_it() -> None:
    """Of "more than 350" the reader may point at "350": that is another number."""
    text = "On Saturday more than 350 people marched for the bridge."
    start = text.index("350")
    read = Reading(answers=0.9, sure=0.9, words=Span(start=start, end=start + len("350")))
    best = dataclasses.replace(evidence(None), text=text, end=100 + len(text), reading=read)

    given = short(MARCH, best)

    assert given is not None
    assert given.text == "more than 350"
    assert text[given.start - 100 : given.end - 100] == "more than 350"


@pytest.mark.parametrize(
    ("question", "best"),
    [
        (MARCH, evidence("350", answers=SURE - 0.01, sure=1.0)),  # not sure that it answers
        (MARCH, evidence("350", answers=1.0, sure=SURE - 0.01)),  # not sure which words
        (MARCH, evidence(None)),
        (MARCH, evidence("march")),  # no number
        ("What is the march about?", evidence("350")),  # asks for more than a few words
        (MARCH, dataclasses.replace(evidence("350"), reading=None)),
    ],
)
def test_words_that_are_not_sure_or_not_asked_for_are_not_given(
    question: str, best: Evidence
) -> None:
    """Better no short answer than a wrong one."""
    assert short(question, best) is None


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("Ada Lark", True),
        ("the mayor of Kestrelby", True),
        ("Lark, the mayor of Kestrelby", True),
        ("her niece, Ada Lark", True),
        ("Bell's own count at the corn hall, fewer than the organisers", False),
    ],
)
def test_only_what_can_be_a_name_answers_who(words: str, given: bool) -> None:
    """However sure the reader is of other words."""
    text = f"It was {words} on Monday."
    start = text.index(words)
    read = Reading(answers=1.0, words=Span(start=start, end=start + len(words)), sure=1.0)
    found = dataclasses.replace(evidence(None), text=text, end=100 + len(text), reading=read)

    assert (short("Who organised it?", found) is not None) is given


@pytest.mark.parametrize(
    ("question", "text", "words", "given"),
    [
        ("How many cars were aboard?", "It had 90 men and 14 cars.", "90 men and 14", "14"),
        ("How many men were aboard?", "It had 90 men and 14 cars.", "90 men and 14", "90"),
        ("How deep is it?", "It is 3 miles wide and up to 9 feet deep.", "3 miles wide and up to 9",
         "up to 9 feet"),
        ("How much did it cost?", "It cost 5m Lom crowns.", "5m", "5m"),
        ("How much did it cost?", "It cost 5 million crowns.", "5 million", "5 million crowns"),
        ("How much did it cost?", "It cost 95 Lom crowns.", "95", "95 Lom crowns"),
        ("How much grew?", "In all, 32% grew.", "32", "32%"),
        ("How much grew?", "In all, 32 of the birches grew.", "32", "32"),
        ("How many were hurt?", "The oldest of the hurt is 81.", "81", None),
        ("How many quays will close?", "1. The north quay", "1", None),
        ("How much did they pay for it?", "They caught 40 tonnes of cod.", "40 tonnes", None),
        ("How many votes did Lark win?", "She won 900 votes, 30 more than Ada Lark.", "900", None),
        ("How many votes did Moss win?", "Moss won 900 votes, 30 more than Lark.", "900", "900"),
        ("How many drowned?", "In the flood of 1998, 40 people drowned.", "40", None),
        ("How many drowned in 1998?", "In the flood of 1998, 40 people drowned.", "40", "40"),
        ("How many drowned?", "Ten years ago, 40 people drowned.", "40", None),
        ("How many drowned ten years ago?", "Ten years ago, 40 people drowned.", "40", "40"),
        ("How many drowned?", "In the flood of 2021, 40 people drowned.", "40", "40"),
    ],
)  # fmt: skip
def test_only_a_number_of_what_is_asked_for_is_given(
    question: str, text: str, words: str, given: str | None
) -> None:
    """However sure the reader is of another one."""
    start = text.index(words)
    read = Reading(answers=1.0, words=Span(start=start, end=start + len(words)), sure=1.0)
    found = dataclasses.replace(evidence(None), text=text, end=100 + len(text), reading=read)
    found = dataclasses.replace(found, source=source(date="2021-03-04"))

    given_words = short(question, found)

    assert (given_words.text if given_words else None) == given


def test_a_name_is_given_without_whose_kin_it_is() -> None:
    """That only the sentence before tells."""
    text = "His grandson, Otto Lark, mended it."
    read = Reading(answers=1.0, words=Span(start=0, end=len("His grandson, Otto Lark")), sure=1.0)
    found = dataclasses.replace(evidence(None), text=text, end=100 + len(text), reading=read)

    given = short("Who mended it?", found)

    assert given is not None
    assert given.text == "Otto Lark"


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("The board chose Ines Duarte as its head.", "Ines Duarte"),
        ("The board chose Mayor Ines Duarte as its head.", "Ines Duarte"),
        ("Ines Duarte was chosen by the board.", "Ines Duarte"),
        ("In May Duarte was chosen by the board.", "Duarte"),
        ("On Monday Duarte was chosen by the board.", "Duarte"),
        ("Yesterday Duarte was chosen by the board.", "Duarte"),
        ("The board chose Elmport's Duarte as its head.", "Duarte"),
        ("The board chose Duarte as its head.", "Duarte"),
    ],
)
def test_a_last_name_is_given_with_the_first_name_before_it(text: str, given: str) -> None:
    """A title, a day and the first word of a sentence are none."""
    start = text.index("Duarte")
    read = Reading(answers=0.9, sure=0.9, words=Span(start=start, end=start + len("Duarte")))
    best = dataclasses.replace(evidence(None), text=text, end=100 + len(text), reading=read)

    given_words = short("Who heads the board?", best)

    assert given_words
    assert given_words.text == given
