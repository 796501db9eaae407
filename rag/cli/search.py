"""`rag search`: the evidence for a question, ranked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.command import (
    AloneOption,
    IndexOption,
    JsonOption,
    ModeOption,
    NoReaderOption,
    StoreOption,
    VerboseOption,
    load_index,
    loading,
    note,
    reader_flag,
    taking,
)
from rag.cli.filter_options import FilterOptions, show_limited
from rag.config import Settings
from rag.render.safe import safe_line
from rag.terminal.screen import say, say_json, show_text

if TYPE_CHECKING:
    from rag.serve.messages import Found, Sought


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions(FilterOptions):
    """What was typed after `rag search`."""

    query: Annotated[str, typer.Argument(help="A question, or some words.")]
    index: IndexOption = None
    store: StoreOption = None
    mode: ModeOption = None
    k: Annotated[int | None, typer.Option("--k", "-k", help="How many sentences to show.")] = None
    no_reader: NoReaderOption = False
    as_json: JsonOption = False
    no_server: AloneOption = False
    verbose: VerboseOption = False


@taking(SearchOptions)
def search(ctx: typer.Context, options: SearchOptions) -> None:
    """Show the evidence sentences for a question, ranked; uses no language model.

    Example: rag search "sanctions on Russian oil" --k 3
    """
    from rag.cli.served import Alone, ask_to_search, tell_served
    from rag.serve.messages import Sought

    settings = load_index(
        index=options.index,
        store=options.store,
        mode=options.mode,
        k=options.k,
        reader=reader_flag(options.no_reader),
    )
    sought = Sought(query=options.query, filters=options.filters, k=settings.k)
    try:
        if options.no_server:
            raise Alone("--no-server")
        server, found = ask_to_search(sought, settings)
    except Alone as why:
        if options.verbose:
            note(f"Searched here: {safe_line(str(why))}.")
        found = _search_here(sought, settings)
    else:
        if options.verbose:
            tell_served(server)
    _print_found(found, options)


def _search_here(sought: Sought, settings: Settings) -> Found:
    """Load what a search needs, and search."""
    encoders = loading(settings)
    from rag.answer.searcher import Searcher
    from rag.serve.messages import found_by

    with Searcher(settings, encoders=encoders, notify=note) as searcher:
        return found_by(searcher, sought)


def _print_found(found: Found, options: SearchOptions) -> None:
    if options.as_json:
        from rag.render.as_json import search_dict

        told = search_dict(
            options.query,
            found.evidence,
            generation=found.generation,
            limited=found.limited,
            reason=found.reason,
        )
        say_json(told)
        return
    from rag.cli.served import located
    from rag.render.terminal import search_text

    show_limited(found.limited)
    show_text(search_text(found.evidence, locate=lambda path: located(found, path)))
    if found.reason:
        say(safe_line(found.reason))
