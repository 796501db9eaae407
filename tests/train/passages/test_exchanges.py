"""train/passages/exchanges: questions that their text answers no more."""

from __future__ import annotations

import random

from passages.exchanges import exchanges

RIGHT = "The first bridge at Grimsey was opened by Anna Holt in 1887."
OTHER = "The bridge at Orford fell in 1901."


def made(question: str, right: str = RIGHT) -> list[tuple[str, str]]:
    """What is made of a question, each with what is new in it."""
    return list(exchanges(question, right, "", [right, OTHER], random.Random(3)))


def test_each_way_gives_a_question_without_an_answer() -> None:
    """A name of another text, another number, the opposite word: one question each."""
    question = "Who opened the first bridge of Grimsey in 1887?"
    (name, orford), (number, year), (word, opposite) = made(question)

    assert (name, orford) == (question.replace("Grimsey", "Orford"), "Orford")
    assert number == question.replace("1887", year)
    assert year[:2] == "18" and year != "1887"
    assert word in {question.replace("first", "last"), question.replace("opened", "closed")}
    assert opposite in word.split()


def test_nothing_is_made_where_the_text_knows_the_new_word_or_there_is_none() -> None:
    """A text with both opposites answers both."""
    assert made("Who was first?", "First Anna, last Bo.") == []
    assert made("Why?") == []
    assert made("Who opened the bridge of Grimsey?", f"{RIGHT} {OTHER}") == [
        ("Who closed the bridge of Grimsey?", "closed")
    ]
