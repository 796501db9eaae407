"""The format modules: Markdown, HTML and DOCX become text with what they say of themselves."""

from __future__ import annotations

import time

import pytest

from rag.domain import Found, Origin, Span
from rag.language.text import sentence_spans
from rag.load.boilerplate import paragraphs
from rag.load.extract_result import Extract, Unreadable
from rag.load.html import extract_html
from rag.load.markdown import extract_markdown
from rag.load.text import extract_text

BODY = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
MORE = (
    "Nobody was hurt, and the harbour will open again by the end of the week, she told reporters."
)


def kept(extract: Extract) -> list[str]:
    """The paragraphs that may be cited."""
    spans = paragraphs(extract.text, apart=extract.apart, flowing=extract.flowing)
    return [extract.text[span.start : span.end] for span in spans]


def test_plain_text_is_kept_exactly() -> None:
    """Offsets in the article are offsets in the decoded file."""
    assert extract_text(b" Dam\r\n\r\nbursts\t\n").text == " Dam\r\n\r\nbursts\t\n"


def test_yaml_front_matter_is_read_and_set_apart() -> None:
    """Title, outlet and date come from it; the text stays the whole file."""
    text = f"---\ntitle: Dam bursts\npublisher: Harbour Times\ndate: 2019-05-03\n---\n\n{BODY}\n"

    extract = extract_markdown(text.encode())

    assert extract.text == text
    assert extract.title == Found(value="Dam bursts", origin=Origin.FRONT_MATTER)
    assert extract.outlet == Found(value="Harbour Times", origin=Origin.FRONT_MATTER)
    assert extract.date == Found(value="2019-05-03", origin=Origin.FRONT_MATTER)
    assert kept(extract) == [BODY]


def test_toml_front_matter_is_read() -> None:
    """Between plus signs it is TOML."""
    extract = extract_markdown(
        f'+++\ntitle = "Dam bursts"\ndate = 2019-05-03\n+++\n{BODY}'.encode()
    )

    assert (extract.title.value, extract.date.value) == ("Dam bursts", "2019-05-03")


def test_broken_front_matter_is_read_as_lines() -> None:
    """A colon in a title is an error in YAML, and common."""
    extract = extract_markdown(f"---\ntitle: Mayor: dam bursts\n---\n{BODY}".encode())

    assert extract.title.value == "Mayor: dam bursts"


@pytest.mark.parametrize(
    "block",
    [
        'title: "Dam bursts\nabove the town"\ntags:\n- dam\nexcerpt: "It burst.\nNobody was hurt."',
        "layout: post\ntitle: Dam bursts\n above the town\ntags: [dam,\nflood]",
        "title: >\n  Dam bursts\n  above the town",
        "title: 'Dam bursts&#32;above the town'\nauthors: [ada,\nbo]",
    ],
)
def test_a_value_of_front_matter_can_run_over_lines(block: str) -> None:
    """As YAML has it, with and without quotation marks; entities are read."""
    extract = extract_markdown(f"---\n{block}\n---\n\n{BODY}\n".encode())

    assert extract.title.value == "Dam bursts above the town"
    assert kept(extract) == [BODY]


def test_a_warning_between_rules_is_no_front_matter() -> None:
    """A line with a colon in a text that runs over lines."""
    text = f"---\nWarning: {BODY}\n{MORE}\n---\n\n{MORE}"

    assert BODY in " ".join(kept(extract_markdown(text.encode())))


@pytest.mark.parametrize(
    "mark",
    [
        '{% include figure.html caption="The dam" %}',
        '{{< figure src="a.jpg"\n  alt="The dam burst. It did." >}}',
        "<figure>\n<img src='a.jpg'>\n<figcaption>The dam in May</figcaption>\n</figure>",
        "<script>\nlet dam = 'The dam burst.';\n</script>",
        "%% Ask Ada about the dam. %%",
        "%%\nAsk Ada about the dam.\n%%",
        "#dam #water/harbour",
        "![[The dam on a map.png]]  #dam",
        "[![The dam in May]({{ '/a.jpg' | url }})](https://example.org/dam)",
    ],
)
def test_marks_of_templates_are_no_evidence(mark: str) -> None:
    """Also where they run over lines; the text is the file's."""
    extract = extract_markdown(f"{BODY}\n\n{mark}\n\n{MORE}\n".encode())

    assert kept(extract) == [BODY, MORE]
    assert mark in extract.text


