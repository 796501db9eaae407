"""The parts of a Word file, out of the archive that they are packed in (ECMA-376, part 2).

Elements and attributes go by short names, ``w:p``, in both forms of the format: "Strict Open XML"
has other namespaces than what Word writes otherwise, and is the same in all else.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Self

from rag.limits import MEGABYTE, Limits
from rag.load.extract_result import Unreadable

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
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Unreadable("damaged DOCX") from error
        members = self._archive.infolist()
        _check_sizes([member.file_size for member in members], len(data), limits)
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
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("damaged DOCX")  # the format allows no other
        try:
            return self._archive.read(member)
        except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError) as error:
            raise Unreadable("damaged DOCX") from error
        except RuntimeError as error:  # how zipfile asks for a password
            raise Unreadable("encrypted DOCX") from error

    def _xml(self, name: str) -> Any:
        from lxml import etree

        data = self.data(name)
        if data is None:
            raise Unreadable("damaged DOCX")
        # Without "huge_tree", lxml refuses what is nested more than 256 deep.
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.LxmlError, ValueError) as error:
            if "depth" in str(error):
                raise Unreadable("DOCX nested more than 256 deep") from error
            raise Unreadable("damaged DOCX") from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise Unreadable("DOCX with XML entities of its own, which Word does not open")
        return root


def _check_sizes(sizes: list[int], packed: int, limits: Limits) -> None:
    """Refuse what would unpack to too much, by the sizes that the archive states.

    They can be relied on: ``zipfile`` unpacks no more of a member than it states.
    """
    if len(sizes) > limits.archive_members:
        raise Unreadable(f"has more than {limits.archive_members:,} parts: raise archive_members")
    if sum(sizes) > limits.archive_megabytes * MEGABYTE:
        most = limits.archive_megabytes
        raise Unreadable(f"unpacks to more than {most:,} MB: raise archive_megabytes")
    if sum(sizes) > limits.archive_ratio * packed:
        most = limits.archive_ratio
        raise Unreadable(f"unpacks to more than {most:,} times its size: raise archive_ratio")


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
