"""Bind, serve, and stop: what `rag serve` does once its options are read."""

from __future__ import annotations

from collections.abc import Callable

from rag.config import Settings
from rag.serve.app import create_app
from rag.serve.listening import Address, keys_for, listen, rules_for, run_web
from rag.serve.questions import served_assistant
from rag.serve.server import Server


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
    keys = keys_for(address, settings)
    listener = listen(address)
    port = listener.getsockname()[1]
    url = settings.public_url.rstrip("/") or f"http://{address.name}:{port}"
    assistant = served_assistant(settings, notify)
    server = Server(assistant=assistant, keys=keys, public_url=url, log=log)
    app = create_app(server, rules_for(address, settings, keys))
    run_web(app, listener, assistant=assistant, started=lambda: started(url))
