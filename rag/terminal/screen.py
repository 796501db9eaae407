"""The one way to the screen: all that any command writes to stdout or stderr goes through here.

Nobody else prints (tests/test_architecture.py), so whatever an article, a file name, a question, a
model or an error message holds, no control character of it reaches a terminal.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

from rag.render.safe import safe_row

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from rag.terminal.safe_console import SafeConsole


def say(line: str = "", *, err: bool = False) -> None:
    """Write one line; a line break inside of it becomes a space, so that nothing can fake another.

    Args:
        line: Text.
        err: To standard error.
    """
    typer.echo(safe_row(line), err=err)


def say_json(value: object, *, indent: int | None = 2) -> None:
    """Write JSON, whose data keeps every character: harmful ones are escaped."""
    from rag.render.as_json import dumps

    typer.echo(dumps(value, indent=indent))


def console(*, stderr: bool = False) -> SafeConsole:
    """A rich console that takes text as it is, and lets nothing harmful through."""
    from rag.terminal.safe_console import SafeConsole

    return SafeConsole(stderr=stderr)


def show_text(text: Text | Table) -> None:
    """Print rich text; where there is no terminal, lines are not broken."""
    from rich.text import Text

    screen = console()
    if screen.is_terminal and isinstance(text, Text):
        text = indented(text, screen.width)
    screen.print(text, end="", soft_wrap=not screen.is_terminal)


def indented(text: Text, width: int) -> Text:
    """Text whose long lines are broken so that what follows is indented as they are.

    Args:
        text: Lines, some of which begin with spaces.
        width: Columns of the screen.
    """
    from rich.console import Console
    from rich.text import Text

    shown = Text(no_wrap=text.no_wrap, overflow=text.overflow)
    for number, line in enumerate(text.split("\n", allow_blank=True)):
        shown.append("\n" if number else "")
        indent = len(line.plain) - len(line.plain.lstrip(" "))
        if not 0 < indent < width // 2 or line.cell_len <= width:
            shown.append_text(line)
            continue
        pieces = line[indent:].wrap(Console(), width - indent)
        for place, piece in enumerate(pieces):
            shown.append(("\n" if place else "") + " " * indent).append_text(piece)
    return shown


def leave(code: int) -> None:
    """End the process at once, when all is written; what cannot be, Python tells at its own end."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return
    os._exit(code)
