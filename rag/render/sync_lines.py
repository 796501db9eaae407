"""What a sync did -> lines for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.domain import Incomplete, Skipped
from rag.language.text import counted
from rag.load.ocr import PICTURES, is_installed
from rag.render.safe import safe_line

if TYPE_CHECKING:
    from rag.sync.report import SyncReport
    from rag.sync.watch import Synced

LEFT_OUT = 20  # files that one of many syncs names, at most


def report_lines(report: SyncReport, index: Path) -> list[str]:
    """What a sync did: its counts, the index, then the files that are not in it."""
    skipped = len(report.skipped) - len(report.failed)
    counts = (
        f"{len(report.new)} new, {len(report.changed)} changed, {len(report.removed)} removed,"
        f" {len(report.renamed)} renamed, {report.unchanged} unchanged,"
        f" {len(report.failed)} failed"
        f"{f', {len(report.ignored)} ignored' if report.ignored else ''}"
    )
    if report.dry:
        would = f"This would be done: {counts}. Nothing was written."
        return [would, *_planned(report), *_left_out(report.unread), *_kept(report)]
    held = (
        f"{counted(report.articles, 'article')} ({counted(report.passages, 'passage')},"
        f" {counted(report.sentences, 'sentence')}) in {index},"
        f" generation {report.generation}, after {report.seconds:.1f} s."
    )
    return [
        f"{counts}{f', {skipped} skipped' if skipped else ''}.",
        held,
        *([f"{copied(report.copies)}."] if report.copies else []),
        *_left_out(report.skipped),
        *_kept(report),
        *_partly(report.incomplete),
        *_pictures(report),
    ]


def synced_lines(synced: Synced) -> list[str]:
    """What one of many syncs did: a line, then one for each file that it left out, with why."""
    report = synced.report
    failed = sum(entry.failed for entry in synced.left_out)
    counts = {
        "new": len(report.new),
        "changed": len(report.changed),
        "renamed": len(report.renamed),
        "removed": len(report.removed),
        "failed": failed,
        "skipped": len(synced.left_out) - failed,
        "ignored": len(synced.ignored),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    whole = (
        f"{told or 'nothing to do'}; {counted(report.articles, 'article')},"
        f" generation {report.generation}, after {report.seconds:.1f} s"
    )
    fresh = {*report.new, *report.changed}
    partly = _partly(one for one in report.incomplete if one.path in fresh)
    left_out = [*_left_out(synced.left_out), *partly, *_ignored(synced.ignored)]
    more = len(left_out) - LEFT_OUT
    return [
        whole,
        *left_out[:LEFT_OUT],
        *([f"  and {more} more: rag status, rag index --dry-run"] if more > 0 else []),
    ]


def _left_out(entries: Iterable[Skipped]) -> list[str]:
    """Each file that is not in the index, with the reason; failed files first."""
    return [
        f"  {'failed ' if entry.failed else 'skipped'} {safe_line(entry.path)}:"
        f" {safe_line(entry.why)}"
        for entry in sorted(entries, key=lambda entry: (not entry.failed, entry.path))
    ]


def _kept(report: SyncReport) -> list[str]:
    """How many articles are not known to be as they were; none is removed for that."""
    if not report.kept:
        return []
    if report.kept == 1:
        return ["1 article was not removed, because it cannot be opened now."]
    return [f"{report.kept} articles were not removed, because they cannot be opened now."]


def _partly(articles: Iterable[Incomplete]) -> list[str]:
    """Each article that lacks a part of its file, with what is missing."""
    return [
        f"  partly  {safe_line(one.path)}: {safe_line('; '.join(one.left_out))}" for one in articles
    ]


def _pictures(report: SyncReport) -> list[str]:
    """A hint to install OCR, where pictures or scanned pages were not read."""
    told = [entry.why for entry in report.failed]
    told += [line for one in report.incomplete for line in one.left_out]
    files = any(Path(entry.path).suffix.lower() in PICTURES for entry in report.skipped)
    if is_installed() or not (files or any("pictures" in line for line in told)):
        return []
    return ["To read text in pictures, install OCR: docs/indexing.md tells how."]


def _ignored(paths: Iterable[str]) -> list[str]:
    return [f"  ignored {safe_line(path)}" for path in paths]


def copied(groups: Sequence[Sequence[str]]) -> str:
    """How many articles only print again what others have.

    Args:
        groups: Paths of articles of one text, the one that is used first.
    """
    copies = sum(len(group) - 1 for group in groups)
    many = "1 article is a copy" if copies == 1 else f"{copies} articles are copies"
    texts = "another" if copies == 1 else "another" if len(groups) == 1 else f"{len(groups)} others"
    return f"{many} of {texts}: shared sentences are used once and every copy is cited"


def _planned(report: SyncReport) -> list[str]:
    """Each file that a sync would do something with."""
    return [
        *(f"  new     {safe_line(path)}" for path in report.new),
        *(f"  changed {safe_line(path)}" for path in report.changed),
        *(f"  renamed {safe_line(old)} to {safe_line(now)}" for old, now in report.renamed),
        *(f"  removed {safe_line(path)}" for path in report.removed),
        *_ignored(report.ignored),
    ]
