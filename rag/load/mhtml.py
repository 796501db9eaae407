"""Saved pages with all that belongs to them (.mht, .mhtml): a message of parts; the page is read.

The day of saving is used only when nothing else tells when the article appeared.
"""

from __future__ import annotations

import dataclasses
import email
from email.message import Message

from rag.domain import Found, Origin
from rag.load.extract_result import Extract, Unreadable
from rag.load.html import extract_markup
from rag.load.mail import decoded
from rag.load.parse_dates import first_date

_PAGES = ("text/html", "application/xhtml+xml")
_PLACES = ("Snapshot-Content-Location", "Content-Location")


def extract_mhtml(data: bytes) -> Extract:
    """Read a saved page.

    Raises:
        Unreadable: It holds no page, or the page no article.
    """
    message = email.message_from_bytes(data.lstrip())
    page = next((part for part in message.walk() if part.get_content_type() in _PAGES), None)
    if page is None:
        raise Unreadable("no web page in it")
    found = extract_markup(decoded(page))
    saved = first_date(str(message.get("Date", "")))
    return dataclasses.replace(
        found,
        url=found.url or _place(message) or _place(page),
        stamp=Found(value=saved, origin=Origin.META) if saved else Found(),
    )


def _place(message: Message) -> str | None:
    """The address that the page was saved from."""
    stated = (str(message.get(name, "")).strip() for name in _PLACES)
    return next((place for place in stated if place.startswith(("http://", "https://"))), None)
