"""Folders of articles -> a new generation of the index.

Every file is read, split, searched for statements and embedded; what cannot be read is listed with
its reason and stops nothing. The generation is put in force in one step at the end: until then, and
after any failure, questions are answered from the one before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from rag.config import Settings
from rag.domain import Article, Passage, Skipped
from rag.embed import Embedder, open_embedder
from rag.errors import CorpusError
from rag.load import find_files, load_file
from rag.passages import split_article
from rag.statements import find_statements
from rag.store import IndexWriter
from rag.text import plain

if TYPE_CHECKING:
    from rag.embed import Matrix

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
    """What a build did."""

    generation: int
    articles: int
    passages: int
    sentences: int
    skipped: tuple[Skipped, ...]
    seconds: float

    @property
    def failed(self) -> tuple[Skipped, ...]:
        """Files that should have been readable and were not."""
        return tuple(entry for entry in self.skipped if entry.failed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    article: Article
    passages: list[Passage]

    @property
    def sentences(self) -> int:
        return sum(len(passage.sentences) for passage in self.passages)


def sync(
    paths: Sequence[Path],
    *,
    settings: Settings,
    progress: Callable[[Progress], None] = lambda state: None,
    notify: Callable[[str], None] = lambda line: None,
) -> SyncReport:
    """Build the index of some folders and files anew.

    Args:
        paths: Folders and files.
        settings: Where the index goes, and how it is made.
        progress: Told after every file and every block of embedded sentences.
        notify: Told, in one line, what a person should know.

    Returns:
        What was done.

    Raises:
        CorpusError: A path does not exist, or nothing in them can be read as an article.
        ModelError: The embedding model cannot be loaded.
    """
    own = settings.index.resolve()
    files = [file for file in find_files(paths) if not file.on_disk.is_relative_to(own)]
    if not files:
        raise CorpusError(
            f"there is no file in {', '.join(map(str, paths))}",
            hint="give a folder with .txt, .md, .html, .pdf or .docx files",
        )
    return build_index(
        map(load_file, files),
        total=len(files),
        roots=paths,
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
    began = perf_counter()
    skipped: list[Skipped] = []
    counts = Counter[str](total=total)
    with IndexWriter(settings.index) as writer:
        embedder: Embedder | None = None
        for block in _blocks(_split_all(articles, skipped, counts, progress, settings)):
            if embedder is None:  # only now: a folder without articles must not cost an export
                embedder = open_embedder(
                    settings.embedder,
                    cache=settings.cache,
                    threads=settings.threads,
                    notify=notify,
                )
            _write(block, writer, embedder, counts, progress, sentence_vectors=sentence_vectors)
        if embedder is None:
            raise CorpusError(
                f"no file in {', '.join(map(str, roots))} could be read as an article"
                + (f" (for example {skipped[0].path}: {skipped[0].why})" if skipped else ""),
                hint="give a folder with .txt, .md, .html, .pdf or .docx files",
            )
        writer.add_skipped(skipped)
        writer.commit(
            embedder=embedder.id,
            dimension=embedder.dimension,
            passage_words=settings.passage_words,
            roots=roots,
        )
    return SyncReport(
        generation=writer.generation,
        articles=counts["articles"],
        passages=counts["passages"],
        sentences=counts["sentences"],
        skipped=tuple(skipped),
        seconds=perf_counter() - began,
    )


def _split_all(
    articles: Iterable[Article | Skipped],
    skipped: list[Skipped],
    counts: Counter[str],
    progress: Callable[[Progress], None],
    settings: Settings,
) -> Iterator[_Split]:
    """Split every article; those that are none are added to ``skipped``."""
    for article in articles:
        counts["files"] += 1
        if isinstance(article, Skipped):
            skipped.append(article)
        else:
            passages = split_article(article, words=settings.passage_words)
            if passages:
                split = _Split(article=article, passages=passages)
                counts["found"] += split.sentences
                yield split
            else:
                skipped.append(Skipped(path=article.path, why="holds no sentence to cite"))
        progress(_state(counts))


def _state(counts: Counter[str]) -> Progress:
    return Progress(
        files=counts["files"],
        total=counts["total"],
        sentences=counts["sentences"],
        found=counts["found"],
    )


def _blocks(splits: Iterator[_Split]) -> Iterator[list[_Split]]:
    block: list[_Split] = []
    for split in splits:
        block.append(split)
        if sum(entry.sentences for entry in block) >= BLOCK:
            yield block
            block = []
    if block:
        yield block


def _write(
    block: Sequence[_Split],
    writer: IndexWriter,
    embedder: Embedder,
    counts: Counter[str],
    progress: Callable[[Progress], None],
    *,
    sentence_vectors: bool,
) -> None:
    def embedded(sentences: int) -> None:
        counts["sentences"] += sentences
        progress(_state(counts))

    sentence_texts = [text for split in block for text in _sentence_texts(split)]
    passage_texts = [text for split in block for text in _passage_texts(split)]
    sentence_rows: Iterator[Matrix]
    if sentence_vectors:
        sentence_rows = iter(embedder.encode(sentence_texts, progress=embedded))
    else:
        sentence_rows = repeat(embedder.no_vector())
    passage_rows = iter(embedder.encode(passage_texts))
    if not sentence_vectors:
        embedded(len(sentence_texts))
    for split in block:
        writer.add(
            split.article,
            split.passages,
            find_statements(split.article),
            passage_vectors=[next(passage_rows) for _ in split.passages],
            sentence_vectors=[next(sentence_rows) for _ in range(split.sentences)],
        )
        counts["articles"] += 1
        counts["passages"] += len(split.passages)


def _titled(split: _Split, text: str) -> str:
    # A sentence says little about itself: under its title, "It won the award" is about somebody.
    title = split.article.title.value
    return f"{title}. {text}" if title else text


def _sentence_texts(split: _Split) -> Iterator[str]:
    for passage in split.passages:
        for span in passage.sentences:
            yield _titled(split, plain(split.article.text[span.start : span.end]))


def _passage_texts(split: _Split) -> Iterator[str]:
    for passage in split.passages:
        sentences = (plain(split.article.text[s.start : s.end]) for s in passage.sentences)
        yield _titled(split, " ".join(sentences))
