"""What a chosen sentence means by "he" or "the company": a sentence before it that tells.

It comes into an answer only where it helps: where it has a word of the question that the other
lacks, for "the company" a name that the title lacks too, or, for "he" and "she", the name. The
nearest sentence before may tell of another matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rag.domain import Evidence
from rag.language.names import capitalised, same_name
from rag.language.proper_names import NAME
from rag.language.text import content_terms, plain, stem, words
from rag.question.read import Question
from rag.statements.titles import gender, last_name

BACK = 2  # sentences before one that begins with "he" in which the name is looked for
_TIME = (  # "this year" is no pronoun
    r"(?:\w+ )?"
    r"(?:morning|afternoon|evening|night|day|week|weekend|month|season|year|decade|time)s?\b"
)
CALLED = 2  # words after "the" that may call a thing by its name
_LEANS = re.compile(
    rf"[\W_]*(?:(?P<person>he|she|his|her)\b|(?P<thing>it|they|its|their|this|that|these|those)\b"
    rf"(?! {_TIME})|(?P<called>(?i:the|both) (?=[a-z])))",
    re.IGNORECASE,
)
_GENDERS = {"he": "m", "his": "m", "she": "f", "her": "f"}
_NAME = re.compile(NAME)


def leans(text: str) -> bool:
    """Whether a sentence does not say itself whom or what it is about.

    It begins with a pronoun, or with "the company", and names nobody.

    >>> leans("He resigned on Friday."), leans("The bridge in Elmport is old.")
    (True, False)
    """
    match = _LEANS.match(text)
    return match is not None and not (match["called"] and any(_names(text)))


def leading(found: Evidence, by_id: Mapping[int, Evidence], *, asked: Question) -> Evidence | None:
    """The sentence before that tells whom or what one means by "he", "it" or "the company".

    Args:
        found: The sentence.
        by_id: All sentences that were found. One that is no answer itself tells nothing, and
            nothing before it does.
        asked: The question.
    """
    match = _LEANS.match(found.text)
    if match is None or not leans(found.text) or _is_named(found, match, asked):
        return None
    names = {stem(name) for name in asked.names} - found.terms
    titled = set(content_terms(found.source.title or ""))
    wanted = names - titled if match["called"] else set(asked.terms) - found.terms
    for id in range(found.id - 1, found.id - 1 - BACK, -1):
        before = by_id.get(id)
        if before is None or before.article_id != found.article_id or before.score < 0:
            return None
        if match["person"]:
            if _names_whom(before, found, _GENDERS[match["person"].lower()], names):
                return before
        elif wanted & before.terms and not leans(before.text):
            return before
    return None


def _is_named(found: Evidence, match: re.Match[str], asked: Question) -> bool:
    """Whether the question says itself what "the old bridge" is: it asks about the bridge."""
    called = content_terms(" ".join(words(found.text[match.end() :])[:CALLED]))
    return match["called"] is not None and not set(asked.terms).isdisjoint(called)


def _names_whom(before: Evidence, found: Evidence, who: str, missed: set[str]) -> bool:
    """Whether a sentence has the name of whom the other means by "he" ("m") or "she" ("f").

    Args:
        before: The sentence.
        found: The other.
        who: "m" or "f".
        missed: Names of the question that the other lacks.
    """
    if found.speaker:
        return any(same_name(word, last_name(found.speaker)) for word in words(before.text))
    told = {gender(match[0]) for match in _NAME.finditer(plain(before.text))} - {None}
    if told and who not in told:
        return False
    return bool(missed & before.terms) if missed else any(_names(before.text))


def _names(text: str) -> Iterator[str]:
    """Words with a capital that they do not have from opening a sentence."""
    return (name for name, opens in capitalised(plain(text)) if not opens)
