"""PowerPoint (.pptx): slide by slide, each under its number and title, with its notes.

python-pptx reads it. Hidden slides are left out; charts, diagrams and embedded objects are named.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from rag.domain import Found, Origin
from rag.limits import DEFAULT, Limits
from rag.load.archive import BROKEN_ARCHIVE, open_archive
from rag.load.encoding import storable
from rag.load.extract_result import Extract, Unreadable, laid_out

_KIND = "PPTX"
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0"
_TEMPLATE_COMMENT = "generated using python-pptx"  # with a date of 2013 in every such file
_FURNITURE = ("DATE", "FOOTER", "SLIDE_NUMBER", "HEADER")
_MOST_NESTED = 20  # groups of shapes in groups
_UNREAD = {
    "chart": ("a chart was", "charts were"),
    "diagram": ("a diagram or object was", "diagrams or objects were"),
    "picture": ("a picture was", "pictures were"),
}


def extract_pptx(data: bytes, limits: Limits = DEFAULT) -> Extract:
    """Read a presentation.

    Raises:
        Unreadable: It is damaged, encrypted or something else, or unpacks to more than is
            reasonable.
    """
    if data.startswith(_OLD_CONTAINER):
        raise Unreadable("encrypted PPTX, or an older PowerPoint format")
    open_archive(data, limits, kind=_KIND).close()
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    unread: Counter[str] = Counter()
    try:
        deck = Presentation(io.BytesIO(data))
        slides = [
            found
            for number, slide in enumerate(deck.slides, 1)
            if slide.element.get("show") not in ("0", "false")
            if len(found := list(_slide(number, slide, unread))) > 1 or ": " in found[0][0]
        ]
        title, stamp = _properties(deck.core_properties)
    except (*BROKEN_ARCHIVE, PythonPptxError) as error:
        raise Unreadable("damaged PPTX") from error
    return _as_extract(slides, unread, title=title, stamp=stamp)


def _as_extract(
    slides: list[list[tuple[str, bool]]], unread: Counter[str], *, title: Found, stamp: Found
) -> Extract:
    blocks = [block for slide in slides for block in slide]
    text, spans = laid_out([storable(text) for text, _ in blocks])
    titles = [text.partition(": ")[2] for text, is_title in blocks if is_title]
    first = next(filter(None, titles), "")
    return Extract(
        text=text,
        paragraphs=tuple(
            span for span, (_, is_title) in zip(spans, blocks, strict=True) if not is_title
        ),
        title=Found(value=first, origin=Origin.HEADING) if first else Found(),
        spare_title=title,
        stamp=stamp,
        left_out=tuple(_left_out(unread, only_pictures=not blocks)),
    )


def _slide(number: int, slide: Any, unread: Counter[str]) -> Iterator[tuple[str, bool]]:
    """The paragraphs of a slide, and whether each is its title."""
    heading = slide.shapes.title
    title = " ".join(heading.text_frame.text.split()) if heading is not None else ""
    yield f"Slide {number}: {title}" if title else f"Slide {number}", True
    element = None if heading is None else heading.element
    for text in _texts(slide.shapes, element, unread):
        yield text, False
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for text in _paragraphs(slide.notes_slide.notes_text_frame):
            yield text, False


def _texts(
    shapes: Iterable[Any], title: Any, unread: Counter[str], depth: int = 0
) -> Iterator[str]:
    """The paragraphs of shapes, in their order, those of groups too."""
    for shape in shapes:
        if shape.element is title or _is_furniture(shape) or _is_hidden(shape):
            continue
        if hasattr(shape, "shapes"):
            if depth < _MOST_NESTED:
                yield from _texts(shape.shapes, title, unread, depth + 1)
        elif shape.has_text_frame:
            yield from _paragraphs(shape.text_frame)
        elif shape.has_table:
            yield from _rows(shape.table)
        else:
            unread.update(_kind(shape))


def _rows(table: Any) -> Iterator[str]:
    for row in table.rows:
        cells = [" ".join(cell.text.split()) for cell in row.cells]
        if any(cells):
            yield " | ".join(cells)


def _kind(shape: Any) -> list[str]:
    """What a shape without text is, if it may say something."""
    if shape.has_chart:
        return ["chart"]
    kind = {"pic": "picture", "graphicFrame": "diagram"}.get(shape.element.tag.rpartition("}")[2])
    return [kind] if kind else []


def _paragraphs(frame: Any) -> Iterator[str]:
    for paragraph in frame.paragraphs:
        text = " ".join(paragraph.text.replace("\v", " ").split())
        if text:
            yield text


def _is_furniture(shape: Any) -> bool:
    """Whether a shape only repeats the day, the number or the footer of every slide."""
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    return kind is not None and kind.name in _FURNITURE


def _is_hidden(shape: Any) -> bool:
    own = next(shape.element.iter("{*}cNvPr"), None)
    return own is not None and own.get("hidden") in ("1", "true")


def _properties(properties: Any) -> tuple[Found, Found]:
    title = storable(" ".join((properties.title or "").split()))
    made = properties.created
    stamp = made.date().isoformat() if made else ""
    if properties.comments == _TEMPLATE_COMMENT:
        title = stamp = ""
    return (
        Found(value=title, origin=Origin.META) if title else Found(),
        Found(value=stamp, origin=Origin.META) if stamp else Found(),
    )


def _left_out(unread: Counter[str], *, only_pictures: bool) -> Iterator[str]:
    for kind, count in unread.items():
        if kind != "picture" or only_pictures:
            one, many = _UNREAD[kind]
            yield f"{one} not read" if count == 1 else f"{count:,} {many} not read"
