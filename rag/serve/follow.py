"""Brings a new generation of a shared index here while a server runs; questions then open it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

from rag.config import Settings
from rag.error_words import reason
from rag.store.fetch_shared import brought, shared_folder

EVERY, PATIENCE = 5.0, 10.0  # seconds


@contextmanager
def following(
    settings: Settings,
    *,
    notify: Callable[[str], None],
    every: float = EVERY,
    patience: float = PATIENCE,
) -> Iterator[None]:
    """Look for a new generation again and again, as long as the block runs.

    Without a shared index nothing is done. While Milvus is away, what is here goes on to be opened.

    Args:
        settings: Of a server, its index fetched once.
        notify: Told, once, when Milvus fails, and when it answers again.
        every: Seconds between two looks.
        patience: Seconds that one waits for an answer.
    """
    if not settings.store or settings.index != shared_folder(settings.cache, settings.store):
        yield
        return
    ended = Event()
    again = replace(settings, index=settings.cache)  # not its folder: it is looked for anew

    def follow() -> None:
        failed = False
        while not ended.wait(every):
            try:
                brought(again, patience=patience)
            except Exception as error:  # whatever it is, the next look may succeed
                if not failed:
                    notify(f"The shared index is not followed: {reason(error)}")
                failed = True
            else:
                if failed:
                    notify("The shared index is followed again.")
                failed = False

    thread = Thread(target=follow, daemon=True, name="follow")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=1.0)  # a fetch may take longer, and leaves nothing half done
