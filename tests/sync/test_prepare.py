"""What is derived from an article lies in its text, whatever characters there are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Article, Skipped, Span
from rag.limits import DEFAULT, Limits
from rag.load import RawFile
from rag.load.parse import parse_file
from rag.sync.messages import as_message, from_message
from rag.sync.prepare import Prepared, prepare

PIECES = [
    *("The dam burst on Monday. ", "“We saw it,” said Ada Lark. ", '"No," he told the Courier. '),
    *("Mr. ", "U.S. ", "''Two,'' ", "\n\n", "\r\n", "\r", "\0", "\x07", "\x85", "\u2028", "\u0301"),
    *(
        "🦆",
        "👩‍👩‍👧",
        "漢字。",
        "е\u0306",
        "\u202e",
        "\ufeff",
        "\u00a0",
        "\ufffe",
        "“",
        "”",
        '"',
        "[a](b) ",
    ),
]
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=40).map("".join),
)


def spans(found: Prepared) -> Iterator[Span]:
    """Every span of what was prepared."""
    yield from found.article.paragraphs
    for passage in found.passages:
        yield passage.span
        yield from passage.sentences
    for one in found.statements:
        yield from (*one.content, one.sentence)
        if one.source:
            yield one.source


@given(TEXTS, st.sampled_from([".txt", ".md"]))
def test_every_span_of_any_text_lies_in_it(text: str, suffix: str) -> None:
    """Bytes to statements: the text is the file's; sentences are trimmed and inside passages."""
    data = text.encode()
    [article] = parse_file(RawFile(path=f"a{suffix}", data=data, sha256=""))
    if isinstance(article, Skipped):
        return
    found = prepare(article, words=20, limits=DEFAULT)
    if isinstance(found, Skipped):
        return

    assert article.text in {text, text.removeprefix("\ufeff")} or b"\0" in data
    assert all(0 <= span.start < span.end <= len(article.text) for span in spans(found))
    place = 0
    for passage in found.passages:
        for sentence in passage.sentences:
            shown = article.text[sentence.start : sentence.end]
            assert shown == shown.strip() != ""
            assert place <= sentence.start
            assert passage.span.start <= sentence.start < sentence.end <= passage.span.end
            place = sentence.end
    for one in found.statements:
        source = article.text[one.source.start : one.source.end] if one.source else None
        assert one.written == source


@given(TEXTS)
def test_what_crosses_to_another_process_is_the_same_there(text: str) -> None:
    """As JSON and back, spans, headers and statements are what they were."""
    [article] = parse_file(RawFile(path="a.txt", data=text.encode(), sha256="0"))
    if isinstance(article, Skipped):
        return
    found = prepare(article, words=20, limits=DEFAULT)

    if isinstance(found, Prepared):
        assert from_message(json.loads(json.dumps(as_message(found)))) == found


def test_an_article_has_a_limit_of_sentences() -> None:
    """Each is embedded: a file of a million of them would take hours."""
    text = "Ada came. Tom left. It rained."
    article = Article(
        path="a.txt", sha256="", text=text, paragraphs=(Span(start=0, end=len(text)),)
    )

    assert isinstance(prepare(article, words=9, limits=Limits(text_sentences=3)), Prepared)
    assert prepare(article, words=9, limits=Limits(text_sentences=2)) == Skipped(
        path="a.txt", why="has more than 2 sentences: raise text_sentences"
    )


HOSTILE = {
    "marks": '"',
    "open marks": '"word ',
    "open curved marks": "“word ",
    "brackets": "[",
    "links": "[a](",
    "capitals": "Aa",
    "initials": "A.",
    "titles": "Mr. ",
    "sayings": "“a,” he said. ",
    "open marks at line starts": "“word words go on here\n\n",
    "turns": "ANN LEE: I say so. ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_takes_more_than_linear_time(unit: str) -> None:
    """Four times the text takes about four times as long: a file cannot stall a sync."""

    def seconds(characters: int) -> float:
        text = unit * (characters // len(unit))
        [article] = parse_file(RawFile(path="a.txt", data=text.encode(), sha256=""))
        assert isinstance(article, Article)
        began = process_time()
        prepare(article, words=120, limits=DEFAULT)
        return process_time() - began

    seconds(1_000)  # the splitter is loaded
    short, long = min(seconds(20_000) for _ in range(2)), seconds(80_000)

    assert long < 10 * short + 0.5
    assert long < 3.0
