"""Evidence -> claims in the articles' own words, and the numbers of citations."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from rag.domain import Citation, Claim, ClaimKind, Evidence, Freshness, Source, Verdict
from rag.language.text import plain


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
