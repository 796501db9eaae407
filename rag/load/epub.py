"""Books (.epub): each chapter is an article, so that a citation names the chapter it is from.

A chapter goes by the name of its file in the book. Its outlet is the title of the book.
"""

from __future__ import annotations

import dataclasses
import posixpath
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote

from rag.domain import Found, Origin
from rag.limits import Limits
from rag.load.archive import open_archive, read_named
from rag.load.encoding import storable
from rag.load.extract_result import Extract, NoArticle, Piece, Unreadable
from rag.load.html import extract_html
from rag.load.parse_dates import first_date
from rag.load.xml_tree import parse_xml

_KIND = "EPUB"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html")


def split_epub(data: bytes, limits: Limits) -> Iterator[Piece]:
    """The chapters of a book, in the order in which they are read.

    Raises:
        Unreadable: It is damaged, encrypted or no book, or unpacks to more than is reasonable.
    """
    archive = open_archive(data, limits, kind=_KIND)
    container = parse_xml(read_named(archive, _CONTAINER, kind=_KIND), kind=_KIND)
    place = next((each.get("full-path") for each in container.iter("{*}rootfile")), None)
    package = parse_xml(read_named(archive, place or "", kind=_KIND), kind=_KIND)
    names = list(dict.fromkeys(_chapters(package, posixpath.dirname(place or ""))))
    if not names:
        raise Unreadable("damaged EPUB")
    if _encrypted(archive).issuperset(names):
        raise Unreadable("encrypted EPUB")
    facts = {name: _fact(package, name) for name in ("title", "date")}
    for name in names:
        yield Piece(name=name, read=partial(_read, archive, name, facts))


def _read(archive: zipfile.ZipFile, name: str, facts: dict[str, str]) -> Extract:
    page = read_named(archive, name, kind=_KIND)
    try:
        found = extract_html(page)
    except Unreadable as error:  # a cover, a half-title
        raise NoArticle(error.message) from error
    day = first_date(facts["date"])
    return dataclasses.replace(
        found,
        outlet=Found(value=facts["title"], origin=Origin.META) if facts["title"] else Found(),
        date=Found(value=day, origin=Origin.META) if day else Found(),
    )


def _chapters(package: Any, folder: str) -> Iterator[str]:
    """The names of the pages that are read in order, without lists of contents."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no":
            continue
        contents = "nav" in (item.get("properties") or "").split()
        if item.get("media-type") in _PAGES and not contents:
            name = unquote(item.get("href", "").partition("#")[0])
            yield posixpath.normpath(posixpath.join(folder, name))


def _encrypted(archive: zipfile.ZipFile) -> set[str]:
    """What is encrypted in a book; mostly it is nothing but fonts."""
    if _ENCRYPTION not in archive.namelist():
        return set()
    root = parse_xml(read_named(archive, _ENCRYPTION, kind=_KIND), kind=_KIND)
    return {unquote(each.get("URI", "")) for each in root.iter("{*}CipherReference")}


def _fact(package: Any, name: str) -> str:
    found = next(package.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}"), None)
    return "" if found is None else " ".join(storable(found.text or "").split())
