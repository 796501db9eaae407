"""rag.render.conversation: a conversation to keep, in which the articles' marks mark nothing."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt  # rich brings it

from rag.answer.conversation import Turn
from rag.answer.trace import Explanation
from rag.domain import (
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Copy,
    Evidence,
    Part,
    ShortAnswer,
    Side,
    Source,
    Verdict,
)
from rag.language.text import plain
from rag.render.as_json import answer_dict, dumps
from rag.render.brief_markdown import brief_markdown
from rag.render.conversation import conversation_brief, turn_dict

HOSTILE = (
    "</p><script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1))"
    " ![i](http://evil.example/i.png) **bold** _it_ `code` ~~gone~~ # no | table | &amp; &#60;"
    " <http://evil.example> \\* end"
)
CONTROLS = "\x1b[2J\x1b]8;;https://evil.example\x07click\x9b31m \u202egnp.exe\u2066 \x00"


def source(text: str = "dam.txt") -> Source:
    """An article with this path and outlet."""
    return Source(path=text, title=text, outlet=text, date="2019-05-03", sha256="0" * 64)


def answer(text: str, where: Source) -> Answer:
    """One whose every text is this one."""
    cited = Citation(
        n=1, source=where, start=0, end=9, line=4, quote=text, speaker=None,
        copies=(Copy(source=where, start=3, end=12, line=7, quote=text),),
    )  # fmt: skip
    short = ShortAnswer(text=text, start=0, end=9, citation=cited, probability=0.9)
    return Answer(
        question=text,
        claims=(
            Claim(text=text, kind=ClaimKind.QUOTED, verdict=Verdict.SUPPORTED, citations=(cited,)),
        ),
        parts=(Part(question=text, short_answer=short), Part(question=text, reason=text)),
        sides=(Side(text=text, citation=cited), Side(text=text, citation=cited)),
    )


def abstention(text: str, where: Source) -> Answer:
    """None, for this reason and with this near."""
    near = Evidence(
        id=0, article_id=0, source=where, start=0, end=9, line=4, text=text, speaker=text,
        terms=frozenset(),
        score=0.5, dense=0.25, lexical=1.0,
    )  # fmt: skip
    return Answer(question=text, reason=text, nearest=(near,))


def turn(n: int, asked: str, found: Answer, *, question: str | None = None) -> Turn:
    """A turn that was understood as it was asked unless told otherwise."""
    explanation = Explanation(steps=(), answer=found)
    understood = question or " ".join(asked.split())
    return Turn(n=n, asked=asked, question=understood, explanation=explanation)


def kept(turns: list[Turn]) -> str:
    """The conversation as `/save` writes it."""
    return brief_markdown(conversation_brief(turns))


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """No tag of ours has an attribute."""
        assert not attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self.text += data


def test_a_conversation_is_a_page_of_questions_answers_and_sources() -> None:
    """With what a follow-up was understood as, and where there was no answer."""
    cited = Citation(
        n=1, source=source(), start=0, end=9, line=4, quote="The dam burst on Monday.", speaker=None
    )
    short = ShortAnswer(text="on Monday", start=14, end=23, citation=cited, probability=0.9)
    claim = Claim(
        text="The dam burst on Monday.", kind=ClaimKind.QUOTED, verdict=Verdict.SUPPORTED,
        citations=(cited,),
    )  # fmt: skip
    first = Answer(
        question="When did it burst?", claims=(claim,), short_answer=short, checked_on="2026-11-29"
    )
    turns = [
        turn(1, "When did the dam  burst?", first, question="When did the dam burst?"),
        turn(2, "Why?", abstention("Nobody knows.", source()), question="Why did the dam burst?"),
    ]

    assert brief_markdown(conversation_brief(turns)) == (
        "# Conversation\n"
        "\n"
        "## 1. When did the dam burst?\n"
        "\n"
        "**on Monday**[^1]\n"
        "\n"
        "The dam burst on Monday.[^1]\n"
        "\n"
        "## 2. Why?\n"
        "\n"
        "Understood as: Why did the dam burst?\n"
        "\n"
        "**No answer in these articles.** Nobody knows.\n"
        "\n"
        "Nearest sentences, which are not an answer:\n"
        "\n"
        "- dam.txt:4: Nobody knows.\n"
        "\n"
        "[^1]: “The dam burst on Monday.” dam.txt · dam.txt · 2019-05-03 · dam.txt:4 ·"
        " checked on 2026-11-29\n"
    )


@pytest.mark.parametrize("found", [answer, abstention])
def test_marks_of_an_article_mark_nothing(found) -> None:
    """A reader of Markdown shows question, path, outlet, quotation and reason as they are."""
    page = Page(kept([turn(1, HOSTILE, found(HOSTILE, source(HOSTILE)))]))

    assert set(page.tags) <= {"h1", "h2", "p", "strong", "ul", "li"}
    assert page.text.count(HOSTILE) == (14 if found is answer else 3)
    # The nearest sentences are shown as they are read.
    assert page.text.count(plain(HOSTILE)) == (0 if found is answer else 1)


@pytest.mark.parametrize(
    "text",
    ["- item", "+ item", "1. item", "1) item", "# title", "> said", "---", "===", "***", "    code",
     "```", "| a | b |", "~~~", "[1]: http://evil.example", "&copy;", "-1 degrees", "\tcode"],
)  # fmt: skip
def test_a_line_that_begins_like_markdown_is_a_line(text: str) -> None:
    """No list, heading, rule, quotation, table or code comes of it."""
    plain = Page(kept([turn(1, "x", answer("x", source()))]))
    page = Page(kept([turn(1, text, answer(text, source()))]))

    assert page.tags == plain.tags
    assert page.text.count(text.strip()) >= 6


@pytest.mark.parametrize("found", [answer, abstention])
def test_no_control_character_is_kept(found) -> None:
    """Escape sequences and bidirectional controls could harm who prints the page."""
    page = kept([turn(1, CONTROLS, found(CONTROLS, source(CONTROLS)))])

    assert not [char for char in page if ord(char) < 32 and char != "\n"]
    assert not set(page) & set("\x7f\x9b\u202e\u2066")


def test_a_turn_for_programs_has_the_answer_as_it_is() -> None:
    """Every character of it, and what was asked beside what was understood."""
    found = answer(HOSTILE + CONTROLS, source(CONTROLS))
    line = dumps(turn_dict(turn(3, CONTROLS, found, question=HOSTILE)), indent=None)

    told = json.loads(line)
    assert not [char for char in line if ord(char) < 32]
    assert told == {
        "schema": "rag.turn/1",
        "n": 3,
        "asked": CONTROLS,
        "question": HOSTILE,
        "answer": json.loads(dumps(answer_dict(found))),
    }
