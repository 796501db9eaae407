"""rag.render.outline: what every renderer shows of an answer, in our words."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path

import pytest

from rag.domain import (
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Copy,
    Count,
    Evidence,
    EvidenceFound,
    Freshness,
    Part,
    ShortAnswer,
    Side,
    Source,
    Verdict,
)
from rag.render.brief import answer_brief
from rag.render.brief_markdown import brief_markdown
from rag.render.chat import ChatMessage
from rag.render.outline import Lead, Opposed, Refusal, Words, filled_in, outline, texts
from rag.render.slack import SlackMessage
from rag.render.terminal import answer_text
from rag.render.tool_text import answer_text as tool_text

RENDER = Path(answer_text.__code__.co_filename).parent


def citation(n: int, *, date: str | None = None, outlet: str | None = None) -> Citation:
    """A cited sentence."""
    source = Source(path=f"{n}.txt", title=None, outlet=outlet, date=date, sha256="0" * 64)
    return Citation(n=n, source=source, start=0, end=9, line=1, quote="It burst.", speaker=None)


def claim(text: str, *citations: Citation) -> Claim:
    """A claim that they support."""
    return Claim(text=text, kind=ClaimKind.QUOTED, verdict=Verdict.SUPPORTED, citations=citations)


def short(text: str, cited: Citation) -> ShortAnswer:
    """Words that answer."""
    return ShortAnswer(text=text, start=0, end=2, citation=cited, probability=0.9)


def opposed(*texts: str, dates: tuple[str | None, ...]) -> Answer:
    """An answer whose claims are these, each of another article, and exclude each other."""
    cited = [citation(n, date=date, outlet="Bell") for n, date in enumerate(dates, start=1)]
    both = list(zip(texts, cited, strict=True))
    return Answer(
        question="Who won?",
        claims=tuple(claim(*one) for one in both),
        sides=tuple(Side(text=text, citation=where) for text, where in both),
    )


ONE, TWO = citation(1, date="2019-09-15", outlet="Bell"), citation(2)
WON, LOST = "Molde beat Brann.", "Brann beat Molde."
FINAL = opposed(WON, LOST, dates=("2021-05-05", "2021-05-04"))


def test_an_answer_without_short_words_begins_with_its_claims() -> None:
    """They are all there is but the sources."""
    burst = claim("It burst.", ONE, TWO)
    found = outline(Answer(question="What?", claims=(burst,)))

    assert (found.lead, found.heading, found.sides, found.refusal) == ((), "", (), None)
    assert found.claims == (burst,)
    assert [source.place for source in found.sources] == ["1.txt:1", "2.txt:1"]


def test_the_short_answer_comes_first() -> None:
    """With the citation of its sentence."""
    answer = Answer(
        question="When?", claims=(claim("It burst.", ONE),), short_answer=short("Monday", ONE)
    )

    assert outline(answer).lead == (Lead(text="Monday", citations=(ONE,)),)


def test_a_count_comes_first_in_every_form() -> None:
    """In our words, so without a citation, and in a list for agents not as words of an article."""
    count = Count(text="2 articles mention “Ada”.", number=2)
    burst = claim("It burst.", ONE)
    answer = Answer(question="How many?", claims=(burst,), count=count)
    both = Answer(
        question="How many? Why?",
        claims=(burst,),
        parts=(Part(question="How many?", count=count), Part(question="Why?")),
    )
    message = ChatMessage(link=lambda cited: "/1")
    found = EvidenceFound(evidence=(), count=count)

    assert outline(answer).lead == (Lead(text=count.text),)
    assert outline(answer).lead[0].is_count
    assert outline(both).lead == (Lead(question="How many?", text=count.text),)
    assert answer_text(answer, locate=lambda path: None).plain.startswith(f"{count.text}\n\nIt")
    assert f"\n{count.text}\n\n> It burst." in tool_text(answer)
    assert f"\nHow many? {count.text}\n\n> It burst." in tool_text(both)
    assert message.add(found) == f"**{count.text}**\n\n"


def test_each_of_several_questions_has_its_line() -> None:
    """Its words, or that and why there are none; nothing for one that its claims answer."""
    answer = Answer(
        question="When? Who? Why?",
        claims=(claim("It burst.", ONE, TWO),),
        parts=(
            Part(question="When?", short_answer=short("Monday", TWO)),
            Part(question="Who?", reason="No article mentions Ada."),
            Part(question="Why?"),
        ),
    )

    gap = Lead(question="Who?", text="No answer in these articles.", why="No article mentions Ada.")
    assert outline(answer).lead == (Lead(question="When?", text="Monday", citations=(TWO,)), gap)
    assert outline(answer).gaps == [gap]


def test_sides_are_placed() -> None:
    """By date and outlet; where they are not known, by what is. Words of a claim are none."""
    both = claim("It burst.", ONE, TWO)
    answer = Answer(
        question="How many?",
        claims=(both,),
        sides=(Side(text="Some 600", citation=ONE), Side(text="350", citation=TWO)),
    )

    found = outline(answer)
    assert found.sides == (
        Opposed(date="2019-09-15", outlet="Bell", text="Some 600", citations=(ONE,), whole=False),
        Opposed(date="no date", outlet="2.txt", text="350", citations=(TWO,), whole=False),
    )
    assert [side.place for side in found.sides] == ["2019-09-15 · Bell", "no date · 2.txt"]
    assert found.claims == (both,)


@pytest.mark.parametrize(
    ("dates", "heading"),
    [
        (("2021-05-05", "2021-05-04"), "The articles differ, the newest first:"),
        (("2021-05-04", "2021-05-04"), "The articles differ, the newest first:"),
        (("2021-05-04", None), "The articles differ:"),
        ((None, None), "The articles differ:"),
        (("2021-05-04",), "The articles differ:"),
        (("2021-05-04", "2021-05-05"), "The articles differ:"),  # of two questions
    ],
)
def test_the_newest_is_said_to_come_first_where_dates_tell(
    dates: tuple[str | None, ...], heading: str
) -> None:
    """Where one has no date, nobody knows which is the newest."""
    differing = opposed(*(f"Claim {n}." for n in range(len(dates))), dates=dates)

    assert outline(differing).heading == heading


def test_a_claim_that_is_a_side_is_no_claim_below() -> None:
    """It keeps all its citations; claims that are no side stay where they were."""
    won, lost, rain = claim(WON, ONE, citation(3)), claim(LOST, TWO), claim("It rained.", ONE)
    answer = Answer(
        question="Who won?",
        claims=(won, lost, rain),
        sides=(Side(text=WON, citation=ONE), Side(text="Brann", citation=TWO)),
    )

    found = outline(answer)
    assert [(side.text, side.citations, side.whole) for side in found.sides] == [
        (WON, won.citations, True),
        ("Brann", (TWO,), False),
    ]
    assert found.claims == (lost, rain)


def test_a_claim_in_the_words_of_a_side_with_another_source_stays() -> None:
    """What it cites is not what the side cites."""
    same, other = claim(WON, ONE), claim(LOST, TWO)
    answer = Answer(
        question="Who won?", claims=(same, other), sides=(Side(text=WON, citation=TWO),)
    )

    assert outline(answer).claims == (same, other)


def test_a_source_tells_where_else_it_stands_and_what_became_of_it() -> None:
    """Nothing of either where there is nothing to tell."""
    copies = tuple(
        Copy(source=citation(n).source, start=0, end=9, line=n, quote="It burst.")
        for n in range(3, 8)
    )
    gone = dataclasses.replace(ONE, copies=copies, file=Freshness.GONE)

    first, second = outline(Answer(question="?", claims=(claim("It burst.", gone, TWO),))).sources
    assert first.also_in == "also in 3.txt:3, 4.txt:4, 5.txt:5 and 2 more"
    assert first.became == "gone since it was indexed"
    assert first.known == ["Bell", "2019-09-15", "1.txt:1", first.also_in]
    assert (second.also_in, second.became, second.known) == ("", "", ["2.txt:1"])


def test_a_refusal_says_why_what_was_looked_for_and_what_is_near() -> None:
    """Without claims and sources; the parts of the question keep their reasons.

    What is near is shown without the marks around its words.
    """
    near = Evidence(
        id=0, article_id=0, source=ONE.source, start=0, end=9, line=4, text="It rained.",
        terms=frozenset(), speaker=None, score=0.5, dense=0.25, lexical=1.0,
    )  # fmt: skip
    marked = replace(near, text="It [rained]({% post_url 2019-05-03-dam %}).")
    why = "No article mentions Lovlace. Did you mean Lovelace?"
    full = Answer(question="?", reason=why, looked_for=("Ada", "dam"), nearest=(marked,))
    bare = outline(Answer(question="?", reason=why, parts=(Part(question="Who?", reason=why),)))

    assert outline(full).refusal == Refusal(
        why=why,
        looked_for="Looked for: Ada, dam",
        heading="Nearest sentences, which are not an answer:",
        nearest=(near,),
    )
    assert (outline(full).claims, outline(full).sources) == ((), ())
    assert bare.refusal == Refusal(why=why, looked_for="", heading="", nearest=())
    assert [gap.question for gap in bare.gaps] == ["Who?"]


def rendered(answer: Answer) -> dict[str, str]:
    """An answer as each renderer shows it to who reads it."""
    chat, slack = ChatMessage(link=lambda cited: f"/{cited.n}"), SlackMessage("Who won?")
    for event in (*answer.claims, answer):
        chat.add(event)
        slack.add(event)
    blocks = [block.get("elements") or [block["text"]] for block in slack.blocks]
    return {
        "terminal": answer_text(answer, locate=lambda path: None).plain,
        "markdown": brief_markdown(answer_brief(answer)),
        "chat": chat.text,
        "slack": "\n".join(one["text"] for block in blocks for one in block),
        "tool": tool_text(answer),
    }


@pytest.mark.parametrize("name", ["terminal", "markdown", "chat", "slack", "tool"])
def test_sides_that_are_claims_are_shown_once(name: str) -> None:
    """With date and outlet each, in every renderer; their sources quote the article's own words."""
    shown = rendered(FINAL)[name]

    assert shown.count(WON) == shown.count(LOST) == 1
    assert shown.count(Words.DIFFER_BY_DATE) == 1
    below = shown[shown.index(Words.DIFFER_BY_DATE) :]
    assert below.index("2021-05-05 · Bell") < below.index("2021-05-04 · Bell")
    assert "\n\n\n" not in shown


