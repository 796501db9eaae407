"""What a sync has to do: the files on disk against the articles of the index.

A file whose size and times have not changed is taken as unchanged; any other file that the index
knows is hashed. So the work grows with the change, and a touched file costs a hash. A new file with
the content of a missing one is that file, renamed; if no file is missing, new files are not read
here. A file that could not be read is tried again when it changes, or when the limits change.

A place that cannot be opened is not treated as deleted: its articles stay as they were indexed, and
the place is listed until it can be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.checksum import look, settled
from rag.domain import Skipped
from rag.limits import DEFAULT, Limits
from rag.load import Corpus, File, RawFile, Unseen, is_supported, ocr, read_file, search_roots
from rag.store import KnownFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done with each file. Paths are those of the index, in order."""

    files: tuple[File, ...]  # all of them
    new: tuple[File, ...]
    changed: tuple[File, ...]
    renamed: tuple[tuple[File, KnownFile], ...]  # the file, and what it was before
    unchanged: tuple[tuple[File, KnownFile], ...]
    removed: tuple[KnownFile, ...]
    set_aside: tuple[tuple[File, KnownFile], ...]  # could not be read before, and have not changed
    forgotten: tuple[KnownFile, ...]  # could not be read before, and are gone
    kept: tuple[KnownFile, ...]  # cannot be looked at: articles, or files that were set aside
    unread: tuple[Skipped, ...]  # what cannot be looked at: places first, then files
    doubtful: tuple[str, ...]  # places that were not among these before: what is gone may be there
    relisted: bool  # that is not what the index lists
    looks: Mapping[str, str]  # path -> what the file looked like
    sums: Mapping[str, str]  # path -> SHA-256 of what was read; empty for what could not be

    @property
    def readable(self) -> tuple[File, ...]:
        """New files that may be articles: the others are only remembered."""
        return tuple(file for file in self.new if is_supported(file.path))

    @property
    def lost(self) -> int:
        """How many articles are removed: a file may hold several."""
        return sum(one.articles for one in self.removed)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        changes = (self.new, self.changed, self.renamed, self.removed, self.forgotten)
        return not (any(changes) or self.relisted)


def search_corpus(roots: Sequence[Path], index: Path) -> Corpus:
    """The files under the roots, without those of an index inside them.

    Raises:
        CorpusError: A root does not exist, or is neither a folder nor a regular file; or a
            `.ragignore` cannot be read.
    """
    own = index.resolve()
    found = search_roots(roots)
    files = tuple(file for file in found.files if not file.on_disk.is_relative_to(own))
    unseen = tuple(one for one in found.unseen if not one.on_disk.is_relative_to(own))
    return replace(found, files=files, unseen=unseen)


