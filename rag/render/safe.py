"""What an article, a file name, a question or a model wrote, made harmless for a terminal.

Escape sequences could recolour, retitle or rewrite the screen, and bidirectional controls could
show a quotation in another order than it stands. rich lets both through.
"""

from __future__ import annotations

import re

from rag.language.invisible import UNSEEN, without_unseen

_BREAKS = re.compile("[\x0b-\x0d\x1c-\x1f\x85\u2028\u2029]")  # other white space than tab, newline
_SPACES = re.compile(r"\s+")
_LINES = re.compile(r"[\t\n]")
_HARMFUL = re.compile(f"{UNSEEN.pattern}|{_BREAKS.pattern}")


def safe(text: str) -> str:
    """Text without control characters and invisible ones; tabs and newlines stay."""
    return _BREAKS.sub("", without_unseen(text))


def safe_line(text: str) -> str:
    """`safe`, on one line: white space to single spaces."""
    return " ".join(without_unseen(text).split())


def shortened(text: str, longest: int | None) -> str:
    """`safe_line`, cut off where it has more characters than these; None for all of it."""
    line = safe_line(text)
    if longest is None or len(line) <= longest:
        return line
    return line[: longest - 1].rstrip() + "…"


def safe_inside(text: str) -> str:
    """`safe_line` for a part of a line: a space at either end stays."""
    return _SPACES.sub(" ", without_unseen(text))


def safe_row(text: str) -> str:
    """`safe`, on one line whose spaces stay: columns keep their width."""
    return _LINES.sub(" ", safe(text))


def escape_json(encoded: str) -> str:
    """JSON text with the same characters escaped: still the same data, harmless when shown."""
    return _HARMFUL.sub(_escaped, encoded)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code > 0xFFFF:  # JSON escapes are UTF-16
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
