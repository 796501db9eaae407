"""rag.domain: values that cannot be made wrong."""

from __future__ import annotations

import dataclasses

import pytest

from rag.domain import (
    Answer,
    Article,
    Citation,
    Claim,
    ClaimKind,
    Found,
    Origin,
    Source,
    Span,
    Verdict,
)

SOURCE = Source(path="a.txt", title=None, outlet=None, date=None, sha256="0" * 64)


def citation(n: int) -> Citation:
    """Citation ``n`` of an answer."""
    return Citation(n=n, source=SOURCE, start=0, end=3, line=1, quote="yes", speaker=None)


def claim(text: str, *numbers: int) -> Claim:
    """A quoted claim with these citations."""
    return Claim(
        text=text,
        kind=ClaimKind.QUOTED,
        verdict=Verdict.SUPPORTED,
        citations=tuple(citation(n) for n in numbers),
    )


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3), (0, 0)])
def test_a_span_holds_a_character(start, end) -> None:
    """Empty, reversed and negative spans do not exist."""
    with pytest.raises(ValueError, match=r"not a span: \["):
        Span(start=start, end=end)


@pytest.mark.parametrize(
    "paragraphs", [((0, 4), (3, 5)), ((3, 5), (0, 2)), ((0, 6),)], ids=["overlap", "order", "range"]
)
def test_paragraphs_lie_in_the_text_in_order(paragraphs) -> None:
    """They neither overlap nor leave the text; the message names the file."""
    spans = tuple(Span(start=start, end=end) for start, end in paragraphs)

    with pytest.raises(ValueError, match=r"a\.txt: paragraphs overlap or leave the text"):
        Article(path="a.txt", sha256="0" * 64, text="12345", paragraphs=spans)


def test_paragraphs_may_touch_and_fill_the_text() -> None:
    """Half-open spans that meet do not overlap."""
    spans = (Span(start=0, end=3), Span(start=3, end=5))

    assert Article(path="a", sha256="0", text="12345", paragraphs=spans).paragraphs == spans


@pytest.mark.parametrize(
    ("value", "origin"), [("2018-07-02", Origin.NONE), (None, Origin.FILE_NAME)]
)
def test_a_fact_and_its_origin_go_together(value, origin) -> None:
    """Nothing is found nowhere, and something is found somewhere."""
    with pytest.raises(ValueError, match="go together"):
        Found(value=value, origin=origin)


def test_a_claim_needs_a_citation() -> None:
    """Nothing is claimed without a place."""
    with pytest.raises(ValueError, match="a claim needs a citation"):
        claim("The dam burst.")


def test_an_answer_has_claims_or_a_reason() -> None:
    """Never both, never neither."""
    with pytest.raises(ValueError, match="claims, or a reason"):
        Answer(question="Why?")
    with pytest.raises(ValueError, match="claims, or a reason"):
        Answer(question="Why?", claims=(claim("So.", 1),), reason="No article says so.")


def test_an_answer_reads_as_prose_with_numbers() -> None:
    """Claims in order, each followed by the numbers of its citations."""
    answer = Answer(question="Why?", claims=(claim("Rain.", 1), claim("Wind.", 2, 1)))

    assert answer.text == "Rain. [1] Wind. [2] [1]"
    assert not answer.abstained


def test_citations_come_once_each_by_number() -> None:
    """A sentence that two claims cite is listed once."""
    answer = Answer(question="Why?", claims=(claim("Rain.", 2), claim("Wind.", 1, 2)))

    assert [entry.n for entry in answer.citations] == [1, 2]


def test_an_abstention_has_no_text() -> None:
    """The reason is not part of the prose."""
    answer = Answer(question="Why?", reason="No article says so.")

    assert answer.abstained
    assert (answer.text, answer.citations) == ("", ())


def test_values_do_not_change() -> None:
    """They are frozen."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Span(start=0, end=1).end = 2  # type: ignore[misc]
