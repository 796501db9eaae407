"""What writes nothing -> JSON: evidence, a checked draft, statements, figures, in plain values.

Each is given the assistant in the thread that owns it; see `AsyncAssistant.look_up`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.answer.assistant import Assistant
from rag.filters import NONE, Filters
from rag.render.as_json import said_dict, search_dict, speakers_dict
from rag.render.draft import draft_dict
from rag.retrieve.resolve_speakers import find_speaker, speakers
from rag.retrieve.tags import tag_counts
from rag.retrieve.timeline import timeline, undated

TAGS = 200  # that are listed, those of most articles
LONGEST_DRAFT = 20_000  # characters; it takes a second for each of its sentences, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which statements to show."""

    speaker: str | None = None  # None: who says something at all
    about: str | None = None
    filters: Filters = NONE


def find_evidence(
    question: str, k: int, assistant: Assistant, filters: Filters = NONE
) -> dict[str, Any]:
    """The best ``k`` sentences, as `rag search --json` has them.

    Raises:
        QuestionError: The question is empty or too long.
        ConfigError: A filter cannot be used.
    """
    found = assistant.search(question, filters)[:k]
    narrowed = assistant.narrow(filters)
    return search_dict(
        question,
        found,
        generation=assistant.store.manifest.generation,
        limited=narrowed.limited if narrowed else None,
        reason=narrowed.reason if narrowed else None,
    )


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
        ConfigError: Several people have the name.
        RagError: Nobody of that name says anything.
    """
    store = assistant.store
    generation = store.manifest.generation
    narrowed = assistant.narrow(wanted.filters)
    if wanted.speaker is None:
        there = speakers(store, narrowed.within.articles if narrowed else None)
        return speakers_dict(there, generation=generation, narrowed=narrowed)
    one = find_speaker(wanted.speaker, speakers(store))
    return said_dict(
        one,
        timeline(one, store=store, about=wanted.about, narrowed=narrowed),
        about=wanted.about,
        generation=generation,
        undated=undated(one, narrowed, store=store, about=wanted.about),
        narrowed=narrowed,
    )


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
        "tags": [{"tag": tag, "articles": n} for tag, n in tag_counts(store.filed())[:TAGS]],
    }
