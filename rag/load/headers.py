"""Title, outlet and date of an article, each with the place where it was found.

What the format says (front matter, meta tags) comes first, then the lines around the body, then
links and the file's name. A date that cannot be told for certain is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rag.domain import Found, Origin, Span
from rag.language.text import MAX_DATELINE, STOPWORDS, content_terms, dateline_end, fold, plain
from rag.load.boilerplate import read_units
from rag.load.dated_line import DatedLine, read_dated_line
from rag.load.extract_result import Extract
from rag.load.file_title import outlet_in_name, says_nothing, title_in_name
from rag.load.lines import Unit, ends_sentence, is_bullet
from rag.load.noise import MARKDOWN_LINK, URL, is_byline, noise
from rag.load.outlet_names import AGENCY, is_outlet
from rag.load.parse_dates import (
    date_in_path,
    date_in_url,
    find_dates,
    is_date_line,
    is_update,
)
from rag.web_address import web_address

_LABEL = re.compile(r"[*_\[]{0,3}(?P<name>[^\W\d_](?:[^\W\d]|[ .'’-]){0,40})[*_\]]{0,3}:")
_MAX_TITLE = 250  # characters
_TITLE_WORDS = 4  # under the name of the paper a shorter line names a section
_TOP, _BOTTOM = 12, 8  # units in which a date line is the article's own
_TIMELINE = 3  # so many different dates on lines of their own belong to the story
_LONG_SENTENCE = 12  # words
_MIN_SLUG = 12  # characters of a title in a file's name that make it recognisable

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
_GOES_ON = re.compile(r"[^\W\d_]{3,}\. \w")  # a sentence and the next; no "U.S. troops"
_SLUG = re.compile(r"[\W_]+")
_PAIR = re.compile(r"[^\W\d_]+:\s+[^\W_]")  # "Present: Ada Lark, Bo Hansen"
_DAY_ENDS = re.compile(r"\)?[.:]?\)?\s+(?:/\S+/|[-–—]|(?<=[.:)]\s)[\"“„]?[^\W\d_])")
_OPEN_END = re.compile(r"[;:,–—-]$")
_Dated = Mapping[int, DatedLine]  # by where the line begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What an article says about itself."""

    title: Found = field(default_factory=Found)
    outlet: Found = field(default_factory=Found)
    date: Found = field(default_factory=Found)
    url: str | None = None  # where the article was published
    title_span: Span | None = None  # where the title stands in the text, if it stands there
    dated: tuple[Span, ...] = ()  # lines with the date and a name, which are no evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A candidate for the title."""

    value: str
    span: Span
    sentence: bool  # it may be the article's first sentence, so it stays evidence


def find_headers(extract: Extract, *, path: str) -> Headers:
    """Find title, outlet and date.

    Args:
        extract: The text and what its format says.
        path: The article's path in the corpus.
    """
    units = () if extract.paragraphs else read_units(extract.text, apart=extract.apart)
    named = title_in_name(path)
    title = _stated(extract.title)
    if named and _is_section(extract, units):
        title = Found()
    dated = _dated_lines(units, titled=bool(title.value))
    line = _line_like(units, title.value) if title.value else _title_line(units, path, dated)
    masthead = None
    if line and not title.value and is_outlet(line.value):
        below = _title_below(units, line, path)
        masthead, line = (line.value, below) if below else (None, line)
    if named and line and not title.value and _is_note(line, units, named):
        line = None
    if not title.value:
        title = _title(line, named) or _stated(extract.spare_title)
    outlet = masthead or next((each.outlet for each in dated.values() if each.outlet), None)
    return Headers(
        title=title,
        outlet=(
            Found(value=outlet, origin=Origin.BYLINE)
            if outlet and not extract.outlet.value
            else _find_outlet(extract, units, path)
        ),
        date=_find_date(extract, units, path, dated),
        url=_find_url(extract, units),
        title_span=line.span if line and not line.sentence else None,
        dated=tuple(Span(start=unit.start, end=unit.end) for unit in units if unit.start in dated),
    )


def _dated_lines(units: Sequence[Unit], *, titled: bool) -> _Dated:
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


def _stated(title: Found) -> Found:
    """The title that the format states; none where a program made it up."""
    made_up = title.origin is Origin.META and says_nothing(title.value or "")
    return Found() if made_up else title


def _title(line: _Line | None, named: str | None) -> Found | None:
    """The line at the top, or the title in the file's name: it says more than a first sentence."""
    if line and not (line.sentence and named):
        return Found(value=line.value, origin=Origin.FIRST_LINE)
    return Found(value=named, origin=Origin.FILE_NAME) if named else None


def _is_section(extract: Extract, units: Sequence[Unit]) -> bool:
    """Whether the heading that was found stands below a sentence."""
    place = extract.text.find(extract.title.value or "")
    above = [unit.text for unit in units if unit.end <= place]
    heading = extract.title.origin is Origin.HEADING
    return heading and any(ends_sentence(text) and noise(text) is None for text in above)


