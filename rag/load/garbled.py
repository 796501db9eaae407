"""Whether what a PDF calls its text is the text that people see.

A font may number its glyphs and not say which letters they show, or say it wrongly. What comes out
is no language: unknown glyphs, control characters, characters of private use, letters of several
scripts in one word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rag.load.pdf_page import UNKNOWN

_LETTERS = re.compile(r"[^\W\d_]+")
_GLYPH_NAME = re.compile(r"(?:/[a-z]\d+){2,}|\(cid:\d+\)", re.IGNORECASE)
_NO_TEXT = {"Co", "Cn", "Cc", "Cs"}  # private use, not assigned, control, half a character
MOST = 0.1  # share of such characters: sound pages have a hundredth, of formulas; others a third
# Sound pages have 0.37 at most, dots that lead to a page number and lines to write on aside.
_MOST_SIGNS, _ENOUGH = 0.5, 40
_AGAIN = re.compile(r"(\S)(?:\s?\1)+")
# Chinese, Japanese and Korean have no spaces around what they write in Latin letters.
_SCRIPTS = dict.fromkeys(
    (
        *("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO", "HANGUL"),
        *("FULLWIDTH", "HALFWIDTH", "IDEOGRAPHIC"),
    ),
    "LATIN",
)
# Letters of which one may stand among those of another script: "µm", "IFNγ", "Ωm", "10 №".
_ANYWHERE = frozenset({"MICRO", "OHM", "KELVIN", "ANGSTROM", "MODIFIER", "FEMININE", "MASCULINE"})


def is_garbled(text: str, *, most: float = MOST) -> bool:
    """Whether a text is garbled, so that it cannot be read.

    Args:
        text: A page, or what is as long; of a line, a larger share may be odd.
        most: Share of odd characters that a text may have.
    """
    shown = [char for char in text if not char.isspace()]
    odd = sum(char == UNKNOWN or unicodedata.category(char) in _NO_TEXT for char in shown)
    odd += sum(len(name) for name in _GLYPH_NAME.findall(text))
    odd += sum(len(word) for word in _LETTERS.findall(text) if _is_mixed(word))
    return odd > most * len(shown)


def is_unknown(text: str) -> bool:
    """Whether no character of a word is known, as of a bullet that is a font's own."""
    return all(char == UNKNOWN or unicodedata.category(char) == "Co" for char in text)


def is_signs(text: str) -> bool:
    """Whether a page is mostly signs, as one of which the glyphs are numbered from 33 on."""
    signs = [char for char in _AGAIN.sub(r"\1", text) if not char.isspace()]
    others = sum(not char.isalnum() for char in signs)
    return len(signs) >= _ENOUGH and others > _MOST_SIGNS * len(signs)


def _is_mixed(word: str) -> bool:
    """Whether a word has letters of several scripts, two of each and more."""
    scripts = [script for char in word if (script := _script(char)) not in _ANYWHERE]
    kinds = set(scripts)
    if len(kinds) < 2:
        return False
    return len(kinds) > 2 or min(scripts.count(kind) for kind in kinds) > 1


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    name = unicodedata.name(char, "NONE").split()[0]
    return _SCRIPTS.get(name, name)
