"""OpenDocument text (.odt): what its program shows, in the order in which it is read.

Headings are set apart, and a note follows the paragraph that refers to it. Comments, deleted and
hidden text, and generated lists such as the table of contents are left out. The document's
properties are used only when nothing else names title or date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rag.domain import Found, Origin
from rag.limits import DEFAULT, Limits
from rag.load.archive import open_archive, read_named
from rag.load.extract_result import Extract, Unreadable, laid_out
from rag.load.parse_dates import first_date
from rag.load.xml_tree import local_name, parse_xml

_KIND = "ODT"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NOT_SHOWN = frozenset(
    "tracked-changes annotation annotation-end note-citation hidden-text hidden-paragraph"
    " sequence-decls variable-decls user-field-decls forms ruby-text desc title"
    " table-of-content alphabetical-index illustration-index table-index object-index user-index"
    " bibliography".split()
)
_PARAGRAPHS = frozenset({"p", "h"})
_SPACES = {"tab": "\t", "line-break": "\n"}
_UNREAD = {
    "object": ("an embedded object was", "embedded objects were"),
    "object-ole": ("an embedded object was", "embedded objects were"),
    "image": ("a picture was", "pictures were"),
}
_MOST_SPACES = 100  # that one element stands for


def extract_odt(data: bytes, limits: Limits = DEFAULT) -> Extract:
    """Read an OpenDocument text.

    Raises:
        Unreadable: It is damaged, encrypted or something else, or unpacks to more than is
            reasonable.
    """
    with open_archive(data, limits, kind=_KIND) as archive:
        names = archive.namelist()
        if "META-INF/manifest.xml" in names and b"encryption-data" in read_named(
            archive, "META-INF/manifest.xml", kind=_KIND
        ):
            raise Unreadable("encrypted ODT")
        root = parse_xml(read_named(archive, "content.xml", kind=_KIND), kind=_KIND)
        meta = None
        if "meta.xml" in names:
            meta = parse_xml(read_named(archive, "meta.xml", kind=_KIND), kind=_KIND)
    body = next(root.iter("{*}text"), None)
    if body is None or local_name(body.getparent()) != "body":
        raise Unreadable("not an OpenDocument text, although its name ends in .odt")
    reader = _Reader(root)
    blocks = [(text, heading) for text, heading in reader.flow(body) if text]
    text, spans = laid_out([text for text, _ in blocks])
    headings = tuple(span for span, (_, heading) in zip(spans, blocks, strict=True) if heading)
    first = next((text for text, heading in blocks if heading), "")
    title = _property(meta, "title")
    stamp = first_date(_property(meta, "creation-date") or _property(meta, "date"))
    return Extract(
        text=text,
        apart=headings,
        title=Found(value=" ".join(first.split()), origin=Origin.HEADING) if first else Found(),
        spare_title=Found(value=title, origin=Origin.META) if title else Found(),
        stamp=Found(value=stamp, origin=Origin.META) if stamp else Found(),
        left_out=tuple(reader.left_out(only_pictures=not blocks)),
    )


class _Reader:
    """One document, while it is read."""

    def __init__(self, root: Any) -> None:
        self._unread: Counter[str] = Counter()
        self._hidden = {
            style.get(f"{_STYLE}name")
            for style in root.iter(f"{_STYLE}style")
            if any(each.get(f"{_TEXT}display") == "none" for each in style)
        }

    def flow(self, container: Any) -> Iterator[tuple[str, bool]]:
        """The paragraphs and tables below an element, and whether each is a heading."""
        for element in container.iterchildren("*"):
            name = local_name(element)
            if not self._is_shown(element):
                continue
            if name in _PARAGRAPHS:
                asides: list[tuple[str, bool]] = []
                text = "".join(self._inline(element, asides)).strip()
                yield text, name == "h"
                yield from asides
            elif name == "table":
                yield "\n".join(self._rows(element)), False
            elif name in _UNREAD:
                self._unread[name] += 1
            else:
                yield from self.flow(element)

    def left_out(self, *, only_pictures: bool) -> Iterator[str]:
        """What was not read; of pictures only where there is nothing else."""
        for kind, count in self._unread.items():
            if kind != "image" or only_pictures:
                one, many = _UNREAD[kind]
                yield f"{one} not read" if count == 1 else f"{count:,} {many} not read"

    def _is_shown(self, element: Any) -> bool:
        return not (
            local_name(element) in _NOT_SHOWN
            or element.get(f"{_TEXT}display") == "none"
            or element.get(f"{_TEXT}style-name") in self._hidden
        )

    def _inline(self, element: Any, asides: list[tuple[str, bool]]) -> Iterator[str]:
        """The words of a paragraph; ``asides`` gets its notes and text boxes."""
        yield _words(element.text)
        for child in element.iterchildren("*"):
            name = local_name(child)
            if not self._is_shown(child):
                pass
            elif name == "s":
                count = child.get(f"{_TEXT}c", "1")
                yield " " * min(int(count) if count.isdecimal() else 1, _MOST_SPACES)
            elif name in _SPACES:
                yield _SPACES[name]
            elif name in ("note", "frame", "text-box"):
                asides += self.flow(child)
            else:
                yield from self._inline(child, asides)
            yield _words(child.tail)

    def _rows(self, table: Any) -> Iterator[str]:
        """A line for each row; what stands in a cell of a cell goes with it."""
        for row in table.iter("{*}table-row"):
            if next(row.iterancestors("{*}table"), None) is table:
                cells = [
                    " ".join(" ".join(text for text, _ in self.flow(cell)).split())
                    for cell in row.iterchildren("{*}table-cell")
                ]
                if any(cells):
                    yield " | ".join(cells)


def _words(text: str | None) -> str:
    """Text as XML writes it: line ends and runs of spaces are one space."""
    if not text:
        return ""
    words = " ".join(text.split())
    return f"{' ' * text[0].isspace()}{words}{' ' * (bool(words) and text[-1].isspace())}"


def _property(meta: Any, name: str) -> str:
    found = None if meta is None else next(meta.iter(f"{{*}}{name}"), None)
    return "" if found is None else " ".join((found.text or "").split())
