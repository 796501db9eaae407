"""What Word shows of a paragraph (ECMA-376, part 1, chapter 17), as a reader of its file sees it.

Comes in as XML, goes out as the words of one line. Whatever only wraps words is walked through, so
that a container which is not known here loses none; what is deleted, hidden, or an instruction is
left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rag.load.docx_math import linear
from rag.load.docx_parts import (
    attribute,
    child,
    children,
    is_known,
    is_on,
    setting,
    short,
    switch,
    tags,
)
from rag.load.encoding import storable

# Where the walk stops, as each of them has a meaning of its own.
_MEANT = frozenset(
    "w:p w:tbl w:tr w:tc w:altChunk w:subDoc w:r w:fldSimple m:oMath w:ruby w:t w:tab w:ptab w:br"
    " w:cr w:sym w:noBreakHyphen w:fldChar w:instrText w:footnoteReference w:endnoteReference"
    " w:drawing w:pict w:object w:txbxContent a:p a:blip v:textpath v:imagedata dgm:relIds c:chart"
    " cx:chart o:OLEObject".split()
)
_NEVER_SHOWN = frozenset({"w:del", "w:moveFrom", "w:rt", ""})  # and properties: "w:rPr", "m:fPr"
_SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
NOTES = {"w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes"}
_SILENT = re.compile(r"\s*(?:ask|rd|set|ta|tc|xe)\b|\s*noteref\b.*\\f\b", re.IGNORECASE)
_LINE_ENDS = re.compile(r"\s*[\r\n]\s*")
_RAISED = str.maketrans("0123456789+-\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
# The font "Symbol", from 20 and from A1 (hexadecimal), as its makers list it. A dot: no character.
_SYMBOLS = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
)
_HIGH_SYMBOLS = (
    "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
    "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪.〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
)
_SYMBOL = {
    **{0xF020 + n: each for n, each in enumerate(_SYMBOLS)},
    **{0xF0A1 + n: each for n, each in enumerate(_HIGH_SYMBOLS)},
    0xF0A0: "€",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What a style says, with what it inherits; None where it says nothing."""

    name: str = ""
    hidden: bool | None = None
    raised: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """The styles of a document by their ids."""

    by_id: Mapping[str, Style]
    paragraph: Style = Style()  # of a paragraph that names none
    hidden: bool = False  # the default of the document


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


@dataclass(slots=True)
class _Field:
    instruction: str = ""
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
            self.open.append(_Field())
            self.silent += 1
            return chosen
        if kind == "separate" and self.open and not self.open[-1].result:
            top = self.open[-1]
            top.result, top.shown = True, not _SILENT.match(top.instruction)
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
    """What a drop-down list of an older form shows, which is in no run of text."""
    choices = child(child(mark, "w:ffData"), "w:ddList")
    entries = [attribute(each, "w:val") or "" for each in children(choices, "w:listEntry")]
    number = setting(choices, "w:result") or setting(choices, "w:default") or "0"
    index = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
    return entries[index] if index < len(entries) else ""


def read_styles(root: Any | None) -> Styles:
    """The styles of a document, with what each has from those it is based on."""
    stated: dict[str, Style] = {}
    based: dict[str, str] = {}
    normal = ""
    for each in children(root, "w:style"):
        own = attribute(each, "w:styleId") or ""
        properties = child(each, "w:rPr")
        place = setting(properties, "w:vertAlign")
        stated[own] = Style(
            name=setting(each, "w:name") or "",
            hidden=switch(properties, "w:vanish"),
            raised=None if place is None else place == "superscript",
        )
        based[own] = setting(each, "w:basedOn") or ""
        if attribute(each, "w:type") == "paragraph" and attribute(each, "w:default") is not None:
            normal = own if is_on(attribute(each, "w:default")) else normal
    by_id = _inherited(stated, based)
    defaults = child(child(child(root, "w:docDefaults"), "w:rPrDefault"), "w:rPr")
    return Styles(
        by_id=by_id,
        paragraph=by_id.get(normal, Style()),
        hidden=bool(switch(defaults, "w:vanish")),
    )


