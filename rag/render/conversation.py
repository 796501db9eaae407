"""A conversation -> Markdown to keep, and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rag.answer.conversation import Turn
from rag.domain import Citation
from rag.render.as_json import answer_dict
from rag.render.markdown_text import markdown_text
from rag.render.outline import Listed, Refusal, Words, filled_in, outline, place


def conversation_markdown(turns: Sequence[Turn]) -> str:
    """The turns as a page: each question, its answer, and the sources with their quotations."""
    return "\n\n".join(["# Conversation", *("\n".join(_turn(turn)) for turn in turns)]) + "\n"


def _turn(turn: Turn) -> Iterator[str]:
    yield f"## {turn.n}. {markdown_text(turn.asked)}"
    yield ""
    if filled_in(turn.asked, turn.question):
        yield from (f"{Words.UNDERSTOOD}: {markdown_text(turn.question)}", "")
    outlined = outline(turn.answer)
    if outlined.limited:
        yield from (markdown_text(outlined.limited), "")
    if outlined.refusal:
        yield from _refusal(outlined.refusal)
        return
    for one in outlined.lead:
        yield _line(one.question, f"**{markdown_text(one.text)}**", one.why, one.citations)
        yield ""
    if outlined.heading:
        yield from (f"**{outlined.heading}**", "")
    for side in outlined.sides:
        yield _line(f"{side.place}:", f"**{markdown_text(side.text)}**", "", side.citations)
        yield ""
    for claim in outlined.claims:
        yield f"{markdown_text(claim.text)}{_numbers(claim.citations)}"
    if outlined.claims:
        yield ""
    for source in outlined.sources:
        yield from _source(source)


def _line(before: str, words: str, after: str, cited: Iterable[Citation]) -> str:
    parts = (markdown_text(before), words, markdown_text(after))
    return " ".join(filter(None, parts)) + _numbers(cited)


def _numbers(cited: Iterable[Citation]) -> str:
    return "".join(f" \\[{citation.n}\\]" for citation in cited)


def _source(listed: Listed) -> Iterator[str]:
    citation = listed.citation
    known = (listed.place, citation.source.date, citation.source.outlet, listed.also_in)
    yield f"- \\[{citation.n}\\] {markdown_text(' · '.join(filter(None, known)))}"
    yield f"  > {markdown_text(citation.quote)}"


def _refusal(refusal: Refusal) -> Iterator[str]:
    yield f"**{Words.NO_ANSWER}** {markdown_text(refusal.why)}"
    if refusal.heading:
        yield from ("", refusal.heading, "")
    for one in refusal.nearest:
        yield f"- {markdown_text(place(one))}: {markdown_text(one.text)}"


def turn_dict(turn: Turn) -> dict[str, Any]:
    """A turn for programs: what was typed, what was understood, and the answer JSON."""
    return {
        "schema": "rag.turn/1",
        "n": turn.n,
        "asked": turn.asked,
        "question": turn.question,
        "answer": answer_dict(turn.answer),
    }
