"""rag.question.read: what a question asks for, and which questions cannot be asked."""

from __future__ import annotations

import pytest

from rag.errors import QuestionError
from rag.question.read import (
    LONGEST_QUESTION,
    Kind,
    can_hold_answer,
    in_time,
    is_bare,
    read_question,
)


def test_a_question_is_read_into_terms_and_names() -> None:
    """White space is put in order, terms are content stems and names are folded, each once."""
    question = read_question("  What did\nMacron say about  sanctions,\tand Macron's sanctions? ")

    assert question.text == "What did Macron say about sanctions, and Macron's sanctions?"
    assert question.terms == ("macron", "sanction")
    assert question.names == ("macron",)


def test_a_question_of_stop_words_keeps_them() -> None:
    """With nothing else to search for, "the who" is searched as it stands."""
    assert read_question("the who").terms == ("the", "who")


@pytest.mark.parametrize("text", ["", "   \n", "???", "\x00", "…", "\u200b"])
def test_an_empty_question_is_refused(text) -> None:
    """Without a letter or digit there is nothing to ask."""
    with pytest.raises(QuestionError, match="the question is empty") as caught:
        read_question(text)

    assert caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("length", "told"), [(100_000, "100,000"), (LONGEST_QUESTION + 1, "8,001")]
)
def test_a_question_that_is_too_long_is_refused(length, told) -> None:
    """The message says how long it is, the hint how long it may be."""
    with pytest.raises(QuestionError, match=f"has {told} characters") as caught:
        read_question("a" * length)

    assert caught.value.hint == "a question may have at most 8,000"


def test_the_longest_question_is_read() -> None:
    """The limit itself is allowed."""
    assert len(read_question("a" * LONGEST_QUESTION).text) == 8_000


def test_a_question_that_is_not_text_is_refused() -> None:
    """Bytes that are no UTF-8 reach the program as lone surrogates, which nothing can embed."""
    with pytest.raises(QuestionError, match="text"):
        read_question("What burst in \udcff?")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who won?", Kind.PERSON),
        ("Whose boat was it?", Kind.PERSON),
        ("Which young woman won?", Kind.PERSON),
        ("When did it burn?", Kind.TIME),
        ("In which year did it burn?", Kind.TIME),
        ("It burned, but since when?", Kind.TIME),
        ("How many boats sank?", Kind.NUMBER),
        ("How long is the bridge?", Kind.NUMBER),
        ("What percentage of it burned?", Kind.NUMBER),
        ("Who knows how many sank?", Kind.NUMBER),
        ("HOW MANY sank?", Kind.NUMBER),
        ("How did it burn?", Kind.OTHER),
        ("Did it burn?", Kind.YES_NO),
        ("Has Peskov denied it?", Kind.YES_NO),
        ("What did Peskov say about it?", Kind.STATEMENT),
        ("When did Peskov say so?", Kind.TIME),
        ("Where is it?", Kind.PLACE),
        ("It burned, where?", Kind.PLACE),
        ("In which city did it burn?", Kind.PLACE),
        ("What Italian town burned?", Kind.PLACE),
        ("What did it say of the place where it stood?", Kind.OTHER),
        ("Why?", Kind.OTHER),
    ],
)
def test_the_kind_of_answer(text, kind) -> None:
    """The way of asking tells whether a person, a time, a place or a number is wanted."""
    assert read_question(text).kind is kind


@pytest.mark.parametrize(
    ("question", "sentence", "holds"),
    [
        ("How many boats sank?", "Nine boats sank.", True),
        ("How many boats sank?", "On 7 May boats sank.", False),
        ("How many boats sank?", "Boats sank.", False),
        ("How many of the 9 boats sank?", "All 9 boats sank.", False),
        ("When did it burn?", "It burned in 2019.", True),
        ("When did it burn?", "It burned on Monday.", True),
        ("When did it burn?", "It burned 800 years.", False),
        ("When in 2019 did it burn?", "It burned in 2019.", False),
        ("Who came?", "Then Ada came.", True),
        ("Who came with Ada?", "Ada came.", False),
        ("Who came?", "nobody came.", False),
        ("Why did it burn?", "it burned.", True),
        ("Did it burn?", "it burned.", True),
    ],
)
def test_can_hold_answer(question, sentence, holds) -> None:
    """A sentence must bring something of the kind that the question does not say itself."""
    assert can_hold_answer(read_question(question), sentence) is holds


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("What did Peskov say about Crimea?", ("peskov",)),
        ("How did Sarah Sanders respond to Lavrov?", ("sarah", "sanders")),
        ("Has Peskov said that Trump will come?", ("peskov",)),
        ("What is Merkel's position on Nord Stream?", ("merkel",)),
        ("According to Stoltenberg, what should Kyiv do?", ("stoltenberg",)),
        ("How many shells did the United States deliver?", ()),
        ("Who said the dam was gone?", ()),
        ("What did he say about Crimea?", ()),
        ("When was Notre-Dame reopened?", ()),
    ],
)
def test_whose_words_are_asked_for(text, speaker) -> None:
    """The names of the speaker, and not those of the topic; nobody where none is named."""
    assert read_question(text).speaker == speaker


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("What did Peskov say in July 2018?", "2018-07", "2018-07"),
        ("What did Peskov say about the sanctions imposed in 2014?", None, None),
        ("What did Peskov say about Crimea?", None, None),
    ],
)
def test_the_time_that_is_asked_about(text, since, until) -> None:
    """Not the time of something that only stands in the topic."""
    period = read_question(text).period

    assert (period.since, period.until) == (since, until) if period else since is None


@pytest.mark.parametrize(
    ("date", "text", "holds"),
    [
        ("2018-07-02", "Peskov said no.", True),
        ("2019-01-05", "Peskov said no.", False),
        ("2019-01-05", "Peskov said no in 2018.", True),
        (None, "Peskov said no.", True),
    ],
)
def test_words_of_another_time(date, text, holds) -> None:
    """An article of another year can tell of them only by naming the year."""
    question = read_question("What did Peskov say in 2018?")

    assert in_time(question, date=date, text=text) is holds
    assert in_time(read_question("What burned in 2018?"), date=date, text=text)


def test_what_is_asked_is_the_last_sentence() -> None:
    """Its kind and its speaker count; names and words are those of all."""
    asked = read_question("What did Ada Lark build in Elmport? How much did it cost?")

    assert asked.wanted == "How much did it cost?"
    assert (asked.kind, asked.speaker) == (Kind.NUMBER, ())
    assert {"lark", "elmport"} <= set(asked.names)
    told = read_question("Dr. Reed left the U.S. in May. What did Tom Finch say?")
    assert (told.wanted, told.speaker_as_asked) == ("What did Tom Finch say?", "Tom Finch")


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("bakery", True),
        ("cathedral roof", True),
        ("Ada Mary Lark", True),
        ("old harbour crane", False),
        ("Why not", False),
        ("Rain?", False),
        ("When does it rain", False),
    ],
)
def test_a_word_or_two_or_a_name_asks_nothing(typed: str, bare: bool) -> None:
    """Somebody looks for what has them."""
    assert is_bare(read_question(typed)) is bare
