"""What a sentence has to state to answer "Who is ROLE?" and "Where is PLACE?"; of others, nothing.

A sentence may hold all words of such a question and not answer it. Retrieval puts those that state
it first, a short answer is taken from such words only, and without any there is no answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.domain import Evidence, Span
from rag.question.read import Question
from rag.question.roles import asked_role, holders
from rag.question.whereabouts import asked_place, states_where


def stated(question: Question, found: Evidence) -> list[Span] | None:
    """Where a sentence states what is asked.

    Args:
        question: The question.
        found: The sentence.

    Returns:
        Spans of the sentence, none where it does not state it; None for a question that asks
        neither for the holder of an office nor where a place is.
    """
    if role := asked_role(question.text):
        return [holder.name for holder in holders(role, found.text) if holder.whole]
    if place := asked_place(question.text):
        return states_where(place, found.text, title=found.source.title or "")
    return None


def unstated(question: Question, evidence: Sequence[Evidence]) -> str | None:
    """Why nothing that was found answers, where no sentence states what is asked.

    A minister of whom the sentence does not tell which country's still is one whom it may ask for.

    Returns:
        The reason as a sentence; None where a sentence states it, and for other questions.
    """
    if role := asked_role(question.text):
        if any(holders(role, found.text) for found in evidence):
            return None
        return f"No sentence that was found says who {_the(role.written)} is."
    if place := asked_place(question.text):
        if any(stated(question, found) for found in evidence):
            return None
        return f"No sentence that was found says where {place} is."
    return None


def _the(role: str) -> str:
    return (
        role if role.lower().startswith(("the ", "a ", "an ")) or "'s " in role else f"the {role}"
    )
