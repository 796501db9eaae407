"""What the commands of `rag` share: the boundary of errors, options, and ways to the screen."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from rag.config import Mode, Settings, current_configuration
from rag.errors import RagError

if TYPE_CHECKING:
    from rich.console import Console

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
EXIT_FAILED = 1  # a check or gate
EXIT_ABSTAINED = 3
EXIT_INTERRUPTED = 130


class Boundary(TyperGroup):
    """Where errors become messages and exit codes; anything else than `RagError` is a bug."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; leave with the exit code of what it raises."""
        for stream in (sys.stdout, sys.stderr):
            # A terminal that knows only ASCII shows "?" for what it cannot show.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        try:
            return super().invoke(ctx)
        except RagError as error:
            _report(error)
            raise typer.Exit(error.exit_code) from error
        except OSError as error:
            if error.errno not in FULL:
                raise
            typer.echo(f"error: the output could not be written: {error.strerror}", err=True)
            raise typer.Exit(1) from error
        except (KeyboardInterrupt, ImportError) as error:
            if not _is_interrupt(error):
                raise
            typer.echo("Interrupted.", err=True)
            raise typer.Exit(EXIT_INTERRUPTED) from error


def _is_interrupt(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind an error: libraries that are being imported wrap it in their own."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Folder of the index.", show_default="index")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ModeOption = Annotated[
    Mode | None, typer.Option("--mode", help="Search by meaning, words or both.")
]
LlmOption = Annotated[
    str | None,
    typer.Option(
        "--llm", help="bundled, none, a .gguf file, a pulled model's name, or an http(s) URL."
    ),
]
SentencesOption = Annotated[
    int | None,
    typer.Option(
        "--sentences", "--k", "-k", help="Evidence sentences an answer is made of, at most."
    ),
]
PromptsOption = Annotated[
    Path | None, typer.Option("--prompts", help="Folder of your own prompts.")
]
QuoteOnlyOption = Annotated[
    bool, typer.Option("--quote-only", help="Quote the articles; use no language model.")
]
NoReaderOption = Annotated[
    bool, typer.Option("--no-reader", help="Rank by the search alone; give no short answer.")
]
EmbedderOption = Annotated[
    str | None,
    typer.Option("--embedder", help="bundled, or a folder of a sentence-transformers model."),
]


def reader_flag(no_reader: bool) -> str | None:
    """The value of the setting that `--no-reader` stands for; None leaves it as it is."""
    return "none" if no_reader else None


def load(**flags: Any) -> Settings:
    """The settings in force, these flags above all."""
    return current_configuration(**flags).settings


def _report(error: RagError) -> None:
    from rag.render.safe import safe

    typer.echo(f"error: {safe(error.message)}", err=True)
    if error.hint:
        typer.echo(f" hint: {safe(error.hint)}", err=True)


def note(line: str) -> None:
    """Tell a person something, on standard error."""
    from rag.render.safe import safe_line

    typer.echo(safe_line(line), err=True)


def console(*, stderr: bool = False) -> Console:
    """A rich console that takes text as it is."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def show_text(text: Any) -> None:
    """Print rich text; where there is no terminal, lines are not broken."""
    screen = console()
    screen.print(text, end="", soft_wrap=not screen.is_terminal)
