"""Folders of articles -> a new generation of the index that holds what the files hold now.

What has not changed is copied from the generation before; new and changed files are read, split,
searched for statements and embedded; a renamed file costs no embedding. What cannot be read is
listed with its reason and stops nothing; an article whose file or folder cannot be looked at is
kept as it was indexed. The generation is put in force in one step at the end:
until then, and after any failure, questions are answered from the one before.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, nullcontext
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from rag.domain import Skipped
from rag.errors import CorpusError, IndexMissing, IndexStale
from rag.load import Corpus, absolute, as_text, emptied
from rag.models.embedder import Embedder, embedder_of, identify
from rag.store import KnownFile, LocalStore
from rag.store.build import IndexWriter
from rag.sync.code_version import code_version
from rag.sync.plan import Plan, make_plan, search_corpus
from rag.sync.report import Progress, SyncReport

if TYPE_CHECKING:
    from rag.config import Settings


def sync(
    paths: Sequence[Path],
    *,
    settings: Settings,
    dry: bool = False,
    confirm: Callable[[Plan, int], bool] = lambda plan, known: False,
    progress: Callable[[Progress], None] = lambda state: None,
    notify: Callable[[str], None] = lambda line: None,
    model: Callable[[], Embedder] | None = None,
    workers: str = "",
) -> SyncReport:
    """Make the index hold what some folders and files hold now.

    Args:
        paths: Folders and files.
        settings: Where the index goes, and how it is made.
        dry: Only tell what would be done.
        confirm: Asked with the plan and the number of indexed articles where more than half of
            them would go, or all of one folder; unless it agrees, nothing is done.
        progress: Told after every file and every block of embedded passages.
        notify: Told, in one line, what a person should know.
        model: Gives the embedding model, where one is held open; asked when something is embedded.
        workers: Of Dask, which read and embed: ``local``, or the address of a scheduler.

    Returns:
        What was done.

    Raises:
        CorpusError: A path does not exist, nothing in them can be read as an article, a
            `.ragignore` cannot be read, or so many articles would be removed without consent.
        ModelError: The embedding model cannot be loaded.
    """
    began = perf_counter()
    corpus = _corpus(paths, settings.index)
    with ExitStack() as stack:
        writer = None if dry else stack.enter_context(IndexWriter(settings.index))
        before = stack.enter_context(_usable(settings, notify=notify) or nullcontext())
        same = before if before and _same_roots(before, paths) else None
        lost, known = ((), same.count("articles")) if same else _unreadable(settings)
        plan = _planned(corpus, before, lost, keep=bool(same), settings=settings, notify=notify)
        if not dry and (lost or _is_a_loss(plan, known, paths)) and not confirm(plan, known):
            raise _loss(plan, known, lost)
        if writer is None or (plan.is_empty and same):
            return _report(plan, corpus, before, began=began, dry=dry)
        embedder = _giving(model or partial(embedder_of, settings, notify=notify), plan, workers)
        # What splits and embeds takes long to import, and mostly nothing has changed.
        from rag.sync.write import write_plan

        report = write_plan(
            plan,
            writer,
            before=before,
            roots=paths,
            settings=settings,
            embedder=embedder,
            progress=progress,
            notify=notify,
            workers=workers,
        )
        return dataclasses.replace(report, ignored=corpus.ignored, **_changes(plan, report.skipped))


def _giving(model: Callable[[], Embedder], plan: Plan, workers: str) -> Callable[[], Embedder]:
    """What gives the model once; where it will be needed here, it begins to load."""
    give = cache(model)
    if (plan.changed or plan.readable) and not workers:
        give()  # it loads while what reads and splits is imported
    return give


def _corpus(paths: Sequence[Path], index: Path) -> Corpus:
    """What there is to index; without any file, the paths are a mistake."""
    corpus = search_corpus(paths, index)
    if not (corpus.files or corpus.unseen):
        all_ignored = ": .ragignore ignores every file" if corpus.ignored else ""
        raise CorpusError(
            f"there are no files in {', '.join(map(str, paths))}{all_ignored}",
            hint="give a folder with .txt, .md, .html, .pdf, .docx or other text files",
        )
    return corpus


def _planned(
    corpus: Corpus,
    before: LocalStore | None,
    lost: Sequence[KnownFile],
    *,
    keep: bool,
    settings: Settings,
    notify: Callable[[str], None],
) -> Plan:
    """What is to be done; what is lost goes too, and what may only have been moved is told."""
    plan = make_plan(
        corpus.files,
        before.files() if before else (),
        unseen=corpus.unseen,
        keep=keep,
        limits=settings.limits,
    )
    if plan.removed and plan.doubtful:
        notify(_doubt(plan))
    return dataclasses.replace(plan, removed=tuple(dict.fromkeys([*plan.removed, *lost])))


def _usable(settings: Settings, *, notify: Callable[[str], None]) -> LocalStore | None:
    """The generation in force, where what it holds is what this code and model would make."""
    try:
        # What is copied from it is taken for whole afterwards, so that all of it is read here.
        store = LocalStore.open(settings.index, embedder=None, again=True)
    except IndexMissing:
        return None
    except IndexStale as error:
        notify(f"Rebuilding the index: {error.message}.")
        return None
    made = store.manifest
    embedder = identify(settings.embedder, cache=settings.cache)
    for differs, why in (
        (made.embedder.sha256 != embedder.sha256, f"the embedding model is now {embedder.name}"),
        (made.passage_words != settings.passage_words, "passage_words has changed"),
        (made.code != code_version(settings.cache), "another version of rag built it"),
    ):
        if differs:
            notify(f"Rebuilding the index: {why}.")
            store.close()
            return None
    return store


def _same_roots(store: LocalStore, paths: Sequence[Path]) -> bool:
    return set(store.manifest.roots) == {as_text(absolute(path)) for path in paths}


def _unreadable(settings: Settings) -> tuple[tuple[KnownFile, ...], int]:
    """Articles of an index that are there and cannot be read, and how many it has.

    If an index is rebuilt, or made of other folders, they cannot be kept.
    """
    try:
        with LocalStore.open(settings.index, embedder=None, cache=settings.cache) as store:
            articles = [one for one in store.files() if one.id is not None]
            places = {one: store.locate(one.path) for one in articles}
    except (IndexMissing, IndexStale):
        return (), 0
    there = ((one, place) for one, place in places.items() if place)
    lost = tuple(one for one, place in there if not os.access(place, os.R_OK))
    return lost, sum(one.articles for one in articles)


def _loss(plan: Plan, known: int, lost: Sequence[KnownFile]) -> CorpusError:
    why = f" ({len(lost)} cannot be read now, for example {lost[0].path})" if lost else ""
    return CorpusError(
        f"{plan.lost} of {known} indexed articles would be removed{why}",
        hint="is a disk not mounted? To list the articles: rag index --dry-run."
        " To remove them: rag index --yes",
    )


def _doubt(plan: Plan) -> str:
    """That what was moved into a place that nobody can look into is not known to be there."""
    many = plan.lost != 1
    return (
        f"{plan.lost} {'articles are' if many else 'article is'} no longer where"
        f" {'they were' if many else 'it was'}, and may be in {', '.join(plan.doubtful)}, which"
        " cannot be read: make it readable, and run rag index again."
    )


def _is_a_loss(plan: Plan, known: int, paths: Sequence[Path]) -> bool:
    """Whether so much would go that somebody must mean it: most articles, or all of one root.

    A folder that a disk is mounted on is there, and empty, when the disk is not.
    """
    if 2 * plan.lost > known:
        return True
    gone = [one.path for one in plan.removed]
    return any(emptied(gone, paths, held=[file.on_disk for file in plan.files]))


def _changes(plan: Plan, skipped: Iterable[Skipped] = ()) -> dict[str, Any]:
    """What a report has of a plan: of files that became no articles, their reasons tell."""
    no_articles = {entry.path for entry in skipped}
    kept = sum(one.articles for one in plan.kept)
    return {
        "new": tuple(file.path for file in plan.readable if file.path not in no_articles),
        "changed": tuple(file.path for file in plan.changed if file.path not in no_articles),
        "renamed": tuple((was.path, file.path) for file, was in plan.renamed),
        "removed": tuple(one.path for one in plan.removed),
        "unchanged": len(plan.unchanged) + sum(one.id is not None for one in plan.kept),
        "kept": kept,
    }


def _report(
    plan: Plan,
    corpus: Corpus,
    store: LocalStore | None,
    *,
    began: float,
    dry: bool,
) -> SyncReport:
    """A report on the index as it is."""
    unread = {entry.path: entry for entry in plan.unread}
    listed = {entry.path: entry for entry in (store.skipped() if store else ())} | unread
    return SyncReport(
        generation=store.manifest.generation if store else 0,
        articles=store.count("articles") if store else 0,
        passages=store.count("passages") if store else 0,
        sentences=store.count("sentences") if store else 0,
        skipped=tuple(listed[path] for path in sorted(listed)),
        seconds=perf_counter() - began,
        ignored=corpus.ignored,
        copies=store.copy_groups() if store else (),
        incomplete=store.incomplete() if store else (),
        dry=dry,
        **_changes(plan),
    )
