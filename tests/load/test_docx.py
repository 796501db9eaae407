"""Word files: every word that Word shows, in the order in which it is read, and no other."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_files import DECLARED, OPEN, pack, word_file
from word_oracle import shown_words

from rag.domain import Found, Origin
from rag.limits import Limits
from rag.load.boilerplate import paragraphs
from rag.load.docx import extract_docx
from rag.load.extract import Extract, Unreadable

BODY = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
MORE = (
    "Nobody was hurt, and the harbour will open again by the end of the week, she told reporters."
)
HEADING = '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'


def kept(extract: Extract) -> list[str]:
    """The paragraphs that may be cited."""
    spans = paragraphs(extract.text, apart=extract.apart)
    return [extract.text[span.start : span.end] for span in spans]


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*inner: str, properties: str = "") -> str:
    """A paragraph; what is no XML becomes a run."""
    runs = "".join(each if each.startswith("<") else r(each) for each in inner)
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def mark(kind: str) -> str:
    """The beginning, middle or end of a field."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def told(instruction: str, result: str) -> str:
    """A field of the longer form."""
    words = f"<w:r><w:instrText> {instruction} </w:instrText></w:r>"
    return f"{mark('begin')}{words}{mark('separate')}{result}{mark('end')}"


def read(body: str, **parts: str) -> str:
    """The text of a document."""
    return whole(body, **parts).text


def whole(body: str, **parts: str) -> Extract:
    """The extract of a document."""
    styles = parts.pop("styles", "")
    return extract_docx(pack(f"<w:body>{body}</w:body>", parts, styles=styles))


WRAPPED = {
    "tracked insertion": '<w:ins w:id="1" w:author="A">{}</w:ins>',
    "moved here": '<w:moveTo w:id="1" w:author="A">{}</w:moveTo>',
    "smart tag": '<w:smartTag w:element="PersonName"><w:smartTagPr/>{}</w:smartTag>',
    "two smart tags": '<w:smartTag><w:smartTag w:element="City">{}</w:smartTag></w:smartTag>',
    "custom XML": '<w:customXml w:element="name"><w:customXmlPr/>{}</w:customXml>',
    "content control": '<w:sdt><w:sdtPr><w:alias w:val="Sum"/></w:sdtPr><w:sdtContent>{}'
    "</w:sdtContent></w:sdt>",
    "simple field": '<w:fldSimple w:instr=" DOCPROPERTY Sum ">{}</w:fldSimple>',
    "hyperlink": '<w:hyperlink w:anchor="there">{}</w:hyperlink>',
    "direction": '<w:bdo w:val="ltr"><w:dir w:val="ltr">{}</w:dir></w:bdo>',
    "ruby": "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>above</w:t></w:r></w:rt>"
    "<w:rubyBase>{}</w:rubyBase></w:ruby></w:r>",
    "field": told("IF 1 = 1", "{}"),
    "field in a field": told(f"QUOTE {told('PAGE', r('9'))}", told("HYPERLINK", "{}")),
    "alternatives": '<mc:AlternateContent><mc:Choice Requires="no">gone</mc:Choice>'
    '<mc:Choice Requires="wps">{}</mc:Choice><mc:Fallback>'
    f"{r('other')}</mc:Fallback></mc:AlternateContent>",
}


@pytest.mark.parametrize("wrapped", WRAPPED.values(), ids=WRAPPED)
def test_words_in_a_container_keep_their_place_in_the_sentence(wrapped: str) -> None:
    """A sentence without one of its words may say the opposite."""
    words = wrapped.replace("{}", r("not "))

    assert read(p("The council did ", words, "agree.")) == "The council did not agree."


