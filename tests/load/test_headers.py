"""rag.load.headers: title, outlet and date, and where they were found."""

from __future__ import annotations

import pytest

from rag.domain import Found, Origin
from rag.load.boilerplate import paragraphs
from rag.load.extract_result import Extract
from rag.load.headers import Headers, find_headers

BODY = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."


def headers(text: str, path: str = "a.txt") -> Headers:
    """The headers of a plain text."""
    return find_headers(Extract(text=text), path=path)


def test_the_first_line_is_the_title_past_furniture() -> None:
    """Advertisement, date and byline are skipped on the way to the title."""
    text = f"Advertisement\n\nDam bursts above the town\n\nBy Ada Lark\n\n{BODY}"

    found = headers(text)

    assert found.title == Found(value="Dam bursts above the town", origin=Origin.FIRST_LINE)
    assert (
        found.title_span
        and text[found.title_span.start : found.title_span.end] == found.title.value
    )


def test_a_first_sentence_can_be_the_title_and_stays_evidence() -> None:
    """A line that ends in a full stop may be the article's first sentence."""
    found = headers(f"The dam burst.\n\n{BODY}")

    assert found.title.value == "The dam burst."
    assert found.title_span is None


def test_a_file_name_tells_that_a_sentence_is_the_title() -> None:
    """The name repeats the words of the title."""
    found = headers(f"Dam bursts above the town.\n\n{BODY}", "x_2019-05-03_dam-bursts-above.txt")

    assert found.title_span is not None


def test_two_sentences_are_no_title() -> None:
    """Though the file is called like their beginning."""
    text = f"2 May 2023\n\nAlexandra Lark runs the mill in Orford. She sold it twice.\n\n{BODY}"

    found = headers(text, "Interview with Alexandra Lark.html")

    assert found.title == Found(value="Interview with Alexandra Lark", origin=Origin.FILE_NAME)


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        f"{BODY} {BODY}\n\n{BODY}",
        "- three boats\n\n- one crane\n",
        "**Ada Lark:** We sail on Monday\n\n**Bo Finch:** Why?\n\n**Ada Lark:** The tide.\n",
    ],
)
def test_prose_has_no_title(text: str) -> None:
    """A paragraph, a single line, a list and the first turn of a talk are not titles."""
    assert headers(text).title == Found()


@pytest.mark.parametrize("title", ["Analysis: Why the dam burst", "Dam bursts: the mayor speaks"])
@pytest.mark.parametrize("again", ["{}", "{}\n\nPhoto: A mast in the harbour"])
def test_a_title_with_a_colon_is_no_turn(title: str, again: str) -> None:
    """Also where it is printed twice, and another line has a colon too."""
    text = f"{title}\n\n{BODY}\n\n{again.format(title)}\n\n{BODY}\n"

    assert headers(text).title.value == title


def test_the_first_line_of_wrapped_prose_is_no_title() -> None:
    """A line that stops in mid-sentence because it is full is not taken away from its sentence."""
    text = (
        "The president of the coastal republic met the\nVolunteers "
        "of the harbour on Monday to thank\nthem for their work after the flood of May.\n\n"
        "Nobody was hurt when the dam above the town\nburst."
    )

    assert headers(text).title == Found()


def test_a_known_title_is_found_in_the_text() -> None:
    """A title from the metadata is set apart where the text repeats it."""
    known = Found(value="Dam Bursts", origin=Origin.META)

    found = find_headers(Extract(text=f"Dam bursts\n\n{BODY}", title=known), path="a.html")

    assert found.title == known
    assert found.title_span and found.title_span.end == 10


WIRE = (
    "    ALTA, Feb 26 - The agriculture ministry is likely to\nlower its forecast of the harvest, "
    "officials said.\n    Minister Karl Osis said the new figure would be 1.9\nmillion tonnes.\n"
)


