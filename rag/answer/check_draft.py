"""A reporter's draft, held against the articles sentence by sentence: ``rag check``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rag.answer.compose import Place, cited_text
from rag.answer.quote import Numbering
from rag.answer.verdict import judge
from rag.domain import Citation, Evidence, Rung, Span
from rag.language.calendar import DAYS_AND_MONTHS
from rag.language.dates import whole_date
from rag.language.numbers import QUANTITY, whole_quantity
from rag.language.quantities import quantities
from rag.language.text import content_terms, fold, plain, sentence_spans, words
from rag.models.checker import Later
from rag.models.reader import Reads
from rag.question.read import LONGEST_QUESTION

JUDGED = 4  # sentences of the articles that a sentence of the draft is held against, at most
LEAST = 0.3  # share of its words that one of them has, or the title, or the sentence before
ON_THE_SAME = 0.6  # of its words but the wrong ones: then an article that has others contradicts it
SURE = 0.3  # how likely the words are that an article has instead
FEWEST = 3  # words with a meaning of their own in a sentence that claims something
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n(?![ \t]*(?:\n|#|[-*+] |>))[^\n]*\S[^\n]*)*")
_HEADING = re.compile(r"[ \t]*(?:#{1,6}[ \t]|\|)")
_CODE = re.compile(r"^```.*?(?:^```[^\n]*$|\Z)", re.DOTALL | re.MULTILINE)
_LEADING = re.compile(r"(?:[-*+>][ \t]+|\d+[.)][ \t]+)*")

Search = Callable[[str], Sequence[Evidence]]


class Standing(StrEnum):
    """How a sentence of a draft stands to the articles."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"  # an article has something else in a place of it
    NOT_FOUND = "not_found"
    NO_CLAIM = "no_claim"  # a question, or too short to claim anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """What an article says in the place of something in a draft."""

    claimed: str  # as the draft has it
    told: str  # as the article has it
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSentence:
    """A sentence of a draft with what became of it."""

    start: int  # half-open, in the draft
    end: int
    text: str
    standing: Standing
    support: float = 0.0  # how likely the best evidence supports it, 0 to 1
    citations: tuple[Citation, ...] = ()  # what supports it, contradicts it, or comes nearest
    instead: tuple[Instead, ...] = ()
    why: str | None = None  # what the nearest evidence does not hold


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """Evidence that a sentence was held against."""

    cited: tuple[Evidence, ...]
    place: Place
    support: float
    rungs: tuple[Rung, ...]
    why: str | None


