"""Messages of Outlook (.msg): python-oxmsg reads them, and they take the form of any message."""

from __future__ import annotations

import struct
from typing import Any

from rag.load.extract_result import Extract, Unreadable
from rag.load.html import extract_markup
from rag.load.mail import Letter, as_extract

_BEGINS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def extract_msg(data: bytes) -> Extract:
    """Read a message.

    Raises:
        Unreadable: It is damaged, something else, or has no body that is text.
    """
    if not data.startswith(_BEGINS):
        raise Unreadable("is not an Outlook message, although its name ends in .msg")
    from oxmsg import Message

    # A damaged file makes the library, and olefile below it, fail anywhere in their own code.
    try:
        return as_extract(_letter(Message.load(data)))
    except (
        OSError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        AssertionError,
        RecursionError,
        NotImplementedError,
        struct.error,
    ) as error:
        raise Unreadable("damaged MSG") from error


def _letter(message: Any) -> Letter:
    headers = {name.lower(): value for name, value in message.message_headers.items()}
    sent = message.sent_date
    to = ", ".join(_person(each.name, each.email_address) for each in message.recipients)
    fields = (
        ("From", message.sender),
        ("To", to),
        ("Date", headers.get("date") or (sent and sent.strftime("%d %B %Y, %H:%M"))),
        ("Subject", message.subject),
    )
    body = message.body or ""
    if not body.strip() and message.html_body:
        body = extract_markup(message.html_body).text
    return Letter(
        header=tuple((name, value.replace("\0", "")) for name, value in fields if value),
        body=body.replace("\0", ""),
        attachments=[str(each.file_name or "unnamed") for each in message.attachments],
    )


def _person(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and address and name != address else name or address