def make_plan(
    files: Sequence[File],
    known: Iterable[KnownFile],
    *,
    unseen: Sequence[Unseen] = (),
    keep: bool = True,
    limits: Limits | None = None,
) -> Plan:
    """Compare.

    Args:
        files: All files of the corpus.
        known: All files that the index knows, articles or not.
        unseen: Places that cannot be opened.
        keep: Whether what cannot be looked at stays as it was; not where the roots are others, as
            a path may be of another file then.
        limits: What a file may take and hold. Where they are others than before, what could not be
            read is tried again; None stands for the previous ones.
    """
    before = {one.path: one for one in known}
    listed = {one.path: one for one in before.values() if one.why}
    found = _Found()
    for file in files:
        found.take(file, before.pop(file.path, None), keep=keep, limits=limits)
    hidden, missing = _parted(before, unseen if keep else ())
    gone: dict[str, list[KnownFile]] = {}
    for one in missing:
        if one.id is not None:
            gone.setdefault(one.sha256, []).append(one)
    fresh = sorted(found.fresh, key=lambda file: file.path)
    renamed = list(_renamed(fresh, gone, found.sums, limits or DEFAULT)) if gone else []
    moved = {file.path for file, _ in renamed}
    places = {one.path for one in unseen}
    unread = [Skipped(path=one.path, why=one.why, unread=True) for one in unseen] + found.unread
    return Plan(
        files=tuple(files),
        new=tuple(file for file in fresh if file.path not in moved),
        changed=tuple(found.changed),
        renamed=tuple(renamed),
        unchanged=tuple(found.unchanged),
        removed=tuple(one for left in gone.values() for one in left),
        set_aside=tuple(found.set_aside),
        forgotten=tuple(one for one in missing if one.id is None and one.path not in places),
        kept=(*found.kept, *hidden),
        unread=tuple(unread),
        doubtful=tuple(
            one.path
            for one in unseen
            if one.path not in listed and not any(one.covers(each.path) for each in hidden)
        ),
        relisted=_relisted(listed, unread),
        looks=found.looks,
        sums=found.sums,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The files of a corpus, each set beside what the index knows of it."""

    fresh: list[File] = field(default_factory=list)  # new, or not to be read before
    changed: list[File] = field(default_factory=list)
    unchanged: list[tuple[File, KnownFile]] = field(default_factory=list)
    set_aside: list[tuple[File, KnownFile]] = field(default_factory=list)
    kept: list[KnownFile] = field(default_factory=list)
    unread: list[Skipped] = field(default_factory=list)
    looks: dict[str, str] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)

    def take(self, file: File, was: KnownFile | None, *, keep: bool, limits: Limits | None) -> None:
        """Look at a file, and put it where it belongs."""
        now = self.looks[file.path] = look(file.on_disk)
        if was is None:
            self.fresh.append(file)
            return
        same, skipped = _compare(file, was, now, limits, self.sums)
        unread = skipped is not None and skipped.unread
        if skipped and unread:
            self.unread.append(skipped)
        if unread and keep and was.id is not None:
            self.kept.append(was)
        elif same:
            (self.unchanged if was.id is not None else self.set_aside).append((file, was))
        else:
            (self.changed if was.id is not None else self.fresh).append(file)


def _parted(
    known: Mapping[str, KnownFile], unseen: Sequence[Unseen]
) -> tuple[list[KnownFile], list[KnownFile]]:
    """Files that were not found: those that may be where nobody can look, and those that are gone.

    That a place could not be looked at before is known of it too, and is no file.
    """
    places = {one.path for one in unseen}
    hidden, missing = [], []
    for one in known.values():
        listed = one.id is None and one.path in places
        if not listed and any(place.covers(one.path) for place in unseen):
            hidden.append(one)
        else:
            missing.append(one)
    return hidden, missing


def _compare(
    file: File, was: KnownFile, now: str, limits: Limits | None, sums: dict[str, str]
) -> tuple[bool, Skipped | None]:
    """Whether a known file is as it was, and why it cannot be read, if it was and could not be.

    ``now`` is its look; ``sums`` is told its SHA-256.
    """
    seen, _, under = was.seen.partition("#")
    if (was.id is None or under) and limits and under != _key(limits):
        return False, None
    if now and seen == now:
        sums[file.path] = was.sha256
        return True, None
    sums[file.path], skipped = _read(file, limits or DEFAULT)
    if skipped and was.id is None:
        return skipped.why == was.why, skipped
    return was.sha256 == sums[file.path] != "", skipped


def _relisted(listed: Mapping[str, KnownFile], unread: Iterable[Skipped]) -> bool:
    """Whether what cannot be looked at is other than what the index lists as such."""
    now = {one.path: one.why for one in unread}
    mended = any(one.id is not None and one.path not in now for one in listed.values())
    return mended or any(path not in listed or listed[path].why != now[path] for path in now)


def _renamed(
    fresh: Iterable[File],
    gone: dict[str, list[KnownFile]],
    sums: dict[str, str],
    limits: Limits,
) -> Iterator[tuple[File, KnownFile]]:
    """Files that have the content of one that is gone, which is taken out there."""
    for file in fresh:
        if file.path not in sums:
            sums[file.path], _ = _read(file, limits)
        if gone.get(sums[file.path]):
            yield file, gone[sums[file.path]].pop(0)


def _read(file: File, limits: Limits) -> tuple[str, Skipped | None]:
    """SHA-256 of a file, or why it cannot be read; the sum is empty then."""
    raw = read_file(file, limits=limits)
    return (raw.sha256, None) if isinstance(raw, RawFile) else ("", raw)


def failed_look(seen: str, limits: Limits) -> str:
    """What a file is known by that could not be read, or not all of it.

    It is its look, the limits it was read under, and whether there was OCR.

    Args:
        seen: Its `look`.
        limits: What a file may take and hold.
    """
    return f"{seen}#{_key(limits)}"


def _key(limits: Limits) -> str:
    return hashlib.sha256(repr((limits, ocr.is_installed())).encode()).hexdigest()[:16]


def looks_of(
    plan: Plan, skipped: Iterable[Skipped], partly: Iterable[str], limits: Limits
) -> dict[str, str]:
    """What every file is known by next time, by path; ``partly`` are those not read whole.

    What cannot be looked at now is known by what was seen when it could be; a file that never could
    be, by nothing, so that it is tried each time.
    """
    on_disk = {file.path: file.on_disk for file in plan.files}
    looks = {path: settled(on_disk[path], then) for path, then in plan.looks.items()}
    for path in partly:
        if path in looks:  # else it is kept
            looks[path] = failed_look(looks[path], limits)
    for entry in skipped:
        then = "" if entry.unread else looks.get(entry.part_of or entry.path, "").partition("#")[0]
        looks[entry.part_of or entry.path] = failed_look(then, limits)
    return looks | {one.path: one.seen for one in plan.kept}
