"""What a question and its answer leave to refer to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rag.domain import Answer
from rag.language.proper_names import NAME
from rag.language.text import STOPWORDS, words
from rag.question.named import persons
from rag.question.read import Kind, read_question
from rag.statements.people import find_people
from rag.statements.titles import gender

Called = Callable[[str], str | None]
_NAME = re.compile(NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was spoken of before a question."""

    question: str  # as it stood alone
    people: tuple[str, ...] = ()  # whom it and its answer are about, the likeliest first
    named: tuple[str, ...] = ()  # who else is named in its answer
    place: str | None = None  # where, if it asked that
    women: frozenset[str] = frozenset()  # of the people, those whom only the articles call "she"
    men: frozenset[str] = frozenset()  # likewise

    def gender(self, name: str) -> str | None:
        """What somebody is by title or first name, or else by the articles; None if not known."""
        known = "f" if name in self.women else "m" if name in self.men else None
        return gender(name) or known


def unknown(name: str) -> str | None:
    """What stands for the articles where there are none: they call nobody anything."""
    return None


def spoken_of(question: str, answer: Answer, *, called: Called = unknown) -> Before:
    """What a question and its answer leave to refer to.

    Args:
        question: As it stood alone.
        answer: Its answer.
        called: What the articles call somebody, "m" for "he" and "f" for "she".
    """
    asked = read_question(question)
    short = answer.short_answer
    speakers = [citation.speaker for citation in answer.citations if citation.speaker]
    people = [
        *(_names(short.text) if short and asked.kind is Kind.PERSON else []),
        *(one for one in speakers if set(asked.speaker) & set(words(one))),
        *persons(question),
    ]
    told = [name for claim in answer.claims for name in find_people(claim.text).full.values()]
    known = {name: gender(name) or called(name) for name in (*people, *told)}
    told = [name for name in told if known[name]]  # others may be no people: "Event Horizon"
    return Before(
        question=question,
        people=tuple(dict.fromkeys(people)),
        named=tuple(dict.fromkeys([*speakers, *told])),
        place=short.text if short and asked.kind is Kind.PLACE else None,
        women=frozenset(name for name, one in known.items() if one == "f"),
        men=frozenset(name for name, one in known.items() if one == "m"),
    )


def _names(text: str) -> list[str]:
    """The people of a short answer, without what else it says of them; all of it if it names none.

    >>> _names("His granddaughter, Tiril Moe"), _names("the mayor")
    (['Tiril Moe'], ['the mayor'])
    """
    found = [match[0] for match in _NAME.finditer(text) if match[0].lower() not in STOPWORDS]
    return found or [text]
