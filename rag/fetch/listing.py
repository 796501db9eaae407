"""A feed (RSS, Atom) or a sitemap -> the addresses of its pages, the newest first.

trafilatura reads these too, for crawling: it sorts the addresses by the alphabet, takes the home
page and the sound files of a feed for articles, and drops hosts without a known ending. A limit
needs the order, and an article its own address.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from rag.fetch.manners import NotFetched

_SNIFFED = 4096  # bytes
# The first element, after what may stand before it.
_ROOT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s|<\?[^>]{0,1000}>|<!--.{0,1000}?-->|<!DOCTYPE[^>\[]{0,300}>)*"
    rb"<(?:[\w.-]{1,30}:)?(?P<name>rss|feed|RDF|urlset|sitemapindex)[\s>]",
    re.DOTALL,
)
_GZIP = b"\x1f\x8b"
MOST = 20 * 1024 * 1024  # bytes, unpacked: a sitemap of all 50,000 pages that it may have has ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a feed or a sitemap points to."""

    kind: str  # for people: "feed", "sitemap"
    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()  # where it is a list of sitemaps


def read_listing(data: bytes, *, base: str) -> Listing | None:
    """The addresses in a feed or sitemap.

    Args:
        data: What a server sent; a sitemap may be packed with gzip.
        base: The address that it came from.

    Returns:
        None where it is something else.

    Raises:
        NotFetched: It is too large, or damaged.
    """
    data = _unpacked(data)
    if data[:_SNIFFED].removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"http"):
        lines = data.decode("utf-8-sig", errors="replace").split()
        if all(line.startswith(("http://", "https://")) for line in lines):
            return Listing(kind="sitemap", pages=_absolute(iter(lines), base))
    root = _ROOT.match(data[:_SNIFFED])
    if not root:
        return None
    if len(data) > MOST:
        raise NotFetched(f"is a list of pages of more than {MOST // 1024**2} MB", skipped=True)
    tree = _tree(data)
    if root["name"] == b"sitemapindex":
        return Listing(kind="sitemap", sitemaps=_absolute(_dated(tree, "sitemap"), base))
    if root["name"] == b"urlset":
        return Listing(kind="sitemap", pages=_absolute(_dated(tree, "url"), base))
    return Listing(kind="feed", pages=_absolute(_entries(tree), base))


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data
    try:
        return zlib.decompressobj(32 + zlib.MAX_WBITS).decompress(data, MOST + 1)
    except zlib.error as error:
        raise NotFetched("is damaged: it is not the gzip that it says") from error


def _tree(data: bytes) -> Any:
    from lxml import etree

    # No entity is resolved and nothing loaded: a feed may come from anybody.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        tree = etree.fromstring(data, parser)
    except etree.LxmlError as error:
        raise NotFetched("is damaged XML") from error
    if tree is None:
        raise NotFetched("is damaged XML")
    return tree


def _dated(tree: Any, name: str) -> Iterator[str]:
    """Where the entries of a sitemap lead, the latest first; those without a day come last."""
    found = []
    for entry in tree.xpath("//*[local-name()=$name]", name=name):
        parts = {_local(part): _words(part) for part in entry}
        found.append((parts.get("lastmod", ""), parts.get("loc", "")))
    for _, place in sorted(found, key=lambda pair: pair[0], reverse=True):
        yield place


def _entries(tree: Any) -> Iterator[str]:
    """Where the entries of a feed lead, in its own order."""
    for entry in tree.xpath("//*[local-name()='item' or local-name()='entry']"):
        links = [part for part in entry if _local(part) == "link"]
        places = [
            part.get("href") or _words(part)
            for part in links
            if part.get("rel", "alternate") == "alternate"
        ]
        guids = [part for part in entry if _local(part) == "guid"]
        places += [
            words
            for part in guids
            if part.get("isPermaLink") != "false" and (words := _words(part)).startswith("http")
        ]
        yield next(filter(None, places), "")


def _local(element: Any) -> str:
    """The name of an element without its namespace; comments have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _words(element: Any) -> str:
    return "".join(element.itertext()).strip()


def _absolute(places: Iterator[str], base: str) -> tuple[str, ...]:
    """Each address once, whole and without its fragment."""
    found: dict[str, None] = {}
    for place in places:
        try:
            whole = urljoin(base, place).partition("#")[0]
        except ValueError:
            whole = place  # whoever fetches it says what is wrong
        if place and whole != base:
            found[whole] = None
    return tuple(found)
