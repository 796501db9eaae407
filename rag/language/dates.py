"""Spans of time: as a question asks for them, and as options give them.

Only what is datable counts: "in July 2018", "since 16 July 2018", "before 2019". "Before the
election" names no day, and "in July" no year; they are words like others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.domain import Span
from rag.language.calendar import MONTH, MONTHS, WEEKDAY

_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[6-9]|20)\d\d"
_MM, _DD = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"  # "2018-19" is a season, no month
# Day, month or year, the most exact first.
_POINT = (
    rf"(?:{_YEAR}-{_MM}(?:-{_DD})?|{_DAY} (?:of )?{MONTH},? {_YEAR}|{MONTH} {_DAY},? {_YEAR}"
    rf"|{MONTH},? (?:of )?{_YEAR}|{_YEAR})(?![\w/-])"
)
_RANGE = re.compile(
    rf"\b(?:between (?P<a>{_POINT}) and (?P<b>{_POINT})"
    rf"|from (?P<c>{_POINT}) (?:to|until|till|through) (?P<d>{_POINT}))",
    re.IGNORECASE,
)
_SIDE = re.compile(
    rf"\b(?P<how>in|on|during|throughout|since|from|after|before|until|till|by|up to)"
    rf" (?:the year |the month of |early |late |mid-|{WEEKDAY},? )?"
    rf"(?:the (?={_DAY} (?:of )?{MONTH}))?(?P<when>{_POINT})",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:{WEEKDAY},?\s(?:the\s)?)?(?:{_DAY}\s(?:of\s)?{MONTH}|{MONTH}\s{_DAY}\b|{MONTH}\b)"
    rf"(?:,?\s(?:of\s)?{_YEAR}\b)?",
    re.IGNORECASE,
)
_PARTS = re.compile(rf"(?P<y>\b{_YEAR}\b)|(?P<m>{MONTH})|(?P<d>\b\d\d?)", re.IGNORECASE)
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
    if match := _RANGE.search(text):
        first, last = match["a"] or match["c"], match["b"] or match["d"]
        return Period(since=_iso(first), until=_iso(last), written=match[0])
    match = _SIDE.search(text)
    if match is None:
        return None
    day, how = _iso(match["when"]), match["how"].lower()
    if how in {"since", "from"}:
        return Period(since=day, written=match[0])
    if how in {"until", "till", "by", "up to"}:
        return Period(until=day, written=match[0])
    if how == "after":
        return Period(after=day, written=match[0])
    if how == "before":
        return Period(before=day, written=match[0])
    return Period(since=day, until=day, written=match[0])


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


def _iso(point: str) -> str:
    """A day, month or year in ISO 8601: "16 July 2018" is 2018-07-16."""
    if re.fullmatch(r"[\d-]+", point):
        return point
    year = month = day = ""
    for match in _PARTS.finditer(point):
        if match["y"]:
            year = match["y"]
        elif match["m"]:
            month = f"-{MONTHS.index(match['m'].lower()) + 1:02}"
        else:
            day = f"-{int(match['d']):02}"
    return year + month + day
