"""rag.render.lead: what an answer begins with."""

from __future__ import annotations

from rag.domain import (
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Part,
    ShortAnswer,
    Side,
    Source,
    Verdict,
)
from rag.render.lead import Lead, lead


def citation(n: int, *, date: str | None = None, outlet: str | None = None) -> Citation:
    """A cited sentence."""
    source = Source(path=f"{n}.txt", title=None, outlet=outlet, date=date, sha256="0" * 64)
    return Citation(n=n, source=source, start=0, end=9, line=1, quote="It burst.", speaker=None)


def claim(*citations: Citation) -> Claim:
    """A claim that they support."""
    return Claim(
        text="It burst.", kind=ClaimKind.QUOTED, verdict=Verdict.SUPPORTED, citations=citations
    )


def short(text: str, cited: Citation) -> ShortAnswer:
    """Words that answer."""
    return ShortAnswer(text=text, start=0, end=2, citation=cited, probability=0.9)


ONE, TWO = citation(1, date="2019-09-15", outlet="Bell"), citation(2)


def test_an_answer_without_short_words_begins_with_its_claims() -> None:
    """So does none at all."""
    assert list(lead(Answer(question="What?", claims=(claim(ONE),)))) == []
    assert list(lead(Answer(question="What?", reason="No article says so."))) == []


def test_the_short_answer_comes_first() -> None:
    """With the number of its sentence."""
    answer = Answer(question="When?", claims=(claim(ONE),), short_answer=short("Monday", ONE))

    assert list(lead(answer)) == [Lead(words="Monday", n=1)]


def test_each_of_several_questions_has_its_line() -> None:
    """Its words, or that and why there are none; nothing for one that its claims answer."""
    answer = Answer(
        question="When? Who? Why?",
        claims=(claim(ONE, TWO),),
        parts=(
            Part(question="When?", short_answer=short("Monday", TWO)),
            Part(question="Who?", reason="No article mentions Ada."),
            Part(question="Why?"),
        ),
    )

    assert list(lead(answer)) == [
        Lead(before="When?", words="Monday", n=2),
        Lead(before="Who?", words="No answer in these articles.", after="No article mentions Ada."),
    ]


def test_sides_are_headed_and_placed() -> None:
    """By date and outlet; where they are not known, by what is."""
    answer = Answer(
        question="How many?",
        claims=(claim(ONE, TWO),),
        sides=(Side(text="Some 600", citation=ONE), Side(text="350", citation=TWO)),
    )

    assert list(lead(answer)) == [
        Lead(words="The articles differ, the newest first:"),
        Lead(before="2019-09-15 · Bell:", words="Some 600", n=1),
        Lead(before="no date · 2.txt:", words="350", n=2),
    ]
