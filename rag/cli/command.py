"""What the commands of `rag` share: the boundary of errors, options, and ways to the screen."""

from __future__ import annotations

import errno
import inspect
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_type_hints

import typer
from typer.core import TyperGroup

from rag.config import Mode, Settings, current_configuration
from rag.errors import ConfigError, RagError
from rag.render.safe import safe_line
from rag.terminal.screen import console, say

if TYPE_CHECKING:
    from rag.answer.assistant import Assistant, Event
    from rag.answer.encoders import Encoders
    from rag.domain import Answer

Options = TypeVar("Options")
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
            with _usage_errors():
                return super().invoke(ctx)
        except RagError as error:
            report(error)
            raise typer.Exit(error.exit_code) from error
        except OSError as error:
            if error.errno not in FULL:
                raise
            say(f"error: the output could not be written: {error.strerror}", err=True)
            raise typer.Exit(1) from error
        except (KeyboardInterrupt, ImportError) as error:
            if not _is_interrupt(error):
                raise
            say("Interrupted.", err=True)
            raise typer.Exit(EXIT_INTERRUPTED) from error

    def make_context(self, *arguments: Any, **named: Any) -> Any:
        """Read the options that come before a command."""
        with _usage_errors():
            return super().make_context(*arguments, **named)


@contextmanager
def _usage_errors() -> Iterator[None]:
    """Show the parser's own errors as all else: they repeat what was typed, or what a shell put in.

    A file that is called ``--<escape>]0;…`` is an unknown option to ``rag index *``.
    """
    try:
        yield
    except typer.TyperException as error:
        shown: Any = error  # only its subclasses are raised, and they know the usage line
        written = io.StringIO()
        shown.show(written)
        for line in written.getvalue().splitlines():
            say(line, err=True)
        raise typer.Exit(error.exit_code) from error


def _is_interrupt(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind an error: libraries that are being imported wrap it in their own."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


IndexOption = Annotated[
    Path | None,
    # An unreadable folder is reported by the code that opens it; it is not a usage error.
    typer.Option("--index", help="The folder of the index.", show_default="index", readable=False),
]
StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="The address of a shared index: milvus+http(s)://HOST:PORT/NAME."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
ModeOption = Annotated[
    Mode | None,
    typer.Option(
        "--mode", help="Search by meaning (dense), by words (lexical) or by both (hybrid)."
    ),
]
LlmOption = Annotated[
    str | None,
    typer.Option(
        "--llm",
        help="The language model: bundled, none, a .gguf file, the name of a downloaded model,"
        " or http(s) URLs.",
    ),
]
SentencesOption = Annotated[
    int | None,
    typer.Option(
        "--sentences", "--k", "-k", help="The most evidence sentences that an answer may use."
    ),
]
PromptsOption = Annotated[
    Path | None, typer.Option("--prompts", help="The folder of your own prompts.")
]
QuoteOnlyOption = Annotated[
    bool,
    typer.Option("--quote-only", help="Answer with quotations only, without a language model."),
]
NoReaderOption = Annotated[
    bool,
    typer.Option(
        "--no-reader", help="Rank by search only, without the reader; gives no short answers."
    ),
]
SyncOption = Annotated[
    bool, typer.Option("--sync", help="Update the index with changed articles first.")
]
AloneOption = Annotated[
    bool,
    typer.Option(
        "--no-server", help="Answer in this process, even if rag serve runs for this index."
    ),
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say which process answers, and why.")
]
EmbedderOption = Annotated[
    str | None,
    typer.Option("--embedder", help="bundled, or the folder of a sentence-transformers model."),
]


def taking(
    options: type[Options],
) -> Callable[[Callable[[typer.Context, Options], None]], Callable[..., None]]:
    """Give a command its options as one value.

    Args:
        options: A frozen dataclass. Its fields, annotated as the parameters of a command are,
            become the parameters; one without a default is required.
    """
    hints = get_type_hints(options, include_extras=True)
    # Those that it has of its own, then those that it shares with other commands.
    own = sorted(fields(options), key=lambda one: one.name not in options.__annotations__)  # type: ignore[arg-type]

    def decorate(command: Callable[[typer.Context, Options], None]) -> Callable[..., None]:
        def run(ctx: typer.Context, **given: Any) -> None:
            command(ctx, options(**given))

        run.__name__, run.__doc__ = command.__name__, command.__doc__
        kind = inspect.Parameter.KEYWORD_ONLY
        run.__annotations__ = {"ctx": typer.Context, **hints}
        run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                inspect.Parameter("ctx", kind, annotation=typer.Context),
                *(
                    inspect.Parameter(
                        one.name,
                        kind,
                        default=inspect.Parameter.empty if one.default is MISSING else one.default,
                        annotation=hints[one.name],
                    )
                    for one in own
                ),
            ]
        )
        return run

    return decorate


