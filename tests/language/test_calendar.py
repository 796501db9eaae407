"""rag.language.calendar against the calendar of the standard library."""

from __future__ import annotations

import calendar
import re

from rag.language.calendar import (
    CAPITAL_MONTH,
    CAPITAL_WEEKDAY,
    DAYS_AND_MONTHS,
    MONTH_NUMBERS,
    MONTHS,
    SHORT_MONTHS,
    WEEKDAYS,
    WEEKDAYS_ABROAD,
)


def test_days_and_months_are_those_of_the_calendar_in_its_order() -> None:
    """A month's place in the list is its number."""
    assert list(WEEKDAYS) == [name.lower() for name in calendar.day_name]
    assert list(MONTHS) == [name.lower() for name in calendar.month_name if name]
    assert list(SHORT_MONTHS) == [name.lower() for name in calendar.month_abbr if name]
    assert set(WEEKDAYS) | set(MONTHS) == DAYS_AND_MONTHS | {"may"}


def test_every_language_names_twelve_months_and_seven_days() -> None:
    """Whole names of fifteen languages besides English; "april" is one name in several."""
    for number, month in enumerate(MONTHS, start=1):
        assert MONTH_NUMBERS[month] == number
    assert {MONTH_NUMBERS[name] for name in ("märz", "mars", "marzo", "março", "марта")} == {3}
    assert set(MONTH_NUMBERS.values()) == set(range(1, 13))
    assert {MONTH_NUMBERS[name] for name in ("lipca", "července", "липня", "temmuz")} == {7}
    assert set("montag lundi lunes lunedì maandag mandag luni понеділок".split()) < WEEKDAYS_ABROAD


def test_a_name_with_a_capital_is_told_from_one_without() -> None:
    """In a running text "may" and "sunday" are no names."""
    assert all(re.fullmatch(CAPITAL_WEEKDAY, name) for name in calendar.day_name)
    assert all(re.fullmatch(CAPITAL_MONTH, name) for name in calendar.month_name if name)
    assert not any(re.fullmatch(CAPITAL_MONTH, name) for name in MONTHS)
