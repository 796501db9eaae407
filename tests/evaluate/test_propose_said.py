"""rag.evaluate.propose_said: who said what about what, in forms that are plain."""

from __future__ import annotations

import pytest

from rag.domain import Article, Span
from rag.evaluate.propose_said import MOST, from_statement
from rag.statements.find import find_statements

# Shows which words are names, and which person is meant.
ABOUT = " The baker Ada Lark met people from Crimea, the Kremlin and Milford. Lark was there."


def proposed(text: str) -> list[tuple[str, str]]:
    """Questions and facts of an article of one paragraph."""
    whole = text + ABOUT
    article = Article(
        path="a.txt", sha256="0" * 64, text=whole, paragraphs=(Span(start=0, end=len(whole)),)
    )
    statements = find_statements(article)
    return [(p.question, p.fact) for entry in statements for p in from_statement(whole, entry)]


@pytest.mark.parametrize(
    ("text", "topic", "fact"),
    [
        # a whole sentence is quoted: its subject, or a name in it
        ('"The search and rescue operation is complete," said Ada Lark.',
         "the search and rescue operation", "The search and rescue operation is complete"),
        ("“Crimea has been lost,” Lark said.", "Crimea", "Crimea has been lost"),
        ("Ada Lark said, “We will never see Crimea again.”",
         "Crimea", "We will never see Crimea again"),
        # only the clause with the name
        ("“I was there myself and have always liked Crimea, but I never trusted the pilots who fly"
         " us to it,” Lark said.", "Crimea", "I was there myself and have always liked Crimea"),
        # what it is about is said outside
        ("“It’s fine,” Lark said of waterboarding.", "waterboarding", "It’s fine"),
        # only a part is quoted
        ("Ada Lark said that Crimea is “an inalienable part of the world”.",
         "Crimea", "an inalienable part of the world"),
        ("Lark told reporters on the spot that the Kremlin was “taken aback”.",
         "the Kremlin", "taken aback"),
        # reported
        ("Ada Lark said that Crimea would be rebuilt.", "Crimea", "Crimea would be rebuilt"),
        ("Crimea was lost, Ada Lark said.", "Crimea", "Crimea was lost"),
    ],
)  # fmt: skip
def test_a_plain_statement_makes_a_question(text, topic, fact):
    """It names speaker and topic; the fact is the shortest whole part that says something."""
    assert (f"What did Ada Lark say about {topic}?", fact) in proposed(text)


def test_a_name_for_something_makes_a_question():
    """Other than what it is called, nothing is asked."""
    assert proposed("Ada Lark called the Milford plan “a bad joke”.") == [
        ("What did Ada Lark call the Milford plan?", "a bad joke")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "“They have lost it,” Lark said.",  # about whom?
        "“The plan is dead,” Lark said.",  # which plan?
        "“The other old plan is dead,” Lark said.",
        "“He is a true Crimea,” Lark said.",
        "“With a place like Crimea, nobody can say what its people would ever have said if they"
        " had been asked,” Lark said.",
        "Lark said that Crimea could have “light”.",
        "“The first thing is that Lark is here,” Lark said.",  # the speaker is no topic
        "“Crimea, listen to me now,” Lark said.",  # called upon
        "“Thank you Crimea,” Lark said.",
        "“It is cold in Crimea,” Lark said.",  # only where it is
        "Lark called it “a bad joke”.",
        "Lark said that he felt “great”.",
        "Lark said that Crimea had one trait that he liked more than all others: “light”.",
        "Lark told the Kremlin Crimea was lost.",  # where does the clause begin?
        "“Crimea […] has been lost,” Lark said.",  # a gap in the quotation
        "The Supreme Court said that Crimea was lost.",  # no person
    ],
)
def test_nothing_is_proposed_where_it_is_not_plain(text):
    """A person would have to throw it away."""
    assert proposed(text) == []


def test_facts_are_short_and_verbatim():
    """Twelve words at most, and all of them stand in the article in this order."""
    text = (
        "“I think that what the people in all of those towns would like to say about the matter"
        " of Crimea is nothing,” Lark said. “Crimea has been lost by men who never saw it; nobody"
        " cares,” Lark said."
    )

    found = proposed(text)

    assert [fact for _, fact in found] == ["Crimea has been lost by men who never saw it"]
    assert all(len(fact.split()) <= MOST and fact in text for _, fact in found)
