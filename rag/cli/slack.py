"""`rag slack`: the index in a Slack workspace."""

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
from rag.credentials import slack_tokens


def slack(
    index: IndexOption = None,
    llm: LlmOption = None,
    no_reader: NoReaderOption = False,
    log_questions: Annotated[
        bool, typer.Option("--log-questions", help="Print every question that is asked.")
    ] = False,
) -> None:
    """Answer questions in Slack.

    Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN in the environment first.

    Example: rag slack --index ~/index
    """
    need("slack_bolt", extra="slack")
    tokens = slack_tokens()
    settings = load_index(index=index, llm=llm, reader=reader_flag(no_reader))
    from rag.serve.slack import serve_slack

    serve_slack(
        tokens,
        settings=settings,
        log=note if log_questions else lambda question: None,
        started=lambda name: note(f"Answering as {name} (press Ctrl-C to stop)"),
        notify=note,
    )
