"""Reading a question: its words and names, whose words and what time it asks for, and what kind.

A yes or no is never the program's own word: such a question is answered with the sentence that
tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.domain import Span
from rag.errors import QuestionError
from rag.language.calendar import MONTH, WEEKDAY
from rag.language.dates import Period, find_period
from rag.language.names import IsName, anything, capitalised, names_in_question
from rag.language.numbers import MANY_SCALES, PARTS, SCALES, SPELLED
from rag.language.text import content_terms, fold, terms, words
from rag.question.number_kinds import without_others
from rag.question.numbered import without_labels

LONGEST_QUESTION = 8_000  # characters
FEW = 2  # words that ask nothing


class Kind(StrEnum):
    """What a direct answer to the question would be."""

    PERSON = "person"
    TIME = "time"
    PLACE = "place"
    NUMBER = "number"
    STATEMENT = "statement"  # what somebody says
    YES_NO = "yes or no"
    OTHER = "other"


_SENTENCE = re.compile(r"(?<=[^\W_]{3}[.!])\s+|(?<=\?)\s+(?=[^\W_])")
_FEW_WORDS = frozenset({Kind.PERSON, Kind.TIME, Kind.PLACE, Kind.NUMBER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as the pipeline sees it."""

    text: str
    wanted: str  # the last sentence: what is asked once all is told
    sought: str  # what is searched for: without the time of a statement, which is a date
    timeless: str  # without any time: what is read for in an article of that time
    kind: Kind
    terms: tuple[str, ...]  # content terms, or all terms when there is nothing else; each once
    names: tuple[str, ...]  # folded
    speaker: tuple[str, ...] = ()  # folded names of whom "what did … say" asks for
    speaker_as_asked: str = ""  # "Foreign Minister Lavrov"
    period: Period | None = None  # the time that it asks about
    mistyped: tuple[tuple[str, str], ...] = ()  # names that no article has, and as what read


_NUMBER_WORDS = PARTS.union(
    SPELLED, SCALES, MANY_SCALES - {"trillions"}, ("single", "twice", "once", "none")
)
_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|far|large|big|tall|high|often|fast|deep|wide|heavy)\b"
    r"|\bwhat (?:percent(?:age)?|number|amount|share|proportion|fraction|size|population|rate)\b"
    r"|\b(?:percent(?:age)? of|number of|amount of)\b"
)
_HOW_MANY = re.compile(r"\bhow many\b")
_TIME = re.compile(
    r"^when\b|\b(?:what|which) (?:\w+ )?(?:year|date|day|month|century|decade|time)\b"
    r"|\bsince when\b|[,;] when\b"
)
_PERSON = re.compile(
    r"^(?:who|whom|whose)\b|[,;] who\b|\b(?:what|which) (?:\w+ )?(?:person|man|woman)\b"
)
_PLACE = re.compile(
    r"^where\b|[,;] where\b"
    r"|\b(?:what|which) (?:\w+ )?(?:country|city|town|place|state|region|province|location)\b"
)
# Verbs that ask for somebody's words.
SAY = (
    r"(?:say|says|said|think|thinks|thought|believe\w*|claim\w*|tell|tells|told|comment\w*|remark\w*"
    r"|write|writes|wrote|written|describe\w*|call|calls|called|respond\w*|answer\w*|repl(?:y|ies|ied)|react\w*"
    r"|argue\w*|warn\w*|den(?:y|ies|ied)|announce\w*|promise\w*|propose\w*|explain\w*|suggest\w*"
    r"|stated|mention\w*|talk\w*|speak\w*|spoke|admit\w*|insist\w*|criticiz\w*"
    r"|criticis\w*|praise\w*|accuse\w*|urge\w*|want\w*|expect\w*|predict\w*|tweet\w*)"
)
_SAID_BY = re.compile(
    rf"\b(?:did|does|do|has|have|had)\s+(?P<who>[^?,;]{{1,80}}?)\s+(?:\w+ly\s|ever\s|also\s|been\s)?"
    rf"{SAY}\b",
    re.IGNORECASE,
)
_VIEW_OF = re.compile(
    r"\b(?P<who>[^\W\d_][\w .’'-]{0,60}?)[’']s?\s(?:view|opinion|stance|position|comment|remark"
    r"|statement|response|reaction|reply|attitude)s?\b",
    re.IGNORECASE,
)
# What a view's owner may seem to begin with: "What is Merkel's position".
_NO_SPEAKER = re.compile(
    r"(?:(?:what|how|why|when|where|which|who|is|are|was|were|does|did|do|has|about|on|of)\s)+",
    re.IGNORECASE,
)
_ACCORDING = re.compile(r"\baccording to\s(?P<who>[^?,]{1,60})", re.IGNORECASE)
_YES_NO = re.compile(
    r"^(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might"
    r"|must)\b"
)
_PARTICIPLE = re.compile(r"(?:ed|en|made|held|built|born|signed|won|lost|begun|sent|set)$")
_SPELLED_TIME = re.compile(
    rf"\b(?:1\d|20)\d\d(?:s|-\d\d)?\b|\bcentury\b|\b\d{{1,2}}:\d\d\b|\b{MONTH}\b"
)
_DAY = re.compile(rf"\b{WEEKDAY}\b")


