r"""The PATHs of a corpus, and what stands before the paths of their files in the index.

With one folder, paths are relative to it. With several, every path starts with a label, the name of
its folder, longer where two folders have the same name: so that a path does not change when a file
of the same name appears elsewhere. `locate` is the way back.

A path in the index is text, and a name on the disk need not be: a byte that is not UTF-8 is written
``\xe9``. Where a name has these four characters themselves, its backslash is written ``\x5c``,
so that every text leads back to one name.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from rag.error_words import reason
from rag.errors import CorpusError

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_ESCAPED = re.compile(r"\\x(5c|[89a-f][0-9a-f])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One PATH as the user gave it."""

    given: Path
    folder: Path  # resolved: itself, or the folder that the file stands in
    is_file: bool
    label: str = ""  # stands before the paths of its files, which are relative to the folder
    why: str = ""  # it cannot be looked at; then whether it is a file is a guess, by its name


def as_text(path: PurePath) -> str:
    """A path as text, with forward slashes, also when its bytes are not valid text."""
    named = _ESCAPED.sub(lambda match: f"\\x5c{match[0][1:]}", path.as_posix())
    return os.fsencode(named).decode("utf-8", errors="backslashreplace")


def from_text(text: str) -> Path:
    """The path of which `as_text` made a text."""
    return Path(_ESCAPED.sub(_unescaped, text))


def _unescaped(match: re.Match[str]) -> str:
    return "\\" if match[1] == "5c" else os.fsdecode(bytes.fromhex(match[1]))


def mode_of(path: Path) -> int | None:
    """What lies at a path, as `os.stat` tells; None when nothing does.

    Raises:
        OSError: It cannot be looked at.
    """
    try:
        return path.stat().st_mode
    except ValueError:  # a NUL in it
        return None
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        raise


def find_roots(paths: Sequence[Path]) -> list[Root]:
    """Look at PATHs.

    Raises:
        CorpusError: One does not exist, or is neither a folder nor a regular file.
    """
    given: list[tuple[Path, bool, str]] = []
    for path in paths:
        try:
            mode = mode_of(path)
        except OSError as error:
            given.append((path, bool(path.suffix), f"cannot be read: {reason(error)}"))
            continue
        if mode is None or not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            what = "does not exist" if mode is None else "is neither a folder nor a regular file"
            raise CorpusError(
                f"{path} {what}",
                hint="check the name, and that its disk is mounted;"
                " give folders of articles, or files: rag index PATH…",
            )
        given.append((path, stat.S_ISREG(mode), ""))
    return _labelled(given)


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
        The file, also where it cannot be looked at; None where it is gone, and for what does not
        lie under its root.
    """
    for root in _labelled([(each, _is_file(each, or_gone=True), "") for each in paths]):
        prefix = f"{root.label}/" if root.label else ""
        if "\0" in path or not path.startswith(prefix):
            continue
        rest = from_text(path.removeprefix(prefix))
        place = root.folder / rest
        if root.is_file:  # a link that the user named is followed, wherever it leads
            belongs = rest == Path(root.given.name)
        else:
            belongs = Path(os.path.realpath(place)).is_relative_to(root.folder)
        if belongs and _is_file(place):
            return place
    return None


def _is_file(path: Path, *, or_gone: bool = False) -> bool:
    """Whether there is a regular file, or may be: if that cannot be found out, the name decides.

    With ``or_gone``, also whether what is gone was one, by its name.
    """
    try:
        mode = mode_of(path)
    except OSError:
        return bool(path.suffix) or not or_gone
    return stat.S_ISREG(mode) if mode is not None else or_gone and bool(path.suffix)


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


def _labelled(given: Sequence[tuple[Path, bool, str]]) -> list[Root]:
    """Roots of paths, whether each is a file, and why it cannot be looked at."""
    folders = {
        # Not `Path.resolve`, which raises where a link leads to itself.
        path: Path(os.path.realpath(path.parent if is_file else path))
        for path, is_file, _ in given
    }
    labels = _labels(sorted(set(folders.values())))
    return [
        Root(
            given=path, folder=folders[path], is_file=is_file, label=labels[folders[path]], why=why
        )
        for path, is_file, why in given
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
    return {folder: as_text(Path(*folder.parts[-depth:])).strip("/") for folder in folders}
