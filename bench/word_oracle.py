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

from word_oracle_parts import SWITCHES, Lists, Styles, is_on, local, margins, relations, value

Note = tuple[str, str]  # its kind and its number
Order = list[str | Note]
WORDS_OWN = (
    "http://schemas.openxmlformats.org/",
    "http://schemas.microsoft.com/",
    "http://purl.oclc.org/ooxml/",
    "urn:schemas-microsoft-com:",
)
SIGNS = {"tab": "\t", "ptab": "\t", "br": "\v", "cr": "\v", "noBreakHyphen": "-"}
EVENTS: tuple[Literal["start", "end", "start-ns"], ...] = ("start", "end", "start-ns")
# Of the fonts of these names, as far as real files have them, or files made for tests.
SYMBOLS = {
    "Symbol": {0x28: "(", 0xDA: "∨"},
    "Wingdings": {0xA8: "☐", 0xE0: "→", 0xFB: "✗", 0xFC: "✓", 0xFE: "☑"},
}
GAP = "\x01"  # where words with a space beside them are struck through
UNSEEN = frozenset(
    "del moveFrom rt instrText delText tabs sdtPr rPrChange pPrChange fldData sectPr".split()
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
    run: dict[str, bool] = field(
        default_factory=lambda: dict.fromkeys(SWITCHES, False)
    )  # which switches are on
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
class Control:
    """A content control that is open."""

    written: int
    asks: bool = False  # it holds no entry yet
    checked: bool | None = None  # of a check box


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
        styles = Styles(archive, own.get("styles"))
        lists = Lists(archive, own.get("numbering"), styles)
        reading = archive, styles, lists
        [body] = read_part(*reading, document, "document", beside=beside).values()
        notes = {
            kind: read_part(*reading, own[kind], kind[:-1]) if kind in own else {}
            for kind in PARTS.values()
        }
        pieces = list(followed(body, notes, set()))
        pieces += diagrams(archive, own) if beside else ()
        known = {" ".join(each.split()).lower() for each in "".join(pieces).split("\n")}
        for name in margins(archive, document, own.get("settings")):
            kind = local(ElementTree.fromstring(archive.read(name)).tag)
            [order] = read_part(*reading, name, kind, beside=beside).values()
            for line in "".join(each for each in order if isinstance(each, str)).split("\n"):
                plain = " ".join(line.split())
                if plain.lower() not in known and any(each.isalpha() for each in plain):
                    known.add(plain.lower())
                    pieces.append(f"\n{line}\n")
    text = re.sub(rf"(?<=[^\s{GAP}]){GAP}+(?=\w)", " ", "".join(pieces)).replace(GAP, "")
    return re.sub(r"(?<=[^\W\d_]-)[ \t]*\v[ \t\v]*(?=[a-z])", "", text).split()


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


def diagrams(archive: zipfile.ZipFile, own: Mapping[str, str]) -> Iterator[str]:
    """The texts of a diagram; no more than one is looked for."""
    if "diagramData" in own:
        for each in ElementTree.fromstring(archive.read(own["diagramData"])).iter():
            if local(each.tag) == "t" and "drawingml" in each.tag and each.text:
                yield f"\n{each.text}\n"


def read_part(
    archive: zipfile.ZipFile,
    styles: Styles,
    lists: Lists,
    name: str,
    kind: str,
    *,
    beside: bool = True,
) -> dict[str, Order]:
    """The stories of a part: the body, or each note by its number."""
    reading = Pass(styles, lists, beside=beside)
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

    def __init__(self, styles: Styles, lists: Lists, *, beside: bool) -> None:
        self.styles = styles
        self.lists = lists
        self.number: dict[str, str] = {}  # what the paragraph says of its list
        self.controls: list[Control] = []
        self.kept: list[set[str]] = []  # names of unknown elements whose content is shown
        self.box = False  # whether the check box of a form is checked
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
        named = (value(element.attrib, "ProcessContent") or "").split()
        pairs = [each.partition(":")[::2] for each in named]
        self.kept.append({f"{{{self.namespaces[prefix]}}}{each}" for prefix, each in pairs})
        self.note_control(story, name, parent, value(element.attrib, "val"))
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
            story.paragraph_style, self.number = "", {}
            story.joins = self.styles.on("", "vanish")
        elif name == "r":
            style = story.paragraph_style
            story.run = {each: self.styles.on(style, each) for each in SWITCHES}
            story.marked = False
        elif name == "txbxContent":
            self.stories.append(Story())
        elif name == "tbl":
            story.tables += 1
            self.merged.append({})
        elif name in ("tr", "tc"):
            self.opened.append(Opened(len(story.written), len(story.pending)))
            if name == "tr":
                self.column.append(0)

    def note_control(self, story: Story, name: str, parent: str, setting: str | None) -> None:
        """What a content control or the check box of a form says of itself."""
        if name == "sdt":
            self.controls.append(Control(len(story.written)))
        elif name == "showingPlcHdr":
            self.controls[-1].asks = is_on(setting)
        elif name == "checkbox":
            self.controls[-1].checked = False
        elif name == "checked" and parent == "checkbox":
            self.controls[-1].checked = is_on(setting)
        elif name == "checkBox":
            self.box = False
        elif name in ("checked", "default") and parent == "checkBox":
            self.box = is_on(setting)  # "checked" comes after "default"

    def unseen(self, element: ElementTree.Element, name: str, parent: str) -> bool:
        """Whether an element is not shown; notes what properties say as they come."""
        above = self.path[-3] if len(self.path) > 2 else ""
        setting = value(element.attrib, "val")
        if parent == "rPr" and above == "r":
            self.note_run(name, setting)
        elif parent == "numPr" and above == "pPr":
            self.number[name] = setting or ""
        elif parent == "pPr" or (parent == "rPr" and above == "pPr"):
            self.note_paragraph(name, setting, value(element.attrib, "dropCap"))
        elif name in ("del", "moveFrom") and parent == "trPr":
            self.opened[-1].gone = True
        elif parent == "tcPr":
            self.merge(name, setting)
        return (
            not (element.tag[1:].startswith(WORDS_OWN) or self.is_kept(element.tag))
            or name in UNSEEN
            or (name == "fldSimple" and self.is_silent(value(element.attrib, "instr") or ""))
            or ("wordprocessingml" not in element.tag and name.endswith("Pr"))
        )

    def is_kept(self, tag: str) -> bool:
        """Whether the content of an unknown element is shown."""
        every = tag.rpartition("}")[0] + "}*"
        return any({tag, every} & each for each in self.kept)

    def note_run(self, name: str, setting: str | None) -> None:
        """A property of a run."""
        story = self.stories[-1]
        if name in SWITCHES:
            story.run[name] = is_on(setting)
        elif name == "rStyle":
            for each in ("vanish", "strike"):
                story.run[each] ^= self.styles.on(setting or "", each)
            if self.styles.get(setting or "", "dstrike") is not None:
                story.run["dstrike"] = self.styles.on(setting or "", "dstrike")

    def note_paragraph(self, name: str, setting: str | None, initial: str | None) -> None:
        """A property of a paragraph or of its end."""
        story = self.stories[-1]
        if name == "vanish":
            story.joins = is_on(setting)
        elif name == "pStyle":
            story.paragraph_style = setting or ""
            story.joins = self.styles.on(story.paragraph_style, "vanish")
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
        return first in "ask rd set ta tc xe formcheckbox".split() or (
            first == "noteref" and r"\f" in words
        )

    def end(self, element: ElementTree.Element, name: str) -> None:
        """An element is over."""
        self.path.pop()
        self.kept.pop()
        control = self.controls.pop() if name == "sdt" else Control(0)
        if name == "AlternateContent":
            self.branches.pop()
        if self.skipped:
            self.skipped -= 1
            if name == "instrText":
                self.told += element.text or ""
            return
        story = self.stories[-1]
        if name in ("sdt", "pPr", "checkBox"):
            self.end_properties(story, name, control)
        elif name == "p" and "wordprocessingml" in element.tag:
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

    def end_properties(self, story: Story, name: str, control: Control) -> None:
        """What is shown without a run of text: the box of a form, the number of a paragraph."""
        if name == "sdt":
            if control.checked is not None and len(story.written) == control.written:
                story.written.append("☒" if control.checked else "☐")
        elif name == "pPr" and self.path[-1:] == ["p"] and not story.joins:
            number = self.number.get("numId"), self.number.get("ilvl")
            story.written.append(self.lists.label(*number, story.paragraph_style))
        elif name == "checkBox" and not self.hides(story) and not self.strikes(story):
            story.written.append("☒" if self.box else "☐")

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
        if any(each.asks for each in self.controls) or set(story.fields) - {"shown"}:
            return True
        return "r" in self.path and story.run["vanish"]

    def strikes(self, story: Story) -> bool:
        """Whether what is shown at this place is struck through."""
        return "r" in self.path and (story.run["strike"] or story.run["dstrike"])

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
        elif self.strikes(story) and name in ("t", "noBreakHyphen", "sym", *PARTS):
            story.written.append(GAP if re.search(r"\s", element.text or "") else "")
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
            signs = SYMBOLS.get(value(element.attrib, "font") or "")
            unknown = 0xF020 <= code <= 0xF0FF
            story.written.append(
                signs.get(code & 0xFF, "\ufffd") if signs else "\ufffd" if unknown else chr(code)
            )

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
        text = re.sub(
            "[\uf020-\uf0ff]", lambda one: SYMBOLS["Symbol"].get(ord(one[0]) & 0xFF, "\ufffd"), text
        )
        if "wordprocessingml" in element.tag or "/math" in element.tag:
            story.written.append(text)
        else:
            self.beside(story, [text])