@pytest.mark.parametrize(
    "above",
    [
        "MINISTRY LIKELY TO CUT FORECAST\n",
        "MINISTRY LIKELY\nTO CUT FORECAST\n",
        "26-FEB-1987 15:02:20.31\nMINISTRY LIKELY TO CUT FORECAST\n    By Lena Marsh, Reuters\n",
        "f0708reute\nu f BC-GRAIN-FORECAST   02-26 0082\nMINISTRY LIKELY TO CUT FORECAST\n",
        "BC-Grain-Forecast, 1st Ld-Writethru\n\nMINISTRY LIKELY TO CUT FORECAST\n",
    ],
)
def test_wire_copy_has_its_headline_as_title(above: str) -> None:
    """It is above paragraphs that begin indented, and never part of the first sentence."""
    text = above + WIRE

    found = headers(text)

    assert found.title == Found(value="MINISTRY LIKELY TO CUT FORECAST", origin=Origin.FIRST_LINE)
    assert found.title_span
    first = paragraphs(text, apart=(found.title_span,))[0]
    assert text[first.start : first.end].startswith("ALTA, Feb 26 - The agriculture")
    assert found.date.value == ("1987-02-26" if "1987" in above else None)
    assert found.outlet.value == ("Reuters" if "Reuters" in above else None)


def test_an_agency_signs_below_its_story() -> None:
    """Its name is the outlet, and no evidence."""
    text = f"MINISTRY LIKELY TO CUT FORECAST\n{WIRE} REUTER\n"

    assert headers(text).outlet == Found(value="Reuters", origin=Origin.BYLINE)
    assert "REUTER" not in [text[span.start : span.end] for span in paragraphs(text)]


def test_an_indented_line_goes_on_where_only_lists_are_indented() -> None:
    """In a list, it is no paragraph of its own."""
    text = f"{BODY}\n\n- a crane of the old yard, which the board bought in May\n  of last year\n"

    assert text.endswith("  of last year\n")
    assert "of last year" not in [text[span.start : span.end] for span in paragraphs(text)]


@pytest.mark.parametrize(
    ("text", "outlet", "origin"),
    [
        (
            f"Dam bursts\n\nHarbour Media Group\n3 May 2019\n\n{BODY}",
            "Harbour Media Group",
            Origin.BYLINE,
        ),
        (f"Dam bursts\n\nMay 3 (UPI) -- {BODY}", "UPI", Origin.DATELINE),
        (f"Dam bursts\n\nOslo (Reuters) - {BODY}", "Reuters", Origin.DATELINE),
        (f"Dam bursts\n\nby Ada Lark, AFP\n\n{BODY}", "AFP", Origin.BYLINE),
        (f"Dam bursts\n\nBy Ada Lark, Harbour Times\n\n{BODY}", "Harbour Times", Origin.BYLINE),
        (f"Dam bursts\n\nOSLO, May 3 (Harbour News) — {BODY}", "Harbour News", Origin.DATELINE),
        (
            f"Dam bursts\n\n{BODY}\n\nOriginal url:\n\n<https://www.example.org/a>",
            "example.org",
            Origin.URL,
        ),
        (f"Dam bursts\nhttps://example.org/dam.jpg\n\n{BODY}", None, Origin.NONE),
        (f"Dam bursts\n\nThe United Nations (UN) - {BODY}", None, Origin.NONE),
        (f"Dam bursts\n\nLatest News\n\n{BODY}", None, Origin.NONE),
    ],
)
def test_the_outlet_is_found(text: str, outlet: str | None, origin: Origin) -> None:
    """A line of its own, an agency in the dateline, a link to the original; never a picture's."""
    assert headers(text).outlet == Found(value=outlet, origin=origin)


def test_the_outlet_can_stand_in_the_file_name() -> None:
    """A name before a date in the file's name is an outlet."""
    found = headers(f"Dam bursts\n\n{BODY}", "news/herald_2015-11-11_dam.txt")

    assert found.outlet == Found(value="herald", origin=Origin.FILE_NAME)
    assert found.date == Found(value="2015-11-11", origin=Origin.FILE_NAME)


