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
from rag.load.extract_result import Extract, Unreadable
from rag.load.headers import find_headers

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
    "content of an unknown element": "<no:kept>{}</no:kept>",
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
    "not filled in": "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
    f"{r('Click here.')}</w:sdtContent></w:sdt>",
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
        ("<w:noBreakHyphen/>", "a-b"),
        ("<w:softHyphen/>", "ab"),
        ('<w:sym w:font="Symbol" w:char="F0B3"/>', "a≥b"),
        ('<w:sym w:font="Symbol" w:char="006D"/>', "aμb"),
        ('<w:sym w:font="Arial" w:char="20AC"/>', "a€b"),
        ('<w:sym w:font="Arial" w:char="D800"/>', "a?b"),
        ('<w:sym w:font="Arial" w:char="F0FC"/>', "a\ufffdb"),
        ('<w:sym w:font="Symbol" w:char="F0F0"/>', "a\ufffdb"),
        ('<w:sym w:font="Wingdings" w:char="F0FC"/>', "a✓b"),
        ('<w:sym w:font="WINGDINGS" w:char="00FB"/>', "a✗b"),
        ('<w:sym w:font="Wingdings" w:char="F0A8"/>', "a☐b"),
        ('<w:sym w:font="Wingdings" w:char="F0DF"/>', "a←b"),
        ('<w:sym w:font="Wingdings" w:char="F082"/>', "a②b"),
        ('<w:sym w:font="Wingdings" w:char="F021"/>', "a\ufffdb"),  # a pencil
        ('<w:sym w:font="Wingdings 2" w:char="F053"/>', "a☒b"),
        ('<w:sym w:font="Wingdings 2" w:char="F0A3"/>', "a☐b"),
        ('<w:sym w:font="Wingdings 3" w:char="F069"/>', "a↓b"),
        ('<w:sym w:font="Webdings" w:char="F061"/>', "a✔b"),
        ('<w:sym w:font="Webdings" w:char="F072"/>', "a✗b"),
        ('<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>\uf0fc ü</w:t>', "a✓ ✓b"),
        ('<w:rPr><w:rFonts w:hAnsi="Wingdings 2"/></w:rPr><w:t>P</w:t>', "a✓b"),
        ("<w:t>\uf0fb</w:t>", "a\ufffdb"),
        ("<w:t>1 \n  2</w:t>", "a1 2b"),
    ],
)
def test_signs_are_the_characters_that_word_shows(element: str, shown: str) -> None:
    """Between two letters; one that is not known leaves a mark."""
    assert read(p("a", f"<w:r>{element}</w:r>", "b")) == shown


BREAKS = ("<w:br/>", "<w:cr/>", '<w:br w:type="page"/>', '<w:br w:type="column"/>')


@pytest.mark.parametrize("end", BREAKS)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The council did", "not agree."),
        ("It is not true that the old mayor", "Ola Moe took the silver."),
        ("The mill was sold to", "Ina Ruud."),
        ("Nobody in the town believes Ola", "Moe, who never paid."),
        ("The bridge cost", "400 crowns."),
        ("They came, it was said,", "“and never left”."),
        ("Власти города отказались", "от продажи."),
    ],
)
def test_a_line_end_in_a_sentence_is_a_space(end: str, before: str, after: str) -> None:
    """Without its beginning the sentence may say the opposite."""
    assert read(p(before, f"<w:r>{end}</w:r>", after)) == f"{before} {after}"


@pytest.mark.parametrize(
    "lines",
    [
        ["The ferry left.", "Nobody was on it."],
        ["Ina Ruud", "Harbour Street 4", "5700 Voss"],
        ["The sea was calm that night", "The boats lay on the sand", "The moon was a small light"],
        ["The fees of the port are:", "Boats 40 crowns"],
        ["a) dogs of any size", "b) cats"],
        ["Address of the old port: Harbour Street 4", "5700 Voss"],
        ["Open at nine.", "", "Closed on Mondays."],
    ],
)
def test_lines_that_are_set_as_lines_stay(lines: list[str]) -> None:
    """Sentences, addresses, verse and lists."""
    inner = "<w:r><w:br/></w:r>".join(r(line) for line in lines)

    assert read(p(inner)) == "\n".join(lines)


def test_a_word_with_a_hyphen_at_a_line_end_stays_one() -> None:
    """A space would make it two."""
    assert read(p("The well-", "<w:r><w:br/></w:r>", "known baker.")) == "The well-known baker."


