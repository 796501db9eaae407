"""Which articles a question about the articles themselves means, and a sentence of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.domain import Evidence, Source
from rag.language.text import content_terms, terms, words
from rag.question.counting import Counting
from rag.retrieve.mention_kinds import mentions_called
from rag.retrieve.mentions import first_sentence, mentions
from rag.retrieve.merge_copies import fold_sentences
from rag.retrieve.outlets import outlets_called
from rag.retrieve.tags import articles_tagged, as_tag
from rag.retrieve.whose import is_personal, speak_as
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
        no article names, of a folder or tag that is none, or asks what happened and there are none.
    """
    find = _quoting if counting.quoted else _mentioning
    rows = find(counting, store, within)
    tagged = articles_tagged(store.filed()).get(as_tag(counting.place)) if counting.place else None
    if counting.place and tagged is None:
        return None
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
        if tagged is None or id in tagged[1]
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


def _quoting(
    counting: Counting, store: LocalStore, within: Within | None
) -> Mapping[int, Row | None]:
    """Articles that have somebody's words, with the first sentence of these."""
    forms = speak_as(words(counting.quoted), store)
    part = store.part(within.articles if within else range(store.count("articles")), forms)
    return {id: first_sentence(id, store, part) for id in part.articles} if forms else {}


def as_evidence(
    found: Sequence[Counted], store: LocalStore, within: Within | None = None, *, each: int = 1
) -> list[Evidence]:
    """A sentence of each of these articles, with the places of its copies.

    Args:
        found: The articles.
        store: The index.
        within: Only sentences of this part.
        each: So many sentences of each: those after the first that tell more of the same.
    """
    return fold_sentences(list(_evidence(found, store, within, each)), store, within)


def _evidence(
    found: Sequence[Counted], store: LocalStore, within: Within | None, each: int
) -> Iterator[Evidence]:
    for one in found:
        title = _title(one, store) if one.titled else None
        row = one.row or title or first_sentence(one.id, store, within)
        for told in [row, *_after(row, one, store, within)[: each - 1]] if row else ():
            yield Evidence(
                id=told.id,
                article_id=told.article,
                source=one.source,
                start=told.start,
                end=told.end,
                line=store.line_of(told.article, told.start),
                text=told.text,
                terms=frozenset(terms(told.text)),
                speaker=store.speaker_of(told.article, told.start, told.end),
                score=1.0,
                dense=0.0,
                lexical=1.0,
            )


def _after(row: Row, found: Counted, store: LocalStore, within: Within | None) -> list[Row]:
    """The sentences after one in its passage: what is about a topic goes on with "he" or "she"."""
    if row.passage < 0:
        return []
    later = [one for one in store.sentences_in([row.passage]) if one.start > row.start]
    if found.row:
        later = list(takewhile(lambda one: is_personal(one.text), later))
    return [one for one in later if within is None or within.has(one.article, one.id)]


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
    """Articles that mention what is asked for; None where nothing has to be mentioned.

    For what they tell, it is enough that they have its words: "Crag quarry", "the quarry at Crag".
    """
    if not counting.phrases:
        return None
    found = _with_phrases(counting.phrases, counting, store, within)
    if not found and counting.happened and not counting.either:
        told = " ".join(counting.phrases).split()
        several = tuple(word for word in told if content_terms(word))
        return _with_phrases(several, counting, store, within) if several else found
    return found


def _with_phrases(
    phrases: Sequence[str], counting: Counting, store: LocalStore, within: Within | None
) -> dict[int, Row | None]:
    each = [mentions_called(phrase, store, within) for phrase in phrases]
    enough = set.union if counting.either else set.intersection
    ids = enough(*(set(one) for one in each))
    found = {id: next(one[id] for one in each if id in one) for id in ids}
    if len(each) > 1:
        found |= mentions(counting.whole, store, within)
    for phrase in counting.without:
        absent = mentions_called(phrase, store, within)
        found = {id: row for id, row in found.items() if id not in absent}
    return found


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
