"""What the styles of a Word file say of text: whether it is hidden, struck through, numbered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from rag.load.docx_parts import attribute, child, children, is_on, setting, switch


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What a style says, with what it inherits; None where it says nothing."""

    name: str = ""
    hidden: bool | None = None
    struck: bool | None = None
    struck_twice: bool | None = None
    raised: bool | None = None
    font: str | None = None
    number: str | None = None  # of the list that its paragraphs belong to
    level: str | None = None


_NOTHING = Style()


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """The styles of a document by their ids."""

    by_id: Mapping[str, Style]
    paragraph: Style = Style()  # of a paragraph that names none
    default: Style = Style()  # of the document

    def hides(self, properties: Any, paragraph: Style) -> bool:
        """Whether text with these properties, in a paragraph of this style, is hidden."""
        return self._toggled(switch(properties, "w:vanish"), properties, paragraph, "hidden")

    def strikes(self, properties: Any, paragraph: Style) -> bool:
        """Whether it is struck through: its author has taken it back."""
        if self._toggled(switch(properties, "w:strike"), properties, paragraph, "struck"):
            return True
        said = (
            switch(properties, "w:dstrike"),
            self._of_run(properties).struck_twice,
            paragraph.struck_twice,
            self.default.struck_twice,
        )
        return next((each for each in said if each is not None), False)

    def fonts(self, properties: Any, paragraph: Style) -> tuple[str, ...]:
        """The fonts that text with these properties may be in, the likeliest first."""
        own = child(properties, "w:rFonts")
        names = ("w:ascii", "w:hAnsi")
        said = [attribute(own, name) for name in names] if own is not None else [None]
        styled = (self._of_run(properties).font, paragraph.font)
        return tuple(filter(None, said if any(said) else styled))

    def raises(self, properties: Any) -> bool:
        """Whether it stands above the line."""
        place = setting(properties, "w:vertAlign")
        return place == "superscript" if place else bool(self._of_run(properties).raised)

    def _of_run(self, properties: Any) -> Style:
        named = None if properties is None else setting(properties, "w:rStyle")
        return self.by_id.get(named, _NOTHING) if named else _NOTHING

    def _toggled(self, direct: bool | None, properties: Any, paragraph: Style, what: str) -> bool:
        """17.7.3: the text itself decides; of styles, the second undoes the first."""
        if direct is not None:
            return direct
        both = bool(getattr(paragraph, what)) != bool(getattr(self._of_run(properties), what))
        return bool(getattr(self.default, what)) or both


def read_styles(root: Any | None) -> Styles:
    """The styles of a document, with what each has from those it is based on."""
    stated: dict[str, Style] = {}
    based: dict[str, str] = {}
    normal = ""
    for each in children(root, "w:style"):
        own = attribute(each, "w:styleId") or ""
        stated[own] = _stated(each)
        based[own] = setting(each, "w:basedOn") or ""
        if attribute(each, "w:type") == "paragraph" and attribute(each, "w:default") is not None:
            normal = own if is_on(attribute(each, "w:default")) else normal
    by_id = _inherited(stated, based)
    defaults = child(child(root, "w:docDefaults"), "w:rPrDefault")
    return Styles(
        by_id=by_id,
        paragraph=by_id.get(normal, Style()),
        default=Style() if defaults is None else _stated(defaults),
    )


def _stated(style: Any) -> Style:
    properties = child(style, "w:rPr")
    place = setting(properties, "w:vertAlign")
    fonts = child(properties, "w:rFonts")
    numbering = child(child(style, "w:pPr"), "w:numPr")
    return Style(
        name=setting(style, "w:name") or "",
        hidden=switch(properties, "w:vanish"),
        struck=switch(properties, "w:strike"),
        struck_twice=switch(properties, "w:dstrike"),
        raised=None if place is None else place == "superscript",
        font=None if fonts is None else attribute(fonts, "w:ascii"),
        number=setting(numbering, "w:numId"),
        level=setting(numbering, "w:ilvl"),
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
            above = done[one] = _with(stated[one], above)
    return done


def _with(own: Style, above: Style) -> Style:
    said = {each.name: getattr(own, each.name) for each in fields(Style)}
    return Style(
        **{name: getattr(above, name) if value is None else value for name, value in said.items()}
    )
