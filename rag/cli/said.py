"""`rag said`: what a person says in the articles, in order of time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.command import IndexOption, JsonOption, load_index, note, taking
from rag.cli.filter_options import FilterOptions, show_limited
from rag.errors import ConfigError
from rag.language.text import words
from rag.render.safe import safe_line
from rag.terminal.screen import say, say_json, show_text

if TYPE_CHECKING:
    from rag.filters import Filters
    from rag.store import LocalStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOptions(FilterOptions):
    """What was typed after `rag said`."""

    name: Annotated[
        str | None,
        typer.Argument(metavar="[SPEAKER]", help="A name. Without one, all speakers are listed."),
    ] = None
    about: Annotated[
        str | None, typer.Option(help="Only statements that contain all these words.")
    ] = None
    index: IndexOption = None
    as_json: JsonOption = False

    @property
    def asked(self) -> tuple[str | None, Filters]:
        """Whose words, and what they are looked for in.

        Raises:
            ConfigError: Several people are named, or a topic and nobody.
        """
        filters = self.filters
        for what, given in (("name", self.name), ("topic of --about", self.about)):
            if given is not None and not words(given):
                raise ConfigError(
                    f"the {what} is empty", hint="for example: rag said Peskov --about Crimea"
                )
        names = [*([self.name] if self.name else []), *filters.speaker]
        if len(names) > 1:
            raise ConfigError("rag said takes one name", hint=f"for example: rag said {names[0]}")
        if not names and self.about:
            raise ConfigError(
                "statements about a topic need a name",
                hint="for example: rag said Peskov --about Crimea",
            )
        return next(iter(names), None), replace(filters, speaker=())


@taking(SaidOptions)
def said(ctx: typer.Context, options: SaidOptions) -> None:
    """List what a person says in the articles, word for word, oldest first.

    Example: rag said Peskov --about Crimea
    """
    from rag.store import LocalStore

    name, filters = options.asked
    settings = load_index(index=options.index)
    with LocalStore.open(settings.index, embedder=None, cache=settings.cache) as store:
        if name is None:
            _list_speakers(filters, store, as_json=options.as_json)
        else:
            _list_statements(name, options.about, filters, store, as_json=options.as_json)


def _list_speakers(filters: Filters, store: LocalStore, *, as_json: bool) -> None:
    from rag.render.as_json import speakers_dict
    from rag.render.terminal import speakers_text
    from rag.retrieve.narrow import narrow
    from rag.retrieve.resolve_speakers import speakers

    narrowed = narrow(filters, store)
    known = speakers(store, narrowed.within.articles if narrowed else None)
    if as_json:
        generation = store.manifest.generation
        say_json(speakers_dict(known, generation=generation, narrowed=narrowed))
        return
    show_limited(narrowed.limited if narrowed else None)
    show_text(speakers_text(known))
    if narrowed and narrowed.reason:
        say(safe_line(narrowed.reason))


def _list_statements(
    name: str, about: str | None, filters: Filters, store: LocalStore, *, as_json: bool
) -> None:
    from rag.render.as_json import said_dict
    from rag.render.terminal import said_text
    from rag.retrieve.narrow import narrow
    from rag.retrieve.resolve_speakers import find_speaker, speakers
    from rag.retrieve.timeline import timeline, undated

    one = find_speaker(name, speakers(store))
    narrowed = narrow(filters, store)
    found = timeline(one, store=store, about=about, narrowed=narrowed)
    without = undated(one, narrowed, store=store, about=about)
    if as_json:
        say_json(
            said_dict(
                one,
                found,
                about=about,
                generation=store.manifest.generation,
                undated=without,
                narrowed=narrowed,
            )
        )
        return
    show_limited(narrowed.limited if narrowed else None)
    show_text(said_text(one, found, locate=store.locate))
    if narrowed and narrowed.reason:
        say(safe_line(narrowed.reason))
    if without:
        many = "1 more statement is" if without == 1 else f"{without} more statements are"
        note(f"{many} not shown, because the date of the article is not known.")
