"""rag.render.brief: answers as a document whose sources are numbered through, in three formats."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from lxml import etree
from made import sentence

from rag.domain import Answer, Citation, Claim, ClaimKind, Copy, Freshness, Source, Verdict
from rag.filters import Filters, Limited
from rag.load.docx import extract_docx
from rag.refusal import RefusalKind
from rag.render.brief import Brief, Mark, answer_brief, answers_brief
from rag.render.brief_docx import brief_docx
from rag.render.brief_html import brief_html
from rag.render.brief_markdown import brief_markdown

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = (
    "</p><script>alert(1)</script><img src=x onerror=alert(1)> [a](javascript:alert(1)) {{ 7*7 }}"
    ' \x1b[2J\x00\u202egnp.exe \ufffe\ud800 ]]> <w:t> &amp; [^9] " onclick="x" end'
)


def source(path: str, **facts: Any) -> Source:
    """An article of which only the path is known, unless told otherwise."""
    known: dict[str, Any] = {"title": None, "outlet": None, "date": None, "sha256": "0" * 64}
    return Source(path=path, **{**known, **facts})


def cite(n: int, path: str, start: int = 0, **more: Any) -> Citation:
    """Citation ``n`` of a sentence that is quoted by its place."""
    made: dict[str, Any] = {"source": source(path), "quote": f"{path} at {start}"}
    return Citation(
        n=n, start=start, end=start + 9, line=start + 1, speaker=None, **{**made, **more}
    )


def answer(question: str, *claims: tuple[str, list[Citation]], **more: Any) -> Answer:
    """An answer in the words of the articles."""
    made = tuple(
        Claim(
            text=text, kind=ClaimKind.QUOTED, verdict=Verdict.SUPPORTED, citations=tuple(citations)
        )
        for text, citations in claims
    )
    return Answer(question=question, claims=made, **more)


def marks(brief: Brief) -> list[list[int]]:
    """The numbers behind each line."""
    return [[mark.n for mark in line.marks] for section in brief.sections for line in section.lines]


FIRST = answer(
    "What of the dam?",
    ("It leaks.", [cite(2, "dam.txt", 40)]),
    ("It is old.", [cite(1, "dam.txt"), cite(2, "dam.txt", 40)]),
    checked_on="2026-01-02",
)
SECOND = answer(
    "What of the weir?",
    ("It holds.", [cite(1, "weir.txt")]),
    ("The dam leaks.", [cite(2, "dam.txt", 40, file=Freshness.CHANGED)]),
    checked_on="2026-03-04",
)
REFUSED = Answer(
    question="Who built it?",
    reason="Nobody knows.",
    refusal=RefusalKind.NOT_ANSWERED,
    looked_for=("built",),
    nearest=(sentence("It rained.", source=source("rain.txt")),),
)


# --- one document ---------------------------------------------------------------------------------


def test_footnotes_are_numbered_as_they_are_referred_to() -> None:
    """Word numbers its own so; the second reference knows that it is not the first."""
    brief = answer_brief(FIRST)

    assert marks(brief) == [[1], [2, 1]]
    assert [note.quote for note in brief.footnotes] == ["dam.txt at 40", "dam.txt at 0"]
    assert brief.sections[0].lines[1].marks == (Mark(n=2, first=True), Mark(n=1, first=False))


def test_several_answers_have_one_numbering() -> None:
    """What two cite has one number and one footnote, with what the later check found."""
    brief = answers_brief([FIRST, REFUSED, SECOND])

    assert brief.title == "Answers from the articles"
    assert [(one.number, one.asked) for one in brief.sections] == [
        (1, "What of the dam?"), (2, "Who built it?"), (3, "What of the weir?"),
    ]  # fmt: skip
    assert [numbers for numbers in marks(brief) if numbers] == [[1], [2, 1], [3], [1]]
    assert [note.text for note in brief.footnotes] == [
        "no date · dam.txt:41 · changed since it was indexed · checked on 2026-03-04",
        "no date · dam.txt:1 · checked on 2026-01-02",
        "no date · weir.txt:1 · checked on 2026-03-04",
    ]
    assert [note.text for note in answers_brief([SECOND, FIRST]).footnotes][1] == (
        "no date · dam.txt:41 · changed since it was indexed · checked on 2026-03-04"
    )


def test_another_text_at_the_same_place_is_another_source() -> None:
    """An article that was changed between two answers is cited as it was for each."""
    changed = cite(1, "dam.txt", source=source("dam.txt", sha256="1" * 64), quote="Now it holds.")

    brief = answers_brief([FIRST, answer("And now?", ("It holds.", [changed]))])

    assert [note.quote for note in brief.footnotes][1:] == ["dam.txt at 0", "Now it holds."]


def test_a_footnote_tells_all_that_is_known() -> None:
    """Title, outlet, date, place, other printings, and the day of the check."""
    bell = source("a/dam.txt", title="The dam", outlet="Bell", date="2019-05-03")
    copy = Copy(source=source("copy.txt"), start=0, end=9, line=7, quote="x")
    cited = cite(1, "", source=bell, copies=(copy,), quote="It\nleaks.")

    [note] = answer_brief(answer("What of it?", ("It leaks.", [cited]))).footnotes

    assert note.quote == "It leaks."
    assert note.known == (
        "The dam", "Bell", "2019-05-03", "a/dam.txt:1", "also in copy.txt:7",
        "day of the check not recorded",
    )  # fmt: skip


def test_what_was_reworded_is_marked_and_explained() -> None:
    """A document of quotations alone has nothing to explain."""
    claim = Claim(
        text="The dam leaks.", kind=ClaimKind.COMPOSED, verdict=Verdict.SUPPORTED,
        citations=(cite(1, "dam.txt"),),
    )  # fmt: skip
    brief = answers_brief([FIRST, Answer(question="What of it?", claims=(claim,))])

    assert [line.after for one in brief.sections for line in one.lines] == ["", "", "(reworded)"]
    assert "in a language model's words" in brief.legend
    assert answer_brief(FIRST).legend == ""
    for page in (brief_markdown(brief), brief_html(brief), docx_text(brief)):
        assert page.count("The dam leaks. (reworded)") == 1
        assert page.count("What is marked as reworded") == 1


def test_a_refusal_is_a_document_too() -> None:
    """The reason, what was looked for, and what is near; no source."""
    brief = answer_brief(REFUSED)

    assert brief.footnotes == ()
    for page in (brief_markdown(brief), brief_html(brief), docx_text(brief)):
        plain = page.replace("**", "").replace("<strong>", "").replace("</strong>", "")
        assert "No answer in these articles. Nobody knows." in plain
        assert "Looked for: built" in plain
        assert re.search(r"rain\\?\.txt:1: It rained\.", plain)
        assert "Sources" not in plain


def test_what_an_answer_was_limited_to_is_told() -> None:
    """Above the answer, or the reason why there is none."""
    limited = Limited(filters=Filters(tag=("dams",)), words="tag dams", articles=2)

    for told in (FIRST, REFUSED):
        brief = answer_brief(replace(told, limited=limited))

        assert brief.sections[0].lines[0].text == "Limited to: tag dams (2 articles)"
        for page in (brief_markdown(brief), brief_html(brief), docx_text(brief)):
            assert page.count("tag dams") == 1


# --- Markdown -------------------------------------------------------------------------------------


def test_markdown_has_the_footnotes_that_editors_know() -> None:
    """References in the text, each footnote once below."""
    assert brief_markdown(answer_brief(FIRST)) == (
        "# What of the dam?\n"
        "\n"
        "It leaks.[^1]\n"
        "\n"
        "It is old.[^2][^1]\n"
        "\n"
        "[^1]: “dam.txt at 40” no date · dam.txt:41 · checked on 2026-01-02\n"
        "\n"
        "[^2]: “dam.txt at 0” no date · dam.txt:1 · checked on 2026-01-02\n"
    )


# --- a page ---------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Text."""
        self.text += data


