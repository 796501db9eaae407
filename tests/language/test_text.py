"""rag.language.text: sentences as spans, and the forms in which strings are compared."""

from __future__ import annotations

import doctest
import itertools
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import rag.answer.select
import rag.language.names
import rag.language.text
from rag.domain import Span
from rag.language.text import (
    LONG_SENTENCE,
    content_terms,
    dateline_end,
    fold,
    plain,
    sentence_spans,
    stem,
    terms,
    words,
)

# Pieces that trouble sentence splitters, mixed with any text at all.
PIECES = st.one_of(
    st.sampled_from(
        [
            "Mr. Smith",
            "U.S.",
            " 3.5 ",
            "“No.”",
            '"Yes!" ',
            "…",
            ". . .",
            "\n\n",
            "\u00a0",
            " ",
            "\u2028",
        ]
        + [
            "e.g. ",
            "1. ",
            "(a)",
            "?!",
            "end.Then he ",
            "J. R. Bolton",
            "[1]",
            "\x00",
            "Да. ",
            "& ",
            "∯",
        ]
    ),
    st.text(max_size=12),
)
TEXTS = st.lists(PIECES, min_size=1, max_size=25).map("".join).filter(bool)


def sentences(text: str) -> list[str]:
    """The sentences of a text that is one paragraph."""
    spans = sentence_spans(text, Span(start=0, end=len(text)))
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize("module", [rag.language.text, rag.language.names, rag.answer.select])
def test_the_examples_in_the_docstrings_hold(module) -> None:
    """Every doctest passes, and there are some."""
    result = doctest.testmod(module)

    assert result.failed == 0
    assert result.attempted > 0


@given(before=st.text(max_size=10), paragraph=TEXTS, after=st.text(max_size=10))
@settings(max_examples=150, deadline=None)
@example(before="", paragraph="0\x1f1. ", after="")  # the splitter fails at it
def test_sentences_cover_their_paragraph_and_nothing_else(before, paragraph, after) -> None:
    """Spans lie in the paragraph, in order, none blank, and miss no letter and no digit."""
    text = before + paragraph + after
    place = Span(start=len(before), end=len(before) + len(paragraph))

    spans = list(sentence_spans(text, place))

    ends = [place.start, *itertools.chain.from_iterable((s.start, s.end) for s in spans), place.end]
    assert ends == sorted(ends)
    assert all(
        text[s.start : s.end] == text[s.start : s.end].strip() and text[s.start : s.end]
        for s in spans
    )
    between = [plain(text[a:b]) for a, b in zip(ends[::2], ends[1::2], strict=True)]
    assert not any(map(str.isalnum, "".join(between)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Smith met J. R. Bolton. He left.", ["Mr. Smith met J. R. Bolton.", "He left."]),
        ("**MR. SMITH:** Who left? He did.", ["**MR. SMITH:** Who left?", "He did."]),
        ("A CLERK (Mr. Jo Bell, Ret.): I left.", ["A CLERK (Mr. Jo Bell, Ret.): I left."]),
        ("  One came. Two went!\n  Three?  ", ["One came.", "Two went!", "Three?"]),
        ("В Москве сказали. Потом ушли.", ["В Москве сказали.", "Потом ушли."]),
        ("Sanctions rose by 3.5 percent.", ["Sanctions rose by 3.5 percent."]),
        ("He knew. But you said . . .", ["He knew.", "But you said . . ."]),
        ("The Rt. Hon. Ada Lark spoke.", ["The Rt. Hon. Ada Lark spoke."]),
        ("Ada Lark, R-Ky., said so. He left.", ["Ada Lark, R-Ky., said so.", "He left."]),
        ("Rep. Lark, D-Mass.; and others.", ["Rep. Lark, D-Mass.; and others."]),
        ("Foe, D-Calif. and Gill left.", ["Foe, D-Calif. and Gill left."]),
        ("i went home. i slept.", ["i went home.", "i slept."]),
        (" \n\t ", []),
    ],
)
def test_a_paragraph_is_split_into_sentences(text, expected) -> None:
    """Initials, titles, states and decimals do not end a sentence; no comma begins one."""
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left.Then Anna came back.", ["He left.", "Then Anna came back."]),
        ('He said "no."Then Anna came back.', ['He said "no."', "Then Anna came back."]),
        ("Was it over?Nobody in town knew.", ["Was it over?", "Nobody in town knew."]),
    ],
)
def test_glued_sentences_are_separated(text, expected) -> None:
    """A full stop with no space after it ends a sentence when a capitalised word follows."""
    assert sentences(text) == expected


