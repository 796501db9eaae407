"""rag.load.file_title: the title in a file's name."""

from __future__ import annotations

import pytest

from rag.load.file_title import outlet_in_name, says_nothing, title_in_name


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("Fishing museum of Vardo.md", "Fishing museum of Vardo"),
        ("minutes/2022-11-03 Pier committee.txt", "Pier committee"),
        ("20221103_1930_pier-committee.txt", "pier committee"),
        ("Pier committee 2022-11-03.docx", "Pier committee"),
        ("Herald_2022-11-03_pier-closed.txt", "pier closed"),
        ("pier_committee_minutes_2022-11-03.md", "pier committee minutes"),
        ("pier-closed.html", "pier closed"),
        ("pier_closed_again.txt", "pier closed again"),
        ("vardo-2022-11-03-pier-closed.md", "vardo pier closed"),
        ("Minutes of 2022-11-03 and what follows.md", "Minutes of 2022-11-03 and what follows"),
        ("Pier rules (2).docx", "Pier rules"),
        ("Copy of Pier rules.docx", "Pier rules"),
        ("Pier rules 5d1e0b7c2a9f4e3d8b6a.md", "Pier rules"),
        ("Pier 2022.md", "Pier 2022"),
        ("Vardo.md", "Vardo"),
        ("Причал в Вардо.txt", "Причал в Вардо"),
        ("港口.txt", "港口"),
    ],
)
def test_words_in_a_file_name_are_a_title(path: str, title: str) -> None:
    """Dates, serial numbers and "(2)" beside them are no part of it."""
    assert title_in_name(path) == title


@pytest.mark.parametrize(
    "name",
    [
        "x.md", "page12.md", "DSC_0815.txt", "2022-11-03.md", "2022-11-03 19.30.txt",
        "c0ffee12ab.html", "document(4).docx", "Untitled 3.md", "notes.txt",
        "Scan 2022-11-03.pdf", "tass_98765.txt",
        "chapter 4.docx", "kmn.txt", "index.html", "deadbeef.txt", "caf\\xe9 rules.txt",
    ],
)  # fmt: skip
def test_what_a_program_calls_a_file_is_no_title(name: str) -> None:
    """Numbers, single letters and words such as "scan" do not say what an article is about."""
    assert title_in_name(f"folder of words/{name}") is None


@pytest.mark.parametrize(
    ("name", "outlet"),
    [
        ("herald_2022-11-03_pier-closed.txt", "herald"),
        ("reuters_2022-11-03.txt", "reuters"),
        ("alta_post_2022-11-03_pier-closed.txt", "alta post"),
        ("pier_committee_minutes_2022-11-03.md", None),
        ("pier_committee_2022-11-03_minutes-of-the-meeting.md", None),
        ("budget_2022-11-03.md", None),
        ("2022-11-03_pier-closed.txt", None),
    ],
)
def test_a_word_before_the_day_is_an_outlet_where_a_title_follows(
    name: str, outlet: str | None
) -> None:
    """Where nothing follows the day, the words before it are the title."""
    assert outlet_in_name(f"a folder/{name}") == outlet


@pytest.mark.parametrize(
    "title",
    [
        "Untitled document", "untitled-3", "Unbenanntes Dokument", "Document1", "New Page 2",
        "Microsoft Word - Document1", "Microsoft PowerPoint - pier.pptx", "pier.docx", "", "Home",
        "PowerPoint Presentation",
    ],
)  # fmt: skip
def test_a_title_that_a_program_wrote_says_nothing(title: str) -> None:
    """In any language and with any number."""
    assert says_nothing(title)


@pytest.mark.parametrize(
    "title",
    ["Untitled painting sold", "Microsoft Word turns 40", "The home front", "EU", "1984: a review"],
)
def test_a_title_with_other_words_says_something(title: str) -> None:
    """However short it is."""
    assert not says_nothing(title)