def test_a_page_leads_from_the_mark_to_the_footnote_and_back() -> None:
    """Every id is there once, and every link leads to one; nothing else is loaded."""
    page = Tags(brief_html(answers_brief([FIRST, SECOND])))

    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    links = [str(attrs["href"]) for _, attrs in page.tags if "href" in attrs]
    assert sorted(ids) == sorted(f"{kind}-{n}" for kind in ("mark", "note") for n in (1, 2, 3))
    assert {link.removeprefix("#") for link in links} == set(ids)
    assert not [attrs for _, attrs in page.tags if "src" in attrs]
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "img", "iframe"})


# --- a Word document ------------------------------------------------------------------------------


def docx_text(brief: Brief) -> str:
    """What our own reader finds in it."""
    return extract_docx(brief_docx(brief)).text


def part(brief: Brief, name: str) -> Any:
    """A part of the file, parsed."""
    with ZipFile(BytesIO(brief_docx(brief))) as file:
        return etree.fromstring(file.read(f"word/{name}.xml"))


def test_word_has_footnotes_of_its_own() -> None:
    """Each is referred to once; what refers to it again is a field with the number of the first."""
    brief = answers_brief([FIRST, SECOND])
    document, notes = part(brief, "document"), part(brief, "footnotes")

    referred = [one.get(f"{W}id") for one in document.iter(f"{W}footnoteReference")]
    fields = [
        (one.get(f"{W}instr"), "".join(one.itertext())) for one in document.iter(f"{W}fldSimple")
    ]
    names = [one.get(f"{W}name") for one in document.iter(f"{W}bookmarkStart")]
    assert referred == ["1", "2", "3"]
    assert names == ["_Ref1", "_Ref2", "_Ref3"]
    assert fields == [(" NOTEREF _Ref1 \\h ", "1")] * 2
    assert [one.get(f"{W}id") for one in notes] == ["-1", "0", "1", "2", "3"]
    assert "“dam.txt at 40” no date · dam.txt:41" in "".join(notes[2].itertext())


