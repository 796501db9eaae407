"""Passages -> their sentences as evidence: each with how likely it answers, best first.

A reader takes the best passages whole. Its logits become probabilities over all sentences that may
answer, and "none of them" (shared normalisation: Clark and Gardner 2018). A sentence that can only
be somebody else's words, one of a passage that does not name whom a question asks for, and one that
only asks, take no part. Where nothing reads, a sentence scores by its passage and by the question's
words in it and beside it.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from rag.domain import Evidence, RankedPassage, Reading, Retrieved
from rag.language.dates import named_times
from rag.language.text import content_terms, plain, terms, words
from rag.models.reader import RIGHT_WEIGHT, Read, Reads
from rag.question.named import BE, DO
from rag.question.news import read_news
from rag.question.numbered import is_of_another, read_numbered
from rag.question.read import (
    Question,
    asks_for_few_words,
    can_hold_answer,
    has_only_other_numbers,
    in_time,
)
from rag.retrieve.about_others import is_about_another
from rag.retrieve.merge_copies import Folded, fold_sentences
from rag.retrieve.search import rarity
from rag.retrieve.short_answer import answering
from rag.retrieve.whose import (
    Asked,
    can_tell_of,
    is_anothers,
    is_personal,
    label_end,
    tells_who,
    words_of_turn,
)
from rag.store import LocalStore, Row, Within

SEARCHED = 2.0  # log odds that a sentence loses by the score of its passage, 0 to 1 below the best
SHORTEST = 3  # words; a sentence without an end that has fewer is a heading
_ENDS = tuple(".!?…。！？।؟")
_ASKS = tuple("?？؟")
# A question without its mark, as headings have it: the verb comes first, or "who" does.
_ASKS_UNMARKED = re.compile(
    rf"\W*(?:[Ww]ho\s(?:\w|[’'-])+\s|(?i:why|how|where|when)\s(?:{BE}|{DO})\s)"
)
NEVER = -1.0  # score of what is no answer: below all others


@dataclass(frozen=True, slots=True, kw_only=True)
class InPlace:
    """A passage as a reader takes it."""

    title: str
    date: str | None  # of the article, ISO 8601
    text: str
    sentences: tuple[tuple[int, int], ...]  # half-open bounds in the text
    rows: tuple[Row, ...]  # the same sentences in the index


def read_passages(
    question: Question,
    whom: Asked,
    found: Folded,
    *,
    limit: int,
    reader: Reads | None,
    store: LocalStore,
    within: Within | None = None,
) -> Retrieved:
    """Read the best passages.

    Args:
        question: The question.
        whom: Whose words it asks for, see `asked_for`.
        found: Passages, ranked.
        limit: So many are read.
        reader: None ranks by words alone, and so does a question in a language that it does not
            know.
        store: The index that they are from.
        within: Only sentences of this part count; the others are read with them.

    Returns:
        All passages found, and all sentences of the best of them, best first; equal scores in the
        order of the index. Of copies, what stands in several articles word for word comes once.
    """
    best = {passage.id: passage for passage in _timely_first(question, found, store).best(limit)}
    placed = in_place(best, store)
    wanted = _Wanted(question, rarity(question, store))
    found_in = [
        list(_unread(passage, best[passage.rows[0].passage], wanted, store)) for passage in placed
    ]
    aside = set(_aside(question, whom, placed, found_in, store))
    evidence = [
        one
        for one in chain.from_iterable(found_in)
        if within is None or within.has(one.article_id, one.id)
    ]
    evidence = fold_sentences(evidence, store, within)
    evidence = [one for one in evidence if _in_time(question, one)] or evidence
    if reader is not None and reader.knows(question.sought):
        ranks = {passage.id: passage.score for passage in best.values()}
        read = _read(question, placed, reader)
        evidence = list(_weighed(question, evidence, aside, read, ranks))
    else:
        evidence = [
            dataclasses.replace(one, score=NEVER) if one.id in aside else one for one in evidence
        ]
    return Retrieved(
        passages=found.passages,
        evidence=tuple(sorted(evidence, key=lambda one: (-one.score, one.id))),
    )


def _timely_first(question: Question, found: Folded, store: LocalStore) -> Folded:
    """For "what did X say in July 2018": the passages of that time before all others."""
    period = question.period
    if period is None or not question.speaker:
        return found
    rows = store.sentences_in(passage.id for passage in found.passages)
    timely = {row.passage for row in rows if period.holds(store.source(row.article).date)}
    ordered = sorted(found.passages, key=lambda passage: passage.id not in timely)
    return dataclasses.replace(found, passages=tuple(ordered))


def in_place(best: Mapping[int, RankedPassage], store: LocalStore) -> list[InPlace]:
    """Passages with their sentences, in the order of the index."""
    placed = []
    for _, group in groupby(store.sentences_in(best), key=lambda row: row.passage):
        rows = tuple(group)
        source = store.source(rows[0].article)
        start = rows[0].start
        text = store.article_text(source.path) or ""
        placed.append(
            InPlace(
                title=source.title or "",
                date=source.date,
                text=text[start : rows[-1].end],
                sentences=tuple((row.start - start, row.end - start) for row in rows),
                rows=rows,
            )
        )
    return placed


def _unread(
    passage: InPlace, ranked: RankedPassage, wanted: _Wanted, store: LocalStore
) -> Iterator[Evidence]:
    """The sentences of a passage, each scored by words."""
    source = store.source(passage.rows[0].article)
    held = [frozenset(terms(row.text)) for row in passage.rows]
    for n, (row, own) in enumerate(zip(passage.rows, held, strict=True)):
        near = own.union(*held[max(0, n - 1) : n + 2])
        words = wanted.share(own)
        yield Evidence(
            id=row.id,
            article_id=row.article,
            source=source,
            start=row.start,
            end=row.end,
            line=store.line_of(row.article, row.start),
            text=row.text,
            terms=own,
            speaker=store.speaker_of(row.article, row.start, row.end),
            score=(ranked.score + words + wanted.share(near)) / 3,
            dense=ranked.cosine,
            lexical=words,
        )


class _Wanted:
    """What share of a question's words a set of terms holds."""

    def __init__(self, question: Question, weights: Mapping[str, float]) -> None:
        self._weights = {term: weights[term] for term in question.terms if term in weights}
        # Spellings that are not in the question stand in for the name that is.
        self._others = {term: w for term, w in weights.items() if term not in self._weights}
        self._total = sum(self._weights.values())

    def share(self, there: frozenset[str]) -> float:
        """0..1; rare words count more."""
        if self._total <= 0:
            return 0.0
        held = sum(weight for term, weight in self._weights.items() if term in there)
        spare = sum(weight for term, weight in self._others.items() if term in there)
        return min(1.0, (held + spare) / self._total)


