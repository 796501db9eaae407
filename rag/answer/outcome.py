"""What became of each question that was asked at once, and the answer that they make together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answer.decide import NO_SENTENCE, Answerable, Refusal
from rag.answer.quote import Numbering
from rag.cost import Timings, Tokens, since
from rag.domain import (
    Answer,
    Citation,
    Claim,
    Count,
    Dropped,
    Evidence,
    Part,
    Retrieved,
    ShortAnswer,
    Side,
)
from rag.language.dates import find_period
from rag.language.text import words
from rag.models.files import NO_LLM
from rag.question.read import Question, looked_for
from rag.refusal import RefusalKind
from rag.retrieve.narrow import Narrowed
from rag.retrieve.whose import Asked
from rag.store import LocalStore, Within

NEAREST = 3  # sentences shown, as not an answer, when there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What holds for all questions that were asked at once."""

    numbering: Numbering  # of the whole answer's citations
    shown: Collection[Citation]  # what is not to be cited again
    narrowed: Narrowed | None  # what is searched; None for everything

    @property
    def within(self) -> Within | None:
        """The part of the index that is searched; None for all of it."""
        return self.narrowed.within if self.narrowed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found for a question."""

    whom: Asked  # whose words it asks for
    retrieved: Retrieved
    ranked: tuple[Evidence, ...]  # of it, what was not shown before
    took: float  # milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What an answer to one question consists of."""

    claims: tuple[Claim, ...]
    dropped: tuple[Dropped, ...]
    short_answer: ShortAnswer | None
    count: Count | None  # of articles
    sides: tuple[Side, ...]
    read_as: tuple[str, ...]  # names of the articles for others asked about
    used: frozenset[int]  # sentences that are not to be cited by the next question again
    first_claim: float | None  # when it was there, by `perf_counter`
    tokens: Tokens | None  # of a language model that was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one question."""

    asked: Question
    decision: Answerable | Refusal
    looked: Looked | None = None  # None where it was not clear what to look for
    composed: Composed | None = None  # None for a refusal

    @property
    def part(self) -> Part:
        """The question with its short answer, or with the reason why it has none."""
        refusal = self.decision if isinstance(self.decision, Refusal) else None
        return Part(
            question=self.asked.wanted,
            short_answer=self.composed.short_answer if self.composed else None,
            count=self.composed.count if self.composed else None,
            reason=refusal.reason if refusal else None,
            refusal=refusal.kind if refusal else None,
        )


def put_together(
    question: str,
    outcomes: Sequence[Outcome],
    *,
    store: LocalStore,
    narrowed: Narrowed | None,
    model: str,
    began: float,
    opened: float,
) -> Answer:
    """The answer to all that was asked at once.

    Args:
        question: As it was asked.
        outcomes: Of its parts, in their order; at least one.
        store: The index that answered.
        narrowed: What of it was searched; None for everything.
        model: Name of the language model, where one was loaded.
        began: When the question was put, by `perf_counter`.
        opened: Milliseconds that opening the index took.
    """
    answered = [outcome.composed for outcome in outcomes if outcome.composed]
    found = [outcome for outcome in outcomes if outcome.looked]
    refused = [outcome for outcome in found if not outcome.composed]
    claims = tuple(claim for one in answered for claim in one.claims)
    parts = tuple(_part(outcome, outcomes) for outcome in outcomes)
    reasons = dict.fromkeys(part.reason for part in parts if part.reason)
    read_as = [name for one in answered for name in one.read_as]
    sought = [word for outcome in refused for word in looked_for(outcome.asked)]
    timed = any(find_period(outcome.asked.text) for outcome in found)
    first = next((one.first_claim for one in answered if one.first_claim is not None), began)
    return Answer(
        question=question,
        claims=claims,
        short_answer=parts[0].short_answer if len(parts) == 1 else None,
        count=parts[0].count if len(parts) == 1 else None,
        parts=parts if len(parts) > 1 else (),
        sides=tuple(side for one in answered for side in one.sides),
        reason=None if claims else " ".join(reasons),
        refusal=None if claims else parts[0].refusal,
        looked_for=tuple(dict.fromkeys(read_as if claims else sought)),
        undated=_undated(store, narrowed, timed=timed),
        limited=narrowed.limited if narrowed else None,
        nearest=() if claims else _nearest(refused),
        dropped=tuple(dropped for one in answered for dropped in one.dropped),
        answerability=sum(outcome.decision.likely for outcome in outcomes) / len(outcomes),
        timings=Timings(
            open=opened,
            retrieve=sum((outcome.looked.took for outcome in found if outcome.looked), 0.0),
            first_claim=(first - began) * 1000,
            total=since(began),
        ),
        tokens=_sum([one.tokens for one in answered if one.tokens]),
        model=model if claims else NO_LLM,
        generation=store.manifest.generation,
        checked_on=date.today().isoformat(),
    )


def _undated(store: LocalStore, narrowed: Narrowed | None, *, timed: bool) -> int | None:
    """How many articles have no date, where a time was asked about or searched."""
    if narrowed and narrowed.limited.filters.timed:
        return narrowed.limited.undated
    if not timed:
        return None
    if narrowed is None:
        return store.dates()[2]
    dates = store.filed().dates
    return sum(dates[article] is None for article in narrowed.within.articles)


def _nearest(refused: Sequence[Outcome]) -> tuple[Evidence, ...]:
    """The best sentences of each question without an answer, each once."""
    looked = [outcome.looked for outcome in refused if outcome.looked]
    found = {one.id: one for each in looked for one in each.ranked[:NEAREST]}
    return tuple(found.values())


def _part(outcome: Outcome, outcomes: Sequence[Outcome]) -> Part:
    """One of several questions: whether it has an answer is seen beside the others."""
    if _is_told_elsewhere(outcome, outcomes):
        return replace(outcome.part, reason=None, refusal=None)
    if _is_told_of_another(outcome, outcomes):
        kind = RefusalKind.NOT_ANSWERED
        return Part(question=outcome.asked.wanted, reason=NO_SENTENCE, refusal=kind)
    return outcome.part


def _is_told_of_another(answered: Outcome, outcomes: Sequence[Outcome]) -> bool:
    """Whether all that answers a question answers another, and has no name that only this has."""
    if not answered.composed or answered.composed.claims or not answered.looked:
        return False
    others = [one for one in outcomes if one is not answered]
    own = set(answered.asked.names).difference(*(one.asked.names for one in others))
    best = answered.looked.ranked[:1]
    return bool(own and others and best) and own.isdisjoint(words(best[0].text))


def _is_told_elsewhere(refused: Outcome, outcomes: Sequence[Outcome]) -> bool:
    """Whether a question has no answer, but an answer to another cites a sentence on it.

    It is one of those nearest to the question and has what only this one of them asks about.
    """
    if refused.composed or not refused.looked:
        return False
    others = [one for one in outcomes if one is not refused]
    own = set(refused.asked.terms).difference(*(one.asked.terms for one in others))
    used = {id for one in others if one.composed for id in one.composed.used}
    nearest = refused.looked.ranked[:NEAREST]
    return bool(own) and any(one.id in used and own <= one.terms for one in nearest)


def _sum(tokens: Sequence[Tokens]) -> Tokens | None:
    if not tokens:
        return None
    return Tokens(
        prompt=sum(one.prompt for one in tokens), answer=sum(one.answer for one in tokens)
    )
