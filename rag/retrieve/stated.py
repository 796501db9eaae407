"""What a sentence has to state to answer "Who is ROLE?" and "Where is PLACE?"; of others, nothing.

A sentence may hold all words of such a question and not answer it. Retrieval puts those that state
it first, a short answer is taken from such words only, and without any there is no answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.domain import Evidence, Span
from rag.question.read import Question
from rag.question.roles import holders
from rag.question.whereabouts import states_where


def stated(question: Question, text: str, *, title: str) -> tuple[Span, ...] | None:
    """Where a sentence states what is asked.

    Args:
        question: The question.
        text: The sentence.
        title: That of its article.

    Returns:
        Spans of the sentence, none where it does not state it; None for a question that asks
        neither for the holder of an office nor where a place is.
    """
    if question.role:
        return tuple(holder.name for holder in holders(question.role, text) if holder.whole)
    if question.place:
        return tuple(states_where(question.place, text, title=title))
    return None


def unstated(question: Question, evidence: Sequence[Evidence]) -> str | None:
    """Why nothing that was found answers, where no sentence states what is asked.

    A minister of whom the sentence does not tell which country's still is one whom it may ask for.

    Returns:
        The reason as a sentence; None where a sentence states it, and for other questions.
    """
    role, place = question.role, question.place
    if any(found.states for found in evidence):
        return None
    if role and not any(holders(role, found.text) for found in evidence):
        return f"No sentence that was found says who {_the(role.written)} is."
    if place and not role:
        return f"No sentence that was found says where {place} is."
    return None


def _the(role: str) -> str:
    return (
        role if role.lower().startswith(("the ", "a ", "an ")) or "'s " in role else f"the {role}"
    )
