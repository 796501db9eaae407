"""What Word shows of a paragraph (ECMA-376, part 1, chapter 17), as a reader of its file sees it.

Comes in as XML, goes out as the words of one line. Whatever only wraps words is walked through, so
that a container which is not known here loses none; what is deleted, hidden, or an instruction is
left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rag.load.docx_math import linear
from rag.load.docx_numbers import Numbers
from rag.load.docx_parts import (
    attribute,
    child,
    children,
    is_known,
    is_on,
    is_processed,
    setting,
    short,
    switch,
    tags,
)
from rag.load.docx_signs import UNKNOWN, in_font, sign
from rag.load.docx_styles import Style, Styles

# A date that Word fills in when it shows the file, which holds none.
DATES = frozenset("w:dayLong w:dayShort w:monthLong w:monthShort w:yearLong w:yearShort".split())
# Where the walk stops, as each of them has a meaning of its own.
_MEANT = DATES | frozenset(
    "w:p w:tbl w:tr w:tc w:altChunk w:subDoc w:r w:fldSimple m:oMath w:ruby w:t w:tab w:ptab w:br"
    " w:cr w:sym w:noBreakHyphen w:fldChar w:instrText w:footnoteReference w:endnoteReference"
    " w:drawing w:pict w:object w:txbxContent a:p a:blip v:textpath v:imagedata dgm:relIds c:chart"
    " cx:chart o:OLEObject".split()
)
_NEVER_SHOWN = frozenset({"w:del", "w:moveFrom", "w:rt"})  # and properties: "w:rPr", "m:fPr"
_SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
NOTES = {"w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes"}
_SILENT = re.compile(r"\s*(?:ask|rd|set|ta|tc|xe)\b|\s*noteref\b.*\\f\b", re.IGNORECASE)
_LINE_ENDS = re.compile(r"\s*[\r\n]\s*")
_RAISED = str.maketrans("0123456789+-\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """What stands elsewhere than the place that it belongs to: a text box, a note."""

    element: Any
    mark: str = ""  # of a note, where its author chose it


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is shown of one paragraph."""

    text: str
    style: str
    anchored: tuple[Anchored, ...]
    goes_on: bool  # its end is deleted or hidden, or it is a large initial: the next one joins it
    label: str  # its number, where that holds words
    struck: bool  # some of its words are struck through, and left out


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    drawn: bool = False  # Word draws it, whatever its result
    result: bool = False
    shown: bool = False


@dataclass(slots=True)
class Fields:
    """The fields that are open at one place of a story, which may go on over paragraphs.

    A field without an end hides nothing: it would hide all that follows.
    """

    ended: set[Any]
    open: list[_Field] = field(default_factory=list)
    silent: int = 0  # how many of them show nothing at this place

    @classmethod
    def of(cls, story: Any) -> Fields:
        """Those of a story before its first word."""
        ended, begun = set(), []
        for mark in story.iter(*tags("w:fldChar")):
            if not _is_elsewhere(mark, story):
                kind = attribute(mark, "w:fldCharType")
                if kind == "begin":
                    begun.append(mark)
                elif kind == "end" and begun:
                    ended.add(begun.pop())
        return cls(ended=ended)

    def step(self, mark: Any) -> str:
        """Pass a mark of a field; returns what is shown in its place."""
        kind = attribute(mark, "w:fldCharType")
        if kind == "begin" and mark in self.ended:
            chosen = "" if self.silent else _chosen(mark)
            self.open.append(_Field(drawn=bool(chosen)))
            self.silent += 1
            return chosen
        if kind == "separate" and self.open and not self.open[-1].result:
            top = self.open[-1]
            top.result = True
            top.shown = not top.drawn and not _SILENT.match(top.instruction)
            self.silent -= top.shown
        elif kind == "end" and self.open:
            self.silent -= not self.open.pop().shown
        return ""

    def instruct(self, text: str) -> None:
        """Note what the innermost field is told to do; the first words are enough."""
        if self.open and len(self.open[-1].instruction) < 200:
            self.open[-1].instruction += text


