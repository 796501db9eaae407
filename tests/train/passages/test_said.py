"""train/passages/said: questions of whose words are told."""

from __future__ import annotations

import random
from dataclasses import replace

from made_passages import passage
from passages.said import asked_elsewhere, asked_of

FLOOD = "The lake rose by two metres. Ada Moss said the bridge would hold. She promised new pumps."
BUDGET = "The council met on Friday. Piet Kolk said the budget was spent. He left early."


def test_a_question_of_whose_words_is_answered_by_the_sentence_that_tells_them() -> None:
    """By the speaker that it names."""
    [(question, seen), *_] = asked_of(passage(FLOOD), 7, random.Random(1))

    assert "Moss" in question
    assert seen.passage == 7
    assert seen.right == (1,)


def test_a_speaker_is_asked_in_vain_about_what_only_others_say() -> None:
    """In another passage of the article: the speaker is there, the topic is there, no answer is."""
    passages = [passage(FLOOD), passage(BUDGET)]
    made = [one for seed in range(30) for one in asked_elsewhere(passages, random.Random(seed))]

    assert any("Moss" in question and "budget" in question for _, question, _ in made)
    assert not any("Moss" in question and "bridge" in question for _, question, _ in made)
    assert not any(one.right or one.unsure for _, _, seen in made for one in seen)
    assert all(seen[0].passage == number for number, _, seen in made)


def test_what_stands_in_another_article_is_not_asked_for() -> None:
    """A topic comes from the same article."""
    apart = [passage(FLOOD), replace(passage(BUDGET), article="other")]

    assert not list(asked_elsewhere(apart, random.Random(1)))
