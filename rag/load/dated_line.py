"""A date with a name beside it: "Friday 9 May 2014 | The Alta Post", "3 May 2019, by Ada Lark".

Under a title such a line is a header and no evidence. Elsewhere it may be a line of a list, so the
line alone does not decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.language.line_ends import ends_sentence, is_bullet
from rag.language.text import plain
from rag.load.outlet_names import is_outlet
from rag.load.parse_dates import SMALL_WORDS, find_dates, is_update, without_dates

_MAX_LINE = 120  # characters
_MAX_NAMES, _MAX_WORDS = 3, 6
_DATE = "\0"  # stands for a date in the line
_SEPARATOR = re.compile(r"\s*[|•·,;()\[\]]\s*|\s+[-/]+\s+|\s*[–—]+\s*")
# Who wrote it follows, or what printed it.
_BY = re.compile(
    r"(?:(?:written|reported|compiled|posted|published|words|story|text)\s+)?"
    r"(?:by|von|par|por|av|af|door)\s+|(?:authors?|text|words|story|reporter):\s*",
    re.IGNORECASE,
)
_PRINTED_IN = re.compile(
    r"(?:source|outlet|publication|publisher|newspaper|published in|first published in|from):?\s+",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?:page|pages|pp?\.)\s?\w{1,4}(?:[-–]\w{1,4})?", re.IGNORECASE)
_LINKS = frozenset("of the and for in de del der des di du la le van von y und et & al".split())
_ARTICLES = frozenset("Le Il El Las Den".split())  # with which names begin: "Le Courrier d'Alta"
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedLine:
    """A line that holds a date and one to three names."""

    outlet: str | None  # the name that is certainly one of an outlet


def read_dated_line(line: str) -> DatedLine | None:
    """Read a line that is a date and names, parted by marks or "by"; None if it holds more.

    Args:
        line: A trimmed line, verbatim (Markdown and all).

    >>> read_dated_line("*9 May 2014 | The Alta Post*").outlet
    'The Alta Post'
    >>> read_dated_line("Born 9 May 1950"), read_dated_line("Ada Lark, 9 May 1950 – 3 June 2014")
    (None, None)
    """
    if len(line) > 2 * _MAX_LINE or not _DIGIT.search(line) or is_bullet(line):
        return None
    words = plain(line).strip(" *_>#")
    dates = find_dates(words)
    if not dates or len(words) > _MAX_LINE or ends_sentence(words):
        return None
    if len(dates) > 1 and not is_update(words):
        return None
    names: list[tuple[str, bool]] = []
    for part in _SEPARATOR.split(without_dates(words, mark=_DATE)):
        name = _name_in(part.strip())
        if name is None:
            return None
        if name:
            names.append((name, bool(_PRINTED_IN.match(part))))
    if not 0 < len(names) <= _MAX_NAMES:
        return None
    return DatedLine(outlet=next((name for name, is_one in names if is_one or _known(name)), None))


def _name_in(part: str) -> str | None:
    """The name in a part of the line, empty where only a date or a page is; None for other text.

    A name right beside a date could be a verb: "Born 9 May 1950". So one in the same part as the
    date follows "by", or is known to be an outlet.
    """
    named = _DATE not in part and part.split(" ")[0] in _ARTICLES
    rest = part if named else _without_small_words(part.replace(_DATE, " "))
    if not rest or _PAGE.fullmatch(rest):
        return ""
    by = _BY.match(rest) or _PRINTED_IN.match(rest)
    name = rest[by.end() :] if by else rest
    if _DATE in part and not by and not is_outlet(name):
        return None
    return name if _is_name(name) else None


def _without_small_words(part: str) -> str:
    """A part without what may stand beside a date, "Published on", "at"; "by" is no such word."""
    tokens = part.split()
    while tokens and _is_small(tokens[0]):
        tokens = tokens[1:]
    while tokens and _is_small(tokens[-1]):
        tokens = tokens[:-1]
    return " ".join(tokens)


def _is_small(token: str) -> bool:
    words = _WORD.findall(token.lower())
    return not words or all(word in SMALL_WORDS for word in words)


def _is_name(words: str) -> bool:
    tokens = words.split()
    if not 0 < len(tokens) <= _MAX_WORDS or ":" in words:
        return False
    if _HOST.fullmatch(words):
        return True
    capital = [token.lstrip("\"'“‘„«")[:1].isupper() for token in tokens]
    fits = (
        big or token.isdigit() or token in _LINKS
        for big, token in zip(capital, tokens, strict=True)
    )
    return capital[0] and all(fits)


def _known(name: str) -> bool:
    """Whether a name is one of an outlet; "The Hague" is a place."""
    tokens = name.split()
    return (
        is_outlet(name)
        or bool(_HOST.fullmatch(name))
        or (tokens[0].lower() == "the" and len(tokens) > 2)
    )
