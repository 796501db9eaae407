"""rag.language.quotations: what stands between quotation marks."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Span
from rag.language.quotations import find_quotations


def paragraphs(text: str) -> list[Span]:
    """The lines of a text that are not empty."""
    return [Span(start=m.start(), end=m.end()) for m in re.finditer(r"[^\n]*\S[^\n]*", text)]


def quoted(text: str) -> list[str]:
    """The words of its quotations."""
    found = find_quotations(text, paragraphs(text))
    return [text[one.inner.start : one.inner.end] for one in found]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"Yes," he said.', ["Yes,"]),
        ("“Yes,” he said, “and no.”", ["Yes,", "and no."]),
        ("He called it «a shame» and left.", ["a shame"]),
        ("''We did,'' she said.", ["We did,"]),
        ("A “so-called ‘expert’” spoke.", ["so-called ‘expert’"]),
        ('The 5" pipe burst.', []),
        ('He said "no" (and "maybe").', ["no", "maybe"]),
        ("It isn't ours, it's theirs.", []),
        ("“A slip of the hand.“ She left.", ["A slip of the hand."]),
        ("He said: “It never ends.", []),
    ],
)
def test_quotations_have_their_words(text: str, words: list[str]) -> None:
    """Marks of all sorts; an inch, an apostrophe and a mark left open are none."""
    assert quoted(text) == words


def test_a_quotation_goes_on_in_the_next_paragraph() -> None:
    """It is left open at the end of one and opened again by the next."""
    text = "“First of all, no.\n\n“And second, never,” she said."

    first, second = find_quotations(text, paragraphs(text))

    assert text[first.inner.start : first.inner.end] == "First of all, no."
    assert (first.unfinished, second.unfinished) == (True, False)


@given(st.text(alphabet="ab .,\n\"“”'«»", max_size=80))
def test_quotations_lie_in_their_paragraphs_one_after_another(text: str) -> None:
    """For any text: none overlap, none is empty, none leaves its paragraph."""
    lines = paragraphs(text)
    previous = 0
    for one in find_quotations(text, lines):
        assert previous <= one.outer.start < one.inner.start < one.inner.end <= one.outer.end
        assert any(p.start <= one.outer.start and one.outer.end <= p.end for p in lines)
        previous = one.outer.end
