"""Articles that are printings of one text: found by what they have in common, never by a guess.

A text is known by its shingles, the hashes of every five words in a row. MinHash (rensa; Broder
1997, "On the resemblance and containment of documents") finds pairs that may have many in common;
each pair is then checked on all of its shingles. An article and its update, the same sentences with
other numbers, are no copies; nor are articles of one template, with other names.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rag.language.proper_names import UPPER
from rag.language.sameness import same_words
from rag.language.text import dateline_end, words

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
RENAMED = 2  # sentences with other names, from which articles are of one template: one is an edit
_HASH = 8  # bytes
_CAPITAL = rf"{UPPER}[\w’'-]*"
# A name inside a sentence, or of two words at its beginning. Its last word counts: "Mr Lark" may be
# "Ada Lark" in another paper.
_NAMED = re.compile(
    rf"(?:(?<=\w\s)|(?<=,\s)|(?={_CAPITAL}\s{UPPER}))(?:{_CAPITAL}\s)*(?P<last>{_CAPITAL})"
)
_NAME_HERE = "qnameq"  # a word that no article has
_NUMBER = re.compile(r"(?<![\w:.,])\d[\d.,]*(?![\w:])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What an article is recognised by, as it is kept; little-endian numbers one after another."""

    shingles: bytes  # unsigned 32 bits each, ascending, each once
    sentences: bytes  # unsigned 64 bits for every sentence, in their order
    # For every sentence what it is without its numbers and names, its numbers, and its names; each
    # likewise, 0 where it has none.
    numberless: bytes


def fingerprint(sentences: Sequence[str]) -> Fingerprint:
    """What an article is recognised by.

    Args:
        sentences: All that may be evidence, in the order of the text.
    """
    said = [same_words(text) for text in sentences]
    all_words = words(" ".join(sentences))
    rows = range(max(1, len(all_words) - SHINGLE + 1))
    hashes = {zlib.crc32(" ".join(all_words[at : at + SHINGLE]).encode()) for at in rows}
    return Fingerprint(
        shingles=b"".join(one.to_bytes(4, "little") for one in sorted(hashes)),
        sentences=b"".join(map(_hash, said)),
        numberless=b"".join(map(_told, sentences)),
    )


def _told(sentence: str) -> bytes:
    """What a sentence is without its numbers and names, its numbers, and its names."""
    shown = " ".join(sentence.split())
    shown = shown[
        dateline_end(shown) :
    ].lstrip()  # the day of a printing is no number of its report
    names = [match["last"] for match in _NAMED.finditer(shown)]
    said = same_words(_NAMED.sub(_NAME_HERE, shown))
    numbers = _NUMBER.findall(said)
    if not names and not numbers:
        return bytes(3 * _HASH)
    told = (_NUMBER.sub("#", said), " ".join(numbers), " ".join(names))
    return b"".join(_hash(one) if one else bytes(_HASH) for one in told)


def hashes_of(kept: bytes) -> list[bytes]:
    """The hashes of a fingerprint's sentences, one each."""
    return [kept[at : at + _HASH] for at in range(0, len(kept), _HASH)]


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_HASH).digest()


class _Known:
    """A fingerprint, taken apart where it is needed."""

    def __init__(self, kept: Fingerprint) -> None:
        self.kept = kept

    @cached_property
    def shingles(self) -> Shingles:
        import numpy as np

        return np.frombuffer(self.kept.shingles, dtype="<u4")

    @cached_property
    def told(self) -> dict[bytes, tuple[set[bytes], set[bytes]]]:
        """Sentences with numbers or names: without them -> their numbers, and their names."""
        found: dict[bytes, tuple[set[bytes], set[bytes]]] = {}
        hashes = hashes_of(self.kept.numberless)
        for bare, numbers, names in zip(hashes[::3], hashes[1::3], hashes[2::3], strict=True):
            if any(bare):
                known = found.setdefault(bare, (set(), set()))
                known[0].add(numbers)
                known[1].add(names)
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
    """Whether a sentence of one stands in the other with other numbers, or two with other names."""
    pairs = [(told, other.told[bare]) for bare, told in one.told.items() if bare in other.told]
    if any(mine[0].isdisjoint(theirs[0]) for mine, theirs in pairs):
        return True
    return sum(mine[1].isdisjoint(theirs[1]) for mine, theirs in pairs) >= RENAMED
