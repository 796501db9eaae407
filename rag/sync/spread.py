"""Files -> articles and vectors, made by Dask workers, here or on other machines.

What a worker makes are the records that a stopped sync leaves (`rag.sync.unfinished`): they are put
beside the index, and the sync takes them from there. So the index is that of one process, a load
that is stopped goes on, and files that no worker gives back are read here. A worker gets the bytes
of files, and needs no more than this version of `rag` and the same embedding model.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from rag.config import Settings
from rag.domain import Skipped
from rag.error_words import reason
from rag.errors import ConfigError
from rag.load import File, read_file
from rag.models.embedder import Embedder, embedder_of
from rag.sync.making import Making, making
from rag.sync.prepare import Prepared
from rag.sync.report import Progress
from rag.sync.sandbox import Parser
from rag.sync.unfinished import Unfinished
from rag.sync.vectors import vectors_of

LOCAL = "local"  # instead of an address: workers on this machine
FILES, BYTES = 32, 4_000_000  # of one task
AHEAD = 3  # tasks of a worker that are sent before the first is done
WATCHED, ALONE = 5.0, 60.0  # seconds between two looks at the workers; without any, till it ends


def spread(
    files: Sequence[File],
    unfinished: Unfinished,
    *,
    workers: str,
    settings: Settings,
    progress: Callable[[Progress], None],
    notify: Callable[[str], None],
) -> None:
    """Have workers make what files hold, and keep it.

    Args:
        files: To be read.
        unfinished: Where what they make is kept.
        workers: `LOCAL`, or the address of a Dask scheduler, ``tcp://HOST:8786``.
        settings: How it is made.
        progress: Told after every task.
        notify: Told, in one line, what a person should know.

    Raises:
        ConfigError: There is no scheduler, or its workers make something else.
    """
    began = perf_counter()
    task = making(settings)
    with ExitStack() as ending:
        client = _connected(workers, settings, ending)
        known = _check(client, task, settings)
        batches = _batches(files)
        running: dict[Any, list[File]] = {}

        def send(most: int) -> None:
            for batch in islice(batches, most):
                # Read here: workers may be on machines that do not have the folder.
                raw = [one for file in batch if (one := _raw(file, settings)) is not None]
                future = client.submit(made, raw, task, settings.embedder, pure=False, retries=2)
                running[future] = batch

        done = back = 0
        try:
            send(AHEAD * known)
            for batch, records in _given_back(client, running):
                unfinished.take(records)
                done += len(batch)
                back += len(batch) if records else 0
                progress(Progress(files=done, total=len(files), passages=0, found=0))
                send(1)
        except (OSError, RuntimeError) as error:  # the scheduler is gone
            notify(f"Dask has ended: {reason(error)}.")
        seconds = perf_counter() - began
        notify(
            f"{known} Dask workers read and embedded {back:,} files in {seconds:.1f} s"
            f" ({back / max(seconds, 1e-3):.0f} a second)."
        )
        if lost := len(files) - back:
            notify(f"{lost:,} files were not given back: they are read here.")


def _given_back(client: Any, running: dict[Any, list[File]]) -> Iterator[tuple[list[File], bytes]]:
    """What tasks make, as they end, each with its files; nothing of one that failed.

    It ends with the last task, or when there has been no worker for a while.
    """
    without = perf_counter()  # since when there is none
    while running:
        ended = _ended(running)
        if not ended:
            if client.scheduler_info()["workers"]:
                without = perf_counter()
            elif perf_counter() - without > ALONE:
                return
        for future in ended:
            batch = running.pop(future)
            records: bytes = future.result() if future.status == "finished" else b""
            future.release()
            yield batch, records


def _ended(running: Mapping[Any, object]) -> set[Any]:
    """The tasks that have ended; none where none does for a while."""
    import distributed

    library: Any = distributed  # not typed
    try:
        found: set[Any] = library.wait(
            list(running), timeout=WATCHED, return_when="FIRST_COMPLETED"
        ).done
    except TimeoutError:
        return set()
    return found


def _connected(workers: str, settings: Settings, ending: ExitStack) -> Any:
    import dask
    import distributed

    library: Any = distributed  # not typed
    # The journal of Dask is not for the user: what fails is told here.
    dask.config.set({"logging.distributed": "critical"})
    if workers == LOCAL:
        cluster = library.LocalCluster(
            n_workers=settings.threads or len(os.sched_getaffinity(0)),
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
        )
        ending.enter_context(cluster)
        return ending.enter_context(library.Client(cluster))
    try:
        client = library.Client(workers, timeout=10)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"there is no Dask scheduler at {workers}",
            hint="start one (dask scheduler), or use --dask local",
        ) from error
    return ending.enter_context(client)


def _check(client: Any, task: Making, settings: Settings) -> int:
    """Refuse workers that would make something else; how many there are."""
    if not client.scheduler_info()["workers"]:
        raise ConfigError(
            "the Dask scheduler has no workers", hint="start some: dask worker ADDRESS"
        )
    found = client.run(_made_here, settings.embedder, task, on_error="return")
    for worker, other in found.items():
        if other == task:
            continue
        differs = isinstance(other, Making) and other.code == task.code
        what = (
            "another embedding model, or no OCR" if differs else "another version of rag, or none"
        )
        raise ConfigError(
            f"the Dask worker {worker} has {what}",
            hint="install the same there as here, with the same `embedder`",
        )
    return len(found)


def _batches(files: Sequence[File]) -> Iterator[list[File]]:
    batch: list[File] = []
    size = 0
    for file in files:
        try:
            own = file.on_disk.stat().st_size
        except OSError:  # the sync says what is wrong with it
            own = 0
        if batch and (len(batch) == FILES or size + own > BYTES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += own
    if batch:
        yield batch


def _raw(file: File, settings: Settings) -> tuple[str, str, bytes] | None:
    """Path, suffix and bytes of a file; None where it is not read, which the sync will say."""
    found = read_file(file, limits=settings.limits)
    return None if isinstance(found, Skipped) else (file.path, file.on_disk.suffix, found.data)


# --- on a worker ----------------------------------------------------------------------------------


def made(files: Sequence[tuple[str, str, bytes]], task: Making, embedder: str) -> bytes:
    """The records of some files: what they hold, and its vectors.

    Args:
        files: Path, suffix and bytes of each.
        task: What they are made by.
        embedder: The setting.
    """
    if _made_here(embedder, task) != task:  # a worker that came later
        raise ValueError("this worker makes something else")
    with TemporaryDirectory(prefix="rag-") as folder:
        root = Path(folder).resolve()
        with (
            Unfinished(root, generation=0, made_by=task.made_by) as kept,
            Parser(limits=task.limits, words=task.words, unfinished=kept) as parser,
        ):
            fresh: list[Prepared] = []
            for number, (path, suffix, data) in enumerate(files):
                (root / f"{number}{suffix}").write_bytes(data)
                file = File(path=path, on_disk=root / f"{number}{suffix}", root=root)
                found = parser.load(file).found
                fresh += [one for one in found if isinstance(one, Prepared)]
            vectors = vectors_of(fresh, before=None, model=lambda: _model(embedder))
            for one in fresh:
                kept.keep_vectors(one, list(islice(vectors, len(one.passages))))
            return kept.records()


@cache
def _model(embedder: str) -> Embedder:
    """The embedding model, loaded once a worker; a worker has one thread of Dask's."""
    return embedder_of(Settings(embedder=embedder, threads=1))


def _made_here(embedder: str, task: Making) -> Making:
    """What this worker would make, with the limits of the task."""
    limits: dict[str, Any] = asdict(task.limits)
    return making(Settings(embedder=embedder, passage_words=task.words, **limits))
