"""Whether a question is answered or refused: the one place where that is decided, rule by rule.

It refuses when nothing was found, when all that was found is of another time or of other people,
and when hardly anything of it answers; where no reader reads, also when a name is nowhere in the
articles. `bench/ablation.py` measures what each rule is worth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from rag.answer.answerability import answerability, is_read, line
from rag.answer.leading import leans
from rag.answer.listed import is_asked_for, list_of
from rag.answer.names_lacking import Why, apart_names, missing_names
from rag.answer.outright import is_told_outright
from rag.domain import Evidence
from rag.language.names import same_name
from rag.language.text import content_terms, plain, words
from rag.question.named import topic_of
from rag.question.news import dated, read_news
from rag.question.read import Kind, Question, asks_how_many, can_hold_answer, in_time
from rag.question.vague import refers, unclear
from rag.refusal import RefusalKind
from rag.retrieve.narrow import Narrowed
from rag.retrieve.whose import Asked, is_personal
from rag.statements.cues import find_cues
from rag.store import LocalStore

NO_WORD = "Nothing was found: no article contains a word of the question."
NO_WORD_LEFT = "Nothing was found: no article that was searched contains a word of the question."
NO_SENTENCE = "Sentences were found, but none of them answers this question."
NO_MORE = "The articles contain nothing more that answers this question."
_QUOTE = re.compile(r"[\"“”„«»]|[Aa]ccording to")
LIKELY = 0.1  # share of the best sentence's score from which another may hold the number asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable:
    """The evidence may answer the question."""

    likely: float  # how far it can, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The question is not answered."""

    rule: str  # the name of the rule that refused, one of `RULES` where one did
    kind: RefusalKind
    reason: str  # a sentence for the person who asked
    likely: float  # how far the evidence can answer all the same, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a rule decides about."""

    question: Question
    whom: Asked  # whose words it asks for
    evidence: Sequence[Evidence]  # ranked; none only for the first rule
    store: LocalStore  # the index that it is from
    likely: float  # the answerability
    abstain_below: float | None  # the user's own line of it, see `line`
    limited: bool  # whether only a part of the index was searched


Rule = Callable[[Case], Why | None]  # None lets the question pass


def decide(
    question: Question,
    whom: Asked,
    evidence: Sequence[Evidence],
    store: LocalStore,
    *,
    abstain_below: float | None = None,
    limited: bool = False,
    off: Collection[str] = frozenset(),
) -> Answerable | Refusal:
    """Answer, or refuse for the first reason that holds.

    Args:
        question: The question.
        whom: Whose words it asks for.
        evidence: Ranked sentences.
        store: The index that they are from.
        abstain_below: The user's own line of abstention, see `line`.
        limited: Whether only a part of the index was searched.
        off: Names of rules that are left out, to see what each is worth. Without any evidence
            there is nothing to answer with, whatever is off.

    Raises:
        ValueError: There is no rule of such a name.
    """
    if unknown := set(off) - {name for name, _ in RULES}:
        raise ValueError(f"no such rule: {', '.join(sorted(unknown))}")
    likely = answerability(question, evidence)
    case = Case(
        question=question,
        whom=whom,
        evidence=evidence,
        store=store,
        likely=likely,
        abstain_below=abstain_below,
        limited=limited,
    )
    for name, rule in RULES:
        if name in off and evidence:
            continue
        if why := rule(case):
            return Refusal(rule=name, kind=why.kind, reason=why.text, likely=likely)
    return Answerable(likely=likely)


def refused_as_unclear(question: Question) -> Refusal | None:
    """The refusal of what only refers, before anything is looked for; None for a question.

    Whatever would be found for it is arbitrary.
    """
    if not refers(question.text):
        return None
    kind = RefusalKind.UNCLEAR_QUESTION
    return Refusal(rule="unclear", kind=kind, reason=unclear(question.text), likely=0.0)


def nothing_left(narrowed: Narrowed | None) -> Refusal | None:
    """The refusal of a question whose filters leave no article; None where they leave some."""
    if narrowed is None or narrowed.reason is None:
        return None
    kind = RefusalKind.NOTHING_LEFT
    return Refusal(rule="nothing left", kind=kind, reason=narrowed.reason, likely=0.0)


def nothing_more(refused: Refusal) -> Refusal:
    """The refusal to show more, where what answers was shown before."""
    return replace(refused, kind=RefusalKind.NOTHING_MORE, reason=NO_MORE)


def _nothing(case: Case) -> Why | None:
    """Whether nothing was found at all."""
    if case.evidence:
        return None
    text = NO_WORD_LEFT if case.limited else NO_WORD
    return _none_dated(case) or Why(kind=RefusalKind.NOTHING_FOUND, text=text)


def _absent_name(case: Case) -> Why | None:
    """Where no reader reads: whether a name is missing, see `_missing`."""
    return None if is_read(case.evidence) else _missing(case)


def _untimely(case: Case) -> Why | None:
    """For "what did X say in July 2018": whether all that was found is of another time."""
    question = case.question
    if question.period is None or any(
        in_time(question, date=found.source.date, text=found.text) for found in case.evidence
    ):
        return None
    text = f"Sentences were found, but none that was said {question.period.written}."
    return Why(kind=RefusalKind.OTHER_TIME, text=text)


def _others_words(case: Case) -> Why | None:
    """Whether nothing that was found can be an answer: all of it is somebody else's words."""
    if any(found.score >= 0 for found in case.evidence):
        return None
    if missing := _missing(case):
        return missing
    if not case.question.speaker_as_asked:
        return Why(kind=RefusalKind.NOT_ANSWERED, text=NO_SENTENCE)
    return _none_says(case)


