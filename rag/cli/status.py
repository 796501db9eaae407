"""What an index holds, for `rag status`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rag.config import Settings
from rag.domain import Incomplete, Skipped
from rag.language.dates import from_to
from rag.language.text import counted
from rag.render.as_json import copies_list, incomplete_list
from rag.render.safe import safe_line
from rag.render.sync_lines import copied
from rag.retrieve.resolve_speakers import Speaker, speakers
from rag.retrieve.tags import tag_counts
from rag.store import LocalStore

SPEAKERS_SHOWN = 8
TAGS_SHOWN = 20
SKIPPED_SHOWN = 20  # of each kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The generation in force and the models that go with it."""

    index: str
    generation: int
    built: str
    articles: int
    passages: int
    sentences: int
    copies: tuple[tuple[str, ...], ...]  # paths of articles of one text, the one used first
    speakers: tuple[Speaker, ...]  # those with most statements first
    tags: tuple[tuple[str, int], ...]  # with the number of their articles, most first
    first_date: str | None
    last_date: str | None
    undated: int
    bytes: int
    embedder: str
    reader: str
    llm: str
    skipped: tuple[Skipped, ...]
    incomplete: tuple[Incomplete, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same for `--json`."""
        return {
            "schema": "rag.cli.status/1",
            "index": self.index,
            "generation": self.generation,
            "built": self.built,
            "articles": self.articles,
            "passages": self.passages,
            "sentences": self.sentences,
            "copies": copies_list(self.copies),
            "speakers": [{"name": one.name, "statements": one.statements} for one in self.speakers],
            "tags": [{"tag": tag, "articles": articles} for tag, articles in self.tags],
            "dates": {"first": self.first_date, "last": self.last_date, "undated": self.undated},
            "bytes": self.bytes,
            "embedder": self.embedder,
            "reader": self.reader,
            "llm": self.llm,
            "skipped": [
                {"path": entry.path, "why": entry.why, "failed": entry.failed}
                for entry in self.skipped
            ],
            "incomplete": incomplete_list(self.incomplete),
        }


def index_status(settings: Settings) -> Status:
    """Look at an index.

    Raises:
        IndexMissing: There is none.
        IndexStale: It is damaged.
    """
    with LocalStore.open(settings.index, embedder=None, cache=settings.cache) as store:
        return _status(store, settings)


def _status(store: LocalStore, settings: Settings) -> Status:
    manifest = store.manifest
    first, last, undated = store.dates()
    return Status(
        index=str(settings.index),
        generation=manifest.generation,
        built=manifest.built,
        articles=store.count("articles"),
        passages=store.count("passages"),
        sentences=store.count("sentences"),
        copies=store.copy_groups(),
        speakers=tuple(speakers(store)),
        tags=tuple(tag_counts(store.filed())),
        first_date=first,
        last_date=last,
        undated=undated,
        bytes=sum(file.size for file in manifest.files.values()),
        embedder=manifest.embedder.name,
        reader=settings.reader,
        llm=settings.llm,
        skipped=tuple(store.skipped()),
        incomplete=store.incomplete(),
    )


def status_lines(status: Status) -> list[str]:
    """The status as lines of text."""
    named = ", ".join(map(_speaker, status.speakers[:SPEAKERS_SHOWN]))
    more = len(status.speakers) - SPEAKERS_SHOWN
    tags = ", ".join(f"{tag} ({articles})" for tag, articles in status.tags[:TAGS_SHOWN])
    more_tags = len(status.tags) - TAGS_SHOWN
    first, last = status.first_date, status.last_date
    dates = from_to(first, last) if first and last else "none"
    rows = [
        ("index", f"{status.index}, generation {status.generation}, built {status.built}"),
        (
            "holds",
            f"{counted(status.articles, 'article')}, {counted(status.passages, 'passage')},"
            f" {counted(status.sentences, 'sentence')}, {status.bytes / 1e6:.1f} MB",
        ),
        *([("copies", copied(status.copies))] if status.copies else []),
        ("dates", f"{dates} ({counted(status.undated, 'article')} without a date)"),
        ("speakers", (named or "none found") + (f" and {more} more" if more > 0 else "")),
        ("tags", (tags or "none found") + (f" and {more_tags} more" if more_tags > 0 else "")),
        ("models", f"embedding {status.embedder}, reader {status.reader}, language {status.llm}"),
        *_rows("failed", [_told(entry) for entry in status.skipped if entry.failed]),
        *_rows("skipped", [_told(entry) for entry in status.skipped if not entry.failed]),
        *_rows("partly", [f"{one.path}: {'; '.join(one.left_out)}" for one in status.incomplete]),
    ]
    return [f"{name:<9} {safe_line(value)}" for name, value in rows]


def _speaker(speaker: Speaker) -> str:
    """The name with the number of statements, and whether it may be several people."""
    unclear = ", perhaps of several people" if speaker.may_be else ""
    return f"{speaker.name} ({speaker.statements}{unclear})"


def _told(entry: Skipped) -> str:
    return f"{entry.path}: {entry.why}"


def _rows(name: str, told: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line in told[:SKIPPED_SHOWN]:
        yield name, line
    if more := len(told[SKIPPED_SHOWN:]):
        yield name, f"and {more} more: rag status --json lists all"
