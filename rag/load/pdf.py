"""PDF (.pdf): the text layer, its lines joined again into paragraphs; no OCR.

A PDF knows where letters stand on a page and nothing of words, lines or paragraphs: what pypdf
returns are lines. They are joined into paragraphs here, and the result is the article's text.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from rag.domain import Found, Origin
from rag.limits import DEFAULT, Limits
from rag.load.encoding import storable
from rag.load.extract import Extract, Unreadable
from rag.load.lines import ends_sentence, is_bullet

_FULL = 0.8  # a line this close to the usual width was broken by the page, not by the author
_LONGEST_WORD = 60
_NEARLY_WHOLE = 0.9
_FRAGMENT = 40  # characters: a shorter text without a full stop may be a heading
_MAX_HEAD = 80  # characters
_REPEATED = 3  # a first or last line on so many pages, or on both of two, is a running head
_PAGE_NUMBER = re.compile(r"\W*(?:page\W*)?0?(?:\W*(?:of\W*)?0)?\W*")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_NO_TITLE = re.compile(
    r"\W*|untitled\b.*|microsoft word\b.*|powerpoint\b.*|.*\.(?:docx?|odt|rtf|indd|qxd|tex|pdf"
    r"|html?|txt|pptx?)"
    r"|(?:document|slide|print|\(anonymous\))\s*\d*",
    re.IGNORECASE,
)


def extract_pdf(data: bytes, limits: Limits = DEFAULT) -> Extract:
    """Read the text layer of a PDF.

    Raises:
        Unreadable: It is damaged or encrypted, or its pages are pictures.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # each damaged object is a warning
    try:
        reader = PdfReader(io.BytesIO(data))
        # Many files are encrypted with the empty password, only to forbid printing.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("encrypted PDF")
        pages = list(_page_lines(reader.pages, limits))
        title, created = _properties(reader)
    except DependencyError as error:
        raise Unreadable("encrypted PDF") from error
    except LimitReachedError as error:
        raise Unreadable("refers to itself, or unpacks to too much") from error
    # Damage shows up wherever pypdf meets an object of a wrong type; the file is the cause.
    except (
        PyPdfError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        ArithmeticError,
    ) as error:
        raise Unreadable("damaged PDF") from error
    except (RecursionError, OSError, NotImplementedError) as error:
        raise Unreadable("damaged PDF") from error
    text = join_lines(pages)
    if not text.strip():
        raise Unreadable("no text in the PDF: its pages may be pictures")
    return Extract(text=text, spare_title=title, stamp=created)


def join_lines(pages: Sequence[Sequence[str]]) -> str:
    """Join the lines of pages into paragraphs, one blank line between them.

    Running heads and page numbers go; a word that a line end broke is mended where the document
    shows how it is written, and otherwise loses its hyphen.

    Args:
        pages: Lines of each page, from top to bottom; an empty line ends a paragraph.
    """
    edges = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    often = min(_REPEATED, max(2, len(pages)))
    heads = {key for key, count in edges.items() if count >= often and len(key) <= _MAX_HEAD}
    bodies = [_without_running_heads(page, heads) for page in pages]
    lines = [line.strip() for body in bodies for line in body]
    written = Counter(word.casefold() for line in lines for word in _WORDS.findall(line))
    width = _usual_width(lines)
    paragraphs: list[list[str]] = []
    blank = True
    for line in lines:
        above = paragraphs[-1][-1] if paragraphs else ""
        begun = bool(paragraphs) and len(paragraphs[-1]) > 1  # what is begun is no heading
        if line and above and _goes_on(above, line, None if blank else width, begun=begun):
            paragraphs[-1][-1] = _mended(above, line, written)
            paragraphs[-1].append(line)
        elif line:
            paragraphs.append([line])
        blank = not line
    return "\n\n".join(map("".join, paragraphs)).replace("\u00ad", "")


def _page_lines(pages: Sequence[object], limits: Limits) -> Iterator[list[str]]:
    if len(pages) > limits.pdf_pages:
        raise Unreadable(f"has more than {limits.pdf_pages:,} pages: raise pdf_pages")
    characters = 0
    for page in pages:
        if characters > limits.text_characters:
            most = limits.text_characters
            raise Unreadable(f"has more than {most:,} characters: raise text_characters")
        # Fonts without a character map come out as lone surrogates or NUL.
        text = storable(page.extract_text() or "").replace("\0", "")  # type: ignore[attr-defined]
        characters += len(text)
        yield text.splitlines()


def _properties(reader: object) -> tuple[Found, Found]:
    facts = reader.metadata  # type: ignore[attr-defined]
    title = " ".join(storable(str(facts.title or "")).split()) if facts else ""
    created = facts.creation_date if facts else None
    return (
        Found() if _NO_TITLE.fullmatch(title) else Found(value=title, origin=Origin.META),
        Found(value=created.date().isoformat(), origin=Origin.META)
        if isinstance(created, datetime)
        else Found(),
    )


def _without_running_heads(page: Sequence[str], heads: set[str]) -> list[str]:
    body = list(page)
    for index in (0, -1):
        while body and _is_running(body[index], heads):
            body.pop(index)
    return body


def _edges(page: Sequence[str]) -> list[str]:
    lines = [line for line in page if line.strip()]
    return [*lines[:2], *lines[-2:]]


def _key(line: str) -> str:
    return re.sub(r"\d+", "0", line).strip().casefold()


def _is_running(line: str, heads: set[str]) -> bool:
    key = _key(line)
    return key in heads or bool(_PAGE_NUMBER.fullmatch(key))


def _usual_width(lines: Sequence[str]) -> int:
    lengths = sorted(len(line) for line in lines if line)
    return lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0


def _goes_on(above: str, line: str, width: int | None, *, begun: bool) -> bool:
    """Whether ``line`` continues the paragraph above.

    Args:
        above: The paragraph's last line.
        line: The line.
        width: That lines usually have; None past a blank line.
        begun: Whether the paragraph has a line before.
    """
    if is_bullet(line):
        return False
    if width is None:  # a page break or a stray blank line in the middle of a sentence
        prose = begun or len(above) > _FRAGMENT
        return line[0].islower() and not ends_sentence(above) and prose
    if line[0].islower() or _BROKEN_WORD.search(above[-_LONGEST_WORD:]):
        return True
    # The last line of a paragraph ends a sentence, and seldom at the very edge.
    return len(above) >= (_NEARLY_WHOLE if ends_sentence(above) else _FULL) * width


def _mended(above: str, line: str, written: Counter[str]) -> str:
    """The end of ``above`` as it reads when ``line`` follows: a space, or a mended hyphen."""
    broken, rest = _BROKEN_WORD.search(above[-_LONGEST_WORD:]), _FIRST_WORD.match(line)
    if above.endswith("\u00ad"):
        return above[:-1]
    if not broken or not rest:
        return f"{above} "
    head, tail = broken[1], rest[0]
    hyphenated = written[f"{head}-{tail}".casefold()] > written[f"{head}{tail}".casefold()]
    # "US-led", "Anglo-American": no syllable break stands before a capital or after an acronym.
    if hyphenated or tail[0].isupper() or (head.isupper() and len(head) > 1):
        return above
    return above[:-1]
