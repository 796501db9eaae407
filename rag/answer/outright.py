"""Questions that a sentence answers by its form alone, however unsure a reader is.

"What did Lark say?" asks for any words of Lark, and "Who is Ada Lark?" is told by "Ada Lark, the
harbour master". A reader was trained on questions that ask for more. And where somebody asks the
same in an interview, the next turn answers.
"""

from __future__ import annotations

import re

from rag.domain import Evidence
from rag.language.names import same_name
from rag.language.proper_names import NAME
from rag.language.text import content_terms, fold, plain, stem, words
from rag.question.read import SAY, Kind, Question
from rag.retrieve.resolve_speakers import PersonName, read_name
from rag.retrieve.whose import Asked
from rag.statements.titles import is_calling, person

_NAME = re.compile(NAME)
_SAY = re.compile(SAY)
_ASKS_FOR = frozenset("who whom whose what which when where why how".split())
_WHO_IS = re.compile(r"who(?:\s(?:is|was|are|were)|[’']s)\s(?P<whom>[^?,]+?)\s*\??", re.IGNORECASE)
_THE = re.compile(r"^(?:the|an?)\s", re.IGNORECASE)
# "Ada Lark, the harbour master", "Ada Lark, head of the school", "Ada Lark is a smith".
_TOLD_AFTER = re.compile(
    r",\s(?:\d{1,3},\s)?(?:the|an?|who|whose|[a-z-]+\s(?:of|at|for|from|in))\s"
    r"|\s(?:is|was|remains|became)\s(?:the|an?|[a-z-]+\s(?:of|at))\s"
)


def is_told_outright(
    question: Question, whom: Asked, best: Evidence, before: Evidence | None = None
) -> bool:
    """Whether the best sentence answers a question by its form.

    Args:
        question: The question.
        whom: Whose words it asks for.
        best: The first of the ranked sentences.
        before: The sentence before it, of the same article.
    """
    if best.score < 0:
        return False
    if question.speaker:
        return asks_for_any_words(question) and best.speaker in whom.forms
    if before and _is_asked_the_same(question, best, before):
        return True
    asked = _WHO_IS.fullmatch(question.wanted)
    if asked is None:
        return False
    text, called = plain(best.text), _THE.sub("", asked["whom"], count=1)
    name = person(called) if _NAME.fullmatch(called) else None
    return _tells_of(text, read_name(name)) if name else _names_holder(text, called)


def _is_asked_the_same(question: Question, best: Evidence, before: Evidence) -> bool:
    """Whether one person asks all of the question, and another speaks next."""
    if not (before.speaker and best.speaker) or before.speaker == best.speaker:
        return False
    text = plain(before.text)
    asks = _ASKS_FOR.intersection(words(text)) >= _ASKS_FOR.intersection(words(question.wanted))
    return asks and text.endswith("?") and before.terms.issuperset(question.terms)


def asks_for_any_words(question: Question) -> bool:
    """Whether a question names whose words it asks for, and no topic: "What did Lark say?"."""
    if question.kind is not Kind.STATEMENT:
        return False
    known = {stem(word) for word in words(question.speaker_as_asked)}
    left = (word for word in words(question.timeless) if content_terms(word))
    return all(stem(word) in known or _SAY.fullmatch(word) for word in left)


def _tells_of(text: str, asked: PersonName) -> bool:
    """Whether a sentence says what somebody is, beside the name."""
    for match in _NAME.finditer(text):
        name = person(match[0])
        read = read_name(name) if name else None
        if read is None or not same_name(read.surname, asked.surname):
            continue
        if len(asked.words) > 1 and not asked.is_called(" ".join(read.words)):
            continue
        titles = fold(match[0].removesuffix(name or "")).split()
        before = fold(text[: match.start()]).rstrip(", ").split()[-1:]
        if any(map(is_calling, [*titles, *before])) or _TOLD_AFTER.match(text, match.end()):
            return True
    return False


def _names_holder(text: str, office: str) -> bool:
    """Whether a name stands beside what somebody is called: "Culture minister Ada Lark"."""
    called, whom = re.escape(office), rf"(?P<name>{NAME})"
    before = rf"(?<!\w)(?i:{called}),?\s{whom}"
    after = rf"{whom},\s(?:\d{{1,3}},\s)?(?:the\s|an?\s)?(?i:{called})\b"
    found = (re.search(pattern, text) for pattern in (before, after))
    return any(match is not None and person(match["name"]) for match in found)
