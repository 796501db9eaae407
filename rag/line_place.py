"""(path, line) of an article -> its place as people read it, the same wherever it is shown.

Only of plain text and Markdown are the lines those of the file. Of other formats, and of files in
an archive, only the text that was read has lines: an editor could not jump there.
"""

from __future__ import annotations

from pathlib import PurePosixPath

PLAIN_FORMATS = (".txt", ".md", ".markdown")
PACKED = frozenset({".zip", ".epub", ".mbox"})  # what others hold as parts is not plain


def line_place(path: str, line: int) -> str:
    """The file and the line of a sentence.

    >>> line_place("2026/court.md", 9), line_place("court.html", 9)
    ('2026/court.md:9', 'court.html (line 9 of its text)')
    """
    parents = PurePosixPath(path).parents
    own = path.lower().endswith(PLAIN_FORMATS) and not any(
        one.suffix.lower() in PACKED for one in parents
    )
    return f"{path}:{line}" if own else f"{path} (line {line} of its text)"