UNSEEN = {
    "tracked deletion": f'<w:del w:id="1" w:author="A">{r("not ")}</w:del>',
    "deleted text": '<w:del w:id="1"><w:r><w:delText>not </w:delText></w:r></w:del>',
    "moved away": f'<w:moveFrom w:id="1" w:author="A">{r("not ")}</w:moveFrom>',
    "inserted and deleted": f'<w:ins w:id="1"><w:del w:id="2">{r("not ")}</w:del></w:ins>',
    "instruction": "<w:r><w:instrText>not </w:instrText></w:r>",
    "index entry": f"{mark('begin')}{r('not ')}{mark('end')}",
    "field without a result": told("SET word", r("not ")),
    "hidden": r("not ", "<w:vanish/>"),
    "comment": '<w:r><w:commentReference w:id="1"/></w:r>',
    "of no program": f"<no:thing>{r('not ')}</no:thing>",
    "hidden shape": '<w:r><w:pict><v:shape style="visibility: hidden"><v:textbox><w:txbxContent>'
    f"{p('not')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>",
    "mark of a note": '<w:r><w:footnoteReference w:id="9" w:customMarkFollows="1"/>'
    "<w:t>2</w:t></w:r>",
    "repeated mark of a note": told(r"NOTEREF _Ref1 \f \h", r("2")),
    "soft hyphen": "<w:r><w:softHyphen/></w:r>",
}


@pytest.mark.parametrize("unseen", UNSEEN.values(), ids=UNSEEN)
def test_what_word_does_not_show_is_not_in_the_text(unseen: str) -> None:
    """Nor does it leave a space."""
    assert read(p("The council did ", unseen, "agree.")) == "The council did agree."


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        ("<w:tab/>", "a\tb"),
        ("<w:ptab/>", "a\tb"),
        ("<w:br/>", "a\nb"),
        ('<w:br w:type="page"/>', "a\nb"),
        ("<w:cr/>", "a\nb"),
        ("<w:noBreakHyphen/>", "a-b"),
        ("<w:softHyphen/>", "ab"),
        ('<w:sym w:font="Symbol" w:char="F0B3"/>', "a≥b"),
        ('<w:sym w:font="Symbol" w:char="006D"/>', "aμb"),
        ('<w:sym w:font="Arial" w:char="20AC"/>', "a€b"),
        ('<w:sym w:font="Arial" w:char="D800"/>', "a?b"),
        ("<w:t>1 \n  2</w:t>", "a1 2b"),
    ],
)
def test_signs_are_the_characters_that_word_shows(element: str, shown: str) -> None:
    """Between two letters."""
    assert read(p("a", f"<w:r>{element}</w:r>", "b")) == shown


def test_a_number_on_top_of_another_is_not_read_with_it() -> None:
    """Ten to the sixth is not one hundred and six."""
    raised = '<w:vertAlign w:val="superscript"/>'
    style = f'<w:style w:type="character" w:styleId="Up"><w:rPr>{raised}</w:rPr></w:style>'

    assert read(p("10", r("6", raised))) == "10⁶"
    assert (
        read(p("in 2019", r("3", '<w:rStyle w:val="Up"/>'), " it"), styles=style) == "in 2019³ it"
    )


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        ("<m:f><m:num>{1}</m:num><m:den>{2}</m:den></m:f>", "1/2"),
        ("<m:f><m:num>{a+b}</m:num><m:den>{2}</m:den></m:f>", "(a+b)/2"),
        ("<m:sSup><m:e>{x}</m:e><m:sup>{2}</m:sup></m:sSup>", "x^2"),
        ("<m:sSub><m:e>{x}</m:e><m:sub>{12}</m:sub></m:sSub>", "x_12"),
        ("<m:rad><m:radPr/><m:deg/><m:e>{9}</m:e></m:rad>", "√9"),
        ("<m:d><m:e>{x}</m:e></m:d>", "(x)"),
        ("<m:func><m:fName>{sin}</m:fName><m:e>{x}</m:e></m:func>", "sin x"),
    ],
)
def test_formulas_are_on_one_line(formula: str, line: str) -> None:
    """With a sign where Word shows the place: a half is not twelve."""
    for piece in ("1", "2", "a+b", "x", "12", "9", "sin"):
        formula = formula.replace(f"{{{piece}}}", f"<m:r><m:t>{piece}</m:t></m:r>")
    math = f'<m:oMath xmlns:m="{OPEN}officeDocument/2006/math">{formula}</m:oMath>'

    assert read(p("is ", math, " of it")) == f"is {line} of it"
    assert read(p("is") + math) == f"is\n\n{line}"


