"""HTML (.html, .htm, .xhtml): trafilatura finds the article in the page, and so its text.

Title and outlet come from the page's metadata, the date from `page_dates`.
"""

from __future__ import annotations

import re
from typing import Any

from rag.domain import Found, Origin
from rag.load.encoding import decode, storable
from rag.load.extract_result import Extract, Unreadable
from rag.load.page_dates import is_day_first, page_date
from rag.load.saved_from import page_and_address

_HEAD = 4096  # bytes in which HTML wants the charset declared (a little more than it asks)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
# What holds the whole article is hidden only until its script has run, or behind a saved dialog.
_WHOLE = ("html", "body", "main", "article")
_OURS = " and ".join(f"not(self::{tag})" for tag in _WHOLE)
# "aria-hidden" hides from screen readers only, and dialogs put it on all that they cover: what has
# paragraphs is no ornament.
_HIDDEN = (
    "//template | //noscript | //textarea | //select | //datalist | //dialog[not(@open)]"
    f" | //*[@hidden][{_OURS}] | //*[@aria-hidden='true'][{_OURS}][not(.//p)]"
)
_LINKED_HEADLINE = " | ".join(f".//h{n}//a[@href] | .//a[@href]//h{n}" for n in range(2, 6))
_TEASER_WORDS = 50
_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|font-size\s*:\s*0+(?:\.0+)?(?:[a-z]+|%)?\s*(?:;|!|$))",
    re.IGNORECASE,
)
_WHOLE_PAGE = re.compile(r"<(?:html|!doctype)\b", re.IGNORECASE)


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
        facts = extract_metadata(tree, extensive=False)
        url = address or (facts.url if isinstance(facts.url, str) else None)
        date = page_date(tree, title=facts.title, url=url)
        seen = _in_whole_sentences(_without_teasers(_without_hidden(load_html(page))))
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
        date=date,
        day_first=is_day_first(tree.get("lang")),
        url=url,
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


def _without_teasers(tree: Any) -> Any:
    """The page without lists of links to other articles, which trafilatura takes for paragraphs."""
    for found in tree.xpath("//ul[count(li) > 1] | //ol[count(li) > 1]"):
        if all(_is_teaser(item) for item in found.xpath("li")):
            found.drop_tree()
    return tree


def _is_teaser(item: Any) -> bool:
    """Whether an item of a list is a link, or a linked headline with a line below it."""
    words = len("".join(item.itertext()).split())
    linked = sum(len("".join(link.itertext()).split()) for link in item.xpath(".//a[@href]"))
    headline = item.xpath(_LINKED_HEADLINE)
    return 0 < words <= (_TEASER_WORDS if headline else linked)


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


def _in_meta(value: object) -> Found:
    line = " ".join(storable(value).split()) if isinstance(value, str) else ""
    return Found(value=line, origin=Origin.META) if line else Found()