def _is_elsewhere(mark: Any, story: Any) -> bool:
    """Whether an element is deleted, or stands in a text box inside of the story."""
    for above in mark.iterancestors():
        if above is story:
            return False
        if short(above.tag) in ("w:del", "w:moveFrom", "w:txbxContent"):
            return True
    return False


def _chosen(mark: Any) -> str:
    """What a check box or drop-down list of an older form shows, which is in no run of text."""
    form = child(mark, "w:ffData")
    box = child(form, "w:checkBox")
    if box is not None:
        checked = switch(box, "w:checked")
        return _box(switch(box, "w:default") if checked is None else checked)
    choices = child(form, "w:ddList")
    entries = [attribute(each, "w:val") or "" for each in children(choices, "w:listEntry")]
    number = setting(choices, "w:result") or setting(choices, "w:default") or "0"
    index = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
    return entries[index] if index < len(entries) else ""


def _box(checked: bool | None) -> str:
    return "☒" if checked else "☐"


def shown(element: Any) -> Iterator[Any]:
    """The elements with a meaning of their own that stand in one, past all that only wraps them."""
    path = [element.iterchildren()]
    while path:
        below = None
        for each in path[-1]:
            name = short(each.tag)
            if name in _MEANT or (name == "w:sdt" and _is_check_box(each)):
                yield each
            elif name == "mc:AlternateContent":
                below = _branch(each)
            elif not _is_unseen(each, name):
                below = each
            if below is not None:
                path.append(below.iterchildren())
                break
        else:
            path.pop()


def _is_unseen(element: Any, name: str) -> bool:
    if not name:
        return not is_processed(element)
    if name in _NEVER_SHOWN or name.endswith("Pr"):
        return True
    if name in ("wp:anchor", "wp:inline"):
        drawn = child(element, "wp:docPr")
        return drawn is not None and is_on(drawn.get("hidden", "0"))
    return name.startswith("v:") and "visibility:hidden" in element.get("style", "").replace(
        " ", ""
    )


def _branch(alternatives: Any) -> Any | None:
    """The one of several forms of the same content that Word shows: the first that it knows."""
    for branch in alternatives:
        required = branch.get("Requires", "").split()
        if short(branch.tag) == "mc:Fallback" or all(
            is_known(branch.nsmap.get(prefix)) for prefix in required
        ):
            return branch
    return None


def _is_check_box(control: Any) -> bool:
    """Whether a content control is a check box that stands in a line."""
    content = child(control, "w:sdtContent")
    within = child(child(control, "w:sdtPr"), "w14:checkbox") is not None
    return within and content is not None and all(short(each.tag) == "w:r" for each in content)


def is_placeholder(element: Any) -> bool:
    """Whether it is what a content control asks for, "Click here to enter text", not an entry."""
    return any(
        switch(child(control, "w:sdtPr"), "w:showingPlcHdr")
        for control in element.iterancestors(*tags("w:sdt"))
    )


def read_paragraph(paragraph: Any, styles: Styles, fields: Fields, numbers: Numbers) -> Line:
    """Read one paragraph, and go past the marks of the fields in it."""
    properties = child(paragraph, "w:pPr")
    style = styles.by_id.get(setting(properties, "w:pStyle") or "", styles.paragraph)
    end = child(properties, "w:rPr")
    frame = child(properties, "w:framePr")
    reading = _Reading(styles=styles, style=style, fields=fields)
    reading.read(paragraph)
    gone = is_deleted(end)
    hidden = styles.hides(end, style)
    # Between a heading and text on its line stands an end that is hidden, and the number is not.
    counted = not gone and (not hidden or bool(switch(end, "w:specVanish")))
    return Line(
        text="".join(reading.pieces),
        style=style.name,
        anchored=tuple(reading.anchored),
        goes_on=gone
        or hidden
        or (frame is not None and attribute(frame, "w:dropCap") in ("drop", "margin")),
        label=numbers.label(properties, style) if counted else "",
        struck=reading.struck,
    )


