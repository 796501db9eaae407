"""The `rag` command: options in, one call of the pipeline, rendered text out."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Annotated

import typer

from rag import __version__
from rag.cli.add import add
from rag.cli.ask import ask
from rag.cli.chat import chat
from rag.cli.check import check
from rag.cli.command import (
    EXIT_FAILED,
    Boundary,
    IndexOption,
    JsonOption,
    load,
    load_index,
)
from rag.cli.eval import eval_app
from rag.cli.export import export
from rag.cli.index import index_command
from rag.cli.mcp import mcp
from rag.cli.models import models_app
from rag.cli.said import said
from rag.cli.search import search
from rag.cli.serve import serve
from rag.cli.slack import slack
from rag.config import current_configuration
from rag.terminal.screen import leave, say, say_json, show_text

QUESTIONS = frozenset({"ask", "search", "check"})  # they load models, and leave nothing to do

app = typer.Typer(
    cls=Boundary,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # drawing the help in boxes would take as long as all the rest of it
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Ask a folder of articles a question. Every claim of the answer cites its source.",
)
config_app = typer.Typer(no_args_is_help=True, help="Show the settings and where they come from.")
app.add_typer(models_app, name="models")
app.add_typer(config_app, name="config")
app.add_typer(eval_app, name="eval")
app.command("index")(index_command)
app.command()(add)
app.command()(chat)
app.command()(serve)
app.command()(mcp)
app.command()(slack)
app.command()(ask)
app.command()(search)
app.command()(said)
app.command()(check)
app.command()(export)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"rag {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that come before a command."""


# --- commands --------------------------------------------------------------------------------


@app.command()
def show(
    n: Annotated[int, typer.Argument(help="The number of a citation in the last answer.")],
    as_json: JsonOption = False,
) -> None:
    """Show a citation of the last answer in its article.

    Example: rag show 1
    """
    from rag.cli.last_answer import cited_context
    from rag.render.terminal import context_text

    settings = load()
    context = cited_context(n, state=settings.state, cache=settings.cache)
    if as_json:
        say_json({"schema": "rag.citation/1", "n": n, **dataclasses.asdict(context)})
        return
    show_text(
        context_text(
            n,
            article=context.article,
            start=context.start,
            end=context.end,
            place=context.place,
        )
    )


@app.command()
def verify(
    answers: Annotated[
        Path, typer.Argument(help="A file that `rag ask --json` or `rag ask --batch` wrote.")
    ],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check whether the quotations of a saved answer are still correct. Uses no model.

    The exit code is 1 if a quotation is no longer at its place, or if a file has changed.

    Example: rag verify answer.json
    """
    from rag.answer.recheck import read_answers, recheck
    from rag.models.checker import open_later
    from rag.store import LocalStore

    saved = read_answers(answers)
    settings = load_index(index=index)
    checker = open_later(settings)
    with LocalStore.open(settings.index, embedder=None, cache=settings.cache) as store:
        found = [recheck(answer, store, checker=checker) for answer in saved]
    if as_json:
        say_json([[dataclasses.asdict(entry) for entry in one] for one in found])
    else:
        for answer, entries in zip(saved, found, strict=True):
            say(str(answer.get("question", "")))
            for entry in entries:
                number = f"[{entry.n}] " if entry.n else ""
                verdict = entry.wrong or "correct"
                say(f"  {number}{entry.what}: {verdict}")
            if not entries:
                say("  no citations: there was no answer")
    if any(entry.wrong for one in found for entry in one):
        raise typer.Exit(EXIT_FAILED)


@app.command()
def doctor(
    index: IndexOption = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="Read everything: every row, and the previous generation."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the index and the models, and say how to fix what is wrong (exit code 1).

    Example: rag doctor --full
    """
    from rag.sync.doctor import examine

    checks = []
    for one in examine(load_index(index=index), full=full):
        checks.append(one)
        if not as_json:
            word = "ok   " if one.holds else "WRONG" if one.grave else "note "
            say(f"{word} {one.name:<9} {one.found}")
            if one.mend:
                say(f"      to fix it: {one.mend}")
    if as_json:
        say_json([{**dataclasses.asdict(one), "holds": one.holds} for one in checks])
    if any(not one.holds and one.grave for one in checks):
        raise typer.Exit(EXIT_FAILED)


@app.command()
def status(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Show what is in the index and which models are used."""
    from rag.cli.status import index_status, status_lines

    state = index_status(load_index(index=index))
    if as_json:
        say_json(state.as_dict())
        return
    for line in status_lines(state):
        say(line)


@config_app.command("show")
def config_show(as_json: JsonOption = False) -> None:
    """Print every setting with its value and where it comes from."""
    from rag.config import setting_rows

    rows = setting_rows(current_configuration())
    if as_json:
        say_json({row.key: {"value": row.value, "origin": row.origin} for row in rows})
        return
    for row in rows:
        say(f"{row.key:<20} {row.value:<32} {row.origin:<12} {row.help}")


# --- the process ----------------------------------------------------------------------------------


def main() -> None:
    """Run the command of this process.

    Python takes a tenth of a second to take apart what a question has loaded. Nobody waits for
    that: once all is written, the process ends.
    """
    try:
        app()
    except SystemExit as end:
        asked = any(name in QUESTIONS for name in sys.argv[1:2])
        if asked and isinstance(end.code, int):
            leave(end.code)
        raise