STYLES = (
    '<w:style w:type="paragraph" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Below"><w:basedOn w:val="Secret"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Shown"><w:basedOn w:val="Secret"/>'
    '<w:rPr><w:vanish w:val="false"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Round"><w:basedOn w:val="About"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="About"><w:basedOn w:val="Round"/></w:style>'
)


@pytest.mark.parametrize(
    ("style", "properties", "shown"),
    [
        ("Secret", "", False),
        ("Below", "", False),
        ("Shown", "", True),
        ("Round", "", True),
        ("Unknown", "", True),
        ("Secret", '<w:vanish w:val="0"/>', True),
        ("", '<w:rStyle w:val="Ghost"/>', False),
        ("", '<w:rStyle w:val="Ghost"/><w:vanish w:val="0"/>', True),
        ("Secret", '<w:rStyle w:val="Ghost"/>', True),  # 17.7.3: two switches undo each other
    ],
)
def test_a_style_hides_what_it_is_on(style: str, properties: str, shown: bool) -> None:
    """With what it inherits, until the text itself says otherwise."""
    words = p(r("Once.", properties), properties=f'<w:pStyle w:val="{style}"/>')

    text = read(words + p("Then."), styles=STYLES)

    assert ("Once." in text) == shown
    assert "Then." in text


def test_the_style_of_all_paragraphs_may_hide() -> None:
    """Of those that name none, and by the defaults of the document."""
    normal = '<w:style w:type="paragraph" w:default="1" w:styleId="N">{}</w:style>'
    defaults = f"<w:docDefaults><w:rPrDefault>{HIDES}</w:rPrDefault></w:docDefaults>"
    body = p("Hidden.") + p(r("Shown.", '<w:vanish w:val="off"/>'))

    assert read(body, styles=normal.format(HIDES)) == "Shown."
    assert read(body, styles=defaults) == "Shown."


HIDES = "<w:rPr><w:vanish/></w:rPr>"
JOINED = {
    "deleted": '<w:rPr><w:del w:id="1" w:author="A"/></w:rPr>',
    "moved": '<w:rPr><w:moveFrom w:id="1" w:author="A"/></w:rPr>',
    "hidden": HIDES,
    "initial": '<w:framePr w:dropCap="drop" w:lines="3"/>',
}


@pytest.mark.parametrize("properties", JOINED.values(), ids=JOINED)
def test_paragraphs_without_an_end_are_one(properties: str) -> None:
    """The end is deleted or hidden, or what it ends is a large initial."""
    assert read(p("T", properties=properties) + p("he dam held.")) == "The dam held."


def test_an_inserted_end_parts_paragraphs() -> None:
    """And one that is not followed by a paragraph ends all the same."""
    end = '<w:rPr><w:ins w:id="1" w:author="A"/></w:rPr>'
    table = f"<w:tbl><w:tr><w:tc>{p('b')}</w:tc><w:tc>{p('c')}</w:tc></w:tr></w:tbl>"

    assert read(p("One.", properties=end) + p("Two.")) == "One.\n\nTwo."
    assert read(p("a", properties=JOINED["deleted"]) + table) == "a\n\nb | c"


def test_a_field_may_reach_over_paragraphs() -> None:
    """Its instruction is left out, its result kept; one that never ends hides nothing."""
    first = f"{mark('begin')}{r('told ')}"
    body = p(first) + p("told", mark("separate"), "One.") + p("Two.", mark("end"), " Three.")

    assert read(body) == "One.\n\nTwo. Three."
    assert read(p(first) + p("told")) == "told\n\ntold"


def test_the_choice_of_a_list_in_a_form_is_shown() -> None:
    """It stands in no run."""
    entries = "".join(f'<w:listEntry w:val="{each}"/>' for each in ("red", "green"))
    form = f'<w:ffData><w:ddList><w:result w:val="1"/>{entries}</w:ddList></w:ffData>'
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{form}</w:fldChar></w:r>'

    assert read(p("a ", begin, mark("end"), " boat")) == "a green boat"


