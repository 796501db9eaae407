"""A picture of text is read by OCR, where that is installed, and says so when it is cited."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.limits import Limits
from rag.load import RawFile, ocr
from rag.load.parse import parse_file
from rag.load.pdf import extract_pdf
from rag.render.as_json import citation_dict
from rag.render.sync_lines import report_lines
from rag.render.terminal import answer_text
from rag.sync.update import sync

needs_ocr = pytest.mark.skipif(
    not ocr.is_installed(), reason="OCR is not installed: tesseract, and pypdfium2 of rag[ocr]"
)
SIZE = (900, 600)
TITLE = "Ferry to Alta returns"
FERRY = [
    *(
        "The ferry to Alta sails again in June, the harbour",
        "master Ida Lund said on Monday. Its en-",
    ),
    "gine had stood still for eleven weeks.",
]
TOWN = [
    "Nobody in the town had expected that the ferry",
    "would return before the winter, she said.",
]
READ = [
    TITLE,
    "The ferry to Alta sails again in June, the harbour master Ida Lund said on Monday."
    " Its engine had stood still for eleven weeks.",
    "Nobody in the town had expected that the ferry would return before the winter, she said.",
]
TYPED = "The mayor opened the new lock on Tuesday, the paper wrote."


def scanned(*paragraphs: list[str], columns: int = 1) -> Image.Image:
    """A sheet as a scanner sees it."""
    sheet = Image.new("L", (1654, 1100), 255)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=40 // columns)
    for column in range(columns):
        height = 120
        for lines in paragraphs[column::columns]:
            for line in lines:
                pen.text((150 + column * 700, height), line, fill=0, font=font)
                height += 66 // columns
            height += 66 // columns
    return sheet


def png(sheet: Image.Image) -> bytes:
    """It as a file."""
    written = io.BytesIO()
    sheet.save(written, "PNG", dpi=(200, 200))
    return written.getvalue()


def pdf(*pages: str | Image.Image) -> bytes:
    """A PDF of pages that are typed or scanned."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(595, 396))
    for page in pages:
        if isinstance(page, str):
            canvas.drawString(60, 300, page)
        else:
            canvas.drawImage(ImageReader(page), 0, 0, 595, 396)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


NOTICE = [[TITLE], FERRY, TOWN]


@needs_ocr
def test_a_scanned_page_is_read_as_a_typed_one() -> None:
    """In its place, in paragraphs, words mended; what OCR read is known to the character."""
    told: list[int] = []

    extract = extract_pdf(pdf(TYPED, scanned(*NOTICE), TYPED), before_ocr=told.append)

    assert extract.text.split("\n\n") == [TYPED, *READ, TYPED]
    [span] = extract.ocr
    assert extract.text[span.start : span.end].split("\n\n") == READ
    assert extract.left_out == ()
    assert told == [1]


@needs_ocr
def test_columns_are_read_one_after_the_other() -> None:
    """As Tesseract finds them."""
    sheet = scanned(FERRY[:1] * 5, TOWN[:1] * 5, columns=2)

    text = extract_pdf(pdf(sheet)).text

    assert text.count(FERRY[0]) == text.count(TOWN[0]) == 5
    assert text.rindex(FERRY[0]) < text.index(TOWN[0])


@needs_ocr
@pytest.mark.parametrize("pixels", [Image.new("L", SIZE, 255), Image.effect_noise(SIZE, 90)])
def test_a_picture_without_text_is_passed_over(pixels: Image.Image) -> None:
    """Noise makes no words; a photograph is no failure, and a page of one is named."""
    [found] = parse_file(RawFile(path="a.png", data=png(pixels), sha256=""))
    extract = extract_pdf(pdf(TYPED, pixels))

    assert (found.why, found.failed) == ("no text in the picture", False)  # type: ignore[union-attr]
    assert (extract.text, extract.ocr) == (TYPED, ())
    assert extract.left_out == ("page 2 without text: they may be pictures",)


@needs_ocr
@pytest.mark.parametrize("data", [b"\x89PNG\r\n", b"no picture", png(scanned(TOWN))[:2000]])
def test_a_damaged_picture_says_so(data: bytes) -> None:
    """Nothing else is raised."""
    [found] = parse_file(RawFile(path="a.png", data=data, sha256=""))

    assert found.why in {"no picture that OCR can open", "no text in the picture"}  # type: ignore[union-attr]


@needs_ocr
def test_limits_hold() -> None:
    """Of pages that OCR reads, and of seconds for each; what is not read is named."""
    sheet = scanned(TOWN)

    few = extract_pdf(pdf(TYPED, sheet, sheet), Limits(ocr_pages=1))
    slow = extract_pdf(pdf(TYPED, sheet), Limits(parse_seconds=0.01))

    assert few.left_out == ("page 3 without text: they may be pictures",)
    assert few.text.split("\n\n") == [TYPED, READ[2]]
    assert slow.left_out == ("page 2 without text: they may be pictures",)


@pytest.fixture
def without_ocr(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """No program is found; called, all are again."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return monkeypatch.undo


@needs_ocr
def test_what_ocr_read_says_so_and_is_read_once_ocr_is_installed(
    tmp_path: Path, cache: Path, without_ocr: Callable[[], None]
) -> None:
    """Before, it is named with what to install; nothing else is read again afterwards."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "typed.txt").write_text(TYPED, encoding="utf-8")
    (docs / "notice.png").write_bytes(png(scanned(*NOTICE)))
    (docs / "scan.pdf").write_bytes(pdf(scanned(FERRY)))
    (docs / "partly.pdf").write_bytes(pdf(TYPED, scanned(TOWN)))
    settings = Settings(index=tmp_path / "index", cache=cache, llm="none", threads=1)

    before = sync([docs], settings=settings)
    hint = report_lines(before, settings.index)[-1]
    without_ocr()
    after = sync([docs], settings=settings)
    again = sync([docs], settings=settings)

    assert before.new == ("partly.pdf", "typed.txt")
    assert {entry.path: (entry.why, entry.failed) for entry in before.skipped} == {
        "notice.png": ("unsupported format .png", False),
        "scan.pdf": ("no text in the PDF: its pages may be pictures", True),
    }
    assert hint == "To read text in pictures, install OCR: docs/indexing.md tells how."
    assert (after.new, after.changed) == (("notice.png", "scan.pdf"), ("partly.pdf",))
    assert (after.skipped, after.incomplete, after.unchanged) == ((), (), 1)
    assert again.generation == after.generation
    with Assistant.open(settings=settings) as assistant:
        scans = assistant.ask("Who expected that the ferry would return?")
        typed = assistant.ask("Who opened the new lock?")
    shown = answer_text(scans, locate=lambda path: None).plain
    assert "· read by OCR" in shown
    assert citation_dict(scans.citations[0])["ocr"] is True
    assert "read by OCR" not in answer_text(typed, locate=lambda path: None).plain
    assert json.dumps(citation_dict(typed.citations[0])["ocr"]) == "false"