def read_question(text: str, *, is_name: IsName = anything) -> Question:
    """Read a question.

    Args:
        text: What the user typed.
        is_name: Whether the articles have a folded word as a name, see `names_in_question`.

    Raises:
        QuestionError: It is empty, no text, or longer than `LONGEST_QUESTION` characters.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QuestionError(
            "the question is not text: it contains half a character", hint="type it again"
        ) from error
    asked = " ".join(text.split())
    if not any(char.isalnum() for char in asked):
        raise QuestionError("the question is empty", hint="ask for example: Who said what?")
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(text):,} characters",
            hint=f"a question may have at most {LONGEST_QUESTION:,}",
        )
    names = names_in_question(asked, is_name=is_name)
    wanted = _SENTENCE.split(asked)[-1]
    place = speaker_place(wanted)
    speaker_as_asked = wanted[place.start : place.end] if place else ""
    said_by = set(words(speaker_as_asked))
    speaker = tuple(name for name in names if name in said_by)
    folded = fold(wanted)
    period = _period(asked)
    timeless = _without(asked, period.written) if period else asked
    sought = timeless if speaker else asked
    return Question(
        text=asked,
        wanted=wanted,
        sought=sought,
        timeless=timeless,
        kind=_kind(folded, speaker),
        terms=tuple(dict.fromkeys(content_terms(sought) or terms(sought))),
        names=tuple(names),
        speaker=speaker,
        speaker_as_asked=speaker_as_asked,
        period=period,
    )


def looked_for(question: Question) -> list[str]:
    """What is searched for, as it was typed: the words that carry the meaning, each once.

    >>> looked_for(read_question("What did Peskov say about NATO's plans in July 2018?"))
    ['Peskov', 'NATO', 'plans', 'in July 2018']
    """
    found = [
        word.strip("?!.,;:\"'()“”‘’").removesuffix("'s").removesuffix("’s")
        for word in question.sought.split()
        if content_terms(word)
    ]
    period = question.period
    if period and question.sought != question.text:
        found.append(period.written)
    return list(dict.fromkeys(found))


def speaker_place(question: str) -> Span | None:
    """Where a question has whose words it asks for; None where it names nobody.

    >>> place = speaker_place("What did Peskov say about Crimea?")
    >>> (place.start, place.end)
    (9, 15)
    """
    names = set(names_in_question(question))
    for pattern in (_SAID_BY, _VIEW_OF, _ACCORDING):
        match = pattern.search(question)
        if match and names.intersection(words(match["who"])):
            lead = _NO_SPEAKER.match(match["who"])
            return Span(
                start=match.start("who") + (lead.end() if lead else 0), end=match.end("who")
            )
    return None


def _period(question: str) -> Period | None:
    """The time asked about; "imposed in 2014" is not the time of anything else."""
    period = find_period(question)
    before = question.partition(period.written)[0].split() if period else []
    return None if before and _PARTICIPLE.search(before[-1]) else period


def _without(question: str, part: str) -> str:
    """A question without some words of it.

    >>> _without("In July 2018, what did Peskov say?", "In July 2018")
    'what did Peskov say?'
    """
    before, _, after = question.partition(part)
    return re.sub(r"\s+(?=[?,.])", "", f"{before.rstrip()} {after.lstrip(', ')}").strip()


def in_time(question: Question, *, date: str | None, text: str) -> bool:
    """Whether a sentence can be of the time at which somebody is asked to have spoken.

    Args:
        question: The question.
        date: That of the article, ISO 8601; one that is not known speaks against nothing.
        text: The sentence; one that names the time itself may stand in a later article.

    Returns:
        True also where no time is asked for, or not for anybody's words.
    """
    period = question.period
    if period is None or not question.speaker or date is None or period.holds(date):
        return True
    asked = [word for word in words(period.written) if word[0].isdigit()]
    return set(asked) <= set(words(text))


def _kind(folded: str, speaker: tuple[str, ...]) -> Kind:
    if _NUMBER.search(folded):
        return Kind.NUMBER
    if _TIME.search(folded):
        return Kind.TIME
    if _PERSON.search(folded):
        return Kind.PERSON
    if _PLACE.search(folded):
        return Kind.PLACE
    if _YES_NO.match(folded):
        return Kind.YES_NO
    return Kind.STATEMENT if speaker else Kind.OTHER


def is_bare(question: Question) -> bool:
    """Whether nothing is asked: a word or two, or a name, as they are typed to search for them.

    >>> is_bare(read_question("bakery")), is_bare(read_question("Was it?"))
    (True, False)
    """
    typed = question.text.split()
    told = [word for word in typed if content_terms(word)]
    short = len(typed) <= FEW or all(set(words(word)) <= set(question.names) for word in typed)
    return short and len(told) == len(typed) and not question.text.endswith("?")


def asks_for_few_words(question: Question) -> bool:
    """Whether a name, a time, a place or a number would answer it."""
    return question.kind in _FEW_WORDS


def asks_how_many(question: Question) -> bool:
    """Whether only a number would answer it."""
    return bool(_HOW_MANY.search(fold(question.wanted)))


def can_hold_answer(question: Question, sentence: str) -> bool:
    """Whether a sentence holds anything of the kind asked for that the question did not say itself.

    A "how many" needs a number of its kind, a "when" a date, a "who" or "where" a name. True for a
    question that no such few words answer.
    """
    if not asks_for_few_words(question):
        return True
    said = set(words(question.text))
    if question.kind is Kind.NUMBER:
        return _has_number(without_others(question.wanted, sentence), said)
    if question.kind is Kind.TIME:
        folded = fold(sentence)
        spoken = [match[0] for match in _SPELLED_TIME.finditer(folded)] + _DAY.findall(folded)
        return any(word not in said for word in spoken)
    return any(name not in said for name, _ in capitalised(sentence))


def has_only_other_numbers(question: Question, sentence: str) -> bool:
    """Whether a sentence has numbers, and none of the kind that a question asks for."""
    if question.kind is not Kind.NUMBER or can_hold_answer(question, sentence):
        return False
    return _has_number(sentence, set(words(question.text)))


def _has_number(text: str, said: set[str]) -> bool:
    """Whether a text has a number that a question has not said."""
    found = words(without_labels(text))
    return any((w[0].isdigit() or w in _NUMBER_WORDS) and w not in said for w in found)
