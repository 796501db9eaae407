"""Whether the articles can answer a question at all.

It speaks up when a name or most of the topic of the question is nowhere in the articles, when no
article has all its names, when no sentence states who holds an office or where a place is that was
asked for, when a name or number of it is not near the best sentence and the reader
finds no answer, and when nothing found has much to do with it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rag.answer.check import speakers_in
from rag.answer.signs import Signs, read_signs
from rag.domain import Evidence
from rag.language.names import same_name
from rag.language.text import STOPWORDS, content_terms, fold, plain, stem, words
from rag.question.read import Kind, Question, in_time
from rag.retrieve.stated import unstated
from rag.retrieve.timeline import group_speakers, sounding_like
from rag.retrieve.whose import asked_for, is_anothers, speak_as
from rag.statements.cues import PERCEIVING, find_cues
from rag.store import LocalStore

COVERED = 0.6  # share of the question's words from which an unknown name is not held against it
RELEVANT_COSINE = 0.20  # below both of these the best sentences are not about the question
RELEVANT_SHARE = 0.25
# Logistic weights of the best sentence, fitted by train/answerability.py; see `answerability`.
BIAS, DENSE, LEXICAL = -4.2, 5.2, 2.1  # where no reader reads
READ_BIAS, READ_SCORE = -3.2, 6.2  # where ours does
SIGNS = Signs(negation=-2.7, year=-2.6, opposite=-1.6)  # in both cases
UNLIKELY = 0.35  # answerability below which a question is refused, where our reader reads
TELLING = 3  # best sentences that are looked at: for relevance, and for something said
NO_ANSWER = 0.05  # the reader's highest probability from which on it has found none
_SAYING = (
    r"\b(?:say|says|said|think|thinks|thought|claim\w*|tell|told|comment\w*|remark\w*|statement\w*"
    r"|talk\w*|speak\w*|spoke|write|wrote|stance|position|view\w*|opinion\w*)\b"
)
_NO_QUOTES = dict.fromkeys(map(ord, '"“”«»'), " ")
_SAID = re.compile(_SAYING)
_SAID_ABOUT = re.compile(
    _SAYING + r"[^?]*?\b(?:about|on|of|regarding|concerning)\s+(?P<topic>[^?]+)"
)


def answerability(question: Question, evidence: Sequence[Evidence]) -> float:
    """How likely it is that the evidence answers, from its best sentence.

    A logistic model of the sentence's score where our reader reads, in which the reader has its
    part; without it, of the cosine of question and sentence and the share of the question's words
    in it. Beside them stand the `SIGNS`, alike in both. Fitted on development questions of public
    sets, each counting alike; see train/answerability.py. Where the search by meaning takes no
    part, the score is low throughout.

    Args:
        question: The question.
        evidence: Ranked sentences.

    Returns:
        0..1; 0 when nothing was found.
    """
    if not evidence:
        return 0.0
    return 1 / (1 + math.exp(-(_found(evidence) + read_signs(question, evidence).weighed(SIGNS))))


def _found(evidence: Sequence[Evidence]) -> float:
    """What the search and the reader make of the best sentence, as log odds."""
    best = evidence[0]
    if _is_read(evidence):
        return READ_BIAS + READ_SCORE * best.score
    return BIAS + DENSE * best.dense + LEXICAL * best.lexical


def is_unlikely(
    question: Question, evidence: Sequence[Evidence], abstain_below: float | None = None
) -> bool:
    """Whether the evidence is below the line of abstention.

    Args:
        question: The question.
        evidence: Ranked sentences.
        abstain_below: Answerability, 0..1; None for the shipped line, which was drawn where our
            reader reads and is for nothing else.
    """
    if abstain_below is None and not _is_read(evidence):
        return False
    line = UNLIKELY if abstain_below is None else abstain_below
    return answerability(question, evidence) < line


def _is_read(evidence: Sequence[Evidence]) -> bool:
    """Whether our reader read it: it points at words, which a cross-encoder does not."""
    return any(found.reading is not None and found.reading.words for found in evidence)


def unanswerable(
    question: Question,
    evidence: Sequence[Evidence],
    store: LocalStore,
    *,
    abstain_below: float | None = None,
) -> str | None:
    """Why the articles cannot answer, when that is plain to see.

    Args:
        question: The question.
        evidence: Ranked sentences.
        store: The index that they are from.
        abstain_below: The line of abstention, see `is_unlikely`.

    Returns:
        The reason as a sentence, or None.
    """
    if not evidence:
        return "The index holds no text that matches any word of the question."
    best = evidence[0]
    reason = _absent_name(best.lexical < COVERED, question, store)
    reason = reason or _apart(question, store) or _absent_topic(question, store)
    reason = reason or _silent(question, evidence, store) or _untimely(question, evidence)
    reason = reason or _unstated(question, evidence, store)
    near = max(found.dense for found in evidence[:TELLING])
    shared = max(found.lexical for found in evidence[:TELLING])
    if reason is None and near < RELEVANT_COSINE and shared < RELEVANT_SHARE:
        reason = "Nothing in the articles has to do with this question."
    if reason is None and is_unlikely(question, evidence, abstain_below):
        reason = "No sentence of the articles comes close enough to answering this question."
    if reason is None and _is_read(evidence):
        reason = _unread(question, evidence)
    return reason


def _silent(question: Question, evidence: Sequence[Evidence], store: LocalStore) -> str | None:
    """For "what did X say": whether the best sentences are neither X's nor tell of any saying.

    Asked about a topic, it is X who must say something.
    """
    if not question.speaker:
        return None
    whom = asked_for(question, store)
    last = [whom.name.surname] if whom.name else question.speaker
    asks_for_words = whom.whole and question.kind is Kind.STATEMENT
    about = _SAID_ABOUT.search(fold(question.text))
    for found in evidence[:TELLING]:
        if is_anothers(whom, found, store):
            continue
        if found.speaker in whom.forms or (whom.of and _tells_of(whom.of, found.text)):
            return None
        if about:
            # Also where somebody else tells of it, between quotation marks.
            heard = speakers_in(plain(found.text).translate(_NO_QUOTES))
            if any(same_name(name, other) for name in last for other in heard):
                return None
        elif asks_for_words and not any(same_name(last[0], word) for word in words(found.text)):
            continue
        elif any(match[0] not in PERCEIVING for match in find_cues(found.text)):
            return None
    names = " ".join(dict.fromkeys(_as_asked(name, question) for name in question.speaker))
    reason = f"No sentence that was found has {names} say something about this."
    meant = _alike(question, store)
    return reason + (f" Did you mean {meant}?" if meant else "")


def _alike(question: Question, store: LocalStore) -> str:
    """Who speaks and has a name that sounds as that of whom it asks for, where nobody has that."""
    whom = asked_for(question, store)
    if whom.name is None or whom.speakers:
        return ""
    known = group_speakers(store.speakers())
    return " or ".join(sounding_like(" ".join(whom.name.words), known))


def _tells_of(name: str, text: str) -> bool:
    """Whether a sentence has a name and tells of something said."""
    return set(words(name)).issubset(words(text)) and bool(find_cues(text))


def _unstated(question: Question, evidence: Sequence[Evidence], store: LocalStore) -> str | None:
    """For "who is the mayor" and "where is Orford": whether no sentence states it.

    People are in many places, and it is told in many ways.
    """
    speakers = speak_as(question.names, store) if question.names else []
    if question.kind is Kind.PLACE and any(" " in speaker for speaker in speakers):
        return None
    return unstated(question, evidence)


def _untimely(question: Question, evidence: Sequence[Evidence]) -> str | None:
    """For "what did X say in July 2018": whether all that was found is of another time."""
    if question.period is None or any(
        in_time(question, date=found.source.date, text=found.text) for found in evidence
    ):
        return None
    return f"Nothing that was found was said {question.period.written}."


def _unread(question: Question, evidence: Sequence[Evidence]) -> str | None:
    """What the reader's probabilities tell."""
    best = evidence[0]
    if max(found.reading.answers for found in evidence if found.reading) >= NO_ANSWER:
        return None
    near = [
        found.text
        for found in evidence
        if found.article_id == best.article_id and abs(found.id - best.id) <= 1
    ]
    there = set(words(" ".join([best.source.title or "", *near])))
    numbers = [word for word in words(question.sought) if word[0].isdigit() and word not in there]
    names = [
        _as_asked(name, question)
        for name in question.names
        if not any(same_name(name, word) for word in there)
    ]
    missing = " and ".join(dict.fromkeys([*names, *numbers]))
    return f"No sentence that was found on {missing} answers this." if missing else None


