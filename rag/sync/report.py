"""How far a sync is, and what it did."""

from __future__ import annotations

from dataclasses import dataclass

from rag.domain import Incomplete, Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a build is."""

    files: int  # read so far
    total: int  # files found
    passages: int  # embedded so far
    found: int  # passages in the files read so far


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
    kept: int = 0  # of these, articles whose files cannot be looked at
    ignored: tuple[str, ...] = ()  # by .ragignore files; a folder ends with a slash
    incomplete: tuple[Incomplete, ...] = ()  # articles that do not hold all of their files
    copies: tuple[tuple[str, ...], ...] = ()  # paths of articles of one text, the one used first
    dry: bool = False  # nothing was written

    @property
    def failed(self) -> tuple[Skipped, ...]:
        """Files that should have been readable and were not."""
        return tuple(entry for entry in self.skipped if entry.failed)

    @property
    def unread(self) -> tuple[Skipped, ...]:
        """Folders and files that could not even be looked at: what they hold is not known."""
        return tuple(entry for entry in self.skipped if entry.unread)
