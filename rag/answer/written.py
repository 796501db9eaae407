"""Pieces of text that a language model writes -> claims, whatever it puts around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.domain import Span
from rag.language.text import plain, sentence_spans
from rag.models.prompts import NOTHING

_MARKS = r"(?:\[\d{1,4}\][,;\s]*)+"
_LINE = re.compile(
    rf"\s*(?:[-*•]\s+)?(?P<first>{_MARKS})?(?:(?:Yes|No), )?(?P<text>\S.*?)"
    rf"(?:\s*(?P<last>{_MARKS})[.]?)?\s*$"
)
MARKS = len("[12][13] ")  # what a line has before its claim
SENTENCE_END = tuple(".!?…\"'”’)")


def read_claims(pieces: Iterator[str], *, longest: int) -> Iterator[tuple[str, set[int]]]:
    """The first sentence of each line, with the numbers of that line; as soon as it is whole.

    A model that goes on within a line explains itself, and a line that outgrows every sentence is
    no summary of one: the stream is left there. A last line without an end is dropped.

    Args:
        pieces: What the model writes.
        longest: Characters of the longest sentence that it read.
    """
    rest = ""
    for piece in pieces:
        *lines, rest = (rest + piece).split("\n")
        for line in lines:
            yield from _claims(line)[:1]
        if len(begun := _claims(rest)) > 1:
            yield begun[0]
            return
        if len(rest) > MARKS + longest:
            return
    if rest.rstrip().endswith(SENTENCE_END):
        yield from _claims(rest)


def _claims(line: str) -> list[tuple[str, set[int]]]:
    """The sentences of a line, each with the numbers at its ends; without "none"."""
    match = _LINE.match(line)
    if match is None or not (text := plain(match["text"])):
        return []
    numbers = {int(n) for n in re.findall(r"\d+", f"{match['first']} {match['last']}")}
    spans = sentence_spans(text, Span(start=0, end=len(text)))
    found = (text[one.start].upper() + text[one.start + 1 : one.end] for one in spans)
    return [(one, numbers) for one in found if one.strip(" .").lower() != NOTHING]
