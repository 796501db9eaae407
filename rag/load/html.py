"""HTML (.html, .htm, .xhtml): trafilatura finds the article in the page, and so its text.

Title and outlet come from the page's metadata. The date is read only where the page states it for
the article (meta tags, JSON-LD, ``<time>``): trafilatura's own search also guesses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rag.domain import Found, Origin
from rag.load.encoding import decode, storable
from rag.load.extract_result import Extract, Unreadable
from rag.load.parse_dates import first_date
from rag.load.saved_from import page_and_address

_HEAD = 4096  # bytes in which HTML wants the charset declared (a little more than it asks)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_DATE_METAS = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "publication_date",
    "publish-date",
    "pubdate",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "parsely-pub-date",
    "sailthru.date",
)
# What holds the whole article is hidden only until its script has run, or behind a saved dialog.
_WHOLE = ("html", "body", "main", "article")
_OURS = " and ".join(f"not(self::{tag})" for tag in _WHOLE)
# "aria-hidden" hides from screen readers only, and dialogs put it on all that they cover: what has
# paragraphs is no ornament.
_HIDDEN = (
    "//template | //noscript | //textarea | //select | //datalist | //dialog[not(@open)]"
    f" | //*[@hidden][{_OURS}] | //*[@aria-hidden='true'][{_OURS}][not(.//p)]"
)
_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|font-size\s*:\s*0+(?:\.0+)?(?:[a-z]+|%)?\s*(?:;|!|$))",
    re.IGNORECASE,
)
_WHOLE_PAGE = re.compile(r"<(?:html|!doctype)\b", re.IGNORECASE)
_MAX_DEPTH = 20  # of JSON-LD


def extract_html(data: bytes) -> Extract:
    """Read a saved web page.

    Raises:
        Unreadable: The bytes are not text, or the page holds no article.
    """
    page, address = page_and_address(decode(data, declared=declared_charset(data)))
    page = _XML_DECLARATION.sub("", page)
    from lxml import etree
    from trafilatura import baseline, extract, extract_metadata, load_html

    try:
        tree = load_html(page)
        if tree is None:
            raise Unreadable("it contains no HTML, or is nested too deeply")
        facts = extract_metadata(tree)
        seen = _in_whole_sentences(_without_hidden(load_html(page)))
        body = extract(seen, include_comments=False, include_tables=True) or baseline(seen)[1]
    # Broken pages make both libraries fail anywhere in their own code; the page is the cause.
    except (
        etree.LxmlError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        RecursionError,
    ) as error:
        raise Unreadable("damaged HTML") from error
    text = "\n\n".join(line.strip() for line in (body or "").splitlines() if line.strip())
    if not text:
        raise Unreadable("no article text in the page")
    return Extract(
        text=storable(text),
        title=_in_meta(facts.title),
        outlet=_in_meta(facts.sitename),
        date=_in_meta(next(_stated_dates(tree), None)),
        url=address or (facts.url if isinstance(facts.url, str) else None),
    )


def extract_markup(markup: str) -> Extract:
    """Read a page or a piece of one, as messages and feeds hold it.

    Raises:
        Unreadable: It holds no text.
    """
    # Without the outermost element, the library takes a short piece for something else.
    whole = _WHOLE_PAGE.search(markup[:_HEAD])
    page = markup if whole else f"<html><body>{markup}</body></html>"
    return extract_html(storable(page).encode())


def _without_hidden(tree: Any) -> Any:
    """The page without what no browser shows: an order to a model could stand there unseen.

    Only what the elements themselves say is looked at; style sheets, colours and places off the
    screen are not.
    """
    for element in tree.xpath(_HIDDEN):
        element.drop_tree()
    for element in tree.xpath("//*[@style]"):
        if element.tag not in _WHOLE and _HIDING.search(element.get("style")):
            element.drop_tree()
    return tree


def _in_whole_sentences(tree: Any) -> Any:
    """The page without line breaks in the middle of a sentence: trafilatura parts the text there.

    "Nobody<br>believes that …" would be read as two paragraphs, the second of which is not true.
    """
    for mark in tree.xpath("//br"):
        goes_on = (mark.tail or "").lstrip()
        if goes_on[:1].islower():
            mark.tail = f" {goes_on}"
            mark.drop_tag()
    return tree


def declared_charset(data: bytes) -> str | None:
    """The charset that a page itself names."""
    match = _CHARSET.search(data[:_HEAD]) or _XML_CHARSET.search(data[:_HEAD])
    return match[1].decode("ascii") if match else None


def _stated_dates(tree: Any) -> Iterator[str]:
    metas = {
        (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): meta.get(
            "content"
        )
        for meta in reversed(tree.xpath("//meta[@content]"))
    }
    stated = [metas.get(name) for name in _DATE_METAS]
    for script in tree.xpath('//script[@type="application/ld+json"]'):
        stated.extend(_published(_parse_json(script.text)))
    stated += tree.xpath('//*[@itemprop="datePublished"]/@datetime | //time[@pubdate]/@datetime')
    # Other <time> elements belong to teasers as often as to the article.
    stated += tree.xpath("//article//header//time/@datetime")[:1]
    for value in stated:
        iso = first_date(str(value)[:100]) if value else None
        if iso:
            yield iso


def _parse_json(text: str | None) -> object:
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None


def _published(value: object, depth: int = 0) -> Iterator[str]:
    """Every ``datePublished`` of a JSON-LD document, the outermost first."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        date = value.get("datePublished")
        if isinstance(date, str):
            yield date
    children = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    for child in children:
        yield from _published(child, depth + 1)


def _in_meta(value: object) -> Found:
    line = " ".join(storable(value).split()) if isinstance(value, str) else ""
    return Found(value=line, origin=Origin.META) if line else Found()
