"""What a question may be limited to: a time, outlets, people, places in the folders, and tags.

The names of the fields are those of the options, of the parameters over HTTP and of the JSON.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.errors import ConfigError

MOST = 50  # values of one filter
LONGEST = 500  # characters of a value
TOLD = 5  # values that a sentence names
_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """All of these hold for what is searched; of several values of one, any is enough.

    Raises:
        ConfigError: A value cannot be used.
    """

    since: str | None = None  # first day, ISO 8601; a year or month stands for all of its days
    until: str | None = None  # last day, likewise
    outlet: tuple[str, ...] = ()
    speaker: tuple[str, ...] = ()  # only their words
    path: tuple[str, ...] = ()  # patterns, as a line of .ragignore has them
    tag: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, values in self._each():
            if len(values) > MOST:
                raise ConfigError(
                    f"there are {len(values):,} values for {name}", hint=f"give at most {MOST}"
                )
            for value in values:
                _check(name, value)
        if self.since and self.until:
            exact = min(len(self.since), len(self.until))
            if self.since[:exact] > self.until[:exact]:
                raise ConfigError(
                    f"{self.since} is after {self.until}", hint="give the earlier day first"
                )

    def __bool__(self) -> bool:
        return any(values for _, values in self._each())

    @property
    def timed(self) -> bool:
        """Whether an article needs a date to be left."""
        return bool(self.since or self.until)

    def as_dict(self) -> dict[str, str | list[str] | None]:
        """The same in plain values, as `read_filters` takes them."""
        return {
            "since": self.since,
            "until": self.until,
            "outlet": list(self.outlet),
            "speaker": list(self.speaker),
            "path": list(self.path),
            "tag": list(self.tag),
        }

    def _each(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield "since", () if self.since is None else (self.since,)
        yield "until", () if self.until is None else (self.until,)
        for name in MANY:
            yield name, getattr(self, name)


MANY = ("outlet", "speaker", "path", "tag")  # may have several values
NAMES = ("since", "until", *MANY)
TOLD_OF = ("articles", "undated", "told")  # what an answer has of its filters besides
NONE = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """What a question was limited to."""

    filters: Filters  # as they were asked for
    words: str  # the same, with outlets and people as the articles call them
    articles: int  # that are left
    undated: int = 0  # others that only lack a date

    @property
    def told(self) -> str:
        """It in words: "since 2018-07 (3 articles; 1 without a date is left out)"."""
        left = "1 article" if self.articles == 1 else f"{self.articles:,} articles"
        if self.undated:
            are = "is" if self.undated == 1 else "are"
            left += f"; {self.undated:,} without a date {are} left out"
        return f"{self.words} ({left})"


def read_filters(given: object, *, place: str = "filters") -> Filters:
    """Filters from plain values, as JSON or a conversation has them.

    Args:
        given: An object with some of `NAMES`; each a text, or a list of texts where several may be
            given. Null and an empty list limit nothing. That of an answer can be given again.
        place: Where it stands, for the message.

    Raises:
        ConfigError: It is no such object, or a value cannot be used.
    """
    if given is None:
        return NONE
    if not isinstance(given, Mapping):
        raise ConfigError(f"{place} is not an object", hint='for example {"since": "2018-07"}')
    for name in given:
        if name not in (*NAMES, *TOLD_OF):
            near = difflib.get_close_matches(str(name), NAMES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(NAMES)}"
            raise ConfigError(f"{place} has {str(name)[:LONGEST]!r}", hint=hint)
    values = {name: _values(given.get(name), f"{place}: {name}") for name in NAMES}
    for name in ("since", "until"):
        if len(values[name]) > 1:
            raise ConfigError(f"{place}: {name} has several values", hint="give one day")
    try:
        return Filters(
            since=next(iter(values["since"]), None),
            until=next(iter(values["until"]), None),
            **{name: values[name] for name in MANY},
        )
    except ConfigError as error:
        raise ConfigError(f"{place}: {error.message}", hint=error.hint) from error


def either(values: Sequence[str]) -> str:
    """Values in a sentence: "A, B or C"; of many, the first."""
    more = len(values) - TOLD
    *before, last = values if more <= 0 else (*values[:TOLD], f"{more} more")
    return f"{', '.join(before)} or {last}" if before else last


def joined(general: Filters, own: Filters) -> Filters:
    """What is limited by both: of a filter that both have, the own one counts."""
    mine = {name: value for name in NAMES if (value := getattr(own, name))}
    return dataclasses.replace(general, **mine) if mine else general


def _values(value: object, place: str) -> tuple[str, ...]:
    several = value if isinstance(value, list | tuple) else [value]
    texts: list[str] = []
    for one in several:
        if isinstance(one, bool) or not isinstance(one, str | int | None):
            raise ConfigError(f"{place} has a value that is no text", hint="give texts")
        texts += [] if one is None else [str(one).strip()]
    return tuple(texts)


def _check(name: str, value: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        hint = "type it again"
        raise ConfigError(f"{name} is not text: it has half a character", hint=hint) from error
    if len(value) > LONGEST:
        what = f"{name} has a value of {len(value):,} characters"
        raise ConfigError(what, hint=f"give at most {LONGEST}")
    if name in ("since", "until"):
        if not _is_day(value):
            raise ConfigError(
                f"{value!r} is not a date", hint=f"for {name}, write 2018, 2018-07 or 2018-07-02"
            )
    elif not any(char.isalnum() or char in "*?" for char in value):
        raise ConfigError(f"{value!r} is no {name}", hint=f"give the {name} that you want")


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])  # of a month or year, its first day
    except ValueError:
        return False
    return True
