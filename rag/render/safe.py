"""What an article, a file name, a question or a model wrote, made harmless for a terminal.

Escape sequences could recolour, retitle or rewrite the screen, and bidirectional controls could
show a quotation in another order than it stands. rich lets both through.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls
    "\u2028\u2029\ufeff\U000e0000-\U000e007f]"  # line separators, invisible tags
)


_SPACES = re.compile(r"\s+")


def safe(text: str) -> str:
    """Text without control characters; tabs and newlines stay."""
    return _UNSAFE.sub("", text)


def safe_line(text: str) -> str:
    """`safe`, on one line: white space to single spaces."""
    return " ".join(safe(text).split())


def safe_inside(text: str) -> str:
    """`safe_line` for a part of a line: a space at either end stays."""
    return _SPACES.sub(" ", safe(text))


def escape_json(encoded: str) -> str:
    """JSON text with the same characters escaped: still the same data, harmless when shown."""
    return _UNSAFE.sub(_escaped, encoded)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code > 0xFFFF:  # JSON escapes are UTF-16
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
