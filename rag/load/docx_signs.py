"""The signs of the fonts that draw signs where others have letters, as characters of Unicode.

Word writes such a sign as a number of 8 bits, by itself or from F000 on, where no character is. Of
the large fonts only those are listed that say something in a text: marks, boxes, arrows, digits.
"""

from __future__ import annotations

from collections.abc import Iterable

from rag.load.encoding import storable

UNKNOWN = "\ufffd"  # a sign is shown here: "✗ The gate is open" must not be "The gate is open"
_DIGITS = "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"
_ARROWS = "←→↑↓↖↗↙↘"
# By the number of the first of each row. In the rows of "Symbol" a dot is no character.
_FONTS = {
    "symbol": {
        0x20: " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
        "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
        0xA0: "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪",
        0xF1: "〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
    },
    "wingdings": {
        0x20: " ",
        0x43: "👍👎☜☞☝☟",
        0x4A: "☺",
        0x4C: "☹",
        0x6C: "●",
        0x6E: "■☐",
        0x71: "❑❒",
        0x75: "◆❖",
        0x80: _DIGITS,
        0x9E: "·•",
        0xA1: "○",
        0xA4: "◉",
        0xA7: "▪☐",
        0xAB: "★",
        0xD8: "➢",
        0xDF: _ARROWS,
        0xE7: _ARROWS,
        0xEF: "⇦⇨⇧⇩⇔⇕",
        0xFB: "✗✓☒☑",
    },
    "wingdings 2": {
        0x20: " ",
        0x4F: "✗✓☒☑☒☒⮾⮿🛇⦸",
        0x69: _DIGITS,
        0x95: "·••●○",
        0xA2: "■☐",
    },
    "wingdings 3": {0x20: " ", 0x21: _ARROWS, 0x31: "↔↕", 0x66: f"{_ARROWS}↔↕", 0x70: "▲▼△▽◀▶◁▷"},
    "webdings": {0x20: " ", 0x33: "◀▶▲▼", 0x61: "✔", 0x63: "☐", 0x67: "■", 0x69: "ℹ", 0x6E: "●"}
    | {0x72: "✗❓", 0x78: "⦸"},
}
_SIGNS = {
    font: {first + n: each for first, row in rows.items() for n, each in enumerate(row)}
    for font, rows in _FONTS.items()
}
_RANGE = range(0xF020, 0xF100)
_WHOLE = {
    font: {
        code: signs.get(code & 0xFF, UNKNOWN)
        # Latin letters in "Symbol" are often those of a program that has changed the font since.
        for code in (*_RANGE, *(() if font == "symbol" else range(0x20, 0x100)))
    }
    for font, signs in _SIGNS.items()
}
_NO_FONT = dict.fromkeys(_RANGE, UNKNOWN)


def sign(font: str, code: int) -> str:
    """The character that a font shows for a number."""
    known = _SIGNS.get(font.lower())
    if known is not None:
        return known.get(code & 0xFF, UNKNOWN)
    return UNKNOWN if code < 0x20 or code in _RANGE else storable(chr(code))


def in_font(text: str, fonts: Iterable[str]) -> str:
    """A text as it is shown in the first of some fonts that draws signs."""
    table = next((_WHOLE[each.lower()] for each in fonts if each.lower() in _WHOLE), _NO_FONT)
    return text.translate(table)
