"""train/passages/drawn: what a question meets in a pass."""

from __future__ import annotations

import random
from dataclasses import replace

from made_passages import NONE, PASSAGES, WHO, asked, words_of
from passages.data import Asked, Seen
from passages.drawn import Drawn, Words, draw

WORDS = Words(["Who owns the orchard of Orford?", "Who owns the bakery of Orford?"])


def many(one: Asked) -> list[Drawn]:
    """A question as 300 passes would draw it."""
    return [draw(one, PASSAGES, WORDS, random.Random(seed)) for seed in range(300)]


def test_a_question_meets_a_right_passage_or_is_asked_in_vain() -> None:
    """About one in ten meets wrong ones alone."""
    with_ = [one for one in many(WHO) if any(seen.right for seen in one.seen)]
    without = [one for one in many(WHO) if not any(seen.passage == 1 for seen in one.seen)]

    assert all(len(one.seen) >= 2 for one in with_)
    assert 15 <= len(without) <= 50
    assert all(one.seen and not any(seen.right for seen in one.seen) for one in without)


def test_a_passage_is_met_without_the_sentence_that_answers() -> None:
    """Then nothing of it is right, and its other sentences are there."""
    cut = [one for one in many(WHO) if one.seen[0].without]

    assert 20 <= len(cut) <= 75
    assert {one.seen[0] for one in cut} == {Seen(passage=1, without=WHO.seen[0].right)}


def test_a_passage_where_another_sentence_may_answer_is_not_cut() -> None:
    """It would teach that an answer is none."""
    first = replace(WHO.seen[0], unsure=(0,))
    doubtful = replace(WHO, seen=(first, *WHO.seen[1:]))

    assert not any(one.seen[0].without for one in many(doubtful))


def test_a_question_with_something_exchanged_has_no_answer() -> None:
    """The passage stays, and nothing of it is right any more."""
    number = asked("What did he buy in 1987?", words_of(1, "He bought it"), Seen(passage=0))
    changed = [one for one in many(number) if "198" in one.question and "1987" not in one.question]

    assert changed
    assert all(one.seen[0] == Seen(passage=1) for one in changed)


def test_a_word_is_exchanged_for_one_that_stands_between_the_same_words() -> None:
    """Unless the passage has it."""
    question = "Is the orchard of Orford closed?"
    changed = ("Is the bakery of Orford closed?", "bakery")

    assert WORDS.exchanged(question, ["closed"], random.Random(0)) == changed
    assert WORDS.exchanged(question, ["bakeri"], random.Random(0)) is None
    assert WORDS.exchanged("Is an orchard near Orford closed?", [], random.Random(0)) is None


def test_the_forms_of_a_question() -> None:
    """Some have no question mark, some no capitals, some a sentence of an article before them."""
    questions = [one.question for one in many(WHO)]

    assert 10 <= sum(not one.endswith("?") for one in questions) <= 60
    assert 10 <= sum(one == one.lower() for one in questions) <= 60
    before = [one for one in questions if len(one) > 2 * len(WHO.question)]
    assert 10 <= len(before) <= 60
    assert not any("piet kolk" in one.lower() for one in before)


def test_a_question_without_an_answer_always_meets_what_comes_nearest() -> None:
    """It is there that one could be mistaken."""
    assert all(one.seen[0].passage == 2 for one in many(NONE))
