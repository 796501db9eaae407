"""A reporter's draft, held against the articles sentence by sentence: ``rag check``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rag.answer.check import failure
from rag.answer.compose import Place, cited_text
from rag.answer.instead import as_written, told_instead
from rag.answer.quote import Numbering
from rag.answer.verdict import judge
from rag.domain import Citation, Evidence, Rung, Span
from rag.language.text import content_terms, plain, sentence_spans, words
from rag.models.checker import Later
from rag.models.reader import Reads
from rag.question.read import LONGEST_QUESTION

JUDGED = 4  # sentences of the articles that a sentence of the draft is held against, at most
LEAST = 0.3  # share of its words that one of them has, or the title, or the sentence before
# Share of its words but the wrong ones that a sentence has which contradicts it: by itself, and
# with its title and the sentence before.
ITSELF, ON_THE_SAME = 0.4, 0.6
NOT_ALL = "may not tell all of it"
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
        tried = list[_Tried]()
        for one, place in self._candidates(found):  # the first that holds is the one to cite
            tried.append(self._held((one,), place))
            if tried[-1].why is None:
                return self._told(Standing.SUPPORTED, self._with_before(tried[-1]))
        if not tried:
            return self._told(Standing.NOT_FOUND)
        if (pair := self._together(tried[0], found)) and pair.why is None:
            return self._told(Standing.SUPPORTED, self._with_before(pair))
        for held in self._on_the_same(tried):
            if instead := self._instead(held, found):
                return self._told(Standing.CONTRADICTED, held, instead)
        return self._told(Standing.NOT_FOUND, tried[0])

    def _candidates(self, found: Sequence[Evidence]) -> list[tuple[Evidence, Place]]:
        """The sentences that it shares most with, each with its neighbours.

        What it repeats comes first, then what has most of its words itself: a sentence after the
        one that tells something has all of its words too, in the sentence before.
        """
        by_id = {one.id: one for one in found}
        said, wanted = words(self._claim), set(content_terms(self._claim))
        shared = []
        for one in found:
            near = (by_id[id] for id in (one.id - 1, one.id, one.id + 1) if id in by_id)
            place = tuple(other for other in near if other.article_id == one.article_id)
            there = set(content_terms(cited_text((one,), place).whole))
            if len(wanted & there) < LEAST * len(wanted):
                continue
            repeats = words(plain(one.text)) == said
            worth = (repeats, len(wanted & one.terms), len(wanted & there), one.score, -one.id)
            shared.append((worth, one, place))
        shared.sort(key=lambda entry: entry[0], reverse=True)
        return [(one, place) for _, one, place in shared[:JUDGED]]

    def _held(self, cited: tuple[Evidence, ...], place: Place) -> _Tried:
        [judged] = judge([self._claim], cited_text(cited, place), self._models.checker)
        return _Tried(
            cited=cited, place=place, support=judged.support, rungs=judged.rungs, why=judged.why
        )

    def _with_before(self, tried: _Tried) -> _Tried:
        """The same, also citing the sentence before where the claim does not follow without it."""
        first = min(tried.cited, key=lambda one: one.id)
        before = next((one for one in tried.place if one.id == first.id - 1), None)
        known = cited_text(tried.cited)
        new = set(content_terms(self._claim)) - set(content_terms(known.whole))
        if before is None or before in tried.cited or not new & before.terms:
            return tried
        if self._held(tried.cited, ()).why is None:
            return tried
        return replace(tried, cited=(before, *tried.cited))

    def _on_the_same(self, tried: Sequence[_Tried]) -> list[_Tried]:
        """Those with most of its words, those aside that a rung finds wrong.

        What has fewer of them than another tells something else, where that does not contradict it.
        """
        wrongs = [" ".join(word for rung in one.rungs for word in rung.wrong) for one in tried]
        kept = []
        for one, wrong in zip(tried, wrongs, strict=True):
            wanted = set(content_terms(self._claim)) - set(content_terms(wrong))
            itself = len(wanted & one.cited[0].terms)
            there = len(wanted & set(content_terms(cited_text(one.cited, one.place).whole)))
            if itself >= ITSELF * len(wanted) and there >= ON_THE_SAME * len(wanted):
                kept.append((itself, one))
        most = max((itself for itself, _ in kept), default=0)
        return [one for itself, one in kept if itself == most]

    def _together(self, best: _Tried, found: Sequence[Evidence]) -> _Tried | None:
        """The best sentence with another of its article that has words which it lacks.

        Where names or numbers are why it failed, one that has these: who is "Falk" there may be
        named in full elsewhere.
        """
        [first] = best.cited
        vetoes = [rung for rung in best.rungs if rung.name != "follows"]
        wrong = set(content_terms(" ".join(word for rung in vetoes for word in rung.wrong)))
        rest = wrong or set(content_terms(self._claim)) - set(
            content_terms(cited_text(best.cited).whole)
        )

        def worth(one: Evidence) -> tuple[int, int]:
            return len(rest & one.terms), -abs(one.id - first.id)

        others = [one for one in found if one.article_id == first.article_id and one != first]
        second = max(others, key=worth, default=None)
        if second is None or not rest & second.terms:
            return None
        pair = sorted((first, second), key=lambda one: one.id)
        place = best.place if pair[0] is first else ()
        return self._held(tuple(pair), place)

    def _instead(self, tried: _Tried, found: Sequence[Evidence]) -> tuple[Instead, ...]:
        """What the evidence has in the place of each number, day, name or speaker it lacks."""
        [one] = tried.cited
        told = told_instead(self._claim, one, tried.rungs, found, self._models.reader)
        return tuple(
            Instead(claimed=claimed, told=told, citation=self._numbering.cite(one))
            for claimed, told in told
        )

    def _why(self, rungs: Sequence[Rung]) -> str | None:
        """What a sentence does not hold, for people: probabilities are no reason to them."""
        wrong = [rung for rung in rungs if rung.wrong]
        if not wrong:
            return None
        if wrong[0].name == "follows" and self._models.checker() is not None:
            return NOT_ALL
        shown = tuple(as_written(word, self._claim) for word in wrong[0].wrong)
        return failure([replace(wrong[0], wrong=shown)])

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
            why=self._why(tried.rungs) if tried else None,
        )
