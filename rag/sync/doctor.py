"""What is wrong with an index and its models, each with the command that fixes it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.config import Settings
from rag.errors import IndexMissing, IndexStale, IndexUnreadable, ModelError, RagError
from rag.language.text import counted
from rag.models.embedder import identify
from rag.models.files import NO_LLM, find_model
from rag.store import LocalStore
from rag.store.manifest import PREVIOUS, Manifest, read_manifest, verify_files
from rag.sync.code_version import code_version
from rag.sync.freshness import is_gone, stale_line

CACHES = ("passages.faiss", "words/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    found: str
    mend: str | None = None  # what to type; None where it holds
    grave: bool = True  # whether answers can be wrong or missing until it is fixed

    @property
    def holds(self) -> bool:
        """Whether there is nothing to fix."""
        return self.mend is None


def examine(settings: Settings, *, full: bool) -> Iterator[Check]:
    """Look at an index and the models that go with it.

    Args:
        settings: Where they are.
        full: Also read every row: SQLite's structure, offsets, and all vectors; and every file of
            the generation before.

    Yields:
        Each check as it is done. Where the index cannot be opened, what needs it is left out.
    """
    index = settings.index
    try:
        manifest = read_manifest(index)
    except (IndexMissing, IndexStale) as error:
        yield Check(name="manifest", found=error.message, mend=_mend(error, _again(index, None)))
        return
    yield Check(name="manifest", found=f"generation {manifest.generation}, built {manifest.built}")
    files = _files(index, manifest)
    yield files
    yield _previous(index, full=full)
    yield _embedder(settings, manifest)
    yield _code(settings, manifest)
    yield _language_model(settings)
    if files.holds:
        with LocalStore.open(index, embedder=None) as store:
            yield _caches(store)
            if full:
                yield _rows(store)
            yield _corpus(store)
            yield _failed(store)


def _files(index: Path, manifest: Manifest) -> Check:
    """Every file of the generation against its checksum."""
    damaged = _damaged(index, manifest)
    if not damaged:
        size = sum(file.size for file in manifest.files.values()) / 1e6
        found = f"{len(manifest.files)} files, {size:.1f} MB, undamaged"
        return Check(name="files", found=found)
    if refused := _refused(damaged):
        mend = refused
    elif all(name.startswith(CACHES) for name in damaged):
        mend = _from_sqlite(index)
    elif _previous_is_whole(index):
        mend = f"rag index --rollback{_named(index)}"
    else:
        mend = _again(index, manifest)
    return Check(name="files", found=_told(damaged), mend=mend)


def _damaged(index: Path, manifest: Manifest, *, sums: bool = True) -> dict[str, IndexStale]:
    """What is wrong with the files of a generation, by name; without sums, they are not read."""
    damaged = dict[str, IndexStale]()
    for name in manifest.files:
        try:
            verify_files(index, manifest, only={name}, sums=sums)
        except IndexStale as error:
            damaged[name] = error
    return damaged


def _told(damaged: Mapping[str, IndexStale]) -> str:
    return "; ".join(error.message for error in damaged.values())


def _mend(error: RagError, otherwise: str) -> str:
    """What to do about it: where something may not be read, no command of this user's helps."""
    return error.hint if isinstance(error, IndexUnreadable) else otherwise


def _refused(damaged: Mapping[str, IndexStale]) -> str | None:
    """What to do where files may not be read; None where all may be."""
    return next((e.hint for e in damaged.values() if isinstance(e, IndexUnreadable)), None)


def _previous(index: Path, *, full: bool) -> Check:
    """The generation that is kept for the way back; it is read only when all is."""
    name = "previous"
    try:
        manifest = read_manifest(index, PREVIOUS)
    except IndexMissing:
        return Check(name=name, found="there is no previous generation")
    except IndexStale as error:
        return Check(name=name, found=error.message, mend=_mend(error, _from_sqlite(index)))
    if damaged := _damaged(index, manifest, sums=full):
        # What is in force is written once more, and is the generation before from then on.
        return Check(name=name, found=_told(damaged), mend=_refused(damaged) or _from_sqlite(index))
    looked = "its files are undamaged" if full else "its files exist; --full also reads them"
    return Check(name=name, found=f"generation {manifest.generation}, {looked}")


def _previous_is_whole(index: Path) -> bool:
    try:
        verify_files(index, read_manifest(index, PREVIOUS))
    except (IndexMissing, IndexStale):
        return False
    return True


def _embedder(settings: Settings, manifest: Manifest) -> Check:
    built = manifest.embedder.name
    again = f"{_again(settings.index, manifest)} --embedder {shlex.quote(settings.embedder)}"
    try:
        found = identify(settings.embedder, cache=settings.cache)
    except ModelError as error:
        return Check(name="embedder", found=error.message, mend=error.hint)
    if found.sha256 != manifest.embedder.sha256:
        found_ = f"the index was built with {built}, but the setting is {found.name}"
        return Check(name="embedder", found=found_, mend=again)
    return Check(name="embedder", found=built)


def _code(settings: Settings, manifest: Manifest) -> Check:
    if manifest.code == code_version(settings.cache):
        return Check(name="version", found="this version of rag built the index")
    return Check(
        name="version",
        found="another version of rag built the index",
        mend=f"rag index{_named(settings.index)}",
        grave=False,
    )


def _language_model(settings: Settings) -> Check:
    name = "model"
    if settings.llm == NO_LLM or settings.llm.startswith(("http://", "https://")):
        return Check(name=name, found=f"{settings.llm}: not checked")
    try:
        path = find_model(settings.llm, models=settings.models, cache=settings.cache)
    except ModelError as error:
        return Check(name=name, found=error.message, mend=error.hint, grave=False)
    return Check(name=name, found=path.name)


def _caches(store: LocalStore) -> Check:
    wrong = store.caches_agree()
    if wrong:
        return Check(name="caches", found=wrong, mend=_from_sqlite(store.index))
    return Check(name="caches", found="they have as many rows as SQLite")


def _rows(store: LocalStore) -> Check:
    wrong = store.inner_damage()
    if wrong:
        return Check(name="rows", found=wrong, mend=_from_sqlite(store.index))
    return Check(name="rows", found="all positions and vectors are correct")


def _corpus(store: LocalStore) -> Check:
    """Whether the files are still what was indexed."""
    gone = [str(root) for root in store.manifest.places if is_gone(root)]
    if gone:
        return Check(
            name="articles",
            found=f"not found: {', '.join(gone)}; answers come from the index",
            mend="rag index FOLDER_OF_ARTICLES",
            grave=False,
        )
    if line := stale_line(store):
        return Check(
            name="articles", found=line, mend=f"rag index{_named(store.index)}", grave=False
        )
    return Check(name="articles", found=f"{counted(store.count('articles'), 'file')}, no changes")


def _failed(store: LocalStore) -> Check:
    failed = [entry for entry in store.skipped() if entry.failed]
    if not failed:
        return Check(name="failed", found="no file failed")
    names = ", ".join(entry.path for entry in failed[:3])
    more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
    return Check(
        name="failed",
        found=f"{len(failed)} could not be read: {names}{more}",
        mend="rag status says why; correct the files, then run rag index",
        grave=False,
    )


def _from_sqlite(index: Path) -> str:
    return f"rag index --rebuild-caches{_named(index)}"


def _again(index: Path, manifest: Manifest | None) -> str:
    roots = " ".join(map(shlex.quote, manifest.roots)) if manifest else "FOLDER_OF_ARTICLES"
    return f"rag index {roots}{_named(index)}"


def _named(index: Path) -> str:
    return f" --index {shlex.quote(str(index))}"
