"""rag.load.pdf_words: glyphs become words with their places, and none is what it does not say."""

from __future__ import annotations

import zlib

import pytest
from drawn_pdf import Placed, draw
from hostile_files import pdf

from rag.limits import Limits
from rag.load.extract_result import Unreadable
from rag.load.pdf_page import UNKNOWN
from rag.load.pdf_words import read_document


def one_page(content: bytes, *, font: bytes = b"", packed: bool = False) -> bytes:
    """A PDF of a page that paints this in Helvetica, F1, or with more said of that font."""
    data = zlib.compress(content) if packed else content
    how = b" /Filter /FlateDecode" if packed else b""
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>",
            b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(data), how, data),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica %s >>" % font,
        ]
    )


def texts(data: bytes) -> list[str]:
    """The words of the first page that are upright."""
    pages = read_document(data, Limits()).pages
    return [word.text for word in pages[0].turns[0]]


def differing(*names: bytes) -> bytes:
    """An encoding in which "A" and the letters after it are glyphs of these names."""
    return b"/Encoding << /Type /Encoding /Differences [65 %s] >>" % b" ".join(names)


def test_words_have_places() -> None:
    """In points, down the page, with the size of their font."""
    data = draw([[Placed(x=60, y=700, text="Old quay", size=12.0)]])

    [page] = read_document(data, Limits()).pages
    [[old, quay]] = page.turns

    assert (old.text, quay.text) == ("Old", "quay")
    assert (old.x0, old.size, quay.size, quay.spaced) == (60, 12, 12, True)
    assert old.y == quay.y < 0
    assert old.x1 < quay.x0
    assert (page.boxes, page.painted, page.damaged) == ((), False, False)


def test_a_word_may_be_painted_in_pieces() -> None:
    """Kerning is no space; a step as wide as one is."""
    kerned = (
        b"BT /F1 10 Tf 60 700 Td [(Ha) 80 (r) -60 (bo)] TJ (ur) Tj [( ) -100 (wall) -300 (s)] TJ ET"
    )

    assert texts(one_page(kerned)) == ["Harbour", "wall", "s"]


def test_a_glyph_is_what_its_name_says() -> None:
    """A name that says nothing is unknown; a number may be the code of a letter."""
    content = b"BT /F1 10 Tf 60 700 Td (ABCDE) Tj ET"

    named = one_page(content, font=differing(b"/Q", b"/uni0444", b"/eacute", b"/fi", b"/comma"))
    numbered = one_page(content, font=differing(b"/a65", b"/g12", b"/C67", b"/xyz", b"/c70"))

    assert texts(named) == ["Qфéfi,"]
    assert texts(numbered) == [f"A{UNKNOWN}C{UNKNOWN}{UNKNOWN}"]


@pytest.mark.parametrize("leftward", [True, False])
def test_arabic_has_its_first_letter_first(leftward: bool) -> None:
    """Whether it was painted from right to left, or its glyphs from left to right."""
    font = differing(b"/uni0633", b"/uni062F", b"/uni0641")
    paint = b"".join(
        b"1 0 0 1 %d 700 Tm (%c) Tj " % (160 - 7 * n, 65 + n)
        for n in ((0, 1, 2) if leftward else (2, 1, 0))
    )
    widths = b" /FirstChar 65 /LastChar 67 /Widths [700 700 700]"

    data = one_page(b"BT /F1 10 Tf %s ET" % paint, font=font + widths)

    assert texts(data.replace(b"/Helvetica", b"/ABCD+Sada")) == ["سدف"]


def test_a_page_that_unpacks_to_too_much_is_given_up() -> None:
    """Before it is read."""
    bomb = one_page(b" " * 3_000_000, packed=True)

    with pytest.raises(Unreadable, match="is too large when unpacked"):
        read_document(bomb, Limits(file_megabytes=2))


def test_facts_that_cannot_be_read_are_left_out() -> None:
    """They are bytes, of whatever encoding."""
    data = draw([[Placed(x=60, y=700, text="Quay")]])
    utf16 = data.replace(b"/Title (untitled)", b"/Title <FEFF0424>")
    odd = data.replace(b"/Title (untitled)", b"/Title [1 2 3]")

    assert utf16 != data != odd
    assert read_document(utf16, Limits()).facts["Title"] == "Ф"
    assert "Title" not in read_document(odd, Limits()).facts


def test_numbers_beyond_all_bounds_are_on_no_page() -> None:
    """What stands there is not read, and the rest is."""
    far = b"9" * 400 + b".0"
    content = b"BT /F1 10 Tf 60 700 Td (Quay) Tj %s 0 Td (far) Tj ET 0 0 %s 1 re f" % (far, far)

    [page] = read_document(one_page(content), Limits()).pages

    assert [word.text for word in page.turns[0]] == ["Quay"]
    assert page.boxes == ()