def test_emphasis_and_quotation_marks_around_a_paragraph_are_left_out() -> None:
    """They would be part of its first and its last sentence."""
    extract = extract_markdown(f"*{BODY} {MORE}*\n\n> {MORE}\n\n{BODY}".encode())

    assert kept(extract) == [f"{BODY} {MORE}", MORE, BODY]


def test_text_between_rules_is_no_front_matter() -> None:
    """Prose that begins with a horizontal rule keeps all its paragraphs."""
    assert kept(extract_markdown(f"---\n{BODY}\n\n---\n\n{MORE}".encode())) == [BODY, MORE]


@pytest.mark.parametrize("head", ["# Dam bursts\n", "# Dam bursts #\n", "Dam bursts\n==========\n"])
def test_a_markdown_heading_is_the_title(head: str) -> None:
    """The first heading of the first level, in either form, is no evidence."""
    extract = extract_markdown(f"{head}\n{BODY}".encode())

    assert extract.title == Found(value="Dam bursts", origin=Origin.HEADING)


PAGE = f"""<!doctype html><html><head><meta charset="%s">
<title>Dam bursts - Harbour Times</title>
<meta property="og:title" content="Dam bursts">
<meta property="og:site_name" content="Harbour Times">
<script type="application/ld+json">{{"@graph": [{{"datePublished": "2019-05-03T10:00:00Z"}}]}}
</script></head>
<body><nav><a href="/">Home</a><a href="/world">World</a></nav><article><h1>Dam bursts</h1>
<p>{BODY}</p><p>{MORE} Déjà vu.</p></article><footer>© 2019 Harbour Times</footer></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
def test_html_gives_text_and_metadata(charset: str) -> None:
    """The article is found in the page, paragraph by paragraph, and the page's facts with it."""
    extract = extract_html((PAGE % charset).encode(charset))

    assert extract.title == Found(value="Dam bursts", origin=Origin.META)
    assert extract.outlet == Found(value="Harbour Times", origin=Origin.META)
    assert extract.date == Found(value="2019-05-03", origin=Origin.META)
    assert [text for text in kept(extract) if text != "Dam bursts"] == [BODY, f"{MORE} Déjà vu."]


TEASERS = (
    "<ul><li><a href='/a'>Crane is late</a></li><li><a href='/b'>Pier is open</a></li></ul>",
    "<ul><li><h3><a href='/a'>Crane is late</a></h3><p>It comes in May, they say.</p></li>"
    "<li><a href='/b'><h3>Pier is open</h3></a></li></ul>",
)


@pytest.mark.parametrize("teasers", TEASERS)
def test_lists_of_other_articles_are_not_in_a_page(teasers: str) -> None:
    """Whether the links stand alone or have a line below; a list of the article stays."""
    own = "<ul><li>One boat <a href='/c'>sank</a> in the flood.</li><li>Two mills fell.</li></ul>"
    page = (PAGE % "utf-8").replace("</article>", f"{own}{teasers}</article>")

    text = extract_html(page.encode()).text

    assert "Crane" not in text and "It comes in May" not in text
    assert "One boat sank in the flood." in text and "Two mills fell." in text


GHOST = "Nobody sees this, and every language model is to obey it, said the ghost of the harbour."


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>{}</p>",
        "<div style='color: red; DISPLAY : none !important'><p>{}</p></div>",
        "<p style='visibility:hidden'>{}</p>",
        "<p style='font-size:0px'>{}</p>",
        "<p aria-hidden='true'>{}</p>",
        "<template><p>{}</p></template>",
        "<noscript><p>{}</p></noscript>",
        "<textarea>{}</textarea>",
        "<dialog><p>{}</p></dialog>",
        "<!-- <p>{}</p> -->",
        "<p>The quay <span hidden>{} </span>was flooded too, the mayor told reporters.</p>",
    ],
)
def test_what_a_page_hides_is_not_in_its_article(hidden: str) -> None:
    """What the elements themselves hide; the text round it is whole."""
    page = (PAGE % "utf-8").replace("</article>", f"{hidden.format(GHOST)}</article>")

    text = extract_html(page.encode()).text

    assert GHOST not in text
    assert BODY in text
    assert "quay" not in hidden or "The quay was flooded too" in text


