"""rag.language.numbers: a number keeps the words without which it means another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Span
from rag.language.numbers import SCALES, SPELLED, whole_quantity


def whole(text: str, words: str) -> str:
    """Some words of a text, made wider."""
    start = text.index(words)
    span = whole_quantity(text, Span(start=start, end=start + len(words)))
    return text[span.start : span.end]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("It drove out more than 6 million people.", "6 million", "more than 6 million"),
        ("It drove out more than 6 million people.", "than 6", "more than 6 million"),
        ("It drove out more than\n6 million people.", "6 million", "more than\n6 million"),
        ("Nearly six million left.", "six million", "Nearly six million"),
        ("At least 300 boats sank.", "300 boats", "At least 300 boats"),
        ("No fewer than twenty-five came.", "twenty-five", "No fewer than twenty-five"),
        ("An estimated 1,308 cases are open.", "1,308", "An estimated 1,308"),
        ("It takes up to 40 percent.", "40", "up to 40"),
        ("It is about 12.5 miles long.", "12.5 miles", "about 12.5 miles"),
        ("It cost over $7,000 a day.", "7,000", "over $7,000"),
        ("Well over a hundred marched.", "a hundred", "Well over a hundred"),
        ("Between 5 and 7 ships sail.", "7", "Between 5 and 7"),
        ("There were 20 or fewer.", "20", "20 or fewer"),
        ("A crowd of 300 at most came.", "300", "300 at most"),
    ],
)
def test_what_limits_a_number_stays_with_it(text: str, words: str, expected: str) -> None:
    """Before it and after it, over a line's end too."""
    assert whole(text, words) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("About 300 came, 20 of them late.", "20"),
        ("More than one boat sank; 12 were saved.", "12 were saved"),
        ("The bridge over the Orme is 300 metres long.", "300 metres"),
        ("Nearly all of the town's mills burnt.", "the town's mills"),
    ],
)
def test_what_belongs_to_another_word_is_left_there(text: str, words: str) -> None:
    """Another number's limit, and what limits no number."""
    assert whole(text, words) == words


@given(
    text=st.lists(
        st.sampled_from(["more than", "6", "million", "about", "a", "of", "20,000", "or", "fewer"]),
        min_size=1,
    ).map(" ".join),
    data=st.data(),
)
def test_a_span_only_grows(text: str, data: st.DataObject) -> None:
    """Within the text, and once: what is whole stays as it is where it holds all its numbers."""
    start = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    end = data.draw(st.integers(min_value=start + 1, max_value=len(text)))

    found = whole_quantity(text, Span(start=start, end=end))

    assert 0 <= found.start <= start
    assert end <= found.end <= len(text)
    assert whole_quantity(text, found) == found


def test_number_words_have_their_values() -> None:
    """None is left out on the way to twenty, nor of the tens; a larger scale has a larger value."""
    assert list(SPELLED.values()) == [*range(20), *range(20, 100, 10)]
    assert SPELLED["thirteen"] == 13
    assert SPELLED["ninety"] == 90
    assert [SCALES[word] for word in ("dozen", "hundred", "million")] == [12, 100, 1_000_000]
