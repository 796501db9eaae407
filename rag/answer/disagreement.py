"""Sentences of different articles that differ in what they tell: a number, a name, a day, a "not".

It speaks up for what can be compared word by word and for nothing else. Who is right, or whether
both are, is for the reader to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise
from math import inf

from rag.domain import Evidence, Span
from rag.language.calendar import MONTHS
from rag.language.names import capitalised
from rag.language.negation import changed_negation
from rag.language.numbers import QUANTITY, SCALES, SPELLED, TENS
from rag.language.opposites import are_opposites
from rag.language.quantities import MONEY, quantities
from rag.language.sameness import difference
from rag.language.text import STOPWORDS, content_terms, fold, plain, stem, terms, words
from rag.language.units import measure_of
from rag.question.read import Kind, Question
from rag.retrieve.short_answer import sure_words
from rag.retrieve.whose import words_of_turn

ALIKE = 0.7  # share of the shorter sentence's content words that both have, to be on one thing
FEWEST = 4  # words that they have in common at least
# Probability from which another article's words count as an answer. It is below that of a short
# answer: "some 600" and "600" share what is sure, and are one number.
LIKELY = 0.3
# Probability of answering by itself from which a sentence speaks against another that it has not
# nearly every word of.
AGAINST = 0.2
ON_THE_SAME = 0.6  # share of the question's words that the other has, to be on one matter
SUBJECT = 4  # words at the beginning of a sentence among which a name is what it is about
_NUMBERED = frozenset({Kind.NUMBER, Kind.TIME})
_NAMED = frozenset({Kind.PERSON, Kind.PLACE})
_MEASURES = MONEY | {"month", "day", "minut", "clock", "mile", "kilometr", "kilogram", "feet"}
YEARS = range(1000, 2200)
Told = Mapping[int, Set[str]]  # article -> terms
_AT_LEAST = re.compile(r"\b(?<!no )(?:more than|over|above|at least|no fewer than|upwards of)\b")
_AT_MOST = re.compile(
    r"\b(?:(?<!no )fewer than|less than|under|below|up to|at most|no more than)\b"
)


def differ(kind: Kind, one: str, other: str) -> bool:
    """Whether two short answers exclude each other.

    >>> differ(Kind.NUMBER, "About 350", "some 700 people"), differ(Kind.NUMBER, "6", "six")
    (True, False)
    >>> differ(Kind.NUMBER, "more than 300", "350"), differ(Kind.NUMBER, "more than 300", "250")
    (False, True)
    >>> differ(Kind.TIME, "in July 2018", "16 July"), differ(Kind.TIME, "2 July", "16 July")
    (False, True)
    """
    if kind is Kind.TIME:
        dates = zip(_dates(one), _dates(other), strict=True)
        return any(mine and theirs and not mine & theirs for mine, theirs in dates)
    mine, theirs = _range(one), _range(other)
    return mine is not None and theirs is not None and _apart(mine, theirs)


def contradict(one: str, other: str) -> bool:
    """Whether two sentences on one thing differ.

    That is by a negation, by a number of the same things, or, where all other words are the same,
    by a name, a day, an opposite, a small word ("must", "may"), or who does what to whom.

    >>> contradict("The harbour bridge will close on Friday.",
    ...            "The harbour bridge will not close on Friday.")
    True
    """
    apart = difference(one, other)
    if apart and (apart.named or apart.swapped or _exclude(apart.here, apart.there)):
        return True
    mine, theirs = set(content_terms(one)), set(content_terms(other))
    common = mine & theirs
    if len(common) < max(FEWEST, ALIKE * min(len(mine), len(theirs))):
        return False
    if bool(changed_negation(one, "")) != bool(changed_negation(other, "")):
        # Where both deny, "denied that it is" and "said that it is not" are alike.
        negated = [entry.split()[-1] for entry in changed_negation(one, other) if " " in entry]
        if any(word in common for word in negated):
            return True
    counted, recounted = dict(_counted(one)), dict(_counted(other))
    return any(counted[thing] != recounted[thing] for thing in counted.keys() & recounted.keys())


def _exclude(one: str, other: str) -> bool:
    """Whether one word in the place of the other makes it another claim.

    "rose" or "fell" do, "must" or "may", "he" or "she"; "killed" and "slain" may be one.
    """
    return are_opposites(one, other) or not STOPWORDS.isdisjoint({one, other})


def told_in(evidence: Sequence[Evidence]) -> Told:
    """What each article tells: the terms of its title and of its sentences that were found."""
    told: dict[int, set[str]] = {}
    for one in evidence:
        told.setdefault(one.article_id, set(terms(one.source.title or ""))).update(one.terms)
    return told


def opposed(asked: Question, one: Evidence, other: Evidence, told: Told) -> bool:
    """Whether sentences of two articles contradict each other in what a question asks.

    What an article says of another town, or of another year than the question names, does not: it
    is another fact. Beyond that, whatever the reader makes of the other counts for little: it has
    one title in view, as "Pool is saved", and asked whether the pool is sold, finds no answer.

    Args:
        asked: The question.
        one: A sentence that answers it.
        other: Another.
        told: What their articles tell, see `told_in`.
    """
    here, there = words_of_turn(one), words_of_turn(other)
    if one.article_id == other.article_id or other.score < 0 or not contradict(here, there):
        return False
    apart = difference(here, there)
    if apart is None:
        likely = other.reading is None or other.reading.answers >= AGAINST
        return likely and not _of_another(asked, one, other, told)
    if _lacks_names(asked, one, other, told):
        return False
    if apart.swapped:
        return True
    of_question = not set(words(asked.text)).isdisjoint(words(f"{apart.here} {apart.there}"))
    if _is_name(apart.here, here):
        if asked.kind in _NUMBERED or of_question:
            return False
        return asked.kind in _NAMED or not (_opens(apart.here, here) or _opens(apart.there, there))
    return asked.kind is Kind.YES_NO or not (apart.named and of_question)


def _is_name(folded: str, text: str) -> bool:
    """Whether words stand in a text as a name; "Three" that opens a sentence is a number."""
    names = {name for name, _ in capitalised(text)} - SPELLED.keys() - SCALES.keys()
    return set(words(folded)) <= names


def _opens(folded: str, text: str) -> bool:
    """Whether words stand so near the beginning of a sentence that it is about them."""
    return not set(words(folded)).isdisjoint(words(text)[:SUBJECT])


def _of_another(asked: Question, one: Evidence, other: Evidence, told: Told) -> bool:
    """Whether two sentences are of two towns, people, firms or years.

    One has a name or year of the question in whose place the other has another, or they begin with
    different names.
    """
    mine, theirs = _names(one), _names(other)
    wanted = {*asked.names, *_years(asked.text)}
    if mine & wanted != theirs & wanted and mine - theirs and theirs - mine:
        return True
    firsts = [
        names.intersection(words(words_of_turn(found))[:SUBJECT])
        for names, found in ((mine, one), (theirs, other))
        if not found.speaker
    ]
    begin_apart = len(firsts) == 2 and all(firsts) and firsts[0].isdisjoint(firsts[1])
    return begin_apart or _lacks_names(asked, one, other, told)


def _lacks_names(asked: Question, one: Evidence, other: Evidence, told: Told) -> bool:
    """Whether the other's article has no name of the question, and that of the first has some."""
    wanted = {stem(name) for name in asked.names}
    there = told.get(other.article_id, other.terms)
    return bool(wanted & told.get(one.article_id, one.terms)) and not wanted & there


