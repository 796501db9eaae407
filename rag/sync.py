"""Folders of articles -> a new generation of the index that holds what the files hold now.

What has not changed is copied from the generation before; new and changed files are read, split,
searched for statements and embedded; a renamed file costs no embedding. What cannot be read is
listed with its reason and stops nothing. The generation is put in force in one step at the end:
until then, and after any failure, questions are answered from the one before.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice, repeat
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from rag.config import Settings
from rag.confined import Parser, is_same
from rag.domain import Article, Skipped
from rag.embed import Embedder, identify, open_embedder
from rag.errors import CorpusError, IndexMissing, IndexStale
from rag.load import Corpus, absolute, emptied
from rag.plan import Plan, failed_look, make_plan, search_corpus, settled
from rag.prepare import Prepared, prepare
from rag.shaping import code_sha256
from rag.store import IndexWriter, LocalStore
from rag.store.build import storable
from rag.store.manifest import read_manifest
from rag.text import plain

if TYPE_CHECKING:
    from rag.embed import Matrix

HELD = 4_000_000  # characters of articles that are held at once
BLOCK = 2_000  # sentences embedded together: enough for batches of like length, small in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a build is."""

    files: int  # read so far
    total: int  # files found
    sentences: int  # embedded so far
    found: int  # sentences in the files read so far


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync did, or would do."""

    generation: int  # in force now; 0 where a dry run found no index
    articles: int
    passages: int
    sentences: int
    skipped: tuple[Skipped, ...]
    seconds: float
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()  # before, after
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    ignored: tuple[str, ...] = ()  # by .ragignore files; a folder ends with a slash
    copies: tuple[tuple[str, ...], ...] = ()  # paths of articles of one text, the one used first
    dry: bool = False  # nothing was written

    @property
    def failed(self) -> tuple[Skipped, ...]:
        """Files that should have been readable and were not."""
        return tuple(entry for entry in self.skipped if entry.failed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An article of which the generation before has all that is derived from it."""

    article: Article
    id: int  # there


def sync(
    paths: Sequence[Path],
    *,
    settings: Settings,
    dry: bool = False,
    confirm: Callable[[Plan, int], bool] = lambda plan, known: False,
    progress: Callable[[Progress], None] = lambda state: None,
    notify: Callable[[str], None] = lambda line: None,
    model: Callable[[], Embedder] | None = None,
) -> SyncReport:
    """Make the index hold what some folders and files hold now.

    Args:
        paths: Folders and files.
        settings: Where the index goes, and how it is made.
        dry: Only tell what would be done.
        confirm: Asked with the plan and the number of indexed articles where more than half of
            them would go, or all of one folder; unless it agrees, nothing is done.
        progress: Told after every file and every block of embedded sentences.
        notify: Told, in one line, what a person should know.
        model: Gives the embedding model of the settings, where one is held open; it is asked only
            when there is something to embed.

    Returns:
        What was done.

    Raises:
        CorpusError: A path does not exist, nothing in them can be read as an article, a
            `.ragignore` cannot be read, or so many articles would go and nobody agreed to that.
        ModelError: The embedding model cannot be loaded.
    """
    began = perf_counter()
    corpus = search_corpus(paths, settings.index)
    if not corpus.files:
        all_ignored = ": all is ignored by .ragignore" if corpus.ignored else ""
        raise CorpusError(
            f"there is no file in {', '.join(map(str, paths))}{all_ignored}",
            hint="give a folder with .txt, .md, .html, .pdf or .docx files",
        )
    with ExitStack() as stack:
        writer = None if dry else stack.enter_context(IndexWriter(settings.index))
        before = _usable(settings, notify=notify)
        if before:
            stack.enter_context(before)
        plan = make_plan(corpus.files, before.files() if before else (), limits=settings.limits)
        known = before.count("articles") if before else 0
        if not dry and _is_a_loss(plan, known, paths) and not confirm(plan, known):
            raise CorpusError(
                f"{len(plan.removed)} of {known} indexed articles would be removed",
                hint="is a disk not mounted? rag index --dry-run shows which they are;"
                " if that is meant: rag index --yes",
            )
        if before and (writer is None or (plan.is_empty and _same_roots(before, paths))):
            return _report(plan, corpus, before, before.skipped(), began=began, dry=dry)
        if writer is None:
            return _report(plan, corpus, None, (), began=began, dry=True)
        parser = stack.enter_context(Parser(limits=settings.limits, words=settings.passage_words))
        read = dict(plan.sums)
        report = _build(
            _items(plan, before, parser, read),
            writer,
            total=len(corpus.files),
            roots=paths,
            settings=settings,
            before=before,
            plan=plan,
            read=read,
            progress=progress,
            notify=notify,
            model=model,
        )
        return dataclasses.replace(report, ignored=corpus.ignored)


