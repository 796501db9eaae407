"""The PATHs of a corpus, and what stands before the paths of their files in the index.

With one folder, paths are relative to it. With several, every path starts with a label, the name of
its folder, longer where two folders have the same name: so that a path does not change when a file
of the same name appears elsewhere. `locate` is the way back.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import CorpusError


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One PATH as the user gave it."""

    given: Path
    folder: Path  # resolved: itself, or the folder that the file stands in
    is_file: bool
    label: str = ""  # stands before the paths of its files, which are relative to the folder


def find_roots(paths: Sequence[Path]) -> list[Root]:
    """Look at PATHs.

    Raises:
        CorpusError: One does not exist, or is neither a folder nor a regular file.
    """
    for path in paths:
        if not (path.is_dir() or path.is_file()):
            what = "is neither a folder nor a regular file" if path.exists() else "does not exist"
            raise CorpusError(
                f"{path} {what}",
                hint="is its name right, and its disk mounted?"
                " give folders of articles, or files: rag index PATH…",
            )
    return _labelled([(path, path.is_file()) for path in paths])


def absolute(path: Path) -> Path:
    """A PATH for later and from elsewhere; a link stays the link that the user named."""
    if path.name in {"", ".."}:
        return path.resolve()
    return path.parent.resolve() / path.name


def locate(path: str, paths: Sequence[Path]) -> Path | None:
    """The file that has a path in the index.

    Args:
        path: As `find_files` gave it.
        paths: The PATHs of the corpus; of one that is gone by now, an extension tells that it was
            a file.

    Returns:
        The file; None where it is gone, and for what does not lie under its root.
    """
    given = [(each, each.is_file() or (bool(each.suffix) and not each.is_dir())) for each in paths]
    for root in _labelled(given):
        prefix = f"{root.label}/" if root.label else ""
        if not path.startswith(prefix):
            continue
        rest = path.removeprefix(prefix)
        place = root.folder / rest
        if root.is_file:  # a link that the user named is followed, wherever it leads
            belongs = rest == root.given.name
        else:
            belongs = Path(os.path.realpath(place)).is_relative_to(root.folder)
        if belongs and place.is_file():
            return place
    return None


def emptied(gone: Sequence[str], paths: Sequence[Path], *, held: Sequence[Path]) -> list[Path]:
    """Folders that had files and have none any more.

    Args:
        gone: Paths in the index of files that are not there any more.
        paths: The PATHs of the corpus.
        held: The files that there are, on the disk.
    """
    roots = [root for root in find_roots(paths) if not root.is_file]
    had = [root for root in roots if any(path.startswith(f"{root.label}/") for path in gone)]
    return [
        root.given for root in had if not any(file.is_relative_to(root.folder) for file in held)
    ]


def _labelled(given: Sequence[tuple[Path, bool]]) -> list[Root]:
    folders = {path: (path.parent if is_file else path).resolve() for path, is_file in given}
    labels = _labels(sorted(set(folders.values())))
    return [
        Root(given=path, folder=folders[path], is_file=is_file, label=labels[folders[path]])
        for path, is_file in given
    ]


def _labels(folders: Sequence[Path]) -> dict[Path, str]:
    """The shortest endings of the folders' own paths that tell them apart; one needs none."""
    if len(folders) < 2:
        return dict.fromkeys(folders, "")
    depth = 1
    while len({folder.parts[-depth:] for folder in folders}) < len(folders):
        depth += 1
    # An ending that is a whole path is shorter than the others, and could go on like one of them:
    # /a with b/x.txt in it, and /c/a/b with x.txt. Whole paths differ wherever they go on.
    if any(len(folder.parts) <= depth for folder in folders):
        depth = max(len(folder.parts) for folder in folders)
    return {folder: "/".join(folder.parts[-depth:]).strip("/") for folder in folders}
