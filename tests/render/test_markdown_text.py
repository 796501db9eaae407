"""rag.render.markdown_text: what Markdown is shown as it stands, and leads nowhere."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt  # rich brings it

from rag.render.markdown_text import markdown_text
from rag.render.safe import safe_line

MARKS = [*"\\`*_[]|~#!@<>&-+=.():/\"' \t\n1ab", "https://x.io", "www.", "@x.org", "![a](b)"]


def shown(text: str) -> str:
    """The paragraph that a reader of Markdown makes of a line, with its tags."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return reader.render(f"x {text}\n\n{text}")


@given(st.lists(st.sampled_from(MARKS), max_size=12).map("".join))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    """Two paragraphs, no other tag, and every character of the line."""
    line = safe_line(text)
    page = shown(markdown_text(text))

    bare = page.replace("\n", "")
    assert unescape(re.sub("</?p>", "|", bare)) == (f"|x {line}||{line}|" if line else "|x|")
    assert set(re.findall("<[^>]*>", page)) == {"<p>", "</p>"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("see https://evil.example/a?b", r"see https\://evil\.example/a?b"),
        ("www.evil.example", r"www\.evil\.example"),
        ("www.1.example", r"www\.1\.example"),
        ("mail a@b.org", r"mail a\@b\.org"),
        ("in evil.com, or not", r"in evil\.com, or not"),
        ("![i](http://e.io/i.png)", r"!\[i\](http\://e\.io/i\.png)"),
        ("2026/my_court.html:9", "2026/my_court.html:9"),
        ("x.html.evil.com", r"x.html\.evil\.com"),
        ("a.docx, so", "a.docx, so"),
        ("No. #4!", "No. #4!"),
        ("about 3.5 percent. The U.S. said so", "about 3.5 percent. The U.S. said so"),
    ],
)
def test_no_address_is_made_a_link_of(text: str, written: str) -> None:
    """A backslash parts what tools would make a link of: none of it is left in one piece."""
    assert markdown_text(text) == written


def test_a_long_text_is_cut() -> None:
    """Before it is escaped: no backslash is left without what it stands for."""
    assert markdown_text("*" * 9, longest=4) == r"\*\*\*…"