def indexed_roots(index: Path) -> list[Path]:
    """The folders and files that an index was made of.

    Raises:
        IndexMissing: There is no index to tell.
        IndexStale: It cannot be read.
    """
    return [Path(root) for root in read_manifest(index).roots]


def _usable(settings: Settings, *, notify: Callable[[str], None]) -> LocalStore | None:
    """The generation in force, where what it holds is what this code and model would make."""
    try:
        store = LocalStore.open(settings.index, embedder=None)
    except IndexMissing:
        return None
    except IndexStale as error:
        notify(f"The index is built anew: {error.message}.")
        return None
    made = store.manifest
    embedder = identify(settings.embedder, cache=settings.cache)
    for differs, why in (
        (made.embedder.sha256 != embedder.sha256, f"with the embedding model {embedder.name}"),
        (made.passage_words != settings.passage_words, "with other passages"),
        (made.code != code_sha256(), "as another version of rag made it"),
    ):
        if differs:
            notify(f"The index is built anew, {why}.")
            store.close()
            return None
    return store


def _same_roots(store: LocalStore, paths: Sequence[Path]) -> bool:
    return set(store.manifest.roots) == {storable(absolute(path)) for path in paths}


def _is_a_loss(plan: Plan, known: int, paths: Sequence[Path]) -> bool:
    """Whether so much would go that somebody must mean it: most articles, or all of one root.

    A folder that a disk is mounted on is there, and empty, when the disk is not.
    """
    if 2 * len(plan.removed) > known:
        return True
    gone = [one.path for one in plan.removed]
    return any(emptied(gone, paths, held=[file.on_disk for file in plan.files]))


def _items(
    plan: Plan, before: LocalStore | None, parser: Parser, read: dict[str, str]
) -> Iterator[Prepared | Skipped | Kept]:
    """Every file of the corpus, in the order of the paths, read only where that is needed.

    ``read`` is told the SHA-256 of each file that is.
    """
    kept = {file.path: was for file, was in plan.unchanged}
    moved = {file.path: was for file, was in plan.renamed}
    why = {entry.path: entry for entry in before.skipped()} if before else {}
    aside = {file.path: why[file.path] for file, _ in plan.set_aside}
    files = {file.path: file for file in plan.files}
    for path in sorted(files):
        if path in aside:
            yield aside[path]
        elif path in kept and before:
            id = kept[path].id
            assert id is not None  # what is unchanged is an article
            yield Kept(article=before.as_indexed(id), id=id)
        else:
            was = moved[path].id if path in moved else None
            old = before.as_indexed(was) if before and was is not None else None
            loaded = parser.load(files[path], same_as=old)
            read[path] = loaded.sha256
            found = loaded.found
            # An article under a new name may tell another date; all else of it is kept.
            if (
                old
                and was is not None
                and isinstance(found, Prepared)
                and is_same(found.article, old)
            ):
                yield Kept(article=found.article, id=was)
            else:
                yield found


def build_index(
    articles: Iterable[Article | Skipped],
    *,
    total: int,
    roots: Sequence[Path],
    settings: Settings,
    sentence_vectors: bool = True,
    progress: Callable[[Progress], None] = lambda state: None,
    notify: Callable[[str], None] = lambda line: None,
) -> SyncReport:
    """Build an index of articles, wherever they come from.

    Args:
        articles: Articles, and what could not be read as one; taken one by one.
        total: How many there are, for the progress.
        roots: The folders or files that they come from.
        settings: Where the index goes, and how it is made.
        sentence_vectors: Without them, more than half of the work, only passages can be ranked.
        progress: Told after every article and every block of embedded sentences.
        notify: Told, in one line, what a person should know.

    Returns:
        What was done.

    Raises:
        CorpusError: There is no article among them.
        ModelError: The embedding model cannot be loaded.
    """
    with IndexWriter(settings.index) as writer:
        return _build(
            articles,
            writer,
            total=total,
            roots=roots,
            settings=settings,
            sentence_vectors=sentence_vectors,
            progress=progress,
            notify=notify,
        )


