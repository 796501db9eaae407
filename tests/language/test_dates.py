"""rag.language.dates: the time that a question names, and which days lie in it."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Span
from rag.language.dates import Period, find_period, named_times, whole_date

DAYS = st.dates(min_value=date(2016, 1, 1), max_value=date(2020, 12, 31))
LENGTHS = {"year": 4, "month": 7, "day": 10}  # characters of a day that has that precision


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What did Peskov say in July 2018?", {"since": "2018-07", "until": "2018-07"}),
        ("What was said on 2 July 2018?", {"since": "2018-07-02", "until": "2018-07-02"}),
        ("on the 2nd of July 2018", {"since": "2018-07-02", "until": "2018-07-02"}),
        ("on Monday, 2 July 2018", {"since": "2018-07-02", "until": "2018-07-02"}),
        ("on May 5th, 2019", {"since": "2019-05-05", "until": "2019-05-05"}),
        ("in MAY, 2019", {"since": "2019-05", "until": "2019-05"}),
        ("in mid-July 2018", {"since": "2018-07", "until": "2018-07"}),
        ("during the year 2018", {"since": "2018", "until": "2018"}),
        ("on 2018-07-02", {"since": "2018-07-02", "until": "2018-07-02"}),
        ("since 16 July 2018", {"since": "2018-07-16"}),
        ("from 2019 on", {"since": "2019"}),
        ("until July 2018", {"until": "2018-07"}),
        ("up to 2019", {"until": "2019"}),
        ("after 2018", {"after": "2018"}),
        ("before July 16, 2018", {"before": "2018-07-16"}),
        ("between 2017 and 3 June 2019", {"since": "2017", "until": "2019-06-03"}),
        ("from May 2018 to June 2018", {"since": "2018-05", "until": "2018-06"}),
        ("between 9 and 11 May 2018", {"since": "2018-05-09", "until": "2018-05-11"}),
        (
            "between the 9th and the 11th of May 2018",
            {"since": "2018-05-09", "until": "2018-05-11"},
        ),
        ("from 30 April to 2 May 2018", {"since": "2018-04-30", "until": "2018-05-02"}),
        ("from 30 December to 2 January 2018", {"since": "2017-12-30", "until": "2018-01-02"}),
        ("from May 9 to 11, 2018", {"since": "2018-05-09", "until": "2018-05-11"}),
        ("from May to July 2018", {"since": "2018-05", "until": "2018-07"}),
        ("on 9–11 May 2018", {"since": "2018-05-09", "until": "2018-05-11"}),
        ("on 8 and 9 May 2018", {"since": "2018-05-08", "until": "2018-05-09"}),
        ("my notes of 9 May 2018", {"since": "2018-05-09", "until": "2018-05-09"}),
        ("on 28/11/2018", {"since": "2018-11-28", "until": "2018-11-28"}),
        ("on 11/28/2018", {"since": "2018-11-28", "until": "2018-11-28"}),
        ("on 2018/11/28", {"since": "2018-11-28", "until": "2018-11-28"}),
        ("since 3.4.2018", {"since": "2018-04-03"}),
        ("in Oct. 2018", {"since": "2018-10", "until": "2018-10"}),
        ("in the week of 4 July 2018", {"since": "2018-07-02", "until": "2018-07-08"}),
        (
            "during the week beginning Monday, 31 December 2018",
            {"since": "2018-12-31", "until": "2019-01-06"},
        ),
    ],
)
def test_the_time_that_a_question_names(text: str, expected: dict[str, str]) -> None:
    """As precise as it is written, with the words that name it."""
    period = find_period(text)

    assert period == Period(**expected, written=period.written if period else "")
    assert period.written in text
    assert period.written


@pytest.mark.parametrize(
    "text",
    [
        "What did Peskov say about Crimea?",
        "before the election",
        "in July",
        "on Monday",
        "in 1234",
        "in 20180 cases",
        "in the 2018-19 season",
        "in 2018-19",
        "in 2018/19",
        "on 2018-07-32",
        "since the 2016 election",
        "Which 2018 film won?",
        "within 2018",
        "between 2 and 5 people",
        "between 9 and 2018",
        "on 3 and 30 May 2018",
        "on 3/4/2018",
        "a film of 2018",
        "",
    ],
)
def test_what_names_no_time(text: str) -> None:
    """A season is no month, and an event no day."""
    assert find_period(text) is None


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_has_its_number(number: int) -> None:
    """By the name that the calendar gives it."""
    period = find_period(f"since {calendar.month_name[number]} 2018")

    assert period is not None
    assert period.since == f"2018-{number:02}"


@given(
    day=DAYS,
    line=DAYS,
    precision=st.sampled_from(sorted(LENGTHS)),
    side=st.sampled_from(["since", "until", "after", "before"]),
)
def test_holds_agrees_with_the_calendar(day: date, line: date, precision: str, side: str) -> None:
    """A year or month stands for all of its days: "after 2018" begins with 2019."""
    first, last = line, line
    if precision != "day":
        month = range(1, 13) if precision == "year" else [line.month]
        first = date(line.year, month[0], 1)
        last = date(line.year, month[-1], calendar.monthrange(line.year, month[-1])[1])
    inside = {
        "since": day >= first,
        "until": day <= last,
        "after": day >= last + timedelta(days=1),
        "before": day <= first - timedelta(days=1),
    }[side]

    period = Period(**{side: line.isoformat()[: LENGTHS[precision]]})

    assert period.holds(day.isoformat()) is inside


@given(day=DAYS, first=DAYS, last=DAYS)
def test_a_period_with_two_ends_holds_what_lies_between(day: date, first: date, last: date) -> None:
    """Both ends belong to it; one that ends before it begins holds nothing."""
    period = Period(since=first.isoformat(), until=last.isoformat())

    assert period.holds(day.isoformat()) is (first <= day <= last)


def test_a_day_that_is_not_known_lies_in_no_period() -> None:
    """Not even in one that is open on both sides."""
    assert not Period().holds(None)
    assert Period().holds("2018-07-02")


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("It reopened on Saturday, 7 December 2024.", "Saturday", "Saturday, 7 December 2024"),
        ("It reopened on Saturday, 7 December 2024.", "December", "Saturday, 7 December 2024"),
        ("It burned on 15 April, it is said.", "15", "15 April"),
        ("It burned on April 15, 2019, at noon.", "2019", "April 15, 2019"),
        ("It burned in April 2019 and in May.", "April", "April 2019"),
        ("On 3 June it was shut, on 4 July opened.", "4", "4 July"),
        ("About 350 people came.", "350", "350"),
        ("It burned at noon on Monday.", "noon", "noon"),
        ("It burned at noon on 15 April 2019.", "noon", "noon"),
        ("It closes in March after 40 years.", "March after 40 years", "March"),
        ("It closes after noon.", "after noon", "after noon"),
        (
            "It opens on the first Monday of each month.",
            "Monday of each month",
            "the first Monday of each month",
        ),
        ("It opens every Monday.", "Monday", "every Monday"),
    ],
)
def test_a_part_of_a_date_becomes_the_whole(text: str, part: str, whole: str) -> None:
    """The date that it stands in, and no other; other words stay as they are."""
    start = text.index(part)

    span = whole_date(text, Span(start=start, end=start + len(part)))

    assert text[span.start : span.end] == whole


def test_the_times_that_a_text_names() -> None:
    """A month without a year is the last one before the text was written; "may" is none."""
    text = "Built in 1910, it was shut in June and on 3 December. It may open on 9 May 2019."

    assert list(named_times(text, "2018-07-02")) == ["1910", "2018-06", "2017-12-03", "2019-05-09"]
    assert list(named_times("In June.", "2018")) == ["2018-06"]
