"""Ranked evidence -> the few sentences an answer is made of, and why the others are not."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from rag.answer.beside import Beside
from rag.answer.disagreement import Told, contradict, opposed, told_in
from rag.answer.leading import leading, leans
from rag.answer.listed import is_asked_for, list_of
from rag.answer.newest import older
from rag.domain import Cut, Evidence
from rag.language.sameness import context, same_words, says_the_same
from rag.language.text import plain
from rag.question.read import Kind, Question, asks_for_few_words, can_hold_answer

# What a further sentence must add to the probability of the answer for each of its words, beside
# the root of the best one's probability: so many words are read for what they are likely to tell.
WORTH = 0.003
LINE = 8  # words: a sentence of fewer costs as much, as it takes a line and a citation too
ELSEWHERE = 2.0  # so many times as much, where it is of another article
BEFORE = 2.0  # and where it only leads up to the best one, which stands right behind it
LEAST = 0.12  # of the best one's probability, unless it goes on with "That ban"
CLOSE = 0.08  # where nothing was read: a sentence joins when its score is this near to the best
QUOTED_ON = 2  # sentences that go on with a quotation, at most
REPEATS = 0.7  # share of common terms, of the shorter, from which a sentence adds nothing
COPIES = 4  # other articles that are cited for one sentence, at most
DIGITS = 2  # of a share that count: the next ones depend on what is read beside it, in 8 bits
EXPLAINED = 20  # best sentences of which it is kept why they were not chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What an answer is made of."""

    chosen: tuple[Evidence, ...]
    cut: tuple[Cut, ...]  # of the best `EXPLAINED` sentences, those that were not chosen


def select(evidence: Sequence[Evidence], *, asked: Question, limit: int) -> Selection:
    """Choose the sentences of the answer.

    Args:
        evidence: Ranked sentences.
        asked: The question.
        limit: At most this many are chosen, not counting those that only finish a quotation or a
            list, and those that name whom another means.

    Returns:
        The best sentence, and those that are likely enough to answer for the words that they cost
        and say something else: none where the best one is sure. A sentence that another article
        has word for word is chosen once, with the other in its ``also``. Where somebody's words
        are asked for, a quotation that a chosen sentence leaves open goes on with those after it;
        before a sentence about "him" comes the one that names him. Of a list that is asked for
        comes all.
    """
    evidence = sorted(evidence, key=rank)
    by_id, told = {found.id: found for found in evidence}, told_in(evidence)
    beside = Beside.of(asked, by_id)
    chosen: list[Evidence] = []
    old = older(evidence, asked, told)
    why_not = dict.fromkeys(old, "is of an older article, where the newest is asked for")
    new = [found for found in evidence if found.id not in old]
    telling = _telling(new, asked, by_id)[: max(EXPLAINED, limit)]
    for found in _opposed_first(telling, asked, told):
        same = next((at for at, one in enumerate(chosen) if _is_same(found, one, by_id)), None)
        if same is not None:
            chosen[same] = _with_copy(chosen[same], found)
            why_not[found.id] = f"is cited with the same sentence of {chosen[same].source.path}"
        elif any(_repeats(found, one) for one in chosen):
            why_not[found.id] = "adds nothing to a better sentence"
        elif why := _why_not(found, chosen, beside, told, limit=limit):
            why_not[found.id] = why
        else:
            chosen.append(found)
    ordered = _in_order(chosen, by_id, asked)
    used = {found.id for found in ordered}
    return Selection(
        chosen=tuple(ordered),
        cut=tuple(
            Cut(evidence=found, why=why_not[found.id])
            for found in evidence
            if found.id in why_not and found.id not in used
        ),
    )


def rank(found: Evidence) -> tuple[float, int]:
    """By what sentences are ordered, the best first; of those that are as likely, as they stand."""
    score = float(f"{found.score:.{DIGITS - 1}e}") if found.reading else found.score
    return -score, found.id


def _telling(
    evidence: Sequence[Evidence], asked: Question, by_id: Mapping[int, Evidence]
) -> Sequence[Evidence]:
    """Those that are more than a label: "Answer by Ada Lark:" says only whose words follow.

    All of them where there is nothing else; "who answers?" asks for what a label may hold, and a
    line that announces a list is shown with the list.
    """
    may_hold = asks_for_few_words(asked)
    telling = [
        one
        for one in evidence
        if not plain(one.text).endswith(":")
        or (may_hold and can_hold_answer(asked, one.text))
        or (one is evidence[0] and (listed := list_of(one, by_id)) and is_asked_for(listed, asked))
    ]
    return telling or evidence