def _absent_name(any_name: bool, question: Question, store: LocalStore) -> str | None:
    """The first name that no article has: of whom it asks for, or any.

    What may be meant instead is somebody else's name, until the user says so.
    """
    for name in _names(question, store):
        of_speaker = name in question.speaker
        known = store.frequency(stem(name)) or store.spellings(name)
        if known or not (any_name or of_speaker):
            continue
        meant = " or ".join(one.capitalize() for one in store.misspelt(name))
        meant = meant or (_alike(question, store) if of_speaker else "")
        if not meant or of_speaker:
            hint = f" Did you mean {meant}?" if meant else ""
            return f"No article mentions {_as_asked(name, question)}.{hint}"
    return None


def _names(question: Question, store: LocalStore) -> list[str]:
    """The names of a question, without the title of whom it asks for."""
    whom = asked_for(question, store).name
    titles = {name for name in question.speaker if whom and name not in whom.words}
    return [name for name in question.names if name not in titles]


def _apart(question: Question, store: LocalStore) -> str | None:
    """For "what did X say about Y": whether no article has all the names asked about."""
    if not _SAID.search(fold(question.text)):
        return None
    together: set[int] | None = None
    asked = _names(question, store)
    for name in asked:
        spelled = store.spellings(name) or store.misspelt(name)
        articles = store.articles_with([stem(name), *map(stem, spelled)])
        if articles is not None:  # else it is in so many that it tells nothing
            together = articles if together is None else together & articles
    if together is not None and not together:
        names = " and ".join(dict.fromkeys(_as_asked(name, question) for name in asked))
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
