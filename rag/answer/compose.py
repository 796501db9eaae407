"""Evidence -> claims: the language model words them, the checker lets them through.

The model reads the selected sentences and some that were not selected, all among their neighbours,
and answers freely. Each line of its answer is a claim, and cites the sentences that tell it. Where
a claim does not follow from them, the model is asked to shorten the sentence, and where that does
not follow either, the sentence itself is quoted. The best sentence is always part of the answer: a
weak model never stands between a person and the evidence. What leaves out the words that the reader
takes for the answer is not shown either, however true it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rag.answer.answering import (
    answering_words,
    holds,
    is_object,
    restates,
    unnamed_speaker,
    without_date,
)
from rag.answer.check import failure, missing_names
from rag.answer.quote import Numbering, quote_claim, quote_claims
from rag.answer.verdict import Judged, judge
from rag.answer.written import read_claims
from rag.domain import (
    Claim,
    ClaimKind,
    Dropped,
    Evidence,
    Rung,
    Verdict,
)
from rag.language.quantities import quantities
from rag.language.text import content_terms, plain, words
from rag.models.checker import Cited, Later
from rag.models.generator import Generator
from rag.models.prompts import (
    Prompt,
    Templates,
    answer_prompt,
    claims_grammar,
    sentence_grammar,
    shorten_prompt,
)
from rag.question.read import Question

SHOWN = 8  # words of a claim that a message repeats
FEWEST = 3  # words of a claim
MOST = 3  # claims of a model in one answer
SHORT = 12  # words of a sentence that is quoted as it is


def compose_claims(
    question: Question,
    evidence: Sequence[Evidence],
    *,
    further: Sequence[Evidence] = (),
    around: Mapping[int, Evidence],
    generator: Generator,
    checker: Later,
    templates: Templates,
    tokens: int,
    numbering: Numbering,
    needed: int = 1,
) -> Iterator[Prompt | Claim | Dropped]:
    """Let the model word claims over the evidence; yield each as soon as it is checked.

    Args:
        question: The question.
        evidence: Selected sentences, the one that the answer begins with first; not empty.
        further: Sentences that may answer too, the best first: to be read, and not to be quoted.
        around: Sentences of the index by their ids, to take the neighbours of the others from.
        generator: The language model.
        checker: Opens what tells whether a claim follows; without one, only quotations pass.
        templates: The prompt templates.
        tokens: The model's answer ends here at the latest.
        numbering: Of the answer's citations.
        needed: So many of the first sentences are part of the answer, whatever the model leaves
            out; the first always.

    Yields:
        Each prompt, supported claims, and what was dropped with the reason. The first claim cites
        the first sentence.

    Raises:
        ModelError: The model fails or cannot be reached.
    """
    kept, more = list(evidence), list(further)
    places = _places([*kept, *more], around)
    while not generator.fits(_prompt(templates, question, places), tokens=tokens):
        if more:
            more.pop()
            places = _places([*kept, *more], around)
        elif any(one not in kept for place in places for one in place):  # the neighbours go first
            places = [tuple(one for one in place if one in kept) for place in places]
        elif len(kept) > 1:
            yield Dropped(text=plain(kept.pop().text), why="does not fit into the model's context")
            places = _places(kept, {})
        else:
            why = "the best sentence alone does not fit into the model's context"
            yield Dropped(text="", why=why)
            yield from quote_claims(kept, numbering=numbering)
            return
    composing = _Composing(question, kept, generator, checker, templates, tokens, numbering, around)
    yield from composing.claims(places, needed=kept[: max(needed, 1)])


Step = Prompt | Claim | Dropped
Place = tuple[Evidence, ...]  # sentences that stand side by side in an article


def _places(evidence: Sequence[Evidence], around: Mapping[int, Evidence]) -> list[Place]:
    """Each selected sentence among its neighbours; those that touch are one place.

    The place of the first sentence comes first, and in each the order is the article's.
    """
    wanted: dict[int, Evidence] = {}
    for one in evidence:
        for id in (one.id - 1, one.id, one.id + 1):
            near = one if id == one.id else around.get(id)
            if near is not None and near.article_id == one.article_id:
                wanted.setdefault(id, near)
    wanted |= {one.id: one for one in evidence}
    runs: list[list[Evidence]] = []
    for id in sorted(wanted):
        last = runs[-1][-1] if runs else None
        if last and (last.id, last.article_id) == (id - 1, wanted[id].article_id):
            runs[-1].append(wanted[id])
        else:
            runs.append([wanted[id]])
    rank = {one.id: n for n, one in enumerate(evidence)}
    runs.sort(key=lambda run: min(rank.get(one.id, len(rank)) for one in run))
    return [tuple(run) for run in runs]


def _prompt(templates: Templates, question: Question, places: Sequence[Place]) -> Prompt:
    return answer_prompt(
        templates,
        question=question.text,
        places=[
            (place[0].source.title or "", [plain(one.text) for one in place]) for place in places
        ],
    )


class _Composing:
    """A model at work on one question.

    Attributes:
        cited: The sentences that the claims so far cite, by their ids.
    """

    def __init__(
        self,
        question: Question,
        chosen: Sequence[Evidence],
        generator: Generator,
        checker: Later,
        templates: Templates,
        tokens: int,
        numbering: Numbering,
        around: Mapping[int, Evidence],
    ) -> None:
        self._chosen = chosen
        self._question, self._generator, self._checker = question, generator, checker
        self._templates, self._tokens, self._numbering = templates, tokens, numbering
        self._around = around
        self.cited: set[int] = set()

    def claims(self, places: Sequence[Place], *, needed: Sequence[Evidence]) -> Iterator[Step]:
        """What the model writes, checked; the first claim cites the first of what is needed."""
        numbered = [one for place in places for one in place]
        prompt = _prompt(self._templates, self._question, places)
        yield prompt
        read = False
        for text, numbers in itertools.islice(self._written(prompt, numbered), MOST):
            read = True
            cited = [one for n, one in enumerate(numbered, 1) if n in numbers]
            if len(cited) == len(numbers):
                cited = self._meant(text, cited, numbered)
            if not cited:
                yield Dropped(text=text, why="does not cite one of the given sentences")
                continue
            if self.cited.issuperset(one.id for one in cited):
                yield Dropped(text=text, why="repeats a sentence")
                continue
            found = self._checked(text, cited)
            first = cited if isinstance(found, Dropped) else found.cited
            if not self.cited and needed[0] not in first:
                yield from self._shortened(needed[0])
            if isinstance(found, _Follows):
                yield self._claim(found)
                continue
            yield found
            # A neighbour is there to be read, not to be quoted.
            if cited[0] in self._chosen and cited[0].id not in self.cited:
                yield from self._shortened(cited[0])
        for one in needed if read else self._chosen:
            if one.id not in self.cited:
                yield from self._shortened(one)

    def _written(
        self, prompt: Prompt, numbered: Sequence[Evidence]
    ) -> Iterator[tuple[str, set[int]]]:
        stream = self._generator.stream(
            prompt, grammar=claims_grammar(len(numbered)), tokens=self._tokens
        )
        return read_claims(stream, longest=max(len(plain(one.text)) for one in numbered))

    def _shortened(self, one: Evidence) -> Iterator[Step]:
        """The part of a sentence that answers, or the sentence."""
        text, kept = plain(one.text), answering_words(one)
        prompt = shorten_prompt(self._templates, sentence=text, words=kept)
        # Whether it fits is asked last: that may load the model.
        long = kept and len(words(text)) > SHORT
        if long and self._generator.fits(prompt, tokens=self._tokens):
            yield prompt
            stream = self._generator.stream(
                prompt, grammar=sentence_grammar(kept, sentence=text), tokens=self._tokens
            )
            for shorter, _ in itertools.islice(read_claims(stream, longest=len(text)), 1):
                found = self._checked(shorter, [one])
                if isinstance(found, _Follows):
                    yield self._claim(found)
                    return
                yield found
        self.cited.add(one.id)
        yield quote_claim(one, self._numbering)

    def _checked(self, text: str, cited: Sequence[Evidence]) -> _Follows | Dropped:
        """A claim with the fewest sentences that it follows from; or why it does not."""
        text = without_date(text, self._question, cited)
        small = any(word.islower() for word in text.split())
        if len(words(text)) < FEWEST or not small or is_object(text, cited):
            return Dropped(text=text, why="is no sentence")
        if restates(self._question, text):
            shown = tuple(words(text)[:SHOWN])
            rung = Rung(name="news", why="says nothing more than the question", wrong=shown)
            return Dropped(text=text, why=failure([rung]) or "", rungs=(rung,))
        told = [kept for one in cited if (kept := answering_words(one))]
        if told and not any(holds(text, kept) for kept in told):
            return Dropped(text=text, why=f"leaves out what answers: {told[0]}")
        if speaker := unnamed_speaker(text, cited):
            return Dropped(text=text, why=f"does not tell that {speaker} says so")
        judged = self._judged(text, cited)
        if judged.why is not None and (more := self._telling(text, cited, judged)) is not None:
            cited = sorted([*cited, more], key=lambda one: one.id)
            judged = self._judged(text, cited)
        if judged.why is not None:
            return Dropped(text=text, why=judged.why, rungs=judged.rungs, support=judged.support)
        cited = self._named(text, self._needed(text, cited))
        verbatim = len(cited) == 1 and content_terms(text) == content_terms(cited[0].text)
        if verbatim and cited[0] not in self._chosen:
            return Dropped(text=text, why="repeats a sentence that is no answer")
        return _Follows(text, cited, judged, verbatim)

    def _claim(self, found: _Follows) -> Claim:
        self.cited.update(one.id for one in found.cited)
        if found.verbatim:
            return quote_claim(found.cited[0], self._numbering)
        cited = self._with_copies(found.text, found.cited)
        return Claim(
            text=found.text,
            kind=ClaimKind.COMPOSED,
            verdict=Verdict.SUPPORTED,
            citations=tuple(self._numbering.cite(one) for one in cited),
            rungs=found.judged.rungs,
            support=found.judged.support,
        )

    def _meant(
        self, text: str, cited: list[Evidence], numbered: Sequence[Evidence]
    ) -> list[Evidence]:
        """What a claim is taken from: what it cites, or the sentence that tells more of it.

        What it says anew counts before what the question has said.
        """
        claimed, asked = _told(text), set(self._question.terms)

        def told(cited: Sequence[Evidence]) -> tuple[int, int]:
            found = claimed & set[str]().union(*(_told(one.text) for one in cited))
            return len(found - asked), len(found)

        best = max(numbered, key=lambda one: told([one]))
        return [best] if told([best]) > told(cited) else cited

    def _telling(self, text: str, cited: Sequence[Evidence], judged: Judged) -> Evidence | None:
        """A sentence beside the cited ones that has words of a claim which they lack.

        Where names or numbers are why it failed, the one that has most of them, anywhere in the
        article. The checker learned from sentences that stand together: it is not to be led astray.
        """
        missing = set(content_terms(text)) - frozenset().union(*(one.terms for one in cited))
        vetoes = [rung for rung in judged.rungs if rung.name != "follows"]
        wrong = set(content_terms(" ".join(word for rung in vetoes for word in rung.wrong)))
        near = cited[0]
        mine = [
            one
            for one in self._around.values()
            if one not in cited
            and one.article_id == near.article_id
            and (wrong & one.terms if wrong else abs(one.id - near.id) == 1 and missing & one.terms)
        ]

        def worth(one: Evidence) -> tuple[int, int, int]:
            return len(wrong & one.terms), len(missing & one.terms), -abs(one.id - near.id)

        return max(mine, key=worth, default=None)

    def _needed(self, text: str, cited: Sequence[Evidence]) -> Sequence[Evidence]:
        """The citations without those that a claim follows as well without."""
        for one in reversed(cited):
            rest = [other for other in cited if other is not one]
            if rest and self._judged(text, rest).why is None:
                cited = rest
        return cited

    def _named(self, text: str, cited: Sequence[Evidence]) -> Sequence[Evidence]:
        """The citations, and the sentence before them where it alone has a name of the claim."""
        before = self._before(cited)
        if not before or not missing_names(text, cited_text(cited).whole):
            return cited
        return [*before, *cited]

    def _with_copies(self, text: str, cited: Sequence[Evidence]) -> Iterator[Evidence]:
        """What is cited, and sentences of other articles that say the same."""
        for one in cited:
            yield one
            if len(cited) == 1:
                yield from (other for other in one.also if self._judged(text, [other]).why is None)

    def _judged(self, text: str, cited: Sequence[Evidence]) -> Judged:
        [judged] = judge([text], cited_text(cited, self._before(cited)), self._checker)
        return judged

    def _before(self, cited: Sequence[Evidence]) -> list[Evidence]:
        first = min(cited, key=lambda one: one.id)
        before = self._around.get(first.id - 1)
        return [before] if before is not None and before.article_id == first.article_id else []


class _Follows(NamedTuple):
    """What a model wrote and what it follows from."""

    text: str
    cited: Sequence[Evidence]
    judged: Judged
    verbatim: bool  # it is the cited sentence


def _told(text: str) -> set[str]:
    """Words with a meaning of their own, and numbers as values."""
    return {*content_terms(text), *(str(one.value) for one in quantities(plain(text)))}


def cited_text(cited: Sequence[Evidence], place: Sequence[Evidence] = ()) -> Cited:
    """What a claim cites, as a checker takes it.

    Args:
        cited: The sentences, of one article or more.
        place: Sentences around them, from which the one before is taken.
    """
    first = min(cited, key=lambda one: one.id)
    before = next((plain(one.text) for one in place if one.id == first.id - 1), "")
    return Cited(
        sentences=tuple(plain(one.text) for one in cited),
        before=before,
        title=cited[0].source.title or "",
        speakers=tuple(dict.fromkeys(one.speaker for one in cited if one.speaker)),
    )