def box(*inner: str) -> str:
    """A text box in both of its forms, one for older programs."""
    content = f"<w:txbxContent>{''.join(inner)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic>'
        f"<a:graphicData><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
        f"<v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_a_text_box_comes_once_after_its_paragraph() -> None:
    """Never in the middle of the sentence that it hangs on."""
    inner = box(p("Inner."))

    assert read(p("The dam ", box(p("Box."), p("More.", inner)), "held.") + p("Then.")) == (
        "The dam held.\n\nBox.\n\nMore.\n\nInner.\n\nThen."
    )


def test_ornamental_letters_and_shapes_have_words() -> None:
    """WordArt of the older form has them in an attribute, drawn shapes in text of their own."""
    art = '<w:r><w:pict><v:shape><v:textpath string="Extra"/></v:shape></w:pict></w:r>'
    shape = "<w:r><w:drawing><wp:inline><a:txBody><a:p><a:r><a:t>Sold</a:t></a:r><a:br/><a:r>"
    shape += "<a:t>out</a:t></a:r></a:p></a:txBody></wp:inline></w:drawing></w:r>"

    assert read(p("Ferry.", art, shape)) == "Ferry.\n\nExtra\n\nSold\nout"


def reference(number: int, kind: str = "foot") -> str:
    """The mark of a note."""
    return f'<w:r><w:{kind}noteReference w:id="{number}"/></w:r>'


def note(number: int, text: str, kind: str = "foot") -> str:
    """A note."""
    own = f"<w:r><w:{kind}noteRef/></w:r>"
    return f'<w:{kind}note w:id="{number}">{p(own, text)}</w:{kind}note>'


def test_notes_follow_the_paragraph_and_their_marks_are_not_read() -> None:
    """Foot- and endnotes, each once, in the order of their marks; separators are none."""
    extract = whole(
        p("It cost 30 million", reference(2), " crowns", reference(1, "end"), reference(2), ".")
        + p("Then."),
        footnotes='<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
        + note(2, " In 2019.")
        + note(3, " Nobody refers to this."),
        endnotes=note(1, "A guess.", "end"),
    )

    assert extract.text == "It cost 30 million crowns.\n\nIn 2019.\n\nA guess.\n\nThen."
    assert extract.left_out == ()


def test_a_note_of_a_table_follows_the_table() -> None:
    """A mark that the author chose is no word of the note either."""
    chosen = '<w:r><w:footnoteReference w:id="1" w:customMarkFollows="1"/><w:t>*</w:t></w:r>'
    table = f"<w:tbl><w:tr><w:tc>{p('Depth', chosen)}</w:tc><w:tc>{p('14')}</w:tc></w:tr></w:tbl>"

    assert read(table, footnotes=note(1, "* In metres.")) == "Depth | 14\n\nIn metres."


def test_a_note_that_is_missing_is_reported() -> None:
    """The text goes on."""
    extract = whole(p("Sold", reference(1), "."))

    assert (extract.text, extract.left_out) == ("Sold.", ("a footnote was not read",))