def is_deleted(properties: Any) -> bool:
    """Whether the end of a paragraph, a row or a cell has been deleted, or moved elsewhere."""
    names = ("w:del", "w:moveFrom", "w:cellDel")
    return any(child(properties, name) is not None for name in names)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What has been read of one paragraph."""

    styles: Styles
    style: Style
    fields: Fields
    pieces: list[str] = field(default_factory=list)
    anchored: list[Anchored] = field(default_factory=list)
    struck: bool = False
    gap: bool = False  # a space was struck through with the words beside it
    holder: Any = None  # what the last run stands in, and whether that asks for an entry
    asks: bool = False

    def read(self, element: Any) -> None:
        """Read what stands in a paragraph, a simple field or the base line of a ruby."""
        for each in shown(element):
            name = short(each.tag)
            if name == "w:r":
                self._read_run(each)
            elif name == "w:sdt":
                self._read_check_box(each)
            elif name == "m:oMath" and not self.fields.silent and not is_placeholder(each):
                self._add(linear(each))
            elif name == "w:subDoc":
                self.anchored.append(Anchored(element=each))
            elif name == "w:fldSimple" and not _SILENT.match(attribute(each, "w:instr") or ""):
                self.read(each)

    def _read_check_box(self, control: Any) -> None:
        before = len(self.pieces)
        self.read(control)
        empty = child(child(control, "w:sdtContent"), "w:r") is None
        if empty or "".join(self.pieces[before:]) == UNKNOWN:
            stated = child(child(child(control, "w:sdtPr"), "w14:checkbox"), "w14:checked")
            checked = stated is not None and is_on(attribute(stated, "w14:val"))
            self.pieces[before:] = [] if self.fields.silent else [_box(checked)]

    def _read_run(self, run: Any) -> None:
        properties = child(run, "w:rPr")
        if run.getparent() is not self.holder:
            self.holder, self.asks = run.getparent(), is_placeholder(run)
        hidden = self.asks or self.styles.hides(properties, self.style)
        struck = self.styles.strikes(properties, self.style)
        for each in shown(run):
            name = short(each.tag)
            if name == "w:fldChar":
                chosen = self.fields.step(each)
                self._write("" if hidden else chosen, struck=struck)
            elif name == "w:instrText":
                self.fields.instruct(each.text or "")
            elif hidden or self.fields.silent:
                continue
            elif name in NOTES and is_on(attribute(each, "w:customMarkFollows") or "0"):
                mark = "".join(self._text(one, properties) for one in shown(run))
                self._anchor(each, mark=mark, struck=struck)
                return
            else:
                self._read_shown(each, properties, struck=struck)

    def _read_shown(self, element: Any, properties: Any, *, struck: bool) -> None:
        name = short(element.tag)
        if name in NOTES:
            self._anchor(element, struck=struck)
        elif name in DATES:
            if not any(short(one.element.tag) in DATES for one in self.anchored):
                self._anchor(element, struck=struck)
        elif name == "w:ruby":
            for base in children(element, "w:rubyBase"):
                self.read(base)
        elif name in ("w:drawing", "w:pict", "w:object"):
            self.anchored.extend(Anchored(element=one) for one in shown(element))
        else:
            self._write(self._text(element, properties), struck=struck)

    def _anchor(self, element: Any, *, struck: bool, mark: str = "") -> None:
        """Note what belongs here; a note of words that are struck through is so with them."""
        self.struck |= struck
        if not struck:
            self.anchored.append(Anchored(element=element, mark=mark))

    def _write(self, text: str, *, struck: bool) -> None:
        if not struck:
            self._add(text)
        elif text.strip():
            self.struck = True
            self.gap |= any(map(str.isspace, text))
        else:
            self._add(text)

    def _add(self, text: str) -> None:
        if text and self.gap:
            before = next((each[-1] for each in reversed(self.pieces) if each), " ")
            self.pieces.append(" " if text[0].isalnum() and not before.isspace() else "")
            self.gap = False
        self.pieces.append(text)

    def _text(self, element: Any, properties: Any) -> str:
        """The characters that one element of a run shows."""
        name = short(element.tag)
        if name == "w:sym":
            code = attribute(element, "w:char") or ""
            number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else 0
            return sign(attribute(element, "w:font") or "", number)
        if name != "w:t":
            return _SIGNS.get(name, "")
        text = _LINE_ENDS.sub(" ", element.text or "")
        text = in_font(text, self.styles.fonts(properties, self.style))
        return text.translate(_RAISED) if self.styles.raises(properties) else text  # 10⁶, not 106
