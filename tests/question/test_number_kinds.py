"""rag.question.number_kinds: which numbers of a sentence a question may ask for."""

from __future__ import annotations

import pytest

from rag.question.number_kinds import list_mark_end, without_others

HURT = "How many were hurt?"
PAY = "How much did the town pay for the mill?"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (HURT, "The oldest of the hurt is 81."),
        (HURT, "Ada Moss, 34, was hurt."),
        (HURT, "A boy aged nine was hurt."),
        (HURT, "A 9-year-old was hurt."),
        (HURT, "Many were hurt on 4 May 2011."),
        (HURT, "Many were hurt at 5:30 pm."),
        (HURT, "It went on for three hours."),
        (HURT, "The damage is 40,000 crowns."),
        (HURT, "It drove for 12 kilometres."),
        (HURT, "On the roads, people are hurt at a rate of three a week."),
        (PAY, "The mill ground 60 tonnes of rye."),
        (PAY, "The mill has 14 windows."),
        (PAY, "The mill ground 60 tonnes of rye, 9 per cent more than before."),
        (PAY, "It took back 12 of the bricks."),
        (PAY, "The mill employs 140 people."),
        (PAY, "The mill feeds 30 women and 3 policemen."),
        (PAY, "The mill has 12 new windows."),
        (PAY, "The mill employs 140 people here and another 30 in Lom."),
        (PAY, "The town will get 900 crowns more from the mill."),
        (PAY, "It takes $3m less a year."),
        ("What percentage of the mills is old?", "The mills cost 40 crowns in 2011."),
        ("What share of the mills is old?", "It has 40 old mills."),
        ("How many mills are there?", "It seeks 40 nurses for its mills."),
        (
            "How many new mills are there?",
            "The mills gave work to 40 new men and another 3 in Lom.",
        ),
        ("How much is the mill worth?", "The mill made 9 million litres."),
        ("How long is the pier?", "The pier cost £20m."),
        ("How fast was the train?", "It carried 30 tonnes."),
        ("How deep is the lake?", "It is 9 kilometres wide."),
    ],
)
def test_a_number_of_another_kind_is_blanked(question: str, sentence: str) -> None:
    """An age, a day or a sum counts nobody, and only money pays."""
    left = without_others(question, sentence)

    assert len(left) == len(sentence)
    assert not any(char.isdigit() for char in left)
    assert not {"nine", "three"} & set(left.split())


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (HURT, "In all, 34 were hurt."),
        (HURT, "Nobody counted, but 5 per cent were hurt."),
        ("How many mills are there?", "There were 40 new mills in it."),
        ("How many mills are there?", "Of the mills, 40 were mended."),
        ("How many mills are there?", "There are 40 of these mills."),
        ("How many mills are there?", "It has 40 windmills."),
        ("What share of the mills is old?", "Old are 40% of them."),
        ("What share of the mills is old?", "Of the mills, 12 of 40 are old."),
        ("How many are in the mills?", "In the mills are 40 sailors."),
        ("How many people are hurt?", "People ran, and 40 sailors were hurt."),
        ("How many people are hurt there?", "People are hurt at a rate of 3 a week."),
        ("How many years did it stand?", "It stood for 81 years."),
        ("How many euros did it cost?", "It cost 900 euros."),
        ("How old is Ada Moss?", "Ada Moss, 34, was hurt."),
        ("How old is the oldest?", "The oldest is 81."),
        (PAY, "It paid £4.5m."),
        (PAY, "The town paid 4.5 million."),
        (PAY, "It paid 9 per cent of the price."),
        (PAY, "It paid 300,000 crowns and another 40,000 in May."),
        (PAY, "The 12 million contract covers the wheel."),
        (PAY, "It paid 300,000 towards costs."),
        (PAY, "It paid 300,000 crowns more or less."),
        ("How much more did the town pay?", "It paid 900 crowns more."),
        ("How much did the price of the mill rise, as it paid?", "It paid 900 crowns more."),
        (PAY, "It paid 300,000 kronor a year."),
        (PAY, "It paid SEK 300,000 for the 20 windows."),
        (PAY, "It gave nothing for the 20 windows."),
        ("How much water ran out?", "In all, 60 litres ran out."),
        ("How far is it?", "It is 40 light years away."),
        ("How long is the pier?", "It is 300 metres long."),
        ("How deep is the lake?", "It is 61 metres deep."),
        ("How high is the fine?", "It is 300 crowns."),
        ("What is the size of the flock?", "It has 40 sheep."),
    ],
)
def test_a_number_that_may_be_meant_stays(question: str, sentence: str) -> None:
    """Where nothing speaks against it."""
    assert any(char.isdigit() for char in without_others(question, sentence))


def test_the_mark_of_a_list_ends_before_its_item() -> None:
    """It counts nothing; a decimal is no such mark."""
    assert list_mark_end("1. The harbour") == 3
    assert list_mark_end("1.5 million came.") == 0
    assert list_mark_end("The harbour") == 0