def _others_topic(case: Case) -> Why | None:
    """Whether somebody else speaks of the topic, and nothing else that was found does.

    A reader takes any words of the right person for an answer: Ada Lark's about the ferry, where
    only Ida Lark speaks of the bridge. A sentence may be about the topic by its title, or by one
    beside it that nobody else says.
    """
    whom, topic = case.whom, set(content_terms(topic_of(case.question.text) or ""))
    if not topic or whom.name is None or not whom.forms:
        return None
    if any(_may_tell(case, topic, found) for found in case.evidence if found.score >= 0):
        return None
    of_another = any(
        found.speaker not in {None, *whom.forms} and topic <= found.terms
        for found in case.evidence
        if not found.text.endswith("?")
    )
    return _apart(case) or _none_says(case) if of_another else None


def _may_tell(case: Case, topic: set[str], found: Evidence) -> bool:
    """Whether a sentence may tell what somebody says of a topic: it is theirs, and near it.

    "They" may stand for a topic, and "she" for whoever speaks.
    """
    forms, name = case.whom.forms, case.whom.name
    if found.speaker not in {None, *forms}:
        return False
    leaning = leans(found.text)
    if leaning and found.speaker in forms and not is_personal(found.text):
        return True  # "They are too old, Lark said"
    named = name is not None and any(same_name(one, name.surname) for one in words(found.text))
    if found.speaker is None and not (named or leaning or is_personal(found.text)):
        return False
    near = [
        one
        for one in case.evidence
        if one.article_id == found.article_id
        and abs(one.id - found.id) <= 1
        and one.speaker in {None, *forms}
    ]
    told = set(content_terms(found.source.title or "")).union(*(one.terms for one in near))
    return bool(topic & told)


def _says_nothing(case: Case) -> Why | None:
    """For "what did X say" of who speaks nowhere: whether no sentence that was found may quote X.

    It has the name beside a verb of saying or a quotation, or says what "she" said where the
    article names her: who speaks may have been missed.
    """
    name = case.whom.name
    if case.question.kind is not Kind.STATEMENT or name is None or case.whom.speakers:
        return None
    wanted = name.words if case.whom.namesakes else (name.surname,)

    def is_in(text: str) -> bool:
        told = set(words(text))
        return all(any(same_name(one, word) for one in told) for word in wanted)

    for found in case.evidence:
        text = plain(found.text)
        if not _QUOTE.search(text) and not any(find_cues(text)):
            continue
        if is_in(text):
            return None
        if is_personal(text) and is_in(case.store.article_text(found.source.path) or ""):
            return None
    return _missing(case) or _none_says(case)


def _none_says(case: Case) -> Why:
    text = f"Sentences were found, but none that {case.question.speaker_as_asked} says."
    return Why(kind=RefusalKind.OTHER_SPEAKER, text=text)


def _no_number(case: Case) -> Why | None:
    """For "how many": whether no sentence that is likely to answer has a number.

    A list can be counted by who reads it.
    """
    if not asks_how_many(case.question) or not is_read(case.evidence):
        return None
    least = LIKELY * case.evidence[0].score
    if any(can_hold_answer(case.question, one.text) for one in case.evidence if one.score >= least):
        return None
    listed = list_of(case.evidence[0], {one.id: one for one in case.evidence})
    near = {one.id for one in case.evidence if one.score >= case.evidence[0].score / 2}
    if listed and is_asked_for(listed, case.question, near):
        return None
    return Why(kind=RefusalKind.NOT_ANSWERED, text=NO_SENTENCE)


def _unlikely(case: Case) -> Why | None:
    """Whether the answerability is below the line, and no sentence answers by its form."""
    if case.likely >= line(case.evidence, case.abstain_below):
        return None
    best = case.evidence[0]
    before = next(
        (
            one
            for one in case.evidence
            if (one.id, one.article_id) == (best.id - 1, best.article_id)
        ),
        None,
    )
    if case.abstain_below is None and is_told_outright(case.question, case.whom, best, before):
        return None
    return _missing(case) or _apart(case) or _unmatched(case)


def _none_dated(case: Case) -> Why | None:
    """For "what happened on 9 May 2018": that no article is of that day.

    Those of that day would have been shown, see `count_articles`.
    """
    news = read_news(case.question.text)
    if news is None or news.period is None or news.topic:
        return None
    which = "No article that was searched" if case.limited else "No article"
    return Why(kind=RefusalKind.OTHER_TIME, text=f"{which} is dated {dated(news.period)}.")


def _unmatched(case: Case) -> Why:
    """That no sentence answers, or, as a search by meaning always finds some, that none could."""
    if none := _none_dated(case):
        return none
    if any(case.store.frequency(term) for term in case.question.terms):
        return Why(kind=RefusalKind.NOT_ANSWERED, text=NO_SENTENCE)
    return Why(kind=RefusalKind.NOTHING_FOUND, text=NO_WORD)


def _missing(case: Case) -> Why | None:
    return missing_names(case.question, case.whom, case.store)


def _apart(case: Case) -> Why | None:
    return apart_names(case.question, case.whom, case.store)


# In the order in which they are asked: the first that holds says why.
RULES: tuple[tuple[str, Rule], ...] = (
    ("nothing found", _nothing),
    ("absent name", _absent_name),
    ("other time", _untimely),
    ("others' words", _others_words),
    ("others' topic", _others_topic),
    ("says nothing", _says_nothing),
    ("unlikely", _unlikely),
    ("no number", _no_number),
)