def _in_time(question: Question, found: Evidence) -> bool:
    """Whether it, or a copy, can be of the time that the question asks about."""
    sources = (found.source, *(copy.source for copy in found.copies))
    return any(in_time(question, date=source.date, text=found.text) for source in sources)


def _silent(whom: Asked, passage: InPlace, sentences: Sequence[Evidence]) -> set[int]:
    """The sentences of a passage that cannot tell what somebody says, by their numbers.

    Who is only asked about there is not heard there; an answer to "What did Lark say?" says "she".
    """
    heard = [one.speaker for one in sentences]
    told = (one.text for one in sentences if not _only_asks(one.text))
    if can_tell_of(whom, " ".join((passage.title, *told)), heard):
        return set()
    asked = can_tell_of(whom, " ".join((passage.title, *(one.text for one in sentences))), heard)
    return {one.id for one in sentences if not (asked and is_personal(one.text))}


def _only_asks(text: str) -> bool:
    shown = plain(text)
    return shown.rstrip("\"'”’)").endswith(_ASKS) or _ASKS_UNMARKED.match(shown) is not None


def _aside(
    question: Question,
    whom: Asked,
    placed: Sequence[InPlace],
    found_in: Sequence[Sequence[Evidence]],
    store: LocalStore,
) -> Iterator[int]:
    """The sentences that are no answer, whatever they say, by their numbers.

    Args:
        question: The question.
        whom: Whose words it asks for.
        placed: The passages.
        found_in: The sentences of each.
        store: The index that they are from.
    """
    period = question.period
    timely = period is not None and any(period.holds(passage.date) for passage in placed)
    for passage, sentences in zip(placed, found_in, strict=True):
        silent = _silent(whom, passage, sentences)
        for one in sentences:
            if (
                one.id in silent
                or _is_untimely(question, one, timely=timely)
                or _is_aside(question, whom, one, store)
            ):
                yield one.id


