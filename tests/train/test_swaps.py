"""train/swaps: questions that their sentence answers no more."""

from __future__ import annotations

import random

from groups import Candidate, Group
from swaps import swapped

RIGHT = Candidate(
    title="",
    before="",
    text="The first bridge at Grimsey was opened by Anna Holt in 1887.",
    answers=True,
    start=42,
    end=51,
)
OTHER = Candidate(title="", before="", text="The bridge at Orford fell in 1901.", answers=False)
LATER = Candidate(title="", before="", text="Nobody was hurt.", answers=False)


def group(question: str, *candidates: Candidate) -> Group:
    """A question with an answer, unless it has no candidate that answers."""
    return Group(
        source="made", article="a", question=question, answerable=True, candidates=candidates
    )


def made(question: str, *candidates: Candidate) -> list[Group]:
    """What is made of one group."""
    return list(swapped([group(question, *candidates)], random.Random(3)))


def test_each_way_gives_a_question_without_an_answer() -> None:
    """A name of a wrong sentence, another number, the opposite word: one question each."""
    found = made("Who opened the first bridge of Grimsey in 1887?", RIGHT, OTHER, LATER)

    questions = [one.question for one in found]
    assert questions[0] == "Who opened the first bridge of Orford in 1887?"
    assert questions[1].startswith("Who opened the first bridge of Grimsey in 18")
    assert questions[1] != "Who opened the first bridge of Grimsey in 1887?"
    assert questions[2] in {
        "Who opened the last bridge of Grimsey in 1887?",
        "Who closed the first bridge of Grimsey in 1887?",
    }
    for one in found:
        assert not one.answerable
        assert not any(candidate.answers for candidate in one.candidates)
        assert one.candidates[0].text == RIGHT.text
        assert (one.candidates[0].start, one.candidates[0].end) == (-1, -1)


def test_a_sentence_that_the_exchange_may_have_made_an_answer_is_left_out() -> None:
    """The name came from the sentence on Orford, so that one is no sure wrong sentence."""
    found = made("Who opened the bridge of Grimsey?", RIGHT, OTHER, LATER)

    assert [one.text for one in found[0].candidates] == [RIGHT.text, LATER.text]


def test_nothing_is_made_where_the_sentence_knows_the_new_word_or_there_is_none() -> None:
    """A sentence with both opposites answers both; a question without an answer stays itself."""
    both = Candidate(title="", before="", text="First Anna, last Bo.", answers=True, start=0, end=5)

    assert made("Who was first?", both) == []
    assert made("Why?", RIGHT) == []
    assert made("Who opened the first bridge?", OTHER) == []
