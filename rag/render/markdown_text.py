"""Text from outside -> Markdown that shows it as it is: no link, image, tag, list or table of it.

Many readers of Markdown make links of bare addresses too. A backslash before one of their marks
prevents that and is not shown. (GitHub's own makes a link of a mail address all the same.)
"""

from __future__ import annotations

import re

from rag.render.safe import shortened

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MARKS = re.compile(
    r"[\\`*_\[\]|~#!@]"
    r"|:(?=//)|(?<=www)\.|(?<=\w)\.(?=[^\W\d_]{2})",  # https://…, www.…, host.name
    re.IGNORECASE,
)
# A line's beginning that would make a list or a heading.
_LIST = re.compile(r"^(?:\d{1,9}(?=[.)](?:\s|$))|(?=[-+=]))")


def markdown_text(text: str, *, longest: int | None = None) -> str:
    r"""Text that Markdown shows as it is, on one line.

    Args:
        text: Anything.
        longest: More characters than these are cut off.

    >>> markdown_text("![x](https://a.b) *so* <b>")
    '\\!\\[x\\](https\\://a.b) \\*so\\* &lt;b&gt;'
    """
    line = shortened(text, longest)
    marked = _MARKS.sub(r"\\\g<0>", line)
    return _LIST.sub(r"\g<0>\\", marked).translate(_ENTITIES)
