"""Ranked evidence -> the few sentences an answer is made of, or the reason why there are none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.domain import Evidence
from rag.question import Question
from rag.store import LocalStore
from rag.text import STOPWORDS, content_terms, fold, stem, terms, words

CLOSE = 0.08  # a further sentence joins the answer when its score is this near to the best
CLOSE_ELSEWHERE = 0.04  # the same, for a sentence of another article
REPEATS = 0.7  # share of common terms from which two sentences say the same
COVERED = 0.6  # share of the question's words from which an unknown name is not held against it
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
        limit: At most this many are chosen, not counting those that only finish a quotation.

    Returns:
        The best sentence and those that come close to it and say something else, best first. A
        quotation that a chosen sentence opens and leaves open goes on with the sentence after it.
    """
    chosen: list[Evidence] = []
    for found in evidence:
        if len(chosen) == limit or (chosen and chosen[0].score - found.score > CLOSE):
            break
        if not chosen or (_near(found, chosen[0]) and not any(_repeats(found, c) for c in chosen)):
            chosen.append(found)
    by_id = {found.id: found for found in evidence}
    return _in_order(chosen, by_id)


def _near(found: Evidence, best: Evidence) -> bool:
    """Close enough to the best sentence: a little further off is still close in its own article."""
    return found.article_id == best.article_id or best.score - found.score <= CLOSE_ELSEWHERE


def _in_order(chosen: Sequence[Evidence], by_id: Mapping[int, Evidence]) -> list[Evidence]:
    """The chosen sentences, each followed by the one that goes on with its quotation."""
    result: dict[int, Evidence] = {}
    for found in chosen:
        result.setdefault(found.id, found)
        following = by_id.get(found.id + 1)
        if following and following.article_id == found.article_id and leaves_open(found.text):
            result.setdefault(following.id, following)
    return list(result.values())


def leaves_open(text: str) -> bool:
    """Whether a text ends inside a quotation.

    >>> leaves_open('He wrote: "One quality is useful.'), leaves_open('"Yes," he said.')
    (True, False)
    """
    straight = text.count('"') % 2 == 1
    curly = text.count("“") > text.count("”")
    return curly or (straight and not text.rstrip(".,;!? ").endswith('"'))


def _repeats(left: Evidence, right: Evidence) -> bool:
    a, b = set(terms(left.text)), set(terms(right.text))
    return len(a & b) >= REPEATS * min(len(a), len(b))


def unanswerable(question: Question, evidence: Sequence[Evidence], store: LocalStore) -> str | None:
    """Why the articles cannot answer, when that is plain to see.

    A first, careful version: it speaks up only when a name or most of the topic of the question is
    nowhere in the articles, when no article has all its names, or when nothing found has to do
    with the question.

    Returns:
        The reason as a sentence, or None.
    """
    if not evidence:
        return "The index holds no text that matches any word of the question."
    best = evidence[0]
    reason = _absent_name(question, store) if best.lexical < COVERED else None
    reason = reason or _apart(question, store) or _absent_topic(question, store)
    if reason is None and best.dense < RELEVANT_COSINE and best.lexical < RELEVANT_SHARE:
        reason = "Nothing in the articles has to do with this question."
    return reason


def _absent_name(question: Question, store: LocalStore) -> str | None:
    for name in question.names:
        if not store.frequency(stem(name)) and not store.spellings(name):
            return f"No article mentions {_as_asked(name, question)}."
    return None


def _apart(question: Question, store: LocalStore) -> str | None:
    """For "what did X say about Y": whether no article has all the names asked about."""
    if not _SAID.search(fold(question.text)):
        return None
    together: set[int] | None = None
    known: list[str] = []
    for name in question.names:
        articles = store.mentioning([name, *store.spellings(name)])
        if articles:  # else it stands there in small letters, and where is not recorded
            together = articles if together is None else together & articles
            known.append(_as_asked(name, question))
    if together is not None and not together:
        return f"No article mentions {' and '.join(known)} together."
    return None


def _absent_topic(question: Question, store: LocalStore) -> str | None:
    """For "what did X say about Y": whether the words of Y that tell most are nowhere."""
    match = _SAID.search(fold(question.text))
    if match is None:
        return None
    absent = [
        w for w in words(match["topic"]) if w not in STOPWORDS and not store.frequency(stem(w))
    ]
    topic = content_terms(match["topic"])
    if topic and 2 * len(absent) >= len(topic):
        return f"No article mentions {', '.join(absent)}."
    return None


def _as_asked(name: str, question: Question) -> str:
    """A folded name as the user wrote it."""
    for word in question.text.split():
        if name in fold(word).replace("'", "").replace(".", ""):
            return word.strip("?!.,;:\"'()").removesuffix("'s").removesuffix("’s")
    return name