def _is_untimely(question: Question, found: Evidence, *, timely: bool) -> bool:
    """Whether a sentence is of another time than what is asked for.

    Nothing of 2018 answers for "since 2019". A later article may tell of "before 2019", and of all
    that has a name of its own; it is believed where no other can, or where it names that time.
    """
    period, date = question.period, found.source.date
    if period is None or date is None or period.holds(date):
        return False
    if period.until is period.before is None:
        return True
    ends = period.before is not None or (period.since is None and period.until is not None)
    if not timely or not (ends or read_news(question.text)):
        return False
    return not any(map(period.holds, named_times(found.text, date)))


def _is_aside(question: Question, whom: Asked, found: Evidence, store: LocalStore) -> bool:
    """Whether a sentence is no answer, whatever it says.

    It is a heading, a greeting, somebody else's words, about somebody else, only asks, has
    numbers of another kind alone, or is of "Room 3" where Room 2 is.
    """
    text = plain(found.text).rstrip("\"'”’)")
    if not text.endswith(_ENDS) and len(text.split()) < SHORTEST:
        return True
    if _is_greeting(question, found):
        return True
    if _only_asks(words_of_turn(found)) and (
        found.speaker not in whom.forms or _asks_the_same(question, text) or not question.speaker
    ):
        return True
    if not tells_who(question, found) or is_of_another(read_numbered(question.wanted), text):
        return True
    if has_only_other_numbers(question, text) and not text.endswith(":"):  # a list may follow
        return True
    if question.speaker:
        return is_anothers(whom, found, store)
    return is_about_another(question, found, store)


def _is_greeting(question: Question, found: Evidence) -> bool:
    """Whether a turn has a word or two, and none that is asked for: "Ada Lark: Good evening."."""
    said = words_of_turn(found)
    if not label_end(found) or len(words(said)) >= SHORTEST:
        return False
    uncapped = said[:1].lower() + said[1:]  # "Thanks." is no name
    return not (asks_for_few_words(question) and can_hold_answer(question, uncapped))


def _asks_the_same(question: Question, text: str) -> bool:
    """Whether a text has hardly a word of its own; what somebody asks may be what they say."""
    told = set(content_terms(text))
    return len(told - set(question.terms)) <= len(told) / 2


def _read(
    question: Question, placed: Sequence[InPlace], reader: Reads
) -> list[tuple[InPlace, Read]]:
    """What the reader makes of passages.

    In an article of the time that is asked about, no sentence need name that time.
    """
    period = question.period
    timely = [one for one in placed if period and period.holds(one.date)]
    others = [one for one in placed if one not in timely]
    return [
        *zip(timely, reader.read(question.timeless, timely), strict=True),
        *zip(others, reader.read(question.sought, others), strict=True),
    ]


def _weighed(
    question: Question,
    evidence: Sequence[Evidence],
    aside: set[int],
    read: Sequence[tuple[InPlace, Read]],
    ranks: Mapping[int, float],
) -> Iterator[Evidence]:
    """The sentences with their readings, whose shares add up to 1 with that of none.

    Args:
        question: The question.
        evidence: The sentences.
        aside: Those that are no answer.
        read: What was made of each passage.
        ranks: The score of each passage in the search.
    """
    highest = max(ranks.values(), default=0.0)
    told = {
        row.id: one
        for passage, made in read
        for row, one in zip(passage.rows, made.sentences, strict=True)
        if one is not None
    }
    none = _mean_of_exp([made.null for _, made in read])
    odds = {
        row.id: told[row.id].logit + SEARCHED * (ranks[row.passage] - highest)
        for passage, _ in read
        for row in passage.rows
        if row.id in told
    }
    whole = _sum_of_exp(
        [none, *(odds[one.id] for one in evidence if one.id in odds and one.id not in aside)]
    )
    for found in evidence:
        one = told.get(found.id)
        if one is None or found.id in aside:
            yield dataclasses.replace(found, score=NEVER if found.id in aside else 0.0)
            continue
        reading = Reading(
            answers=1 / (1 + math.exp(math.log(RIGHT_WEIGHT) - one.logit)),
            share=math.exp(odds[found.id] - whole),
            words=one.words,
            sure=one.sure,
        )
        yield dataclasses.replace(
            found,
            reading=reading,
            answer=answering(question, found, reading),
            score=reading.share,
        )


def _sum_of_exp(logits: Sequence[float]) -> float:
    """The logit of what some logits stand for, added up."""
    highest = max(logits)
    return highest + math.log(sum(math.exp(one - highest) for one in logits))


def _mean_of_exp(logits: Sequence[float]) -> float:
    """The logit of the mean of what some logits stand for; 0 for none."""
    return _sum_of_exp(logits) - math.log(len(logits)) if logits else 0.0
