"""A line that a model wrote -> whether it is a sentence that answers, before it is checked."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence

from rag.domain import Evidence
from rag.language.names import OPENERS, capitalised
from rag.language.quantities import quantities
from rag.language.text import REPORTING, content_terms, plain, stem, words
from rag.question.read import Kind, Question

_DATE = re.compile(
    r" (?:in|on) (?:\d{1,2} )?"
    rf"(?:(?:{'|'.join(calendar.month_name[1:])})(?: \d{{1,2}},?)?(?: \d{{4}})?|\d{{4}})\b"
)
_LEADS_ON = "of|in|on|at|to|from|by|with|for|near|into|across|over|under|through|against"


def answering_words(one: Evidence) -> str:
    """The words of a sentence that the reader takes for the answer; none where it has none."""
    span = one.reading.words if one.reading else None
    return plain(one.text[span.start : span.end]) if span else ""


def holds(claim: str, kept: str) -> bool:
    """Whether a claim has all words of a few that have a meaning, numbers in any form."""
    values = {one.value for one in quantities(claim)}
    told = {
        term for one in quantities(kept) if one.value in values for term in content_terms(one.text)
    }
    return set(content_terms(kept)) <= told | set(content_terms(claim))


def unnamed_speaker(claim: str, cited: Sequence[Evidence]) -> str | None:
    """Who says what a claim tells, where the claim leaves that out; None where it does not."""
    told, reports = set(content_terms(claim)), {*REPORTING, "according"}
    speakers = [one.speaker for one in cited if one.speaker]
    if reports & set(words(claim)) or any(told & set(content_terms(one)) for one in speakers):
        return None
    return next(iter(speakers), None)


def is_object(text: str, cited: Sequence[Evidence]) -> bool:
    """Whether it only repeats what its sentence has after "to", "of", "on": a place or a thing."""
    claimed = text.rstrip(".!?").lower()
    whole = [said for one in cited if claimed in (said := plain(one.text).lower())]
    after = re.compile(rf"\b(?:{_LEADS_ON}) (?:(?:the|an?) )?{re.escape(claimed)}")
    return bool(whole) and all(map(after.search, whole))


def without_date(text: str, question: Question, cited: Sequence[Evidence]) -> str:
    """A claim without a day, month or year that only the question names."""
    for phrase in _DATE.findall(text):
        named = set(words(phrase)) & frozenset().union(*(words(one.text) for one in cited))
        if plain(phrase).lower() in question.text.lower() and not named - {"in", "on"}:
            text = text.replace(phrase, "")
    return text


def restates(question: Question, claim: str) -> bool:
    """Whether a claim only gives the question back: no name, no number, no two words are new.

    What gives a question back that asks for yes or no answers it.
    """
    if question.kind is Kind.YES_NO:
        return False
    new = set(content_terms(claim)) - set(question.terms)
    names = (name for name, opens in capitalised(claim) if not (opens and name in OPENERS))
    named = any(stem(name) in new for name in names)
    return len(new) < 2 and not named and not any(term[0].isdigit() for term in new)