def checked(*said: str) -> str:
    """A check box of a form, with a result that Word does not show."""
    box = f"<w:ffData><w:checkBox>{''.join(said)}</w:checkBox></w:ffData>"
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{box}</w:fldChar></w:r>'
    told = "<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
    return f"{begin}{told}{mark('separate')}{r('x')}{mark('end')}"


def control(state: str, *inner: str) -> str:
    """A content control that is a check box."""
    uri = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    box = f'<w14:checkbox {uri}><w14:checked w14:val="{state}"/></w14:checkbox>'
    content = f"<w:sdtContent>{''.join(inner)}</w:sdtContent>"
    return f"<w:sdt><w:sdtPr>{box}</w:sdtPr>{content}</w:sdt>"


@pytest.mark.parametrize(
    ("box", "sign"),
    [
        (checked("<w:checked/>"), "☒"),
        (checked('<w:default w:val="1"/>'), "☒"),
        (checked('<w:default w:val="1"/>', '<w:checked w:val="0"/>'), "☐"),
        (checked('<w:default w:val="0"/>'), "☐"),
        (control("1", r("☒")), "☒"),
        (control("0", r("☐")), "☐"),
        (control("1"), "☒"),
        (control("0"), "☐"),
        (control("1", '<w:r><w:sym w:font="Other" w:char="F041"/></w:r>'), "☒"),
        (control("1", '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'), "☑"),
    ],
)
def test_a_check_box_says_whether_it_is_checked(box: str, sign: str) -> None:
    """Of two boxes beside two words, one is the answer."""
    assert read(p(box, " closed")) == f"{sign} closed"


STRIKES = (
    '<w:style w:type="character" w:styleId="Taken"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Old"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Twice"><w:rPr><w:dstrike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Below"><w:basedOn w:val="Twice"/></w:style>'
)
WITHDRAWN = ("words that are struck through were not read",)


@pytest.mark.parametrize(
    ("properties", "struck"),
    [
        ("<w:strike/>", True),
        ("<w:dstrike/>", True),
        ('<w:strike w:val="true"/>', True),
        ('<w:rStyle w:val="Taken"/>', True),
        ('<w:rStyle w:val="Below"/>', True),
        ('<w:strike w:val="0"/>', False),
        ('<w:rStyle w:val="Taken"/><w:strike w:val="0"/>', False),
        ('<w:rStyle w:val="Below"/><w:dstrike w:val="false"/>', False),
    ],
)
def test_words_that_are_struck_through_are_taken_back(properties: str, struck: bool) -> None:
    """Quoted, they would say what the author no longer says."""
    extract = whole(p("The board ", r("approved ", properties), "sold it."), styles=STRIKES)

    assert extract.text == ("The board sold it." if struck else "The board approved sold it.")
    assert extract.left_out == (WITHDRAWN if struck else ())


def test_what_is_struck_through_leaves_its_neighbours_two_words() -> None:
    """A whole paragraph may be gone, and a note with its mark; a shape has strokes of its own."""
    strike = "<w:strike/>"
    note_mark = f'<w:r><w:rPr>{strike}</w:rPr><w:footnoteReference w:id="1"/></w:r>'
    shape = drawn('<a:p><a:r><a:rPr strike="sngStrike"/><a:t>Old</a:t></a:r></a:p>')

    assert read(p("The", r(" old ", strike), "dam")) == "The dam"
    assert read(p("The dam", r(" of old", strike), ", again")) == "The dam, again"
    assert read(p("The", r(" old", strike), " dam", note_mark), footnotes=note(1, "x")) == "The dam"
    styled = p("Gone.", properties='<w:pStyle w:val="Old"/>')
    both = whole(styled + shape + p("Here."), styles=STRIKES)
    assert both.text == "Here."
    assert both.left_out == ("2 pieces with words that are struck through were not read",)


def test_a_date_that_word_fills_in_is_reported() -> None:
    """Once for a paragraph, as the file does not hold it."""
    date = "<w:r><w:dayLong/></w:r><w:r><w:monthLong/></w:r>"
    extract = whole(p("Printed on ", date, "here."))

    assert extract.text == "Printed on here."
    assert extract.left_out == ("a date that Word fills in was not read",)


def test_a_cell_that_is_not_filled_in_keeps_its_place() -> None:
    """So that the next one does not move under another head; nor is a formula asked for read."""
    math = f'<m:oMath xmlns:m="{OPEN}officeDocument/2006/math"><m:r><m:t>Type</m:t></m:r></m:oMath>'
    asks = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    table = f"<w:tbl>{row('Day', 'Boats')}<w:tr>{asks.format(tc('Enter'))}{tc('4')}</w:tr></w:tbl>"

    assert read(table) == "Day | Boats\n | 4"
    assert read(p("x", asks.format(math)) + asks.format(p("Enter")) + p("y")) == "x\n\ny"
    filled = asks.replace("<w:showingPlcHdr/>", '<w:showingPlcHdr w:val="0"/>')
    assert read(p(filled.format(r("y")))) == "y"


