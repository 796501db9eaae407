"""The options that limit what is searched, and the same words after `/filter` in a conversation."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import ConfigError
from rag.filters import NAMES, NONE, Filters, read_filters
from rag.render.safe import safe_line
from rag.terminal.screen import say

if TYPE_CHECKING:
    from rag.filters import Limited

CLEAR = "clear"
USAGE = "for example: /filter since 2018-07 outlet Northern Wire"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOptions:
    """The options, as a part of those of a command."""

    since: Annotated[
        str | None, typer.Option(help="Only articles from this day on: 2018, 2018-07, 2018-07-02.")
    ] = None
    until: Annotated[str | None, typer.Option(help="Only articles until this day.")] = None
    outlet: Annotated[
        list[str] | None, typer.Option(help="Only articles of this outlet; may be repeated.")
    ] = None
    speaker: Annotated[
        list[str] | None, typer.Option(help="Only what this person says; may be repeated.")
    ] = None
    path: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GLOB", help="Only files like this, as in .ragignore; may be repeated."
        ),
    ] = None
    tag: Annotated[
        list[str] | None,
        typer.Option(help="Only articles with this tag or in this folder; may be repeated."),
    ] = None

    @property
    def filters(self) -> Filters:
        """What is searched.

        Raises:
            ConfigError: A value cannot be used.
        """
        return Filters(
            since=self.since,
            until=self.until,
            outlet=tuple(self.outlet or ()),
            speaker=tuple(self.speaker or ()),
            path=tuple(self.path or ()),
            tag=tuple(self.tag or ()),
        )


def changed_filters(line: str, now: Filters) -> Filters:
    """The filters that a person changed by a line: ``since 2018 outlet Northern Wire``.

    Args:
        line: A name and its value, or several, each name perhaps with "--" as in a shell; a name
            that is there again has one more value. After "clear", names, or nothing for all.
        now: What was set before; what the line does not name stays.

    Raises:
        ConfigError: It is no such line, or a value cannot be used.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ConfigError("a quotation mark is not closed", hint=USAGE) from error
    if words[:1] == [CLEAR]:
        names = [word.removeprefix("--") for word in words[1:]]
        if unknown := [name for name in names if name not in NAMES]:
            raise ConfigError(
                f"there is no filter {unknown[0]}", hint=f"there are: {', '.join(NAMES)}"
            )
        kept = {name: value for name, value in now.as_dict().items() if name not in names}
        return read_filters(kept) if names else NONE
    values: dict[str, list[str]] = {}
    for name, value in _pairs(words):
        values.setdefault(name, []).append(value)
    given = read_filters(values, place="/filter")
    return dataclasses.replace(now, **{name: getattr(given, name) for name in values})


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    """Each name with the words up to the next."""
    dashed = words[0].startswith("--")
    name, value = "", list[str]()
    for word in words:
        bare = word.removeprefix("--")
        if word.startswith("--") if dashed else (bare in NAMES and (value or not name)):
            if name:
                yield _pair(name, value)
            name, value = bare, []
        elif not name:
            raise ConfigError(
                f"there is no filter {word}", hint=f"there are: {', '.join(NAMES)}; {USAGE}"
            )
        else:
            value.append(word)
    yield _pair(name, value)


def _pair(name: str, value: list[str]) -> tuple[str, str]:
    if not value:
        raise ConfigError(f"{name} has no value", hint=USAGE)
    return name, " ".join(value)


def show_limited(limited: Limited | None) -> None:
    """Say, before an answer, what it is limited to."""
    from rag.render.outline import limited as told

    if limited:
        say(safe_line(told(limited)))
        say()
