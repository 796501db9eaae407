"""Articles as records: a table (.csv, .tsv) or a list (.json, .jsonl) with a field for each fact.

News databases and feeds in JSON are exported so. A table without a column of texts is one article,
read row by row; JSON without a list of articles is none.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from rag.domain import Found, Origin
from rag.load import field_names
from rag.load.encoding import decode, storable
from rag.load.extract_result import Extract, NoArticle, Piece, Unreadable
from rag.load.field_names import by_plain_name, first_of
from rag.load.html import extract_markup
from rag.load.parse_dates import first_date
from rag.load.table import extract_sheets, find_names, read_csv

Fields = Mapping[str, object]

_MARKUP = re.compile(r"</(?:p|div|a|h[1-6]|ul|ol|li|span|article|b|i|em|strong)>|<br\s*/?>", re.I)
_NAMES_OF_A_NAME = ("name", "title")  # of the outlet, where it is a record itself
_SECONDS = range(10**8, 10**11)  # since 1970, a date as a number; beyond, thousandths of them
_NO_ARTICLES = "contains no articles: a list of objects with a text, body or content is read"


def split_csv(data: bytes) -> Iterator[Piece]:
    """The articles of a table, by the numbers of their rows; or the table, as one.

    Raises:
        Unreadable: The bytes are not text, or no table.
    """
    rows = read_csv(data)
    place = find_names(rows)
    names = by_plain_name((name, name) for name in rows[place]) if place is not None else {}
    if place is None or not _is_of_articles(names):
        yield Piece(name="", read=partial(extract_sheets, [("", rows)]))
        return
    for number, row in enumerate(rows[place + 1 :], place + 2):
        if any(row):
            fields = by_plain_name(zip(rows[place], row, strict=False))
            yield Piece(name=str(number), read=partial(read_record, fields))


def split_json(data: bytes) -> Iterator[Piece]:
    """The articles of a list, by their numbers from 1; or the one that a file is.

    Raises:
        Unreadable: It is damaged, or has no articles.
    """
    value = _loaded(decode(data))
    if isinstance(value, dict) and _has_text(fields := by_plain_name(value.items())):
        yield Piece(name="", read=partial(read_record, fields))
        return
    yield from _numbered(list(enumerate(_list_in(value), 1)))


def split_jsonl(data: bytes) -> Iterator[Piece]:
    """The articles of a file with one on each line, by the numbers of the lines.

    Raises:
        Unreadable: The bytes are not text, or no line is an article.
    """
    lines = enumerate(decode(data).split("\n"), 1)
    values = [(n, _loaded_line(line)) for n, line in lines if line.strip()]
    if all(value is None for _, value in values):
        raise Unreadable("damaged JSON")
    yield from _numbered(values)


def read_record(fields: Fields) -> Extract:
    """One article.

    Args:
        fields: What is known of it, by names as `rag.load.field_names` has them.

    Raises:
        Unreadable: It has no text.
    """
    text = _text(fields)
    if not text:
        raise Unreadable("no text in it")
    found = extract_markup(text) if _MARKUP.search(text) else Extract(text=text)
    url = _line(first_of(fields, field_names.URL))
    return dataclasses.replace(
        found,
        title=_meta(_line(first_of(fields, field_names.TITLE))),
        outlet=_meta(_line(first_of(fields, field_names.OUTLET))),
        date=_meta(_day(first_of(fields, field_names.DATE))),
        url=url if url.startswith(("http://", "https://")) else None,
    )


def _is_of_articles(fields: Fields) -> bool:
    other = (*field_names.TITLE, *field_names.DATE)
    return any(fields.get(name) for name in field_names.TEXT) and any(map(fields.get, other))


def _numbered(values: Sequence[tuple[int, object]]) -> Iterator[Piece]:
    """Articles by their numbers; what has no text is one that cannot be read."""
    records = [
        (number, by_plain_name(value.items()) if isinstance(value, dict) else {})
        for number, value in values
    ]
    if not any(_has_text(fields) for _, fields in records):
        raise NoArticle(_NO_ARTICLES)
    for number, fields in records:
        yield Piece(name=str(number), read=partial(read_record, fields))


def _list_in(value: object) -> list[object]:
    """The list itself, or the first in an object that has texts: {"articles": […]}."""
    if isinstance(value, list):
        return value
    for inner in value.values() if isinstance(value, dict) else ():
        if isinstance(inner, list) and any(
            isinstance(one, dict) and _has_text(by_plain_name(one.items())) for one in inner
        ):
            return inner
    raise NoArticle(_NO_ARTICLES)


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("damaged JSON") from error


def _loaded_line(line: str) -> object:
    try:
        return _loaded(line)
    except Unreadable:
        return None


def _has_text(fields: Fields) -> bool:
    summed_up = first_of(fields, field_names.TITLE) and first_of(fields, field_names.SUMMARY)
    return bool(_words(first_of(fields, field_names.TEXT)) or _words(summed_up))


def _text(fields: Fields) -> str:
    whole = _words(first_of(fields, field_names.TEXT))
    return whole or _words(first_of(fields, field_names.SUMMARY))


def _words(value: object) -> str:
    """A text, also one that is a list of paragraphs."""
    if isinstance(value, list):
        return "\n\n".join(filter(None, map(_words, value)))
    return storable(value.replace("\r\n", "\n")).strip() if isinstance(value, str) else ""


def _line(value: object) -> str:
    if isinstance(value, dict):  # {"name": "Courier"}
        value = first_of(by_plain_name(value.items()), _NAMES_OF_A_NAME)
    return " ".join(storable(value).split()) if isinstance(value, str) else ""


def _day(value: object) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = int(value) if value < _SECONDS.stop else int(value / 1000)
        return (
            datetime.fromtimestamp(seconds, UTC).date().isoformat()
            if (seconds in _SECONDS)
            else None
        )
    return first_date(value[:100]) if isinstance(value, str) else None


def _meta(value: str | None) -> Found:
    return Found(value=value, origin=Origin.META) if value else Found()