def _names(found: Evidence) -> set[str]:
    """Names of a sentence, folded, and years of it and its title."""
    text = words_of_turn(found)
    names = {name for name, opens in capitalised(text) if not opens}
    return names | _years(f"{text} {found.source.title or ''}")


def _years(text: str) -> set[str]:
    return {word for word in words(text) if word.isdecimal() and int(word) in YEARS}


def sides(question: Question, chosen: Sequence[Evidence], told: Told) -> list[tuple[Evidence, str]]:
    """Chosen sentences that exclude each other, with the words in which they do, newest first.

    All are whole sentences, or all are the few words that answer. Nothing where they agree.

    Args:
        question: The question.
        chosen: The sentences, the best first.
        told: What their articles tell, see `told_in`.
    """
    if not chosen:
        return []
    best = chosen[0]
    found = [best]
    briefly = True
    for other in chosen[1:]:
        if other.article_id == best.article_id:
            continue
        if any(_answer_otherwise(question, one, other, told) for one in found):
            found.append(other)
        elif any(opposed(question, one, other, told) for one in found):
            found.append(other)
            briefly = False
    if len(found) == 1:
        return []
    shown = [(one, _few_words(one) if briefly else plain(one.text)) for one in found]
    return sorted(shown, key=lambda side: side[0].source.date or "", reverse=True)