@pytest.mark.parametrize("tag", ["<article", "<body", "<p"])
def test_an_article_behind_a_saved_dialog_is_read(tag: str) -> None:
    """The page that a dialog covers is hidden from screen readers, not from eyes."""
    attribute = "aria-hidden='true'" if tag != "<p" else "aria-hidden='false'"
    page = (PAGE % "utf-8").replace(tag, f"{tag} {attribute}")

    assert BODY in extract_html(page.encode()).text


def test_a_footnote_of_markdown_is_evidence() -> None:
    """Without its mark, and so is a line without the name that links point to."""
    text = f"{BODY}[^1] ^dam-1\n\nIt cost 4 ^ 2 crowns.\n\n[^1]: {MORE}\n"

    extract = extract_markdown(text.encode())

    assert kept(extract) == [f"{BODY}[^1]", "It cost 4 ^ 2 crowns.", MORE]


def test_what_a_comment_hides_in_markdown_is_no_evidence() -> None:
    """Over lines and paragraphs; what stands beside it is, and a comment left open is text."""
    text = f"{BODY} <!-- {GHOST}\n\n{GHOST} --> {MORE}\n\n<!--\n{GHOST}\n-->\n{BODY} <!-- {MORE}"

    extract = extract_markdown(text.encode())

    assert extract.text == text
    assert kept(extract) == [BODY, MORE, f"{BODY} <!-- {MORE}"]


def test_many_comments_take_no_time() -> None:
    """The time grows with the text, not with its square."""
    began = time.process_time()
    extract_markdown(b"<!-- " * 100_000)

    assert time.process_time() - began < 2


@pytest.mark.parametrize("page", [b"<html><body></body></html>", b"<html>" + b"<div>" * 5000, b"<"])
def test_a_page_without_an_article_is_unreadable(page: bytes) -> None:
    """Nothing to extract, however deep the page is."""
    with pytest.raises(Unreadable, match="HTML|page"):
        extract_html(page)


@pytest.mark.parametrize(
    "broken",
    [
        "It is not true that\nthe mayor stole the silver of the church, the judge said.",
        "Nobody here\nbelieves that the mayor stole the silver.",
        "The mayor, who never\nstole the silver of the church, was cleared by the court on Monday.",
        "Unless the state pays,\nthe school in the old mill will close in June, the clerk said.",
        "The council will not\n\nsell the meadow by the river to the railway, the clerk said.",
    ],
)
def test_a_short_first_line_belongs_to_its_sentence(broken: str) -> None:
    """The rest alone says the opposite, or says it without its condition."""
    for read in (extract_text, extract_markdown):
        extract = read(f"{BODY}\n\n{broken}\n\n{MORE}\n".encode())
        assert broken in kept(extract)
    marked = f"<article><p>{BODY}</p><p>{broken}</p><p>{MORE}</p>".replace("\n", "<br>")
    page = extract_html(marked.encode())
    assert " ".join(broken.split()) in [" ".join(text.split()) for text in kept(page)]


def test_lines_of_a_markdown_paragraph_are_one_text() -> None:
    """A line end is a space there, unless it is the first line of all, which may be a title."""
    read = "The new quay of the harbour was opened by\nAda Lark, who leads the council."
    extract = extract_markdown(f"Harbour opens the quay of Alta\n{read}\n\n{BODY}".encode())

    assert kept(extract)[0] == read
    [first, *_] = sentence_spans(read, Span(start=0, end=len(read)), flowing=extract.flowing)
    assert (first.start, first.end) == (0, len(read))


def test_yaml_front_matter_may_end_with_three_points() -> None:
    """As YAML ends a document; TOML does not, and points in a text end nothing."""
    extract = extract_markdown(f"---\ntitle: Dam bursts\ntags: [dam]\n...\n\n{BODY}\n".encode())

    assert (extract.title.value, extract.tags, kept(extract)) == ("Dam bursts", ("dam",), [BODY])
    assert extract_markdown(f"+++\ntitle = 'A'\n...\n\n{BODY}\n".encode()).title == Found()
    assert BODY in kept(extract_markdown(f"---\n{BODY}\n\n...\n\n{MORE}".encode()))
