"""The title of an article: what its format states, the line at its top, or the name of its file.

A line at the top comes before what a Word file or a PDF states in its properties, since nobody
sees those. They come before the name of the file, which often tells only what sort of paper it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.domain import Found, Origin, Span
from rag.language.line_ends import ends_sentence, is_bullet
from rag.language.text import content_terms, fold, plain
from rag.load.dated_line import DatedLine, read_dated_line
from rag.load.extract_result import Extract
from rag.load.file_title import says_nothing, title_in_name
from rag.load.lines import Unit
from rag.load.noise import noise
from rag.load.outlet_names import is_outlet
from rag.load.parse_dates import is_date_line

_MAX_TITLE = 250  # characters
_TOP = 12  # units
_LABEL = re.compile(r"[*_\[]{0,3}(?P<name>[^\W\d_](?:[^\W\d]|[ .'’-]){0,40})[*_\]]{0,3}:")
_TITLE_WORDS = 4  # under the name of the paper a shorter line names a section
_MIN_SLUG = 12  # characters of a title in a file's name that make it recognisable
_GOES_ON = re.compile(r"[^\W\d_]{3,}\. \w")  # a sentence and the next; no "U.S. troops"
_SLUG = re.compile(r"[\W_]+")
_PAIR = re.compile(r"[^\W\d_]+:\s+[^\W_]")  # "Present: Ada Lark, Bo Hansen"
_OPEN_END = re.compile(r"[;:,–—-]$")
Dated = Mapping[int, DatedLine]  # by where the line begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title, where it stands in the text if it does, and the paper's name if one is above it."""

    found: Found = field(default_factory=Found)
    span: Span | None = None
    masthead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A candidate for the title."""

    value: str
    span: Span
    sentence: bool  # it may be the article's first sentence, so it stays evidence


def stated_title(extract: Extract, units: Sequence[Unit], path: str) -> Found:
    """The title that the format states for people to see, if it does.

    Args:
        extract: The text and what its format says.
        units: The lines of the text.
        path: The article's path in the corpus.
    """
    if title_in_name(path) and _is_section(extract, units):
        return Found()
    return _stated(extract.title)


def find_title(
    extract: Extract, units: Sequence[Unit], path: str, dated: Dated, *, stated: Found
) -> Title:
    """Find the title.

    Args:
        extract: The text and what its format says.
        units: The lines of the text.
        path: The article's path in the corpus.
        dated: The lines above the body with a date and names.
        stated: What `stated_title` found.
    """
    named = title_in_name(path)
    line = _line_like(units, stated.value) if stated.value else _title_line(units, path, dated)
    masthead = None
    if line and not stated.value and is_outlet(line.value):
        below = _title_below(units, line, path)
        masthead, line = (line.value, below) if below else (None, line)
    spare = _stated(extract.spare_title)
    other = spare.value or named
    if other and line and not stated.value and _is_note(line, units, other):
        line = None
    return Title(
        found=stated if stated.value else _title(line, named, spare),
        span=line.span if line and not line.sentence else None,
        masthead=masthead,
    )


def _stated(title: Found) -> Found:
    """The title that the format states; none where a program made it up."""
    made_up = title.origin is Origin.META and says_nothing(title.value or "")
    return Found() if made_up else title


def _title(line: _Line | None, named: str | None, spare: Found) -> Found:
    """The line at the top, or what says more than a first sentence."""
    first = Found(value=line.value, origin=Origin.FIRST_LINE) if line else Found()
    if spare.value or named:
        other = spare if spare.value else Found(value=named, origin=Origin.FILE_NAME)
        return other if line is None or line.sentence else first
    return first


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


def _title_line(units: Sequence[Unit], path: str, dated: Dated) -> _Line | None:
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
