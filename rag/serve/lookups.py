"""What writes nothing -> JSON: evidence, a checked draft, statements, figures, in plain values.

Each is given the assistant in the thread that owns it; see `AsyncAssistant.look_up`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.answer.assistant import Assistant
from rag.render.as_json import said_dict, search_dict, speakers_dict
from rag.render.draft import draft_dict
from rag.retrieve.resolve_speakers import find_speaker, speakers
from rag.retrieve.timeline import timeline, undated

LONGEST_DRAFT = 20_000  # characters; it takes a second for each of its sentences, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which statements to show."""

    speaker: str | None = None  # None: who says something at all
    about: str | None = None
    since: str | None = None
    until: str | None = None


def find_evidence(question: str, k: int, assistant: Assistant) -> dict[str, Any]:
    """The best ``k`` sentences, as `rag search --json` has them.

    Raises:
        QuestionError: The question is empty or too long.
    """
    found = assistant.search(question)[:k]
    return search_dict(question, found, generation=assistant.store.manifest.generation)


def checked_draft(draft: str, assistant: Assistant) -> dict[str, Any]:
    """A draft held against the articles, as `rag check --json` has it.

    Raises:
        ModelError: A model fails.
    """
    found = list(assistant.check(draft))
    return draft_dict(found, generation=assistant.store.manifest.generation)


def find_statements(wanted: Wanted, assistant: Assistant) -> dict[str, Any]:
    """What somebody says, or who says something, as `rag said --json` has it.

    Raises:
        ConfigError: Several people have the name, or a day is no date.
        RagError: Nobody of that name says anything.
    """
    store = assistant.store
    generation = store.manifest.generation
    known = speakers(store)
    if wanted.speaker is None:
        return speakers_dict(known, generation=generation)
    one = find_speaker(wanted.speaker, known)
    found = timeline(one, store=store, about=wanted.about, since=wanted.since, until=wanted.until)
    timed = wanted.since or wanted.until
    without = undated(one, store=store, about=wanted.about) if timed else 0
    return said_dict(one, found, about=wanted.about, generation=generation, undated=without)


def index_figures(assistant: Assistant) -> dict[str, Any]:
    """What an index holds."""
    store = assistant.store
    first, last, without = store.dates()
    tables = ("articles", "passages", "sentences", "statements")
    return {
        "schema": "rag.figures/1",
        "generation": store.manifest.generation,
        "built": store.manifest.built,
        **{table: store.count(table) for table in tables},
        "dates": {"first": first, "last": last, "without": without},
    }
