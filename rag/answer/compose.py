"""Evidence -> claims: the language model words them, the checker lets them through.

The model reads the selected sentences and some that were not selected, all among their neighbours,
and says which of them each claim is taken from. A claim that does not follow from what it cites is
asked for once more, of its sentence alone, and else replaced by that sentence. The best sentence is
always part of the answer: a weak model never stands between a person and the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Generator as Steps
from collections.abc import Iterator, Mapping, Sequence

from rag.answer.check import failure, missing_names
from rag.answer.quote import Numbering, quote_claim, quote_claims
from rag.answer.verdict import Judged, judge
from rag.domain import (
    Claim,
    ClaimKind,
    Dropped,
    Evidence,
    Rung,
    Verdict,
)
from rag.language.names import OPENERS, capitalised
from rag.language.text import content_terms, plain, stem, words
from rag.models.checker import Cited, Later
from rag.models.generator import Generator
from rag.models.prompts import NOTHING, Prompt, Templates, answer_prompt, claims_grammar
from rag.question.read import Question

_MARKS = r"(?:\[\d{1,4}\][,;\s]*)+"
# Where a model is not held to a grammar, it may put its marks last.
_LINE = re.compile(
    rf"\s*(?:[-*•]\s+)?(?:(?P<first>{_MARKS})(?P<claim>.+?)|(?P<text>.+?)\s*(?P<last>{_MARKS})[.]?)\s*$"
)
MARKS = len("[12][13] ")  # what a line has before its claim
SHOWN = 8  # words of a claim that a message repeats
FEWEST = 3  # words of a claim
_NONE_AFTER = re.compile(r"(?<=[.!?\"”’)])\s+none\b\.?$", re.IGNORECASE)  # of a model that goes on
SENTENCE_END = tuple(".!?…\"'”’)")


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
            out.

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
    composing = _Composing(question, kept, generator, checker, templates, tokens, numbering)
    yield from composing.claims(places, best=kept[0])
    # What the model left out was its choice, unless it was cut off before it could choose.
    for one in kept if composing.cut_off else kept[:needed]:
        if one.id not in composing.cited:
            yield quote_claim(one, numbering)


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
        cut_off: Whether the model was stopped before it had ended.
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
    ) -> None:
        self._chosen = chosen
        self._question, self._generator, self._checker = question, generator, checker
        self._templates, self._tokens, self._numbering = templates, tokens, numbering
        self.cited: set[int] = set()
        self.cut_off = False

    def claims(self, places: Sequence[Place], *, best: Evidence) -> Iterator[Step]:
        """What the model writes, checked."""
        numbered = [one for place in places for one in place]
        prompt, lines = self._asked(places)
        yield prompt
        for line in lines:
            if not line.strip() or plain(line).strip(" .").lower() == NOTHING:
                continue
            match = _LINE.match(line)
            marks = (match["first"] or match["last"]) if match else ""
            numbers = {int(n) for n in re.findall(r"\d+", marks)}
            cited = [one for n, one in enumerate(numbered, 1) if n in numbers]
            if match is None or len(cited) < len(numbers):
                yield Dropped(text=line.strip(), why="does not cite one of the given sentences")
                continue
            text = _said(match)
            cited = _meant(text, cited, numbered)
            if self.cited.issuperset(one.id for one in cited):
                yield Dropped(text=text, why="repeats a sentence")
                continue
            if not self.cited and best not in cited:
                self.cited.add(best.id)
                yield quote_claim(best, self._numbering)
            yield from self._claim(text, cited, places)
        self.cut_off = lines.cut_off

    def _asked(self, places: Sequence[Place]) -> tuple[Prompt, _Lines]:
        prompt = _prompt(self._templates, self._question, places)
        count = sum(map(len, places))
        longest = max(len(plain(one.text)) for place in places for one in place)
        stream = self._generator.stream(prompt, grammar=claims_grammar(count), tokens=self._tokens)
        return prompt, _Lines(stream, longest=MARKS + longest)

    def _claim(
        self, text: str, cited: Sequence[Evidence], places: Sequence[Place]
    ) -> Iterator[Step]:
        """One claim: as it is, asked for once more, or its sentence in its place."""
        [place] = [place for place in places if cited[0] in place][:1]
        claim = self._checked(text, cited, place)
        if isinstance(claim, Dropped):
            yield claim
            if cited[0] not in self._chosen:  # a neighbour is there to be read, not to be quoted
                return
            again = yield from self._again(cited[0])
            claim = again if again is not None else quote_claim(cited[0], self._numbering)
            self.cited.add(cited[0].id)
        yield claim

    def _again(self, one: Evidence) -> Steps[Step, None, Claim | None]:
        """Ask for a claim over one sentence alone."""
        prompt, lines = self._asked([(one,)])
        yield prompt
        for line in lines:
            match = _LINE.match(line)
            if match is not None:
                text = _said(match)
                claim = self._checked(text, [one], (one,))
                if isinstance(claim, Claim):
                    return claim
                yield claim
            return None
        return None

    def _checked(self, text: str, cited: Sequence[Evidence], place: Place) -> Claim | Dropped:
        """A claim with the fewest citations that it follows from; or why it does not."""
        if len(words(text)) < FEWEST:
            return Dropped(text=text, why="is no sentence")
        if restates(self._question, text):
            shown = tuple(words(text)[:SHOWN])
            rung = Rung(name="news", why="says nothing more than the question", wrong=shown)
            return Dropped(text=text, why=failure([rung]) or "", rungs=(rung,))
        judged = self._judged(text, cited, place)
        if judged.why is not None and (more := _telling(text, cited, place)):
            wider = self._judged(text, [*cited, *more], place)
            if wider.why is None:
                judged, cited = wider, sorted([*cited, *more], key=lambda one: one.id)
        if judged.why is not None:
            return Dropped(text=text, why=judged.why, rungs=judged.rungs, support=judged.support)
        cited = self._named(text, self._needed(text, cited, place), place)
        self.cited.update(one.id for one in cited)
        if len(cited) == 1 and content_terms(text) == content_terms(cited[0].text):
            if cited[0] not in self._chosen:
                return Dropped(text=text, why="repeats a sentence that is no answer")
            return quote_claim(cited[0], self._numbering)
        return Claim(
            text=text,
            kind=ClaimKind.COMPOSED,
            verdict=Verdict.SUPPORTED,
            citations=tuple(self._numbering.cite(one) for one in self._with_copies(text, cited)),
            rungs=judged.rungs,
            support=judged.support,
        )

    def _needed(self, text: str, cited: Sequence[Evidence], place: Place) -> Sequence[Evidence]:
        """The citations without those that a claim follows as well without."""
        for one in reversed(cited):
            rest = [other for other in cited if other is not one]
            if rest and self._judged(text, rest, place).why is None:
                cited = rest
        return cited

    def _named(self, text: str, cited: Sequence[Evidence], place: Place) -> Sequence[Evidence]:
        """The citations, and the sentence before them where it alone has a name of the claim."""
        told = cited_text(cited)
        first = min(cited, key=lambda one: one.id)
        before = [one for one in place if one.id == first.id - 1]
        if not before or not missing_names(text, told.whole):
            return cited
        return [*before, *cited]

    def _with_copies(self, text: str, cited: Sequence[Evidence]) -> Iterator[Evidence]:
        """What is cited, and sentences of other articles that say the same."""
        for one in cited:
            yield one
            if len(cited) == 1:
                yield from (
                    other for other in one.also if self._judged(text, [other], ()).why is None
                )

    def _judged(self, text: str, cited: Sequence[Evidence], place: Place) -> Judged:
        [judged] = judge([text], cited_text(cited, place), self._checker)
        return judged


def _said(line: re.Match[str]) -> str:
    """The claim of a line, without its marks and a "none" after it."""
    return _NONE_AFTER.sub("", plain(line["claim"] or line["text"]))


def _meant(text: str, cited: list[Evidence], numbered: Sequence[Evidence]) -> list[Evidence]:
    """What a claim is taken from: what it cites, or a sentence that has more of its words."""
    terms = set(content_terms(text))
    best = max(numbered, key=lambda one: len(terms & one.terms))
    told = frozenset[str]().union(*(one.terms for one in cited))
    return [best] if len(terms & best.terms) > len(terms & told) else cited


def _telling(text: str, cited: Sequence[Evidence], place: Place) -> list[Evidence]:
    """Sentences beside the cited ones that have words of a claim which those do not have."""
    missing = set(content_terms(text)) - frozenset().union(*(one.terms for one in cited))
    return [one for one in place if one not in cited and missing & one.terms]


def cited_text(cited: Sequence[Evidence], place: Place = ()) -> Cited:
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


class _Lines:
    """Whole lines of a stream; ``cut_off`` tells afterwards whether the last one was unfinished.

    A line that outgrows every sentence is no summary of one: the stream is left there.
    """

    def __init__(self, pieces: Iterator[str], *, longest: int) -> None:
        self._pieces = pieces
        self._longest = longest
        self.cut_off = False

    def __iter__(self) -> Iterator[str]:
        rest = ""
        for piece in self._pieces:
            *lines, rest = (rest + piece).split("\n")
            yield from lines
            if len(rest) > self._longest:
                self.cut_off = True
                return
        if rest.rstrip().endswith(SENTENCE_END):
            yield rest
        else:
            self.cut_off = bool(rest.strip())


def restates(question: Question, claim: str) -> bool:
    """Whether a claim only gives the question back: no name, no number, no two words are new."""
    asked = set(question.terms)
    new = {term for term in content_terms(claim) if term not in asked}
    names = (name for name, opens in capitalised(claim) if not (opens and name in OPENERS))
    named = any(stem(name) in new for name in names)
    return len(new) < 2 and not named and not any(term[0].isdigit() for term in new)
