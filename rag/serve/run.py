"""`rag serve`, once its options are read: the application where it listens."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import ExitStack

from rag.config import Settings
from rag.serve.app import create_app
from rag.serve.guard import App
from rag.serve.listening import Address, Site, serve_site
from rag.serve.local import Local, Notes
from rag.serve.note import Note, make_note, noted
from rag.serve.shared_state import Server


def serve(
    address: Address,
    *,
    settings: Settings,
    log: Callable[[str], None],
    started: Callable[[str], None],
    notify: Callable[[str], None],
) -> None:
    """Serve until the process is told to end.

    Args:
        address: Where to listen.
        settings: Of the index and of the server.
        log: Told each question.
        started: Told the server's address once it listens.
        notify: Told, in one line each, what a person should know.

    Raises:
        ConfigError: Others could reach the server and there is no key, or it cannot listen there.
        RagError: The index or a model cannot be opened.
    """
    public = settings.public_url.rstrip("/")
    notes = Notes(notify)
    with ExitStack() as ending:
        begun: list[Note] = []

        def make(site: Site) -> App:
            url = public or site.url
            keys = site.rules.keys
            server = Server(assistant=site.assistant, keys=keys, public_url=url, log=log)
            if site.port is None:
                return create_app(server, site.rules)
            note = make_note(site.port, settings)
            begun.append(note)
            rules = dataclasses.replace(site.rules, local_token=note.token)
            return create_app(server, rules, Local(note=note, notes=notes))

        def tell(url: str) -> None:
            for note in begun:
                ending.enter_context(noted(note, settings, notify=notify))
            started(public or url)

        serve_site(make, address, settings=settings, started=tell, notify=notes)