def _is_note(line: _Line, units: Sequence[Unit], named: str) -> bool:
    """Whether a line without a full stop begins a note: "opens at nine", "Present: Ada, Bo".

    It has a small letter; or it is a pair that says nothing of what the file is called; or more
    such lines stand right below it and no sentence anywhere.
    """
    pair = _PAIR.match(line.value) and not set(content_terms(line.value)) & set(
        content_terms(named)
    )
    if pair or line.value[0].islower():
        return True
    at = next(n for n, unit in enumerate(units) if unit.end == line.span.end)
    below = units[at + 1 :]
    return (
        below[0].block == units[at].block
        and noise(below[0].text) is None
        and not any(ends_sentence(unit.text) for unit in below)
    )


def _line_like(units: Sequence[Unit], title: str) -> _Line | None:
    """The line near the top that repeats a title known from elsewhere."""
    for unit in units[:6]:
        if len(unit.text) <= 2 * _MAX_TITLE and fold(plain(unit.text).strip("#*=_ ")) == fold(
            title
        ):
            span = Span(start=unit.start, end=unit.end)
            return _Line(value=title, span=span, sentence=False)
    return None


def _title_line(units: Sequence[Unit], path: str, dated: _Dated) -> _Line | None:
    kinds = [noise(unit.text) or ("date" if unit.start in dated else None) for unit in units[:_TOP]]
    start = next((n for n, kind in enumerate(kinds) if kind is None), len(units))
    line = _title_at(units, start, path)
    # "Business" above prose is a title; above another title it names a section.
    if start == 1 and (line is None or line.sentence) and kinds[0] in ("byline", "navigation"):
        return _title_at(units, 0, path)
    return line


def _title_below(units: Sequence[Unit], masthead: _Line, path: str) -> _Line | None:
    """The title under the name of the paper, past lines such as the date; None if prose follows."""
    for n, unit in enumerate(units[:_TOP]):
        section = len(unit.text.split()) < _TITLE_WORDS or is_date_line(unit.text.split("|")[0])
        if unit.start >= masthead.span.end and noise(unit.text) is None and not section:
            line = _title_at(units, n, path)
            return line if line and not line.sentence else None
    return None


def _title_at(units: Sequence[Unit], start: int, path: str) -> _Line | None:
    """The title that starts there, if the line reads like one and more text follows."""
    if start + 1 >= len(units) or len(units[start].text) > 2 * _MAX_TITLE:
        return None
    if is_bullet(units[start].text) or _is_turn(units[start:]):
        return None
    end = start + 1
    while end < len(units) and _wraps(units[end - 1], units[end]):
        end += 1
    value = " ".join(plain(unit.text) for unit in units[start:end]).strip("*_# ")
    first, last = units[start], units[end - 1]
    several = "\n" in first.text or _GOES_ON.search(value)  # sentences, whatever the file is called
    if not value or len(value) > _MAX_TITLE or several and ends_sentence(value):
        return None
    sentence = (
        ends_sentence(value) and not value.endswith(("?", "!")) and not _is_headline(value, path)
    )
    if sentence and (len(value.split()) > 25 or ". " in value.rstrip(".")):
        return None
    span = Span(start=first.start, end=last.end)
    return _Line(value=value, span=span, sentence=sentence)


def _is_turn(units: Sequence[Unit]) -> bool:
    """Whether the first line is a turn of a talk: who speaks there speaks again after somebody."""
    first = _LABEL.match(units[0].text)
    if first is None:
        return False
    speakers = [match["name"] for unit in units[1:] if (match := _LABEL.match(unit.text))]
    return first["name"] in speakers and speakers[0] != first["name"]


def _wraps(unit: Unit, following: Unit) -> bool:
    """Whether a title goes on in the next line: "Talks begin; / envoys are hopeful"."""
    capitals = unit.text.isupper() and following.text.isupper()
    return (
        unit.block == following.block
        and unit.indent == following.indent
        and (capitals or bool(_OPEN_END.search(unit.text)))
        and len(following.text) <= _MAX_TITLE // 2
        and noise(following.text) is None
        and read_dated_line(following.text) is None
    )


def _is_headline(value: str, path: str) -> bool:
    """A title although it ends in a full stop: the file has its name, or all words capitals."""
    name = _SLUG.sub("-", path.rsplit("/", 1)[-1].rsplit(".", 1)[0].casefold()).strip("-")
    slug = _SLUG.sub("-", fold(value)).strip("-")
    for size in range(min(len(slug), len(name)), _MIN_SLUG - 1, -1):
        if name.endswith(slug[:size].strip("-")):
            return True
    long = [word for word in value.split() if len(word) > 3 and word[0].isalpha()]
    return len(long) >= 3 and all(word[0].isupper() for word in long)


def _find_outlet(extract: Extract, units: Sequence[Unit], path: str) -> Found:
    if extract.outlet.value:
        return extract.outlet
    top = _above_body(units)
    for unit in (unit for unit in top[1:] if len(unit.text) <= _MAX_TITLE):
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


def _find_date(extract: Extract, units: Sequence[Unit], path: str, dated: _Dated) -> Found:
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
    extract: Extract, units: Sequence[Unit], path: str, dated: _Dated
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


def _date_lines(units: Sequence[Unit], beside: _Dated) -> list[tuple[str, ...]]:
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
