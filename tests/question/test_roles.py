"""rag.question.roles: whose office a question asks for, and to whom a sentence gives it."""

from __future__ import annotations

import pytest

from rag.question.roles import asked_role, holders


@pytest.mark.parametrize(
    "question",
    [
        "Who is the Tarnish defence minister?",
        "who is the tarnish defence minister",
        "Who's the Tarnish minister of defence now?",
        "Who was the Tarnish defense minister in 2018?",
    ],
)
def test_an_office_is_asked_for(question: str) -> None:
    """With a capital or without, British or American, now or then."""
    role = asked_role(question)

    assert role is not None
    assert role.head == "minister"
    assert role.matters == {"defenc"}
    assert role.of == ("tarnish",)


@pytest.mark.parametrize(
    "question",
    [
        "Who is Ada Lark?",
        "Who is the author of the report?",
        "Who is the minister who resigned?",
        "Who was made governor of Orford?",
        "Who told the minister?",
        "What is the president's salary?",
        "Who?",
    ],
)
def test_something_else_is_asked_for(question: str) -> None:
    """A person, a work's maker, a clause of its own."""
    assert asked_role(question) is None


def held(question: str, text: str) -> list[tuple[str, bool]]:
    """To whom a sentence gives the office that is asked for."""
    role = asked_role(question)
    assert role is not None
    return [
        (text[holder.name.start : holder.name.end], holder.whole) for holder in holders(role, text)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Tarnish Defence Minister Ada Lark praised the harbour.",
        "Ada Lark, the Tarnish defence minister, praised the harbour.",
        "The harbour was praised by Ada Lark, who was then Tarnish minister of defence.",
        "The defense minister of Tarn, Ada Lark, praised the harbour.",
        "The Tarnish defence minister is Ada Lark.",
        "Ada Lark became defence minister of Tarn.",
    ],
)
def test_a_name_beside_the_office_holds_it(text: str) -> None:
    """Before it or after it."""
    question = "Who is the Tarnian defence minister?" if "of Tarn" in text else ""
    question = question or "Who is the Tarnish defence minister?"

    assert held(question, text) == [("Ada Lark", True)]


@pytest.mark.parametrize(
    "text",
    [
        # The words are there, and somebody else's.
        "In the defence ministry's newspaper, Tarnish Foreign Minister Ada Lark praised it.",
        "Ada Lark is a friend of the Tarnish defence minister.",
        "The Tarnish defence minister said that Ada Lark would come.",
        "Former Tarnish defence minister Ada Lark came.",
        "Tarnish deputy defence minister Ada Lark came.",
        "The Orford mayor, Ada Lark, met the Tarnish defence minister.",
        "Norwegian Defence Minister Ada Lark came.",
    ],
)
def test_a_name_near_the_office_does_not_hold_it(text: str) -> None:
    """Another office, another country, or another sentence's subject."""
    assert held("Who is the Tarnish defence minister?", text) == []


def test_whose_office_it_is_may_be_open() -> None:
    """Then the sentence may be of the one that is asked for, and does not say so."""
    assert held("Who is the mayor of Orford?", "Mayor Ada Lark opened it.") == [("Ada Lark", False)]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Who is the president of France?", "French President Ann Lee left.", "Ann Lee"),
        ("Who is the US president?", "The president of the United States, Ann Lee.", "Ann Lee"),
        ("Who is the American president?", "a call from U.S. President Ann Lee", "Ann Lee"),
        ("Who is the Turkish president?", "Ann Lee, president of Turkey", "Ann Lee"),
        ("Who is the British premier?", "British Prime Minister Ann Lee left.", "Ann Lee"),
        ("Who is the board's spokesman?", "the board's spokeswoman, Ann Lee,", "Ann Lee"),
        ("Who was Tarn's final mayor?", "the last mayor of (old) Tarn, Ann Lee,", "Ann Lee"),
        ("Who is the vice-chair of the IPCC?", "Ann Lee, vice-chair of the IPCC", "Ann Lee"),
    ],
)
def test_an_office_has_several_names(question: str, text: str, expected: str) -> None:
    """Of the country and of its people, of a man and of a woman."""
    assert held(question, text) == [(expected, True)]


def test_two_offices_in_a_sentence_are_told_apart() -> None:
    """Each has its own name."""
    text = "US President Ann Lee met Finnish President Bo Hill in Finland."

    assert held("Who is the president of Finland?", text) == [("Bo Hill", True)]
    assert held("Who is the US president?", text) == [("Ann Lee", True)]
