"""rag.language.marks: what is written around words is neither shown nor part of a sentence."""

from __future__ import annotations

import doctest

import pytest

import rag.language.marks
from rag.domain import Span
from rag.language.text import plain, sentence_spans


def test_the_examples_in_the_docstrings_hold() -> None:
    """Every doctest passes, and there are some."""
    result = doctest.testmod(rag.language.marks)

    assert result.failed == 0
    assert result.attempted > 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('The [fund]({{ "/2021/crane/" | url }}) holds 9 crowns.', "The fund holds 9 crowns."),
        ("Sales<br/>brought <b>9</b> crowns.{: .lead}", "Sales brought 9 crowns."),
        ("{% include a.html %}The dam{{ x }} burst.", "The dam burst."),
        ("The board&#8217;s crane &amp; pier&nbsp;fell.", "The board’s crane & pier fell."),
        ("- [ ] Ask Ida.\n- [x] Call Jan.", "- ☐ Ask Ida. - ☑ Call Jan."),
        ("The pier ![[pier.png]] fell [x].", "The pier fell [x]."),
        ("[[Ida Brok|She]] met [[Jan Pot]] in ==Alta==.", "She met Jan Pot in Alta."),
        ('See [the\nreport](http://x.org "A title").[^1]', "See the report."),
        ("[![The pier](a.jpg)](http://x.org) fell.", "The pier fell."),
        ("_It fell_ and snake_case_name stays.", "It fell and snake_case_name stays."),
        ("Write to http://x.org/?a=1&copy=2 now.", "Write to http://x.org/?a=1&copy=2 now."),
        ("First Interstate <I> and <SHV Holding Co> rose.", "First Interstate <I> and <SHV Holding"
         " Co> rose."),
        ("Costs are R&D; 5 < 6 {of} them.", "Costs are R&D; 5 < 6 {of} them."),
        ("Pes&#8203;kov &#27;[2J spoke.", "Peskov [2J spoke."),
    ],
)  # fmt: skip
def test_a_text_is_shown_without_marks(text: str, shown: str) -> None:
    """Marks of Markdown, HTML, templates and Obsidian; what only looks like one stays."""
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "**The dam burst. Nobody died.** He left.",
            ["The dam burst.", "Nobody died.", "He left."],
        ),
        ("_The dam burst. Nobody died._", ["The dam burst.", "Nobody died."]),
        ("The *dam* burst. *Nobody* died.", ["The *dam* burst.", "*Nobody* died."]),
        ("It burst. &nbsp; … ”", ["It burst."]),
        ("They called it f***. He left.", ["They called it f***.", "He left."]),
        ('It {{ a "x. Then. B" }} burst. He left.', ['It {{ a "x. Then. B" }} burst.', "He left."]),
        (
            "He read [the\nReport](http://x.org) there.",
            ["He read [the\nReport](http://x.org) there."],
        ),
    ],
)
def test_no_mark_is_a_sentence_or_part_of_one(text: str, expected: list[str]) -> None:
    """Emphasis over several sentences belongs to none of them; a link or template is not cut."""
    spans = sentence_spans(text, Span(start=0, end=len(text)))

    assert [text[span.start : span.end] for span in spans] == expected
