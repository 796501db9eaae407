"""Title, outlet and date of an article, each with the place where it was found.

What the format says (front matter, meta tags) comes first, then the lines around the body, then
links and the file's name. A date that cannot be told for certain is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rag.domain import Found, Origin, Span
from rag.language.line_ends import ends_sentence
from rag.language.text import MAX_DATELINE, STOPWORDS, dateline_end, fold, plain
from rag.load.boilerplate import read_units
from rag.load.dated_line import read_dated_line
from rag.load.extract_result import Extract
from rag.load.file_title import outlet_in_name
from rag.load.lines import Unit
from rag.load.noise import MARKDOWN_LINK, URL, is_byline, noise
from rag.load.outlet_names import AGENCY, is_outlet
from rag.load.parse_dates import (
    date_in_path,
    date_in_url,
    find_dates,
    is_date_line,
    is_update,
)
from rag.load.title import Dated, find_title, stated_title
from rag.web_address import web_address

_MAX_BYLINE = 250  # characters
_TOP, _BOTTOM = 12, 8  # units in which a date line is the article's own
_TIMELINE = 3  # so many different dates on lines of their own belong to the story
_LONG_SENTENCE = 12  # words

_PLACE = r"[^\W\d_][\w.'’ ,/-]{0,60}?"
_SIGNATURE = re.compile(rf"\W*(?:(?P<agency>{AGENCY})|REUTERS?|Reuter)\W*")
_DATELINE_AGENCY = re.compile(rf"(?:{_PLACE}\s*)?\((?P<agency>{AGENCY})\)\s*(?:-{{1,2}}|–|—)\s")
_DATELINE_OTHER = re.compile(
    r"(?=[^()]{0,80}?[A-Z]{3})[A-Z][A-Z .,'/-]*(?:,\s+\w+\.?)*[^()\n]{0,30}"
    r"\((?P<agency>[A-Z][\w.&' ]{1,30})\)\s*(?:-{1,2}|–|—)\s"
)

_PICTURE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|mp4|mp3|pdf)\b|/(?:images?|photos?|media)/", re.IGNORECASE
)
_NOT_OUTLETS = re.compile(
    r"(?:^|\.)(?:youtube\.com|youtu\.be|twitter\.com|x\.com|t\.co|facebook\.com|instagram\.com"
    r"|tiktok\.com|bit\.ly"
    r"|linkedin\.com|t\.me|telegram\.me|google\.com|archive\.org|reddit\.com)$"
)
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|amp|mobile|edition|[a-z]{2})\.(?=[^.]+\.)")
_DAY_ENDS = re.compile(r"\)?[.:]?\)?\s+(?:/\S+/|[-–—]|(?<=[.:)]\s)[\"“„]?[^\W\d_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What an article says about itself."""

    title: Found = field(default_factory=Found)
    outlet: Found = field(default_factory=Found)
    date: Found = field(default_factory=Found)
    url: str | None = None  # where the article was published
    title_span: Span | None = None  # where the title stands in the text, if it stands there
    dated: tuple[Span, ...] = ()  # lines with the date and a name, which are no evidence


def find_headers(extract: Extract, *, path: str) -> Headers:
    """Find title, outlet and date.

    Args:
        extract: The text and what its format says.
        path: The article's path in the corpus.
    """
    units = (
        ()
        if extract.paragraphs
        else read_units(extract.text, apart=extract.apart, flowing=extract.flowing)
    )
    stated = stated_title(extract, units, path)
    dated = _dated_lines(units, titled=bool(stated.value))
    title = find_title(extract, units, path, dated, stated=stated)
    outlet = title.masthead or next((each.outlet for each in dated.values() if each.outlet), None)
    return Headers(
        title=title.found,
        outlet=(
            Found(value=outlet, origin=Origin.BYLINE)
            if outlet and not extract.outlet.value
            else _find_outlet(extract, units, path)
        ),
        date=_find_date(extract, units, path, dated),
        url=_find_url(extract, units),
        title_span=title.span,
        dated=tuple(Span(start=unit.start, end=unit.end) for unit in units if unit.start in dated),
    )


def _dated_lines(units: Sequence[Unit], *, titled: bool) -> Dated:
    """The lines above the body that are a date and names; the first one may be the title."""
    found = {unit.start: line for unit in units if (line := read_dated_line(unit.text))}
    above = _above_body(units)
    if len(found) >= _TIMELINE or not found or _is_long_sentence(units[0]):
        return {}
    return {
        unit.start: found[unit.start]
        for n, unit in enumerate(above)
        if unit.start in found and (n > 0 or titled or found[unit.start].outlet)
    }


