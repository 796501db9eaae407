"""Whether the articles can answer a question at all.

A first, careful version: it speaks up only when a name or most of the topic of the question is
nowhere in the articles, when no article has all its names, or when nothing found has to do with it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rag.domain import Evidence
from rag.question import Question
from rag.store import LocalStore
from rag.text import STOPWORDS, content_terms, fold, stem, words

COVERED = 0.6  # share of the question's words from which an unknown name is not held against it
RELEVANT_COSINE = 0.20  # below both of these the best sentence has nothing to do with the question
RELEVANT_SHARE = 0.25
# Logistic weights of the first sentence's signs; see `answerability`.
BIAS, DENSE, LEXICAL = -4.3, 5.5, 1.7
_SAYING = (
    r"\b(?:say|says|said|think|thinks|thought|claim\w*|tell|told|comment\w*|remark\w*|statement\w*"
    r"|talk\w*|speak\w*|spoke|write|wrote|stance|position|view\w*|opinion\w*)\b"
)
_SAID = re.compile(_SAYING)
_SAID_ABOUT = re.compile(
    _SAYING + r"[^?]*?\b(?:about|on|of|regarding|concerning)\s+(?P<topic>[^?]+)"
)


def answerability(evidence: Sequence[Evidence]) -> float:
    """How likely it is that the evidence answers, from its best sentence alone.

    A logistic model of two signs, the cosine of question and sentence and the share of the
    question's words in it, fitted on the development questions of SQuAD 2.0 and CLAPnq, each set
    counting alike. Where the search by meaning takes no part, the score is low throughout.

    Returns:
        0..1; 0 when nothing was found.
    """
    if not evidence:
        return 0.0
    best = evidence[0]
    return 1 / (1 + math.exp(-(BIAS + DENSE * best.dense + LEXICAL * best.lexical)))


def unanswerable(question: Question, evidence: Sequence[Evidence], store: LocalStore) -> str | None:
    """Why the articles cannot answer, when that is plain to see.

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
    for name in question.names:
        articles = store.articles_with([stem(name), *map(stem, store.spellings(name))])
        if articles is not None:  # else it is in so many that it tells nothing
            together = articles if together is None else together & articles
    if together is not None and not together:
        names = " and ".join(dict.fromkeys(_as_asked(name, question) for name in question.names))
        return f"No article mentions {names} together."
    return None


def _absent_topic(question: Question, store: LocalStore) -> str | None:
    """For "what did X say about Y": whether the words of Y that tell most are nowhere."""
    match = _SAID_ABOUT.search(fold(question.text))
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
