"""Text that is set letter by letter, "M a y o r", as headlines are -> its words.

A font leaves too little between letters to part them; here the gaps of a line are compared with
each other instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.load.pdf_page import Word

_LEAST, _SHARE = 5, 0.6  # words of one letter: how many, and what share of all
_WIDER = 1.4  # a gap between words, as a multiple of one between letters
# All widths are shares of the font size.
_NEAR = 2.0  # what is further apart is not of one text
_TRACKED = 0.6  # letters of a single word are no further apart
_NONE = 0.02  # what is less wide is no gap


def spelled(row: list[Word]) -> list[Word]:
    """A row in which words that were set letter by letter are whole.

    A gap between words is wider than those within; where a space was painted in some of the gaps,
    these part words.
    """
    if sum(map(_is_letter, row)) < _LEAST:
        return row
    parts = [[row[0]]]
    for word in row[1:]:
        last = parts[-1][-1]
        near = word.x0 - last.x1 < _NEAR * word.size and abs(word.size - last.size) < 0.1
        if near:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [word for part in parts for word in _whole(part)]


def _is_letter(word: Word) -> bool:
    return len(word.text) == 1 and word.text.lower() != word.text.upper()


def _whole(part: Sequence[Word]) -> Iterator[Word]:
    """The words of letters that stand near each other."""
    letters = sum(map(_is_letter, part))
    if letters < _LEAST or letters < _SHARE * len(part):
        yield from part
        return
    gaps = [b.x0 - a.x1 for a, b in pairwise(part)]
    painted = [word.spaced for word in part[1:]]
    if any(painted) and 2 * sum(painted) <= len(painted):
        ends = painted
    else:
        bound = _between_words(gaps, spaced=any(painted), size=part[0].size)
        ends = [gap > bound for gap in gaps]
    word = part[0]
    for end, letter in zip(ends, part[1:], strict=True):
        if end:
            yield word
            word = letter
        else:
            word = word._replace(text=word.text + letter.text, x1=letter.x1)
    yield word


def _between_words(gaps: Sequence[float], *, spaced: bool, size: float) -> float:
    """The width above which gaps of letters part words; all do where none is wider than most."""
    order = sorted(max(gap, _NONE * size) for gap in gaps)
    half = (len(order) - 1) // 2
    ratio, bound = max(
        ((b / a, (a + b) / 2) for a, b in list(pairwise(order))[half:]), default=(1.0, 0.0)
    )
    if ratio >= _WIDER:
        return bound
    return -1.0 if spaced or order[-1] > _TRACKED * size else order[-1]
