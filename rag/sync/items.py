"""A plan -> every article in the order of the paths, kept or prepared; or why it is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from rag.domain import Article, Skipped
from rag.store import KnownFile, LocalStore
from rag.sync.loaded import Same
from rag.sync.plan import Plan
from rag.sync.prepare import Prepared
from rag.sync.sandbox import Parser


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An article of which the generation before has all that is derived from it."""

    id: int  # there
    renamed: Article | None = None  # as it is now; None: as it was


def items_of(
    plan: Plan, before: LocalStore | None, parser: Parser, read: dict[str, str]
) -> Iterator[Prepared | Skipped | Kept]:
    """Every file of the corpus, in the order of the paths, read only where that is needed.

    ``read`` is told the SHA-256 of each file that is.
    """
    kept = {file.path: was for file, was in plan.unchanged}
    kept |= {one.path: one for one in plan.kept if one.id is not None}
    moved = {file.path: was for file, was in plan.renamed}
    listed: dict[str, list[Skipped]] = {}
    for entry in before.skipped() if before else ():
        listed.setdefault(entry.part_of or entry.path, []).append(entry)
    unread = {entry.path: entry for entry in plan.unread}
    aside = {file.path for file, _ in plan.set_aside}
    aside |= {one.path for one in plan.kept if one.id is None}
    files = {file.path: file for file in plan.files}
    for path in sorted({*files, *kept, *aside}):
        if path in aside:
            yield from [unread[path]] if path in unread else listed[path]
        elif path in kept and before:
            yield from (Kept(id=id) for id in _ids(kept[path]))
            yield from (entry for entry in listed.get(path, ()) if entry.part_of)
        else:
            ids = _ids(moved[path]) if path in moved else range(0)
            loaded = parser.load(
                files[path], same_as=[before.as_indexed(id) for id in ids] if before else ()
            )
            read[path] = loaded.sha256
            yield from _kept_if_same(loaded.found, ids)


def _ids(was: KnownFile) -> range:
    """The numbers of the articles of a file."""
    assert was.id is not None  # what is unchanged or renamed holds one
    return range(was.id, was.id + was.articles)


def _kept_if_same(
    found: Iterable[Prepared | Same | Skipped], ids: Sequence[int]
) -> Iterator[Prepared | Skipped | Kept]:
    """An article under a new name may tell another date; all else of it is kept."""
    place = count()
    for one in found:
        if isinstance(one, Skipped):
            yield one
        elif isinstance(one, Same):
            yield Kept(id=ids[next(place)], renamed=one.article)
        else:
            next(place)
            yield one
