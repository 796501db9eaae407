"""rag.question.split: which texts ask several questions, and what each of them is."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.text import words
from rag.question.read import LONGEST_QUESTION
from rag.question.split import MOST, split_question

SPEAKERS = frozenset(
    "peskov sanders trump putin lavrov kerry macron pfizer procter clinton".split()
)


def speaks(name: str) -> bool:
    """Whether the last word of a name is a speaker's."""
    return not SPEAKERS.isdisjoint(words(name)[-1:])


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "Who built the spire, and when did it burn?",
            ["Who built the spire?", "When did the spire burn?"],
        ),
        (
            "When did the bridge close and when will it reopen?",
            ["When did the bridge close?", "When will the bridge reopen?"],
        ),
        (
            "When was Notre-Dame reopened and what did Macron say about it?",
            ["When was Notre-Dame reopened?", "What did Macron say about Notre-Dame?"],
        ),
        (
            "Who is Anselm Crake and what does he want?",
            ["Who is Anselm Crake?", "What does Anselm Crake want?"],
        ),
        (
            "What did Lavrov say about sanctions and when did he say it?",
            ["What did Lavrov say about sanctions?", "When did Lavrov say it about sanctions?"],
        ),
        (
            "What did Sanders say about Trump, but what did Peskov say?",
            ["What did Sanders say about Trump?", "What did Peskov say about Trump?"],
        ),
        (
            "Who are the sponsors of the bill and what would the bill do?",
            ["Who are the sponsors of the bill?", "What would the bill do?"],
        ),
        (
            "What happened in 2014 and what happened in 2018?",
            ["What happened in 2014?", "What happened in 2018?"],
        ),
        (
            "What does Peskov think, and what does Lavrov think?",
            ["What does Peskov think?", "What does Lavrov think?"],
        ),
    ],
)
def test_questions_joined_in_one_sentence(text: str, questions: list[str]) -> None:
    """Each stands alone; what the second leaves out is filled in."""
    assert split_question(text, speaks=speaks) == questions


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "Who won the 1998 election? Who won the 2002 election?",
            ["Who won the 1998 election?", "Who won the 2002 election?"],
        ),
        (
            "What did Peskov say about Crimea? And Sanders?",
            ["What did Peskov say about Crimea?", "What did Sanders say about Crimea?"],
        ),
        (
            "What did Peskov say about Crimea?  And about\nSyria?",
            ["What did Peskov say about Crimea?", "What did Peskov say about Syria?"],
        ),
        (
            "What did Peskov say about Crimea? When did he say that?",
            ["What did Peskov say about Crimea?", "When did Peskov say that about Crimea?"],
        ),
        (
            "Who is Lindsey Graham? Richard Blumenthal?",
            ["Who is Lindsey Graham?", "Who is Richard Blumenthal?"],
        ),
        (
            "The bridge is closed. Why? When will it open?",
            ["The bridge is closed. Why?", "The bridge is closed. Why? When will it open?"],
        ),
    ],
)
def test_questions_one_after_another(text: str, questions: list[str]) -> None:
    """The second is a follow-up of the first."""
    assert split_question(text, speaks=speaks) == questions


def test_the_words_of_two_people_are_asked_for_one_by_one() -> None:
    """With their titles, whatever else is asked."""
    assert split_question("What did Peskov and Sanders say about Crimea?", speaks=speaks) == [
        "What did Peskov say about Crimea?",
        "What did Sanders say about Crimea?",
    ]
    assert split_question(
        "What did Foreign Minister Lavrov and Secretary Kerry say?", speaks=speaks
    ) == ["What did Foreign Minister Lavrov say?", "What did Secretary Kerry say?"]


