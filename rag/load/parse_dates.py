"""Dates as people write them -> ISO 8601, and the lines that hold nothing else.

A date without a year, and one whose day and month could change places, stay unresolved: a wrong
date is worse than none. Month names are known in sixteen languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rag.language.calendar import MONTH_NUMBERS, WEEKDAYS_ABROAD

_MONTH = "(?:" + "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True)) + r")(?![^\W\d_])\.?"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?!\d)(?:st|nd|rd|th|er|º)?"
_YEAR_DIGITS = r"(?:1[6-9]|20)\d\d"
_YEAR = _YEAR_DIGITS + r"(?!\d)"
_YMD = re.compile(rf"(?<!\d)(?P<y>{_YEAR})(?P<s>[-/.])(?P<m>\d\d?)(?P=s)(?P<d>\d\d?)(?!\d)")
_HAN = re.compile(rf"(?<!\d)(?P<y>{_YEAR})\s?年\s?(?P<m>\d\d?)\s?月\s?(?P<d>\d\d?)\s?日")
_NUMBERS = re.compile(rf"(?<!\d)(?P<a>\d\d?)(?P<s>[-/.])(?P<b>\d\d?)(?P=s)(?P<y>{_YEAR})")
_MDY = re.compile(rf"\b(?P<m>{_MONTH})\s+(?P<d>{_DAY}),?\s+(?P<y>{_YEAR})", re.IGNORECASE)
_DMY = re.compile(
    rf"(?<!\d)(?P<d>{_DAY})\.?[\s-]+(?:de\s+|of\s+)?(?P<m>{_MONTH}),?[\s-]+(?:de\s+"
    rf"|del\s+)?(?P<y>{_YEAR})",
    re.IGNORECASE,
)
_YEARLESS = re.compile(
    rf"\b(?:{_MONTH}\s+{_DAY}|{_DAY}\.?\s+(?:de\s+|of\s+)?{_MONTH})(?!\w)", re.IGNORECASE
)
_COMPACT = re.compile(rf"(?<!\d)(?P<y>{_YEAR_DIGITS})(?P<m>\d\d)(?P<d>\d\d)(?!\d)")
_URL_PATH = re.compile(rf"/(?P<y>{_YEAR})/(?P<m>\d\d?|[a-z]{{3}})/(?P<d>\d\d?)(?=/|$)")
_FILE_PARTS = re.compile(rf"(?<!\d)(?P<y>{_YEAR})(?P<s>[-_./])(?P<m>\d\d)(?P=s)(?P<d>\d\d)(?!\d)")

_TIME = re.compile(
    r"(?<![\d.])\d{1,2}(?:[:.h]\d{2}(?::\d{2})?(?:\.\d+)?|(?=\s*[ap]\.?m\b))"
    r"\s*(?:[ap]\.?\s?m\b\.?)?(?![\d%])",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:gmt|utc)?\s?[+-]\d{1,2}(?::?\d{2})?(?!\d)", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+")
# What may stand beside a date on a line of its own.
_SMALL_WORDS = """
    gmt utc z t bst cet cest msk ist est edt et pst pdt pt cst cdt ct mst mdt mt eastern time
    at on first last date of for release publication published updated update modified posted
    created edited filed issued local le um uhr am pm a p m h de г года r р року kl klo godz ora
    il el den à las alle às om op uur ore
    stand veröffentlicht erschienen publié publicado pubblicato gepubliceerd publicerad publisert
    udgivet julkaistu opublikowano publikováno опубликовано опубліковано publicat yayınlanma
"""
SMALL_WORDS = WEEKDAYS_ABROAD | set(_SMALL_WORDS.split())
_DIGIT = re.compile(r"\d")
_MAX_DATE_LINE = 120  # characters
_UPDATED = re.compile(
    r"\b(?:updated?|modified|edited|revised|aktualisiert|geändert|mis à jour|modifié|actualizad[oa]"
    r"|atualizad[oa]|aggiornat[oa]|bijgewerkt|oppdatert|uppdatera[dt]|opdateret|обновлен|изменен"
    r"|обновлён|изменён|оновлено|aktuali[sz]\w+|zaktualizowano|päivitetty|opdateret"
    r"|stand(?=\s*:|\s+\d))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A full date in a text; two ``readings`` where day and month could change places."""

    start: int
    end: int
    readings: tuple[str, ...]  # ISO 8601, the one with the day first before the other


