"""Bytes -> str, exactly: no newline is translated and no character normalised.

The order is: byte order mark, UTF-32 and UTF-16 without one by their zero bytes, strict UTF-8, the
charset that the document declares, a detector, Windows-1252. The detector is asked only about text
that is mostly not ASCII and not too short. Measured with charset-normalizer 3.5: it names the
Cyrillic, Greek, Chinese, Japanese and Korean encodings right from 50 bytes on, and takes French and
Polish for each other however long the text is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from rag.load.extract_result import Unreadable

# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Browsers read these labels as Windows-1252 (WHATWG Encoding, 4.2); pages are written for that.
_WESTERN = frozenset({"ascii", "us-ascii", "latin-1", "latin1", "iso-8859-1", "iso8859-1"})
_FALLBACK = "cp1252"
_ASCII = bytes(range(32, 127))
_SAMPLE = 65_536  # bytes looked at to judge a file
_MAX_NUL_SHARE = 0.01
_MAX_CONTROL_SHARE = 0.03  # random bytes have a tenth
_MIN_HIGH_SHARE = 0.3  # Latin scripts stay under 0.2, all others are over 0.5
_MIN_HIGH = 24  # bytes that are not ASCII: of fewer, the detector takes Russian for Chinese
# Every byte of Russian in KOI8-R is a half-width katakana of Shift JIS; Japanese has few of these.
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_MAX_HALF_WIDTH = 0.2
_SHIFT_JIS = ("shift_jis", "shift_jis_2004", "shift_jisx0213", "cp932")
_MAX_MESS = 0.2  # charset-normalizer's own threshold for "not this one"
_FEW = 3  # values of the upper bytes, where a text in UTF-16 keeps to one alphabet
_CONTROLS = bytes(set(range(32)) - {7, 8, 9, 10, 12, 13, 26, 27})


def decode(data: bytes, *, declared: str | None = None) -> str:
    """Decode the bytes of a text file.

    Args:
        data: The whole file.
        declared: The charset that the document itself names, if it does.

    Returns:
        Text that UTF-8 can hold (no lone surrogates); a byte order mark is dropped.

    Raises:
        Unreadable: The bytes are not text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    wide = _bare_utf32(data) or _bare_utf16(data)
    if wide is not None:
        return wide
    text = _try(data, "utf-8")
    odd = _share(data, _CONTROLS) > _MAX_CONTROL_SHARE
    # In UTF-8 a text may be full of controls, and still is what it says, unless they are zeros.
    wide = _unlikely_utf16(data) if odd and (text is None or b"\0" in data) else None
    if wide is not None:
        return wide
    if _share(data, b"\0") > _MAX_NUL_SHARE:
        raise Unreadable("binary data, not text")
    if text is not None:
        return text
    if odd:
        raise Unreadable("binary data, not text")
    return _decode_legacy(data, declared)


def _decode_legacy(data: bytes, declared: str | None) -> str:
    for encoding in (_honoured(declared), _detected(data)):
        text = _try(data, encoding) if encoding else None
        if text is not None:
            return text
    return data.decode(_FALLBACK, errors="replace")


def _bare_utf32(data: bytes) -> str | None:
    """Text in UTF-32 without a mark: no character has a bit in the fourth of its bytes."""
    for first, encoding in ((3, "utf-32-le"), (0, "utf-32-be")):
        if data and len(data) % 4 == 0 and not any(data[first:_SAMPLE:4]):
            text = _try(data, encoding)
            if text is not None and _is_prose(text):
                return text
    return None


def _bare_utf16(data: bytes) -> str | None:
    """Text in UTF-16 without a mark: every other byte of its spaces and ASCII letters is zero."""
    for upper, lower, encoding in _halves(data):
        if upper.count(0) > 0.1 * len(upper) and not lower.count(0):
            text = _try(data, encoding)
            if text is not None and _is_prose(text):
                return text
    return None


def _unlikely_utf16(data: bytes) -> str | None:
    """The same of data that cannot well be anything else: with few spaces, or with none."""
    for upper, lower, encoding in _halves(data):
        lines = upper.count(0) > 2 * lower.count(0)  # line ends; "一" ends in a zero byte too
        if lines or len(set(upper)) <= min(_FEW, len(set(lower)) - 1):
            text = _try(data, encoding)
            if text is not None and _is_prose(text):
                return text
    return None


def _halves(data: bytes) -> Iterator[tuple[bytes, bytes, str]]:
    """The upper and the lower bytes of what may be UTF-16, in either order."""
    sample = data[:_SAMPLE]
    if len(sample) >= 4 and len(data) % 2 == 0:
        yield sample[1::2], sample[::2], "utf-16-le"
        yield sample[::2], sample[1::2], "utf-16-be"


def _is_prose(text: str) -> bool:
    return all(char.isprintable() or char.isspace() for char in text[:_SAMPLE])


def _honoured(declared: str | None) -> str | None:
    name = (declared or "").strip().lower().replace("_", "-")
    if name in _WESTERN:
        return _FALLBACK
    # What could be read as ASCII to find the declaration is in no encoding that writes ASCII
    # otherwise, such as UTF-16 or UTF-7.
    if not name or "escape" in name:  # a way of Python to write code
        return None
    return name if _try(_ASCII, name) == _ASCII.decode("ascii") else None


def _detected(data: bytes) -> str | None:
    sample = data[:_SAMPLE]
    high = sum(byte > 127 for byte in sample)
    if high < max(_MIN_HIGH, _MIN_HIGH_SHARE * len(sample)):
        return None
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    if best and len(_HALF_WIDTH.findall(str(best))) > _MAX_HALF_WIDTH * len(str(best)):
        best = from_bytes(sample, cp_exclusion=list(_SHIFT_JIS)).best()
    return best.encoding if best and best.chaos <= _MAX_MESS else None


def _try(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
        # Codecs such as raw_unicode_escape can make lone surrogates, which nothing can store.
        text.encode("utf-8")
    except (LookupError, ValueError):  # an unknown name; bytes that the encoding cannot hold
        return None
    return text


def _share(data: bytes, kinds: bytes) -> float:
    sample = data[:_SAMPLE]
    if not sample:
        return 0.0
    return (len(sample) - len(sample.translate(None, kinds))) / len(sample)


def storable(text: str) -> str:
    """Text without lone surrogates, which nothing can store: ``&#xD800;`` makes one in a page."""
    return text.encode("utf-8", errors="replace").decode("utf-8")