def test_a_long_quotation_is_cut_inside() -> None:
    """A quotation past the limit becomes its sentences, although the splitter keeps it whole."""
    sentence = "The harbour was rebuilt over many long and quiet years by its own people."
    quotation = '"' + " ".join([sentence] * 8) + '"'
    assert len(quotation) > LONG_SENTENCE

    found = sentences(quotation)

    assert found == ['"' + sentence, *[sentence] * 6, sentence + '"']


def test_a_short_quotation_stays_whole() -> None:
    """Its speaker stays with it."""
    text = '"We waited. Nobody came," Ada Lark said.'

    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“Señor  O’Neill”", '"senor o\'neill"'),
        ("Straße", "strasse"),
        ("ﬁve", "five"),
        ("2018–2019", "2018-2019"),
        ("−5", "-5"),
        ("wait…", "wait..."),
        ("a\u00adb\u200bc\ufeff", "abc"),
        ("one\u00a0two\n\tthree", "one two three"),
        ("Zürich ÉCOLE", "zurich ecole"),
        ("Й", "й"),
        ("ёлка", "ёлка"),
        ("", ""),
    ],
)
def test_fold(text, folded) -> None:
    """Case, quotes, dashes, spaces and Latin accents go; Cyrillic letters stay themselves."""
    assert fold(text) == folded


@given(st.text(max_size=60))
@settings(deadline=None)
def test_fold_leaves_no_run_of_spaces(text) -> None:
    """Whatever the text, folded words are separated by single spaces."""
    assert "  " not in fold(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The U.S. spent $7,000", ["the", "us", "spent", "7000"]),
        ("O'Neill’s 21st boat", ["oneill", "21", "boat"]),
        ("3.5% of 1,000,000", ["3.5", "percent", "of", "1000000"]),
        ("its boats' sails", ["its", "boats", "sails"]),
        ("e-mail from [Anna](https://x.org/7)", ["e", "mail", "from", "anna"]),
        ("港务局2号起重 Alma号。桥", ["港务", "务局", "2", "号起", "起重", "alma", "号", "桥"]),
        ("수리비는 얼마입니까?", ["수리비는", "얼마입니까"]),
        ("?!", []),
    ],
)
def test_words(text, found) -> None:
    """Acronyms, thousands, ordinals and possessives come in one form; links as their words.

    Where a script has no spaces, every two characters are a word.
    """
    assert words(text) == found


def test_terms_are_stems_of_all_words() -> None:
    """The lexical index knows "running" and "run" as one term, stop words included."""
    assert terms("The running runners ran") == ["the", "run", "runner", "ran"]


def test_content_terms_leave_the_question_out() -> None:
    """Words that only ask are no content, in English and in Russian."""
    assert content_terms("What did he say about the boats?") == ["boat"]
    assert content_terms("Что он сказал о лодках?") == [stem("лодках")]


