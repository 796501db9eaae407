"""rag.question.news: which questions ask for nothing but what the articles tell."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.news import read_news
from rag.question.read import LONGEST_QUESTION


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What happened on 4 June 2020?", ""),
        ("What happened in the week of 4 June 2020?", ""),
        ("What took place between 2 and 4 June 2020?", ""),
        ("What do my notes of 4 June 2020 say?", ""),
        ("Give me a summary of the news from June 2020.", ""),
        ("Did anything happen on 4 June 2020?", ""),
        ("What are the main events of June 2020?", ""),
        ("Anything new about the barge Frida after 4 June 2020?", "barge Frida"),
        ("What have we learned about crane 12 since 4 June 2020?", "crane 12"),
        ("How did things stand in Lom on 4 June 2020?", "Lom"),
        ("In June 2020, what was going on in Lom?", "Lom"),
        ("What did Ada Lark do in June 2020?", "Ada Lark"),
        ("What has Ada Lark been up to since June 2020?", "Ada Lark"),
        ("What happened to the pier of Lom before 2020?", "pier of Lom"),
    ],
)
def test_without_its_time_and_topic_no_word_has_a_meaning_of_its_own(
    question: str, topic: str
) -> None:
    """Whatever is told of the topic at that time is what was asked for."""
    news = read_news(question)

    assert news
    assert news.topic == topic
    assert news.period
    assert not news.newest


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What is our latest note on Ada Lark?", "Ada Lark"),
        ("What's new in Lom?", "Lom"),
        ("Latest on the pier?", "pier"),
        ("What is the latest news?", ""),
    ],
)
def test_the_newest_needs_no_time(question: str, topic: str) -> None:
    """It has its own."""
    news = read_news(question)

    assert news
    assert (news.topic, news.newest, news.period) == (topic, True, None)


@pytest.mark.parametrize(
    "question",
    [
        "What happened to the pier?",
        "What happened after the flood?",
        "What happened when the dam broke in May 2018?",
        "What was decided in Lom in May 2018?",
        "What did Ada Lark say in May 2018?",
        "What did Ada Lark do about the leak in May 2018?",
        "What did they do in May 2018?",
        "What was it in 2018?",
        "Who was it in 2018?",
        "How many were there in 2018?",
        "What stood on the quay before 2018?",
        "What is the new law about taxes?",
        "What is the latest date for tickets?",
        "Tell me about the pier.",
        "",
    ],
)
def test_what_asks_for_something_is_no_such_question(question: str) -> None:
    """A sentence answers it, or nothing does."""
    assert read_news(question) is None


def test_a_sentence_may_tell_what_happened_to_something() -> None:
    """News of it are in all articles that mention it."""
    event = read_news("What happened to the pier in May 2018?")
    told = read_news("What was reported about the pier in May 2018?")

    assert event and told
    assert (event.event, told.event) == (True, False)


@given(
    st.lists(
        st.sampled_from(["What", "news", "did", "Lom", "do", "in", "2018", "on", "the", "?", "’s"]),
        max_size=12,
    ).map(" ".join)
)
def test_no_text_breaks_it(text: str) -> None:
    """A topic is never only space."""
    news = read_news(text)

    assert news is None or news.topic == news.topic.strip()


@pytest.mark.parametrize("piece", ["what in ", "2018 ", "on 4 and ", "do done ", "from the 4 "])
def test_a_long_text_takes_no_time(piece: str) -> None:
    """Whatever it repeats."""
    began = process_time()

    read_news(("What happened " + piece * LONGEST_QUESTION)[:LONGEST_QUESTION])

    assert process_time() - began < 0.2


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Tell me about Ada Lark.", "Ada Lark"),
        ("What about the Grey Line?", "Grey Line"),
        ("What do you know about Frida?", "Frida"),
        ("Tell me about the goat.", None),  # sentences on it answer
        ("What did you say about Frida?", None),
        ("Which boats are about Frida?", None),
    ],
)
def test_to_be_told_about_a_name_needs_no_time(question: str, topic: str | None) -> None:
    """It asks for whatever there is."""
    news = read_news(question)

    assert (news.topic if news else None) == topic