def numbering(*levels: str, more: str = "") -> str:
    """A list 1 of these levels, and a list 2 of the same kind that may say more."""
    written = "".join(f'<w:lvl w:ilvl="{n}">{level}</w:lvl>' for n, level in enumerate(levels))
    return (
        f'<w:abstractNum w:abstractNumId="7">{written}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="7"/>{more}</w:num>'
    )


def level(text: str, form: str = "decimal", more: str = "", start: int = 1) -> str:
    """A level of a list."""
    return f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'


def item(text: str, depth: int = 0, number: int = 1) -> str:
    """A paragraph of a list."""
    place = f'<w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/>'
    return p(text, properties=f"<w:numPr>{place}</w:numPr>")


START = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'


@pytest.mark.parametrize(
    ("levels", "more", "items", "shown"),
    [
        ([level("Article %1:")], "", [item("a"), item("b")], ["Article 1: a", "Article 2: b"]),
        ([level("%1.")], "", [item("a")], ["a"]),
        ([level("%1)", "lowerLetter")], "", [item("a")], ["a"]),
        ([level("o", "bullet")], "", [item("a")], ["a"]),
        (
            [level("Part %1", "upperRoman", start=8)],
            "",
            [item("a"), item("b")],
            ["Part VIII a", "Part IX b"],
        ),
        (
            [level("Note %1", "lowerLetter", start=26)],
            "",
            [item("a"), item("b")],
            ["Note z a", "Note aa b"],
        ),
        ([level("Sum:", "none")], "", [item("a")], ["Sum: a"]),
        (
            [level("Part %1"), level("Rule %1.%2")],
            "",
            [item("a"), item("b", 1), item("c", 1), item("d"), item("e", 1)],
            ["Part 1 a", "Rule 1.1 b", "Rule 1.2 c", "Part 2 d", "Rule 2.1 e"],
        ),
        (
            [level("Part %1"), level("Rule %2", more='<w:lvlRestart w:val="0"/>')],
            None,
            [item("a"), item("b", 1), item("c"), item("d", 1)],
            ["Part 1 a", "Rule 1 b", "Part 2 c", "Rule 2 d"],
        ),
        ([level("Rule %1")], "", [item("a"), item("b", 0, 2)], ["Rule 1 a", "Rule 2 b"]),
        ([level("Rule %1")], START, [item("a"), item("b", 0, 2)], ["Rule 1 a", "Rule 5 b"]),
        ([level("Rule %1")], "", [item("a", 0, 0), item("b")], ["a", "Rule 1 b"]),
        ([level("Rule %1")], "", [item(""), item("b")], ["Rule 1", "Rule 2 b"]),
    ],
)
def test_words_of_a_number_stand_before_the_paragraph(
    levels: list[str], more: str | None, items: list[str], shown: list[str]
) -> None:
    """Counted as Word counts; a bare number or bullet is left out."""
    parts = {"numbering": numbering(*levels, more=more or "")}

    assert read("".join(items), **parts).split("\n\n") == shown
    if more is not None:  # the oracle knows no level that never starts again
        data = pack(f"<w:body>{''.join(items)}</w:body>", parts)
        assert shown_words(data) == " ".join(shown).split()


def test_a_style_numbers_its_paragraphs() -> None:
    """By the level that names it; a deleted end or hidden text is not counted."""
    in_list = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = f'<w:style w:type="paragraph" w:styleId="Law">{in_list}</w:style>'
    styles += '<w:style w:type="paragraph" w:styleId="Sub"><w:basedOn w:val="Law"/></w:style>'
    levels = level("Law %1:"), level("Rule %2:", more='<w:pStyle w:val="Sub"/>')
    named = [f'<w:pStyle w:val="{style}"/>' for style in ("Law", "Sub")]
    body = [
        p("a", properties=named[0]),
        p("b", properties=named[1]),
        p("c ", properties=named[0] + JOINED["deleted"]),
        p("d", properties=named[0]),
        p(r("x", "<w:vanish/>"), properties=named[0] + HIDES),
        p("e", properties=f'{named[0]}<w:numPr><w:numId w:val="0"/></w:numPr>'),
        p("f", properties=named[0]),
    ]

    text = read("".join(body), styles=styles, numbering=numbering(*levels))

    assert text == "Law 1: a\n\nRule 1: b\n\nLaw 2: c d\n\ne\n\nLaw 3: f"


