"""The words that Word shows of a file, found in another way than the program finds them.

One pass over the events of the XML, by the rules of visibility of ECMA-376, with nothing but the
standard library. What is shown is written down as it comes; what turns out to be deleted or covered
when its row or cell ends is taken back.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from xml.etree import ElementTree

Note = tuple[str, str]  # its kind and its number
Order = list[str | Note]
WORDS_OWN = (
    "http://schemas.openxmlformats.org/",
    "http://schemas.microsoft.com/",
    "http://purl.oclc.org/ooxml/",
    "urn:schemas-microsoft-com:",
)
SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
EVENTS: tuple[Literal["start", "end", "start-ns"], ...] = ("start", "end", "start-ns")
SYMBOLS = {0x28: "(", 0xDA: "∨"}  # of the font of this name, as far as the real files have them
UNSEEN = frozenset(
    "del moveFrom rt instrText delText tabs sdtPr rPrChange pPrChange fldData".split()
)
PARTS = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}


@dataclass
class Story:
    """A text with an order of its own: the body, a text box, a note."""

    written: list[str] = field(default_factory=list)
    pending: list[Order | Note] = field(default_factory=list)
    order: Order = field(default_factory=list)
    fields: list[str] = field(default_factory=list)  # "told" or "shown"
    tables: int = 0
    joins: bool = False
    hidden_run: bool = False
    marked: bool = False  # the rest of the run is the mark of a note
    paragraph_style: str = ""

    def flush(self) -> None:
        """A block ends: what belongs beside it follows."""
        if not self.tables:
            self.order += [*self.written, "\n"]
            for each in self.pending:
                self.order += [each, "\n"] if isinstance(each, tuple) else ["\n", *each, "\n"]
            self.written, self.pending = [], []


@dataclass
class Opened:
    """A row or a cell that is open."""

    written: int  # how much had been written when it began
    pending: int
    gone: bool = False
    span: int = 1
    merges: bool = False  # with the cell below


def shown_words(data: bytes, *, beside: bool = True) -> list[str]:
    """The words of a Word file in reading order.

    Args:
        data: The file.
        beside: With those of text boxes and notes, which follow the block that they belong to.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        kinds = relations(archive, "_rels/.rels", "")
        document = kinds["officeDocument"]
        folder, name = posixpath.split(document)
        own = relations(archive, f"{folder}/_rels/{name}.rels", folder)
        hidden = hidden_styles(archive, own.get("styles"))
        [body] = read_part(archive, document, hidden, "document", beside=beside).values()
        notes = {
            kind: read_part(archive, own[kind], hidden, kind[:-1]) if kind in own else {}
            for kind in PARTS.values()
        }
        pieces = list(followed(body, notes, set()))
        pieces += diagrams(archive, own) if beside else ()
    return "".join(pieces).split()


def followed(
    order: Order,
    notes: Mapping[str, Mapping[str, Order]],
    seen: set[Note],
) -> Iterator[str]:
    """The text with each note in the place where it comes."""
    for each in order:
        if isinstance(each, str):
            yield each
        elif each not in seen and each[0] in notes:
            seen.add(each)
            yield "\n"
            yield from followed(notes[each[0]].get(each[1], []), notes, seen)
            yield "\n"


def relations(archive: zipfile.ZipFile, name: str, folder: str) -> dict[str, str]:
    """The part of each kind that another refers to."""
    if name not in archive.namelist():
        return {}
    return {
        each.attrib["Type"].rsplit("/", 1)[-1]: posixpath.normpath(
            posixpath.join("/", folder, each.attrib["Target"])
        )[1:]
        for each in ElementTree.fromstring(archive.read(name))
        if each.get("TargetMode") != "External"
    }


def diagrams(archive: zipfile.ZipFile, own: Mapping[str, str]) -> Iterator[str]:
    """The texts of a diagram; no more than one is looked for."""
    if "diagramData" in own:
        for each in ElementTree.fromstring(archive.read(own["diagramData"])).iter():
            if local(each.tag) == "t" and "drawingml" in each.tag and each.text:
                yield f"\n{each.text}\n"


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def value(attributes: Mapping[str, str], name: str) -> str | None:
    """An attribute, whatever its namespace."""
    return next((text for key, text in attributes.items() if local(key) == name), None)


def is_on(text: str | None) -> bool:
    """Whether a switch is on."""
    return text not in ("0", "false", "off")


