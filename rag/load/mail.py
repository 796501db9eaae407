"""Messages (.eml), as the standard library reads them; and the form that every message takes here.

The text begins with the header that a mail program shows, and the body follows it. The subject is
the title, the day of sending the date, and who sent it stands where an article has its outlet.
"""

from __future__ import annotations

import email
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parseaddr

from rag.domain import Found, Origin, Span
from rag.language.text import words
from rag.load.encoding import decode, storable
from rag.load.extract_result import Extract, Unreadable
from rag.load.html import extract_markup
from rag.load.mail_quotes import holds_older, not_own
from rag.load.parse_dates import first_date

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_REPLY = re.compile(
    r"(?:(?:re|fwd?|aw|wg|tr|sv|vs|antw|r|rif|rv|res|enc)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
_BLANK = b"\xef\xbb\xbf \t\r\n"  # also a byte order mark
_NAMED = 5  # attachments that are named
_BROKEN = (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a message says, whatever file it comes from."""

    header: tuple[tuple[str, str], ...]  # "From", "Ada Lark <ada@example.org>"
    body: str
    attachments: Sequence[str] = field(default_factory=tuple)  # names of what is not read


def extract_eml(data: bytes) -> Extract:
    """Read a message.

    Raises:
        Unreadable: It has no header, or no body that is text.
    """
    message = email.message_from_bytes(data.lstrip(_BLANK), policy=default)
    if not any(message.get_all(name) for name in ("From", "Date", "Subject", "Message-ID")):
        raise Unreadable("no message: it has neither sender, date nor subject")
    header = tuple((name, value) for name in _SHOWN if (value := _header(message, name)))
    body, attachments = _parts(message)
    return as_extract(Letter(header=header, body=body, attachments=attachments))


def as_extract(letter: Letter) -> Extract:
    """A message as the text of an article.

    Raises:
        Unreadable: Its body holds no text.
    """
    body = storable(letter.body.replace("\r\n", "\n")).strip()
    if not body:
        raise Unreadable("; ".join(["no text in it", *_left_out(letter.attachments)]))
    fields = [(name, _one_line(value)) for name, value in letter.header]
    top = "\n".join(f"{name}: {value}" for name, value in fields if value)
    stated = {name.lower(): value for name, value in fields}
    text = f"{top}\n\n{body}" if top else body
    return as_article(text, stated, begins=len(top), left_out=_left_out(letter.attachments))


def as_article(
    text: str,
    stated: Mapping[str, str],
    *,
    begins: int,
    older: bool = True,
    left_out: Sequence[str] = (),
) -> Extract:
    """The text of a mail as that of an article.

    Args:
        text: With the header.
        stated: Of the header: "from", "date", "subject".
        begins: Where the header ends.
        older: Whether what older mails below say is no evidence either.
        left_out: What is not in the text.
    """
    subject = _REPLY.sub("", _one_line(stated.get("subject", "")), count=1).strip()
    name, address = parseaddr(_one_line(stated.get("from", "")))
    writer = words(f"{name} {address.partition('@')[0]}")
    header = (Span(start=0, end=begins),) if begins else ()
    # What others say below would be shown under the name of who sent it on.
    others = not older and holds_older(text, begins=begins)
    return Extract(
        text=text,
        apart=(*header, *not_own(text, begins=begins, writer=writer, older=older)),
        title=_meta(subject),
        outlet=Found() if others else _meta(name or address),
        date=_meta(first_date(stated.get("date", ""))),
        left_out=tuple(left_out),
    )


def shown(name: str, raw: str) -> str:
    """A field of a header, its words decoded; what is too broken for that, as it stands."""
    try:
        return str(default.header_fetch_parse(name, raw))
    except _BROKEN:
        return raw


def decoded(part: Message) -> str:
    """The text of a part, in the charset that it states."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else str(part.get_payload()).encode()
    try:
        charset = part.get_content_charset()
    except _BROKEN:
        charset = None
    return decode(data, declared=charset)


def _parts(message: EmailMessage) -> tuple[str, list[str]]:
    """The body, as plain text where there is such a part, and what else is attached."""
    if message.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime"):
        raise Unreadable("encrypted message")
    try:
        body = message.get_body(preferencelist=("plain", "html"))
        parts = [part for part in message.walk() if not part.is_multipart() and part is not body]
    except _BROKEN as error:
        raise Unreadable("damaged message") from error
    others = [_name(part) for part in parts if _is_attached(part)]
    if body is None:
        return "", others
    text = decoded(body)
    if body.get_content_type() == "text/html":
        text = extract_markup(text).text if text.strip() else ""
    return text, others


def _is_attached(part: Message) -> bool:
    """Whether a part is more than another form of the body, or a picture in it."""
    kind = part.get_content_maintype()
    return kind != "image" and (kind != "text" or part.get_content_disposition() == "attachment")


def _name(part: Message) -> str:
    try:
        name = part.get_filename()
    except _BROKEN:
        name = None
    return " ".join(storable(name or part.get_content_type()).split())[:100]


def _header(message: EmailMessage, name: str) -> str:
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return shown(name, str(raw))


def _one_line(value: str) -> str:
    return " ".join(storable(value).split())


def _left_out(attachments: Sequence[str]) -> list[str]:
    if not attachments:
        return []
    named = ", ".join(attachments[:_NAMED])
    if len(attachments) == 1:
        return [f"an attachment was not read: {named}"]
    more = f", and {len(attachments) - _NAMED} more" if len(attachments) > _NAMED else ""
    return [f"{len(attachments)} attachments were not read: {named}{more}"]


def _meta(value: str | None) -> Found:
    return Found(value=value, origin=Origin.META) if value else Found()
