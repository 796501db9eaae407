"""A brief -> a Word document with footnotes of Word's own, which it numbers and keeps in order.

python-docx makes all but these. A second reference to a footnote is a field that repeats the number
of the first (ECMA-376, part 1: 17.11 for footnotes, 17.16.5.36 for NOTEREF).
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from rag.render.brief import Brief, Footnote, Line, Mark

LONGEST_TITLE = 255  # characters of the title among a document's properties
SEPARATORS = {-1: "separator", 0: "continuationSeparator"}  # lines between text and footnotes
STYLE = "footnote text"


def brief_docx(brief: Brief) -> bytes:
    """The file."""
    from docx import Document

    document = Document()
    document.core_properties.title = brief.title[:LONGEST_TITLE]
    document.core_properties.author = "rag"
    document.core_properties.comments = ""
    document.add_heading(brief.title, level=0)
    for section in brief.sections:
        if section.number:
            document.add_heading(f"{section.number}. {section.asked}", level=1)
        for line in section.lines:
            _add_line(document.add_paragraph(), line)
        for one in section.nearest:
            document.add_paragraph(one, style="List Bullet")
    if brief.legend:
        document.add_paragraph().add_run(brief.legend).italic = True
    if brief.footnotes:
        _add_footnotes(document, brief.footnotes)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _add_line(paragraph: Any, line: Line) -> None:
    if line.before:
        paragraph.add_run(f"{line.before} ")
    paragraph.add_run(line.text).bold = line.bold or None
    if line.after:
        paragraph.add_run(f" {line.after}")
    for place, mark in enumerate(line.marks):
        if place:
            paragraph.add_run(", ").font.superscript = True
        _add_mark(paragraph, mark)


def _add_mark(paragraph: Any, mark: Mark) -> None:
    run = paragraph.add_run()
    run.font.superscript = True
    name = f"_Ref{mark.n}"  # with an underscore, Word does not list the bookmark
    if mark.first:
        run.element.append(_element("w:footnoteReference", id=mark.n))
        run.element.addprevious(_element("w:bookmarkStart", id=mark.n, name=name))
        run.element.addnext(_element("w:bookmarkEnd", id=mark.n))
        return
    run.text = str(mark.n)
    field = _element("w:fldSimple", instr=f" NOTEREF {name} \\h ")
    run.element.addprevious(field)
    field.append(run.element)


def _add_footnotes(document: Any, notes: tuple[Footnote, ...]) -> None:
    """Put the footnotes into a part of their own, and name it and their separators."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import XmlPart
    from docx.shared import Pt

    style = document.styles.add_style(STYLE, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    style.base_style = document.styles["Normal"]
    style.font.size = Pt(9)
    root, named = _element("w:footnotes"), _element("w:footnotePr")
    for id, kind in SEPARATORS.items():
        root.append(_footnote(id, style.style_id, kind))
        named.append(_element("w:footnote", id=id))
    for note in notes:
        root.append(_footnote(note.n, style.style_id, "footnoteRef", note))
    where = PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES
    part = XmlPart(*where, root, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    document.settings.element.find(_name("w:compat")).addprevious(named)


def _footnote(id: int, style: str, mark: str, note: Footnote | None = None) -> Any:
    """A footnote; without one, the separator of this kind."""
    from docx.text.paragraph import Paragraph

    element, held = _element("w:footnote", id=id), _element("w:p")
    element.append(held)
    no_document: Any = None  # it is needed for styles by their names only
    paragraph = Paragraph(held, no_document)
    run = paragraph.add_run()
    run.element.append(_element(f"w:{mark}"))
    if note is None:
        element.set(_name("w:type"), mark)
        return element
    held.style = style
    run.font.superscript = True
    paragraph.add_run(f" “{note.quote}” {note.text}")
    return element


def _element(tag: str, **attributes: object) -> Any:
    from docx.oxml.parser import OxmlElement

    return OxmlElement(tag, {_name(f"w:{name}"): str(told) for name, told in attributes.items()})


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))