def _find_outlet(extract: Extract, units: Sequence[Unit], path: str) -> Found:
    if extract.outlet.value:
        return extract.outlet
    top = _above_body(units)
    for unit in (unit for unit in top[1:] if len(unit.text) <= _MAX_BYLINE):
        words = plain(unit.text).strip("*_ ")
        if is_byline(unit.text):  # "By Lena Marsh, Reuters"
            words = words.rpartition(",")[2].strip()
        if is_outlet(words):
            return Found(value=words, origin=Origin.BYLINE)
    for unit in _openings(units):
        head = unit.text[: 2 * MAX_DATELINE]
        match = _DATELINE_AGENCY.match(head) or _DATELINE_OTHER.match(head)
        if match:
            return Found(value=match["agency"], origin=Origin.DATELINE)
    signed = _SIGNATURE.fullmatch(units[-1].text) if len(units) > 1 else None
    if signed:
        return Found(value=signed["agency"] or "Reuters", origin=Origin.BYLINE)
    for url in _own_urls(extract, units):
        host = _HOST_PREFIX.sub("", (urlsplit(url).hostname or ""))
        if "." in host and not _NOT_OUTLETS.search(host):
            return Found(value=host, origin=Origin.URL)
    named = outlet_in_name(path)
    return Found(value=named, origin=Origin.FILE_NAME) if named else Found()


def _above_body(units: Sequence[Unit]) -> Sequence[Unit]:
    """The lines before the first sentence that is long enough to be the article's own.

    Where none is that long, they are those before the first sentence below the title.
    """
    ends = [
        n
        for n, unit in enumerate(units[:_TOP])
        if n and ends_sentence(unit.text) and noise(unit.text) is None
    ]
    long = (n for n in ends if _is_long_sentence(units[n]))
    return units[: next(long, ends[0] if ends else 1)]


def _is_long_sentence(unit: Unit) -> bool:
    return ends_sentence(unit.text) and len(unit.text.split()) >= _LONG_SENTENCE


def _openings(units: Sequence[Unit]) -> Sequence[Unit]:
    """Where a dateline may stand: the first two units of the body."""
    above = len(_above_body(units))
    return units[above if above > 1 else 0 : above + 2]


def _own_urls(extract: Extract, units: Sequence[Unit]) -> Iterator[str]:
    """Links on lines of their own above or below the body: where the article comes from."""
    if extract.url:
        yield extract.url
    above = len(_above_body(units))
    below = max(above, len(units) - _BOTTOM)
    yield from _urls_alone((*units[:above], *units[below:]))


def _find_url(extract: Extract, units: Sequence[Unit]) -> str | None:
    """The address that the article is linked to; a link below the body may lead elsewhere."""
    urls = [extract.url] if extract.url else _urls_alone(_above_body(units))
    return next(filter(None, map(web_address, urls)), None)


def _urls_alone(units: Iterable[Unit]) -> Iterator[str]:
    for unit in units:
        match = URL.search(unit.text)
        alone = match and noise(unit.text) == "url" and not MARKDOWN_LINK.search(unit.text)
        if match and alone and not _PICTURE.search(match[0]):
            yield match[0].strip("<>.,;")


def _find_date(extract: Extract, units: Sequence[Unit], path: str, dated: Dated) -> Found:
    """The best date that is certain, or whose day and month another date settles."""
    if extract.date.value:
        return extract.date
    candidates = list(_date_candidates(extract, units, path, dated))
    certain = [readings[0] for readings, _ in candidates if len(readings) == 1]
    for readings, origin in candidates:
        sure = len(readings) == 1 or extract.day_first
        settled = readings if sure else [each for each in readings if each in certain]
        if settled:
            return Found(value=settled[0], origin=origin)
    return extract.stamp


def _date_candidates(
    extract: Extract, units: Sequence[Unit], path: str, dated: Dated
) -> Iterator[tuple[tuple[str, ...], Origin]]:
    """Readings of each date that may be the article's, the best first."""
    for readings in _date_lines(units, dated):
        yield readings, Origin.BYLINE
    for unit in _openings(units):
        head = unit.text[: dateline_end(unit.text)] or _place_and_day(unit.text)
        for mention in find_dates(head):
            yield mention.readings, Origin.DATELINE
    for url in _own_urls(extract, units):
        iso = date_in_url(url)
        if iso:
            yield (iso,), Origin.URL
    iso = date_in_path(path)
    if iso:
        yield (iso,), Origin.FILE_NAME


def _place_and_day(text: str) -> str:
    """How a press release begins: "Alta, (12.11.2021). The harbour board …"."""
    for mention in find_dates(text[:MAX_DATELINE])[:1]:
        place = text[: mention.start].rstrip(" (").rstrip(",").split()
        named = place and all(word[0].isupper() and len(word) > 2 for word in place)
        known = fold(place[0]) in STOPWORDS if place else True
        if named and not known and _DAY_ENDS.match(text, mention.end):
            return text[: mention.end]
    return ""


def _date_lines(units: Sequence[Unit], beside: Dated) -> list[tuple[str, ...]]:
    """Dates on lines of their own near the top, then near the bottom; those of updates last."""
    dated = [
        unit
        for unit in units
        if unit.start in beside or (len(unit.text) <= 200 and _is_dated(unit.text))
    ]
    days = {mention.readings for unit in dated for mention in find_dates(unit.text)}
    if len(days) >= _TIMELINE:
        return []
    top = set(unit.start for unit in units[:_TOP])
    bottom = set(unit.start for unit in units[-_BOTTOM:])
    near = [unit for unit in dated if unit.start in top]
    near += [unit for unit in dated if unit.start in bottom - top]
    near.sort(key=lambda unit: is_update(unit.text))
    return [mention.readings for unit in near for mention in find_dates(unit.text)]


def _is_dated(text: str) -> bool:
    return is_date_line(plain(text)) or is_byline(text)
