"""rag.question.counting: which questions are about the articles themselves."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.dates import Period
from rag.question.counting import Counting, read_counting
from rag.question.read import LONGEST_QUESTION


def about(*phrases: str) -> Counting:
    """Articles that mention one phrase, or all of several."""
    return Counting(phrases=phrases, whole=" and ".join(phrases))


@pytest.mark.parametrize(
    ("question", "counting"),
    [
        ("How many articles mention the barge Frida?", about("barge Frida")),
        ("how many documents mention Frida", about("Frida")),
        ("Which articles are about Ada Lark?", about("Ada Lark")),
        ("What articles are there about dredging?", about("dredging")),
        ("In how many articles is Ada Lark mentioned?", about("Ada Lark")),
        ("Which files is Ada Lark mentioned in?", about("Ada Lark")),
        ("List all articles about the pier.", about("pier")),
        ("Show me the articles that mention “low tide”.", about("low tide")),
        ("Which article contains the word dredging?", about("dredging")),
        ("How many reports mention Ada Lark?", about("Ada Lark")),
        ("Which stories are about Ada Lark and Frida?", about("Ada Lark", "Frida")),
        ("How many times is Ada Lark mentioned?", about("Ada Lark")),
        (
            "Which articles mention Frida but not Ada Lark?",
            replace(about("Frida"), without=("Ada Lark",)),
        ),
        ("Which articles in energy mention Frida?", replace(about("Frida"), place="energy")),
        ("Which articles quote Ada Lark?", Counting(quoted="Ada Lark")),
        ("How many times is Ada Lark quoted?", Counting(quoted="Ada Lark")),
        ("How many articles are there?", Counting()),
        ("How many files are in the index?", Counting()),
        ("How many documents do you have in total?", Counting()),
        ("Which articles did the Pier Post publish?", Counting(outlet="the Pier Post")),
        ("Which articles from AFP are there?", Counting(outlet="AFP")),
    ],
)
def test_what_is_counted(question: str, counting: Counting) -> None:
    """By what is mentioned, by outlet, or all of them."""
    assert read_counting(question) == counting


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Which articles are from June 2020?", "2020-06", "2020-06"),
        ("Which articles were published on 4 June 2020?", "2020-06-04", "2020-06-04"),
        ("How many articles are dated from 2019 to 2021?", "2019", "2021"),
        ("How many articles since 2020 mention Frida?", "2020", None),
        ("How many articles from 2020 mention Frida?", "2020", "2020"),
        ("Which articles mention Frida in June 2020?", "2020-06", "2020-06"),
        ("How many articles did AFP publish in 2020?", "2020", "2020"),
    ],
)
def test_the_time_of_the_articles(question: str, since: str, until: str | None) -> None:
    """It stands at an end of the question; "from 2020" is that year."""
    counting = read_counting(question)

    assert counting
    assert counting.period
    assert (counting.period.since, counting.period.until) == (since, until)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What happened on 4 June 2020?", "2020-06-04", "2020-06-04"),
        ("What was in the news in June 2020?", "2020-06", "2020-06"),
        ("What has happened since 4 June 2020?", "2020-06-04", None),
    ],
)
def test_what_happened_in_a_time_is_what_its_articles_tell(
    question: str, since: str, until: str | None
) -> None:
    """Where nothing else is asked."""
    counting = read_counting(question)

    assert counting and counting.period
    assert counting == Counting(period=counting.period, happened=True)
    assert (counting.period.since, counting.period.until) == (since, until)
    assert read_counting("What happened after the flood?") is None


def test_what_happened_to_something_may_be_told_by_a_sentence() -> None:
    """Only where none does, its articles of that time tell it."""
    counting = read_counting("What happened to the pier in June 2020?")

    assert counting
    assert counting.phrases == ("pier",)
    assert counting.happened and counting.instead
    news = read_counting("What news is there about the pier from June 2020?")
    assert news == replace(counting, instead=False, period=news.period if news else None)


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest news about the barge Frida?",
        "What's the newest note about the barge Frida?",
        "Which is the most recent article on the barge Frida?",
        "What is the latest on the barge Frida?",
    ],
)
def test_of_the_newest_one_is_wanted(question: str) -> None:
    """Of those that mention it."""
    assert read_counting(question) == replace(about("barge Frida"), newest=True, happened=True)


def test_one_of_several_is_enough_where_it_says_or() -> None:
    """The list is also looked for as one name."""
    counting = read_counting("Which articles mention Salt, Pine or Sons since 2020?")

    assert counting == Counting(
        phrases=("Salt", "Pine", "Sons"),
        either=True,
        whole="Salt, Pine or Sons",
        period=Period(since="2020", written="since 2020"),
    )


@pytest.mark.parametrize(
    "question",
    [
        "How many articles does the treaty have?",
        "How many stories are there in the tower?",
        "How many stories does the house have?",
        "How many reports did the ministry publish?",
        "How many articles of clothing were found?",
        "Which articles of the law mention taxes?",
        "Which articles quote the law?",
        "How many times is the pump used?",
        "Which articles were stolen from the museum?",
        "How many files were leaked in 2020?",
        "Which articles mention that the barge sank?",
        "Which articles do not mention Frida?",
        "How many articles mention her?",
        "How many people mention Frida?",
        "How many barges are listed?",
        "What did the report mention?",
        "What is the article about?",
        "Name the barge.",
        "",
    ],
)
def test_what_is_in_articles_is_not_counted(question: str) -> None:
    """These are answered by what an article says, if by anything."""
    assert read_counting(question) is None


PIECES = st.sampled_from(
    ["How many", "articles", "mention", "from", "and", "the", "Frida", "2020", ",", "?", "by", "“"]
)


@given(st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    """What is looked for is never empty."""
    counting = read_counting(text)

    assert counting is None or all(counting.phrases)


@pytest.mark.parametrize(
    "piece",
    ["articles ", "mention ", "and ", "or a, ", "is in ", "the from ", "that which ", "2020 "],
)
@pytest.mark.parametrize("characters", [280, LONGEST_QUESTION])
def test_a_long_text_takes_no_time(piece: str, characters: int) -> None:
    """Whatever it repeats."""
    began = process_time()

    read_counting(("How many articles " + piece * LONGEST_QUESTION)[:characters])

    assert process_time() - began < 0.2