def _build(
    items: Iterable[Article | Prepared | Skipped | Kept],
    writer: IndexWriter,
    *,
    total: int,
    roots: Sequence[Path],
    settings: Settings,
    before: LocalStore | None = None,
    plan: Plan | None = None,
    read: Mapping[str, str] | None = None,  # path -> SHA-256; filled by the items
    sentence_vectors: bool = True,
    progress: Callable[[Progress], None],
    notify: Callable[[str], None],
    model: Callable[[], Embedder] | None = None,
) -> SyncReport:
    """Write the next generation and put it in force."""
    began = perf_counter()
    work = _Work(
        writer=writer,
        before=before.manifest.folder(settings.index) if before else None,
        settings=settings,
        sentence_vectors=sentence_vectors,
        counts=Counter(total=total),
        progress=progress,
        notify=notify,
        held=model,
    )
    for block in _blocks(_prepare_all(items, work)):
        _write(block, work)
    if not work.counts["articles"]:
        skipped = work.skipped
        raise CorpusError(
            f"no file in {', '.join(map(str, roots))} could be read as an article"
            + (f" (for example {skipped[0].path}: {skipped[0].why})" if skipped else ""),
            hint="give a folder with .txt, .md, .html, .pdf or .docx files",
        )
    writer.add_skipped(work.skipped)
    if plan:
        on_disk = {file.path: file.on_disk for file in plan.files}
        looks = {path: settled(on_disk[path], then) for path, then in plan.looks.items()}
        for entry in work.skipped:
            looks[entry.path] = failed_look(looks[entry.path], settings.limits)
        writer.remember(looks, read or {})
    made = work.embedder or (before.manifest if before else None)
    assert made is not None  # there is an article, which was embedded now or before
    writer.commit(
        embedder=made.id if isinstance(made, Embedder) else made.embedder,
        dimension=made.dimension,
        passage_words=settings.passage_words,
        code=code_sha256(),
        roots=roots,
    )
    report = SyncReport(
        generation=writer.generation,
        articles=work.counts["articles"],
        passages=work.counts["passages"],
        sentences=work.counts["sentences"],
        skipped=tuple(work.skipped),
        seconds=perf_counter() - began,
        copies=writer.copy_groups,
    )
    return dataclasses.replace(report, **_changes(plan, work.skipped)) if plan else report


@dataclass(slots=True)
class _Work:
    """A build under way."""

    writer: IndexWriter
    before: Path | None  # folder of the generation that is copied from
    settings: Settings
    sentence_vectors: bool
    counts: Counter[str]
    progress: Callable[[Progress], None]
    notify: Callable[[str], None]
    held: Callable[[], Embedder] | None = None  # gives a model that is open already
    skipped: list[Skipped] = field(default_factory=list)
    embedder: Embedder | None = None

    def model(self) -> Embedder:
        """The embedding model, opened at the first need: copying articles takes none."""
        if self.embedder is None and self.held:
            self.embedder = self.held()
        if self.embedder is None:
            self.embedder = open_embedder(
                self.settings.embedder,
                cache=self.settings.cache,
                threads=self.settings.threads,
                notify=self.notify,
            )
        return self.embedder


def _changes(plan: Plan, skipped: Iterable[Skipped] = ()) -> dict[str, Any]:
    """What a report has of a plan: of files that became no articles, their reasons tell."""
    no_articles = {entry.path for entry in skipped}
    return {
        "new": tuple(file.path for file in plan.readable if file.path not in no_articles),
        "changed": tuple(file.path for file in plan.changed if file.path not in no_articles),
        "renamed": tuple((was.path, file.path) for file, was in plan.renamed),
        "removed": tuple(one.path for one in plan.removed),
        "unchanged": len(plan.unchanged),
    }


