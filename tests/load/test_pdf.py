"""rag.load.pdf: what is read in a PDF, and what is told of it that cannot be read."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from drawn_pdf import Placed, draw
from hostile_files import pdf
from PIL import Image
from reportlab.lib.colors import blue, red
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from rag.domain import Found, Origin
from rag.limits import Limits
from rag.load.boilerplate import paragraphs
from rag.load.extract_result import Extract, Unreadable
from rag.load.pdf import extract_pdf

BODY = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
MORE = (
    "Nobody was hurt, and the harbour will open again by the end of the week, she told reporters."
)


def kept(extract: Extract) -> list[str]:
    """The paragraphs that may be cited."""
    spans = paragraphs(extract.text, apart=extract.apart)
    return [extract.text[span.start : span.end] for span in spans]


def make_pdf(*paragraphs_: str, password: str | None = None) -> bytes:
    """A PDF of flowing paragraphs."""
    style = getSampleStyleSheet()["BodyText"]
    flow = [part for text in paragraphs_ for part in (Paragraph(text, style), Spacer(0, 12))]
    lock = StandardEncryption(password, ownerPassword=f"{password}x") if password else None
    written = io.BytesIO()
    SimpleDocTemplate(written, encrypt=lock, title="").build(flow or [Spacer(0, 12)])
    return written.getvalue()


def painted(*pages: Callable[[Canvas], object], **facts: str) -> bytes:
    """A PDF of pages that each paint something, with what it says of itself."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(595, 842))
    for name, value in facts.items():
        setattr(canvas._doc.info, name, value)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def words(text: str) -> Callable[[Canvas], object]:
    """A page with one line."""
    return lambda canvas: canvas.drawString(60, 700, text)


def picture(canvas: Canvas) -> None:
    """A page with a picture alone."""
    canvas.rect(50, 50, 400, 600, fill=1)


def dated(date: bytes, data: bytes) -> bytes:
    """The same PDF with another date of creation, of the same length in the file."""
    start = data.index(b"/CreationDate (") + len(b"/CreationDate (")
    end = data.index(b")", start)
    assert len(date) <= end - start
    return data[:start] + date + b")" + b" " * (end - start - len(date)) + data[end + 1 :]


def test_lines_become_paragraphs() -> None:
    """Lines that the page broke are joined; paragraphs stay apart."""
    first, second = f"{BODY} {MORE} It rained.", f"{MORE} {BODY}"

    extract = extract_pdf(make_pdf(first, second))

    assert kept(extract) == [first, second]
    assert extract.left_out == ()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.7 nothing more", "damaged PDF"),
        (b"no pdf at all", "damaged PDF"),
        (make_pdf(), "no text in the PDF: its pages may be pictures"),
        (painted(picture), "no text in the PDF: its pages may be pictures"),
        (make_pdf(BODY, password="secret"), "encrypted PDF"),
    ],
)
def test_an_unreadable_pdf_says_why(data: bytes, why: str) -> None:
    """Damage, encryption and pictures have their own reasons."""
    with pytest.raises(Unreadable, match=why):
        extract_pdf(data)


def test_a_file_that_is_encrypted_to_forbid_printing_is_read() -> None:
    """Its password is empty."""
    lock = StandardEncryption("", ownerPassword="owner", canPrint=0, strength=128)
    written = io.BytesIO()
    canvas = Canvas(written, encrypt=lock)
    canvas.drawString(60, 700, BODY)
    canvas.save()

    assert extract_pdf(written.getvalue()).text == BODY


