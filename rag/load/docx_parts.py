"""The parts of a Word file, out of the archive that they are packed in (ECMA-376, part 2).

Elements and attributes go by short names, ``w:p``, in both forms of the format: "Strict Open XML"
has other namespaces than what Word writes otherwise, and is the same in all else.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Self

from rag.limits import Limits
from rag.load.archive import open_archive, read_member
from rag.load.extract_result import Unreadable
from rag.load.xml_tree import parse_xml

_OPEN = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"
_URIS = {
    "w": (f"{_OPEN}wordprocessingml/2006/main", f"{_STRICT}wordprocessingml/main"),
    "m": (f"{_OPEN}officeDocument/2006/math", f"{_STRICT}officeDocument/math"),
    "r": (f"{_OPEN}officeDocument/2006/relationships", f"{_STRICT}officeDocument/relationships"),
    "a": (f"{_OPEN}drawingml/2006/main", f"{_STRICT}drawingml/main"),
    "c": (f"{_OPEN}drawingml/2006/chart", f"{_STRICT}drawingml/chart"),
    "dgm": (f"{_OPEN}drawingml/2006/diagram", f"{_STRICT}drawingml/diagram"),
    "wp": (
        f"{_OPEN}drawingml/2006/wordprocessingDrawing",
        f"{_STRICT}drawingml/wordprocessingDrawing",
    ),
    "cx": ("http://schemas.microsoft.com/office/drawing/2014/chartex",),
    "mc": (f"{_OPEN}markup-compatibility/2006",),
    "o": ("urn:schemas-microsoft-com:office:office",),
    "v": ("urn:schemas-microsoft-com:vml",),
    "w14": ("http://schemas.microsoft.com/office/word/2010/wordml",),
}
_PREFIXES = {uri: prefix for prefix, uris in _URIS.items() for uri in uris}
_WORDS_OWN = (_OPEN, _STRICT, "http://schemas.microsoft.com/office/", "urn:schemas-microsoft-com:")
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0"  # holds encrypted files, too
_OTHERS = {b"{\\rtf": "RTF", b"%PDF-": "a PDF", b"<": "XML or a web page"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: its XML, and the names of the parts that it refers to by their ids and kinds."""

    root: Any
    by_id: Mapping[str, str]
    by_kind: Mapping[str, str]  # the last word of the relationship's type


class Package:
    """The open archive of a Word file."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Open it, unless it would unpack to too much.

        Raises:
            Unreadable: It is damaged, encrypted, something else or larger than is reasonable.
        """
        if data.startswith(_OLD_CONTAINER):
            raise Unreadable("encrypted DOCX, or an older Word format")
        for start, what in _OTHERS.items():
            if data.startswith(start):
                raise Unreadable(f"is really {what}, not DOCX")
        self._archive = open_archive(data, limits, kind="DOCX")
        members = self._archive.infolist()
        # Names are the same in upper and lower case, and some programs pack with backslashes.
        self._members = {_plain(member.filename): member for member in members}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def main(self) -> tuple[Part, Part | None]:
        """The document, and its properties if it has any.

        Raises:
            Unreadable: There is no document, or it is damaged.
        """
        kinds = _relations(self._xml("_rels/.rels"), "")[1]
        if "officeDocument" not in kinds:
            raise Unreadable("damaged DOCX")
        properties = kinds.get("core-properties", "")
        return self.part(kinds["officeDocument"]), self.part(properties) if properties else None

    def part(self, name: str) -> Part:
        """A part by its name.

        Raises:
            Unreadable: It is not there, or damaged.
        """
        folder, file = posixpath.split(name)
        relations = _plain(f"{folder}/_rels/{file}.rels")
        by_id, by_kind = (
            _relations(self._xml(relations), folder) if relations in self._members else ({}, {})
        )
        return Part(root=self._xml(name), by_id=by_id, by_kind=by_kind)

    def related(self, part: Part, kind: str) -> Part | None:
        """The part of this kind that belongs to another, such as its ``styles``."""
        name = part.by_kind.get(kind, "")
        return self.part(name) if _plain(name) in self._members else None

    def data(self, name: str) -> bytes | None:
        """The bytes of a part, or None if it is not in the archive.

        Raises:
            Unreadable: They are damaged.
        """
        member = self._members.get(_plain(name))
        if member is None:
            return None
        return read_member(self._archive, member, kind="DOCX")

    def _xml(self, name: str) -> Any:
        data = self.data(name)
        if data is None:
            raise Unreadable("damaged DOCX")
        return parse_xml(data, kind="DOCX")


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _relations(root: Any, folder: str) -> tuple[dict[str, str], dict[str, str]]:
    by_id: dict[str, str] = {}
    by_kind: dict[str, str] = {}
    for each in root:
        if each.get("TargetMode") != "External":
            name = posixpath.normpath(posixpath.join("/", folder, each.get("Target", "")))
            by_id[each.get("Id", "")] = name
            by_kind.setdefault(each.get("Type", "").rsplit("/", 1)[-1], name)
    return by_id, by_kind


@lru_cache(maxsize=4096)
def short(tag: str) -> str:
    """``w:p`` for the tag of a paragraph; "" for what Word does not know, and does not show."""
    uri, _, name = tag[1:].rpartition("}")
    return f"{_PREFIXES.get(uri, '')}:{name}" if is_known(uri) else ""


def is_known(uri: str | None) -> bool:
    """Whether a namespace is one of Word's own: what stands in others, it does not show."""
    return (uri or "").startswith(_WORDS_OWN)


@cache
def _processing() -> Any:
    """What finds the elements around another that state such names, of which there are few."""
    from lxml import etree

    return etree.XPath("ancestor-or-self::*[@mc:ProcessContent]", namespaces={"mc": _URIS["mc"][0]})


def is_processed(element: Any) -> bool:
    """Whether only the tag of an element is unknown, and what it holds is shown (part 3, 7.3)."""
    uri, _, name = element.tag[1:].rpartition("}")
    for each in _processing()(element):
        for named in (attribute(each, "mc:ProcessContent") or "").split():
            prefix, _, local = named.partition(":")
            if uri and each.nsmap.get(prefix) == uri and local in (name, "*"):
                return True
    return False


@cache
def tags(name: str) -> tuple[str, ...]:
    """The tags of a short name, in both forms of the format."""
    prefix, _, local = name.partition(":")
    return tuple(f"{{{uri}}}{local}" for uri in _URIS[prefix])


def attribute(element: Any, name: str) -> str | None:
    """The value of an attribute by its short name."""
    return next((element.get(tag) for tag in tags(name) if tag in element.attrib), None)


def child(element: Any, name: str) -> Any | None:
    """The first child of this name; None also where there is no element."""
    return next(children(element, name), None)


def children(element: Any, name: str) -> Iterator[Any]:
    """The children of this name; none where there is no element."""
    return element.iterchildren(*tags(name)) if element is not None else iter(())


def setting(properties: Any, name: str) -> str | None:
    """What a property is set to; None where it is not stated."""
    found = child(properties, name)
    return None if found is None else attribute(found, "w:val")


def switch(properties: Any, name: str) -> bool | None:
    """Whether a property is on; None where it is not stated."""
    found = child(properties, name)
    return None if found is None else is_on(attribute(found, "w:val"))


def is_on(value: str | None) -> bool:
    """Whether a switch is on: it is without a value, too."""
    return value not in ("0", "false", "off")