def hidden_styles(archive: zipfile.ZipFile, name: str | None) -> dict[str, bool]:
    """For each style whether it hides; "" is the style of a paragraph that names none."""
    if name is None:
        return {}
    stated: dict[str, tuple[bool | None, str]] = {}
    normal = ""
    for style in ElementTree.fromstring(archive.read(name)):
        if local(style.tag) == "style":
            known = value(style.attrib, "styleId") or ""
            stated[known] = own_hiding(style)
            if value(style.attrib, "type") == "paragraph" and value(style.attrib, "default") == "1":
                normal = known

    def hides(style: str, depth: int = 0) -> bool:
        own, base = stated.get(style, (None, ""))
        if own is not None:
            return own
        return bool(base) and depth < 100 and hides(base, depth + 1)

    return {"": hides(normal), **{style: hides(style) for style in stated}}


def own_hiding(style: ElementTree.Element) -> tuple[bool | None, str]:
    """What a style itself says of hiding, and the style that it is based on."""
    own, base = None, ""
    for each in style:
        if local(each.tag) == "basedOn":
            base = value(each.attrib, "val") or ""
        for inner in each if local(each.tag) == "rPr" else ():
            if local(inner.tag) == "vanish":
                own = is_on(value(inner.attrib, "val"))
    return own, base


def read_part(
    archive: zipfile.ZipFile,
    name: str,
    hidden: Mapping[str, bool],
    kind: str,
    *,
    beside: bool = True,
) -> dict[str, Order]:
    """The stories of a part: the body, or each note by its number."""
    reading = Pass(hidden, beside=beside)
    found = {}
    for event, element in ElementTree.iterparse(io.BytesIO(archive.read(name)), events=EVENTS):
        if event == "start-ns":
            reading.namespaces[element[0]] = element[1]
            continue
        name = local(element.tag)
        if event == "start":
            if name == kind:
                reading.stories = [Story()]
            reading.start(element, name)
        else:
            reading.end(element, name)
            if name == kind:
                reading.stories[0].flush()
                found[value(element.attrib, "id") or ""] = reading.stories[0].order
    return found


