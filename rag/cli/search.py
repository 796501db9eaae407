"""`rag search`: the evidence for a question, ranked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from rag.cli.command import (
    IndexOption,
    JsonOption,
    ModeOption,
    NoReaderOption,
    load,
    loading,
    note,
    reader_flag,
    taking,
)
from rag.cli.filter_options import FilterOptions, show_limited
from rag.render.safe import safe_line
from rag.terminal.screen import say, say_json, show_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions(FilterOptions):
    """What was typed after `rag search`."""

    query: Annotated[str, typer.Argument(help="A question, or some words.")]
    index: IndexOption = None
    mode: ModeOption = None
    k: Annotated[int | None, typer.Option("--k", "-k", help="How many sentences to show.")] = None
    no_reader: NoReaderOption = False
    as_json: JsonOption = False


@taking(SearchOptions)
def search(ctx: typer.Context, options: SearchOptions) -> None:
    """Show the evidence sentences for a question, ranked; uses no language model.

    Example: rag search "sanctions on Russian oil" --k 3
    """
    filters = options.filters
    settings = load(
        index=options.index,
        mode=options.mode,
        k=options.k,
        reader=reader_flag(options.no_reader),
    )
    encoders = loading(settings)
    from rag.answer.assistant import Assistant

    with Assistant.open(settings=settings, encoders=encoders, notify=note) as assistant:
        found = assistant.search(options.query, filters)[: settings.k]
        narrowed = assistant.narrow(filters)
        if options.as_json:
            from rag.render.as_json import search_dict

            generation = assistant.store.manifest.generation
            say_json(search_dict(options.query, found, generation=generation, narrowed=narrowed))
            return
        from rag.render.terminal import search_text

        show_limited(narrowed.limited if narrowed else None)
        show_text(search_text(found, locate=assistant.locate))
        if narrowed and narrowed.reason:
            say(safe_line(narrowed.reason))
