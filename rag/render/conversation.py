"""A conversation -> Markdown to keep, and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rag.answer.conversation import Turn
from rag.domain import Citation, Evidence
from rag.render.as_json import answer_dict
from rag.render.lead import NO_ANSWER, also_in, lead
from rag.render.markdown_text import markdown_text


def conversation_markdown(turns: Sequence[Turn]) -> str:
    """The turns as a page: each question, its answer, and the sources with their quotations."""
    return "\n\n".join(["# Conversation", *("\n".join(_turn(turn)) for turn in turns)]) + "\n"


def _turn(turn: Turn) -> Iterator[str]:
    yield f"## {turn.n}. {markdown_text(turn.asked)}"
    yield ""
    if turn.question != " ".join(turn.asked.split()):
        yield from (f"Understood as: {markdown_text(turn.question)}", "")
    answer = turn.answer
    if answer.abstained:
        yield f"**{NO_ANSWER}** {markdown_text(answer.reason or '')}"
        yield from _nearest(answer.nearest)
        return
    for line in lead(answer):
        number = f" \\[{line.n}\\]" if line.n else ""
        words = f"**{markdown_text(line.words)}**"
        yield (
            " ".join(filter(None, (markdown_text(line.before), words, markdown_text(line.after))))
            + number
        )
        yield ""
    for claim in answer.claims:
        numbers = "".join(f" \\[{citation.n}\\]" for citation in claim.citations)
        yield f"{markdown_text(claim.text)}{numbers}"
    yield ""
    for citation in answer.citations:
        yield from _source(citation)


def _source(citation: Citation) -> Iterator[str]:
    details = filter(None, (citation.source.date, citation.source.outlet))
    place = " · ".join([f"{citation.source.path}:{citation.line}", *details])
    if citation.copies:
        place += f" · {also_in(citation.copies)}"
    yield f"- \\[{citation.n}\\] {markdown_text(place)}"
    yield f"  > {markdown_text(citation.quote)}"


def _nearest(found: Sequence[Evidence]) -> Iterator[str]:
    if found:
        yield from ("", "Nearest sentences, which are not an answer:", "")
    for one in found:
        yield f"- {markdown_text(f'{one.source.path}:{one.line}')}: {markdown_text(one.text)}"


def turn_dict(turn: Turn) -> dict[str, Any]:
    """A turn for programs: what was typed, what was understood, and the answer JSON."""
    return {
        "schema": "rag.turn/1",
        "n": turn.n,
        "asked": turn.asked,
        "question": turn.question,
        "answer": answer_dict(turn.answer),
    }
