"""Mailboxes (.mbox): messages one after another, each behind a line that begins with "From "."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from rag.load.extract_result import Piece, Unreadable
from rag.load.mail import extract_eml

# In a body, such a line has a ">" before it; programs that forget it write no day behind it.
_BEGIN = re.compile(rb"^From [^\n]{0,200}\b\d{4}\b[^\n]{0,40}\r?\n(?=[!-9;-~]+:)", re.MULTILINE)
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def split_mbox(data: bytes) -> Iterator[Piece]:
    """The messages of a mailbox, by their numbers from 1.

    Raises:
        Unreadable: There is none.
    """
    begins = list(_BEGIN.finditer(data))
    if not begins:
        raise Unreadable("no message in it")
    bounds = [(match.end(), match.start()) for match in begins] + [(len(data), len(data))]
    for number, ((start, _), (_, end)) in enumerate(pairwise(bounds), 1):
        message = _ESCAPED.sub(rb"\1", data[start:end])
        yield Piece(name=str(number), read=partial(extract_eml, message))