def _inherited(stated: Mapping[str, Style], based: Mapping[str, str]) -> dict[str, Style]:
    done: dict[str, Style] = {}
    for each in stated:
        path: dict[str, None] = {}
        here = each
        while here in stated and here not in done and here not in path:  # it may go in a circle
            path[here] = None
            here = based[here]
        above = done.get(here, Style())
        for one in reversed(path):
            own = stated[one]
            above = done[one] = Style(
                name=own.name,
                hidden=above.hidden if own.hidden is None else own.hidden,
                raised=above.raised if own.raised is None else own.raised,
            )
    return done


def shown(element: Any) -> Iterator[Any]:
    """The elements with a meaning of their own that stand in one, past all that only wraps them."""
    path = [element.iterchildren()]
    while path:
        below = None
        for each in path[-1]:
            name = short(each.tag)
            if name in _MEANT:
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


def read_paragraph(paragraph: Any, styles: Styles, fields: Fields) -> Line:
    """Read one paragraph, and go past the marks of the fields in it."""
    properties = child(paragraph, "w:pPr")
    style = styles.by_id.get(setting(properties, "w:pStyle") or "", styles.paragraph)
    end = child(properties, "w:rPr")
    frame = child(properties, "w:framePr")
    reading = _Reading(styles=styles, style=style, fields=fields)
    reading.read(paragraph)
    return Line(
        text="".join(reading.pieces),
        style=style.name,
        anchored=tuple(reading.anchored),
        goes_on=is_deleted(end)
        or reading.hides(end)
        or (frame is not None and attribute(frame, "w:dropCap") in ("drop", "margin")),
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

    def hides(self, properties: Any) -> bool:
        """Whether text with these properties is hidden (17.3.2.41; 17.7.3 on how styles add up)."""
        direct = switch(properties, "w:vanish")
        if direct is not None:
            return direct
        character = self.styles.by_id.get(setting(properties, "w:rStyle") or "", Style())
        return self.styles.hidden or bool(self.style.hidden) != bool(character.hidden)

    def read(self, element: Any) -> None:
        """Read what stands in a paragraph, a simple field or the base line of a ruby."""
        for each in shown(element):
            name = short(each.tag)
            if name == "w:r":
                self._read_run(each)
            elif name == "m:oMath" and not self.fields.silent:
                self.pieces.append(linear(each))
            elif name == "w:subDoc":
                self.anchored.append(Anchored(element=each))
            elif name == "w:fldSimple" and not _SILENT.match(attribute(each, "w:instr") or ""):
                self.read(each)

    def _read_run(self, run: Any) -> None:
        properties = child(run, "w:rPr")
        hidden = self.hides(properties)
        for each in shown(run):
            name = short(each.tag)
            if name == "w:fldChar":
                chosen = self.fields.step(each)
                self.pieces.append("" if hidden else chosen)
            elif name == "w:instrText":
                self.fields.instruct(each.text or "")
            elif hidden or self.fields.silent:
                continue
            elif name in NOTES:
                if is_on(attribute(each, "w:customMarkFollows") or "0"):
                    mark = "".join(_text(one, properties, self.styles) for one in shown(run))
                    self.anchored.append(Anchored(element=each, mark=mark))
                    return
                self.anchored.append(Anchored(element=each))
            elif name == "w:ruby":
                for base in children(each, "w:rubyBase"):
                    self.read(base)
            elif name in ("w:drawing", "w:pict", "w:object"):
                self.anchored.extend(Anchored(element=one) for one in shown(each))
            else:
                self.pieces.append(_text(each, properties, self.styles))


def _text(element: Any, properties: Any, styles: Styles) -> str:
    """The characters that one element of a run shows."""
    name = short(element.tag)
    if name == "w:sym":
        code = attribute(element, "w:char") or ""
        number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else 0
        symbol = attribute(element, "w:font") == "Symbol"
        return storable(_SYMBOL.get(number | 0xF000, "") if symbol else chr(number or 0xFFFD))
    if name != "w:t":
        return _SIGNS.get(name, "")
    text = _LINE_ENDS.sub(" ", element.text or "")
    fonts = child(properties, "w:rFonts")
    if fonts is not None and attribute(fonts, "w:ascii") == "Symbol":
        text = text.translate(_SYMBOL)
    place = setting(properties, "w:vertAlign")
    style = styles.by_id.get(setting(properties, "w:rStyle") or "", Style())
    raised = style.raised if place is None else place == "superscript"
    return text.translate(_RAISED) if raised else text  # 10⁶ is not 106
