"""PDF -> the words of each page with their places; which characters they are, pdfminer.six knows.

A PDF paints glyphs one by one. Glyphs that touch on one baseline become a word here. Who needs
this module imports it late: it loads the library.
"""

from __future__ import annotations

import io
import logging
import math
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
from pdfminer.pdffont import PDFType3Font
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1, stream_value
from pdfminer.psexceptions import PSException
from pdfminer.utils import apply_matrix_pt, decode_text

from rag.limits import MEGABYTE, Limits
from rag.load.encoding import storable
from rag.load.extract_result import Unreadable
from rag.load.pdf_fields import filled_in
from rag.load.pdf_fonts import Fonts, glyph_of
from rag.load.pdf_page import Box, Document, Page, Word, part_standing
from rag.load.pdf_shown import Hidden, Rect, area, common, holds, is_white, turned

# Damage shows up wherever pdfminer meets an object of a wrong type; the file is the cause.
_DAMAGE = (
    *(PSException, ValueError, TypeError, AttributeError, LookupError, ArithmeticError),
    *(AssertionError, RecursionError, EOFError, OSError, NotImplementedError),
    *(struct.error, zlib.error),
)
_TOUCH = 0.17  # of the font size: a gap less wide is within a word; fonts leave 0.2 between words
_BACK = 0.4  # of the font size: so far back a glyph may begin, to stand closer than its width
_SAME = 0.05  # of the font size: what differs by less is on the same baseline, or as large
_DOWNWARD = 270  # degrees
_FILLED, _NOT_PAINTED = 0, 3  # modes of text, ISO 32000-1, 9.3.6
_EDGE = 2.0  # points that a glyph may stand beyond the edge of its page
_MIDDLE = 0.3  # of the font size: so far above the baseline is the middle of small letters
_RULE = 3.0  # points: what is painted and less high is a line


def read_document(data: bytes, limits: Limits) -> Document:
    """Read all words of a PDF.

    Raises:
        Unreadable: It is damaged or encrypted, or larger than the limits allow.
    """
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # each damaged object is a warning
    try:
        opened = _opened(data)
        pages = list(islice(PDFPage.create_pages(opened), limits.pdf_pages + 1))
    except PDFEncryptionError as error:
        raise Unreadable("encrypted PDF") from error
    except _DAMAGE as error:
        raise Unreadable("damaged PDF") from error
    if len(pages) > limits.pdf_pages:
        raise Unreadable(f"has more than {limits.pdf_pages:,} pages: raise pdf_pages")
    read = list(_read(pages, limits))
    if not read or (all(page.damaged for page in read) and not any(page.turns for page in read)):
        raise Unreadable("damaged PDF")
    return Document(pages=read, facts=_facts(opened))


def _opened(data: bytes) -> PDFDocument:
    # Many files are encrypted with the empty password, only to forbid printing.
    try:
        return PDFDocument(PDFParser(io.BytesIO(data)))
    except _DAMAGE:  # perhaps what it says of itself cannot be read; its text does not need that
        return PDFDocument(PDFParser(io.BytesIO(data.replace(b"/Info", b"/None"))))


def _read(pages: Sequence[PDFPage], limits: Limits) -> Iterator[Page]:
    manager = Fonts()
    left = limits.text_characters
    most_bytes = limits.file_megabytes * MEGABYTE  # of what paints one page
    for page in pages:
        device = _Collector(manager, left)
        damaged = False
        try:
            if sum(len(stream_value(each).get_data()) for each in page.contents) > most_bytes:
                raise Unreadable("is too large when unpacked")
            _Interpreter(manager, device).process_page(page)
            device.fill_in(page)
        except _Full:
            most = limits.text_characters
            raise Unreadable(f"has more than {most:,} characters: raise text_characters") from None
        except _DAMAGE:
            damaged = True  # what was painted before is kept
        left = device.left
        yield device.page(damaged=damaged)


def _facts(document: PDFDocument) -> dict[str, str]:
    """What the file says of itself; what of it cannot be read is left out."""
    facts: dict[str, str] = {}
    for info in reversed(document.info):  # the first is the newest
        for name, value in info.items():
            try:
                found = resolve1(value)
            except _DAMAGE:
                continue
            if isinstance(found, bytes):
                facts[name] = storable(decode_text(found))
    return facts


class _Interpreter(PDFPageInterpreter):
    """Tells of shades too, which pdfminer passes over."""

    def do_sh(self, name: object) -> None:
        """Note that a shade is painted; where it ends is not known."""
        assert isinstance(self.device, _Collector)
        self.device.shade()


class _Full(Exception):
    """More characters than the limits allow."""