@pytest.mark.parametrize(
    ("text", "date", "origin"),
    [
        (f"Dam bursts\n\nNovember 06, 2024\n\n{BODY}", "2024-11-06", Origin.BYLINE),
        (f"Dam bursts\n\nBy Ada Lark | 6 Nov 2024\n\n{BODY}", "2024-11-06", Origin.BYLINE),
        (
            f"Dam bursts\n\nUpdated: May 9, 2019\nPublished: May 3, 2019\n\n{BODY}",
            "2019-05-03",
            Origin.BYLINE,
        ),
        (f"Dam bursts\n\n{BODY}\n\n15/12/2023 20h27", "2023-12-15", Origin.BYLINE),
        (f"Dam bursts\n\nOSLO, May 3, 2019 (Reuters) - {BODY}", "2019-05-03", Origin.DATELINE),
        (f"Dam bursts\n\nOslo, 3 May 2019. {BODY}", "2019-05-03", Origin.DATELINE),
        (f"Dam bursts\n\nOSLO, May 3, 2019 /PRNewswire/ -- {BODY}", "2019-05-03", Origin.DATELINE),
        (f"Dam bursts\n\nFrom 3 May 2019. {BODY}", None, Origin.NONE),
        (f"Dam bursts\n\nOslo met on 3 May 2019. {BODY}", None, Origin.NONE),
        (f"Dam bursts\n\n{BODY}\n\nhttps://example.org/2024/11/06/dam", "2024-11-06", Origin.URL),
        (f"Dam bursts\n\nMay 3 (UPI) -- {BODY}", None, Origin.NONE),
        (f"Dam bursts\n\n05/04/2023\n\n{BODY}", None, Origin.NONE),
        (f"Dam bursts\n\n{BODY} It had been built on May 3, 1950.", None, Origin.NONE),
    ],
)
def test_the_date_is_found_or_left_out(text: str, date: str | None, origin: Origin) -> None:
    """A date that is certain is used; one in the story, without a year or ambiguous is not."""
    assert headers(text).date == Found(value=date, origin=origin)


def test_other_evidence_settles_day_and_month() -> None:
    """05/04/2023 is April 5 if the file's name says so."""
    found = headers(f"Dam bursts\n\n05/04/2023\n\n{BODY}", "2023-04-05_dam.txt")

    assert found.date == Found(value="2023-04-05", origin=Origin.BYLINE)


def test_the_dates_of_a_chronicle_are_not_its_own() -> None:
    """Several dates on lines of their own belong to the story."""
    days = "\n\n".join(f"May {day}, 2019\n\n{BODY}" for day in (3, 4, 5))

    assert headers(f"The flood\n\n{days}").date == Found()


@pytest.mark.parametrize(
    "text",
    [
        "It opens at ten.\n\nChildren pay nothing.\n",
        "opens at ten\ncloses at four\n",
        "Open: 10 to 16\nPhone: 555 0199\n",
        "Guide: Tove Berg\n\nThe tour begins at noon. It takes an hour.\n",
        "- open in summer\n- closed in winter\n",
    ],
)
def test_a_note_is_called_as_its_file(text: str) -> None:
    """Where the text begins with what it says, the name of the file is the title."""
    found = headers(text, "Fishing museum of Vardo.md")

    assert found.title == Found(value="Fishing museum of Vardo", origin=Origin.FILE_NAME)
    assert found.title_span is None


@pytest.mark.parametrize(
    "text",
    [
        f"Dam bursts above the town\n\n{BODY}",
        f"Dam bursts above the town\nHarbour Media Group\n3 May 2019\n\n{BODY}",
        f"Storm: dam bursts above the town\n\n{BODY}",
    ],
)
def test_a_title_in_the_text_says_more_than_the_name_of_the_file(text: str) -> None:
    """The name of a file from a newspaper is only a piece of its title."""
    found = headers(text, "2019-05-03-storm-news.txt")

    assert found.title.origin is Origin.FIRST_LINE
    assert "am bursts above the town" in (found.title.value or "")


