"""BM25 in two halves, whose inner product it is: for engines that do not have our BM25.

A passage's half is how much each of its terms weighs there, a question's is how rare each is. The
numbers are those of tantivy (BM25 of Lucene: Robertson and Zaragoza 2009, a length in one byte), so
that both rank alike. A dimension is the CRC-32 of a term: two terms in four billion seldom meet.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

K1, B = 1.2, 0.75
LAST = 2**32 - 1  # no dimension may be so high


def _lengths() -> list[int]:
    """The lengths that a byte can tell: all up to 40, then eight of each power of two."""
    found = list(range(24))
    for code in range(256 - 24):
        shift, bits = code >> 3, code & 7
        found.append(24 + (bits if shift == 0 else (bits | 8) << (shift - 1)))
    return found


LENGTHS = _lengths()


def passage_half(terms: Sequence[str], *, average: float) -> dict[int, float]:
    """How much each term weighs in a passage.

    Args:
        terms: All of its terms, as often as they occur.
        average: Terms of a passage, on average.

    Returns:
        Dimension -> weight.
    """
    length = LENGTHS[bisect_right(LENGTHS, len(terms)) - 1]
    slope = K1 * (1 - B + B * length / average)
    found: dict[int, float] = {}
    for term, count in Counter(terms).items():
        place = dimension(term)
        found[place] = found.get(place, 0.0) + count * (K1 + 1) / (count + slope)
    return found


def question_half(
    terms: Iterable[str], *, frequency: Mapping[str, int], passages: int
) -> dict[int, float]:
    """How rare each term is.

    Args:
        terms: Of the question; those that no passage has are left out.
        frequency: In how many passages each of them occurs.
        passages: How many there are.

    Returns:
        Dimension -> weight.
    """
    found: dict[int, float] = {}
    for term in dict.fromkeys(terms):
        if count := frequency.get(term, 0):
            place = dimension(term)
            found[place] = found.get(place, 0.0) + math.log1p(
                (passages - count + 0.5) / (count + 0.5)
            )
    return found


def dimension(term: str) -> int:
    """Where a term stands in a sparse vector."""
    return crc32(term.encode()) % LAST
