r"""`.ragignore`: which files and folders under a root are no articles, in the words of gitignore.

A file of this name holds for its folder and all below it; of several that speak of a path, the
deepest decides, and in one file the last pattern (https://git-scm.com/docs/gitignore). What stands
in an ignored folder cannot be taken back in. A byte of a name that is not UTF-8 is written as it is
shown, ``alt\xe4/``.
"""

from __future__ import annotations

import os
import re
import stat
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from rag.error_words import reason
from rag.errors import CorpusError

if TYPE_CHECKING:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

IGNORE_FILE = ".ragignore"
MAX_BYTES = 1024 * 1024
_BYTE = re.compile(r"(?<!\\)\\x([89a-f][0-9a-f])")  # as `as_text` shows what is not UTF-8


class IgnoreRules:
    """What the `.ragignore` files under one root say; each is read at the first need."""

    def __init__(self, root: Path) -> None:
        """Take the root, a resolved folder."""
        self._root = root
        self._read: dict[str, list[GitIgnoreSpecPattern]] = {}

    def ignores(self, path: str) -> bool:
        """Whether a path is ignored, where the folders that it stands in are not.

        Args:
            path: Relative to the root, with forward slashes; a folder ends with one.

        Raises:
            CorpusError: A `.ragignore` on the way to it cannot be read, or not be understood.
        """
        parts = path.rstrip("/").split("/")
        end = "/" if path.endswith("/") else ""
        ignored = False
        for depth in range(len(parts)):
            verdict = _verdict(
                self._patterns("/".join(parts[:depth])), "/".join(parts[depth:]) + end
            )
            ignored = ignored if verdict is None else verdict
        return ignored

    def hides(self, path: str) -> bool:
        """Whether a path or a folder that it stands in is ignored; else as `ignores`."""
        parts = path.split("/")
        above = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
        return any(self.ignores(folder) for folder in above) or self.ignores(path)

    def _patterns(self, folder: str) -> list[GitIgnoreSpecPattern]:
        if folder not in self._read:
            self._read[folder] = _read_patterns(self._root / folder / IGNORE_FILE, self._root)
        return self._read[folder]


def _verdict(patterns: list[GitIgnoreSpecPattern], path: str) -> bool | None:
    """What the last pattern that speaks of a path says; None when none does."""
    for pattern in reversed(patterns):
        if pattern.include is not None and _speaks_of(pattern, path):
            return pattern.include
    return None


def _speaks_of(pattern: GitIgnoreSpecPattern, path: str) -> bool:
    # pathspec matches all that stands in a matched folder too, and marks the slash after the folder
    # as `ps_d`. git, whose walk never enters such a folder, asks for the path itself alone, and so
    # does this: else `!sub/` would take in again what `*.txt` ignores in it.
    assert pattern.regex is not None  # as it is only for patterns that include nothing
    # No line of a file names a line break: in a name it is to be like any other character, and
    # to `.` and `$` it is not.
    path = path.replace("\n", "\ufdd0")
    itself = pattern.regex.finditer(path.rstrip("/"))
    if any(match.groupdict().get("ps_d") is None for match in itself):
        return True
    as_folder = pattern.regex.finditer(path) if path.endswith("/") else ()
    return any(match.groupdict().get("ps_d") and match.end() == len(path) for match in as_folder)


def _read_patterns(path: Path, root: Path) -> list[GitIgnoreSpecPattern]:
    text = _read_text(path, root)
    if not text:
        return []
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    patterns = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", FutureWarning)  # re: "possible nested set"
                named = _BYTE.sub(lambda byte: os.fsdecode(bytes.fromhex(byte[1])), line)
                patterns.append(GitIgnoreSpecPattern(named.removesuffix("\r")))
        except (ValueError, re.error, FutureWarning) as error:
            raise CorpusError(
                f"line {number} of {path} is not a valid gitignore pattern: {line.strip()!r}",
                hint="correct or remove the line; a pattern is a name, a path, for example *.tmp",
            ) from error
    return patterns


def _read_text(path: Path, root: Path) -> str:
    """The text of a `.ragignore`; empty when there is none."""
    hint = "make it a readable UTF-8 text file, or remove it"
    try:
        # O_NONBLOCK: opening a FIFO would wait for a writer that never comes.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {reason(error)}", hint=hint) from error
    inside = Path(os.path.realpath(path)).is_relative_to(root)
    if not (inside and stat.S_ISREG(os.fstat(handle).st_mode)):
        os.close(handle)
        raise CorpusError(f"{path} is not a regular file under its folder", hint=hint)
    with os.fdopen(handle, "rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise CorpusError(f"{path} is longer than {MAX_BYTES // 1024**2} MB", hint=hint)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path} is not UTF-8", hint=hint) from error
