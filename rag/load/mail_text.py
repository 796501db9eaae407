"""A mail that was saved as plain text: its header is title, outlet and date, and no evidence.

The text is the file's, so that offsets are those of the file. A mail whose parts are encoded (MIME)
is read as any message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.load.extract_result import Extract
from rag.load.mail import as_article, extract_eml, shown
from rag.load.mail_quotes import find_header

_ENVELOPE = re.compile(r"\s*(?:From \S+ .*\d{4}\s*\n)?")  # how mbox begins a mail
_ENCODED = ("base64", "quoted-printable")


def extract_mail(data: bytes, text: str) -> Extract | None:
    """Read a mail; None if the text is none.

    Args:
        data: The bytes of the file.
        text: The same, decoded.

    Raises:
        Unreadable: It is damaged, or contains no text.
    """
    envelope = _ENVELOPE.match(text)
    header = find_header(text, begins=envelope.end() if envelope else 0)
    if header is None:
        return None
    fields, end = header
    if _is_encoded(fields):
        return extract_eml(data)
    stated = {name: shown(name, fields.get(name, "")) for name in ("from", "date", "subject")}
    # What is repeated below was saved with it, and may stand in no other file.
    return as_article(text, stated, begins=end, older=False)


def _is_encoded(fields: Mapping[str, str]) -> bool:
    kind = fields.get("content-type", "").lower()
    encoding = fields.get("content-transfer-encoding", "").lower()
    return kind.startswith(("multipart/", "text/html")) or encoding in _ENCODED
