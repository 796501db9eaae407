"""`rag index`: make the index hold what some folders hold, once or for as long as they change."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.command import (
    EXIT_FAILED,
    EmbedderOption,
    IndexOption,
    JsonOption,
    StoreOption,
    load,
    need,
    note,
    report,
)
from rag.config import Settings
from rag.errors import ConfigError, RagError
from rag.terminal.screen import say, say_json

if TYPE_CHECKING:
    from rag.models.embedder import Embedder
    from rag.store.milvus import Milvus
    from rag.sync.plan import Plan
    from rag.sync.report import SyncReport
    from rag.sync.watch import Synced


DaskOption = Annotated[
    str | None,
    typer.Option(
        "--dask", help="Read and embed on Dask workers: the address of a scheduler, or local."
    ),
]


def index_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Folders of articles, or files. Without them, the same folders as last time.",
            readable=False,
        ),
    ] = None,
    index: IndexOption = None,
    store: StoreOption = None,
    embedder: EmbedderOption = None,
    watch: Annotated[
        bool,
        typer.Option("--watch", "-w", help="Keep running, and update the index on each change."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, without doing it.")
    ] = False,
    yes: Annotated[
        bool,
        typer.Option("--yes", "-y", help="Do not ask before removing many articles."),
    ] = False,
    rollback: Annotated[
        bool,
        typer.Option("--rollback", help="Go back to the previous index; again to undo this."),
    ] = False,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild-caches", help="Rebuild the search files, without embedding."),
    ] = False,
    dask: DaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Index folders of articles: text, pages, PDF, office files, mail, feeds, archives.

    Run it again to update the index: only new and changed files are read. A .ragignore file says
    which files to ignore. If a folder or an indexed file cannot be opened, its articles stay in
    the index, it is listed, and the exit code is 1.

    Example: rag index seeds
    """
    from rag.store.manifest import indexed_roots

    settings = load(index=index, store=store, embedder=embedder)
    shared = _shared(settings, own=index is not None and store is None)
    if rollback or rebuild:
        _check_alone(bool(paths or dry_run or watch or (rollback and rebuild)))
        _repair(settings, rollback=rollback)
        _share(shared, settings)
        return
    _check_together(watch=watch, dry_run=dry_run, dask=dask)
    roots = paths or indexed_roots(settings.index)
    if watch:
        _follow(roots, settings, shared, yes=yes, as_json=as_json)
        return
    done = sync_once(roots, settings, dry=dry_run, yes=yes, workers=dask or "")
    print_report(done, settings, as_json=as_json)
    _share(None if dry_run else shared, settings)
    if done.unread:
        raise typer.Exit(EXIT_FAILED)


def _check_together(*, watch: bool, dry_run: bool, dask: str | None) -> None:
    """Refuse options that do not go together, and one whose packages are not there."""
    for other, given in (("--dask", dask), ("--dry-run", dry_run)):
        if watch and given:
            raise ConfigError(f"--watch and {other} do not go together", hint="remove one of them")
    if dask:
        need("distributed", extra="dask")


def _shared(settings: Settings, *, own: bool) -> Milvus | None:
    """The shared index that is written too, if there is one; somebody's own is not for all."""
    if own or not settings.store:
        return None
    need("pymilvus", extra="milvus")
    from rag.credentials import store_token
    from rag.store.milvus import Milvus, read_address

    return Milvus(read_address(settings.store), token=store_token())


def _share(shared: Milvus | None, settings: Settings) -> None:
    """Make the shared index hold what the local one holds."""
    if shared is None:
        return
    from rag.store.publish import publish
    from rag.terminal.progress import ShareBar

    with ShareBar() as bar:
        done = publish(settings.index, shared, progress=bar.update)
    note(f"Published to {shared.address}: generation {done.generation}, {done.count:,} passages.")


def _check_alone(others: bool) -> None:
    """Refuse what does not go with a repair of the index."""
    if others:
        raise ConfigError(
            "--rollback and --rebuild-caches work on the index as it is",
            hint="use one of them alone, without folders, --dry-run or --watch",
        )


def _repair(settings: Settings, *, rollback: bool) -> None:
    from rag.store.mend import rebuild_caches, roll_back

    manifest = (roll_back if rollback else rebuild_caches)(settings.index)
    say(f"Generation {manifest.generation} is now in use in {settings.index}.")
    if rollback:
        note("To undo this, run rag index --rollback again.")


def sync_once(
    roots: Sequence[Path],
    settings: Settings,
    *,
    dry: bool = False,
    yes: bool = False,
    ask: bool = True,
    model: Callable[[], Embedder] | None = None,
    workers: str = "",
) -> SyncReport:
    """One sync under a bar; a loss of many articles is agreed to, asked about, or refused."""
    from rag.sync.update import sync
    from rag.terminal.progress import IndexBar

    with IndexBar() as bar:

        def confirm(plan: Plan, known: int) -> bool:
            return yes or (ask and bar.ask(plan, known))

        try:
            return sync(
                roots,
                settings=settings,
                dry=dry,
                confirm=confirm,
                progress=bar.update,
                notify=bar.notify,
                model=model,
                workers=workers,
            )
        except KeyboardInterrupt:
            if not dry:
                bar.notify("What was read is kept: the same command goes on from there.")
            raise


def _follow(
    roots: Sequence[Path], settings: Settings, shared: Milvus | None, *, yes: bool, as_json: bool
) -> None:
    """Sync again and again; ends by Ctrl-C, or by SIGTERM as what was asked for."""
    from rag.sync.watch import HeldModel, watch

    first = True

    def told(line: str) -> None:
        note(f"{_now()} {line}")

    model = HeldModel(settings, notify=told)

    def run(roots: Sequence[Path]) -> SyncReport:
        # Later nobody may be at the terminal, and a yes was meant for the first sync only.
        done = sync_once(roots, settings, yes=yes and first, ask=first, model=model)
        _share(shared, settings)
        return done

    with _terminated() as terminated:
        try:
            for event in watch(roots, index=settings.index, run=run, notify=told):
                if isinstance(event, RagError):
                    report(event, when=_now())
                elif first and not as_json:
                    print_report(event.report, settings, as_json=False)
                else:
                    _print_synced(event, as_json=as_json)
                if first:
                    note("Watching the folders for changes. Press Ctrl-C to stop.")
                    first = False
        except KeyboardInterrupt:
            if not terminated:
                raise
    if terminated:
        note("Stopped.")


@contextmanager
def _terminated() -> Iterator[list[int]]:
    """Make SIGTERM an interrupt that can be told from Ctrl-C: then the list is not empty."""
    received: list[int] = []

    def interrupt(number: int, frame: object) -> None:
        received.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield received
    finally:
        signal.signal(signal.SIGTERM, before)


def _print_synced(event: Synced, *, as_json: bool) -> None:
    from rag.render.as_json import report_dict
    from rag.render.sync_lines import synced_lines

    if as_json:
        say_json(report_dict(event.report), indent=None)
        return
    first, *others = synced_lines(event)
    for line in (f"{_now()} {first}", *others):
        say(line)


def _now() -> str:
    return datetime.now().astimezone().strftime("%H:%M:%S")


def print_report(report: SyncReport, settings: Settings, *, as_json: bool) -> None:
    """Say what a sync did."""
    from rag.render.sync_lines import report_lines

    if as_json:
        from rag.render.as_json import report_dict

        say_json(report_dict(report))
        return
    for line in report_lines(report, settings.index):
        say(line)