def draft_sentences(text: str) -> Iterator[Span]:
    """The sentences of a draft: plain text, or Markdown without its headings, code and tables."""
    text = _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)  # offsets stay
    for match in _PARAGRAPH.finditer(text):
        if _HEADING.match(match[0]):
            continue
        lead = _LEADING.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        if start < match.end():
            yield from sentence_spans(text, Span(start=start, end=match.end()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What reads and judges."""

    checker: Later  # opens what tells whether a sentence follows from others
    reader: Reads | None  # tells what an article has instead; None where there is none


def check_draft(
    text: str, search: Search, models: Models, numbering: Numbering
) -> Iterator[DraftSentence]:
    """Hold each sentence of a draft against the articles.

    Args:
        text: The draft.
        search: Finds sentences of the articles, best first.
        models: What reads and judges.
        numbering: Of the citations, through the whole draft.

    Raises:
        ModelError: A model fails.
    """
    for span in draft_sentences(text):
        yield _Sentence(text, span, models, numbering).checked(search)


class _Sentence:
    """One sentence at work."""

    def __init__(self, draft: str, span: Span, models: Models, numbering: Numbering) -> None:
        self._span = span
        self._claim = plain(draft[span.start : span.end])
        self._models, self._numbering = models, numbering

    def checked(self, search: Search) -> DraftSentence:
        """How it stands."""
        if self._claim.rstrip("\"'”’)").endswith("?") or len(content_terms(self._claim)) < FEWEST:
            return self._told(Standing.NO_CLAIM)
        found = search(self._claim[:LONGEST_QUESTION])
        tried = [self._tried(one) for one in self._candidates(found)]
        tried += self._together(tried)
        if not tried:
            return self._told(Standing.NOT_FOUND)
        for one in tried:
            if one.why is None:
                return self._told(Standing.SUPPORTED, one)
        for one in tried:
            if self._is_on_the_same(one) and (instead := self._instead(one)):
                return self._told(Standing.CONTRADICTED, one, instead)
        return self._told(Standing.NOT_FOUND, tried[0])

    def _candidates(self, found: Sequence[Evidence]) -> list[tuple[Evidence, Place]]:
        """The sentences that it shares most with, each with its neighbours."""
        by_id = {one.id: one for one in found}
        wanted = set(content_terms(self._claim))
        shared = []
        for one in found:
            place = tuple(by_id[id] for id in (one.id - 1, one.id, one.id + 1) if id in by_id)
            there = set(content_terms(cited_text((one,), place).whole))
            shared.append((len(wanted & there) / len(wanted), one.score, one, place))
        shared.sort(key=lambda entry: (-entry[0], -entry[1], entry[2].id))
        return [(one, place) for share, _, one, place in shared[:JUDGED] if share >= LEAST]

    def _tried(self, candidate: tuple[Evidence, Place]) -> _Tried:
        one, place = candidate
        return self._held((one,), place)

    def _held(self, cited: tuple[Evidence, ...], place: Place) -> _Tried:
        [judged] = judge([self._claim], cited_text(cited, place), self._models.checker)
        return _Tried(
            cited=cited, place=place, support=judged.support, rungs=judged.rungs, why=judged.why
        )

    def _is_on_the_same(self, tried: _Tried) -> bool:
        """Whether evidence has most of its words, those aside that a rung finds wrong."""
        wrong = set(content_terms(" ".join(word for rung in tried.rungs for word in rung.wrong)))
        wanted = set(content_terms(self._claim)) - wrong
        there = set(content_terms(cited_text(tried.cited, tried.place).whole))
        return len(wanted & there) >= ON_THE_SAME * len(wanted)

    def _together(self, tried: Sequence[_Tried]) -> list[_Tried]:
        """The best two sentences as one evidence, where no one suffices and each adds words."""
        if len(tried) < 2 or any(one.why is None for one in tried):
            return []
        wanted = set(content_terms(self._claim))
        first = tried[0].cited[0]
        rest = wanted - first.terms
        second = max((one.cited[0] for one in tried[1:]), key=lambda one: len(rest & one.terms))
        if not rest & second.terms:
            return []
        pair = sorted((first, second), key=lambda one: one.id)
        return [self._held(tuple(pair), tried[0].place)]

    def _told(
        self,
        standing: Standing,
        tried: _Tried | None = None,
        instead: tuple[Instead, ...] = (),
    ) -> DraftSentence:
        return DraftSentence(
            start=self._span.start,
            end=self._span.end,
            text=self._claim,
            standing=standing,
            support=tried.support if tried else 0.0,
            citations=tuple(map(self._numbering.cite, tried.cited)) if tried else (),
            instead=instead,
            why=tried.why if tried else None,
        )

    # --- what an article has instead ------------------------------------------------------------

    def _instead(self, tried: _Tried) -> tuple[Instead, ...]:
        """What stands in the place of each number, day, name or speaker that is not there."""
        found = []
        one = tried.cited[0]
        for rung in tried.rungs:
            for wrong in rung.wrong:
                if rung.name == "speaker" and one.speaker:
                    found.append((wrong, one.speaker))
                elif rung.name in {"numbers", "bounds", "names"}:
                    found += self._asked(wrong, rung.name, tried)
        return tuple(
            Instead(claimed=claimed, told=told, citation=self._numbering.cite(one))
            for claimed, told in dict(found).items()
        )

    def _asked(self, wrong: str, kind: str, tried: _Tried) -> list[tuple[str, str]]:
        """The words of the draft that are not there, and those that the article has for them."""
        place = _place_of(wrong, kind, self._claim)
        if place is None or self._models.reader is None:
            return []
        place = whole_date(self._claim, place)
        written = self._claim[place.start : place.end]
        dated = bool(set(words(written)) & DAYS_AND_MONTHS)
        asked = "when" if dated else "who" if kind == "names" else "how many"
        question = f"{self._claim[: place.start]}{asked}{self._claim[place.end :]}".rstrip(". ")
        told = _read(f"{question}?", tried.cited[0], self._models.reader)
        return [(written, told)] if told and _in_place(told, written, kind, dated) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Readable:
    """A sentence of an article as a reader takes it."""

    title: str
    text: str
    sentences: Sequence[tuple[int, int]]


def _read(question: str, one: Evidence, reader: Reads) -> str:
    """The words of a sentence that answer; empty where the reader is not sure of any."""
    if not reader.knows(question):
        return ""
    whole = _Readable(title=one.source.title or "", text=one.text, sentences=((0, len(one.text)),))
    [read] = reader.read(question, [whole])
    told = read.sentences[0]
    if told is None or told.words is None or told.sure < SURE or told.logit < read.null:
        return ""
    span = whole_date(one.text, whole_quantity(one.text, told.words))
    return plain(one.text[span.start : span.end])


def _place_of(wrong: str, kind: str, claim: str) -> Span | None:
    """Where a number, day or name that a rung names stands in a claim, with what belongs to it."""
    if kind == "names" or wrong in DAYS_AND_MONTHS:
        for match in re.finditer(r"[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*)*|\w+", claim):
            if set(words(wrong)) & set(words(match[0])):
                return Span(start=match.start(), end=match.end())
        return None
    number = fold(wrong).partition(" ")[0]
    for match in QUANTITY.finditer(claim):
        if fold(match["number"]).partition(" ")[0] == number:
            return Span(start=match.start(), end=match.end())
    return None


def _in_place(told: str, written: str, kind: str, dated: bool) -> bool:
    """Whether what an article tells is of the kind of what it stands for, and something else."""
    if dated:
        return bool(set(words(told)) & DAYS_AND_MONTHS) and fold(told) != fold(written)
    if kind != "names":
        mine = {(one.value, one.bound) for one in quantities(written)}
        theirs = {(one.value, one.bound) for one in quantities(told)}
        return bool(theirs) and not mine & theirs
    if set(words(told)) & set(content_terms(written)):
        return False
    return told[:1].isupper() or told.split()[-1][:1].isupper()