@dataclass(slots=True)
class _Run:
    """A word that may go on."""

    glyphs: list[str]
    x0: float
    x1: float
    y: float
    size: float
    turn: int  # degrees
    spaced: bool
    place: tuple[float, float]  # the middle of its first glyph on the page, upwards
    hidden: Hidden
    leftward: bool = False  # painted from right to left

    def word(self) -> Word:
        glyphs = self.glyphs
        # Arabic and Hebrew that is painted from left to right has its last letter first.
        if not self.leftward and len(glyphs) > 1 and all(map(_is_leftward, glyphs)):
            glyphs = glyphs[::-1]
        return Word("".join(glyphs), self.x0, self.x1, self.y, self.size, self.spaced)


@dataclass(slots=True)
class _Frame:
    """How glyphs of one font and matrix lie on the page."""

    key: tuple[Any, ...]
    ux: float  # the direction of the line, of length 1
    uy: float
    turn: int
    along: float  # points of the page for one of the text
    size: float
    vertical: bool


class _Collector(PDFTextDevice):
    """Collects the words of one page, as pdfminer paints it."""

    def __init__(self, manager: Fonts, left: int) -> None:
        super().__init__(manager)
        self._glyphs = manager.glyphs
        self.left = left  # characters that may still come
        self._turns: dict[int, list[Word]] = {}
        self._boxes: list[Box] = []
        self._painted = False
        self._ground: list[Rect] = []  # painted in other than white
        self._shown = (-math.inf, -math.inf, math.inf, math.inf)
        self._pictured = 0.0  # square points
        self._run: _Run | None = None
        self._hidden: list[_Run] = []
        self._how = Hidden.NO
        self._spaced = False
        self._frame: _Frame | None = None

    def page(self, *, damaged: bool) -> Page:
        """What was collected."""
        self._flush()
        layer = [run for run in self._hidden if self._is_seen(run)]
        for run in layer:
            self._turns.setdefault(run.turn, []).append(run.word())
        level, standing = part_standing(self._turns.get(0, []))
        if standing:
            self._turns[0] = level
            self._turns.setdefault(_DOWNWARD, []).extend(standing)
        turns = sorted(self._turns.items(), key=lambda turn: (turn[0] != 0, -len(turn[1])))
        return Page(
            turns=tuple(tuple(words) for _, words in turns if words),
            boxes=tuple(self._boxes),
            pictured=0.0 if layer else self._pictured / max(area(self._shown), 1.0),
            painted=self._painted,
            damaged=damaged,
        )

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        """Note what of the page is shown."""
        media, crop = turned(ctm, page.mediabox), turned(ctm, page.cropbox)
        both = common(media, crop)
        self._shown = both if area(both) > 0 else media
        self._ctm = ctm

    def fill_in(self, page: PDFPage) -> None:
        """Take what is written in the fields of forms."""
        for word in filled_in(page, self._ctm):
            self.left -= len(word.text)
            if self.left < 0:
                raise _Full
            self._turns.setdefault(0, []).append(word)

    def shade(self) -> None:
        """A shade is painted, somewhere."""
        self._painted = True
        self._ground.append((-math.inf, -math.inf, math.inf, math.inf))

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        """Note how glyphs are painted, and paint them."""
        white = textstate.render == _FILLED and is_white(graphicstate.ncolor, graphicstate.ncs)
        invisible = textstate.render == _NOT_PAINTED
        self._how = Hidden.INVISIBLE if invisible else Hidden.WHITE if white else Hidden.NO
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: tuple[float, float, float, float, float, float],
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        """Take a glyph; returns how far the next one is, in the units of the text."""
        glyph = self._glyphs.get((font, cid))
        if glyph is None:
            glyph = self._glyphs[font, cid] = glyph_of(font, cid)
        text, width = glyph
        advance = width * fontsize * scaling
        key = (*matrix[:4], font, fontsize)
        frame = self._frame
        if frame is None or frame.key != key:
            frame = self._frame = _frame(key, matrix, font, fontsize)
        across, up = (0.0, rise)
        if frame.vertical:
            across, up = _hung(font.char_disp(cid), fontsize, rise)
        self._add(text, frame, apply_matrix_pt(matrix, (across, up)), abs(advance) * frame.along)
        return advance

    def _add(self, text: str, frame: _Frame, at: tuple[float, float], length: float) -> None:
        self.left -= len(text)
        if self.left < 0:
            raise _Full
        if not text.strip():
            self._flush()
            self._spaced = True
            return
        x = at[0] * frame.ux + at[1] * frame.uy
        y = at[0] * frame.uy - at[1] * frame.ux
        run, size = self._run, frame.size
        if not math.isfinite(x + y + length + size):
            return  # a number of four hundred digits: it is on no page
        place = _along(at, frame, length)
        if not holds(self._shown, place, _EDGE):
            return
        alike = run and run.turn == frame.turn and run.hidden == self._how
        if run and alike and abs(y - run.y) < _SAME * size:
            alike = abs(size - run.size) < _SAME * size
            if alike and -_BACK * size < x - run.x1 < _TOUCH * size:
                run.glyphs.append(text)
                run.x1 = max(run.x1, x + length)
                return
            # Arabic may be painted from right to left, glyph by glyph.
            if alike and abs(x + length - run.x0) < _TOUCH * size and _is_leftward(text):
                run.glyphs.append(text)
                run.x0, run.leftward = x, True
                return
        self._flush()
        spaced, self._spaced = self._spaced, False
        self._run = _Run(
            [text], x, x + length, y, size, frame.turn, spaced, place, self._how
        )  # fmt: skip

    def _flush(self) -> None:
        if self._run and self._run.hidden:
            self._hidden.append(self._run)
        elif self._run:
            self._turns.setdefault(self._run.turn, []).append(self._run.word())
        self._run = None

    def _is_seen(self, run: _Run) -> bool:
        """Whether something lies where hidden text is: a scan, or a field on which white shows."""
        margin = run.size if run.hidden == Hidden.INVISIBLE else 0.0
        return any(holds(ground, run.place, margin) for ground in self._ground)

    def render_image(self, name: str, stream: Any) -> None:
        """Note where a picture is."""
        assert self.ctm is not None
        place = turned(self.ctm, (0, 0, 1, 1))
        self._ground.append(place)
        self._pictured += area(common(self._shown, place))
        self._box([place[:2], place[2:]])

    def paint_path(
        self,
        graphicstate: Any,
        stroke: bool,
        fill: bool,
        evenodd: bool,
        path: Sequence[Any],
    ) -> None:
        """Note where a horizontal line is."""
        self._painted = True
        points = [step[at : at + 2] for step in path for at in range(1, len(step) - 1, 2)]
        assert self.ctm is not None
        placed = [apply_matrix_pt(self.ctm, point) for point in points]
        self._lay(placed, graphicstate, stroke=stroke, fill=fill)
        if placed and max(y for _, y in placed) - min(y for _, y in placed) < _RULE:
            self._box(placed)

    def _lay(
        self, points: Sequence[tuple[float, float]], state: Any, *, stroke: bool, fill: bool
    ) -> None:
        """Note where something is painted on which white is seen."""
        drawn = stroke and not is_white(state.scolor, state.scs)
        if points and (drawn or (fill and not is_white(state.ncolor, state.ncs))):
            across, up = zip(*points, strict=True)
            edge = state.linewidth / 2 if drawn else 0.0
            self._ground.append(
                (min(across) - edge, min(up) - edge, max(across) + edge, max(up) + edge)
            )

    def _box(self, points: Sequence[tuple[float, float]]) -> None:
        self._painted = True
        across, up = [x for x, _ in points], [y for _, y in points]
        if all(map(math.isfinite, (*across, *up))):
            self._boxes.append(Box(min(across), max(across), -max(up), -min(up)))


