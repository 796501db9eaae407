"""rag.evaluate.propose_facts: how many, who, how old and when, from a few forms of sentence."""

from __future__ import annotations

import pytest

from rag.evaluate.propose_facts import from_sentence


@pytest.mark.parametrize(
    ("sentence", "question", "fact"),
    [
        ("Some 14 candidates are still in the race for Milford, he said.",
         "How many candidates are still in the race for Milford?", "14 candidates"),
        ("At least five young men were arrested in Milford.",
         "How many young men were arrested in Milford?", "five young men"),
        ("About 2.9 million people voted in Milford.",
         "How many people voted in Milford?", "2.9 million people"),
        ("Twenty-one people died in the Milford fire.",
         "How many people died in the Milford fire?", "Twenty-one people"),
        ("A fire at the Milford mill killed five people and two dogs.",
         "How many people did a fire at the Milford mill kill?", "five people"),
        ("The Milford police arrested more than 30 people in May.",
         "How many people did the Milford police arrest in May?", "30 people"),
        ("NASA has selected two astronauts.", "How many astronauts has NASA selected?",
         "two astronauts"),
        ("Ada Lark has about 370 delegates.", "How many delegates does Ada Lark have?",
         "370 delegates"),
        ("The Larks have three boats in Milford.", "How many boats do the Larks have in Milford?",
         "three boats"),
        ("Ada Lark, the mayor of Milford, left.", "Who is the mayor of Milford?", "Ada Lark"),
        ("So did Ada Lark, spokeswoman for the Milford Society, today.",
         "Who is the spokeswoman for the Milford Society?", "Ada Lark"),
        ("Ada Lark, 83, of Milford, left.", "How old is Ada Lark?", "Ada Lark, 83"),
        ("The Milford Bridge was closed by the police on July 2, 2018.",
         "When was the Milford Bridge closed by the police?", "July 2, 2018"),
        ("Ada Lark died at home in March 2019, her son said.", "When did Ada Lark die at home?",
         "March 2019"),
    ],
)  # fmt: skip
def test_a_plain_sentence_makes_a_question(sentence, question, fact):
    """The question is grammatical, and the fact stands in the sentence as it is."""
    [found] = from_sentence(sentence)

    assert (found.question, found.fact) == (question, fact)
    assert found.fact in found.evidence
    assert found.evidence in f" {sentence}"


def test_other_ways_to_say_it_are_facts_too():
    """A small number in digits, an age in the usual forms."""
    [number] = from_sentence("Five men were arrested in Milford.")
    [age] = from_sentence("Ada Lark, 83, left.")

    assert number.others == ("5 men",)
    assert "83 years old" in age.others


@pytest.mark.parametrize(
    "sentence",
    [
        "At least eight more people were hospitalized.",  # where?
        "Five men were arrested after they left Milford.",  # points back
        "Two of the men were arrested in Milford.",
        "The virus in Milford has already killed 1,000 people.",
        "Mayor Lark said the Milford fire killed nine people.",
        "Authorities on Monday arrested twelve people in Milford.",
        "Ada Lark, formerly the mayor of Milford, left.",
        "Five were arrested in Milford.",
        "A fire yesterday killed five people.",
        "The man who robbed Milford killed two people.",
        "Ada Lark has 11 delegates and Jo Marsh has 10.",
        "Trump received 37 percent of the vote.",
        "On Thursday Francis, leader of the Roman Church, left.",
        "Ada Lark, a former mayor of Milford, left.",
        "Ada Lark, mayor since 2010, left.",
        "Robert was killed in June 1968.",  # which Robert?
        "Ada Lark died on Monday.",  # of which week?
        "Ada Lark was cheered loudly in Milford.",
    ],
)
def test_nothing_is_proposed_where_it_is_not_plain(sentence):
    """A person would have to throw it away."""
    assert list(from_sentence(sentence)) == []
