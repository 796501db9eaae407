"""Articles, new and kept -> the next generation of the index, written and put in force.

What is kept is copied from the generation before with its vectors; what is new is prepared and
embedded, in blocks, so that little is held at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count, groupby, islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from rag.domain import Article, Skipped
from rag.errors import CorpusError
from rag.models.embedder import Embedder, embedder_of
from rag.store import LocalStore
from rag.store.build import IndexWriter
from rag.sync.code_version import code_version
from rag.sync.items import Kept, items_of
from rag.sync.making import making
from rag.sync.plan import Plan, looks_of
from rag.sync.prepare import Prepared, prepare
from rag.sync.report import Progress, SyncReport
from rag.sync.sandbox import Parser
from rag.sync.unfinished import Unfinished
from rag.sync.vectors import BLOCK, vectors_of

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.models.embedder import Matrix

HELD = 4_000_000  # characters of articles that are held at once


def write_plan(
    plan: Plan,
    writer: IndexWriter,
    *,
    before: LocalStore | None,
    roots: Sequence[Path],
    settings: Settings,
    embedder: Callable[[], Embedder],
    progress: Callable[[Progress], None],
    notify: Callable[[str], None],
    workers: str = "",
) -> SyncReport:
    """Write what a plan says, and put it in force.

    Args:
        plan: What a sync has to do.
        writer: The generation.
        before: The generation that what is kept is copied from.
        roots: The folders and files of the plan.
        settings: How the index is made.
        embedder: Gives the embedding model of the settings; asked only where something is embedded.
        progress: Told after every file and every block of embedded passages.
        notify: Told, in one line, what a person should know.
        workers: Of Dask, that read and embed, see `rag.sync.spread`; none when empty.

    Returns:
        What was done; what changed is for who made the plan to say.

    Raises:
        CorpusError: No file could be read as an article.
        ModelError: The embedding model cannot be loaded.
    """
    read = {**plan.sums} | {one.path: one.sha256 for one in plan.kept}
    made_by = making(settings).made_by
    with (
        Unfinished(settings.index, generation=writer.in_force, made_by=made_by) as unfinished,
        Parser(
            limits=settings.limits, words=settings.passage_words, unfinished=unfinished
        ) as parser,
    ):
        _fill(unfinished, plan, workers, settings, progress, notify)
        return _write_generation(
            items_of(plan, before, parser, read),
            writer,
            total=len({file.path for file in plan.files} | {one.path for one in plan.kept}),
            roots=roots,
            settings=settings,
            embedder=embedder,
            before=before,
            plan=plan,
            read=read,
            unfinished=unfinished,
            progress=progress,
        )


def _fill(
    unfinished: Unfinished,
    plan: Plan,
    workers: str,
    settings: Settings,
    progress: Callable[[Progress], None],
    notify: Callable[[str], None],
) -> None:
    """Tell what a sync that was stopped had made, and have workers make the rest."""
    to_read = {file.path for file in (*plan.readable, *plan.changed)}
    left = to_read - unfinished.read()
    if done := len(to_read) - len(left):
        notify(f"Goes on: {done:,} of {len(to_read):,} files were read already.")
    if workers and left:
        from rag.sync.spread import spread

        spread(
            [file for file in plan.files if file.path in left],
            unfinished,
            workers=workers,
            settings=settings,
            progress=progress,
            notify=notify,
        )


def build_index(
    articles: Iterable[Article | Skipped],
    *,
    total: int,
    roots: Sequence[Path],
    settings: Settings,
    progress: Callable[[Progress], None] = lambda state: None,
    notify: Callable[[str], None] = lambda line: None,
) -> SyncReport:
    """Build an index of articles, wherever they come from.

    Args:
        articles: Articles, and what could not be read as one; taken one by one.
        total: How many there are, for the progress.
        roots: The folders or files that they come from.
        settings: Where the index goes, and how it is made.
        progress: Told after every article and every block of embedded passages.
        notify: Told, in one line, what a person should know.

    Returns:
        What was done.

    Raises:
        CorpusError: There is no article among them.
        ModelError: The embedding model cannot be loaded.
    """
    with IndexWriter(settings.index) as writer:
        return _write_generation(
            articles,
            writer,
            total=total,
            roots=roots,
            settings=settings,
            embedder=partial(embedder_of, settings, notify=notify),
            progress=progress,
        )


def _write_generation(
    items: Iterable[Article | Prepared | Skipped | Kept],
    writer: IndexWriter,
    *,
    total: int,
    roots: Sequence[Path],
    settings: Settings,
    embedder: Callable[[], Embedder],
    before: LocalStore | None = None,
    plan: Plan | None = None,
    read: Mapping[str, str] | None = None,  # path -> SHA-256; complete when the items are
    unfinished: Unfinished | None = None,
    progress: Callable[[Progress], None],
) -> SyncReport:
    """Write the next generation and put it in force."""
    began = perf_counter()
    work = _Work(
        writer=writer,
        before=before,
        settings=settings,
        give=embedder,
        counts=Counter(total=total),
        progress=progress,
        unfinished=unfinished,
    )
    for block in _blocks(_prepare_all(items, work)):
        _write(block, work)
    told = {entry.path for entry in work.skipped}
    # Those that stand for no file of the plan: places, and files whose articles are kept.
    work.skipped += (entry for entry in (plan.unread if plan else ()) if entry.path not in told)
    if not work.counts["articles"]:
        skipped = work.skipped
        raise CorpusError(
            f"no file in {', '.join(map(str, roots))} could be read as an article"
            + (f" (for example {skipped[0].path}: {skipped[0].why})" if skipped else ""),
            hint="give a folder with .txt, .md, .html, .pdf, .docx or other text files",
        )
    writer.add_skipped(work.skipped)
    if plan:
        looks = looks_of(plan, work.skipped, writer.partly_read(), settings.limits)
        writer.remember(looks, read or {})
    made = work.embedder or (before.manifest if before else work.model())
    writer.commit(
        embedder=made.id if isinstance(made, Embedder) else made.embedder,
        dimension=made.dimension,
        passage_words=settings.passage_words,
        code=code_version(settings.cache),
        roots=roots,
    )
    return SyncReport(
        generation=writer.generation,
        articles=work.counts["articles"],
        passages=work.counts["passages"],
        sentences=work.counts["sentences"],
        skipped=tuple(work.skipped),
        seconds=perf_counter() - began,
        copies=writer.copy_groups,
        incomplete=writer.incomplete,
    )


@dataclass(slots=True)
class _Work:
    """A build under way."""

    writer: IndexWriter
    before: LocalStore | None  # the generation that is copied from
    settings: Settings
    give: Callable[[], Embedder]
    counts: Counter[str]
    progress: Callable[[Progress], None]
    unfinished: Unfinished | None  # of a sync: what one that was stopped had made
    skipped: list[Skipped] = field(default_factory=list)
    embedder: Embedder | None = None

    def made_before(self, found: Prepared) -> list[Matrix] | None:
        """The vectors that a sync that was stopped had made of an article."""
        return self.unfinished.vectors(found) if self.unfinished else None

    def model(self) -> Embedder:
        """The embedding model, asked for at the first need: copying articles takes none."""
        if self.embedder is None:
            self.embedder = self.give()
        return self.embedder


def _prepare_all(
    items: Iterable[Article | Prepared | Skipped | Kept], work: _Work
) -> Iterator[Prepared | Kept]:
    """Every article with what is derived from it; what is no article is set aside."""
    settings = work.settings
    for item in items:
        work.counts["files"] += 1
        found = item
        if isinstance(found, Article):
            found = prepare(found, words=settings.passage_words, limits=settings.limits)
        if isinstance(found, Skipped):
            work.skipped.append(found)
        else:
            if isinstance(found, Prepared):
                work.counts["found"] += len(found.passages)
            yield found
        work.progress(_state(work.counts))


def _state(counts: Counter[str]) -> Progress:
    return Progress(
        # A file may hold several articles, and how many is not known before.
        files=min(counts["files"], counts["total"]),
        total=counts["total"],
        passages=counts["passages"],
        found=counts["found"],
    )


def _blocks(items: Iterator[Prepared | Kept]) -> Iterator[list[Prepared | Kept]]:
    block: list[Prepared | Kept] = []
    fresh = characters = 0
    for item in items:
        block.append(item)
        article = item.article if isinstance(item, Prepared) else item.renamed
        fresh += len(item.passages) if isinstance(item, Prepared) else 0
        characters += len(article.text) if article else 0
        if fresh >= BLOCK or len(block) >= BLOCK or characters >= HELD:
            yield block
            block, fresh, characters = [], 0, 0
    if block:
        yield block


def _write(block: Sequence[Prepared | Kept], work: _Work) -> None:
    """Write articles in their order, those that are new after embedding them together."""

    def embedded(passages: int) -> None:
        work.counts["passages"] += passages
        work.progress(_state(work.counts))

    fresh = [item for item in block if isinstance(item, Prepared)]
    had = {one.article.path: found for one in fresh if (found := work.made_before(one))}
    embedded(sum(map(len, had.values())))
    new = [one for one in fresh if one.article.path not in had]
    vectors = vectors_of(new, before=work.before, model=work.model, progress=embedded)
    for run in _runs(block):
        if isinstance(run, Prepared):
            own = had.get(run.article.path)
            if own is None:
                own = list(islice(vectors, len(run.passages)))
                if work.unfinished:
                    work.unfinished.keep_vectors(run, own)
            work.writer.add(run.article, run.passages, run.statements, vectors=own)
            work.counts["sentences"] += run.sentences
            work.counts["articles"] += 1
        else:
            assert work.before is not None  # they are kept from there
            passages, sentences = work.writer.copy(
                range(run[0].id, run[-1].id + 1),
                renamed=[item.renamed for item in run if item.renamed],
                previous=work.before.manifest.folder(work.settings.index),
            )
            work.counts["sentences"] += sentences
            work.counts["found"] += passages
            work.counts["passages"] += passages
            work.counts["articles"] += len(run)


def _runs(block: Iterable[Prepared | Kept]) -> Iterator[Prepared | list[Kept]]:
    """The items in their order; those kept from one row after another, together.

    In such a run, all are as they were, or all are renamed.
    """
    place = count()

    def neighbours(item: Prepared | Kept) -> tuple[int, bool] | None:
        at = next(place)
        return (item.id - at, item.renamed is None) if isinstance(item, Kept) else None

    for kept, run in groupby(block, key=neighbours):
        if kept:
            yield [item for item in run if isinstance(item, Kept)]
        else:
            yield from (item for item in run if isinstance(item, Prepared))
