"""rag.sync.passages: sentences gathered into passages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.domain import Article, Span
from rag.language.text import sentence_spans
from rag.sync.passages import split_article


def article(*paragraphs: str, between: str = "\n\n") -> Article:
    """An article of these paragraphs, under a title that is no evidence."""
    text, spans = "Title", []
    for paragraph in paragraphs:
        start = len(text) + len(between)
        text += between + paragraph
        spans.append(Span(start=start, end=start + len(paragraph)))
    return Article(path="a.txt", sha256="0" * 64, text=text, paragraphs=tuple(spans))


def texts(read: Article, words: int) -> list[list[str]]:
    """The sentences of each passage."""
    return [
        [read.text[span.start : span.end] for span in passage.sentences]
        for passage in split_article(read, words=words)
    ]


def test_short_paragraphs_share_a_passage() -> None:
    """Paragraphs of one sentence each are gathered up to the number of words, which is allowed."""
    read = article("Ada came.", "Tom left.", "Bea sat down.", "It rained.")

    assert texts(read, 7) == [["Ada came.", "Tom left.", "Bea sat down."], ["It rained."]]


def test_a_long_paragraph_becomes_several_passages() -> None:
    """It is cut between sentences."""
    read = article("Ada came. Tom left. Bea sat down. It rained.")

    assert texts(read, 4) == [["Ada came.", "Tom left."], ["Bea sat down."], ["It rained."]]


def test_a_sentence_is_never_cut() -> None:
    """One that is longer than a passage by itself becomes a passage of its own."""
    long = "Ada and Tom and Bea came down to the harbour."
    read = article("It rained.", long, "Tom left.")

    assert texts(read, 3) == [["It rained."], [long], ["Tom left."]]


BROKEN = "The bridge over the Orme was shut to all traffic by"


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n \n", "\r\n\r\n", "\n\f", "\n\n\n"])
def test_a_line_end_in_a_sentence_does_not_cut_it(between: str) -> None:
    """Nor does a blank line or a page break; offsets are those of the text."""
    text = f"{BROKEN}{between}the council. It rained."
    read = article(text)

    [passage] = split_article(read, words=100)

    assert texts(read, 100) == [[f"{BROKEN}{between}the council.", "It rained."]]
    assert read.text[passage.span.start : passage.span.end] == text


@pytest.mark.parametrize(
    "paragraph",
    [
        "Mills\nBridges\nroads",  # a list without marks
        "- the mill of the town, which stands empty\n- the bridge",
        f"{BROKEN}.\nNobody knew.",
    ],
)
def test_lines_that_are_apart_stay_apart(paragraph: str) -> None:
    """Short ones, items of a list, and sentences."""
    assert texts(article(paragraph), 100) == [paragraph.split("\n")]


def test_a_hard_wrapped_text_is_read_over_its_lines() -> None:
    """Where a line is full, a capital at the next one's beginning is no new sentence."""
    first = (
        "The old bridge over the river Orme was closed on Monday by the mayor, Ada\n"
        "Lark, and the council of the town, which had not expected to do so before\n"
        "the end of the year."
    )
    second = "Nobody knows how much the repair of the old bridge over the\nOrme will cost them."

    assert texts(article(f"{first} {second}"), 100) == [[first, second]]


def test_a_passage_spans_its_sentences() -> None:
    """From the first character of the first to the last of the last, titles left out."""
    read = article("Ada came.", "Tom left.")

    [passage] = split_article(read, words=100)

    assert (passage.span.start, passage.span.end) == (7, 27)
    assert read.text[7:27] == "Ada came.\n\nTom left."


@pytest.mark.parametrize("paragraphs", [(), (" ",), ("\n\t",)])
def test_an_article_without_sentences_has_no_passages(paragraphs) -> None:
    """Nothing, or white space only, is nothing to search."""
    assert split_article(article(*paragraphs), words=100) == []


@given(
    st.lists(st.text(alphabet="aB .!?\n“”é", min_size=1, max_size=60), max_size=6),
    st.integers(min_value=1, max_value=12),
)
@settings(max_examples=60, deadline=None)
def test_every_sentence_is_in_exactly_one_passage(paragraphs, words) -> None:
    """Passages keep all sentences, in order, and only single ones pass the number of words."""
    read = article(*paragraphs)
    expected = [span for place in read.paragraphs for span in sentence_spans(read.text, place)]

    passages = split_article(read, words=words)

    assert [span for passage in passages for span in passage.sentences] == expected
    for passage, sentences in zip(passages, texts(read, words), strict=True):
        assert len(" ".join(sentences).split()) <= words or len(sentences) == 1
        assert passage.span.start == passage.sentences[0].start
        assert passage.span.end == passage.sentences[-1].end