def test_a_cut_pdf_never_raises_anything_else() -> None:
    """A download that stopped early is read or refused."""
    whole = make_pdf(BODY, MORE)
    for size in range(0, len(whole), max(1, len(whole) // 25)):
        try:
            assert extract_pdf(whole[:size]).text
        except Unreadable as error:
            assert error.message


@pytest.mark.parametrize(
    ("date", "found"),
    [
        (b"D:20190503120000+02'00'", "2019-05-03"),
        (b"D:20190503", "2019-05-03"),
        (b"D:00000101000000Z", None),
        (b"D:20191332000000Z", None),
        (b"Friday, May 3, 2019", None),
        (b"03/05/2019 10:00:00", None),
        (b"D:2019", None),
        (b"\\376\\377\\000D", None),
        (b"", None),
    ],
)
def test_a_date_that_is_none_is_left_out(date: bytes, found: str | None) -> None:
    """Never is the file damaged by it."""
    extract = extract_pdf(dated(date, painted(words(BODY))))

    assert extract.text == BODY
    assert extract.stamp == (Found(value=found, origin=Origin.META) if found else Found())


@pytest.mark.parametrize("value", [b"<zz>", b"(x", b"<< /a", b"[1 2", b">>", b"xyzzy"])
def test_properties_that_cannot_be_read_cost_no_text(value: bytes) -> None:
    """Whatever stands in the place of the date, and however it breaks off."""
    data = painted(words(BODY))
    start = data.index(b"/CreationDate (") + len(b"/CreationDate ")
    end = data.index(b")", start) + 1

    extract = extract_pdf(data[:start] + value.ljust(end - start) + data[end:])

    assert extract.text == BODY
    assert extract.stamp == Found()


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("The Flood of 2019", "The Flood of 2019"),
        ("Überschwemmung – ein Bericht", "Überschwemmung – ein Bericht"),
        ("report_final.docx", None),
        ("untitled", None),
        ("\x01\x02\x03\x04", None),
        ("", None),
    ],
)
def test_a_title_that_is_none_is_left_out(title: str, found: str | None) -> None:
    """Names of files and characters that nobody sees are no titles."""
    extract = extract_pdf(painted(words(BODY), title=title))

    assert extract.text == BODY
    assert extract.spare_title.value == found


def test_pages_without_text_are_named() -> None:
    """The others are read; a page with nothing on it is not missed."""
    first = words(BODY)
    data = painted(first, picture, picture, words(MORE), lambda canvas: None, picture)

    extract = extract_pdf(data)

    assert extract.text.split() == f"{BODY} {MORE}".split()
    assert extract.left_out == ("pages 2-3, 6 without text: they may be pictures",)


def test_a_page_with_a_picture_and_a_number_is_one_without_text() -> None:
    """As a scan that a program has numbered."""

    def page(number: int) -> Callable[[Canvas], object]:
        def paint(canvas: Canvas) -> None:
            canvas.drawString(290, 40, f"Page {number} of 3")
            if number == 2:
                picture(canvas)
            else:
                canvas.drawString(60, 700, BODY if number == 1 else MORE)

        return paint

    extract = extract_pdf(painted(*map(page, (1, 2, 3))))

    assert extract.left_out == ("page 2 without text: they may be pictures",)


def glyph_pages(*texts: str) -> bytes:
    """A PDF whose every second page is set in a font of numbered glyphs without names."""
    count = len(texts)
    kids = b" ".join(b"%d 0 R" % (5 + 2 * n) for n in range(count))
    glyphs = b" ".join(b"/g%d" % (n * 7 % 256) for n in range(256))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Own"
        b" /Encoding << /Type /Encoding /Differences [0 %s] >> >>" % glyphs,
    ]
    for n, text in enumerate(texts):
        stream = b"BT /F%d 11 Tf 60 700 Td (%s) Tj ET" % (n % 2, text.encode())
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F0 3 0 R /F1 4 0 R >> >> >>" % (6 + 2 * n),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    return pdf(objects)


def test_a_page_in_a_font_without_letters_is_named() -> None:
    """What its glyphs are called is no evidence."""
    extract = extract_pdf(glyph_pages(BODY, MORE, MORE))

    assert extract.text.split() == f"{BODY} {MORE}".split()
    assert extract.left_out == (
        "page 2 with text in fonts that do not say which letters they show",
    )


def test_a_file_in_a_font_without_letters_has_no_text() -> None:
    """The reason tells it from pictures."""
    data = glyph_pages(BODY).replace(b"/F0 11", b"/F1 11")

    with pytest.raises(Unreadable, match="fonts do not say which letters"):
        extract_pdf(data)


def test_limits_hold() -> None:
    """Pages and characters."""
    data = draw([[Placed(x=60, y=700, text=BODY)], [Placed(x=60, y=700, text=MORE)]])

    with pytest.raises(Unreadable, match="more than 1 pages: raise pdf_pages"):
        extract_pdf(data, Limits(pdf_pages=1))
    with pytest.raises(Unreadable, match="more than 100 characters: raise text_characters"):
        extract_pdf(data, Limits(text_characters=100))