def find_dates(text: str) -> tuple[Mention, ...]:
    """All dates with a year in ``text``, in order; impossible ones (February 30) are left out."""
    found: list[Mention] = []
    for mention in sorted(_mentions(text), key=lambda each: (each.start, -each.end)):
        if not found or mention.start >= found[-1].end:
            found.append(mention)
    return tuple(found)


def first_date(text: str) -> str | None:
    """The first unambiguous date of ``text`` in ISO 8601."""
    return next((each.readings[0] for each in find_dates(text) if len(each.readings) == 1), None)


def date_in_url(url: str) -> str | None:
    """The date in the path of a URL: ``/2024/11/06/``, ``/2024/nov/06/``, ``-20241106``."""
    for pattern in (_URL_PATH, _FILE_PARTS, _COMPACT):
        for match in pattern.finditer(url):
            iso = _iso(match["y"], match["m"], match["d"])
            if iso:
                return iso
    return None


def date_in_path(path: str) -> str | None:
    """The date in a file's path: ``2019-01-04_name.txt``, ``2019/01/04/name.txt``, ``20190104``."""
    for pattern in (_FILE_PARTS, _COMPACT):
        dates = [_iso(m["y"], m["m"], m["d"]) for m in pattern.finditer(path)]
        known = [iso for iso in dates if iso]
        if known:
            return known[-1]  # the name itself says more than the folders above it
    return None


def is_date_line(line: str) -> bool:
    """Whether a line holds a date or a time, with or without a year, and nothing else."""
    if len(line) > _MAX_DATE_LINE or not _DIGIT.search(line):
        return False
    rest = without_dates(line)
    if rest == line:
        return False
    rest = _UPDATED.sub(" ", rest)
    return all(token in SMALL_WORDS for token in _TOKEN.findall(rest.lower()))


def without_dates(line: str, *, mark: str = " ") -> str:
    """A line with ``mark`` in the place of each date and time; as it is where it holds none.

    >>> without_dates("Alta, 9 May 2014", mark="?")
    'Alta, ?'
    """
    rest = line
    for mention in reversed(find_dates(line)):
        rest = f"{rest[: mention.start]}{mark}{rest[mention.end :]}"
    for pattern in (_YEARLESS, _TIME):
        rest = pattern.sub(mark, rest)
    return rest if rest == line else _OFFSET.sub(" ", rest)


def names_day(line: str) -> bool:
    """Whether a line names a day, with or without a year; a time alone does not."""
    return bool(find_dates(line) or _YEARLESS.search(line))


def is_update(line: str) -> bool:
    """Whether a date line tells when the article was changed, not when it appeared."""
    return bool(_UPDATED.search(line))


def before_update(line: str) -> str:
    """What a line says before the word that tells of a change: "3 May 2018, updated 4 May 2018"."""
    match = _UPDATED.search(line)
    return line[: match.start()] if match else line


def _mentions(text: str) -> Iterator[Mention]:
    for pattern in (_YMD, _HAN, _MDY, _DMY):
        for match in pattern.finditer(text):
            iso = _iso(match["y"], match["m"], match["d"])
            if iso:
                yield Mention(start=match.start(), end=match.end(), readings=(iso,))
    for match in _NUMBERS.finditer(text):
        day_first = _iso(match["y"], match["b"], match["a"])
        month_first = _iso(match["y"], match["a"], match["b"])
        known = tuple(iso for iso in dict.fromkeys((day_first, month_first)) if iso)
        if known:
            yield Mention(start=match.start(), end=match.end(), readings=known)


def _iso(year: str, month: str, day: str) -> str | None:
    name = month.rstrip(".").lower()
    number = int(name) if name.isdigit() else MONTH_NUMBERS.get(name, 0)
    try:
        return date(int(year), number, int(re.sub(r"\D", "", day))).isoformat()
    except ValueError:
        return None
