"""rag.load.encoding: bytes become exactly the text that was written."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.load.encoding import decode
from rag.load.extract_result import Unreadable

RUSSIAN = "Правительство заявило,\r\nчто переговоры начнутся в понедельник.\r\n"
FRENCH = "Le président a déclaré,\r\n« nous sommes prêts », à l’été.\r\n"
KOI8 = "Правительство заявило, что переговоры в Хельсинки начнутся в понедельник утром."
GREEK = "Η κυβέρνηση δήλωσε\r\nότι οι σχέσεις βελτιώθηκαν.\r\n"
JAPANESE = "政府は月曜日、\r\n関係が改善したと発表した。\r\n"
CHINESE = "政府周一表示，\r\n关系已经改善，分歧仍然存在。\r\n"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"], ids=["crlf", "lf", "cr"])
@pytest.mark.parametrize("times", [1, 200], ids=["short", "long"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, "utf-8") for text in (FRENCH, RUSSIAN, JAPANESE)),
        *((text, "utf-8-sig") for text in (FRENCH, RUSSIAN, JAPANESE)),
        *((text, "utf-16") for text in (FRENCH, RUSSIAN, CHINESE)),
        *((text, "utf-32") for text in (FRENCH, RUSSIAN, CHINESE)),
        *((text, "utf-16-le") for text in (FRENCH, RUSSIAN, JAPANESE)),
        *((text, "utf-16-be") for text in (FRENCH, RUSSIAN, JAPANESE)),
        *((text, "utf-32-le") for text in (FRENCH, RUSSIAN, JAPANESE)),
        *((text, "utf-32-be") for text in (FRENCH, RUSSIAN, JAPANESE)),
        (FRENCH, "cp1252"),
        (FRENCH.replace("’", "'"), "latin-1"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (KOI8, "koi8-r"),
        (RUSSIAN, "cp866"),
        (GREEK, "cp1253"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gbk"),
        (CHINESE, "gb18030"),
    ],
)
def test_text_survives_its_encoding(text: str, encoding: str, times: int, end: str) -> None:
    """Every character and every line end comes back, from one line and from a long file."""
    written = (text * times).replace("\r\n", end)

    assert decode(written.encode(encoding)) == written


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "gb18030"])
def test_too_little_text_is_not_guessed_at(encoding: str) -> None:
    """The detector takes six Russian letters for Chinese; what nobody can know is Windows-1252."""
    data = "правда".encode(encoding)[:12]

    assert decode(data) == data.decode("cp1252", errors="replace")


def test_a_stray_zero_byte_makes_no_text_wide() -> None:
    """A text with one NUL in a hundred characters is the text that it was, NUL and all."""
    text = f"{'The dam burst on Monday. ' * 9}\0{'And so on. ' * 9}"

    assert decode(text.encode()) == text


@pytest.mark.parametrize("declared", ["utf-16", "utf-32", "utf-7", "cp037", "unicode_escape"])
def test_a_charset_that_cannot_have_declared_itself_is_ignored(declared: str) -> None:
    """It was found as ASCII, so the page is in no encoding that writes ASCII otherwise."""
    assert decode("déjà vu".encode("cp1252"), declared=declared) == "déjà vu"


def test_a_byte_order_mark_is_dropped() -> None:
    """The mark is no character of the text."""
    assert decode(codecs.BOM_UTF16_BE + "Talks".encode("utf-16-be")) == "Talks"


def test_a_declared_charset_decides_between_latin_encodings() -> None:
    """Polish in its own code page is read right when the page says so."""
    text = "Rząd ogłosił, że ćwiczenia się odbędą."

    assert decode(text.encode("cp1250"), declared="windows-1250") == text


@pytest.mark.parametrize("declared", ["no-such-charset", "rot13", "utf-8"])
def test_a_wrong_declared_charset_is_ignored(declared: str) -> None:
    """A label that does not fit the bytes falls back to Windows-1252."""
    assert decode("déjà vu".encode("cp1252"), declared=declared) == "déjà vu"


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" * 50,
        bytes(range(256)) * 8,
        b"\xff\xfe\x80" + b"\x01" * 500,
    ],
)
def test_binary_is_refused_or_harmless(data: bytes) -> None:
    """Program files and pictures are not read as text; nothing but Unreadable is raised."""
    if data.startswith(codecs.BOM_UTF16_LE):
        assert decode(data).encode("utf-8")
    else:
        with pytest.raises(Unreadable, match="binary data, not text"):
            decode(data)


@given(st.binary(max_size=300), st.sampled_from([None, "utf-7", "raw_unicode_escape", "utf-16"]))
def test_whatever_is_decoded_can_be_stored(data: bytes, declared: str | None) -> None:
    """No bytes and no label make a lone surrogate."""
    try:
        text = decode(data, declared=declared)
    except Unreadable:
        return

    assert text.encode("utf-8").decode("utf-8") == text
