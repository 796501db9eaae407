"""Evidence -> claims: the language model words them, the verifier lets them through.

A claim that its sentence does not support is replaced by the sentence itself. The best sentence is
always part of the answer: a weak model never stands between a person and the evidence.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from rag.answer.check import check, failure, unsupported
from rag.domain import (
    Citation,
    Claim,
    ClaimKind,
    Dropped,
    Evidence,
    Freshness,
    Rung,
    Source,
    Verdict,
)
from rag.language.names import capitalised
from rag.language.text import content_terms, plain, stem, words
from rag.models.cross_encoders import CrossEncoderEntailment
from rag.models.generator import Generator
from rag.models.prompts import Prompt, Templates, answer_prompt, claims_grammar
from rag.question.read import Question

_LINE = re.compile(r"\s*\[(\d{1,4})\]\s*(.+?)\s*$")
_MARK = re.compile(r"[\[\]<>\u3010\u3011\uff3b\uff3d]|://")  # also wide ones, 【1】 and ［1］
MARK = len("[12] ")  # what a line has before its claim
SHOWN = 8  # words of a claim that a message repeats
ENTAILED = 0.5  # probability from which a claim follows from its sentence
SENTENCE_END = tuple(".!?…\"'”’)")


NO_ENTAILMENT = "none"


class Entailment(Protocol):
    """Anything that tells whether one text follows from another."""

    def entails(self, text: str, claim: str) -> float:
        """How likely the claim follows from the text, 0 to 1."""


def open_entailment(source: str) -> Entailment | None:
    """Load the model of the user's own that judges claims too.

    Args:
        source: ``none``, or the folder of an NLI cross-encoder.

    Raises:
        ModelError: It is absent or no such model.
    """
    if source == NO_ENTAILMENT:
        return None
    return CrossEncoderEntailment(Path(source).expanduser())


def _unchanged(source: Source) -> Freshness:
    return Freshness.UNCHANGED


class Numbering:
    """Gives each cited sentence the next number when it is first cited."""

    def __init__(self, fresh: Callable[[Source], Freshness] = _unchanged) -> None:
        """Begin with 1.

        Args:
            fresh: What became of the file of a cited article.
        """
        self._cited: dict[int, Citation] = {}
        self._fresh = fresh

    def cite(self, evidence: Evidence) -> Citation:
        """The citation of a sentence, with its number in this answer; always the same."""
        if evidence.id not in self._cited:  # a file may change while an answer is made
            self._cited[evidence.id] = self._citation(evidence)
        return self._cited[evidence.id]

    def _citation(self, evidence: Evidence) -> Citation:
        return Citation(
            n=len(self._cited) + 1,
            source=evidence.source,
            start=evidence.start,
            end=evidence.end,
            line=evidence.line,
            quote=evidence.text,
            speaker=evidence.speaker,
            file=self._fresh(evidence.source),
            copies=tuple(
                dataclasses.replace(copy, file=self._fresh(copy.source)) for copy in evidence.copies
            ),
        )


def quote_claim(evidence: Evidence, numbering: Numbering) -> Claim:
    """A claim in the article's own words, citing all articles that have them."""
    return Claim(
        text=plain(evidence.text),
        kind=ClaimKind.QUOTED,
        verdict=Verdict.SUPPORTED,
        citations=tuple(numbering.cite(one) for one in (evidence, *evidence.also)),
    )


def quote_claims(evidence: Sequence[Evidence], *, numbering: Numbering) -> Iterator[Claim]:
    """The evidence itself as claims."""
    for found in evidence:
        yield quote_claim(found, numbering)