def test_a_heading_below_the_first_sentence_is_a_section() -> None:
    """It names a part of a note; the note is called as its file, and alone it names the note."""
    text = "It is open in summer.\n\n# Fees\n\nA boat pays 40 crowns a day.\n"
    heading = Found(value="Fees", origin=Origin.HEADING)

    named = find_headers(Extract(text=text, title=heading), path="Guest harbour.md")
    unnamed = find_headers(Extract(text=text, title=heading), path="x.md")

    assert named.title == Found(value="Guest harbour", origin=Origin.FILE_NAME)
    assert unnamed.title.value == "Fees"


def test_the_date_in_a_name_is_found_beside_the_title() -> None:
    """The name "2022-11-03 Pier committee.txt" holds both."""
    found = headers("We meet again in May.", "2022-11-03 Pier committee.txt")

    assert found.title == Found(value="Pier committee", origin=Origin.FILE_NAME)
    assert found.date == Found(value="2022-11-03", origin=Origin.FILE_NAME)


@pytest.mark.parametrize("title", ["Dam bursts above the town", "Ada Lark on the dam:"])
def test_a_date_beside_names_under_the_title_is_a_header(title: str) -> None:
    """It gives day and outlet, and is no evidence."""
    dated = "The Alta Post, 9 May 2014"

    found = headers(f"{title}\n{dated}\n\n{BODY}")

    assert found.title.value == title
    assert found.date == Found(value="2014-05-09", origin=Origin.BYLINE)
    assert found.outlet == Found(value="The Alta Post", origin=Origin.BYLINE)
    assert [(span.start, span.end) for span in found.dated] == [
        (len(title) + 1, len(title) + 1 + len(dated))
    ]


def test_a_date_beside_the_name_of_the_paper_may_stand_above_the_title() -> None:
    """As a cutting has it."""
    found = headers(f"The Alta Post, 9 May 2014\n\nDam bursts above the town\n\n{BODY}")

    assert found.title.value == "Dam bursts above the town"
    assert found.outlet.value == "The Alta Post"
    assert found.date.value == "2014-05-09"


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY}\n\nAlta, 9 May 2014\n\n{BODY}",
        f"A life in letters\n\n{BODY}\n\nAlta, 9 May 2014\n\nNo rain.",
        "A life\n\nAlta, 9 May 2014\n\nBodø, 3 June 2015\n\nOslo, 4 July 2016\n\n" + BODY,
    ],
)
def test_a_date_beside_names_is_no_header_elsewhere(text: str) -> None:
    """Under prose it heads a letter, and several of them are a timeline."""
    found = headers(text)

    assert found.date == Found()
    assert found.dated == ()


def test_a_title_that_a_program_wrote_gives_way_to_the_file_name() -> None:
    """Whatever format states it."""
    stated = Found(value="Untitled document", origin=Origin.META)

    found = find_headers(Extract(text=BODY, title=stated), path="Talk with Ada Lark.html")
    spare = find_headers(Extract(text=BODY, spare_title=stated), path="a.docx")

    assert found.title == Found(value="Talk with Ada Lark", origin=Origin.FILE_NAME)
    assert spare.title == Found()


def test_a_title_in_the_properties_says_more_than_the_name_of_the_file() -> None:
    """Unless a program wrote it; a line at the top says more than both."""
    stated = Found(value="Repair of the lighthouse of Alta", origin=Origin.META)

    def title(spare: Found, top: str = "opens at nine\n\n") -> str | None:
        return find_headers(
            Extract(text=top + BODY, spare_title=spare), path="grant memo.docx"
        ).title.value

    assert title(stated) == "Repair of the lighthouse of Alta"
    assert title(stated, "Dam bursts above the town\n\n") == "Dam bursts above the town"
    assert title(Found(value="Microsoft Word - x.doc", origin=Origin.META)) == "grant memo"
