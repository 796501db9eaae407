"""rag.render.slack: what Slack is sent, within its limits, and harmless."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import (
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Count,
    Evidence,
    EvidenceFound,
    Part,
    ShortAnswer,
    Side,
    Source,
    Verdict,
)
from rag.render.slack import BLOCKS, LONGEST, WHOLE, SlackMessage, slack_pieces, slack_text

PINGS = "<!channel> <@U1> <#C1|x> <https://evil.example|here> & @here"


def source(text: str) -> Source:
    """An article whose every detail is this text."""
    return Source(path=text, title=text, outlet=text, date="2019-05-03", sha256="0" * 64)


def citation(n: int, text: str) -> Citation:
    """A quotation of it."""
    return Citation(
        n=n, source=source(text), start=0, end=len(text), line=2, quote=text, speaker=None
    )


def claim(text: str, n: int = 1) -> Claim:
    """A sentence of it."""
    return Claim(
        text=text,
        kind=ClaimKind.QUOTED,
        verdict=Verdict.SUPPORTED,
        citations=(citation(n, text),),
    )


def evidence(text: str) -> Evidence:
    """A sentence that was found."""
    return Evidence(
        id=0, article_id=0, source=source(text), start=0, end=len(text), line=2, text=text,
        terms=frozenset(), speaker=None, score=0.5, dense=0.5, lexical=0.5,
    )  # fmt: skip


def message_of(*events: Any, asked: str = "Why?") -> SlackMessage:
    """A message that has seen these."""
    message = SlackMessage(asked)
    for event in events:
        message.add(event)
    return message


def texts(message: SlackMessage) -> list[str]:
    """All text in its blocks."""
    parts = [block.get("elements") or [block["text"]] for block in message.blocks]
    return [one["text"] for block in parts for one in block]


def check_limits(message: SlackMessage) -> None:
    """Slack takes it."""
    assert 1 <= len(message.blocks) <= BLOCKS
    assert sum(map(len, texts(message))) <= WHOLE + 100
    for block in message.blocks:
        for one in block.get("elements") or [block["text"]]:
            assert 1 <= len(one["text"]) <= LONGEST
            assert one["type"] == "mrkdwn" and one["verbatim"] is True
        assert len(block.get("elements", [])) <= 10


def test_evidence_gives_way_to_claims() -> None:
    """And the answer ends with its sources, whose quotations are whole."""
    found = EvidenceFound(evidence=(evidence("The dam burst."),))
    whole = Answer(question="Why?", claims=(claim("It burst."),))
    early = texts(message_of(found))
    later = texts(message_of(found, claim("It burst.")))
    final = texts(message_of(found, claim("It burst."), whole))

    assert early[0] == "Found so far; an answer is being checked:"
    assert "“The dam burst.”" in early and "“The dam burst.”" not in later
    assert "It burst. [1]" in later
    assert final[-3:] == [
        "Sources",
        "[1] It burst. · It burst. · 2019-05-03 · It burst. (line 2 of its text)",
        "“It burst.”",
    ]


def test_a_count_stands_above_the_claims() -> None:
    """Without a number behind it, as no article says it."""
    count = Count(text="2 articles mention “<!channel>”.", number=2)
    found = EvidenceFound(evidence=(evidence("It burst."),), count=count)
    answer = Answer(question="How many?", claims=(claim("It burst."),), count=count)

    message = message_of(found, claim("It burst."), answer)

    first = message.blocks[1]["text"]["text"]
    assert first == "*2 articles mention “&lt;!channel&gt;”.*"
    assert message.text == "2 articles mention “&lt;!channel&gt;”."


def test_nothing_of_an_article_or_a_question_pings_or_links() -> None:
    """In no part of any message."""
    short = ShortAnswer(text=PINGS, start=0, end=5, citation=citation(1, PINGS), probability=0.9)
    found = EvidenceFound(evidence=(evidence(PINGS),), short_answer=short)
    whole = Answer(
        question=f"{PINGS}?",
        claims=(claim(PINGS),),
        short_answer=short,
        sides=(Side(text=PINGS, citation=citation(1, PINGS)),),
        parts=(Part(question=PINGS, reason=PINGS),),
    )
    none = Answer(question=PINGS, reason=PINGS, nearest=(evidence(PINGS),))
    for events in ([found], [found, claim(PINGS)], [found, claim(PINGS), whole], [none]):
        message = message_of(*events, asked=PINGS)
        for text in [message.text, *texts(message)]:
            assert not re.search("[<>]", text)
            assert not re.search(r"&(?!amp;|lt;|gt;)", text)


@pytest.mark.parametrize("length", [1, 2_999, 3_000, 3_001, 50_000])
@pytest.mark.parametrize("character", ["a", "&", "a "])
def test_a_message_fits_whatever_its_length(length: int, character: str) -> None:
    """Also where each character becomes five, and where there is no space to part at."""
    text = "x" + character * length

    check_limits(message_of(claim(text), Answer(question="Why?", claims=(claim(text),))))


def test_a_message_fits_however_many_sources_it_has() -> None:
    """And says that something is left out."""
    claims = tuple(claim(f"Claim {n}.", n) for n in range(1, 60))
    message = message_of(*claims, Answer(question="Why?", claims=claims))

    check_limits(message)
    assert texts(message)[-1] == "The rest is too long for one message."


@given(st.text(), st.integers(min_value=10, max_value=60))
def test_pieces_hold_the_text_and_no_half_of_a_mark(text: str, most: int) -> None:
    """Put together, they are the escaped text but for where the lines are parted."""
    pieces = list(slack_pieces(text, most=most))

    assert all(0 < len(piece) <= most for piece in pieces)
    assert "".join(pieces).replace(" ", "") == slack_text(text).replace(" ", "")
    assert not any(re.search(r"&(?!amp;|lt;|gt;)", piece) for piece in pieces)


def test_what_a_question_was_understood_as_is_shown_where_it_differs() -> None:
    """As in a chat in the terminal."""
    alone = Answer(question="Why did Sanders say so?", claims=(claim("It burst."),))

    assert texts(message_of(alone, asked="Why?"))[0] == "Understood as: Why did Sanders say so?"
    assert "Understood" not in texts(message_of(alone, asked="Why did Sanders  say so?"))[0]


def test_articles_that_differ_stand_side_by_side() -> None:
    """The newest first, with their dates."""
    said = claim("Some 600.")
    side = Side(text="600", citation=said.citations[0])
    whole = Answer(question="How many?", claims=(said,), sides=(side, side))

    shown = texts(message_of(whole, asked="How many?"))
    assert shown[:2] == ["The articles differ, the newest first:", "2019-05-03: 600 [1]"]


def test_no_answer_is_said_with_the_nearest_sentences() -> None:
    """Marked as none."""
    none = Answer(question="Why?", reason="No article tells.", nearest=(evidence("It rained."),))
    message = message_of(none)

    assert message.text == "No answer in these articles."
    assert texts(message)[:2] == [
        "No answer in these articles. No article tells.",
        "Nearest sentences, which are not an answer:",
    ]
    assert "“It rained.”" in texts(message)


def test_the_line_for_notifications_is_short() -> None:
    """The first that is known."""
    assert SlackMessage("Why?").text == "Looking into the articles …"
    assert len(message_of(claim("word " * 500)).text) <= 200
