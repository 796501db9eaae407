"""Text from outside -> Markdown that shows it as it is: no link, image, tag, list or table of it.

Many readers of Markdown make links of bare addresses too. A backslash before one of their marks
prevents that and is not shown. (GitHub's own makes a link of a mail address all the same.)
"""

from __future__ import annotations

import re

from rag.render.safe import shortened

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# How names of files end, and those of hosts do not: "md" and "zip" end both.
_ENDINGS = "html?|xhtml|docx|odt|pdf|txt|rtf|eml|msg|csv|tsv|jsonl?|xml|pptx|xlsx|epub|mbox|srt|vtt"
_MARKS = re.compile(
    r"[\\`*\[\]|~@]|(?<![^\W_])_|_(?![^\W_])"  # "a_b" is no emphasis
    # https://…, www.…, host.name
    rf"|:(?=//)|(?<=www)\.|(?<=\w)\.(?=[^\W\d_]{{2}})(?!(?:{_ENDINGS})(?![\w-]))",
    re.IGNORECASE,
)
# A line's beginning that would make a list or a heading.
_LIST = re.compile(r"^(?:\d{1,9}(?=[.)](?:\s|$))|(?=[-+=#]))")


def markdown_text(text: str, *, longest: int | None = None) -> str:
    r"""Text that Markdown shows as it is, on one line.

    Args:
        text: Anything.
        longest: More characters than these are cut off.

    >>> markdown_text("![x](https://a.b) *so* <b>")
    '!\\[x\\](https\\://a.b) \\*so\\* &lt;b&gt;'
    """
    line = shortened(text, longest)
    marked = _MARKS.sub(r"\\\g<0>", line)
    return _LIST.sub(r"\g<0>\\", marked).translate(_ENTITIES)
