"""`rag serve`: the index for other programs, and for browsers."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli.command import IndexOption, LlmOption, NoReaderOption, load, need, note, reader_flag
from rag.terminal.screen import say

PORT = 8321


def serve(
    index: IndexOption = None,
    llm: LlmOption = None,
    no_reader: NoReaderOption = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any that is free.")
    ] = PORT,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make a key, print it, and end.")
    ] = False,
    log_questions: Annotated[
        bool, typer.Option("--log-questions", help="Print each question that is asked.")
    ] = False,
) -> None:
    """Answer over HTTP: OpenAI's chat API, an API of its own, and a page to ask from.

    Example: rag serve, then open http://127.0.0.1:8321
    """
    need("fastapi", "sse_starlette", "uvicorn", "prometheus_client", extra="serve")
    from rag.serve.keys import new_key as make_key
    from rag.serve.listening import Address
    from rag.serve.run import serve as run

    settings = load(index=index, llm=llm, reader=reader_flag(no_reader))
    if new_key:
        say(make_key(settings.state))
        say(
            "Keep it: it cannot be shown again. Servers want a key from their next start on.",
            err=True,
        )
        return
    run(
        Address(host=host, port=port),
        settings=settings,
        log=note if log_questions else lambda question: None,
        started=lambda url: note(f"Serving {settings.index} at {url} (Ctrl-C ends it)"),
        notify=note,
    )