def _opposed_first(ranked: Sequence[Evidence], asked: Question, told: Told) -> list[Evidence]:
    """The best sentence, then those that contradict it, then the others, ranked.

    What agrees with the best one must not take the place of what speaks against it.
    """

    def agrees(one: Evidence) -> bool:
        return not opposed(asked, ranked[0], one, told)

    return [*ranked[:1], *sorted(ranked[1:], key=agrees)]


def _why_not(
    found: Evidence, chosen: Sequence[Evidence], beside: Beside, told: Told, *, limit: int
) -> str | None:
    """Why a sentence does not join those chosen so far; None when it does."""
    if not chosen:
        return None
    best = chosen[0]
    against = any(opposed(beside.question, one, found, told) for one in chosen)
    if why := beside.why_not(found, best, opposed=against):
        return why
    if len(chosen) >= limit:
        return "the answer already has enough sentences"
    if best.reading is None:
        below = best.score - found.score
        return f"scores {below:.2f} below the best" if below > CLOSE else None
    # Its share of all answers tells nothing: where the best sentence is sure, it has nearly all.
    if found.reading and against:
        return None
    share = found.reading.share if found.reading else 0.0
    if share < _needed(found, chosen, best.reading.share):
        return f"is not likely enough to answer for its length ({share:.2f})"
    return None


def _needed(found: Evidence, chosen: Sequence[Evidence], most: float) -> float:
    """How likely a sentence must be to join those chosen, of which the best one has a share."""
    best = chosen[0]
    costs = WORTH * max(len(found.text.split()), LINE) * math.sqrt(most)
    if found.article_id != best.article_id:
        costs *= ELSEWHERE
    elif found.id == best.id - 1:
        costs *= BEFORE
    return costs if leans(found.text) else max(costs, LEAST * most)


def _is_same(found: Evidence, other: Evidence, by_id: Mapping[int, Evidence]) -> bool:
    """Whether a sentence of another article says the same, of the same people, at the same time."""
    return (
        found.article_id != other.article_id
        and says_the_same(found.text, other.text)
        and _context(found, by_id) == _context(other, by_id)
    )


def _context(found: Evidence, by_id: Mapping[int, Evidence]) -> tuple[Hashable, ...]:
    around = (by_id.get(found.id + step) for step in (-1, 1))
    before, after = (
        same_words(one.text) if one and one.article_id == found.article_id else "" for one in around
    )
    return context(
        found.text, speaker=found.speaker, before=before, after=after, date=found.source.date
    )


def _with_copy(found: Evidence, copy: Evidence) -> Evidence:
    known = {found.article_id, *(one.article_id for one in found.also)}
    if copy.article_id in known or len(found.also) == COPIES:
        return found
    return dataclasses.replace(found, also=(*found.also, copy))


def _in_order(
    chosen: Sequence[Evidence], by_id: Mapping[int, Evidence], asked: Question
) -> list[Evidence]:
    """The chosen sentences, each between what names whom it means and the rest of it.

    That is the rest of its quotation, or the list that it announces.
    """
    result: dict[int, Evidence] = {}
    mine = {found.id: found for found in chosen}
    listed = list_of(chosen[0], by_id) if chosen else None
    if listed and is_asked_for(listed, asked, mine):
        result |= {one.id: mine.get(one.id, one) for one in listed.whole}
    for found in chosen:
        if led := leading(found, by_id, asked=asked):
            result.setdefault(led.id, mine.get(led.id, led))
        result.setdefault(found.id, found)
        inside = asked.kind is Kind.STATEMENT and leaves_open(found.text)
        for id in range(found.id + 1, found.id + 1 + QUOTED_ON):
            following = by_id.get(id)
            if not inside or not following or following.article_id != found.article_id:
                break
            result.setdefault(id, following)
            inside = leaves_open(following.text, inside=True)
    return list(result.values())


def leaves_open(text: str, *, inside: bool = False) -> bool:
    """Whether a text ends inside a quotation.

    Args:
        text: A sentence or more.
        inside: Whether it begins inside of one. A new paragraph opens the quotation again.

    >>> leaves_open('He wrote: "One quality is useful.'), leaves_open('"Yes," he said.')
    (True, False)
    """
    for place, char in enumerate(text):
        if char == "”":
            inside = False
        elif char == "“":
            inside = True
        elif char == '"':  # opens before a word, closes after one
            inside = place == 0 or text[place - 1].isspace() or text[place - 1] in "([—–-‘'"
    return inside


def _repeats(found: Evidence, other: Evidence) -> bool:
    """Whether a sentence has little that another of its article has not, or no word of its own."""
    if says_the_same(found.text, other.text):
        return True
    mine, theirs = found.terms, other.terms
    if found.article_id != other.article_id:
        return mine == theirs and not contradict(plain(found.text), plain(other.text))
    few = len(mine & theirs) >= REPEATS * min(len(mine), len(theirs))
    return few and found.speaker == other.speaker