def reader_flag(no_reader: bool) -> str | None:
    """The value of the setting that `--no-reader` stands for; None leaves it as it is."""
    return "none" if no_reader else None


def need(*packages: str, extra: str) -> None:
    """Check that the packages of an extra are installed, before anything is loaded.

    Raises:
        ConfigError: One is not.
    """
    if missing := [name for name in packages if find_spec(name) is None]:
        raise ConfigError(
            f"this command needs the package {missing[0]}", hint=f'pip install "rag[{extra}]"'
        )


def load(**flags: Any) -> Settings:
    """The settings in force, these flags above all."""
    return current_configuration(**flags).settings


def load_index(**flags: Any) -> Settings:
    """The settings in force, of an index that is here; `--index` goes before a shared one."""
    settings = load(**flags)
    if flags.get("index") is not None and flags.get("store") is None:
        return replace(settings, store="")
    if not settings.store:
        return settings
    from rag.store.fetch_shared import brought

    return brought(settings)


def report(error: RagError, *, when: str = "") -> None:
    """Say what is wrong, and what to type next; since when, where a command goes on."""
    say(f"{when} error: {safe_line(error.message)}".lstrip(), err=True)
    if error.hint:
        say(f" hint: {safe_line(error.hint)}", err=True)


def note(line: str) -> None:
    """Tell a person something, on standard error."""
    say(safe_line(line), err=True)


def loading(settings: Settings) -> Encoders:
    """The encoders, which load while all that a question needs is imported."""
    from rag.answer.encoders import open_encoders

    return open_encoders(settings, notify=note)


def await_answer(events: Iterator[Event], *, live: bool) -> Answer:
    """The answer at the end of a stream.

    Args:
        events: As `Assistant.stream` yields them.
        live: On a terminal, show the evidence at once and each claim as it passes its check.
    """
    from rag.domain import Answer, Claim, EvidenceFound

    screen = console(stderr=True)
    if not (live and screen.is_terminal):
        return next(event for event in events if isinstance(event, Answer))
    from rich.live import Live

    from rag.render.terminal import Progressing

    shown = Progressing()
    with Live(shown.text(), console=screen, transient=True, auto_refresh=False) as view:
        for event in events:
            if isinstance(event, Answer):
                return event
            if isinstance(event, EvidenceFound | Claim):
                shown.add(event)
                view.update(shown.text(), refresh=True)
    raise RuntimeError("the stream ended without an answer")  # cannot be: it always ends with one


def sync_now(settings: Settings) -> None:
    """Make the index hold what its folders hold now.

    Raises:
        ConfigError: It is a shared index, or its folder may only be read.
    """
    if settings.store:
        raise ConfigError(
            "a shared index is not updated by who asks it",
            hint=f"update it where its articles are: rag index --store {settings.store}",
        )
    from rag.store.manifest import indexed_roots
    from rag.sync.update import sync
    from rag.terminal.progress import IndexBar

    roots = indexed_roots(settings.index)
    if not os.access(settings.index, os.W_OK):
        # The update was asked for: an answer without it could be taken for one with it.
        raise ConfigError(
            f"{settings.index} may only be read, and so it is not updated",
            hint="leave out --sync to ask it as it is, or ask its owner for an update",
        )
    with IndexBar() as bar:
        sync(
            roots,
            settings=settings,
            confirm=bar.ask,
            progress=bar.update,
            notify=bar.notify,
        )


def tell_stale(assistant: Assistant) -> None:
    """Say, in one line, when the articles have changed since they were indexed."""
    from rag.sync.freshness import stale_line

    if line := stale_line(assistant.store):
        note(line)


def tell_undated(answer: Answer, articles: int) -> None:
    """Say, in one line, where a time was asked about, how many articles have no date.

    Args:
        answer: To a question.
        articles: In the index.
    """
    told = answer.count or (answer.limited and answer.limited.filters.timed)
    if answer.undated and not told:  # else that says itself what it leaves out
        every = answer.limited.articles if answer.limited else articles
        have = "has" if answer.undated == 1 else "have"
        note(
            f"{answer.undated} of {every} articles {have} no date, so it is not known whether they"
            " are about the time you asked for."
        )


def remember(answer: Answer, settings: Settings) -> None:
    """Keep an answer for `rag show`."""
    from rag.cli.last_answer import save_answer

    save_answer(answer, index=settings.index, state=settings.state, notify=note)