def _along(at: tuple[float, float], frame: _Frame, length: float) -> tuple[float, float]:
    """The middle of a glyph, a little above its baseline."""
    half, up = length / 2, _MIDDLE * frame.size
    return at[0] + half * frame.ux - up * frame.uy, at[1] + half * frame.uy + up * frame.ux


def _frame(key: tuple[Any, ...], matrix: Sequence[float], font: Any, fontsize: float) -> _Frame:
    a, b, c, d = matrix[:4]
    vertical = font.is_vertical()
    over, upward = math.hypot(a, b), math.hypot(c, d)
    dx, dy = (-c, -d) if vertical else (a, b)
    length = math.hypot(dx, dy) or 1.0
    sign = -1.0 if fontsize < 0 else 1.0
    ux, uy = sign * dx / length, sign * dy / length
    size = abs(fontsize) * (over if vertical else upward)
    if isinstance(font, PDFType3Font):  # its glyphs have a scale of their own
        size *= abs(font.vscale) * abs(font.ascent - font.descent) or 1.0
    return _Frame(
        key=key,
        ux=ux,
        uy=uy,
        turn=round(math.degrees(math.atan2(uy, ux))) % 360,
        along=upward if vertical else over,
        size=max(size, 0.1),
        vertical=vertical,
    )


def _hung(disp: Any, fontsize: float, rise: float) -> tuple[float, float]:
    """Where a glyph of a font that is written downwards begins: its left upper corner."""
    vx, vy = disp
    left = fontsize * 0.5 if vx is None else vx * fontsize * 0.001
    return -left, (1000 - vy) * fontsize * 0.001 + rise


def _is_leftward(glyph: str) -> bool:
    return unicodedata.bidirectional(glyph[:1]) in {"R", "AL", "NSM"}