def test_word_s_own_library_and_our_reader_open_it() -> None:
    """The text is all there, each footnote after the paragraph that refers to it."""
    brief = answers_brief([FIRST, REFUSED])
    document = docx.Document(BytesIO(brief_docx(brief)))

    text = docx_text(brief)
    assert [one.text for one in document.paragraphs][:3] == [
        "Answers from the articles", "1. What of the dam?", "It leaks.",
    ]  # fmt: skip
    assert document.core_properties.title == "Answers from the articles"
    assert text.index("It leaks.") < text.index("“dam.txt at 40”") < text.index("It is old.")


def test_a_long_question_is_a_title_all_the_same() -> None:
    """The property of a Word document takes 255 characters only."""
    asked = "Why? " * 1_000

    assert docx_text(answer_brief(Answer(question=asked, reason="No.")))


# --- articles that attack -------------------------------------------------------------------------


@pytest.fixture
def hostile() -> Brief:
    """A document whose every text tries everything."""
    bad = source(HOSTILE, title=HOSTILE, outlet=HOSTILE, date=HOSTILE)
    cited = cite(1, "", source=bad, quote=HOSTILE)
    refused = Answer(
        question=HOSTILE, reason=HOSTILE, looked_for=(HOSTILE,),
        nearest=(sentence(HOSTILE, source=bad),),
    )  # fmt: skip
    return answers_brief(
        [answer(HOSTILE, (HOSTILE, [cited]), checked_on=HOSTILE), refused, refused]
    )


def test_what_an_article_says_is_text(hostile: Brief) -> None:
    """On a page, in Markdown and in Word, and nothing in it is invisible."""
    page = brief_html(hostile)
    tags = Tags(page)
    markdown = brief_markdown(hostile)
    word = docx_text(hostile)

    assert {tag for tag, _ in tags.tags}.isdisjoint({"script", "img", "w:t"})
    assert not [name for _, attrs in tags.tags for name in attrs if name.startswith("on")]
    assert "49" not in tags.text.replace("{{ 7*7 }}", "")
    assert markdown.count("\n[^") == 1  # one footnote, whatever the text pretends
    assert "<script" not in markdown
    for text in (tags.text, word):
        assert text.count("<script>alert(1)</script>") == 18
    for text in (page, markdown, word):
        assert text.encode("utf-8")
        assert not [char for char in text if ord(char) < 32 and char != "\n"]
        assert not set(text) & set("\u202e\ufffe")
