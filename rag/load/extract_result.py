"""What every format module returns: the text of a file and what the format itself says about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.domain import Found, Span
from rag.errors import CorpusError

_BREAK = "\n\n"


class Unreadable(CorpusError):
    """A file that cannot become an article; the message is the reason, short and plain."""


class NoArticle(Unreadable):
    """What is sound, and not meant to be an article: settings in JSON, a picture, a cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The text of one file, before anything is looked for in it.

    ``apart`` are spans that are never evidence whatever they hold: front matter, headings that the
    format marks as such. ``stamp`` is the date in the document's properties, which says when the
    file was made and not when the article appeared: it is used only when nothing else is known.
    ``paragraphs`` is for formats that say themselves what a paragraph is, such as tables: these are
    the evidence then, and nothing is looked for in the text by rules for prose.
    ``left_out`` tells what the file holds and the text does not, in short sentences for people.
    """

    text: str
    apart: tuple[Span, ...] = ()
    flowing: bool = False  # a line end is no more than a space where nothing marks it
    paragraphs: tuple[Span, ...] = ()
    title: Found = field(default_factory=Found)
    outlet: Found = field(default_factory=Found)
    date: Found = field(default_factory=Found)
    day_first: bool = False  # 04/05/2018 is 4 May: the language of the page tells
    tags: tuple[str, ...] = ()  # that its front matter names
    url: str | None = None  # where the article was first published
    spare_title: Found = field(default_factory=Found)  # as uncertain as ``stamp``
    stamp: Found = field(default_factory=Found)
    ocr: tuple[Span, ...] = ()  # of the text: what OCR read in pictures
    left_out: tuple[str, ...] = ()  # "pages 3-5 without text: they may be pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One of the articles of a file, before it is read; ``read`` may raise `Unreadable`.

    The name stands behind the path of the file, and is empty where the file is one article.
    """

    name: str
    read: Callable[[], Extract]


def laid_out(blocks: Sequence[str]) -> tuple[str, tuple[Span, ...]]:
    """Blocks with a blank line between them.

    Args:
        blocks: None of them empty.

    Returns:
        The text, and where each block stands in it.
    """
    spans: list[Span] = []
    position = 0
    for block in blocks:
        spans.append(Span(start=position, end=position + len(block)))
        position += len(block) + len(_BREAK)
    return _BREAK.join(blocks), tuple(spans)
