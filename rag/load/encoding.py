"""Bytes -> str, exactly: no newline is translated and no character normalised.

The order is: byte order mark, strict UTF-8, the charset that the document declares, a detector,
Windows-1252. The detector is asked only about text that is mostly not ASCII. Measured with
charset-normalizer 3.5: it names the Cyrillic, Greek, Chinese, Japanese and Korean encodings right
from 50 bytes on, and takes French and Polish for each other however long the text is.
"""

from __future__ import annotations

import codecs

from rag.load.extract import Unreadable

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
_SAMPLE = 65_536  # bytes looked at to judge a file
_MAX_NUL_SHARE = 0.01
_MAX_CONTROL_SHARE = 0.03  # random bytes have a tenth
_MIN_HIGH_SHARE = 0.3  # Latin scripts stay under 0.2, all others are over 0.5
_MAX_MESS = 0.2  # charset-normalizer's own threshold for "not this one"
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
    wide = _bare_utf16(data)
    if wide is not None:
        return wide
    if _share(data, b"\0") > _MAX_NUL_SHARE:
        raise Unreadable("binary data, not text")
    text = _try(data, "utf-8")
    if text is not None:
        return text
    if _share(data, _CONTROLS) > _MAX_CONTROL_SHARE:
        raise Unreadable("binary data, not text")
    return _decode_legacy(data, declared)


def _decode_legacy(data: bytes, declared: str | None) -> str:
    for encoding in (_honoured(declared), _detected(data)):
        text = _try(data, encoding) if encoding else None
        if text is not None:
            return text
    return data.decode(_FALLBACK, errors="replace")


def _bare_utf16(data: bytes) -> str | None:
    """Text in UTF-16 without a mark: every other byte of its spaces and ASCII letters is zero."""
    sample = data[:_SAMPLE]
    if len(sample) < 4 or len(data) % 2:
        return None
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = sample[start::2], sample[1 - start :: 2]
        if zeros.count(0) > 0.1 * len(zeros) and not others.count(0):
            text = _try(data, encoding)
            if text is not None and all(
                char.isprintable() or char.isspace() for char in text[:200]
            ):
                return text
    return None


def _honoured(declared: str | None) -> str | None:
    name = (declared or "").strip().lower().replace("_", "-")
    return _FALLBACK if name in _WESTERN else name or None


def _detected(data: bytes) -> str | None:
    sample = data[:_SAMPLE]
    high = sum(byte > 127 for byte in sample)
    if high < _MIN_HIGH_SHARE * len(sample):
        return None
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
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
