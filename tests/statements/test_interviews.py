"""rag.statements.interviews: who speaks under "Q", "A", initials or capitals."""

from __future__ import annotations

import re

import pytest

from rag.domain import Article, Span
from rag.statements.find import find_statements


def speakers(text: str) -> list[str | None]:
    """Who makes each statement of an article with a paragraph a line."""
    paragraphs = tuple(Span(start=m.start(), end=m.end()) for m in re.finditer(r"[^\n]+", text))
    article = Article(path="a.txt", sha256="0" * 64, text=text, paragraphs=paragraphs)
    return [one.speaker for one in find_statements(article)]


@pytest.mark.parametrize(
    ("told", "asker", "answerer"),
    [
        ("Vera Lund of the Post interviewed Simon Falk.", "Vera Lund", "Simon Falk"),
        ("Vera Lund, our reporter, asked the miller, Simon Falk.", "Vera Lund", "Simon Falk"),
        ("An interview with the miller Simon Falk.\nBy Vera Lund", "Vera Lund", "Simon Falk"),
        ("Simon Falk was interviewed by Vera Lund.", "Vera Lund", "Simon Falk"),
        ("We spoke to Simon Falk about the mill.", None, "Simon Falk"),
        ("Simon Falk, who owns a mill, answered our questions.", None, "Simon Falk"),
        ("Minister Simon Falk came to our office.", None, "Simon Falk"),
        ("Simon Falk and Vera Lund came to our office.", None, None),
        ("The mill turns again.", None, None),
    ],
)
@pytest.mark.parametrize("labels", [("Q: ", "A: "), ("Q. ", "A. "), ("**Q:** ", "**A:** ")])
def test_q_asks_and_a_is_asked(
    told: str, asker: str | None, answerer: str | None, labels: tuple[str, str]
) -> None:
    """Where the text tells who that is; nobody is guessed."""
    q, a = labels

    assert speakers(f"{told}\n{q}Who owns it?\n{a}My aunt owns it.") == [asker, answerer]


def test_a_question_and_its_answer_in_one_line_are_two_turns() -> None:
    """As questions and answers are set in newsletters."""
    text = "We met Simon Falk.\nQ: Who owns it? A: My aunt.\nQ: Since when? A: Since May."

    assert speakers(text) == [None, "Simon Falk", None, "Simon Falk"]


def test_unlabelled_answers_are_those_of_who_is_asked() -> None:
    """Where only the questions have a label."""
    text = "Vera Lund met Simon Falk.\n((VL)) Who owns it?\nMy aunt.\n((VL)) Since when?\nMay."

    assert speakers(text) == ["Vera Lund", "Simon Falk", "Vera Lund", "Simon Falk"]


def test_initials_are_those_of_who_is_named() -> None:
    """Of a person, or of an outlet in one word; initials of nobody are nobody's name."""
    text = "Wikinews met Simon Falk.\n((WN)) Who owns it?\n((SF)) My aunt.\n((XY)) I see."

    assert speakers(text) == ["Wikinews", "Simon Falk", None]


def test_capitals_are_the_name_that_the_article_has() -> None:
    """Of the whole name, however the last name is set."""
    text = "VERA LUND, HOST: Who owns it?\nSIMON FALK: My aunt.\nLUND: I see.\nFALK: Yes."

    assert speakers(text) == ["Vera Lund", "Simon Falk", "Vera Lund", "Simon Falk"]


def test_a_word_that_is_written_small_elsewhere_is_no_name() -> None:
    """It says what somebody is, and the article does not say who."""
    text = "Vera Lund: Who owns it?\nMiller: A miller like me owns it."

    assert speakers(text) == ["Vera Lund", None]


def test_who_is_introduced_beside_an_office_holds_it() -> None:
    """Until somebody else is; "for the owners" names nobody."""
    text = (
        "CORONER (Judge Edda Marsh): Who saw it?\nTHE WITNESS (Mr. Simon Falk, miller): I did.\n"
        "CORONER: When?\nTHE WITNESS: In May.\nMR. BELL (for the owners): In May?\n"
        "THE WITNESS (Dr. Vera Lund): In June.\nMR. BELL: June?\nTHE WITNESS: Yes."
    )

    assert speakers(text) == [
        *("Edda Marsh", "Simon Falk", "Edda Marsh", "Simon Falk", "Bell"),
        *("Vera Lund", "Bell", "Vera Lund"),
    ]


def test_a_trade_beside_a_name_is_not_another_person() -> None:
    """However it is written."""
    text = "LUND (Chief Engineer): Who owns it?\nFALK (Harbour Master): I do.\nLUND: I see."

    assert speakers(text) == ["LUND", "FALK", "LUND"]


def test_an_office_is_nobodys_name() -> None:
    """Whoever speaks under it stays unknown, if the article does not tell who holds it."""
    assert speakers("Vera Lund: Who saw it?\nTHE WITNESS: I did.") == ["Vera Lund", None]