def section(*kinds: str, more: str = "") -> str:
    """The end of a section with headers and footers of these types, "header:first"."""
    references = "".join(
        f'<w:{part}Reference w:type="{kind}" r:id="{part}"/>'
        for part, _, kind in (each.partition(":") for each in kinds)
    )
    return f"<w:p><w:pPr><w:sectPr>{references}{more}</w:sectPr></w:pPr></w:p>"


def test_headers_and_footers_come_last_and_are_no_evidence() -> None:
    """Each text once; a page number and what the text says itself are none."""
    header = p("The Daily") + p("3") + p("Draft, not confirmed.") + p(" the  dam BROKE ")
    extract = whole(
        p("The dam broke") + p(BODY) + section("header:default", "footer:default") * 2,
        header=header,
        footer=p("The Daily", box(p("Box."))),
    )

    assert extract.text == f"The dam broke\n\n{BODY}\n\nThe Daily\n\nDraft, not confirmed.\n\nBox."
    assert kept(extract) == [BODY]
    assert extract.left_out == ()


def test_a_number_or_a_name_in_a_footer_is_evidence() -> None:
    """It stands nowhere else; a day that is given there is that of the article."""
    footer = p("FOR RELEASE 3 MAY 2019") + p("Press contact: Ada Lark, 555 0142") + p("Page 1 of 2")
    extract = whole(p(BODY) + section("footer:default"), footer=footer)

    assert kept(extract) == [BODY, "Press contact: Ada Lark, 555 0142"]
    assert find_headers(extract, path="a.docx").date.value == "2019-05-03"


def test_a_file_with_nothing_but_a_header_is_evidence() -> None:
    """It is not without text; a picture beside it is not read."""
    extract = whole(SMALL + section("header:default"), header=p(BODY) + LARGE)

    assert kept(extract) == [BODY]
    assert extract.left_out == ("a picture was not read",)


@pytest.mark.parametrize(
    ("body", "settings", "shown"),
    [
        (section("header:first"), "", False),
        (section("header:first", more="<w:titlePg/>"), "", True),
        (section("header:first", more='<w:titlePg w:val="0"/>'), "", False),
        (section("header:first") + section(more="<w:titlePg/>"), "", True),
        (section("header:even"), "", False),
        (section("header:even"), "<w:evenAndOddHeaders/>", True),
        (section("header:default"), "", True),
    ],
)
def test_a_header_that_no_page_has_is_not_read(body: str, settings: str, shown: bool) -> None:
    """The first page, and even ones, have their own only where the file says so."""
    parts = {"header": p("Draft."), "settings": settings}

    assert read(p("Text.") + body, **parts) == ("Text.\n\nDraft." if shown else "Text.")
    data = pack(f"<w:body>{p('Text.')}{body}</w:body>", parts)
    assert shown_words(data) == (["Text.", "Draft."] if shown else ["Text."])


def test_a_header_that_is_missing_is_reported() -> None:
    """The text goes on."""
    extract = whole(p("Sold.") + section("header:default"))

    assert (extract.text, extract.left_out) == ("Sold.", ("a header or footer was not read",))


def test_only_the_tag_of_an_element_may_be_unknown() -> None:
    """Where the file says so, for one name or all of a namespace, and nowhere else."""
    other = 'xmlns:x="http://example.org/x" mc:Ignorable="x" mc:ProcessContent="x:*"'
    body = p("not ", f"<no:kept>{r('at ')}<no:other>{r('never ')}</no:other></no:kept>", r("all"))

    assert read(body) == "not at all"
    assert read(f"<w:p {other}><x:any>{r('kept')}</x:any></w:p>") == "kept"
    assert read(p("a") + f"<x:any xmlns:x='http://example.org/x'>{p('left out')}</x:any>") == "a"


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

    assert read(p("Ferry.", art, shape)) == "Ferry.\n\nExtra\n\nSold out"


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


def test_a_cell_with_a_text_box_only_is_no_entry_of_its_row() -> None:
    """The box follows the table; an empty cell keeps its column."""
    table = f"<w:tbl>{row(p(box(p('Box.'))), 'Depth in metres')}{row('', '14')}</w:tbl>"

    assert read(table) == "Depth in metres\n | 14\n\nBox."


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
    with pytest.raises(Unreadable, match="no readable text in it: a .* was not read"):
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
        (b"{\\rtf1 text}", "is really RTF"),
        (b"<html>text</html>", "is really XML or a web page"),
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
        (lambda parts: parts.update({"word/document.xml": b"<workbook/>"}), "not a Word document"),
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
