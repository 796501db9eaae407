"""rag.language.quantities: numbers as values, with their bounds and what they count."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rag.language.quantities import quantities


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("500% more", "500 percent more"),
        ("a dozen people", "12 people"),
        ("two dozen people", "24 people"),
        ("1.5 million people", "1,500,000 people"),
        ("half a million people", "500,000 people"),
        ("twenty-three years", "23 years"),
        ("twenty three years", "23 years"),
        ("two decades", "20 years"),
        ("US$5 million", "5 million dollars"),
        ("$5 million", "5,000,000 US dollars"),
        ("nearly 6 million people", "almost six million people"),
        ("more than 30 people", "over thirty people"),
        ("at least 3 miles", "three miles at least"),
        ("2 July", "2 July"),
        ("600km", "600 km"),
        ("19:06", "7:06 pm"),
        ("2am", "02:00"),
        ("12:30 a.m.", "00:30"),
        ("1922 UTC", "7:22 p.m."),
        ("half past seven p.m.", "7:30 pm"),
        ("a quarter before 11 a.m.", "10:45 a.m."),
        ("a quarter of a million people", "250,000 people"),
        ("a quarter century", "25 years"),
        ("an hour and a half", "90 minutes"),
        ("one hour and ten minutes", "70 minutes"),
        ("two weeks", "14 days"),
        ("two years", "24 months"),
        ("a half hour", "30 minutes"),
        ("a minimum break of five days", "at least five days"),
        ("$10m", "ten million dollars"),
        ("£2bn", "2 billion pounds"),
        ("180 mph", "180 miles per hour"),
        ("exceeded 100 people", "more than a hundred people"),
        ("below the age of fifteen", "under fifteen"),
        ("15% of the vote or more", "at least 15 percent"),
        ("roughly another 780 boys", "about 780 boys"),
    ],
)
def test_forms_of_one_quantity(one, other) -> None:
    """Value, bound and unit are the same, however they are written."""
    [left], [right] = quantities(one), quantities(other)

    assert (left.value, left.bound, left.unit) == (right.value, right.bound, right.unit)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("6 million people", "6 billion people"),
        ("more than 6 people", "fewer than 6 people"),
        ("nearly 6 people", "6 people"),
        ("6 percent", "6 people"),
        ("$6", "€6"),
        ("6 days", "6 weeks"),
        ("1.5 million people", "15 million people"),
        ("7:06 a.m.", "7:06 p.m."),
    ],
)
def test_other_quantities(one, other) -> None:
    """Another value, bound or unit is another quantity."""
    [left], [right] = quantities(one), quantities(other)

    assert (left.value, left.bound, left.unit) != (right.value, right.bound, right.unit)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("One of them left, and thousands followed.", []),
        ("It won by 230 votes to 197.", [230, 197]),
        ("It fell by 0.5 points in 2019.", [Fraction(1, 2), 2019]),
        ("About 1,051,635 cases, 79,332 of them new", [1_051_635, 79_332]),
        ("two hundred and fifty", [250]),
        ("two hundred and seventy-nine votes to eight thousand six hundred", [279, 8600]),
        ("They are to share SEK9,000,000.", [9_000_000]),
    ],
)
def test_values_in_order(text, values) -> None:
    """Each number is found once; a pronoun and a vague many are none."""
    assert [one.value for one in quantities(text)] == values


def test_a_week_is_a_number_of_days_where_it_is_asked_for() -> None:
    """It is no number by itself, and seven days are told by it."""
    assert quantities("It took more than a week.") == ()
    [week] = quantities("It took more than a week.", spans=True)

    assert (week.value, week.bound, week.unit) == (7, "least", "day")