def test_a_claim_that_is_a_side_stands_under_the_heading_on_the_terminal() -> None:
    """Then the sources follow."""
    assert rendered(FINAL)["terminal"] == (
        "The articles differ, the newest first:\n"
        "2021-05-05 · Bell: Molde beat Brann. [1]\n"
        "2021-05-04 · Bell: Brann beat Molde. [2]\n"
        "\n"
        "Sources\n"
        "[1] 1.txt:1 · 2021-05-05 · Bell\n"
        "    It burst.\n"
        "[2] 2.txt:1 · 2021-05-04 · Bell\n"
        "    It burst.\n"
    )


def test_a_chat_that_has_told_the_claims_tells_where_they_stand() -> None:
    """Its claims come before it is known that they differ."""
    assert rendered(FINAL)["chat"].startswith(
        "Molde beat Brann. [\\[1\\]](/1)\n\nBrann beat Molde. [\\[2\\]](/2)\n\n"
        "The articles differ, the newest first:\n\n"
        "- 2021-05-05 · Bell [\\[1\\]](/1)\n- 2021-05-04 · Bell [\\[2\\]](/2)\n\nSources:\n"
    )


def test_a_question_is_filled_in_where_other_words_are_understood() -> None:
    """Spaces are no words."""
    assert not filled_in("Why  did it\nburst? ", "Why did it burst?")
    assert filled_in("Why?", "Why did it burst?")


def test_the_words_stand_in_one_module() -> None:
    """No other renderer, page or script has them in a text of its own."""
    serve = RENDER.parent / "serve"
    pages = [*serve.glob("*.j2"), *(serve / "static").glob("*.html")]
    written = [*RENDER.glob("*.py"), *(serve / "static").glob("*.js"), *pages]
    told = texts()
    became = [words for one in told["BECAME"].values() for words in one.values()]
    sentences = [*Words, *became]

    found = [
        (path.name, words)
        for path in written
        if path.name != "outline.py"
        for words in sentences
        for mark in "\"'`>"
        if f"{mark}{words}" in path.read_text(encoding="utf-8")
    ]
    assert len(written) > 20
    assert found == []
