"""The fonts of a PDF: what each glyph stands for, where the file says so, and how wide it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from pdfminer.encodingdb import name2unicode
from pdfminer.pdffont import PDFFont, PDFSimpleFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdftypes import list_value, resolve1
from pdfminer.psparser import literal_name

from rag.load.pdf_page import UNKNOWN

_NUMBERED = re.compile(r"[A-Za-z]{1,2}(\d{1,3})")


class Fonts(PDFResourceManager):
    """Makes fonts, and lets none say what its glyphs are that does not know."""

    def __init__(self) -> None:
        super().__init__()
        self.glyphs: dict[tuple[PDFFont, int], tuple[str, float]] = {}  # looked up once

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        """The font; glyphs of it with names of its own are unknown.

        pdfminer takes these for what their codes stand for in the standard encoding.
        """
        font = super().get_font(objid, spec)
        encoding = resolve1(spec.get("Encoding"))
        if isinstance(font, PDFSimpleFont) and not font.unicode_map and isinstance(encoding, dict):
            code = 0
            for each in list_value(encoding.get("Differences", [])):
                if isinstance(each, int):
                    code = each
                    continue
                if not _is_known(literal_name(each), code):
                    font.cid2unicode.pop(code, None)
                code += 1
        return font


def _is_known(name: str, code: int) -> bool:
    """Whether the name of a glyph says what it is: "comma", "uni002C"; "a44" only of number 44."""
    number = _NUMBERED.fullmatch(name)
    if number and int(number[1]) == code:
        return True
    try:
        return bool(name2unicode(name))
    except (KeyError, ValueError):
        return False


def glyph_of(font: Any, cid: int) -> tuple[str, float]:
    """What a glyph stands for, and how wide it is, of a font of size 1."""
    try:
        text = _as_letters(font.to_unichr(cid))
    except PDFUnicodeNotDefined:
        text = UNKNOWN
    return text, float(font.char_width(cid))


def _as_letters(glyph: str) -> str:
    """What a glyph stands for, where it is drawn as one: "fi", or a letter of Arabic in a word."""
    return unicodedata.normalize("NFKC", glyph) if "\ufb00" <= glyph[:1] <= "\ufefc" else glyph
