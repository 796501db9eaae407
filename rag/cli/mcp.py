"""`rag mcp`: the index for agents."""

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

PORT = 8322


def mcp(
    index: IndexOption = None,
    llm: LlmOption = None,
    no_reader: NoReaderOption = False,
    http: Annotated[
        bool, typer.Option("--http", help="Use HTTP instead of standard input and output.")
    ] = False,
    host: Annotated[str, typer.Option(help="With --http: the address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, help="With --http: the port to listen on; 0 takes any free port."
        ),
    ] = PORT,
    log_questions: Annotated[
        bool, typer.Option("--log-questions", help="Print every question that is asked.")
    ] = False,
) -> None:
    """Let agents ask the articles, over the Model Context Protocol (MCP).

    Example: rag mcp --index ~/index, as the command of a server in a client's settings
    """
    need("mcp", "uvicorn", extra="mcp")
    from rag.serve.listening import Address
    from rag.serve.mcp import serve_http, serve_stdio

    settings = load_index(index=index, llm=llm, reader=reader_flag(no_reader))
    log = note if log_questions else lambda question: None
    if not http:
        serve_stdio(settings=settings, log=log, notify=note)
        return
    serve_http(
        Address(host=host, port=port),
        settings=settings,
        log=log,
        started=lambda url: note(f"Serving {settings.index} at {url} (press Ctrl-C to stop)"),
        notify=note,
    )
