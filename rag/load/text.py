"""Plain text (.txt): the decoded file is the article's text, so its offsets are the file's.

Mails are saved as plain text too; only of those in MIME is the text another one.
"""

from __future__ import annotations

from rag.load.encoding import decode
from rag.load.extract_result import Extract
from rag.load.mail_text import extract_mail


def extract_text(data: bytes) -> Extract:
    """Read a plain text file.

    Raises:
        Unreadable: The bytes are not text.
    """
    text = decode(data)
    return extract_mail(data, text) or Extract(text=text)