def row(*cells: str, properties: str = "") -> str:
    """A row of a table."""
    inner = "".join(cell if cell.startswith("<w:tc>") else tc(cell) for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def tc(inner: str, properties: str = "") -> str:
    """A cell."""
    content = inner if inner.startswith("<") else p(inner)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def test_tables_are_read_row_by_row() -> None:
    """Rows and cells in controls too; what is deleted is not; a merged cell comes once."""
    control = f"<w:sdt><w:sdtContent>{tc('4')}</w:sdtContent></w:sdt>"
    rows = [
        row("Day", "Boats"),
        row("gone", "gone", properties='<w:del w:id="1" w:author="A"/>'),
        f"<w:sdt><w:sdtContent><w:tr>{tc('Mon')}{control}</w:tr></w:sdtContent></w:sdt>",
        row(tc("Tue", '<w:vMerge w:val="restart"/>'), "5"),
        row(tc("covered", "<w:vMerge/>"), "6", "7"),
        row(tc("both", '<w:gridSpan w:val="2"/>'), tc("gone", '<w:cellDel w:id="1"/>'), "8"),
    ]

    assert read(f"<w:tbl>{''.join(rows)}</w:tbl>") == (
        "Day | Boats\nMon | 4\nTue | 5\n6 | 7\nboth | 8"
    )


def test_a_table_in_a_table_and_one_that_lays_out_a_page_are_read_cell_by_cell() -> None:
    """Paragraphs of prose are not run together, and headings in a cell are set apart."""
    inner = f"<w:tbl>{row('a', 'b')}{row('c', 'd')}</w:tbl>"
    titled = p("News", properties='<w:pStyle w:val="H1"/>') + p(BODY)

    assert read(f"<w:tbl>{row('x', inner + '<w:p/>')}</w:tbl>") == "x\n\na | b\nc | d"
    extract = whole(f"<w:tbl>{row(titled, p(MORE))}</w:tbl>", styles=HEADING)
    assert kept(extract) == [BODY, MORE]
    assert extract.title == Found(value="News", origin=Origin.HEADING)


def test_the_strict_form_is_read_as_the_other() -> None:
    """It has other namespaces, and is not damaged."""
    inner = p("The ", WRAPPED["smart tag"].replace("{}", r("dam")), box(p("Box.")))

    assert extract_docx(pack(f"<w:body>{inner}</w:body>", strict=True)).text == "The dam\n\nBox."


@settings(max_examples=150, deadline=None)
@given(random=st.randoms(use_true_random=False), strict=st.booleans())
def test_every_shown_word_is_in_the_text_in_order_and_no_other(
    random: Random, strict: bool
) -> None:
    """Over files made at random: by how they are made, and by another reading of their XML."""
    file = word_file(random, strict=strict)

    for words in (extract_docx(file.data).text.replace(" | ", " ").split(), shown_words(file.data)):
        assert tuple(word for word in words if word.startswith("v")) == file.shown
        assert sum(map(len, file.beside)) == len(words) - len(file.shown)
        for inner, before in zip(file.beside, file.anchors, strict=True):
            if inner:  # in one piece, and not before the word that it hangs on
                start = words.index(inner[0])
                assert tuple(words[start : start + len(inner)]) == inner
                assert sum(word.startswith("v") for word in words[:start]) >= before


def drawn(element: str) -> str:
    """A paragraph with something drawn in it."""
    return p(f"<w:r><w:drawing><wp:inline>{element}</wp:inline></w:drawing></w:r>")


CHART = drawn(f'<c:chart xmlns:c="{OPEN}drawingml/2006/chart" r:id="x"/>')
OBJECT = p(
    '<w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office"/>'
    "</w:object></w:r>"
)
LARGE = drawn('<wp:extent cx="7000000" cy="9000000"/><a:blip/>')
SMALL = drawn('<wp:extent cx="70000" cy="90000"/><a:blip/>')


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        (CHART, "a chart was not read"),
        (CHART * 2, "2 charts were not read"),
        (OBJECT, "an embedded object was not read"),
        ('<w:altChunk r:id="x"/>', "an inserted document was not read"),
        (p('<w:subDoc r:id="x"/>'), "a linked document was not read"),
        (LARGE, "a picture of half a page or more was not read"),
        (SMALL, None),
    ],
)
def test_what_cannot_be_read_is_reported(element: str, reason: str | None) -> None:
    """A small picture is no text that is missing."""
    assert whole(p(BODY) + element).left_out == ((reason,) if reason else ())


