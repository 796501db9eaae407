"""How the names of a question were read, where that is not plain: what a person is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.domain import Evidence
from rag.language.text import stem
from rag.question.read import Question
from rag.retrieve.whose import Asked
from rag.store import LocalStore

MAY_BE = 3  # people that are named where a last name may be theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesRead:
    """What was made of names that no article has as typed, or that several people have."""

    instead: tuple[str, ...]  # names of the articles that were looked for instead
    told: tuple[str, ...]  # all of it as sentences


def read_names(
    asked: Question, whom: Asked, chosen: Sequence[Evidence], store: LocalStore
) -> NamesRead:
    """Say how the names of a question were read.

    Args:
        asked: The question.
        whom: Whose words it asks for.
        chosen: The sentences that answer it.
        store: The index that they are from.
    """
    instead = [near for _, near in asked.mistyped]
    told = [f"No article mentions {typed}. Read as: {asked.text}" for typed, _ in asked.mistyped]
    for name in asked.names:
        spelled = store.spellings(name) or store.misspelt(name)
        # "Bielsky" and "Bielski" have one stem, by which the index knows them.
        alike = any(stem(one) == stem(name) for one in spelled)
        if spelled and name not in spelled and (alike or not store.frequency(stem(name))):
            found = [one.capitalize() for one in spelled]
            others = " or ".join(found)
            told.append(f"No article mentions {name.capitalize()}. Searched for {others} instead.")
            instead += found
    names = whom.may_be({one.speaker for one in chosen})
    if len(names) > 1:
        shown = [*names[:MAY_BE], *(["others"] if len(names) > MAY_BE else [])]
        told.append(f"{asked.speaker[-1].capitalize()} can mean {' or '.join(shown)}.")
    return NamesRead(instead=tuple(instead), told=tuple(told))
