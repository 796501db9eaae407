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
        ("Where?", Refers.REST),
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


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    """Whatever is typed is read; a refusal names it."""
    refers(text)

    assert " ".join(text.split()) in unclear(text)
