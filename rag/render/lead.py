"""What an answer begins with, before its claims: short answers, gaps, and sides that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.domain import Answer, Copy, Evidence

NO_ANSWER = "No answer in these articles."
NAMED = 3  # copies; of more, only the number is told


def also_in(copies: Sequence[Copy | Evidence]) -> str:
    """Where else a sentence stands word for word; empty where it does not."""
    if not copies:
        return ""
    places = ", ".join(f"{copy.source.path}:{copy.line}" for copy in copies[:NAMED])
    return f"also in {places}{unnamed(copies)}"


def unnamed(copies: Sequence[object]) -> str:
    """What stands behind the places that are named: how many are not."""
    more = len(copies) - NAMED
    return f" and {more} more" if more > 0 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One line of it."""

    before: str = ""  # what the words are of
    words: str  # what is to be seen first
    after: str = ""
    n: int | None = None  # number of the citation


def lead(answer: Answer) -> Iterator[Lead]:
    """The lines, in order; none where an answer begins with its claims."""
    if answer.short_answer:
        yield Lead(words=answer.short_answer.text, n=answer.short_answer.citation.n)
    for part in answer.parts:
        short = part.short_answer
        if short:
            yield Lead(before=part.question, words=short.text, n=short.citation.n)
        elif part.reason:
            yield Lead(before=part.question, words=NO_ANSWER, after=part.reason)
    if answer.sides:
        yield Lead(words="The articles differ, the newest first:")
    for side in answer.sides:
        source = side.citation.source
        place = " · ".join(filter(None, (source.date or "no date", source.outlet or source.path)))
        yield Lead(before=f"{place}:", words=side.text, n=side.citation.n)
