"""rag.cli.command: what the commands share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from rag.cli.command import taking
from rag.terminal.screen import say


@dataclass(frozen=True, kw_only=True)
class Options:
    """Those of a command."""

    place: Annotated[str | None, typer.Argument(help="Where.")] = None
    boats: Annotated[int, typer.Option("--boats", "-b", min=1, help="How many.")] = 2
    as_json: Annotated[bool, typer.Option("--json")] = False


def test_a_command_takes_its_options_as_one_value() -> None:
    """As typed, the others by default; its name, help and limits are the parser's as ever."""
    app, taken = typer.Typer(rich_markup_mode=None), []

    @app.command()
    @taking(Options)
    def count(ctx: typer.Context, options: Options) -> None:
        """Count boats."""
        taken.append(options)
        say(str(ctx.info_name))

    run = CliRunner().invoke

    assert run(app, []).output == "count\n"
    assert run(app, ["Orford", "-b", "3", "--json"]).exit_code == 0
    assert taken == [Options(), Options(place="Orford", boats=3, as_json=True)]
    assert run(app, ["-b", "0"]).exit_code == 2
    for told in ("Count boats.", "How many.", "Where.", "[default: 2; x>=1]"):
        assert told in run(app, ["--help"]).output
