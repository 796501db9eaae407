"""Evidence -> claims: the language model words them, the verifier lets them through.

A claim that its sentence does not support is replaced by the sentence itself. The best sentence is
always part of the answer: a weak model never stands between a person and the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.domain import Citation, Claim, ClaimKind, Dropped, Evidence, Verdict
from rag.generate import Generator
from rag.prompts import Prompt, Templates, answer_prompt, claims_grammar
from rag.question import Question
from rag.text import content_terms, plain
from rag.verify import unsupported

_LINE = re.compile(r"\s*\[(\d{1,4})\]\s*(.+?)\s*$")
SENTENCE_END = tuple(".!?…\"'”’)")


class Numbering:
    """Gives each cited sentence the next number when it is first cited."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def cite(self, evidence: Evidence) -> Citation:
        """The citation of a sentence, with its number in this answer."""
        return Citation(
            n=self._numbers.setdefault(evidence.id, len(self._numbers) + 1),
            source=evidence.source,
            start=evidence.start,
            end=evidence.end,
            line=evidence.line,
            quote=evidence.text,
            speaker=evidence.speaker,
        )


def quote_claim(evidence: Evidence, numbering: Numbering) -> Claim:
    """A claim in the article's own words."""
    return Claim(
        text=plain(evidence.text),
        kind=ClaimKind.QUOTED,
        verdict=Verdict.SUPPORTED,
        citations=(numbering.cite(evidence),),
    )


def quote_claims(evidence: Sequence[Evidence]) -> Iterator[Claim]:
    """The evidence itself as claims."""
    numbering = Numbering()
    for found in evidence:
        yield quote_claim(found, numbering)


def compose_claims(
    question: Question,
    evidence: Sequence[Evidence],
    *,
    generator: Generator,
    templates: Templates,
    tokens: int,
) -> Iterator[Claim | Dropped]:
    """Let the model word claims over the evidence; yield each as soon as it is checked.

    Args:
        question: The question.
        evidence: Selected sentences, best first; not empty.
        generator: The language model.
        templates: The prompt templates.
        tokens: The model's answer ends here at the latest.

    Yields:
        Supported claims, and what was dropped with the reason. The first claim cites the best
        sentence.

    Raises:
        ModelError: The model fails or cannot be reached.
    """
    kept = list(evidence)
    while len(kept) > 1 and not generator.fits(_prompt(templates, question, kept), tokens=tokens):
        yield Dropped(text=plain(kept.pop().text), why="does not fit into the model's context")
    if not generator.fits(_prompt(templates, question, kept), tokens=tokens):
        yield Dropped(text="", why="the best sentence alone does not fit into the model's context")
        yield from quote_claims(kept)
        return
    pieces = generator.stream(
        _prompt(templates, question, kept), grammar=claims_grammar(len(kept)), tokens=tokens
    )
    yield from _checked(_lines(pieces), kept)


def _prompt(templates: Templates, question: Question, evidence: Sequence[Evidence]) -> Prompt:
    return answer_prompt(
        templates, question=question.text, sentences=[plain(found.text) for found in evidence]
    )


def _lines(pieces: Iterator[str]) -> Iterator[str]:
    """Whole lines of a stream; an unfinished last line counts only if it ends like a sentence."""
    rest = ""
    for piece in pieces:
        *lines, rest = (rest + piece).split("\n")
        yield from lines
    if rest.rstrip().endswith(SENTENCE_END):
        yield rest


def _checked(lines: Iterator[str], evidence: Sequence[Evidence]) -> Iterator[Claim | Dropped]:
    numbering = Numbering()
    cited: set[int] = set()
    for line in lines:
        match = _LINE.match(line)
        place = int(match[1]) - 1 if match else -1
        if match is None or not 0 <= place < len(evidence):
            if line.strip():
                yield Dropped(text=line.strip(), why="cites no sentence that was given")
            continue
        if place in cited:
            yield Dropped(text=match[2], why="says a sentence twice")
            continue
        if not cited and place != 0:
            yield quote_claim(evidence[0], numbering)
            cited.add(0)
        cited.add(place)
        yield from _check(match[2], evidence[place], numbering)
    if not cited:
        yield quote_claim(evidence[0], numbering)


def _check(text: str, evidence: Evidence, numbering: Numbering) -> Iterator[Claim | Dropped]:
    """One claim: as it is, or its sentence in its place."""
    speakers = [evidence.speaker] if evidence.speaker else []
    why = unsupported(text, evidence.text, speakers=speakers)
    if why is None and content_terms(text) == content_terms(plain(evidence.text)):
        why = "only repeats the sentence"
    if why is None:
        yield Claim(
            text=text,
            kind=ClaimKind.COMPOSED,
            verdict=Verdict.SUPPORTED,
            citations=(numbering.cite(evidence),),
        )
        return
    yield Dropped(text=text, why=why)
    yield quote_claim(evidence, numbering)
