"""Documents, sheets and slides of other programs than Word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from made_files import odt, packed, pptx, xlsx

from rag.limits import Limits
from rag.load.extract_result import Extract, Unreadable
from rag.load.odt import extract_odt
from rag.load.pptx import extract_pptx
from rag.load.rtf import extract_rtf
from rag.load.xlsx import extract_xlsx

HIDDEN = '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'


def evidence(found: Extract) -> list[str]:
    """The paragraphs that the format itself tells."""
    return [found.text[span.start : span.end] for span in found.paragraphs]


# --- rich text ------------------------------------------------------------------------------------


def rtf(body: str) -> bytes:
    """A rich text with a title and a day of its own."""
    about = r"{\info{\title Plan of the pier}{\creatim\yr2020\mo5\dy4}}"
    return rf"{{\rtf1\ansi\ansicpg1252{{\fonttbl\f0 Arial;}}{about}\f0 {body}}}".encode("cp1252")


def test_a_rich_text_is_read_paragraph_by_paragraph() -> None:
    """Its own title and day are the last resort."""
    found = extract_rtf(rtf(r"The pier opens in \'e9t\'e9.\par It\u8217?s free.\par"))

    assert found.text == "The pier opens in été.\n\nIt’s free."
    assert (found.spare_title.value, found.stamp.value) == ("Plan of the pier", "2020-05-04")
    assert not found.title.value


@pytest.mark.parametrize(
    "hidden",
    [r"{\v It is closed.}", r"\v It is closed.\v0 ", r"{\b\v It is closed.}",
     r"{\deleted It is closed.}", r"{\*\annotation It is closed.}"],
)  # fmt: skip
def test_hidden_rich_text_is_not_read(hidden: str) -> None:
    """What stands after it is."""
    text = extract_rtf(rtf(rf"It opens. {hidden}It is free.")).text

    assert text.split() == "It opens. It is free.".split()


def test_what_a_rich_text_leaves_out_is_told() -> None:
    """The library reads no footnotes."""
    assert extract_rtf(rtf(r"It opens.{\footnote In May.}")).left_out == (
        "1 footnote was not read",
    )


@pytest.mark.parametrize("data", [b"", b"hello", b"{\\rtf1 \\u99999999999 x}", b"{\\rtf1\\u x}}}"])
def test_a_damaged_rich_text_has_a_reason(data: bytes) -> None:
    """Or nothing in it."""
    try:
        assert extract_rtf(data).text in ("", "x")
    except Unreadable as error:
        assert "RTF" in error.message


# --- OpenDocument ---------------------------------------------------------------------------------


def test_an_opendocument_text_is_read_in_its_order() -> None:
    """Headings apart, a note behind its paragraph, a table by its rows."""
    found = extract_odt(
        odt(
            "<text:h>Plan of the pier</text:h>"
            '<text:p>The pier<text:s text:c="2"/>opens<text:note><text:note-citation>1'
            "</text:note-citation><text:note-body><text:p>So says the master.</text:p>"
            "</text:note-body></text:note> in <text:span>May</text:span>.</text:p>"
            "<text:list><text:list-item><text:p>It is free.</text:p></text:list-item></text:list>"
            "<table:table><table:table-row><table:table-cell><text:p>Alta</text:p>"
            "</table:table-cell><table:table-cell><text:p>12</text:p></table:table-cell>"
            "</table:table-row></table:table>",
            meta="<dc:title>Draft</dc:title><meta:creation-date>2020-05-04T10:00:00"
            "</meta:creation-date>",
        )
    )

    assert found.text == (
        "Plan of the pier\n\nThe pier  opens in May.\n\nSo says the master.\n\nIt is free."
        "\n\nAlta | 12"
    )
    assert [found.text[span.start : span.end] for span in found.apart] == ["Plan of the pier"]
    assert (found.title.value, found.spare_title.value) == ("Plan of the pier", "Draft")
    assert found.stamp.value == "2020-05-04"


@pytest.mark.parametrize(
    "hidden",
    [
        "<text:tracked-changes><text:p>It is closed.</text:p></text:tracked-changes>",
        "<text:p><office:annotation><text:p>It is closed.</text:p></office:annotation></text:p>",
        '<text:p text:style-name="H">It is closed.</text:p>',
        '<text:p><text:span text:style-name="H">It is closed.</text:span></text:p>',
        '<text:section text:display="none"><text:p>It is closed.</text:p></text:section>',
        "<text:p><text:hidden-text>It is closed.</text:hidden-text></text:p>",
        "<text:table-of-content><text:p>It is closed.</text:p></text:table-of-content>",
    ],
)
def test_what_an_opendocument_text_does_not_show_is_not_read(hidden: str) -> None:
    """Deleted, hidden, a comment."""
    found = extract_odt(odt(f"<text:p>It opens.</text:p>{hidden}", styles=HIDDEN))

    assert found.text == "It opens."


def test_entities_of_an_opendocument_text_are_not_expanded() -> None:
    """Nor is a file read for one."""
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]><x>&a;&b;</x>'

    with pytest.raises(Unreadable, match="entities of its own"):
        extract_odt(packed({"content.xml": bomb}))


# --- sheets ---------------------------------------------------------------------------------------


def test_a_sheet_is_read_row_by_row_with_the_names_of_its_columns() -> None:
    """Titles above the table stand alone; a name of the sheet is told where there are several."""
    rows: list[list[Any]] = [
        ["Harbours of the coast"],
        [],
        ["Town", "Boats", "Since", "Share"],
        ["Alta", 12, date(2020, 5, 4), 0.1 + 0.2],
        ["Berg", None, datetime(2020, 5, 4, 9, 30), True],
    ]

    one, two = extract_xlsx(xlsx({"A": rows})), extract_xlsx(xlsx({"Boats": rows, "B": [["x"]]}))

    assert evidence(one) == [
        "Harbours of the coast",
        "Town: Alta; Boats: 12; Since: 2020-05-04; Share: 0.3",
        "Town: Berg; Since: 2020-05-04 09:30; Share: TRUE",
    ]
    assert two.text.startswith("Boats\n\nHarbours of the coast\n\n")
    assert evidence(two) == [*evidence(one), "x"]


def test_a_sheet_without_names_is_read_as_it_stands() -> None:
    """Its first row has numbers in it."""
    assert evidence(extract_xlsx(xlsx({"A": [["Alta", 12], ["Berg", 7]]}))) == [
        "Alta | 12", "Berg | 7",
    ]  # fmt: skip


# --- slides ---------------------------------------------------------------------------------------


def test_slides_are_read_in_their_order_under_their_titles() -> None:
    """Each line is evidence, also one without a full stop; the notes are the last."""
    made = pptx(
        [("Plan of the pier", ["The pier opens in May", "It is free"]), ("Cost", ["12 million"])],
        notes="Say that it is cheap.",
    )

    found = extract_pptx(made)

    assert found.title.value == "Plan of the pier"
    assert found.text.startswith("Slide 1: Plan of the pier\n\nThe pier opens in May\n\n")
    assert evidence(found) == [
        "The pier opens in May", "It is free", "12 million", "Say that it is cheap.",
    ]  # fmt: skip


def test_hidden_slides_are_not_read() -> None:
    """They are not shown either."""
    from io import BytesIO

    from pptx import Presentation

    deck = Presentation(BytesIO(pptx([("A", ["It is closed."]), ("B", ["It opens."])])))
    deck.slides[0].element.set("show", "0")
    made = BytesIO()
    deck.save(made)

    assert evidence(extract_pptx(made.getvalue())) == ["It opens."]


# --- all of them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("extract", [extract_odt, extract_xlsx, extract_pptx])
@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 no archive", packed({"a.txt": "b"}), packed({"content.xml": "<x>"}),
     packed({"content.xml": "<x/>", "[Content_Types].xml": "<Types/>"}),
     packed({"content.xml": "<x/>", "[Content_Types].xml": "<<"}),
     b"\xd0\xcf\x11\xe0" + bytes(600)],
)  # fmt: skip
def test_what_is_damaged_has_a_reason(extract: Callable[[bytes], Extract], data: bytes) -> None:
    """Whatever stands in the archive, or if it is none."""
    with pytest.raises(Unreadable):
        extract(data)


@pytest.mark.parametrize("extract", [extract_odt, extract_xlsx, extract_pptx])
def test_what_unpacks_to_too_much_is_not_unpacked(
    extract: Callable[[bytes, Limits], Extract],
) -> None:
    """The limits are those of Word files."""
    bomb = packed({"content.xml": "a" * 3_000_000})

    with pytest.raises(Unreadable, match="raise archive_ratio"):
        extract(bomb, Limits())
    with pytest.raises(Unreadable, match="raise archive_megabytes"):
        extract(bomb, Limits(archive_megabytes=1))