class Pass:
    """The pass over one part."""

    def __init__(self, hidden: Mapping[str, bool], *, beside: bool) -> None:
        self.hidden = hidden
        self.keeps_beside = beside
        self.stories = [Story()]
        self.path: list[str] = []
        self.namespaces: dict[str, str] = {}
        self.skipped = 0  # elements open that are not shown with all they hold
        self.branches: list[bool] = []  # whether the alternative content has had its turn
        self.opened: list[Opened] = []
        self.merged: list[dict[int, bool]] = []
        self.column: list[int] = []
        self.told = ""  # the instruction of the field that has begun

    def start(self, element: ElementTree.Element, name: str) -> None:
        """An element begins."""
        story, uri = self.stories[-1], element.tag
        parent = self.path[-1] if self.path else ""
        self.path.append(name)
        if name == "AlternateContent":
            self.branches.append(False)
        taken = name in ("Choice", "Fallback") and parent == "AlternateContent"
        unknown = any(
            not self.namespaces[prefix].startswith(WORDS_OWN)
            for prefix in element.get("Requires", "").split()
        )
        if (
            self.skipped
            or self.unseen(element, name, parent)
            or (taken and (unknown or self.branches[-1]))
        ):
            self.skipped += 1
            return
        if taken:
            self.branches[-1] = True
        if name == "p" and "wordprocessingml" in uri:
            story.paragraph_style, story.joins = "", False
            story.joins = self.hidden.get("", False)
        elif name == "r":
            story.hidden_run, story.marked = self.hidden.get(story.paragraph_style, False), False
        elif name == "txbxContent":
            self.stories.append(Story())
        elif name == "tbl":
            story.tables += 1
            self.merged.append({})
        elif name in ("tr", "tc"):
            self.opened.append(Opened(len(story.written), len(story.pending)))
            if name == "tr":
                self.column.append(0)

    def unseen(self, element: ElementTree.Element, name: str, parent: str) -> bool:
        """Whether an element is not shown; notes what properties say as they come."""
        above = self.path[-3] if len(self.path) > 2 else ""
        setting = value(element.attrib, "val")
        if parent == "rPr" and above == "r":
            self.note_run(name, setting)
        elif parent == "pPr" or (parent == "rPr" and above == "pPr"):
            self.note_paragraph(name, setting, value(element.attrib, "dropCap"))
        elif name in ("del", "moveFrom") and parent == "trPr":
            self.opened[-1].gone = True
        elif parent == "tcPr":
            self.merge(name, setting)
        return (
            not element.tag[1:].startswith(WORDS_OWN)
            or name in UNSEEN
            or (name == "fldSimple" and self.is_silent(value(element.attrib, "instr") or ""))
            or ("wordprocessingml" not in element.tag and name.endswith("Pr"))
        )

    def note_run(self, name: str, setting: str | None) -> None:
        """A property of a run."""
        story = self.stories[-1]
        if name == "vanish":
            story.hidden_run = is_on(setting)
        elif name == "rStyle":
            style = self.hidden.get(setting or "", False)
            story.hidden_run = style != self.hidden.get(story.paragraph_style, False)

    def note_paragraph(self, name: str, setting: str | None, initial: str | None) -> None:
        """A property of a paragraph or of its end."""
        story = self.stories[-1]
        if name == "vanish":
            story.joins = is_on(setting)
        elif name == "pStyle":
            story.paragraph_style = setting or ""
            story.joins = self.hidden.get(story.paragraph_style, False)
        elif name in ("del", "moveFrom") or initial in ("drop", "margin"):
            story.joins = True

    def merge(self, name: str, setting: str | None) -> None:
        """A cell says how it is merged: what goes on from the row above is not shown again."""
        cell = self.opened[-1]
        if name == "gridSpan":
            cell.span = int(setting or 1)
        elif name == "vMerge":
            cell.gone |= setting != "restart" and self.merged[-1].get(self.column[-1], False)
            cell.merges = True
        elif name == "cellDel" or (name == "hMerge" and setting == "continue"):
            cell.gone = True

    @staticmethod
    def is_silent(instruction: str) -> bool:
        """Whether the result of a field is not shown."""
        words = instruction.split()
        first = words[0].lower() if words else ""
        return first in "ask rd set ta tc xe".split() or (first == "noteref" and r"\f" in words)

    def end(self, element: ElementTree.Element, name: str) -> None:
        """An element is over."""
        self.path.pop()
        if name == "AlternateContent":
            self.branches.pop()
        if self.skipped:
            self.skipped -= 1
            if name == "instrText":
                self.told += element.text or ""
            return
        story = self.stories[-1]
        if name == "p" and "wordprocessingml" in element.tag:
            if not story.joins:
                story.written.append("\n")
                story.flush()
        elif name == "txbxContent":
            story.joins = False
            story.flush()
            self.stories.pop()
            self.beside(self.stories[-1], story.order)
        elif name in ("tr", "tc"):
            self.end_cell(story, name)
        elif name == "tbl":
            story.tables -= 1
            self.merged.pop()
            story.flush()
        else:
            self.inline(story, element, name)

    def end_cell(self, story: Story, name: str) -> None:
        """A row or cell is over; what is deleted or covered is taken back."""
        over = self.opened.pop()
        if over.gone:
            del story.written[over.written :], story.pending[over.pending :]
        story.written.append("\n")
        if name == "tr":
            self.column.pop()
        else:
            column = self.column[-1]
            self.merged[-1].update(dict.fromkeys(range(column, column + over.span), False))
            self.merged[-1][column] = over.merges
            self.column[-1] += over.span

    def hides(self, story: Story) -> bool:
        """Whether nothing is shown at this place: hidden text, or the instruction of a field."""
        return (story.hidden_run and "r" in self.path) or bool(set(story.fields) - {"shown"})

    def beside(self, story: Story, order: Order | Note) -> None:
        """Something stands beside the text, anchored here."""
        if self.keeps_beside and not self.hides(story):
            story.pending.append(order)

    def inline(self, story: Story, element: ElementTree.Element, name: str) -> None:
        """What stands in a line."""
        if name == "fldChar":
            self.field(story, value(element.attrib, "fldCharType"))
        elif story.marked or self.hides(story):
            return
        elif name == "t" and "diagram" not in element.tag:
            self.text(story, element)
        elif name in SIGNS and "wordprocessingml" in element.tag and self.path[-1:] == ["r"]:
            story.written.append(SIGNS[name])
        elif name in PARTS:
            self.beside(story, (PARTS[name], value(element.attrib, "id") or ""))
            story.marked = value(element.attrib, "customMarkFollows") in ("1", "true", "on")
        elif name == "textpath":
            self.beside(story, [element.get("string", "")])
        elif name == "sym":
            code = int(value(element.attrib, "char") or "FFFD", 16)
            symbol = value(element.attrib, "font") == "Symbol"
            story.written.append(SYMBOLS[code & 0xFF] if symbol else chr(code))

    def field(self, story: Story, kind: str | None) -> None:
        """A field begins, comes to its result, or ends."""
        if kind == "begin":
            story.fields.append("told")
            self.told = ""
        elif kind == "separate" and story.fields:
            story.fields[-1] = "silent" if self.is_silent(self.told) else "shown"
        elif kind == "end" and story.fields:
            story.fields.pop()

    def text(self, story: Story, element: ElementTree.Element) -> None:
        """Characters, of the text or of a drawing."""
        text = re.sub(r"[\r\n]+", " ", element.text or "")
        text = re.sub("[\uf020-\uf0ff]", lambda one: SYMBOLS[ord(one[0]) & 0xFF], text)
        if "wordprocessingml" in element.tag or "/math" in element.tag:
            story.written.append(text)
        else:
            self.beside(story, [text])
