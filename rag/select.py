"""Ranked evidence -> the few sentences an answer is made of, or the reason why there are none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.domain import Evidence
from rag.question import Question
from rag.store import LocalStore
from rag.text import content_terms, fold, stem, terms

CLOSE = 0.08  # a further sentence joins the answer when its score is this near to the best
CLOSE_ELSEWHERE = 0.04  # the same, for a sentence of another article
REPEATS = 0.7  # share of common terms from which two sentences say the same
RELEVANT_COSINE = 0.20  # below both of these the best sentence has nothing to do with the question
RELEVANT_SHARE = 0.25
_SAID = re.compile(
    r"\b(?:say|says|said|think|thinks|thought|claim\w*|tell|told|comment\w*|remark\w*|statement\w*"
    r"|talk\w*|speak\w*|spoke|stance|position|view\w*|opinion\w*)\b[^?]*?\b(?:about|on|of|regarding"
    r"|concerning)\s+(?P<topic>[^?]+)"
)


def select(evidence: Sequence[Evidence], *, limit: int) -> list[Evidence]:
    """Choose the sentences of the answer.

    Args:
        evidence: Ranked sentences.
        limit: At most this many are chosen.

    Returns:
        The best sentence and those that come close to it and say something else, best first.
    """
    chosen: list[Evidence] = []
    for found in evidence:
        if len(chosen) == limit:
            break
        if not chosen:
            chosen.append(found)
            continue
        gap = chosen[0].score - found.score
        same = found.article_id == chosen[0].article_id
        if gap > CLOSE:
            break
        if (same or gap <= CLOSE_ELSEWHERE) and not any(_repeats(found, c) for c in chosen):
            chosen.append(found)
    return chosen


def _repeats(left: Evidence, right: Evidence) -> bool:
    a, b = set(terms(left.text)), set(terms(right.text))
    return len(a & b) >= REPEATS * min(len(a), len(b))


def unanswerable(
    question: Question, evidence: Sequence[Evidence], store: LocalStore
) -> str | None:
    """Why the articles cannot answer, when that is plain to see.

    A first, careful version: it speaks up only when a name or the whole topic of the question is
    nowhere in the articles, or nothing found has to do with the question.

    Returns:
        The reason as a sentence, or None.
    """
    if not evidence:
        return "The index holds no text that matches any word of the question."
    for name in question.names:
        if not store.frequency(stem(name)) and not store.spellings(name):
            return f"No article mentions {_as_asked(name, question)}."
    topic = _topic(question)
    if topic and not any(store.frequency(term) for term in topic):
        return f"No article mentions {_topic_as_asked(question)}."
    best = evidence[0]
    if best.dense < RELEVANT_COSINE and best.lexical < RELEVANT_SHARE:
        return "Nothing in the articles has to do with this question."
    return None


def _topic(question: Question) -> list[str]:
    match = _SAID.search(fold(question.text))
    return content_terms(match["topic"]) if match else []


def _topic_as_asked(question: Question) -> str:
    match = _SAID.search(fold(question.text))
    return match["topic"].strip() if match else question.text


def _as_asked(name: str, question: Question) -> str:
    """A folded name as the user wrote it."""
    for word in question.text.split():
        if name in fold(word).replace("'", "").replace(".", ""):
            return word.strip("?!.,;:\"'()").removesuffix("'s").removesuffix("’s")
    return name
