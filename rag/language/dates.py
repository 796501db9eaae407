"""Spans of time: as a question asks for them, and as options give them.

Only what is datable counts: "in July 2018", "since 16 July 2018", "before 2019". "Before the
election" names no day, and "in July" no year; they are words like others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rag.domain import Span
from rag.language.calendar import CAPITAL_MONTH, MONTH, MONTH_NUMBERS, SHORT_MONTHS, WEEKDAY

_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[6-9]|20)\d\d"
_MM, _DD = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"  # "2018-19" is a season, no month
_NAMED_MONTH = rf"(?:{MONTH}|(?:{'|'.join(SHORT_MONTHS)}|sept)\b\.?)"
# Some write the month first, some the day. A number above 12 tells, and so do points; of 3/4/2018
# nobody knows which it is.
_HIGH, _LOW, _ANY = r"(?:1[3-9]|2\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_DIGITS = (
    rf"(?:{_HIGH}/{_LOW}/{_YEAR}|{_LOW}/{_HIGH}/{_YEAR}|{_ANY}\.{_LOW}\.{_YEAR}"
    rf"|{_YEAR}/{_MM}/{_DD})"
)
_END = r"(?![\w/-])"
# Day, month or year, the most exact first.
_POINT = (
    rf"(?:{_YEAR}-{_MM}(?:-{_DD})?|{_DIGITS}|{_DAY} (?:of )?{_NAMED_MONTH},? {_YEAR}"
    rf"|{_NAMED_MONTH} {_DAY},? {_YEAR}|{_NAMED_MONTH},? (?:of )?{_YEAR}|{_YEAR}){_END}"
)
# The first day or month of several may leave to the last what they share: "9 and 11 May 2018".
_FIRST = (
    rf"(?:the )?(?:{_POINT}|{_DAY} (?:of )?{_NAMED_MONTH}|{_NAMED_MONTH} {_DAY}|{_NAMED_MONTH}"
    rf"|{_DAY})"
)
_LAST = rf"(?:the )?(?:{_POINT}|{_DAY},? {_YEAR}{_END})"
_RANGE = re.compile(
    rf"\b(?:between (?P<a>{_FIRST}) and (?P<b>{_LAST})"
    rf"|from (?P<c>{_FIRST}) (?:to|until|till|through) (?P<d>{_LAST})"
    rf"|(?:(?:on|in|during|over|from|of) )?(?P<e>{_FIRST})"
    rf"(?: ?[-–—] ?|(?P<two> and )| to )(?P<f>{_LAST}))",
    re.IGNORECASE,
)
# "Of" belongs to a day, "my notes of 9 May 2018": a film of 2018 can be asked about at any time.
_A_DAY = (
    rf"(?:the )?(?:{_DAY} (?:of )?{_NAMED_MONTH}|{_NAMED_MONTH} {_DAY}\b|{_YEAR}-{_MM}-{_DD}"
    rf"|{_DIGITS})"
)
_SIDE = re.compile(
    rf"\b(?P<how>in|on|during|throughout|since|from|after|before|until|till|by|up to"
    rf"|of(?= {_A_DAY}))"
    rf" (?:the year |the month of |early |late |mid-|{WEEKDAY},? )?"
    rf"(?:the (?={_DAY} (?:of )?{MONTH}))?(?P<when>{_POINT})",
    re.IGNORECASE,
)
# From its Monday to its Sunday, whichever day of it is named.
_WEEK = re.compile(
    rf"\b(?:(?:in|during|over|for|from) )?(?:the )?week (?:of|from|beginning|starting)(?: on)?"
    rf" (?:{WEEKDAY},? )?(?:the )?(?P<day>{_POINT})",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:{WEEKDAY},?\s(?:the\s)?)?(?:{_DAY}\s(?:of\s)?{MONTH}|{MONTH}\s{_DAY}\b|{MONTH}\b)"
    rf"(?:,?\s(?:of\s)?{_YEAR}\b)?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b(?:(?i:{_POINT})|{_DAY} (?:of )?{CAPITAL_MONTH}|{CAPITAL_MONTH} {_DAY}|{CAPITAL_MONTH})\b"
)
_PARTS = re.compile(rf"(?P<y>\b{_YEAR}\b)|(?P<m>{_NAMED_MONTH})|(?P<d>\b\d\d?)", re.IGNORECASE)
# "August after 71 years" is August; "the first Sunday of each month" is not every Sunday.
_CALENDAR = re.compile(rf"\b(?:{MONTH}|{WEEKDAY})\b", re.IGNORECASE)
_AFTER = re.compile(r"\safter\s")
_WHICH = re.compile(
    r"(?:\b(?:the|every|each)\s)?\b(?:first|second|third|fourth|fifth|last|other|every|each)\s$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span of time with either end open. A year or a month stands for all of its days."""

    since: str | None = None  # ISO 8601: 2018, 2018-07 or 2018-07-02; belongs to it
    until: str | None = None  # likewise
    after: str | None = None  # like since, but does not belong to it
    before: str | None = None  # like until, but does not belong to it
    written: str = ""  # as the question has it

    def holds(self, date: str | None) -> bool:
        """Whether a day lies in it; one that is not known does not.

        >>> Period(since="2018-07").holds("2018-07-02"), Period(after="2018").holds("2018-07-02")
        (True, False)
        """
        if date is None:
            return False
        return (
            (self.since is None or date[: len(self.since)] >= self.since)
            and (self.until is None or date[: len(self.until)] <= self.until)
            and (self.after is None or date[: len(self.after)] > self.after)
            and (self.before is None or date[: len(self.before)] < self.before)
        )


