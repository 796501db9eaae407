"""Word files made at random, of everything that words can stand in, and what Word shows of them.

Words that are shown are called "v1", "v2", … in the order of the text; "b2w1" is a word of the
second text box or note; "x1" is not shown. Words of a header or
footer come last. What stands in a formula, a symbol or the number of a list is not made here.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from random import Random

OPEN = "http://schemas.openxmlformats.org/"
NAMESPACES = {
    "w": f"{OPEN}wordprocessingml/2006/main",
    "r": f"{OPEN}officeDocument/2006/relationships",
    "a": f"{OPEN}drawingml/2006/main",
    "wp": f"{OPEN}drawingml/2006/wordprocessingDrawing",
    "mc": f"{OPEN}markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "no": "http://example.org/of-no-program",
}
STRICT = {
    f"{OPEN}wordprocessingml/2006/main": "http://purl.oclc.org/ooxml/wordprocessingml/main",
    f"{OPEN}drawingml/2006/": "http://purl.oclc.org/ooxml/drawingml/",
    f"{OPEN}officeDocument/2006/": "http://purl.oclc.org/ooxml/officeDocument/",
}
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
DECLARED += ' mc:Ignorable="no" mc:ProcessContent="no:kept"'
STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"/>'
    '<w:style w:type="paragraph" w:styleId="Secret"><w:name w:val="Secret"/>'
    "<w:rPr><w:vanish/></w:rPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="Below"><w:basedOn w:val="Secret"/></w:style>'
    '<w:style w:type="character" w:styleId="Unseen"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Seen"><w:basedOn w:val="Unseen"/>'
    '<w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Taken"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Twice"><w:rPr><w:dstrike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Valid"><w:basedOn w:val="Twice"/>'
    '<w:rPr><w:dstrike w:val="0"/></w:rPr></w:style>'
)
MARK = '<w:ins w:id="1" w:author="A"/>'


@dataclass
class Writer:
    """What has been written so far."""

    random: Random
    shown: list[str] = field(default_factory=list)  # in order
    beside: list[list[str]] = field(default_factory=list)  # of each box and note
    anchors: list[int] = field(default_factory=list)  # how many words stand before each of them
    notes: dict[str, list[str]] = field(default_factory=lambda: {"foot": [], "end": []})
    gone: int = 0
    hides: bool = False
    box: int | None = None  # in which the words are written now

    def word(self) -> str:
        """The next word."""
        if self.hides:
            self.gone += 1
            return f"x{self.gone}"
        if self.box is None:
            self.shown.append(f"v{len(self.shown) + 1}")
            return self.shown[-1]
        words = self.beside[self.box]
        words.append(f"b{self.box + 1}w{len(words) + 1}")
        return words[-1]

    def run(self, properties: str = "") -> str:
        """A word in a run, or in two."""
        word = self.word()
        whole = self.random.random() < 0.7
        pieces = [f" {word} "] if whole else [f" {word[:1]}", f"{word[1:]} "]
        return "".join(
            f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{piece}</w:t></w:r>'
            for piece in pieces
        )

    def unseen(self, make: str, depth: int) -> str:
        """What is made while nothing is shown."""
        before, self.hides = self.hides, True
        made = getattr(self, make)(depth)
        self.hides = before
        return str(made)

    def inline(self, depth: int) -> str:
        """Something that stands in a line."""
        if depth <= 0:
            return self.run()
        return "".join(
            getattr(self, f"_in_{self.random.choice(INLINE)}")(depth - 1)
            for _ in range(self.random.randint(1, 3))
        )

    def _in_text(self, depth: int) -> str:
        return self.run()

    def _in_hidden(self, depth: int) -> str:
        before, self.hides = self.hides, True
        made = self.run(self.random.choice(["<w:vanish/>", '<w:rStyle w:val="Unseen"/>']))
        self.hides = before
        return made

    def _in_struck(self, depth: int) -> str:
        styled = [f'<w:rStyle w:val="{style}"/>' for style in ("Taken", "Twice")]
        before, self.hides = self.hides, True
        made = self.run(self.random.choice(["<w:strike/>", "<w:dstrike/>", *styled]))
        self.hides = before
        return made

    def _in_not_struck(self, depth: int) -> str:
        undone = '<w:rStyle w:val="Taken"/><w:strike w:val="0"/>'
        return self.run(self.random.choice([undone, '<w:rStyle w:val="Valid"/>']))

    def _in_placeholder(self, depth: int) -> str:
        asked = self.unseen("inline", depth)
        properties = "<w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
        return f"<w:sdt>{properties}<w:sdtContent>{asked}</w:sdtContent></w:sdt>"

    def _in_date(self, depth: int) -> str:
        return "<w:r><w:dayLong/><w:monthLong/></w:r>"

    def _in_not_hidden(self, depth: int) -> str:
        return self.run(self.random.choice(['<w:vanish w:val="0"/>', '<w:rStyle w:val="Seen"/>']))

    def _in_wrapper(self, depth: int) -> str:
        start, end = self.random.choice(
            [
                ('<w:ins w:id="1" w:author="A">', "</w:ins>"),
                ('<w:moveTo w:id="1" w:author="A">', "</w:moveTo>"),
                ('<w:smartTag w:element="Place"><w:smartTagPr/>', "</w:smartTag>"),
                ('<w:customXml w:element="x"><w:customXmlPr/>', "</w:customXml>"),
                ('<w:hyperlink w:anchor="x">', "</w:hyperlink>"),
                ('<w:dir w:val="ltr">', "</w:dir>"),
                ('<w:bdo w:val="ltr">', "</w:bdo>"),
                ('<w:fldSimple w:instr=" DATE ">', "</w:fldSimple>"),
                ("<no:kept>", "</no:kept>"),
                (
                    '<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>',
                    "</w:sdtContent></w:sdt>",
                ),
            ]
        )
        return f"{start}{self.inline(depth)}{end}"

    def _in_deleted(self, depth: int) -> str:
        name = self.random.choice(["w:del", "w:moveFrom", "no:thing"])
        return f"<{name}>{self.unseen('inline', depth)}</{name}>"

    def _in_field(self, depth: int) -> str:
        told = "<w:r><w:instrText> IF </w:instrText></w:r>" + self.unseen("inline", depth)
        result = self.inline(depth)
        marks = [f'<w:r><w:fldChar w:fldCharType="{each}"/></w:r>' for each in FIELD]
        return f"{marks[0]}{told}{marks[1]}{result}{marks[2]}"

    def _in_silent_field(self, depth: int) -> str:
        marks = [f'<w:r><w:fldChar w:fldCharType="{each}"/></w:r>' for each in FIELD]
        return f"{marks[0]}{self.unseen('inline', depth)}{marks[2]}"

    def _in_ruby(self, depth: int) -> str:
        above = self.unseen("inline", 0)
        base = self.inline(0)
        return f"<w:r><w:ruby><w:rt>{above}</w:rt><w:rubyBase>{base}</w:rubyBase></w:ruby></w:r>"

    def _in_alternative(self, depth: int) -> str:
        unknown = f'<mc:Choice Requires="no">{self.unseen("inline", depth)}</mc:Choice>'
        taken = f'<mc:Choice Requires="wps">{self.inline(depth)}</mc:Choice>'
        other = f"<mc:Fallback>{self.unseen('inline', depth)}</mc:Fallback>"
        return f"<mc:AlternateContent>{unknown}{taken}{other}</mc:AlternateContent>"

    def _in_sign(self, depth: int) -> str:
        return f"<w:r>{self.random.choice(['<w:tab/>', '<w:br/>', '<w:cr/>'])}</w:r>"

    def _in_box(self, depth: int) -> str:
        made = self.aside(depth)
        content = f"<w:txbxContent>{made}</w:txbxContent>"
        drawn = (
            '<w:drawing><wp:anchor><wp:docPr id="1" name="x"/><a:graphic><a:graphicData uri="x">'
            f"<wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></a:graphicData></a:graphic>"
            "</wp:anchor></w:drawing>"
        )
        old = f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"
        both = (
            f'<mc:AlternateContent><mc:Choice Requires="wps">{drawn}</mc:Choice>'
            f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
        )
        return f"<w:r>{self.random.choice([drawn, old, both])}</w:r>"

    def _in_note(self, depth: int) -> str:
        kind = self.random.choice(["foot", "end"])
        number = len(self.notes[kind]) + 1
        self.notes[kind].append("")
        self.notes[kind][number - 1] = self.aside(0)
        own = self.random.random() < 0.3
        mark = 'w:customMarkFollows="1" ' if own else ""
        chosen = "<w:t>7</w:t>" if own else ""
        return f'<w:r><w:{kind}noteReference {mark}w:id="{number}"/>{chosen}</w:r>'

    def aside(self, depth: int) -> str:
        """The paragraphs of a box or a note."""
        if self.box is not None:  # what hangs on a box comes after it: not made here
            return f"<w:p>{self.unseen('inline', 0)}</w:p>" if self.hides else "<w:p/>"
        if not self.hides:
            self.box = len(self.beside)
            self.beside.append([])
            self.anchors.append(len(self.shown))
        made = "".join(self.paragraph(depth) for _ in range(self.random.randint(1, 2)))
        self.box = None
        return made

    def paragraph(self, depth: int) -> str:
        """A paragraph, whose end may be deleted, in a style that may hide it."""
        style = self.random.choice(["", "", "", "Normal", "Below"])
        end = self.random.choice(["", "", "", MARK, '<w:del w:id="1" w:author="A"/>'])
        before, self.hides = self.hides, self.hides or style == "Below"
        words = self.run() if style == "Below" else self.inline(depth)
        self.hides = before
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        return f"<w:p><w:pPr>{named}<w:rPr>{end}</w:rPr></w:pPr>{words}</w:p>"

    def block(self, depth: int) -> str:
        """A paragraph, a table or a container of them."""
        kind = self.random.choice(["p", "p", "p", "table", "control"]) if depth > 0 else "p"
        if kind == "p":
            return self.paragraph(depth)
        if kind == "table":
            return self.table(depth - 1)
        inner = "".join(self.block(depth - 1) for _ in range(2))
        return self.random.choice(
            [
                f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>",
                f'<w:customXml w:element="x">{inner}</w:customXml>',
            ]
        )

    def table(self, depth: int) -> str:
        """A table of two columns, with rows that are deleted and cells that are merged."""
        rows: list[str] = []
        gone = True
        for _ in range(self.random.randint(1, 3)):
            merged = not gone and self.random.random() < 0.3  # with the row above
            gone = self.random.random() < 0.2
            before, self.hides = self.hides, self.hides or gone
            first = self.unseen("block", 0) if merged else self.block(depth)
            cells = f"<w:tc><w:tcPr><w:vMerge{'' if merged else RESTART}/></w:tcPr>{first}</w:tc>"
            cells += f"<w:tc>{self.block(depth)}<w:p/></w:tc>"
            self.hides = before
            mark = '<w:trPr><w:del w:id="1" w:author="A"/></w:trPr>' if gone else ""
            rows.append(f"<w:tr>{mark}{cells}</w:tr>")
        return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


INLINE = [name.removeprefix("_in_") for name in vars(Writer) if name.startswith("_in_")]
FIELD = ("begin", "separate", "end")
RESTART = ' w:val="restart"'
ROOTS = {"header": "hdr", "footer": "ftr"}


@dataclass(frozen=True)
class WordFile:
    """A file, and the words that Word shows of it."""

    data: bytes
    shown: tuple[str, ...]  # of the text
    beside: tuple[tuple[str, ...], ...]  # of each text box and note, in the order of their anchors
    anchors: tuple[int, ...]  # how many words of the text stand before each


def word_file(random: Random, *, strict: bool = False) -> WordFile:
    """Make one."""
    writer = Writer(random)
    body = "".join(writer.block(2) for _ in range(random.randint(1, 4)))
    body += f"<w:p>{writer.run()}</w:p>"  # a file without a word is refused
    margins = {}
    for kind in random.sample(["header", "footer"], random.randint(0, 2)):
        margins[kind] = f"<w:p>{writer.run()}</w:p>"
        body += f'<w:p><w:pPr><w:sectPr><w:{kind}Reference r:id="{kind}"/></w:sectPr></w:pPr></w:p>'
    notes = {
        f"{kind}notes": "".join(
            f'<w:{kind}note w:id="{number}">{text}</w:{kind}note>'
            for number, text in enumerate(texts, start=1)
        )
        for kind, texts in writer.notes.items()
    }
    return WordFile(
        data=pack(f"<w:body>{body}</w:body>", notes | margins, strict=strict),
        shown=tuple(writer.shown),
        beside=tuple(map(tuple, writer.beside)),
        anchors=tuple(writer.anchors),
    )


def pack(
    document: str, more: dict[str, str] | None = None, *, styles: str = STYLES, strict: bool = False
) -> bytes:
    """A Word file of this XML, with further parts by their kinds ("footnotes")."""
    parts = {"document": document, "styles": styles, **(more or {})}
    texts = {
        f"word/{kind}.xml": f"<w:{name} {DECLARED}>{xml}</w:{name}>"
        for kind, xml in parts.items()
        for name in [ROOTS.get(kind, kind)]
    }
    package = f"{OPEN}package/2006/relationships"
    office = f"{OPEN}officeDocument/2006/relationships"
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    texts["[Content_Types].xml"] = (
        f'<Types xmlns="{OPEN}package/2006/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/word/{kind}.xml" ContentType="{word}.'
            f'{"document.main" if kind == "document" else kind}+xml"/>'
            for kind in parts
        )
        + "</Types>"
    )
    texts["_rels/.rels"] = (
        f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument"'
        ' Target="word/document.xml"/></Relationships>'
    )
    texts["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="{package}">'
        + "".join(
            f'<Relationship Id="{kind}" Type="{office}/{kind}" Target="{kind}.xml"/>'
            for kind in parts
            if kind != "document"
        )
        + "</Relationships>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            for uri, other in STRICT.items() if strict else ():
                text = text.replace(uri, other)
            archive.writestr(name, text)
    return out.getvalue()
