"""The one file that says which generation of the index is in force, and what it must look like.

Every file of a generation has its SHA-256 there, and what it looks like from outside: size, times
and inode. Whatever copies, cuts, replaces or writes a file changes that, and the file is read and
checked; one that looks as it did when it was written is not. So opening an index costs the same for
every size. What a disk changes without the file system's knowledge is found where rows are read
(`rag.store.article_sums`), by the next sync, and by `rag doctor`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rag.checksum import flush, look, remembered, settled, sha256_of, write_atomically
from rag.error_words import reason
from rag.errors import IndexMissing, IndexStale, IndexUnreadable
from rag.load import from_text
from rag.models.embedder_id import EmbedderId
from rag.store.generations import generation_folder, hold

FORMAT = 9  # raise it when an older reader would misread the files
FILE_NAME = "manifest.json"
PREVIOUS = "manifest.previous.json"  # of the generation before, for a way back
# A generation has either all of these files or all of those: see `rag.store.shared_files`.
LOCAL = {"articles.sqlite", "passages.faiss", "words/meta.json"}
PLACE = "shared.json"  # where the passages of a shared one are
SHARED = {"articles.sqlite", "shared.sqlite", PLACE}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedFile:
    """What a file of the generation must be."""

    size: int  # bytes
    sha256: str
    seen: str  # its `rag.checksum.look` when that was taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The generation in force."""

    generation: int
    embedder: EmbedderId
    dimension: int
    passage_words: int
    code: str  # `rag.sync.code_version` of what made it
    roots: tuple[str, ...]  # the PATHs that were indexed, absolute
    built: str  # ISO 8601, UTC
    files: dict[str, IndexedFile]  # path relative to the generation's folder
    format: int = FORMAT

    @property
    def places(self) -> list[Path]:
        """The roots, as paths."""
        return [from_text(root) for root in self.roots]

    @property
    def is_shared(self) -> bool:
        """Whether its passages are found in Milvus; its articles are read elsewhere then."""
        return self.files.keys() >= SHARED

    def folder(self, index: Path) -> Path:
        """Where this generation's files are."""
        return generation_folder(index, self.generation)


def read_manifest(index: Path, name: str = FILE_NAME) -> Manifest:
    """Read the manifest of an index.

    Args:
        index: Folder of the index.
        name: Of the manifest: the one in force, or `PREVIOUS`.

    Raises:
        IndexMissing: There is none.
        IndexStale: It cannot be read, or is of another format.
    """
    path = index / name
    raw = _read(index, name)
    if raw.get("format") != FORMAT:
        raise IndexStale(f"{path} does not have format {FORMAT}", hint="rebuild it: rag index")
    try:
        return _parse(raw)
    except (KeyError, TypeError, AttributeError) as error:
        raise IndexStale(f"{path} is damaged: {reason(error)}", hint=REBUILD) from error