def test_a_damaged_page_costs_that_page_alone() -> None:
    """Here one with a font that has none within; it is named."""
    whole = glyph_pages(BODY, MORE, MORE)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Own"
    broken = b"<< /Type /Font /Subtype /Type0 /DescendantFonts [] "
    data = whole.replace(font, broken + b" " * (len(font) - len(broken)))
    data = data.replace(b"/F1 4 0 R", b"         ", 1).replace(b"/F1 4 0 R", b"/F2 4 0 R", 1)

    extract = extract_pdf(data.replace(b"/F1 4 0 R", b"         "))

    assert extract.text == f"{BODY} {MORE}"
    assert extract.left_out == ("page 2 damaged: some of their text may be missing",)


def scan(canvas: Canvas, *, of: float = 1.0) -> None:
    """A picture over a share of the page, from its foot."""
    canvas.drawImage(ImageReader(Image.new("L", (30, 40), 255)), 0, 0, 595, 842 * of)


def test_a_scan_with_a_caption_is_told() -> None:
    """Not so a page with a small picture, one with enough text, and one whose text is laid over."""

    def captioned(canvas: Canvas) -> None:
        scan(canvas)
        canvas.drawString(60, 20, "Kept in the archive of the county")

    def illustrated(canvas: Canvas) -> None:
        scan(canvas, of=0.4)
        canvas.drawString(60, 700, "The crane before the flood")

    def told(canvas: Canvas) -> None:
        scan(canvas, of=0.6)
        canvas.drawString(60, 780, BODY)
        canvas.drawString(60, 760, MORE)

    def layered(canvas: Canvas) -> None:
        scan(canvas)
        hidden(canvas, "The crane fell on Friday.")

    extract = extract_pdf(painted(words(BODY), captioned, illustrated, told, layered))

    assert extract.left_out == ("page 2 mostly pictures: their text is not read",)
    assert "The crane fell on Friday." in extract.text


def hidden(canvas: Canvas, text: str) -> None:
    """Paint a text that is not seen, as a layer over a scan."""
    layer = canvas.beginText(60, 600)
    layer.setTextRenderMode(3)
    layer.textOut(text)
    canvas.drawText(layer)


def white(canvas: Canvas, text: str) -> None:
    """Paint a text in white."""
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(60, 600, text)


def test_what_a_page_does_not_show_is_left_out() -> None:
    """Beyond its edges, white on white, and not painted with nothing below."""

    def beyond(canvas: Canvas) -> None:
        canvas.setCropBox((20, 650, 595, 800))
        canvas.drawString(60, 700, BODY)
        canvas.drawString(60, 600, MORE)
        canvas.drawString(60, -50, MORE)

    def unseen(canvas: Canvas) -> None:
        hidden(canvas, MORE)
        white(canvas, MORE)

    assert extract_pdf(painted(beyond, unseen)).text == BODY


def test_what_shows_on_what_lies_below_is_read() -> None:
    """White on a dark field, a picture or a shade; a layer that is painted before its scan."""

    def field(canvas: Canvas) -> None:
        canvas.rect(50, 590, 500, 40, fill=1)
        white(canvas, "One.")

    def picture(canvas: Canvas) -> None:
        scan(canvas)
        white(canvas, "Two.")

    def shade(canvas: Canvas) -> None:
        canvas.linearGradient(0, 0, 0, 842, (red, blue))
        white(canvas, "Three.")

    def layer(canvas: Canvas) -> None:
        hidden(canvas, "Four.")
        scan(canvas)

    read = extract_pdf(painted(field, picture, shade, layer)).text

    assert read.split() == ["One.", "Two.", "Three.", "Four."]


def test_fields_of_forms_are_read_at_their_place() -> None:
    """Texts and choices, with their lines; no passwords, and nothing of what is not filled in."""

    def form(canvas: Canvas) -> None:
        canvas.drawString(60, 750, "Owner:")
        fill = canvas.acroForm
        fill.textfield(name="owner", value="Ada Lark", x=120, y=742, width=200, height=20)
        canvas.drawString(60, 700, "Town:")
        fill.choice(name="town", value="Moss", options=["Moss", "Os"], x=120, y=692, height=20)
        fill.textfield(
            name="why", value=BODY, x=60, y=600, width=220, height=60, fieldFlags="multiline"
        )
        fill.textfield(name="key", value="secret", x=60, y=500, fieldFlags="password")
        fill.textfield(name="none", value="", x=60, y=400)

    read = extract_pdf(painted(form)).text

    assert read.split("\n\n") == ["Owner: Ada Lark", "Town: Moss", BODY]
