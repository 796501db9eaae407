"""Headers and footers of a Word file: which ones some page has, and what may be cited of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rag.language.proper_names import UPPER
from rag.load.docx_parts import attribute, short, switch, tags

_REFERENCES = (*tags("w:headerReference"), *tags("w:footerReference"))

_MIN_WORDS = 3  # "Page 3 of 7" has two
_WORD = re.compile(r"[^\W\d_]+")
_NAME = re.compile(rf"\S\s(?:{UPPER}[\w'’-]+\s){UPPER}[\w'’-]+")  # inside a line


def margin_ids(document: Any, settings: Any | None) -> Iterator[str]:
    """The ids of the parts of headers and footers, in the order of the sections.

    What decides is ECMA-376, part 1, 17.10.

    Args:
        document: The root of the document.
        settings: That of its settings, if it has any.
    """
    even = bool(switch(settings, "w:evenAndOddHeaders"))
    sections = [
        each
        for each in document.iter(*tags("w:sectPr"))
        if short(each.getparent().tag) != "w:sectPrChange"  # as it was before a tracked change
    ]
    # A section without a first page of its own hands that of the one before on.
    last = max((n for n, each in enumerate(sections) if switch(each, "w:titlePg")), default=-1)
    for n, section in enumerate(sections):
        for each in section.iterchildren(*_REFERENCES):
            kind = attribute(each, "w:type")
            if n <= last if kind == "first" else even or kind != "even":
                yield attribute(each, "r:id") or ""


def is_told_in_margin(text: str) -> bool:
    """Whether a line of a header or footer tells a number or a name, which stands nowhere else.

    What only runs along all pages, "Draft: not confirmed" or the name of the paper, must be no
    answer of its own.

    >>> is_told_in_margin("For the press: Ada Lark"), is_told_in_margin("Draft: not confirmed")
    (True, False)
    """
    words = _WORD.findall(text)
    numbered = any(map(str.isdigit, text)) and len(words) >= _MIN_WORDS
    return numbered or (bool(_NAME.search(text)) and any(word.islower() for word in words))
