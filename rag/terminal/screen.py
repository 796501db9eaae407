"""The one way to the screen: all that any command writes to stdout or stderr goes through here.

Nobody else prints (tests/test_architecture.py), so whatever an article, a file name, a question, a
model or an error message holds, no control character of it reaches a terminal.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import typer

from rag.render.safe import safe_row

if TYPE_CHECKING:
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


def show_text(text: Any) -> None:
    """Print rich text; where there is no terminal, lines are not broken."""
    screen = console()
    if screen.is_terminal:
        from rag.render.terminal import indented

        text = indented(text, screen)
    screen.print(text, end="", soft_wrap=not screen.is_terminal)


def leave(code: int) -> None:
    """End the process at once, when all is written; what cannot be, Python tells at its own end."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return
    os._exit(code)