@pytest.mark.parametrize(
    ("one", "other"), [("sanctions", "sanction"), ("санкции", "санкциями"), ("rising", "rise")]
)
def test_stem_joins_the_forms_of_a_word(one, other) -> None:
    """The alphabet of the word chooses the language."""
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Anna\ntold  [TASS](https://x.org).", "Anna told TASS."),
        ("![The dam](dam_(old).png) burst", "The dam burst"),
        ("[not a link] [a]b", "[not a link] [a]b"),
        ("[](x)", ""),
        ("The *dam* **burst** __here__", "The dam burst here"),
        ("2 * 3 * 4, snake_case_name and __init", "2 * 3 * 4, snake_case_name and __init"),
    ],
)
def test_plain(text, shown) -> None:
    """Links, images and emphasis become their words, and white space single spaces."""
    assert plain(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        "![a](" * 200_000,
        "[a]" + "(" * 1_000_000,
        "[a](x" * 200_000,
        "*" * 1_000_000,
        "*a" * 500_000,
    ],
    ids=["brackets", "images", "parentheses", "links", "asterisks", "emphases"],
)
def test_plain_takes_linear_time(text) -> None:
    """A megabyte of brackets or asterisks is read in well under a second."""
    began = time.process_time()

    plain(text)

    assert time.process_time() - began < 2


def test_a_very_long_paragraph_is_split_in_little_time() -> None:
    """The splitter's time grows with the square of what it is given, so it is given parts."""
    text = "The dam burst on Monday and nobody knew. " * 2_500  # 100,000 characters
    began = time.process_time()

    found = list(sentence_spans(text, Span(start=0, end=len(text))))

    assert time.process_time() - began < 10
    assert {text[span.start : span.end] for span in found} == {
        "The dam burst on Monday and nobody knew."
    }


@pytest.mark.parametrize(
    "gap",
    [" " * 1_000_000, "\n" * 1_000_000, " \n" * 500_000],
    ids=["spaces", "lines", "both"],
)
def test_white_space_without_end_is_passed_over(gap: str) -> None:
    """A million spaces or empty lines within a paragraph take about a second."""
    text = f"Yes, he said.{gap}So did she."
    began = time.process_time()

    found = list(sentence_spans(text, Span(start=0, end=len(text))))

    assert time.process_time() - began < 10
    assert [text[span.start : span.end] for span in found] == ["Yes, he said.", "So did she."]


@pytest.mark.parametrize(
    "name", ["Sen. Ada Lark", "Mr. Lark", "Ada B. Lark", "Govs. Lark and Reed"]
)
def test_a_long_sentence_is_not_cut_inside_of_a_name(name: str) -> None:
    """The point after a title or an initial ends no sentence."""
    text = f"The dam burst on Monday. {'Water ran and ran down to the old town, ' * 9}said {name}."

    cut = [text[s.start : s.end] for s in sentence_spans(text, Span(start=0, end=len(text)))]

    assert cut[0] == "The dam burst on Monday."
    assert any(name in sentence for sentence in cut)


@pytest.mark.parametrize(
    "text",
    ["NATO warned Talia on Monday - and left.", "((Ada Lark)) It is old (1890) – and small."],
)
def test_a_dash_in_a_sentence_ends_no_dateline(text: str) -> None:
    """Only names, days and what is in brackets stand in one."""
    assert dateline_end(text) == 0
    assert dateline_end(f"RIO de LUZ, May 3 (by our staff) - {text}") == 35


@pytest.mark.parametrize(
    "text",
    [
        "Der Kran ist seit dem 2. Juni gesperrt, sagt Ada Lark.",
        "Am 2. August kommt der Rat.",
        "Broen blev lukket den 12. maj 2020 af byen.",
        "Most byl zavřen 3. června 2020 kvůli opravě.",
        "Die Brücke ist im 19. Jahrhundert gebaut worden.",
        "Silta suljettiin 2. Kesäkuuta.",
    ],
)
def test_a_point_behind_a_day_ends_no_sentence(text: str) -> None:
    """It makes an ordinal of the number, before a month and after an article."""
    assert sentences(text) == [text]


def test_a_number_ends_an_english_sentence() -> None:
    """Whatever the name is that follows."""
    text = (
        "The count of votes was 12. May Lark said so. Ada is 19. The other one I am 20. She is not."
    )

    assert len(sentences(text)) == 5