def indexed_roots(index: Path) -> list[Path]:
    """The folders and files that an index was made of, in any format: what it is rebuilt from.

    Raises:
        IndexMissing: There is no index to tell.
        IndexStale: It cannot be read.
    """
    raw = _read(index, FILE_NAME)
    try:
        return [from_text(root) for root in raw["roots"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise IndexStale(
            f"{index / FILE_NAME} is damaged: {reason(error)}", hint=REBUILD
        ) from error


def _read(index: Path, name: str) -> dict[str, Any]:
    """What a manifest says, which has not changed since it was written; see `read_manifest`."""
    path = index / name
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(
            f"there is no index in {index}", hint="build one: rag index FOLDER_OF_ARTICLES"
        ) from error
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, RecursionError) as error:
        raise IndexStale(f"{path} is damaged: {reason(error)}", hint=REBUILD) from error
    if not isinstance(raw, dict) or raw.pop("sha256", None) != _sum(raw):
        raise IndexStale(f"{path} is damaged: it has changed", hint=REBUILD)
    return raw


def manifest_for(index: Path, embedder: EmbedderId | None) -> Manifest:
    """The manifest in force, of an index that this model built; None stands for any.

    Raises:
        IndexMissing: There is no index.
        IndexStale: Its manifest cannot be read, or another model built it.
    """
    manifest = read_manifest(index)
    if embedder is not None and manifest.embedder.sha256 != embedder.sha256:
        raise IndexStale(
            f"the index in {index} was built with the embedding model"
            f" {manifest.embedder.name}, not {embedder.name}",
            hint="rebuild it with this model (rag index FOLDER),"
            " or set `embedder` to the model that it was built with",
        )
    return manifest


REBUILD = "rebuild it: rag index FOLDER_OF_ARTICLES"


def generation_in_force(index: Path, name: str = FILE_NAME) -> int | None:
    """Number of the generation that a manifest names; None when there is no readable one."""
    try:
        return read_manifest(index, name).generation
    except (IndexMissing, IndexStale):
        return None


def _parse(raw: dict[str, Any]) -> Manifest:
    fields = dict(raw)
    fields["embedder"] = EmbedderId(**fields["embedder"])
    fields["roots"] = tuple(fields["roots"])
    fields["files"] = {name: IndexedFile(**entry) for name, entry in fields["files"].items()}
    return Manifest(**fields)


def write_manifest(index: Path, manifest: Manifest, name: str = FILE_NAME) -> None:
    """Put a generation in force, in one step; or note it as `PREVIOUS`."""
    raw = asdict(manifest)
    write_atomically(index / name, json.dumps({**raw, "sha256": _sum(raw)}, indent=1))
    flush(index)


def _sum(raw: dict[str, Any]) -> str:
    """SHA-256 of what a manifest says: JSON would not notice a flipped bit in a name."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()


def seal(path: Path) -> IndexedFile:
    """Bring a file that is written to the disk, and tell what it must be from now on."""
    flush(path)
    # A little older than it is: another write in the same tick of the clock gives another time.
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns - 1))
    return IndexedFile(size=stat.st_size, sha256=sha256_of(path), seen=look(path))


def hold_checked(index: Path, manifest: Manifest, *, cache: Path | None, again: bool) -> int:
    """Hold a generation, see `rag.store.generations.hold`, and check its files.

    Args:
        index: Folder of the index.
        manifest: What the files must be.
        cache: Where it is remembered that a copied index was checked; None: each time it is.
        again: Check every byte of files that look untouched too.

    Raises:
        IndexStale: A file is absent, not what was written, or cannot be read.
    """
    folder = manifest.folder(index)
    try:
        held = hold(folder)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexStale(
            f"the index is damaged: {folder} cannot be opened: {reason(error)}", hint=REBUILD
        ) from error
    except OSError as error:
        raise unreadable(folder, error) from error
    try:
        if again:
            verify_files(index, manifest)
        else:
            _verify_changed(index, manifest, memory=cache / "checksums.json" if cache else None)
    except BaseException:
        os.close(held)
        raise
    return held


def _verify_changed(index: Path, manifest: Manifest, *, memory: Path | None) -> None:
    """Check the files, unless all of them look as they did when they were sealed.

    That those of a copied index were checked is in the ``memory``, see `rag.checksum`.
    """
    folder = manifest.folder(index)
    looks = {name: look(folder / name) for name in manifest.files}
    if _names_all(manifest) and all(
        # An empty file has nothing to lose, and tantivy opens its locks to write.
        file.seen == looks[name] or (not file.size and looks[name].startswith("0:"))
        for name, file in manifest.files.items()
    ):
        return

    def check() -> str:
        verify_files(index, manifest)
        return sums

    sums = _sum({name: file.sha256 for name, file in manifest.files.items()})
    if memory and all(settled(folder / name, seen) for name, seen in looks.items()):
        remembered(str(index.resolve()), [sums, *looks.values()], memory, take=check)
    else:
        check()


def verify_files(
    index: Path, manifest: Manifest, *, only: Collection[str] = (), sums: bool = True
) -> None:
    """Check every file of a generation against the manifest (about 1 GB a second).

    FAISS itself loads flipped bits without a word.

    Args:
        index: Folder of the index.
        manifest: What the files must be.
        only: Check these alone; all when empty.
        sums: Without them, files are not read: they have to be there, and of the right size.

    Raises:
        IndexStale: A file is absent, not what was written, or cannot be read.
    """
    if not _names_all(manifest):
        raise IndexStale("the index is damaged: its manifest names too few files", hint=REBUILD)
    folder = manifest.folder(index)
    checked = {name: file for name, file in manifest.files.items() if not only or name in only}
    check = partial(_fault, sums=sums)
    with ThreadPoolExecutor() as beside:
        for error in beside.map(check, [folder / name for name in checked], checked.values()):
            if error:
                raise error


def _names_all(manifest: Manifest) -> bool:
    """Whether a manifest names the files that a generation needs."""
    return manifest.files.keys() >= LOCAL or manifest.is_shared


def _fault(path: Path, expected: IndexedFile, *, sums: bool) -> IndexStale | None:
    """What is wrong with a file."""
    try:
        same = path.stat().st_size == expected.size
        if same and (not sums or sha256_of(path) == expected.sha256):
            return None
        what = "has changed"
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        what = "is missing"
    except OSError as error:
        return unreadable(path, error)
    return IndexStale(f"the index is damaged: {path} {what}", hint=REBUILD)


def unreadable(path: Path, error: OSError) -> IndexUnreadable:
    """What to say of a part of an index that is there and cannot be read."""
    return IndexUnreadable(
        f"the index cannot be read: {path}: {reason(error)}",
        hint="ask the owner for permission to read it,"
        " or build your own: rag index FOLDER_OF_ARTICLES --index FOLDER_OF_YOURS",
    )
