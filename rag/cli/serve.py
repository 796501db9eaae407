"""`rag serve`: the index for other programs, and for browsers."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli.command import (
    IndexOption,
    LlmOption,
    NoReaderOption,
    load_index,
    need,
    note,
    reader_flag,
)
from rag.terminal.screen import say

PORT = 8321


def serve(
    index: IndexOption = None,
    llm: LlmOption = None,
    no_reader: NoReaderOption = False,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes any free port.")
    ] = PORT,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Create a key, print it and exit.")
    ] = False,
    log_questions: Annotated[
        bool, typer.Option("--log-questions", help="Print every question that is asked.")
    ] = False,
) -> None:
    """Start a web server: a page to ask from, and APIs for other programs.

    Example: rag serve, then open http://127.0.0.1:8321
    """
    need("fastapi", "sse_starlette", "uvicorn", "prometheus_client", extra="serve")
    from rag.serve.keys import new_key as make_key
    from rag.serve.listening import Address
    from rag.serve.run import serve as run

    settings = load_index(index=index, llm=llm, reader=reader_flag(no_reader))
    if new_key:
        say(make_key(settings.state))
        say(
            "Save this key now: it cannot be shown again. Restart running servers to use it.",
            err=True,
        )
        return
    run(
        Address(host=host, port=port),
        settings=settings,
        log=note if log_questions else lambda question: None,
        started=lambda url: note(f"Serving {settings.index} at {url} (press Ctrl-C to stop)"),
        notify=note,
    )
