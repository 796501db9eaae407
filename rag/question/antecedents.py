"""What a question and its answer leave to refer to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.domain import Answer
from rag.language.proper_names import NAME
from rag.language.text import STOPWORDS, words
from rag.question.named import persons
from rag.question.read import Kind, read_question
from rag.statements.people import find_people
from rag.statements.titles import gender

_NAME = re.compile(NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was spoken of before a question."""

    question: str  # as it stood alone
    people: tuple[str, ...] = ()  # whom it and its answer are about, the likeliest first
    named: tuple[str, ...] = ()  # who else is named in its answer
    place: str | None = None  # where, if it asked that


def spoken_of(question: str, answer: Answer) -> Before:
    """What a question and its answer leave to refer to.

    Args:
        question: As it stood alone.
        answer: Its answer.
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
    told = [name for name in told if gender(name)]  # others may be no people: "Event Horizon"
    return Before(
        question=question,
        people=tuple(dict.fromkeys(people)),
        named=tuple(dict.fromkeys([*speakers, *told])),
        place=short.text if short and asked.kind is Kind.PLACE else None,
    )


def _names(text: str) -> list[str]:
    """The people of a short answer, without what else it says of them; all of it if it names none.

    >>> _names("His granddaughter, Tiril Moe"), _names("the mayor")
    (['Tiril Moe'], ['the mayor'])
    """
    found = [match[0] for match in _NAME.finditer(text) if match[0].lower() not in STOPWORDS]
    return found or [text]