def _report(
    plan: Plan,
    corpus: Corpus,
    store: LocalStore | None,
    skipped: Sequence[Skipped],
    *,
    began: float,
    dry: bool,
) -> SyncReport:
    """A report on the index as it is."""
    return SyncReport(
        generation=store.manifest.generation if store else 0,
        articles=store.count("articles") if store else 0,
        passages=store.count("passages") if store else 0,
        sentences=store.count("sentences") if store else 0,
        skipped=tuple(skipped),
        seconds=perf_counter() - began,
        ignored=corpus.ignored,
        copies=store.copy_groups() if store else (),
        dry=dry,
        **_changes(plan),
    )


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
                work.counts["found"] += found.sentences
            yield found
        work.progress(_state(work.counts))


def _state(counts: Counter[str]) -> Progress:
    return Progress(
        files=counts["files"],
        total=counts["total"],
        sentences=counts["sentences"],
        found=counts["found"],
    )


def _blocks(items: Iterator[Prepared | Kept]) -> Iterator[list[Prepared | Kept]]:
    block: list[Prepared | Kept] = []
    fresh = characters = 0
    for item in items:
        block.append(item)
        fresh += item.sentences if isinstance(item, Prepared) else 0
        characters += len(item.article.text)
        if fresh >= BLOCK or len(block) >= BLOCK or characters >= HELD:
            yield block
            block, fresh, characters = [], 0, 0
    if block:
        yield block


def _write(block: Sequence[Prepared | Kept], work: _Work) -> None:
    """Write articles in their order, those that are new after embedding them together."""
    fresh = [item for item in block if isinstance(item, Prepared)]
    vectors = _embedded(fresh, work)
    for item in block:
        if isinstance(item, Kept):
            assert work.before is not None  # it is kept from there
            passages, sentences = work.writer.copy(item.article, id=item.id, previous=work.before)
            work.counts["sentences"] += sentences
            work.counts["found"] += sentences
            work.counts["passages"] += passages
        else:
            passage_vectors, sentence_vectors = next(vectors)
            work.writer.add(
                item.article,
                item.passages,
                item.statements,
                passage_vectors=passage_vectors,
                sentence_vectors=sentence_vectors,
            )
            work.counts["passages"] += len(item.passages)
        work.counts["articles"] += 1


def _embedded(
    fresh: Sequence[Prepared], work: _Work
) -> Iterator[tuple[Iterator[Matrix], Iterator[Matrix]]]:
    """For each article, the vectors of its passages and of its sentences, to be taken in order."""
    if not fresh:
        return

    def embedded(sentences: int) -> None:
        work.counts["sentences"] += sentences
        work.progress(_state(work.counts))

    embedder = work.model()
    sentence_texts = [text for one in fresh for text in _sentence_texts(one)]
    passage_texts = [text for one in fresh for text in _passage_texts(one)]
    sentence_rows: Iterator[Matrix]
    if work.sentence_vectors:
        sentence_rows = _rows(embedder, sentence_texts, embedded)
    else:
        sentence_rows = repeat(embedder.no_vector())
        embedded(len(sentence_texts))
    passage_rows = _rows(embedder, passage_texts)
    for one in fresh:
        yield islice(passage_rows, len(one.passages)), islice(sentence_rows, one.sentences)


def _rows(
    embedder: Embedder, texts: Sequence[str], progress: Callable[[int], None] = lambda done: None
) -> Iterator[Matrix]:
    """The vector of each text; of a book, only those of one block are held at a time."""
    for start in range(0, len(texts), 2 * BLOCK):  # an ordinary block is embedded at once
        block = texts[start : start + 2 * BLOCK]
        places = {text: place for place, text in enumerate(dict.fromkeys(block))}
        vectors = embedder.encode(list(places), progress=progress)  # what stands twice, once
        progress(len(block) - len(places))
        yield from (vectors[places[text]] for text in block)


def _titled(one: Prepared, text: str) -> str:
    # A sentence says little about itself: under its title, "It won the award" is about somebody.
    title = one.article.title.value
    return f"{title}. {text}" if title else text


def _sentence_texts(one: Prepared) -> Iterator[str]:
    for passage in one.passages:
        for span in passage.sentences:
            yield _titled(one, plain(one.article.text[span.start : span.end]))


def _passage_texts(one: Prepared) -> Iterator[str]:
    for passage in one.passages:
        sentences = (plain(one.article.text[s.start : s.end]) for s in passage.sentences)
        yield _titled(one, " ".join(sentences))
