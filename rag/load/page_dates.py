"""The day on which a web page was published, as the page states or shows it.

htmldate reads what a page states: its address, its meta tags and its JSON-LD. Of what a page shows,
htmldate takes dates of other articles, of comments and of updates too (bench/real.py counts them),
so there only a short line near the headline counts, and only if no other day is near. A day that
is not certain is left out: a month without a day, or 04/05/2018.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from rag.domain import Found, Origin
from rag.language.text import fold
from rag.load.dated_line import read_dated_line
from rag.load.noise import is_byline
from rag.load.parse_dates import (
    SMALL_WORDS,
    before_update,
    date_in_url,
    find_dates,
    is_date_line,
)

_EARLIEST = "1800-01-01"  # htmldate begins in 1995, and archives print older papers
_DEFAULTS = ("1970-01-01", "1900-01-01")  # what programs write where they know no date
_EPOCH = re.compile(r'"datePublished"\s*:\s*"?(\d{10})(?:\d{3})?\b')  # seconds, or thousandths
_SECONDS = re.compile(r"(1[0-8]\d{8})(?:\d{3})?")  # no "1999123118", which is a day with its hour
_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"\\]{4,100})"')  # also in CDATA, or broken
_STEPS = 12  # from the headline up, at most
_MAX_LINE = 120  # characters of a line with a date
_MAX_CHILDREN = 12
_MAX_PROSE = 3  # words in small letters beside a date: more make a sentence
_WORD = re.compile(r"[^\W\d_]+")
_MIN_HEADLINE = 4  # characters
# As pages call what holds a date; the date of a change is the article's only if there is no other.
_DATED = re.compile(r"date|datum|time|publi|byline|posted|meta|info|author|fecha|subline|stamp")
_CHANGED = re.compile(r"updated|modified")
# Where the dates of something else stand; "©" is followed by the year of the site.
_ELSEWHERE = re.compile(
    r"comment|kommentar|related|teaser|sidebar|widget|recommend|latest|popular|trending|promo"
    r"|newsletter|copyright|site-header|masthead",
    re.IGNORECASE,
)
_NOT_SHOWN = (
    "//head | //script | //style | //noscript | //template | //aside | //nav | //header | //footer"
)
_DAY_FIRST_ENGLISH = frozenset("gb uk au nz ie in za".split())


def page_date(tree: Any, *, title: str | None, url: str | None) -> Found:
    """When a page was published.

    Args:
        tree: The page as lxml has it; it is not changed.
        title: The title of the article, to find its headline.
        url: The address of the page, if the page states it.
    """
    day_first = is_day_first(tree.get("lang"))
    stated = _stated(tree, url, day_first=day_first)
    if stated:
        return Found(value=stated, origin=Origin.META)
    in_url = next(iter(_days_in_url(url or "", day_first=day_first)), None)
    if in_url:
        return Found(value=in_url, origin=Origin.URL)
    shown = _shown(tree, title or "", day_first=day_first)
    return Found(value=shown, origin=Origin.BYLINE) if shown else Found()


def is_day_first(language: str | None) -> bool:
    """Whether 04/05/2018 is certainly 4 May in a page of this language; "en-US" is no proof.

    >>> is_day_first("de"), is_day_first("en-GB"), is_day_first("en"), is_day_first(None)
    (True, True, False, False)
    """
    language, _, region = (language or "").lower().replace("_", "-").partition("-")
    if language in ("", "en", "fil", "tl"):
        return region in _DAY_FIRST_ENGLISH
    return region not in ("us", "pr", "ph")


def _stated(tree: Any, url: str | None, *, day_first: bool) -> str | None:
    from htmldate import find_date

    head = tree.makeelement("head")
    says: list[str] = [url or ""]
    for meta in _metas(tree):
        stated = {name: _as_day(value) for name, value in meta.attrib.items()}
        head.append(tree.makeelement("meta", stated))
        says += stated.values()
    for link in tree.xpath("//link[@rel='canonical'][@href]"):
        head.append(tree.makeelement("link", dict(link.attrib)))
        says.append(link.get("href"))
    for script in tree.xpath("//script[contains(@type, 'json')]"):
        for day in _published(script.text or ""):
            head.append(tree.makeelement("meta", itemprop="datePublished", content=day))
            says.append(day)
    page = tree.makeelement("html")
    page.append(head)
    found = find_date(page, original_date=True, extensive_search=False, url=url, min_date=_EARLIEST)
    if not found or found in _DEFAULTS:
        return None
    return found if _is_certain(found, says, day_first=day_first) else None


def _published(script: str) -> list[str]:
    """The first day of publication in a script, in a text or as seconds since 1970."""
    seconds = _EPOCH.search(script)
    if seconds:
        return [_day_of(seconds[1])]
    return _PUBLISHED.findall(script)[:1]


def _as_day(value: str) -> str:
    """A value of a meta tag; where it is seconds since 1970, or thousandths, the day."""
    seconds = _SECONDS.fullmatch(value.strip())
    return _day_of(seconds[1]) if seconds else value


def _day_of(seconds: str) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()


def _metas(tree: Any) -> Iterator[Any]:
    """The meta tags that tell when the article was published, or at which address it stands."""
    from htmldate.core import DATE_ATTRIBUTES, ITEMPROP_ATTRS_ORIGINAL

    known = DATE_ATTRIBUTES | ITEMPROP_ATTRS_ORIGINAL | {"og:url"}
    for meta in tree.xpath("//meta[@content or @datetime]"):
        names = {(meta.get(each) or "").lower() for each in ("name", "property", "itemprop")}
        dated = (meta.get("http-equiv") or "").lower() == "date" or "pubdate" in meta.attrib
        if dated or (names & known and "video:release_date" not in names):
            yield meta


def _is_certain(day: str, texts: Iterable[str], *, day_first: bool) -> bool:
    """Whether one of the texts names this very day, in no way that could be another one."""
    for text in texts:
        if day in text or day.replace("-", "") in text or date_in_url(text[:500]) == day:
            return True
        if day in _days(text[:500], day_first=day_first):
            return True
    return False


def _days(text: str, *, day_first: bool) -> list[str]:
    return [
        mention.readings[0]
        for mention in find_dates(text)
        if len(mention.readings) == 1 or day_first
    ]


def _days_in_url(url: str, *, day_first: bool) -> list[str]:
    """Also as "/23-01-2022-crane"."""
    return [date_in_url(url) or ""] if date_in_url(url) else _days(url, day_first=day_first)


def _shown(tree: Any, title: str, *, day_first: bool) -> str | None:
    """The only day on short lines around the headline, the nearest ones first.

    Where the page shows no other day, it may be that of an update.
    """
    heading = _heading(tree, title)
    if heading is None:
        return None
    above = {heading, *heading.iterancestors()}
    hidden = {each for each in tree.xpath(_NOT_SHOWN) if each not in above}
    for updates in (False, True):
        node, done = heading.getparent(), heading
        for _ in range(_STEPS):
            if node is None:
                break
            days = set()
            for element in _elements(node, done, hidden):
                days.update(_days_of(element, day_first=day_first, updates=updates))
            if days:
                return days.pop() if len(days) == 1 else None
            node, done = node.getparent(), node
    return None


def _heading(tree: Any, title: str) -> Any:
    """The headline that repeats the title of the page, or its first one."""
    for heading in tree.xpath("//h1 | //h2 | //h3"):
        words = fold(" ".join(heading.text_content().split()))
        if len(words) >= _MIN_HEADLINE and (words in fold(title) or fold(title) in words):
            return heading
    return next(iter(tree.xpath("//h1")), None)


def _elements(node: Any, done: Any, hidden: set[Any]) -> Iterator[Any]:
    """What is in an element, outermost first, without the child that was looked at."""
    waiting = [child for child in node if child is not done]
    while waiting:
        element = waiting.pop()
        if isinstance(element.tag, str) and element not in hidden and not _is_elsewhere(element):
            yield element
            waiting.extend(element)


def _is_elsewhere(element: Any) -> bool:
    return bool(_ELSEWHERE.search(_names(element)))


def _names(element: Any) -> str:
    return " ".join(element.get(each, "") for each in ("class", "id", "itemprop")).lower()


def _days_of(element: Any, *, day_first: bool, updates: bool) -> list[str]:
    """The day that an element shows on a line of its own, or states for a program."""
    line = _line(element) if len(element) <= _MAX_CHILDREN else ""
    names = f"{element.tag} {_names(element)}"
    changed = bool(_CHANGED.search(names)) or (line != "" and before_update(line) == "")
    if changed is not updates:
        return []
    shown = line if updates else before_update(line)
    if _DATED.search(names) or is_date_line(line) or is_byline(line) or read_dated_line(line):
        days = [] if _is_prose(shown) else _days(shown, day_first=day_first)
        return [day for day in days or _stated_by(element, day_first) if day not in _DEFAULTS][:1]
    return []


def _line(element: Any) -> str:
    """The text of an element, empty if it is too long; a page of nested elements takes no time."""
    pieces: list[str] = []
    size = 0
    for piece in element.itertext():
        size += 1 + len(piece.strip())
        if size > 2 * _MAX_LINE:
            return ""
        pieces += piece.split()
    line = " ".join(pieces)
    return line if len(line) <= _MAX_LINE else ""


def _stated_by(element: Any, day_first: bool) -> list[str]:
    """The day that an element with a date states for programs."""
    if element.tag not in ("time", "abbr") and "date" not in element.get("itemprop", "").lower():
        return []
    stated = element.get("datetime") or element.get("content") or element.get("title") or ""
    return _days(stated[:_MAX_LINE], day_first=day_first)


def _is_prose(line: str) -> bool:
    for mention in reversed(find_dates(line)):
        line = f"{line[: mention.start]} {line[mention.end :]}"
    small = [word for word in _WORD.findall(line) if word.islower() and word not in SMALL_WORDS]
    return len(small) > _MAX_PROSE or "©" in line
