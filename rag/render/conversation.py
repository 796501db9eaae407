"""A conversation -> a document to keep, and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.answer.conversation import Turn
from rag.render.as_json import answer_dict
from rag.render.brief import Brief, Entry, make_brief
from rag.render.outline import filled_in

TITLE = "Conversation"


def conversation_brief(turns: Sequence[Turn]) -> Brief:
    """Each question as it was asked and understood, and its answer."""
    return make_brief(TITLE, map(_entry, turns))


def _entry(turn: Turn) -> Entry:
    understood = turn.question if filled_in(turn.asked, turn.question) else ""
    return Entry(number=turn.n, asked=turn.asked, understood=understood, answer=turn.answer)


def turn_dict(turn: Turn) -> dict[str, Any]:
    """A turn for programs: what was typed, what was understood, and the answer JSON."""
    return {
        "schema": "rag.turn/1",
        "n": turn.n,
        "asked": turn.asked,
        "question": turn.question,
        "answer": answer_dict(turn.answer),
    }
