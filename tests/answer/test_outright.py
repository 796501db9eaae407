"""rag.answer.outright: which questions the best sentence answers by its form."""

from __future__ import annotations

import pytest
from made import sentence

from rag.answer.outright import is_told_outright
from rag.question.read import read_question
from rag.retrieve.resolve_speakers import Speaker, read_name
from rag.retrieve.whose import Asked

MOSS = Asked(
    name=read_name("Moss"),
    speakers=(Speaker(name="Ada Moss", forms=("Ada Moss",), statements=1),),
)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What did Moss say?", True),
        ("What does Ada Moss think?", True),
        ("What did Moss say in 2019?", True),
        ("What did Moss say about the quay?", False),
        ("When did Moss say so?", False),
        ("Why did Moss say that the quay is shut?", False),
    ],
)
def test_any_words_of_somebody_answer_what_they_said(question: str, told: bool) -> None:
    """Where no topic is asked for."""
    best = sentence("The tide was high, Ada Moss said.", speaker="Ada Moss")

    assert is_told_outright(read_question(question), MOSS, best) is told


def test_the_words_of_another_do_not() -> None:
    """Nor those of nobody, nor what is no answer."""
    asked = read_question("What did Moss say?")

    for other in (
        sentence("The tide was high, Ida Reed said.", speaker="Ida Reed"),
        sentence("Moss went home."),
        sentence("The tide was high, Ada Moss said.", speaker="Ada Moss", score=-1.0),
    ):
        assert not is_told_outright(asked, MOSS, other)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who is Ada Moss?", "Engineer Ada Moss of the harbour said no."),
        ("Who is Moss?", "The engineer Ada Moss said no."),
        ("Who is Ada Moss?", "The quay is shut, said Ada Moss, the harbour master."),
        ("Who was Ada Moss?", "Ada Moss, 61, head of the school, said no."),
        ("Who's Ada Moss?", "Ada Moss is a painter."),
        ("Who is the harbour master?", "Harbour master Ada Moss said no."),
        ("Who is the harbour master?", "The harbour master, Ada Moss, said no."),
        ("Who is the harbour master?", "Ada Moss, the harbour master, said no."),
    ],
)
def test_what_stands_beside_a_name_tells_who_somebody_is(question: str, text: str) -> None:
    """A title, a trade, or words after a comma."""
    assert is_told_outright(read_question(question), Asked(name=None), sentence(text))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who is Ada Moss?", "Ada Moss said no."),
        ("Who is Ada Moss?", "But Ada Moss, on Monday, said no."),
        ("Who is Ada Moss?", "Mayor Ida Moss said no."),
        ("Who is Ada Moss?", "Mayor Ida Reed met Ada Moss."),
        ("Who is the harbour master?", "The harbour master said no."),
        ("Who is the harbour master of Lumby?", "Harbour master Ada Moss said no."),
        ("Who saw Ada Moss?", "The engineer Ada Moss said no."),
    ],
)
def test_a_name_alone_tells_nobody(question: str, text: str) -> None:
    """Nor does what another is."""
    assert not is_told_outright(read_question(question), Asked(name=None), sentence(text))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Why is the quay shut?", True),
        ("Why is the old quay shut so early?", True),
        ("Why is the quay shut in winter?", False),
        ("When is the quay shut?", False),
        ("What did Moss say of the quay?", False),
    ],
)
def test_who_speaks_next_answers_what_was_asked(question: str, told: bool) -> None:
    """All of it was asked, and somebody else answers."""
    asks = sentence("REED: Why is the old quay shut so early?", id=3, speaker="Ida Reed")
    best = sentence("MOSS: The tide is high.", id=4, speaker="Ada Moss")
    asked = read_question(question)

    assert is_told_outright(asked, MOSS, best, asks) is told
    assert not is_told_outright(asked, MOSS, sentence(best.text, speaker="Ida Reed"), asks)
    assert not is_told_outright(asked, MOSS, sentence(best.text), asks)
    assert not is_told_outright(asked, MOSS, best)
