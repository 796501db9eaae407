"""A mail that was saved as plain text: its headers are the title and the date, and no evidence.

Neither is what others wrote in it, between ``>`` marks: the mail would be cited for words that are
not its own. A mail whose parts are encoded (MIME) is decoded by the standard library; otherwise the
text is the file's, so that offsets are those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

from rag.domain import Found, Origin, Span
from rag.load.encoding import storable
from rag.load.extract_result import Extract, Unreadable
from rag.load.html import extract_html
from rag.load.parse_dates import first_date

# As programs name them in English, German, French, Spanish, Portuguese, Italian, Dutch, Russian.
_NAMES = {
    "from": "from von de da van от",
    "to": "to cc bcc an à para a aan кому",
    "subject": "subject re betreff objet asunto assunto oggetto onderwerp тема",
    "date": "date sent datum gesendet envoyé fecha enviado data inviato verzonden дата отправлено",
}
_MEANING = {name: meaning for meaning, names in _NAMES.items() for name in names.split()}
_FIELD = re.compile(r"(?P<name>[^\W\d_][\w-]{0,40})\s?:(?:[ \t]+(?P<value>\S.*))?\s*")
_ENVELOPE = re.compile(r"From \S+ .*\d{4}\s*")  # how mbox begins a mail
_QUOTED = re.compile(r"[ \t]*>")
_PARTING = re.compile(
    r"\s*(?:[-_]{2,}\s*[^\W\d_][^\n]{0,60}?\s*[-_]{2,}|begin forwarded message:"
    r"|(?:on|am|le|el|il|op|em)\s[^\n]{5,200}(?:\d|@)[^\n]{0,200}"
    r"(?:wrote|schrieb[^\n]{0,80}|a écrit|escribió|ha scritto|schreef|escreveu)\s?:"
    r"|[^\n]{5,200}(?:пишет|написал(?:а|\(а\))?)\s?:)\s*",
    re.IGNORECASE,
)
_MAX_FIELDS = 200  # lines
_ENCODED = ("base64", "quoted-printable")


def extract_mail(data: bytes, text: str) -> Extract | None:
    """Read a mail; None if the text is none.

    Args:
        data: The bytes of the file.
        text: The same, decoded.

    Raises:
        Unreadable: It is damaged, or contains no text.
    """
    fields, end = _headers(text)
    if not _is_mail(fields):
        return None
    if _is_encoded(fields):
        text, end = _decoded(data), 0
    subject = _unencoded(fields.get("subject", ""))
    return Extract(
        text=text,
        apart=tuple(_not_its_own(text, end)),
        title=Found(value=subject, origin=Origin.META) if subject else Found(),
        date=_date(fields.get("date", "")),
    )


def _headers(text: str) -> tuple[Mapping[str, str], int]:
    """The fields at the top by what they mean, and where the last of them ends."""
    fields: dict[str, str] = {}
    end = place = 0
    name = ""
    for number, line in enumerate(text.splitlines(keepends=True)[:_MAX_FIELDS]):
        place += len(line)
        match = _FIELD.fullmatch(line.rstrip("\r\n"))
        if match:
            name = _MEANING.get(match["name"].lower(), match["name"].lower())
            fields.setdefault(name, (match["value"] or "").strip())
        elif line[0] in " \t" and line.strip() and name:
            fields[name] = f"{fields[name]} {line.strip()}"
        elif (fields or line.strip()) and not (number == 0 and _ENVELOPE.fullmatch(line)):
            break
        end = place
    return fields, end


def _is_mail(fields: Mapping[str, str]) -> bool:
    """Whether it tells who wrote to whom: "Date: …" and "Source: …" are above articles too."""
    told = {"from", "to", "subject", "date"} & fields.keys()
    return len(told) > 2 or ("from" in told and "message-id" in fields)


def _is_encoded(fields: Mapping[str, str]) -> bool:
    kind = fields.get("content-type", "").lower()
    encoding = fields.get("content-transfer-encoding", "").lower()
    return kind.startswith(("multipart/", "text/html")) or encoding in _ENCODED


def _decoded(data: bytes) -> str:
    try:
        message = message_from_bytes(data.lstrip(), policy=policy.default)
        part = message.get_body(preferencelist=("plain", "html"))
        body = part.get_content() if part is not None else ""
        html = part is not None and part.get_content_subtype() == "html"
    # Broken mails make the library fail anywhere in its own code.
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as e:
        raise Unreadable("damaged mail") from e
    text = body if isinstance(body, str) else ""
    if html and text.strip():
        return extract_html(text.encode()).text
    if not text.strip():
        raise Unreadable("no text in this mail")
    return storable(text.replace("\r\n", "\n"))


def _unencoded(value: str) -> str:
    """A subject as people read it: "=?utf-8?q?caf=C3=A9?=" is "café"."""
    with suppress(MessageError, ValueError, LookupError):
        value = str(make_header(decode_header(value)))
    return " ".join(storable(value).split())


def _date(value: str) -> Found:
    """The day where the writer was."""
    day: str | None
    try:
        day = parsedate_to_datetime(value).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        day = first_date(value[:100])
    return Found(value=day, origin=Origin.META) if day else Found()


def _not_its_own(text: str, end: int) -> Iterator[Span]:
    """Headers, those of mails that are repeated below, and what is quoted."""
    if end:
        yield Span(start=0, end=end)
    run: list[tuple[int, int, str]] = []  # neighbouring lines of fields: start, end, meaning
    place = end
    for line in [*text[end:].splitlines(keepends=True), ""]:
        match = _FIELD.fullmatch(line.rstrip("\r\n"))
        if match:
            meaning = _MEANING.get(match["name"].lower(), "")
            run.append((place, place + len(line), meaning))
        else:
            if {"from"} < {meaning for _, _, meaning in run if meaning}:
                yield Span(start=run[0][0], end=run[-1][1])
            run = []
            if _QUOTED.match(line) or _PARTING.fullmatch(line):
                yield Span(start=place, end=place + len(line))
        place += len(line)
