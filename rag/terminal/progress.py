"""Progress on standard error: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rag.terminal.screen import console

if TYPE_CHECKING:
    from rich.progress import Progress

    from rag.evaluate.results import QuestionResult
    from rag.sync.plan import Plan
    from rag.sync.report import Progress as State
    from rag.terminal.safe_console import SafeConsole


class _Bar:
    """A rich progress bar that exists only while its block runs."""

    def __init__(self) -> None:
        self._console = console(stderr=True)
        self._progress = _progress(self._console) if self._console.is_terminal else None

    def __enter__(self) -> Self:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress:
            self._progress.stop()

    def notify(self, line: str) -> None:
        """Print a line above the bar."""
        self._console.print(line)

    def _show(self, what: str, *, done: int, total: int, counts: str) -> None:
        if self._progress:
            [task] = self._progress.task_ids
            self._progress.update(
                task, description=what, completed=done, total=total, counts=counts
            )


def _progress(console: SafeConsole) -> Progress:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[counts]}", markup=False),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
    )
    progress.add_task("", total=None, counts="")
    return progress


class ShareBar(_Bar):
    """Passages that a shared index has."""

    def update(self, done: int, total: int) -> None:
        """Show how many of how many are there."""
        self._show("Publishing", done=done, total=total, counts=f"{done:,} of {total:,} passages")


class IndexBar(_Bar):
    """Files read, passages embedded a second, time left."""

    def __enter__(self) -> Self:
        self._began = perf_counter()
        return super().__enter__()

    def ask(self, plan: Plan, known: int) -> bool:
        """Ask whether to remove so many articles; without a terminal, the answer is no."""
        if self._progress is None or not sys.stdin.isatty():
            return False
        self._progress.stop()
        question = f"{plan.lost} of {known} indexed articles would be removed. Continue? [y/N] "
        return self._console.input(question).strip().lower() in {"y", "yes"}

    def update(self, state: State) -> None:
        """Show how far a build is."""
        rate = state.passages / max(perf_counter() - self._began, 1e-3)
        self._show(
            "Indexing",
            total=state.total + state.found,
            done=state.files + state.passages,
            counts=f"{state.files}/{state.total} files · {rate:,.0f} passages/s",
        )


class BatchBar(_Bar):
    """Questions answered and time left."""

    def update(self, done: int, total: int) -> None:
        """Show how far a batch is."""
        self._show("Answering", done=done, total=total, counts=f"{done}/{total} questions")


class EvalBar(IndexBar):
    """Questions scored, the figures so far, time left; and before that, the indexing."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def scored(self, results: Sequence[QuestionResult], total: int) -> None:
        """Show how far an evaluation is."""
        if self._progress is None:  # nobody looks, and the figures so far take all results
            return
        self._show(
            self._name,
            total=total,
            done=len(results),
            counts=f"{len(results)}/{total} questions{_so_far(results)}",
        )

    def asked(self, done: int, total: int) -> None:
        """Show how many questions were asked, where none is scored."""
        self._show(self._name, done=done, total=total, counts=f"{done}/{total} questions")


def _so_far(results: Sequence[QuestionResult]) -> str:
    """The first of these figures that the questions define, and how many failed."""
    shown = ""
    for key in ("cited_fact_recall", "document_ndcg@10", "abstention_recall"):
        pairs = [result.pairs[key] for result in results if key in result.pairs]
        whole = sum(second for _, second in pairs)
        if whole:
            shown = f" · {key.replace('_', ' ')} {sum(first for first, _ in pairs) / whole:.3f}"
            break
    failed = sum(result.failure is not None for result in results)
    return f"{shown} · {failed} failed" if failed else shown
