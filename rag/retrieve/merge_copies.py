"""What several copies of an article say is ranked once, and shown with all places.

Only what stands in another article word for word is left out of a ranking; what a copy has of its
own is evidence like any other.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.domain import Copy, Evidence, RankedPassage
from rag.language.sameness import same_words
from rag.store import LocalStore, Row, Within


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A ranking of passages in which those that only repeat another stand no more."""

    passages: tuple[RankedPassage, ...]  # best first
    originals: Mapping[int, int]  # those left that are copied in part -> what of
    dropped: int

    def best(self, limit: int) -> list[RankedPassage]:
        """The best so many, best first; those that go with one of them come on top.

        At most ``limit`` of these too: a hundred copies with a word changed in each must not make
        a question slow.
        """
        texts: set[int] = set()
        found: list[RankedPassage] = []
        for passage in self.passages:
            text = self.originals.get(passage.id, passage.id)
            if text in texts and len(found) < 2 * limit:
                found.append(passage)
            elif text not in texts and len(texts) < limit:
                texts.add(text)
                found.append(passage)
        return found


def fold_passages(
    ranked: Sequence[RankedPassage], store: LocalStore, within: Within | None = None
) -> Folded:
    """Let the original stand for passages of which every sentence stands elsewhere first.

    Where only a part of the index is searched, one that is outside of it stands for none.
    """
    copied = store.copied_passages([passage.id for passage in ranked])
    there = {passage.id for passage in ranked}
    found: dict[int, RankedPassage] = {}
    for passage in ranked:
        copy = copied.get(passage.id)
        if copy is None or copy.own or (within and not within.passages[copy.original]):
            found.setdefault(passage.id, passage)
        elif copy.original not in there:  # it ranks below all that were searched for
            found.setdefault(copy.original, dataclasses.replace(passage, id=copy.original))
    originals = {id: copied[id].original for id in found if id in copied}
    return Folded(
        passages=tuple(found.values()), originals=originals, dropped=len(ranked) - len(found)
    )


def fold_sentences(
    evidence: Sequence[Evidence], store: LocalStore, within: Within | None = None
) -> list[Evidence]:
    """Keep of every sentence its original, or the first copy where that is not among them.

    Returns:
        The sentences that are kept, in their order, with all places of the others, or all in the
        part of the index that is searched.
    """
    first = store.original_sentences([found.id for found in evidence])
    ids = {found.id for found in evidence}
    kept: dict[int, Evidence] = {}
    for found in evidence:
        original = first.get(found.id, found.id)
        if found.id == original or original not in ids:
            kept.setdefault(original, found)
    places = store.sentence_places(list(kept))
    if within:
        inside = within.articles
        places = {id: [row for row in rows if row.article in inside] for id, rows in places.items()}
    return [_with_copies(found, places.get(id, []), store) for id, found in kept.items()]


def _with_copies(found: Evidence, rows: Sequence[Row], store: LocalStore) -> Evidence:
    """A sentence with the places of its copies, each held against it once more."""
    said = same_words(found.text)
    copies = [
        Copy(
            source=store.source(row.article),
            start=row.start,
            end=row.end,
            line=store.line_of(row.article, row.start),
            quote=row.text,
        )
        for row in rows
        if row.id != found.id and same_words(row.text) == said
    ]
    return dataclasses.replace(found, copies=tuple(copies)) if copies else found
