"""rag.language.sameness: whether two sentences say the same, and what tells them apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Article
from rag.language.sameness import (
    context,
    difference,
    same_words,
    says_the_same,
)
from rag.language.text import STOPWORDS, dateline_end, words
from rag.load.parse import load_folder
from rag.sync.passages import split_article

SENTENCES = [
    article.text[span.start : span.end]
    for article in load_folder([Path(__file__).parents[2] / "seeds"])
    if isinstance(article, Article)
    for passage in split_article(article, words=120)
    for span in passage.sentences
    if not dateline_end(article.text[span.start : span.end])
]
WORDS = sorted({word for text in SENTENCES for word in words(text) if word not in STOPWORDS})


@given(
    text=st.sampled_from(SENTENCES),
    space=st.sampled_from([" ", "  ", "\n", "\u00a0"]),
    quotes=st.sampled_from(["“”", '""', "„“", "«»"]),
    place=st.sampled_from(["", "PORT ELM, May 3 (Agency) — ", "DUNMERE (AP) -- "]),
)
def test_a_reprinted_sentence_is_the_same(text: str, space: str, quotes: str, place: str) -> None:
    """In other white space and quotes, and after a dateline of the paper's own."""
    restyled = text.replace("“", quotes[0]).replace("”", quotes[1]).replace(" ", space)

    assert says_the_same(place + restyled, text)


@given(text=st.sampled_from(SENTENCES), other=st.sampled_from(WORDS), data=st.data())
def test_a_changed_word_is_another_sentence(text: str, other: str, data: st.DataObject) -> None:
    """Whichever word it is, and whatever stands in its place."""
    pieces = text.split(" ")
    content = [n for n, word in enumerate(pieces) if set(words(word)) - STOPWORDS]
    place = data.draw(st.sampled_from(content or [0]))
    changed = " ".join([*pieces[:place], other, *pieces[place + 1 :]])

    assert says_the_same(text, changed) is (words(pieces[place]) == [other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("He paid $7 for it.", "He paid €7 for it."),
        ("It was -5 degrees.", "It was 5 degrees."),
        ("The mayor, said the driver, was drunk.", "The mayor said the driver was drunk."),
        ("Dahl resigned.", "Dahl resigned?"),
        ("It was a “success”.", "It was a success."),
        ("About 1/2 came.", "About 1-2 came."),
        ("A few came.", "Few came."),
        ("3.5 million came.", "35 million came."),
        ("Minister Dahl came.", "Dahl came."),
        ("It held 10⁶ germs.", "It held 106 germs."),
        ("It was >50 degrees.", "It was <50 degrees."),
        ("It was rated A+.", "It was rated A-."),
        ("It was rated AA-.", "It was rated AA."),
        ("It makes 5 mW.", "It makes 5 MW."),
        ("They hurt US farmers.", "They hurt us farmers."),
        ("He is “a liar and a thief”.", "He is “a liar” and a thief."),
    ],
)
def test_small_signs_count(one: str, other: str) -> None:
    """A currency, a minus, commas, a question mark, the beginning of a quotation."""
    assert not says_the_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HELSINKI, July 16 (AP) — “We\n agree,”  he said.", "‘We agree’, he said."),
        ("Red, white, and blue.", "Red, white and blue."),
        ("The U.S. spent 7,000.", "The US spent 7000."),
        ("They spent 1,200 million.", "They spent 1\u202f200 million."),
        ("Sales rose 5%.", "Sales rose 5 percent."),
        ("It didn’t rain.", "It didn't rain."),
    ],
)
def test_the_style_of_a_house_does_not_count(one: str, other: str) -> None:
    """How quotes, lists, abbreviations and numbers are set."""
    assert same_words(one) == same_words(other)


@pytest.mark.parametrize(
    ("one", "other", "otherwise"),
    [
        ("Molde beat Brann in the cup final.", "Brann beat Molde in the cup final.", True),
        ("Sales of the yard rose in May.", "Sales of the yard fell in May.", True),
        ("The town hall opens on Tuesday.", "The town hall opens on Friday.", True),
        ("The old hall of Molde shut.", "The old hall of Upper Narvik shut.", True),
        ("The union sued the old company.", "The company sued the old union.", True),
        ("The hall of Molde opens in May.", "The hall of Narvik opens in June.", False),
        ("The old boat sank with 40 litres.", "The old boat sank with 40 tonnes.", True),
        ("The old dam must be shut.", "The old dam may be shut.", True),
        ("On Monday the old dam burst.", "The old dam burst on Monday.", False),
        ("Dahl said the old dam burst.", "Dahl replied the old dam burst.", False),
        ("The old dam burst early.", "The old dam burst early.", False),
        ("Dahl won.", "Berg won.", False),
    ],
)
def test_a_single_difference_is_found(one: str, other: str, otherwise: bool) -> None:
    """One thing differs, or two have changed places; not two things, and not in so few words."""
    assert (difference(one, other) is not None) is otherwise
    assert (difference(other, one) is not None) is otherwise


@given(text=st.sampled_from(SENTENCES), other=st.sampled_from(SENTENCES))
def test_what_is_the_same_has_no_difference(text: str, other: str) -> None:
    """Nothing tells it apart."""
    assert difference(text, text) is None


def where(text: str, **more: str) -> tuple[object, ...]:
    """The context of a sentence whose speaker is not known."""
    told = {"before": "A spoke.", "after": "B left.", "date": "2021-05-04", **more}
    return context(text, speaker=None, **told)


@pytest.mark.parametrize(
    ("text", "part", "counts"),
    [
        ("In the end he resigned.", "before", True),
        ("The latter won.", "before", True),
        ("In the end Dahl resigned.", "before", False),
        ("“The dam will break.”", "after", True),
        ("“The dam will break,” Dahl said.", "after", False),
        ("The bridge was shut on Monday.", "date", True),
        ("Sales fell by 4 percent last\nyear.", "date", True),
        ("The bridge was shut in May 2020.", "date", False),
    ],
)
def test_what_a_sentence_leaves_open_its_surroundings_tell(
    text: str, part: str, counts: bool
) -> None:
    """The sentence before or after it, or the month of its article; else they may differ."""
    assert (where(text) != where(text, **{part: "2019-01-01"})) is counts


def test_with_a_speaker_the_surroundings_tell_nothing_more() -> None:
    """The index knows already whom "he" means."""
    one, other = (
        context("He resigned.", speaker="Bo Dahl", before=before, after="", date=None)
        for before in ("Dahl spoke.", "Dahl came in late.")
    )

    assert one == other
