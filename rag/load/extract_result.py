"""What every format module returns: the text of a file and what the format itself says about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.domain import Found, Span
from rag.errors import CorpusError


class Unreadable(CorpusError):
    """A file that cannot become an article; the message is the reason, short and plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The text of one file, before anything is looked for in it.

    ``apart`` are spans that are never evidence whatever they hold: front matter, headings that the
    format marks as such. ``stamp`` is the date in the document's properties, which says when the
    file was made and not when the article appeared: it is used only when nothing else is known.
    ``left_out`` tells what the file holds and the text does not, in short sentences for people.
    """

    text: str
    apart: tuple[Span, ...] = ()
    title: Found = field(default_factory=Found)
    outlet: Found = field(default_factory=Found)
    date: Found = field(default_factory=Found)
    url: str | None = None  # where the article was first published
    spare_title: Found = field(default_factory=Found)  # as uncertain as ``stamp``
    stamp: Found = field(default_factory=Found)
    ocr: tuple[Span, ...] = ()  # of the text: what OCR read in pictures
    left_out: tuple[str, ...] = ()  # "pages 3-5 without text: they may be pictures"