def is_contested(question: Question, best: Evidence, others: Sequence[Evidence]) -> bool:
    """Whether another sentence of an answer, of any article, has another number that may be meant.

    Args:
        question: The question.
        best: The sentence whose number would be given.
        others: The other sentences.
    """
    mine = sure_words(best, sure=LIKELY)
    if question.kind is not Kind.NUMBER or mine is None:
        return False
    told = [(one, span) for one in others if (span := sure_words(one, sure=LIKELY))]
    return any(
        _measure(best, mine) == _measure(one, span)
        and differ(question.kind, _cut(best, mine), _cut(one, span))
        for one, span in told
    )


def _answer_otherwise(question: Question, one: Evidence, other: Evidence, told: Told) -> bool:
    """Whether the few words that answer differ in two sentences on one matter."""
    mine, theirs = sure_words(one, sure=LIKELY), sure_words(other, sure=LIKELY)
    if mine is None or theirs is None or _of_another(question, one, other, told):
        return False
    if min(one.lexical, other.lexical) < ON_THE_SAME * max(one.lexical, other.lexical):
        return False
    if question.kind is Kind.NUMBER and _measure(one, mine) != _measure(other, theirs):
        return False
    return differ(question.kind, _cut(one, mine), _cut(other, theirs))


def _measure(found: Evidence, span: Span) -> str:
    """What a number measures: "euro", "month", other "money"; "" where it counts things."""
    text = plain(found.text[span.start :])
    told, number = [one.unit for one in quantities(text)], QUANTITY.search(text)
    if told and told[0] in _MEASURES:
        return told[0]
    return (number and measure_of(text, *number.span("number"))) or ""


def _few_words(found: Evidence) -> str:
    span = sure_words(found, sure=LIKELY)
    return _cut(found, span) if span else plain(found.text)


def _cut(found: Evidence, span: Span) -> str:
    return plain(found.text[span.start : span.end])


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def _range(text: str) -> tuple[float, float] | None:
    """Between what a text's numbers lie; "more than 300" has no upper end. None without any."""
    numbers, folded = list(_numbers(text)), fold(text)
    if not numbers:
        return None
    low = -inf if _AT_MOST.search(folded) else min(numbers)
    return low, inf if _AT_LEAST.search(folded) else max(numbers)


def _numbers(text: str) -> Iterator[float]:
    """The numbers of a text as values: "six million" is 6000000, "two hundred and ten" 210."""
    total, value, last = 0.0, None, ""
    for word, following in pairwise([*words(text), "", ""]):
        spelled, scale = SPELLED.get(word), SCALES.get(word)
        if word == "and" and last in SCALES and following in SPELLED:
            continue
        if value is not None and scale:
            value *= scale
        elif value is not None and spelled is not None and last in SCALES:
            total, value = total + value, float(spelled)
        elif value is not None and last in TENS and 0 < (spelled or 0) < 10:
            value += spelled or 0
        else:
            if value is not None:
                yield total + value
            total, value = 0.0, _value(word) if not scale or last not in {"a", "an"} else scale
        last = word


def _value(word: str) -> float | None:
    if word in SPELLED:
        return float(SPELLED[word])
    return float(word) if word.replace(".", "", 1).isdecimal() else None


def _dates(text: str) -> tuple[set[float], set[float], set[float]]:
    """Years, months and days of the month that a text names."""
    numbers = set(_numbers(text))
    months = {float(MONTHS.index(word)) for word in words(text) if word in MONTHS}
    days = {number for number in numbers if 1 <= number <= 31} if months else set()
    return {number for number in numbers if number in YEARS}, months, days


def _counted(text: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Each word that follows a number, with the number: what is counted."""
    in_order = words(text)
    for place, word in enumerate(in_order[:-1]):
        if word in SPELLED or word[0].isdigit():
            last = place + 1
            while last < len(in_order) and (in_order[last] in SCALES):
                last += 1
            if last == len(in_order) or _dated(in_order, place, last):
                continue
            thing, value = content_terms(in_order[last]), _numbers(" ".join(in_order[place:last]))
            if thing and (number := tuple(value)):
                yield thing[0], number


def _dated(in_order: Sequence[str], place: int, last: int) -> bool:
    """Whether a number counts nothing: the 16 of "16 July" and "July 16", the year of "in 2018"."""
    before, word = in_order[place - 1] if place else "", in_order[place]
    year = word.isdecimal() and int(word) in YEARS and before in {"in", "since", "until", "during"}
    return year or before in MONTHS or in_order[last] in MONTHS
