"""Plain text (.txt): the decoded file is the article's text, so its offsets are the file's."""

from __future__ import annotations

from rag.load.encoding import decode
from rag.load.extract_result import Extract


def extract_text(data: bytes) -> Extract:
    """Read a plain text file.

    Raises:
        Unreadable: The bytes are not text.
    """
    return Extract(text=decode(data))
