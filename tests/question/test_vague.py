"""rag.question.vague: what only refers to something said before, and what asks by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.vague import Refers, refers, unclear


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Tell me more", Refers.MORE),
        ("tell me more about that, please.", Refers.MORE),
        ("What else?", Refers.MORE),
        ("Anything else?", Refers.MORE),
        ("Go on", Refers.MORE),
        ("Could you explain that?", Refers.MORE),
        ("Are you sure?", Refers.GROUNDS),
        ("Are you really sure about that?", Refers.GROUNDS),
        ("Is that true?", Refers.GROUNDS),
        ("Really?!", Refers.GROUNDS),
        ("Who said that?", Refers.GROUNDS),
        ("Says who?", Refers.GROUNDS),
        ("What are your sources?", Refers.GROUNDS),
        ("How do you know?", Refers.GROUNDS),
        ("Where does that come from?", Refers.GROUNDS),
        ("Where is that from?", Refers.GROUNDS),
        ("Which article says that?", Refers.GROUNDS),
        ("In which article does it say that?", Refers.GROUNDS),
        ("Which file is that in?", Refers.GROUNDS),
        ("What is that based on?", Refers.GROUNDS),
        ("Where can I check that?", Refers.GROUNDS),
        ("Where does this information come from?", Refers.GROUNDS),
        ("Which of the newspapers wrote that?", Refers.GROUNDS),
        ("Can you show me the source?", Refers.GROUNDS),
        ("Where?", Refers.REST),
        ("Where is it?", Refers.REST),
        ("Since when?", Refers.REST),
        ("When will it reopen?", Refers.REST),
        ("Why was it closed again?", Refers.REST),
        ("How long did they stay?", Refers.REST),
        ("Who sold them?", Refers.REST),
        ("What caused it?", Refers.REST),
        ("Who was arrested for it?", Refers.REST),
        ("What did she say about taxes in 2020?", Refers.REST),
        ("And how long was he mayor of the town?", Refers.REST),
        ("And why?", Refers.REST),
        ("What did he say?", Refers.REST),
        ("When was that?", Refers.REST),
        ("Did she?", Refers.REST),
        ("What happened then?", Refers.REST),
        ("Когда?", Refers.REST),
        ("And Ada Lark?", Refers.REST),
        ("But the harbour?", Refers.REST),
        ("And in Orford?", Refers.REST),
        ("Thanks", Refers.NOTHING),
        ("thank you very much!", Refers.NOTHING),
        ("Many thanks for your help.", Refers.NOTHING),
        ("OK", Refers.NOTHING),
        ("Ok, great, thanks :)", Refers.NOTHING),
        ("That's very helpful", Refers.NOTHING),
        ("Hello!", Refers.NOTHING),
        ("good morning", Refers.NOTHING),
        ("Never mind.", Refers.NOTHING),
        ("Merci", Refers.NOTHING),
    ],
)
def test_it_only_refers(asked: str, expected: Refers) -> None:
    """No word of it tells what is meant."""
    assert refers(asked) is expected


@pytest.mark.parametrize(
    "asked",
    [
        "Tell me more about Orford",
        "Where is Orford?",
        "And where is Orford?",
        "And Ada Lark resigned?",
        "What about Ada Lark?",
        "What did the mayor say?",
        "Who said that the bridge is shut?",
        "Which article says that the bridge is shut?",
        "When did Orford close it?",
        "Did he meet Ada Lark?",
        "Who is the mayor and what did she say?",
        "Will it rain in Orford?",
        "The bridge fell. When will it reopen?",
        "Are you sure about the bridge?",
        "What did May say?",
        "What is the WHO?",
        "2018?",
        "sanctions",
        "What is the evidence of a flood?",
        "Thanks. Who built the bridge?",
        "Who said thank you?",
        "Good Friday",
        "Did the mayor say yes?",
        "all rights",
        "no deal",
        "???",
    ],
)
def test_it_asks_something(asked: str) -> None:
    """A name, a number or a thing is there."""
    assert refers(asked) is None


def test_of_a_name_alone_it_says_how_to_ask() -> None:
    """Whoever is named may stand in the articles."""
    assert unclear("And Ada Lark?").endswith(" Ask for example: Tell me about Ada Lark.")
    assert unclear("Where?").endswith(" whom or what do you mean?")


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    """Whatever is typed is read; a refusal names it."""
    refers(text)

    assert " ".join(text.split()) in unclear(text)
