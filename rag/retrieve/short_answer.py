"""The few words of a read sentence that answer a who, when, where or how-many question."""

from __future__ import annotations

import re

from rag.domain import Citation, Evidence, Reading, ShortAnswer, Span
from rag.language.calendar import MONTHS
from rag.language.dates import whole_date
from rag.language.numbers import QUANTITY, whole_quantity
from rag.language.proper_names import NAME
from rag.language.text import content_terms, plain, stem, words
from rag.language.units import with_unit
from rag.question.number_kinds import list_mark_end, without_others
from rag.question.read import SAY, Kind, Question, asks_for_few_words, can_hold_answer
from rag.retrieve.whose import asks_who, label_end
from rag.statements.titles import person

LONGEST_NAME = 8  # words
# A capitalised word just before the end of a text, or just after its beginning.
_NAME_BEFORE = re.compile(r"(?P<name>[^\W\d_a-z][\w'’-]*) $")
_NAME_AFTER = re.compile(r" (?P<name>[^\W\d_a-z][\w'’-]*)")
_BREAKS_NAME = re.compile(r",\s+(?!and\b|or\b|of\b|the\b|a\b|an\b)[a-z]")
_NOUN = re.compile(r"[\s-]([^\W\d_]+)")
_A_NAME = re.compile(NAME)
_POSSESSIVE = re.compile(r"[’']s?\s")
# "His granddaughter, Ada Lark": whose, the sentence before tells.
_HIS = re.compile(rf"(?:[Hh]is|[Hh]er|[Tt]heir|[Ii]ts)\s[a-z -]+,?\s(?P<name>{NAME})$")
_COMPARED = re.compile(rf"\bthan\s(?:[a-z]+\s){{0,3}}({NAME})")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b(?![.,]\d|\s[a-z]+s\b)")
_AGO = re.compile(r"\b(?:years?|decades?|centur(?:y|ies))\s(?:ago|earlier)\b", re.IGNORECASE)
_SAYS = re.compile(rf"\b{SAY}\b", re.IGNORECASE)
SURE = 0.6  # probability from which a short answer is given


def short_answer(question: Question, best: Evidence, citation: Citation) -> ShortAnswer | None:
    """The words that answer, where the question asks for a few and the reader is sure of them.

    Args:
        question: The question.
        best: The first sentence of the answer.
        citation: Its citation.

    Returns:
        The short answer; None where there are no `sure_words`.
    """
    span, reading = sure_words(best), best.reading
    if span is None or reading is None or _is_of_another_year(question, best):
        return None
    if question.kind is Kind.TIME:
        span = whole_date(best.text, span)
    elif question.kind is Kind.PERSON:
        span = _whole_name(best.text, span)
    return ShortAnswer(
        text=plain(best.text[span.start : span.end]),
        start=best.start + span.start,
        end=best.start + span.end,
        citation=citation,
        probability=reading.answers * reading.sure,
    )


def _whole_name(text: str, span: Span) -> Span:
    """A last name with the first names before it: of "Mayor Ada Lark", "Lark" is "Ada Lark"."""
    told = text[span.start : span.end]
    for match in _A_NAME.finditer(text):
        name = person(match[0]) if match.start() < span.start and match.end() == span.end else None
        if (
            name
            and name.endswith(f" {told}")
            and not _POSSESSIVE.search(name)
            and words(name)[0] not in MONTHS  # "In May Lark won"
        ):
            return Span(start=span.end - len(name), end=span.end)
    return span


def sure_words(found: Evidence, *, sure: float = SURE) -> Span | None:
    """Where in a sentence the words stand that answer by themselves, if they are this likely to."""
    reading = found.reading
    likely = reading is not None and reading.answers * reading.sure >= sure
    return found.answer if likely else None


