"""What the other parts of a Word file say of its text, for the oracle: styles, lists, margins."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from xml.etree import ElementTree

SWITCHES = ("vanish", "strike", "dstrike")


def relations(
    archive: zipfile.ZipFile, name: str, folder: str, *, key: str = "Type"
) -> dict[str, str]:
    """The part of each kind, or of each id, that another refers to."""
    if name not in archive.namelist():
        return {}
    return {
        each.attrib[key].rsplit("/", 1)[-1]: posixpath.normpath(
            posixpath.join("/", folder, each.attrib["Target"])
        )[1:]
        for each in ElementTree.fromstring(archive.read(name))
        if each.get("TargetMode") != "External"
    }


def margins(archive: zipfile.ZipFile, document: str, settings: str | None) -> Iterator[str]:
    """The headers and footers that some page has."""
    folder, name = posixpath.split(document)
    own = relations(archive, f"{folder}/_rels/{name}.rels", folder, key="Id")
    said = archive.read(settings).decode() if settings else ""
    even = bool(re.search(r"evenAndOddHeaders(?! *w:val=.(?:0|false|off))", said))
    first: list[str] = []
    named: list[str] = []
    for section in ElementTree.fromstring(archive.read(document)).iter():
        if local(section.tag) != "sectPr":
            continue
        for each in section:
            kind = value(each.attrib, "type")
            if local(each.tag) in ("headerReference", "footerReference"):
                number = value(each.attrib, "id") or ""
                (first if kind == "first" else named if even or kind != "even" else []).append(
                    own[number]
                )
        if any(local(e.tag) == "titlePg" and is_on(value(e.attrib, "val")) for e in section):
            named += first
            first = []
    yield from dict.fromkeys(named)


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def value(attributes: Mapping[str, str], name: str) -> str | None:
    """An attribute, whatever its namespace."""
    return next((text for key, text in attributes.items() if local(key) == name), None)


def is_on(text: str | None) -> bool:
    """Whether a switch is on."""
    return text not in ("0", "false", "off")


class Styles:
    """What each style says, with what it inherits; "" is that of a paragraph that names none."""

    def __init__(self, archive: zipfile.ZipFile, name: str | None) -> None:
        self.said: dict[str, dict[str, str]] = {}
        normal = ""
        root: Iterable[ElementTree.Element] = (
            ElementTree.fromstring(archive.read(name)) if name else ()
        )
        for style in root:
            if local(style.tag) == "style":
                known = value(style.attrib, "styleId") or ""
                self.said[known] = {
                    local(each.tag): value(each.attrib, "val") or ""
                    for each in style.iter()
                    if local(each.tag) in (*SWITCHES, "numId", "ilvl", "basedOn")
                }
                kind = value(style.attrib, "type"), value(style.attrib, "default")
                normal = known if kind == ("paragraph", "1") else normal
        self.said[""] = {"basedOn": normal} if normal else {}

    def get(self, style: str, what: str) -> str | None:
        """What a style says of something."""
        for _ in range(100):
            said = self.said.get(style, {})
            if what in said or "basedOn" not in said:
                return said.get(what)
            style = said["basedOn"]
        return None

    def on(self, style: str, what: str) -> bool:
        """Whether it switches something on."""
        said = self.get(style, what)
        return said is not None and is_on(said)


class Lists:
    """The numbers before paragraphs; only those with words are written."""

    def __init__(self, archive: zipfile.ZipFile, name: str | None, styles: Styles) -> None:
        self.styles = styles
        self.kinds: dict[str, str] = {}
        self.starts: dict[str, dict[int, int]] = {}
        self.levels: dict[str, dict[int, dict[str, str]]] = {}
        self.counts: dict[str, list[int | None]] = {}
        for each in ElementTree.fromstring(archive.read(name)) if name else []:
            if local(each.tag) == "abstractNum":
                self.levels[value(each.attrib, "abstractNumId") or ""] = {
                    int(value(level.attrib, "ilvl") or 0): {
                        local(said.tag): value(said.attrib, "val") or "" for said in level
                    }
                    for level in each
                    if local(level.tag) == "lvl"
                }
            elif local(each.tag) == "num":
                number = value(each.attrib, "numId") or ""
                for said in each.iter():
                    if local(said.tag) == "abstractNumId":
                        self.kinds[number] = value(said.attrib, "val") or ""
                    elif local(said.tag) == "lvlOverride":
                        level = int(value(said.attrib, "ilvl") or 0)
                    elif local(said.tag) == "startOverride":
                        start = int(value(said.attrib, "val") or 0)
                        self.starts.setdefault(number, {})[level] = start

    def label(self, number: str | None, level: str | None, style: str) -> str:
        """The words before the next paragraph of a list."""
        number = number or self.styles.get(style, "numId") or ""
        here = int(level or self.styles.get(style, "ilvl") or 0)
        kind = self.kinds.get(number, "")
        levels = self.levels.get(kind, {})
        if here not in levels:
            return ""
        counts = self.counts.setdefault(kind, [None] * 9)
        for n, start in self.starts.pop(number, {}).items():
            counts[n] = start - 1
        starts = [int(levels.get(n, {}).get("start", 0)) for n in range(9)]
        now = counts[here]
        counts[here] = starts[here] if now is None else now + 1
        counts[here + 1 :] = [None] * (8 - here)
        text, own = levels[here].get("lvlText", ""), levels[here].get("numFmt", "decimal")
        if own == "bullet" or not re.search(r"[^\W\d_]", re.sub("%[1-9]", "", text)):
            return ""
        for n in range(9):
            reached = counts[n]
            number = as_written(
                starts[n] if reached is None else reached,
                "decimal"
                if "isLgl" in levels[here]
                else levels.get(n, {}).get("numFmt", "decimal"),
            )
            text = text.replace(f"%{n + 1}", number)
        return f"{text} "


def as_written(number: int, form: str) -> str:
    """A number in letters, in Roman numbers or in digits."""
    if form.endswith("Letter"):
        written = chr(64 + (number - 1) % 26 + 1) * ((number - 1) // 26 + 1)
    elif form.endswith("Roman"):
        written = "I" * number
        for many, one in map(str.split, "IIIII V,VV X,XXXXX L,LL C,CCCCC D,DD M".split(",")):
            written = written.replace(many, one)
        for many, one in map(
            str.split, "VIIII IX,IIII IV,LXXXX XC,XXXX XL,DCCCC CM,CCCC CD".split(",")
        ):
            written = written.replace(many, one)
    else:
        written = str(number)
    return written.lower() if form.startswith("lower") else written
