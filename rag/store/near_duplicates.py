"""Articles that are printings of one text: found by what they have in common, never by a guess.

A text is known by its shingles, the hashes of every five words in a row. MinHash (rensa; Broder
1997, "On the resemblance and containment of documents") finds pairs that may have many in common;
each pair is then checked on all of its shingles. An article and its update, the same sentences with
other numbers, are no copies.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rag.language.sameness import same_words
from rag.language.text import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Shingles = NDArray[np.uint32]

SHINGLE = 5  # words in a row
# Share of the shorter article's shingles that the longer has; bench/duplicates.py sweeps it. Of
# real news, interviews by one list of questions come up to .53, reprints go down to .70.
CONTAINED = 0.65
# The same of both together: a notice that a long report has swallowed is not that report.
RESEMBLES = 0.25
FEWEST = 25  # shingles in common, where the articles are not the same altogether
# 64 bands of two: of pairs that resemble each other by .25, two in a hundred are missed; by .4, one
# in seventy thousand.
PERMUTATIONS = 128
BAND = 2
SEED = 1
SPREAD = 0x9E3779B97F4A7C15  # odd, so that 32 bits become 64 without a collision
_NUMBER = re.compile(r"(?<![\w:.,])\d[\d.,]*(?![\w:])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What an article is recognised by, as it is kept; little-endian numbers one after another."""

    shingles: bytes  # unsigned 32 bits each, ascending, each once
    sentences: bytes  # unsigned 64 bits for every sentence, in their order
    numberless: bytes  # the same for the sentences without their numbers; 0 where they have none


def fingerprint(sentences: Sequence[str]) -> Fingerprint:
    """What an article is recognised by.

    Args:
        sentences: All that may be evidence, in the order of the text.
    """
    said = [same_words(text) for text in sentences]
    bare = [_NUMBER.sub("#", text) for text in said]
    all_words = words(" ".join(sentences))
    rows = range(max(1, len(all_words) - SHINGLE + 1))
    hashes = {zlib.crc32(" ".join(all_words[at : at + SHINGLE]).encode()) for at in rows}
    return Fingerprint(
        shingles=b"".join(one.to_bytes(4, "little") for one in sorted(hashes)),
        sentences=b"".join(map(_hash, said)),
        numberless=b"".join(
            _hash(less) if less != text else bytes(8) for text, less in zip(said, bare, strict=True)
        ),
    )


def hashes_of(kept: bytes) -> list[bytes]:
    """The hashes of a fingerprint's sentences, one each."""
    return [kept[at : at + 8] for at in range(0, len(kept), 8)]


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


class _Known:
    """A fingerprint, taken apart where it is needed."""

    def __init__(self, kept: Fingerprint) -> None:
        self.kept = kept

    @cached_property
    def shingles(self) -> Shingles:
        import numpy as np

        return np.frombuffer(self.kept.shingles, dtype="<u4")

    @cached_property
    def numbered(self) -> dict[bytes, set[bytes]]:
        """Sentences with numbers: without them -> as they are."""
        found: dict[bytes, set[bytes]] = {}
        whole, bare = hashes_of(self.kept.sentences), hashes_of(self.kept.numberless)
        for one, less in zip(whole, bare, strict=True):
            if any(less):
                found.setdefault(less, set()).add(one)
        return found


def find_copies(
    fingerprints: Sequence[Fingerprint], *, contained: float = CONTAINED
) -> list[list[int]]:
    """Which of some articles are copies of another.

    Args:
        fingerprints: Of all articles, those first that are to stand for their copies.
        contained: Share of the shorter one's shingles that a copy has in common, at least.

    Returns:
        Groups of positions, ascending: in each the article that stands for the others, then those
        that are copies of that one. What a text shares with a copy of a copy alone is not enough.
    """
    known = [_Known(one) for one in fingerprints]
    alike: dict[int, list[int]] = {}
    for left, right in sorted(_candidates(known)):
        if _is_copy(known[left], known[right], contained):
            alike.setdefault(left, []).append(right)
    taken: set[int] = set()
    groups = []
    for lead in sorted(alike):
        copies = [] if lead in taken else [one for one in alike[lead] if one not in taken]
        if copies:
            groups.append([lead, *copies])
            taken.update(copies)
    return groups


def _candidates(known: Sequence[_Known]) -> set[tuple[int, int]]:
    """Pairs of positions, ascending, that may be copies."""
    if len(known) < 2:
        return set()
    import numpy as np

    signatures = _signatures(known)
    bands = np.ascontiguousarray(signatures).view(f"V{4 * BAND}")  # (n, PERMUTATIONS / BAND)
    pairs: set[tuple[int, int]] = set()
    for band in bands.T:
        _, which, counts = np.unique(band, return_inverse=True, return_counts=True)
        shared = np.flatnonzero(counts[which] > 1)
        buckets: dict[int, list[int]] = {}
        for place in shared.tolist():
            buckets.setdefault(int(which[place]), []).append(place)
        for bucket in buckets.values():
            pairs.update((a, b) for at, a in enumerate(bucket) for b in bucket[at + 1 :])
    return pairs


def _signatures(known: Sequence[_Known]) -> NDArray[np.uint32]:
    """What each is compared by: (n, PERMUTATIONS)."""
    import numpy as np
    from rensa import RMinHash

    flat = np.concatenate([one.shingles for one in known]).astype(np.uint64)
    flat *= np.uint64(SPREAD)  # wraps around, as it is meant to
    ends = np.cumsum([0, *(len(one.shingles) for one in known)], dtype=np.uint64)
    matrix: Any = RMinHash.digest_matrix_from_flat_token_hashes(flat, ends, PERMUTATIONS, SEED)
    return np.asarray(matrix.to_rows(), dtype=np.uint32)


def _is_copy(one: _Known, other: _Known, contained: float) -> bool:
    import numpy as np

    small, large = sorted((len(one.shingles), len(other.shingles)))
    if one.kept.sentences == other.kept.sentences:
        return True
    common = len(np.intersect1d(one.shingles, other.shingles, assume_unique=True))
    return (
        common >= max(FEWEST, contained * small)
        and common >= RESEMBLES * (small + large - common)
        and not _is_update(one, other)
    )


def _is_update(one: _Known, other: _Known) -> bool:
    """Whether a sentence of one stands in the other with other numbers."""
    return any(
        not whole & other.numbered[bare]
        for bare, whole in one.numbered.items()
        if bare in other.numbered
    )