def from_to(first: str, last: str) -> str:
    """The days from one to another in words: one day is itself.

    >>> from_to("2018-07-02", "2018-07-17"), from_to("2018-07-02", "2018-07-02")
    ('2018-07-02 to 2018-07-17', '2018-07-02')
    """
    return first if first == last else f"{first} to {last}"


def find_period(text: str) -> Period | None:
    """The span of time that a question names; None when it names none.

    >>> find_period("What did Peskov say in July 2018?").since
    '2018-07'
    """
    for match in _RANGE.finditer(text):
        first, last = match["a"] or match["c"] or match["e"], match["b"] or match["d"] or match["f"]
        ends = _ends(first, last)
        if ends and (not match["two"] or _are_next(*ends)):
            return Period(since=_written(*ends[0]), until=_written(*ends[1]), written=match[0])
    if week := _week(text):
        return week
    side = _SIDE.search(text)
    if side is None:
        return None
    day, how, written = _iso(side["when"]), side["how"].lower(), side[0]
    if how in {"since", "from"}:
        return Period(since=day, written=written)
    if how in {"until", "till", "by", "up to"}:
        return Period(until=day, written=written)
    if how == "after":
        return Period(after=day, written=written)
    if how == "before":
        return Period(before=day, written=written)
    return Period(since=day, until=day, written=written)


def _week(text: str) -> Period | None:
    """The week that a text names by one of its days: "the week of 14 June 2021"."""
    match = _WEEK.search(text)
    day = _read(match["day"]) if match else (0, 0, 0)
    if match is None or not all(day):
        return None
    try:
        named = date(*day)
    except ValueError:  # 31 June
        return None
    monday = named - timedelta(days=named.weekday())
    sunday = monday + timedelta(days=6)
    return Period(since=monday.isoformat(), until=sunday.isoformat(), written=match[0])


def named_times(text: str, written: str) -> Iterator[str]:
    """The days, months and years that a text names, in ISO 8601.

    Args:
        text: The text.
        written: The day on which it was written, ISO 8601. "In May" is the last one before it.

    >>> list(named_times("Shut in May, and since 3 December. It may open.", "2018-07-02"))
    ['2018-05', '2017-12-03']
    """
    for match in _NAMED.finditer(text):
        year, month, day = _read(match[0])
        if month and not year:
            year = int(written[:4]) - (f"{month:02}" > (written[5:7] or "12"))
        yield _written(year, month, day)


def whole_date(text: str, span: Span) -> Span:
    """A span of a text, made wider where it is a part of a date, without what happened before.

    >>> whole_date("on Saturday, 7 December 2024.", Span(start=3, end=11))
    Span(start=3, end=28)
    """
    told = text[span.start : span.end]
    if (after := _AFTER.search(told)) and _CALENDAR.search(told[: after.start()]):
        span = Span(start=span.start, end=span.start + after.start())
    if (which := _WHICH.search(text[: span.start])) and _CALENDAR.match(text, span.start):
        span = Span(start=which.start(), end=span.end)
    for match in _DATE.finditer(text):
        if match.start() < span.end and match.end() > span.start:
            return Span(start=min(match.start(), span.start), end=max(match.end(), span.end))
    return span


_Day = tuple[int, int, int]  # year, month and day; 0 for what is not written


def _ends(first: str, last: str) -> tuple[_Day, _Day] | None:
    """Two days, months or years, each with what only the other has written.

    >>> _ends("9", "11 May 2018"), _ends("28 December", "3 January 2019")
    (((2018, 5, 9), (2018, 5, 11)), ((2018, 12, 28), (2019, 1, 3)))
    >>> _ends("9", "2018")
    """
    (year, month, day), (last_year, last_month, last_day) = _read(first), _read(last)
    if day and last_day:
        month, last_month = month or last_month, last_month or month
    if (day and not month) or (last_day and not last_month) or not (year or last_month):
        return None
    year = year or last_year - (month > last_month)
    return (year, month, day), (last_year, last_month, last_day)


def _are_next(first: _Day, last: _Day) -> bool:
    """Whether two days or months follow each other: "8 and 9 May 2018", not "8 and 30 May 2018"."""
    *before, one = filter(None, first)
    *same, next_one = filter(None, last)
    return bool(before) and before == same and next_one == one + 1


def _iso(point: str) -> str:
    """A day, month or year in ISO 8601: "16 July 2018" is 2018-07-16."""
    return _written(*_read(point))


def _written(year: int, month: int, day: int) -> str:
    """In ISO 8601."""
    return f"{year}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def _read(point: str) -> _Day:
    """A day, month or year as it is written."""
    if re.search(r"\d[-/.]\d", point):
        numbers = [int(number) for number in re.findall(r"\d+", point)]
        if numbers[0] < 1000:
            day, month, year = numbers
            return (year, day, month) if month > 12 else (year, month, day)
        year, month, day = (*numbers, 0)[:3]
        return year, month, day
    year = month = day = 0
    for match in _PARTS.finditer(point):
        if match["y"]:
            year = int(match["y"])
        elif match["m"]:
            month = MONTH_NUMBERS[match["m"].lower().rstrip(".")]
        else:
            day = int(match["d"])
    return year, month, day
