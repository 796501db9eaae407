"""Markdown (.md, .markdown): the decoded file is the article's text; front matter is set apart.

Front matter is YAML between ``---`` lines, the second of which may be ``...``, or TOML between
``+++`` lines, as static site generators write it. What is broken in it is read as plain
``key: value`` lines.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.domain import Found, Origin, Span
from rag.language.text import plain
from rag.load import field_names
from rag.load.encoding import decode, storable
from rag.load.extract_result import Extract
from rag.load.parse_dates import first_date
from rag.load.tags import read_tags

_FRONT_MATTER = re.compile(
    r"\A\s*(?P<fence>(?P<yaml>---)|\+\+\+)[ \t]*\r?\n(?P<body>.{0,20000}?)"
    r"^(?:(?P=fence)|(?(yaml)\.{3}|(?!)))[ \t]*(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_PAIR = re.compile(r"^([A-Za-z_][\w -]{0,60}?)\s?[:=](.*)$")
_ITEM = re.compile(r"^\s*-\s+(.*?)\s*$")
_CONTINUES = re.compile(r"^(?:\s|-\s|#|$)")
_UNSHOWN = (
    re.compile(r"<(script|style)\b[^<>]{0,1000}>.{0,50000}?</\1\s*>", re.DOTALL | re.IGNORECASE),
    re.compile(
        r"^[ \t]*(?:\{\{(?:(?!\}\}).){0,2000}\}\}|\{%(?:(?!%\}).){0,2000}%\})[ \t]*\r?$",
        re.DOTALL | re.MULTILINE,
    ),
    # Of Obsidian: in a line, or around lines.
    re.compile(
        r"(?<!\S)%%(?!%)[^%\n]{1,500}%%|^%%[ \t]*\r?\n.{0,20000}?^%%[ \t]*\r?$",
        re.DOTALL | re.MULTILINE,
    ),
    # Lines of tags and of what is taken in from elsewhere, and the name of a block at its end.
    re.compile(
        r"^(?:[ \t]{0,9}(?:!\[\[[^\[\]\n]{1,300}\]\]|#[^\W\d_][\w/-]{0,100}(?=\s|$))){1,50}"
        r"[ \t]*\r?$",
        re.MULTILINE,
    ),
    re.compile(r"[ \t]\^(?=[\w-]*[a-z])[\w-]{1,40}[ \t]*\r?$", re.MULTILINE | re.IGNORECASE),
    # Of a footnote only the mark: what it says is text.
    re.compile(r"^\[\^[\w-]{1,40}\]:(?=[ \t])", re.MULTILINE),
)
_HEADING = re.compile(r"^#[ \t]+([^\s#].*)$", re.MULTILINE)
_UNDERLINED = re.compile(r"^([^\n]{1,200})\r?\n=+[ \t]*$", re.MULTILINE)

_KNOWN_KEYS = {
    *("layout", "tags", "author", "authors", "categories", "slug", "permalink", "draft"),
    *field_names.TITLE, *field_names.OUTLET, *field_names.DATE, *field_names.URL,
} - {"heading", "source", "site", "link", "address"}  # fmt: skip


def extract_markdown(data: bytes) -> Extract:
    """Read a Markdown file.

    Raises:
        Unreadable: The bytes are not text.
    """
    text = decode(data)
    unshown = tuple(_unshown(text))
    match = _FRONT_MATTER.match(text)
    pairs = _read_pairs(match["fence"], match["body"]) if match else {}
    if not match or not pairs:
        return Extract(text=text, flowing=True, apart=unshown, title=_heading(text))
    date = first_date(_value(pairs, field_names.DATE) or "")
    url = _value(pairs, field_names.URL)
    outlet = _value(pairs, field_names.OUTLET)
    if outlet and outlet.startswith(("http://", "https://")):
        outlet, url = None, url or outlet
    title = _value(pairs, field_names.TITLE)
    return Extract(
        text=text,
        flowing=True,
        apart=(
            Span(start=0, end=match.end()),
            *(span for span in unshown if span.start >= match.end()),
        ),
        title=_in_front_matter(title) if title else _heading(text[match.end() :]),
        outlet=_in_front_matter(outlet),
        date=_in_front_matter(date),
        url=url,
        tags=read_tags(pairs),
    )


def _unshown(text: str) -> Iterator[Span]:
    """What no reader of Markdown shows: comments, scripts, marks and templates on their lines."""
    found = [match.span() for pattern in _UNSHOWN for match in pattern.finditer(text)]
    end = 0
    for start, stop in sorted([*found, *_comments(text)]):
        if start >= end:
            yield Span(start=start, end=stop)
            end = stop


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """``<!-- … -->``; one that nothing closes is text."""
    start = text.find("<!--")
    while start >= 0 and (close := text.find("-->", start + len("<!--"))) >= 0:
        end = close + len("-->")
        yield start, end
        start = text.find("<!--", end)


def _read_pairs(fence: str, body: str) -> dict[str, object]:
    """Keys in lower case; empty if the block is no front matter but text between two rules."""
    lines = body.splitlines()
    parsed = _parse_toml(body) if fence == "+++" else _parse_yaml(body)
    if parsed is None:
        parsed = _by_lines(lines)
    pairs = {str(key).lower().replace("-", "_"): value for key, value in parsed.items()}
    plain_lines = all(_PAIR.match(line) or _CONTINUES.match(line) for line in lines)
    # A value can run over lines: then the keys tell that it is no text.
    return pairs if plain_lines or _KNOWN_KEYS & pairs.keys() else {}


def _by_lines(lines: Sequence[str]) -> Mapping[str, object]:
    """Each key with what stands behind it on its line, or with the "- …" lines below it."""
    found: dict[str, object] = {}
    key, listed = "", list[str]()
    for line in lines:
        if item := _ITEM.match(line):
            listed.append(item[1].strip("\"'"))
            if len(listed) == 1 and not found.get(key):
                found[key] = listed
        elif pair := _PAIR.match(line):
            key, listed = pair[1], []
            found[key] = pair[2].strip().strip("\"'")
    return found


def _parse_toml(body: str) -> Mapping[Any, object] | None:
    try:
        return dict(tomllib.loads(body))
    except tomllib.TOMLDecodeError:
        return None


def _parse_yaml(body: str) -> Mapping[Any, object] | None:
    import yaml

    try:
        parsed = yaml.safe_load(body)
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: a date such as 2024-13-45
        return None
    return parsed if isinstance(parsed, dict) else None


def _value(pairs: Mapping[str, object], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = pairs.get(key)
        # Only what prints in bounded space: YAML aliases can nest lists into gigabytes.
        if value is not None and not isinstance(value, (list, dict, set, bytes, bool)):
            line = plain(storable(str(value)))
            if line:
                return line
    return None


def _in_front_matter(value: str | None) -> Found:
    return Found(value=value, origin=Origin.FRONT_MATTER) if value else Found()


def _heading(text: str) -> Found:
    match = _HEADING.search(text) or _UNDERLINED.search(text)
    value = plain(match[1]).strip("*_# ") if match else ""
    return Found(value=value, origin=Origin.HEADING) if value else Found()
