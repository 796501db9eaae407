"""Which articles a question about the articles themselves means, and a sentence of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.domain import Evidence, Source
from rag.language.text import terms
from rag.question.counting import Counting
from rag.retrieve.mentions import first_sentence, mentions
from rag.retrieve.merge_copies import fold_sentences
from rag.retrieve.outlets import outlets_called
from rag.store import LocalStore, Row, Within


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An article that was counted."""

    id: int
    source: Source
    row: Row | None  # its sentence that mentions what is asked for
    titled: bool  # only the title does


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    """What was counted."""

    found: tuple[Counted, ...]  # the newest first, those without a date last; of copies one
    copies: int  # further ones that are copies of these
    undated: int  # others without a date, where a time was asked for


def count_articles(
    counting: Counting, store: LocalStore, within: Within | None = None
) -> Articles | None:
    """Find the articles that are to be counted.

    Args:
        counting: What is asked.
        store: The index.
        within: Only this part of it.

    Returns:
        All of them; None where the question may be about something else: it is of an outlet that
        no article names, or asks what happened and there are none.
    """
    rows = _mentioning(counting, store, within)
    if rows is None:
        ids = sorted(within.articles) if within else range(store.count("articles"))
    else:
        ids = sorted(rows)
    found = [
        Counted(
            id=id,
            source=store.source(id),
            row=rows[id] if rows else None,
            titled=rows is not None and rows[id] is None,
        )
        for id in ids
    ]
    if asked := counting.outlet:
        outlets = outlets_called(asked, filter(None, store.filed().outlets))
        if not outlets:
            return None
        found = [one for one in found if one.source.outlet in outlets]
    undated = 0
    if period := counting.period:
        undated = sum(one.source.date is None for one in found)
        found = [one for one in found if period.holds(one.source.date)]
    if counting.happened and not found:
        return None
    first = _without_copies(found, store)
    first.sort(key=lambda one: one.source.date or "", reverse=True)
    return Articles(found=tuple(first), copies=len(found) - len(first), undated=undated)


def as_evidence(
    found: Sequence[Counted], store: LocalStore, within: Within | None = None
) -> list[Evidence]:
    """A sentence of each of these articles, with the places of its copies."""
    return fold_sentences(list(_evidence(found, store, within)), store, within)


def _evidence(
    found: Sequence[Counted], store: LocalStore, within: Within | None
) -> Iterator[Evidence]:
    for one in found:
        title = _title(one, store) if one.titled else None
        row = one.row or title or first_sentence(one.id, store, within)
        if row:
            yield Evidence(
                id=row.id,
                article_id=row.article,
                source=one.source,
                start=row.start,
                end=row.end,
                line=store.line_of(row.article, row.start),
                text=row.text,
                terms=frozenset(terms(row.text)),
                speaker=store.speaker_of(row.article, row.start, row.end),
                score=1.0,
                dense=0.0,
                lexical=1.0,
            )


def _title(found: Counted, store: LocalStore) -> Row | None:
    """The title where it stands in the text, as a sentence; None for one from elsewhere."""
    title, text = found.source.title or "", store.article_text(found.source.path) or ""
    start = text.find(title)
    if start < 0:
        return None
    end = start + len(title)
    # No sentence of the index has such a number.
    return Row(id=-1 - found.id, passage=-1, article=found.id, start=start, end=end, text=title)


def _mentioning(
    counting: Counting, store: LocalStore, within: Within | None
) -> Mapping[int, Row | None] | None:
    """Articles that mention what is asked for; None where nothing has to be mentioned."""
    if not counting.phrases:
        return None
    each = [mentions(phrase, store, within) for phrase in counting.phrases]
    enough = set.union if counting.either else set.intersection
    ids = enough(*(set(one) for one in each))
    found = {id: next(one[id] for one in each if id in one) for id in ids}
    return found | mentions(counting.whole, store, within) if len(each) > 1 else found


def _without_copies(found: Sequence[Counted], store: LocalStore) -> list[Counted]:
    """Of each group of copies the first, in the order of the paths."""
    original = {path: group[0] for group in store.copy_groups() for path in group}
    kept: dict[str, Counted] = {}
    for one in sorted(found, key=lambda one: one.source.path):
        path = one.source.path
        first = original.get(path, path)
        if first not in kept or path == first:
            kept[first] = one
    return list(kept.values())
