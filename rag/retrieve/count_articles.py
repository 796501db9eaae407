"""Which articles a question about the articles themselves means, and a sentence of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.domain import Evidence, Source
from rag.language.text import terms, words
from rag.question.counting import Counting
from rag.retrieve.mentions import first_sentence, mentions
from rag.retrieve.merge_copies import fold_sentences
from rag.store import LocalStore, Row


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


def count_articles(counting: Counting, store: LocalStore) -> Articles | None:
    """Find the articles that are to be counted.

    Args:
        counting: What is asked.
        store: The index.

    Returns:
        All of them; None where the question may be about something else: it is of an outlet that
        no article names, or asks what happened and there are none.
    """
    rows = _mentioning(counting, store)
    ids = range(store.count("articles")) if rows is None else sorted(rows)
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
        if not any(_is_called(outlet, asked) for outlet in _outlets(store)):
            return None
        found = [one for one in found if _is_called(one.source.outlet or "", asked)]
    undated = 0
    if period := counting.period:
        undated = sum(one.source.date is None for one in found)
        found = [one for one in found if period.holds(one.source.date)]
    if counting.happened and not found:
        return None
    first = _without_copies(found, store)
    first.sort(key=lambda one: one.source.date or "", reverse=True)
    return Articles(found=tuple(first), copies=len(found) - len(first), undated=undated)


def as_evidence(found: Sequence[Counted], store: LocalStore) -> list[Evidence]:
    """A sentence of each of these articles, with the places of its copies."""
    return fold_sentences(list(_evidence(found, store)), store)


def _evidence(found: Sequence[Counted], store: LocalStore) -> Iterator[Evidence]:
    for one in found:
        row = one.row or (one.titled and _title(one, store)) or first_sentence(one.id, store)
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


def _mentioning(counting: Counting, store: LocalStore) -> Mapping[int, Row | None] | None:
    """Articles that mention what is asked for; None where nothing has to be mentioned."""
    if not counting.phrases:
        return None
    each = [mentions(phrase, store) for phrase in counting.phrases]
    enough = set.union if counting.either else set.intersection
    ids = enough(*(set(one) for one in each))
    found = {id: next(one[id] for one in each if id in one) for id in ids}
    return found | mentions(counting.whole, store) if len(each) > 1 else found


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


def _outlets(store: LocalStore) -> set[str]:
    sources = map(store.source, range(store.count("articles")))
    return {source.outlet for source in sources if source.outlet}


def _is_called(outlet: str, asked: str) -> bool:
    """Whether an outlet is the one asked for: "The Lantern Post" is "Lantern Post"."""
    there, wanted = (
        [w for w in words(name) if w not in {"the", "www", "com"}] for name in (outlet, asked)
    )
    return bool(wanted) and " ".join(wanted) in " ".join(there)
