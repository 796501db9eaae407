"""One text -> the questions that it asks: "Who built it, and when did it burn?"."""

from __future__ import annotations

import re

from rag.follow_up import Before, stand_alone
from rag.question import speaker_place

MOST = 4  # questions that are answered at once; what comes after belongs to the last
_WH = r"(?:who|whom|whose|what|when|where|why|how|which)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)"
_BEGINS = re.compile(rf"^(?:{_WH}|{_AUXILIARY}|in (?:what|which)|to whom)\b", re.IGNORECASE)
_NEXT = re.compile(r"(?<=\?)\s+(?=\w)")
_JOINED = re.compile(rf"(?:,|;|,?\s+(?:and|but))\s+(?={_WH}\s+\w+\s+\w+)", re.IGNORECASE)
_PEOPLE = re.compile(r"^(?P<one>[A-ZА-Я][^,]*?)(?:,)?\s+and\s+(?P<other>[A-ZА-Я].*)$")
_PRONOUN = re.compile(r"\b(?:he|she|it|its|they|them|their|him|his|her)\b", re.IGNORECASE)
SHORTEST = 3  # words of a question


def split_question(text: str) -> list[str]:
    """Split a text into questions that stand alone.

    A second question's "he" is who the first one asks about. "What did Peskov and Sanders say"
    asks twice.

    Args:
        text: What the user typed.

    Returns:
        The questions, in order; a text that cannot be split, as it is. So is one whose second
        question would not stand alone.

    >>> split_question("Who built the spire, and when did it burn?")
    ['Who built the spire?', 'When did the spire burn?']
    """
    asked: list[str] = []
    for sentence in _NEXT.split(" ".join(text.split())):
        for question in _each_speaker(sentence, _clauses(sentence)):
            before = Before(question=asked[-1]) if asked else None
            asked.append(stand_alone(f"And {question}" if before else question, before))
    open_end = any(_PRONOUN.search(question) for question in asked[1:])
    return asked if 1 < len(asked) <= MOST and not open_end else [text]


def _clauses(sentence: str) -> list[str]:
    """The questions that a sentence joins."""
    pieces: list[str] = []
    start = 0
    for match in _JOINED.finditer(sentence):
        piece = sentence[start : match.start()]
        if _BEGINS.match(piece) and len(piece.split()) >= SHORTEST:
            pieces.append(piece)
            start = match.end()
    return [_as_question(piece) for piece in [*pieces, sentence[start:]]]


def _as_question(piece: str) -> str:
    return f"{piece[:1].upper()}{piece[1:].rstrip(' ,;?.')}?"


def _each_speaker(sentence: str, clauses: list[str]) -> list[str]:
    """The clauses, one that asks for the words of two people as two."""
    found: list[str] = []
    for clause in clauses:
        place = speaker_place(clause)
        people = _PEOPLE.match(clause[place.start : place.end]) if place else None
        if place and people:
            head, tail = clause[: place.start], clause[place.end :]
            found += [f"{head}{people['one']}{tail}", f"{head}{people['other']}{tail}"]
        else:
            found.append(clause)
    return found if len(found) > 1 else [sentence]
