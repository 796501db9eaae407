"""rag.attributions: a source, a cue, and what is attributed, by the surface of a sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.attributions import find_attributions
from rag.cues import VERBS
from rag.noun_phrases import LAST, MARK


def masked(text: str) -> str:
    """The sentence as it is read."""

    def hide(match: re.Match[str]) -> str:
        ends = LAST if match[0][-2] in ",?!" else MARK
        return MARK * (len(match[0]) - 1) + ends

    return re.sub(r"“[^”]*”", hide, text)


def read(text: str) -> list[tuple[str | None, str, list[str]]]:
    """Source, cue and content of each attribution."""
    return [
        (
            text[one.source.start : one.source.end] if one.source else None,
            text[one.cue.start : one.cue.end],
            [text[span.start : span.end] for span in one.content],
        )
        for one in find_attributions(masked(text))
    ]


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        ("“It is gone,” Ada Lark said.", "Ada Lark", "said", ["“It is gone,”"]),
        ("“It is gone,” said Ada Lark.", "Ada Lark", "said", ["“It is gone,”"]),
        ("“No,” said the tired mayor Ada Lark.", "the tired mayor Ada Lark", "said", ["“No,”"]),
        ("“Is it gone?” Lark demanded.", "Lark", "demanded", ["“Is it gone?”"]),
        ("Lark told reporters on Monday: “No.”", "Lark", "told", ["“No.”"]),
        ("Lark, who lives there, said it was gone.", "Lark", "said", ["it was gone"]),
        ("Lark, the mayor of Orford, said it was gone.", "Lark", "said", ["it was gone"]),
        ("The mayor, Ada Lark, said it was gone.", "Ada Lark", "said", ["it was gone"]),
        ("Rep. Ada Lark (D-Va.) said it was gone.", "Rep. Ada Lark", "said", ["it was gone"]),
        ("On Monday, Lark said that it was gone.", "Lark", "said", ["that it was gone"]),
        ("The dam was gone, Lark said Monday.", "Lark", "said", ["The dam was gone"]),
        ("The dam, Lark said, was gone.", "Lark", "said", ["The dam", "was gone"]),
        (
            "The dam is gone, according to Ada Lark.",
            "Ada Lark",
            "according to",
            ["The dam is gone"],
        ),
        ("According to Lark, the dam is gone.", "Lark", "According to", ["the dam is gone"]),
        ("A friend of Lark said the dam was gone.", "A friend", "said", ["the dam was gone"]),
        ("Lark’s lawyer said the dam was gone.", "Lark’s lawyer", "said", ["the dam was gone"]),
        ("Lark called the dam “a disgrace.”", "Lark", "called", ["the dam “a disgrace.”"]),
        ("He has called for a new dam.", "He", "called for", ["a new dam"]),
        ("Experts say the dam will go.", "Experts", "say", ["the dam will go"]),
        (
            "Lark said the dam was gone, adding that it rained.",
            "Lark",
            "said",
            ["the dam was gone"],
        ),
    ],
)
def test_who_says_what(text: str, source: str, cue: str, content: list[str]) -> None:
    """The first attribution of each sentence."""
    assert read(text)[0] == (source, cue, content)


@pytest.mark.parametrize(
    "text",
    [
        "The report was long.",
        "Their plans for the dam were old.",
        "The dam was said to be gone.",
        "She left without saying a word.",
        "Many states have dams.",
        "The so-called dam was gone.",
    ],
)
def test_nouns_passives_and_idle_participles_attribute_nothing(text: str) -> None:
    """A form that looks like a cue and is none."""
    assert read(text) == []


def test_a_participle_goes_on_with_the_subject() -> None:
    """It has none of its own: who said is who adds."""
    found = read("The dam was gone, Lark said, adding that it rained.")

    assert found[1] == ("Lark", "adding", ["that it rained"])


def test_a_broadcast_in_quotation_marks_is_not_what_is_said() -> None:
    """Its name stands before the speaker like a quotation."""
    [found] = read("In an interview on “Face the Nation,” Ada Lark said the dam was gone.")

    assert found == ("Ada Lark", "said", ["the dam was gone"])


@pytest.mark.parametrize("form", ["denied", "denies", "denying", "said", "says", "told", "wrote"])
def test_verbs_have_all_their_forms(form: str) -> None:
    """Regular by rule, irregular by list."""
    assert form in VERBS


@given(st.text(alphabet="Lark said that, “it” was.\ue000\ue001 ", max_size=80))
def test_attributions_lie_in_their_sentence(text: str) -> None:
    """For any text: no span leaves it, and none is empty."""
    for one in find_attributions(text):
        for span in (one.source, one.cue, *one.content):
            assert span is None or 0 <= span.start < span.end <= len(text)


def test_what_is_too_long_for_a_sentence_is_not_read() -> None:
    """A hostile file without a full stop would take minutes; a long quotation is still read."""
    assert find_attributions("said " * 20_000) == []
    assert read("“" + "word " * 2_000 + "end,” Ada Lark said.")[0][0] == "Ada Lark"
