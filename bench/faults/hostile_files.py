"""Files that are broken, or made to take a parser for ever, and what should become of each.

All are built from nothing, the same each time.
"""

from __future__ import annotations

import io
import os
import socket
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DAM = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
MEGABYTE = 1024 * 1024
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
    '.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

RUSSIAN = "Правительство заявило, что переговоры в Хельсинки начнутся в понедельник утром."
JAPANESE = "政府は月曜日、両国の関係が改善したと発表した。首相は歓迎すると述べた。"
CHINESE = "政府周一表示，两国关系已经改善，分歧仍然存在，谈判将于下周继续举行。"
FRENCH = "Le président a déclaré lundi que les négociations reprendraient à l'été, à Genève."
ENCODED = [
    ("utf-8", RUSSIAN),
    ("utf-8-sig", FRENCH),
    ("utf-16", CHINESE),
    ("utf-16-le", FRENCH),
    ("utf-32", JAPANESE),
    ("utf-32-be", RUSSIAN),
    ("shift_jis", JAPANESE),
    ("cp1251", RUSSIAN),
    ("koi8-r", RUSSIAN),
    ("gb18030", CHINESE),
    ("latin-1", FRENCH),
    ("cp1252", FRENCH.replace("'", "’")),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """A file, and what should become of it."""

    name: str
    make: Callable[[Path], object]
    why: str | None = None  # a pattern for the reason it is listed with
    text: str | None = None  # or what the index should hold of it; neither: one of the two
    listed: bool = True  # no file of the folder at all: a link out of it, a socket


def hostile_files(*, outside: Path, quick: bool = False) -> list[Hostile]:
    """All of them.

    Args:
        outside: A file outside of the folder, which must not be read.
        quick: Smaller ones, and none that takes long to build.
    """
    scale = 0.1 if quick else 1
    return [
        *_pdfs(40 if quick else 400),
        *_pages(scale),
        *_word_files(),
        *_texts(scale),
        *_wrong_names(),
        *_encodings(),
        *_names(),
        *_no_files(outside),
    ]


def good_articles(folder: Path, count: int) -> list[str]:
    """Write so many ordinary articles; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for n in range(count):
        text = (
            f"Harbour of town {n} floods\n\nMay {n % 28 + 1}, 2019\n\n{DAM}\n\n"
            f"“We have seen {n + 2} floods since winter,” said Ada Lark, the head of the council."
            " She wants the wall to be raised before the autumn storms.\n\n"
            f"The council of town {n} has asked the province for help three times since the flood"
            " of the spring, when the lower streets stood under water for nine days and the school"
            " was closed until the summer. An engineer who looked at the wall in June found that"
            " its foot had moved by the breadth of a hand, and advised that nobody should be"
            " allowed to moor a boat there until it is mended.\n"
        )
        names.append(f"good-{n:03}.txt")
        (folder / names[-1]).write_text(text, encoding="utf-8")
    return names


# --- PDF ------------------------------------------------------------------------------------------


def pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return out.getvalue()


def one_page(stream: bytes, filters: bytes = b"") -> bytes:
    """A PDF of one page with this content."""
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>",
            b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            # A form that paints itself.
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 5"
            b" /Resources << /XObject << /X 6 0 R >> >> >>\nstream\n/X Do\nendstream",
        ]
    )


@lru_cache(maxsize=1)
def _zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    block = bytes(MEGABYTE)
    return b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])


def _pdfs(megabytes: int) -> Iterator[Hostile]:
    text = b"BT /F1 12 Tf 72 720 Td (%s) Tj ET" % DAM.encode()
    good = one_page(text)
    flate, twice = b"/Filter /FlateDecode", b"/Filter [/FlateDecode /FlateDecode]"
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(2_001))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    nested = [
        b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (n + 3, n + 1)
        for n in range(5_000)
    ]
    broken: dict[str, bytes | Callable[[], bytes]] = {
        "flate-bomb": lambda: one_page(_zeros(megabytes), flate),
        "flate-twice": lambda: one_page(zlib.compress(_zeros(megabytes), 9), twice),
        "paints-itself": one_page(b"/X Do"),
        "kids-in-a-circle": pdf(
            [
                b"<< /Type /Catalog /Pages 2 0 R >>",
                b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
            ]
        ),
        "pages-in-pages": pdf([b"<< /Type /Catalog /Pages 2 0 R >>", *nested, page]),
        "cut-off": good[: len(good) // 3],
        "no-text": one_page(b"0 0 9 9 re f"),
    }
    for name, data in broken.items():
        why = "PDF|MB|takes|refers|died"
        yield Hostile(name=f"{name}.pdf", make=_bytes(data), why=why)
    many = pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [%s] /Count 2001 >>" % kids,
            *[page] * 2_001,
        ]
    )
    why = "has more than 2,000 pages: raise pdf_pages"
    yield Hostile(name="many-pages.pdf", make=_bytes(many), why=why)
    yield Hostile(name="encrypted.pdf", make=_encrypted(DAM), why="encrypted PDF")
    yield Hostile(name="whole.pdf", make=_bytes(good), text=DAM)


def _encrypted(text: str) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        from reportlab.lib.pdfencrypt import StandardEncryption
        from reportlab.pdfgen.canvas import Canvas

        canvas = Canvas(str(path), encrypt=StandardEncryption("secret"))
        canvas.drawString(60, 700, text)
        canvas.save()

    return make


# --- HTML and Markdown ----------------------------------------------------------------------------


def _pages(scale: float) -> Iterator[Hostile]:
    body = f"<p>{DAM}</p>" * 3
    pages = {
        "nested": "<div>" * 200_000 + DAM,
        "nested-tables": "<table><tr><td>" * 30_000 + body,
        "entities": "<p>" + "&amp;&#x41;&lt;" * int(200_000 * scale),
        "attribute": f'<p title="{"a" * int(4_000_000 * scale)}">{DAM}</p>{body}',
        "attributes": f"<p {' '.join(f'a{n}=1' for n in range(60_000))}>{DAM}</p>{body}",
        "paragraphs": "<p>Yes, he said.</p>" * int(60_000 * scale),
        "unclosed": "<p><b><i><a href='x'>" * 40_000 + DAM,
        "comment": f"<!-- {'-' * int(1_000_000 * scale)}",
        "script": f"<script>{'[' * 100_000}</script>{body}",
        "linked-data": f'<script type="application/ld+json">{"[" * 100_000}</script>{body}',
    }
    for name, page in pages.items():
        yield Hostile(name=f"{name}.html", make=_bytes(page.encode()))
    laughs = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10))
    marked = {
        "quotes": "> " * int(500_000 * scale),
        "brackets": "[" * int(1_000_000 * scale),
        "links": "[a](" * int(250_000 * scale),
        "stars": "**a " * int(250_000 * scale),
        "front-matter": f"---\na0: &a0 x\n{laughs}\ntitle: *a9\n---\n\n{DAM}\n",
        "deep-front-matter": f"---\ntitle: {'[' * 10_000}\n---\n\n{DAM}\n",
    }
    for name, text in marked.items():
        yield Hostile(name=f"{name}.md", make=_bytes(text.encode()))


# --- DOCX -----------------------------------------------------------------------------------------


def docx(
    document: str | bytes, *, zeros: int = 0, more: Mapping[str, bytes] | None = None
) -> bytes:
    """A Word file with this main part, one of so many megabytes of zeros, and more by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_member("[Content_Types].xml"), CONTENT_TYPES)
        archive.writestr(_member("_rels/.rels"), RELATIONS)
        archive.writestr(_member("word/document.xml"), document)
        with archive.open(_member("media/zeros"), "w") as part:
            for _ in range(zeros):
                part.write(bytes(MEGABYTE))
        for name, data in (more or {}).items():
            archive.writestr(_member(name), data)
    return out.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, date_time=(2020, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _word_files() -> Iterator[Hostile]:
    paragraph = f"<w:p><w:r><w:t>{DAM}</w:t></w:r></w:p>"
    document = f"<w:document {WORD}><w:body>{paragraph}</w:body></w:document>"
    good = docx(document)
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    expanding = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>' + document.replace(DAM, "&a9;")
    reading = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{document}'.replace(
        DAM, "&a;"
    )
    nested = good
    for _ in range(20):
        nested = docx("<x/>", more={"again.docx": nested})
    yield Hostile(name="whole.docx", make=_bytes(good), text=DAM)
    yield Hostile(
        name="zip-bomb.docx",
        make=_bytes(lambda: docx(document, zeros=401)),
        why="unpacks to more than 400 MB: raise archive_megabytes",
    )
    yield Hostile(
        name="dense.docx",
        make=_bytes(lambda: docx(document, zeros=20)),
        why="unpacks to more than 200 times its size: raise archive_ratio",
    )
    parts = {f"media/{n}": b"" for n in range(10_000)}
    yield Hostile(
        name="many-parts.docx",
        make=_bytes(lambda: docx(document, more=parts)),
        why="has more than 10,000 parts: raise archive_members",
    )
    yield Hostile(name="nested.docx", make=_bytes(nested), why="Word document|no text")
    yield Hostile(name="laughs.docx", make=_bytes(docx(expanding)), why="DOCX|no text|no sentence")
    yield Hostile(name="reads.docx", make=_bytes(docx(reading)), why="DOCX|no text|no sentence")
    yield Hostile(name="cut-off.docx", make=_bytes(good[:-200]), why="damaged DOCX")
    deep = f"<w:document {WORD}><w:body>{'<w:p>' * 100_000}"
    yield Hostile(name="deep.docx", make=_bytes(docx(deep)), why="DOCX|no text|takes|raise")
    lying = good.replace(len(document.encode()).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    yield Hostile(name="lying.docx", make=_bytes(lying), why="damaged DOCX")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(_member("hello.txt"), DAM)
    yield Hostile(name="no-document.docx", make=_bytes(out.getvalue()), why="damaged DOCX")


# --- plain text, names, and what is no file -------------------------------------------------------


def _texts(scale: float) -> Iterator[Hostile]:
    million = int(1_000_000 * scale)
    texts = {
        "marks": '"' * million,
        "unclosed": '"word ' * (million // 6),
        "unclosed-curved": "“word " * (million // 6),
        "brackets": "(" * million,
        "spaces": f"Yes, he said.{' ' * million}So did she.",
        "one-word": "a" * million,
        "capitals": "Aa" * (million // 2),
        "initials": "A." * (million // 2),
        "titles": "Mr. " * (million // 4),
        "lines": "a\n" * (million // 2),
        "said": "Ann Lee said that " * (million // 18),
        "accents": "a" + "\u0301" * (million // 2),
    }
    for name, text in texts.items():
        yield Hostile(name=f"{name}.txt", make=_bytes(text.encode()))
    yield Hostile(name="empty.txt", make=_bytes(b""), why="empty")
    yield Hostile(name="blank.txt", make=_bytes(b" \r\n\t\n"), why="no text in it")
    yield Hostile(
        name="sparse.txt", make=_sparse(1024), why="is larger than 50 MB: raise file_megabytes"
    )
    yield Hostile(name="binary.txt", make=_bytes(bytes(range(256)) * 400), why="binary data")
    yield Hostile(name="zeros.txt", make=_sparse(1), why="binary data")
    yield Hostile(
        name="long.txt",
        make=_bytes((DAM + "\n\n").encode() * (20_000_001 // (len(DAM) + 2) + 1)),
        why="has more than 20,000,000 characters: raise text_characters",
    )
    yield Hostile(
        name="short-sentences.txt",
        make=_bytes(b"It is.\n\n" * 200_001),
        why="has more than 200,000 sentences|takes more than",
    )


def _wrong_names() -> Iterator[Hostile]:
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
    page = one_page(b"BT /F1 12 Tf (x) Tj ET")
    yield Hostile(name="pdf.txt", make=_bytes(page), why="is really a PDF, not .txt")
    yield Hostile(name="png.html", make=_bytes(png), why="is really a PNG picture")
    yield Hostile(name="word.md", make=_bytes(docx("<x/>")), why="is really a ZIP or Word file")
    yield Hostile(name="text.pdf", make=_bytes(DAM.encode()), why="damaged PDF")
    yield Hostile(name="text.docx", make=_bytes(DAM.encode()), why="damaged DOCX")
    why = "unsupported format|no picture that OCR can open"
    yield Hostile(name="picture.png", make=_bytes(png), why=why)


def _encodings() -> Iterator[Hostile]:
    for encoding, text in ENCODED:
        yield Hostile(name=f"{encoding}.txt", make=_bytes(text.encode(encoding)), text=text)
    page = f"<html><head><meta charset='windows-1251'></head><body><p>{RUSSIAN}</p></body></html>"
    yield Hostile(name="declared.html", make=_bytes(page.encode("cp1251")), text=RUSSIAN)


def _names() -> Iterator[Hostile]:
    for name in ("bell\x07.txt", "\x1b[31mred.txt", "two\nlines.txt", "\u202etxt.exe.txt"):
        yield Hostile(name=name, make=_bytes(DAM.encode()), text=DAM)
    yield Hostile(name=os.fsdecode(b"\xff\xfe.txt"), make=_bytes(DAM.encode()), text=DAM)


def _no_files(outside: Path) -> Iterator[Hostile]:
    def linked(target: str | Path) -> Callable[[Path], object]:
        return lambda path: path.symlink_to(target)

    makers: dict[str, Callable[[Path], object]] = {
        "fifo.txt": os.mkfifo,
        "socket.txt": _socket,
        "link-out.txt": linked(outside),
        "link-to-device.txt": linked("/dev/zero"),
        "link-to-itself.txt": linked("link-to-itself.txt"),
        "link-to-nothing.txt": linked("nothing.txt"),
        "folder-out": linked(outside.parent),
        "folder-of-itself": linked("."),
        "processes": linked("/proc/self"),
    }
    for name, make in makers.items():
        yield Hostile(name=name, make=make, listed=False)


def _bytes(data: bytes | Callable[[], bytes]) -> Callable[[Path], object]:
    """Write these bytes, or those that are made only then."""
    return lambda path: path.write_bytes(data if isinstance(data, bytes) else data())


def _sparse(megabytes: int) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(megabytes * MEGABYTE)

    return make


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket is 107 bytes at most
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)