def answering(question: Question, found: Evidence, reading: Reading) -> Span | None:
    """Where in a sentence the words stand that may answer by themselves.

    Args:
        question: The question.
        found: The sentence.
        reading: What the reader makes of it.

    Returns:
        A span of the sentence; None when the question asks for more than a name, time, place or
        number, or when the words are not one or stand in the question. Who speaks in a turn, its
        label tells, and not who did what is told. A number comes with the words that limit it.
    """
    if not asks_for_few_words(question) or reading.words is None:
        return None
    text = plain(found.text[reading.words.start : reading.words.end])
    apt = bool(text) and can_hold_answer(question, text)
    if question.kind is Kind.NUMBER:
        return _number(question, found.text, reading.words) if apt else None
    if question.kind in {Kind.PERSON, Kind.PLACE}:
        apt = (
            apt
            and _is_like_a_name(text)
            and not _is_of_asked_name(question, found, reading.words)
            and (reading.words.start >= label_end(found) or bool(_SAYS.search(question.text)))
            and not (asks_who(question) and person(text) == text)  # "Who is Lark?", "Ann Reed"
        )
    if (
        apt
        and question.kind is Kind.PERSON
        and (kin := _HIS.match(found.text, reading.words.start, reading.words.end))
    ):
        return Span(start=kin.start("name"), end=kin.end("name"))
    return reading.words if apt else None


def _number(question: Question, text: str, words_read: Span) -> Span | None:
    """The number among some words of a sentence that is of the kind asked for.

    What stands beside it tells its kind, and which it is of "12 boats and 30 men"; its unit is
    given too. A name that only stands after "than" has another number: "She won 12 votes, two more
    than Lark."
    """
    kept = without_others(question.wanted, text)
    start = max(words_read.start, list_mark_end(text))
    if start >= words_read.end or not can_hold_answer(question, kept[start : words_read.end]):
        return None
    compared = _COMPARED.search(text)
    there = set(question.names).intersection(words(text))
    if (
        compared
        and there
        and there <= set(words(compared[1])) - set(words(text[: compared.start()]))
    ):
        return None
    end = words_read.end
    fitting = [*QUANTITY.finditer(kept, start, end)]
    if len(fitting) > 1:
        fitting = [
            match
            for match in fitting
            if (noun := _NOUN.match(text, match.end())) and stem(noun[1].lower()) in question.terms
        ] or fitting
    several = sum(1 for _ in QUANTITY.finditer(text, start, end)) > 1
    if several and len(fitting) == 1:
        start, end = fitting[0].start("number"), fitting[0].end()
    return with_unit(text, whole_quantity(text, Span(start=start, end=end)))


def _is_of_another_year(question: Question, found: Evidence) -> bool:
    """Whether a sentence tells a number of another year than its article, and none was asked for.

    Of "In the floods of 2018, 186 people died", or of "years ago", 186 alone would be taken for
    those of this year.
    """
    if question.kind is not Kind.NUMBER or any(
        pattern.search(question.text) for pattern in (_YEAR, _AGO)
    ):
        return False
    if _AGO.search(found.text):
        return True
    if not found.source.date:
        return False
    years = set(_YEAR.findall(found.text))
    return bool(years) and found.source.date[:4] not in years


def _is_of_asked_name(question: Question, found: Evidence, span: Span) -> bool:
    """Whether the words are a part of a name that was asked about: "Who is Navalny?", "Alexei"."""
    beside = (
        _NAME_BEFORE.search(found.text[: span.start]),
        _NAME_AFTER.match(found.text[span.end :]),
    )
    asked = set(words(question.text))
    return any(set(words(match["name"])) & asked for match in beside if match)


def _is_like_a_name(text: str) -> bool:
    """Whether a few words can be a name: "Bell's own count, fewer than the organisers" cannot."""
    told = text.split()
    if not content_terms(text):  # "He", "Both", "The"
        return False
    ends = told[0][:1].isupper() or told[-1].lstrip("(\"'“‘")[:1].isupper()
    return len(told) <= LONGEST_NAME and ends and not _BREAKS_NAME.search(text)
