"""Feeds (.xml, .rss, .atom): the entries of RSS (all versions) and Atom, each an article.

What an entry says is read as a page is. Its outlet is the title of the feed.
"""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from rag.domain import Found, Origin
from rag.load.encoding import storable
from rag.load.extract_result import Extract, NoArticle, Piece, Unreadable
from rag.load.html import extract_markup
from rag.load.parse_dates import first_date
from rag.load.xml_tree import as_markup, local_name, parse_xml

_KIND = "XML"
_ROOTS = ("rss", "RDF", "feed")
_TEXTS = ("encoded", "content", "description", "summary")  # the fullest first
_DATES = ("pubDate", "published", "date", "issued", "updated", "modified")
_MEDIA = "{http://search.yahoo.com/mrss"
_PLAIN = ("text", "text/plain")
_TAG = re.compile(r"<[^<>]{1,500}>")


def split_feed(data: bytes) -> Iterator[Piece]:
    """The entries of a feed, by their numbers from 1.

    Raises:
        Unreadable: It is damaged, or no feed.
    """
    root = parse_xml(data.lstrip(), kind=_KIND)
    if local_name(root) not in _ROOTS:
        raise NoArticle("is XML, but no feed (RSS or Atom)")
    channel = next((each for each in root if local_name(each) == "channel"), root)
    outlet = _line(_child(channel, "title"))
    entries = list(root.iter("{*}item", "{*}entry"))
    if not entries:
        raise Unreadable("the feed is empty")
    for number, entry in enumerate(entries, 1):
        yield Piece(name=str(number), read=partial(_read, entry, outlet))


def _read(entry: Any, outlet: str) -> Extract:
    texts = (_markup(each) for name in _TEXTS for each in _children(entry, name))
    text = next(filter(None, texts), "")
    if not text:
        raise Unreadable("no text in it")
    stated = (_line(_child(entry, name)) for name in _DATES)
    day = next((iso for date in stated if (iso := first_date(date))), None)
    return dataclasses.replace(
        extract_markup(text),
        title=_meta(_line(_child(entry, "title"))),
        outlet=_meta(outlet),
        date=_meta(day),
        url=_address(entry),
    )


def _children(element: Any, name: str) -> Iterator[Any]:
    """The children of this name, in whatever namespace, but that of pictures and films."""
    for each in element:
        if local_name(each) == name and not each.tag.startswith(_MEDIA):
            yield each


def _child(element: Any, name: str) -> Any | None:
    return next(_children(element, name), None)


def _markup(element: Any) -> str:
    """What an element says, as HTML: Atom may write it as elements, or as plain text."""
    if any(True for _ in element.iterchildren("*")):
        return as_markup(element)
    text = (element.text or "").strip()
    if element.get("type") in _PLAIN:
        return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line)
    return text


def _line(element: Any | None) -> str:
    if element is None:
        return ""
    text = "".join(element.itertext())
    return " ".join(storable(html.unescape(_TAG.sub("", text))).split())


def _address(entry: Any) -> str | None:
    """Where the article stands: the text of RSS's link, the attribute of Atom's."""
    links = _children(entry, "link")
    own = [each for each in links if each.get("rel", "alternate") == "alternate"]
    found = (_line(each) or each.get("href", "") for each in own)
    return next((each for each in found if each.startswith(("http://", "https://"))), None)


def _meta(value: str | None) -> Found:
    return Found(value=value, origin=Origin.META) if value else Found()