@pytest.mark.parametrize("element", [CHART, LARGE, SMALL])
def test_a_file_of_what_cannot_be_read_says_so(element: str) -> None:
    """It is not without text, as far as one can tell."""
    with pytest.raises(Unreadable, match="no text that can be read in it: a .* was not read"):
        whole(element)


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.docx", pack(f"<w:body>{p(MORE)}</w:body>"), MORE),
        ("a.html", f"<html><body><p>{MORE}</p></body></html>".encode(), MORE),
        ("a.txt", MORE.encode(), MORE),
        ("a.rtf", b"{\\rtf1 words}", None),
        ("a.docx", b"PK damaged", None),
    ],
)
def test_a_document_in_a_document_is_read_in_its_place(
    name: str, data: bytes, text: str | None
) -> None:
    """If its format can be read; otherwise that is reported, and the rest is read."""

    def insert(parts: dict[str, bytes]) -> None:
        parts[f"word/{name}"] = data
        there = f'<Relationship Id="inner" Type="x/aFChunk" Target="{name}"/></Relationships>'
        key = "word/_rels/document.xml.rels"
        parts[key] = parts[key].replace(b"</Relationships>", there.encode())

    extract = extract_docx(
        changed(insert, p("Before.") + '<w:altChunk r:id="inner"/>' + p("After."))
    )

    assert extract.text.split("\n\n") == ["Before.", *([text] if text else []), "After."]
    assert extract.left_out == (() if text else ("an inserted document was not read",))


def test_what_is_drawn_as_a_diagram_is_read() -> None:
    """Its words stand in a part of their own."""
    uri = f"{OPEN}drawingml/2006/diagram"
    data = f'<a:p><a:r><a:t>Source</a:t></a:r></a:p><x xmlns="{uri}"><a:p/></x>'
    place = drawn(f'<dgm:relIds xmlns:dgm="{uri}" r:dm="diagramData"/>')

    assert read(p("Flow:") + place, diagramData=data) == "Flow:\n\nSource"


def test_a_title_and_a_date_come_from_headings_and_properties() -> None:
    """As python-docx writes them; the date of its template is none."""
    from docx import Document

    document = Document()
    document.add_heading("Dam bursts", level=0)
    document.add_paragraph(BODY)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Depth", "14 metres"
    document.add_heading("What is known", level=1)
    document.add_paragraph(MORE)
    document.core_properties.title = "Template"
    stamped, unstamped = io.BytesIO(), io.BytesIO()
    document.save(unstamped)
    document.core_properties.comments = ""
    document.save(stamped)

    extract = extract_docx(unstamped.getvalue())
    assert extract.title == Found(value="Dam bursts", origin=Origin.HEADING)
    assert extract.spare_title == Found(value="Template", origin=Origin.META)
    assert extract.stamp == Found()
    assert extract_docx(stamped.getvalue()).stamp.value == "2013-12-23"
    assert kept(extract) == [BODY, "Depth | 14 metres", MORE]


def test_lines_of_the_contents_are_set_apart() -> None:
    """They are shown, and repeat the headings; none is the title."""
    contents = p("Floods", "<w:r><w:tab/></w:r>", "3", properties='<w:pStyle w:val="C"/>')
    styles = '<w:style w:type="paragraph" w:styleId="C"><w:name w:val="toc 1"/></w:style>'

    extract = whole(contents + p(BODY), styles=styles)

    assert extract.text == f"Floods\t3\n\n{BODY}"
    assert kept(extract) == [BODY]
    assert extract.title == Found()


def test_text_that_runs_on_after_a_heading_may_be_cited() -> None:
    """The heading ends in a hidden mark, as Word sets it before text on the same line."""
    hides = f'<w:pStyle w:val="H1"/>{HIDES}'

    assert kept(whole(p("Dam. ", properties=hides) + p(BODY), styles=HEADING)) == [f"Dam. {BODY}"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 broken", "damaged DOCX"),
        (b"\xd0\xcf\x11\xe0 old", "encrypted DOCX, or an older Word format"),
        (b"text", "damaged DOCX"),
        (b"{\\rtf1 text}", "is RTF by its content"),
        (b"<html>text</html>", "is XML or a web page by its content"),
    ],
)
def test_an_unreadable_docx_says_why(data: bytes, why: str) -> None:
    """Damaged is only what is damaged."""
    with pytest.raises(Unreadable, match=why):
        extract_docx(data)


