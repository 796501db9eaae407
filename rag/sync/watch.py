"""Follow folders: one sync after each burst of changes, for as long as it is wanted.

A sync that fails ends nothing and removes nothing. It is told once, and tried again when something
changes or, ever more rarely, when nothing does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from rag.checksum import look
from rag.config import Settings
from rag.domain import Skipped
from rag.error_words import reason
from rag.errors import RagError
from rag.load import absolute, as_text, locate
from rag.models.embedder import Embedder, embedder_of, identify
from rag.store.manifest import read_manifest
from rag.sync.folder_events import bursts
from rag.sync.report import SyncReport

AGAIN = 5.0  # seconds after which a failed sync is tried again; doubled each time it fails
# Seconds after which there is a sync though nothing was told of: a network drive tells nothing, and
# the kernel forgets what it has no room for.
SELDOM = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """A sync that did something, left something out, or was the first to succeed."""

    report: SyncReport
    left_out: tuple[Skipped, ...]  # files that failed, or were skipped, and are other than before
    ignored: tuple[str, ...]  # paths that were not ignored before


class HeldModel:
    """The embedding model of the settings, kept open from one sync to the next."""

    def __init__(self, settings: Settings, *, notify: Callable[[str], None]) -> None:
        """Open nothing yet."""
        self._settings = settings
        self._notify = notify
        self._model: Embedder | None = None

    def __call__(self) -> Embedder:
        """The model; opened again if another one has taken its place.

        Raises:
            ModelError: It cannot be loaded.
        """
        source, cache = self._settings.embedder, self._settings.cache
        if self._model is None or self._model.id != identify(source, cache=cache):
            self._model = embedder_of(self._settings, notify=self._notify)
        return self._model


def watch(
    paths: Sequence[Path],
    *,
    index: Path,
    run: Callable[[Sequence[Path]], SyncReport],
    notify: Callable[[str], None] = lambda line: None,
) -> Iterator[Synced | RagError]:
    """Keep an index true to some folders; endless.

    Args:
        paths: Folders and files. Where another process gives the index others, these are followed.
        index: Folder of the index.
        run: Syncs the index with the paths that it is given.
        notify: Told, in one line, what a person should know.

    Yields:
        The first sync; then each that did something or left something out, each error that is not
        the one before, and the first sync after an error.

    Raises:
        RagError: The first sync fails.
    """
    roots = [absolute(path) for path in paths]
    before: SyncReport | None = None
    known: dict[Skipped, str] = {}
    error: RagError | None = None
    clock = _Clock()
    while True:
        for _ in bursts(roots, index, again=clock.rings, notify=notify):
            if before and (others := _other_roots(index, roots)):
                notify(f"The index is now of {', '.join(map(str, others))}: watching that instead.")
                roots = others
                break
            try:
                report = run(roots)
            except (RagError, OSError) as raised:
                if before is None:
                    raise
                found = _as_error(raised)
                if error is None or found.message != error.message:
                    yield found
                error = found
                clock.set_soon()
                continue
            looks = _looks(report, roots)
            event = Synced(
                report=report,
                left_out=tuple(one for one in looks if known.get(one) != looks[one]),
                ignored=tuple(sorted({*report.ignored} - {*(before.ignored if before else ())})),
            )
            if before is None or error or _is_told(event):
                yield event
            before, known, error = report, looks, None
            clock.set_late()


class _Clock:
    """When to sync though nothing is told of."""

    def __init__(self) -> None:
        self.set_late()

    def rings(self) -> bool:
        return monotonic() >= self._due

    def set_late(self) -> None:
        self._pause, self._due = AGAIN, monotonic() + SELDOM

    def set_soon(self) -> None:
        self._due = monotonic() + self._pause
        self._pause = min(2 * self._pause, SELDOM)


def _other_roots(index: Path, roots: Sequence[Path]) -> list[Path] | None:
    """The roots of the index, where another process has given it others than these."""
    try:
        now = read_manifest(index)
    except RagError:  # the sync reports it, or rebuilds it
        return None
    return None if set(now.roots) == {as_text(root) for root in roots} else now.places


def _as_error(raised: RagError | OSError) -> RagError:
    if isinstance(raised, RagError):
        return raised
    return RagError(f"the index could not be written: {reason(raised)}", hint="rag will try again")


def _is_told(event: Synced) -> bool:
    did = event.report
    changes = (did.new, did.changed, did.renamed, did.removed, event.left_out, event.ignored)
    return any(changes)


def _looks(report: SyncReport, roots: Sequence[Path]) -> dict[Skipped, str]:
    """What the files that are left out look like: a failed one that is saved again is told again.

    One of a format that is not read is always the same: some program may be writing to it.
    """
    looks = dict.fromkeys(report.skipped, "")
    for entry in report.failed:
        file = locate(entry.part_of or entry.path, roots)
        looks[entry] = look(file) if file else ""
    return looks
