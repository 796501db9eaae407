"""rag.filters: what can be a filter, and what is refused."""

from __future__ import annotations

import pytest

from rag.errors import ConfigError
from rag.filters import MOST, NONE, Filters, joined, read_filters


@pytest.mark.parametrize("day", ["2018", "2018-07", "2018-07-02", "2020-02-29"])
def test_a_day_month_or_year_is_a_date(day: str) -> None:
    """In ISO 8601."""
    assert Filters(since=day, until=day).timed


@pytest.mark.parametrize(
    "day",
    ["", "July", "2018-13", "2018-02-30", "2019-02-29", "2018-7-2", "2018/07/02", "20180702",
     "٢٠١٨", "2018-07-02T10:00", "18", "2018-"],
)  # fmt: skip
def test_anything_else_is_no_date(day: str) -> None:
    """The message says what to write."""
    with pytest.raises(ConfigError, match="is not a date") as caught:
        Filters(since=day)
    assert "2018-07-02" in caught.value.hint


@pytest.mark.parametrize(
    ("since", "until"), [("2019", "2018"), ("2018-07", "2018-06"), ("2018-07-03", "2018-07-02")]
)
def test_the_first_day_is_not_after_the_last(since: str, until: str) -> None:
    """A month belongs to its year, whichever of them is given first."""
    with pytest.raises(ConfigError, match=f"{since} is after {until}"):
        Filters(since=since, until=until)
    assert Filters(since="2018-07-15", until="2018-07").until == "2018-07"
    assert Filters(since="2018", until="2018-01-01").since == "2018"


@pytest.mark.parametrize("value", ["", " ", "#", "half \ud800", "x" * 501])
def test_a_value_says_something(value: str) -> None:
    """And is text, of no great length."""
    with pytest.raises(ConfigError):
        Filters(outlet=(value,))


def test_there_are_not_too_many_values() -> None:
    """As many as are allowed are taken."""
    assert len(Filters(tag=("a",) * MOST).tag) == MOST
    with pytest.raises(ConfigError, match="51 values for tag"):
        Filters(tag=("a",) * (MOST + 1))


def test_json_becomes_filters_and_back() -> None:
    """A text stands for a list of one, a number for a year, and what is null limits nothing."""
    read = read_filters({"since": 2018, "outlet": "Bell", "tag": ["a", " b "], "path": None})

    assert read == Filters(since="2018", outlet=("Bell",), tag=("a", "b"))
    assert read_filters(read.as_dict()) == read
    assert read_filters({**read.as_dict(), "articles": 3, "undated": 0, "told": "x"}) == read
    assert (
        not read_filters({})
        and not read_filters(None)
        and not read_filters({"since": None, "tag": []})
    )


@pytest.mark.parametrize(
    ("given", "word", "hint"),
    [
        (["since"], "is not an object", "for example"),
        ({"outlets": ["Bell"]}, "outlets", "'outlet'"),
        ({"tags": "a"}, "tags", "'tag'"),
        ({"zebra": 1}, "zebra", "since"),
        ({"since": ["2018", "2019"]}, "several values", "one day"),
        ({"tag": [{"a": 1}]}, "no text", "texts"),
        ({"tag": True}, "no text", "texts"),
        ({"since": 2018.5}, "no text", "texts"),
        ({"tag": ""}, "'' is no tag", "give the tag"),
        ({"outlet": [""]}, "'' is no outlet", "give the outlet"),
        ({"since": "July"}, "'July' is not a date", "for since"),
    ],
)
def test_other_json_is_refused(given: object, word: str, hint: str) -> None:
    """Nothing is passed over in silence."""
    with pytest.raises(ConfigError, match=word) as caught:
        read_filters(given, place="line 3: filters")
    assert caught.value.message.startswith("line 3: filters")
    assert hint in caught.value.hint


def test_own_filters_go_before_general_ones() -> None:
    """Of another kind, both hold."""
    general = Filters(since="2018", tag=("a",))

    assert joined(general, Filters(tag=("b",))) == Filters(since="2018", tag=("b",))
    assert joined(general, NONE) == general