def test_one_of_two_speakers_may_be_unknown() -> None:
    """Then the answer can say that nothing of his is there."""
    assert split_question("What did Peskov and Smith say?", speaks=speaks) == [
        "What did Peskov say?",
        "What did Smith say?",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "What did Johnson and Johnson announce?",
        "What did Trump and Trump say?",
        "What did Marks and Spencer announce?",
        "What did Romeo and Juliet say about love?",
        "What did Bosnia and Herzegovina propose?",
        "What did the Ministry of Health and Social Care say?",
        "What did Bill and Hillary Clinton say about Iraq?",
        "What did Procter and Gamble's chief say about tariffs?",
        "Did Trump and Putin meet in Helsinki?",
        "What did Trump and Putin say about each other?",
        "What is the relation between Peskov and Putin?",
    ],
)
def test_an_and_inside_of_a_name_asks_once(text: str) -> None:
    """Firms, plays, countries and couples; nor is every pair asked for its words."""
    assert split_question(text, speaks=speaks) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "What did Tellerby, who leads the council, promise?",
        "Who owns the bridge, which was closed in June?",
        "Does anyone know who shot down the plane and why Russia denies it?",
        "Did Peskov say who shot down the plane and who is to blame?",
        "What did Peskov say about who came and what was agreed?",
        "Who knows what Trump said and when he said it?",
        "Explain what the EU and NATO want and how they differ.",
        "When and where did Trump and Putin meet?",
        "Who won and why?",
        "Who said what about the bridge?",
        "Who voted for and who voted against the bill?",
        "What was said about Crimea by Trump and what by Peskov?",
    ],
)
def test_a_clause_of_a_question_is_no_question(text: str) -> None:
    """Relative and indirect ones, and question words without a verb."""
    assert split_question(text, speaks=speaks) == [text]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("What is the difference between NATO and the EU", "why does it matter?"),
        ("Where did Trump and Putin meet", "what did they agree?"),
        ("Why did Trump fire Comey", "who replaced him?"),
        ("How many people died in the fire", "how many people were hurt?"),
        ("Why did Trump fire Comey", "what was the reaction?"),
        ("Why did Trump fire Comey", "what did Democrats say?"),
    ],
)
def test_a_question_that_does_not_stand_alone_comes_after_the_first(
    first: str, second: str
) -> None:
    """With a pronoun that nothing clear stands for, or without what it is about."""
    alone = f"{second[0].upper()}{second[1:]}"

    parts = split_question(f"{first} and {second}", speaks=speaks)

    assert parts[0] == f"{first}?"
    assert parts[1] in (f"{first}? {alone}", alone)


def test_what_is_told_before_stays_before_every_question() -> None:
    """It is what they are about."""
    told = "Seven people died in Elmport in 2019."

    parts = split_question(f"{told} Who were they, and what had burned?", speaks=speaks)

    assert parts == [f"{told} Who were they?", f"{told} Who were they? What had burned?"]


@pytest.mark.parametrize(
    "text", ["What did Peskov say about Crimea? Why not?", "Who is Anselm Crake? Thanks!"]
)
def test_what_asks_nothing_new_stays_with_the_question(text: str) -> None:
    """Neither stands alone."""
    assert split_question(text, speaks=speaks) == [text]


def test_no_more_are_split_than_are_answered_at_once() -> None:
    """One more leaves the text whole."""
    questions = [f"Who won the {1990 + n} election?" for n in range(MOST + 1)]

    assert split_question(" ".join(questions[:MOST])) == questions[:MOST]
    assert split_question(" ".join(questions)) == [" ".join(questions)]


@pytest.mark.parametrize("text", ["", " ", "?", "? ?", "Who is Ada Lark? ___", "Who? ?!"])
def test_marks_ask_nothing(text: str) -> None:
    """They are no second question."""
    assert split_question(text) == [text]


PIECES = st.sampled_from(
    ["Who", "when", "did", "it", "he", "and", "And", "?", ",", ";", "Peskov", "say", "the dam", "_"]
)


@given(text=st.text(max_size=80) | st.lists(PIECES, max_size=20).map(" ".join))
def test_no_text_breaks_it(text: str) -> None:
    """One to four questions, none of them blank unless all is."""
    questions = split_question(text, speaks=speaks)

    assert 1 <= len(questions) <= MOST
    assert len(questions) == 1 or all(
        any(char.isalnum() for char in question) for question in questions
    )
    assert questions == [text] or len(questions) > 1


@pytest.mark.parametrize(
    "piece",
    [
        "A",
        "A.",
        "did A ",
        "and what is it ",
        "A and ",
        "Who is it? ",
        "who a b, ",
        "word ",
        ", and ",
    ],
)
def test_a_very_long_text_takes_no_time(piece: str) -> None:
    """As long as a question may be."""
    began = process_time()

    split_question((piece * LONGEST_QUESTION)[:LONGEST_QUESTION], speaks=speaks)

    assert process_time() - began < 0.2