def compose_claims(
    question: Question,
    evidence: Sequence[Evidence],
    *,
    generator: Generator,
    templates: Templates,
    tokens: int,
    numbering: Numbering,
    needed: int = 1,
    entailment: Entailment | None = None,
) -> Iterator[Prompt | Claim | Dropped]:
    """Let the model word claims over the evidence; yield each as soon as it is checked.

    Args:
        question: The question.
        evidence: Selected sentences, the one that the answer begins with first; not empty.
        generator: The language model.
        templates: The prompt templates.
        tokens: The model's answer ends here at the latest.
        numbering: Of the answer's citations.
        needed: So many of the first sentences are part of the answer, whatever the model leaves
            out.
        entailment: A model of the user's own that is asked too whether a sentence entails a claim.

    Yields:
        The prompt, then supported claims, and what was dropped with the reason. The first claim
        cites the first sentence.

    Raises:
        ModelError: The model fails or cannot be reached.
    """
    kept = list(evidence)
    while len(kept) > 1 and not generator.fits(_prompt(templates, question, kept), tokens=tokens):
        yield Dropped(text=plain(kept.pop().text), why="does not fit into the model's context")
    if not generator.fits(_prompt(templates, question, kept), tokens=tokens):
        yield Dropped(text="", why="the best sentence alone does not fit into the model's context")
        yield from quote_claims(kept, numbering=numbering)
        return
    prompt = _prompt(templates, question, kept)
    yield prompt
    lines = _Lines(
        generator.stream(prompt, grammar=claims_grammar(len(kept)), tokens=tokens),
        longest=MARK + max(len(plain(found.text)) for found in kept),
    )
    cited: set[int] = set()
    yield from _checked(lines, question, kept, numbering, cited, entailment)
    # What the model left out was its choice, unless it was cut off before it could choose.
    missing = range(len(kept) if lines.cut_off else min(needed, len(kept)))
    for place in missing:
        if place not in cited:
            yield quote_claim(kept[place], numbering)


def _prompt(templates: Templates, question: Question, evidence: Sequence[Evidence]) -> Prompt:
    return answer_prompt(
        templates, question=question.text, sentences=[plain(found.text) for found in evidence]
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


def _checked(
    lines: _Lines,
    question: Question,
    evidence: Sequence[Evidence],
    numbering: Numbering,
    cited: set[int],
    entailment: Entailment | None,
) -> Iterator[Claim | Dropped]:
    """Claims of the lines, each checked; the places of the cited sentences go into ``cited``."""
    for line in lines:
        match = _LINE.match(line)
        place = int(match[1]) - 1 if match else -1
        if match is None or not 0 <= place < len(evidence):
            if line.strip():
                yield Dropped(text=line.strip(), why="does not cite one of the given sentences")
            continue
        if place in cited:
            yield Dropped(text=match[2], why="repeats a sentence")
            continue
        if not cited and place != 0:
            cited.add(0)
            yield quote_claim(evidence[0], numbering)
        cited.add(place)
        yield from _check(match[2], evidence[place], question, numbering, entailment)


def _check(
    text: str,
    evidence: Evidence,
    question: Question,
    numbering: Numbering,
    entailment: Entailment | None,
) -> Iterator[Claim | Dropped]:
    """One claim: as it is, or its sentence in its place."""
    if content_terms(text) == content_terms(evidence.text):  # repeats it: then in its own words
        yield quote_claim(evidence, numbering)
        return
    text = plain(text)  # what is checked is what is shown: a link would hide its target
    rungs = _rungs(text, evidence, question, entailment)
    why = failure(rungs)
    if why is None:
        also = [one for one in evidence.also if unsupported(text, one.text) is None]
        yield Claim(
            text=text,
            kind=ClaimKind.COMPOSED,
            verdict=Verdict.SUPPORTED,
            citations=tuple(numbering.cite(one) for one in (evidence, *also)),
            rungs=rungs,
        )
        return
    yield Dropped(text=text, why=why, rungs=rungs)
    yield quote_claim(evidence, numbering)


def _rungs(
    text: str, evidence: Evidence, question: Question, entailment: Entailment | None
) -> tuple[Rung, ...]:
    """All checks of a claim; the model's opinion is asked only where all others hold."""
    speakers = [evidence.speaker] if evidence.speaker else []
    again = words(text)[:SHOWN] if restates(question, text) else ()
    rungs = (
        Rung(
            name="marks",
            why="has a citation mark or a link inside",
            wrong=tuple(match[0] for match in _MARK.finditer(text)),
        ),
        *check(text, evidence.text, speakers=speakers),
        Rung(name="news", why="says nothing more than the question", wrong=tuple(again)),
    )
    if entailment is None or failure(rungs):
        return rungs
    likely = entailment.entails(plain(evidence.text), text)
    doubt = (f"{likely:.2f}",) if likely < ENTAILED else ()
    return (*rungs, Rung(name="entailment", why="may not follow from its sentence", wrong=doubt))


def restates(question: Question, claim: str) -> bool:
    """Whether a claim only gives the question back: no name, no number, no two words are new."""
    asked = set(question.terms)
    new = {term for term in content_terms(claim) if term not in asked}
    named = any(stem(name) in new for name, opens in capitalised(claim) if not opens)
    return len(new) < 2 and not named and not any(term[0].isdigit() for term in new)