def changed(change: Callable[[dict[str, bytes]], object], body: str = p(BODY)) -> bytes:
    """A whole file after a change of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pack(f"<w:body>{body}</w:body>"))) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    change(parts)
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda parts: parts.clear(), "damaged DOCX"),
        (lambda parts: parts.pop("word/document.xml"), "damaged DOCX"),
        (lambda parts: parts.update({"word/document.xml": b"<w:document>"}), "damaged DOCX"),
        (lambda parts: parts.update({"word/styles.xml": b"<"}), "damaged DOCX"),
        (lambda parts: parts.update({"word/document.xml": b"<workbook/>"}), "no Word document"),
    ],
)
def test_a_docx_that_lacks_its_parts_is_refused(
    change: Callable[[dict[str, bytes]], object], why: str
) -> None:
    """Or whose parts are broken, or of another program."""
    with pytest.raises(Unreadable, match=why):
        extract_docx(changed(change))


def test_names_of_parts_may_be_written_otherwise() -> None:
    """In capitals, with backslashes; parts that are only nice to have may be missing."""

    def rename(parts: dict[str, bytes]) -> None:
        parts["Word\\Document.XML"] = parts.pop("word/document.xml")
        del parts["word/styles.xml"]

    assert extract_docx(changed(rename)).text == BODY


def test_entities_are_not_expanded() -> None:
    """Word opens no file that has its own."""
    document = f"<w:document {DECLARED}><w:body>{p('&a;')}</w:body></w:document>"
    xml = f'<!DOCTYPE x [<!ENTITY a "ha">]>{document}'

    with pytest.raises(Unreadable, match="entities of its own"):
        extract_docx(changed(lambda parts: parts.update({"word/document.xml": xml.encode()})))


@pytest.mark.parametrize(
    ("inner", "wrapper"),
    [
        (r("deep"), '<w:fldSimple w:instr="x">{}</w:fldSimple>'),
        ("<m:t>deep</m:t>", "<m:e>{}</m:e>"),
        (tc("deep"), "<w:tc><w:tbl><w:tr>{}</w:tr></w:tbl></w:tc>"),
        (p("deep"), "<w:p><w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>"),
    ],
)
def test_what_is_nested_deep_is_read_until_xml_ends(inner: str, wrapper: str) -> None:
    """With a reason then: it may be damaged or not."""

    def nested(times: int) -> str:
        body = inner
        for _ in range(times):
            body = wrapper.replace("{}", body)
        top = {"<w:f": "<w:p>{}</w:p>", "<m:e": "<m:oMath>{}</m:oMath>", "<w:t": ROW}
        body = top.get(wrapper[:4], "{}").replace("{}", body)
        uri = f'xmlns:m="{OPEN}officeDocument/2006/math"'
        return read(body.replace("<m:oMath", f"<m:oMath {uri}"))

    levels = wrapper.count("</")
    assert nested(240 // levels) == "deep"
    with pytest.raises(Unreadable, match="DOCX nested more than 256 deep"):
        nested(260)


ROW = "<w:tbl><w:tr>{}</w:tr></w:tbl>"


def test_a_long_document_takes_time_in_proportion_to_its_length() -> None:
    """Also where all paragraphs are one, all fields are open, and all styles lead to others."""

    def seconds(times: int) -> float:
        body = p("a", properties=JOINED["deleted"]) * times
        body += p((mark("begin") + r("x")) * times) + p(mark("end") * times)
        body += p(reference(1)) * times
        styles = "".join(
            f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{n - 1}"/></w:style>'
            for n in reversed(range(times))
        )
        data = pack(f"<w:body>{body}</w:body>", {"footnotes": note(1, "n")}, styles=styles)
        start = time.process_time()
        extract_docx(data, Limits(archive_ratio=10_000))
        return time.process_time() - start

    seconds(100)
    assert seconds(8_000) < 30 * max(seconds(1_000), 0.05)
