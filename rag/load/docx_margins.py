"""Which headers and footers some page of a Word file has (ECMA-376, part 1, 17.10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rag.load.docx_parts import attribute, short, switch, tags

_REFERENCES = (*tags("w:headerReference"), *tags("w:footerReference"))


def margin_ids(document: Any, settings: Any | None) -> Iterator[str]:
    """The ids of their parts, in the order of the sections.

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
