"""Filters -> the part of the index that they leave; where that is nothing, which of them is why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from rag.errors import ConfigError, RagError
from rag.filters import MANY, Filters, Limited, either
from rag.language.dates import Period
from rag.retrieve.outlets import outlets_called, spelled_once
from rag.retrieve.paths import matches
from rag.retrieve.resolve_speakers import Speaker, find_speaker, meant_by, speakers
from rag.retrieve.tags import articles_tagged, as_tag
from rag.store import Filed, LocalStore, Within

NAMED = 8  # values that a reason names at most
LONGEST = 60  # characters of such a value
KEPT = 8  # results that are kept for each opened index

_KEPT: WeakKeyDictionary[LocalStore, dict[Filters, Narrowed]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What filters leave of an index."""

    within: Within
    limited: Limited
    undated: frozenset[int]  # articles that only lack a date
    reason: str | None = None  # why nothing is left


def narrow(filters: Filters, store: LocalStore) -> Narrowed | None:
    """What filters leave; None where they limit nothing.

    Raises:
        ConfigError: The name of a speaker can mean several people.
    """
    if not filters:
        return None
    kept = _KEPT.setdefault(store, {})
    if filters not in kept:
        if len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        kept[filters] = _narrow(filters, store)
    return kept[filters]


def _narrow(filters: Filters, store: LocalStore) -> Narrowed:
    filed = store.filed()
    left = _Left(filed)
    forms: frozenset[str] | None = None
    for name in MANY:
        asked: tuple[str, ...] = getattr(filters, name)
        if not asked or left.reason:
            continue
        if name == "speaker":
            found, forms = _speakers(asked, store)
        else:
            found = _FOUND[name](asked, filed)
        left.keep(name, found)
    undated = frozenset[int]()
    if filters.timed and not left.reason:
        undated = frozenset(id for id in left.ids if filed.dates[id] is None)
        left.keep_dated(Period(since=filters.since, until=filters.until))
    days = (("since", filters.since), ("until", filters.until))
    within = store.part(() if left.reason else left.ids, forms)
    limited = Limited(
        filters=filters,
        words=", ".join([*(f"{name} {day}" for name, day in days if day), *left.filters]),
        articles=len(within.articles),
        undated=len(undated),
    )
    return Narrowed(within=within, limited=limited, undated=undated, reason=left.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The articles that one filter alone leaves."""

    ids: Collection[int]
    named: Sequence[str]  # what was asked for, as the articles call it where they have it
    instead: str = ""  # what could be asked for, where it leaves none


class _Left:
    """The articles that are left while one filter after another is applied."""

    def __init__(self, filed: Filed) -> None:
        self._filed = filed
        self.filters: list[str] = []  # that were applied, in words
        self.ids = set(range(len(filed.paths)))
        self.reason: str | None = None

    def keep(self, name: str, found: _Found) -> None:
        """Keep only what a filter leaves."""
        which = _PHRASE[name].format(either([f"“{one}”" for one in found.named]))
        if not found.ids:
            self.reason = f"No article {which}{found.instead}"
        elif self.ids.isdisjoint(found.ids):
            self.reason = f"{self._none_of()} {which}."
        if not self.reason:
            self.ids &= set(found.ids)
        self.filters.append(f"{name} {either(found.named)}")

    def keep_dated(self, period: Period) -> None:
        """Keep only what is of a time."""
        dates = self._filed.dates
        timely = {day for day in set(dates) if period.holds(day)}
        days = sorted({day for id in self.ids if (day := dates[id])})
        of = f" of the articles with {', '.join(self.filters)}" if self.filters else ""
        none = self._none_of()
        self.ids = {id for id in self.ids if dates[id] in timely}
        if self.ids:
            return
        since, until = period.since, period.until
        if not days:
            self.reason = f"{none} has a date."
        elif since and not any(Period(since=since).holds(day) for day in days):
            self.reason = f"Since {since} leaves none{of}: the newest article is of {days[-1]}."
        elif until and not any(Period(until=until).holds(day) for day in days):
            self.reason = f"Until {until} leaves none{of}: the oldest article is of {days[0]}."
        else:
            before = [day for day in days if not Period(since=since).holds(day)][-1]
            after = next(day for day in days if not Period(until=until).holds(day))
            self.reason = (
                f"Since {since} until {until} leaves none{of}: there are articles of {before} and"
                f" of {after}, and none between."
            )

    def _none_of(self) -> str:
        return f"No article with {', '.join(self.filters)}" if self.filters else "No article"


def _outlets(asked: Sequence[str], filed: Filed) -> _Found:
    counts = Counter(outlet for outlet in filed.outlets if outlet)
    called = {outlet for name in asked for outlet in outlets_called(name, counts)}
    return _Found(
        ids={id for id, outlet in enumerate(filed.outlets) if outlet in called},
        named=sorted(spelled_once({each: counts[each] for each in called})) or list(asked),
        instead=_there_are(spelled_once(counts), "names an outlet"),
    )


def _tags(asked: Sequence[str], filed: Filed) -> _Found:
    known = articles_tagged(filed)
    wanted = [tag for tag in dict.fromkeys(map(as_tag, asked)) if tag in known]
    often = sorted(known.values(), key=lambda one: -len(one[1]))
    return _Found(
        ids=set[int]().union(*(known[tag][1] for tag in wanted)),
        named=[known[tag][0] for tag in wanted] or list(asked),
        instead=_there_are([written for written, _ in often], "has a tag"),
    )


def _paths(asked: Sequence[str], filed: Filed) -> _Found:
    ids = [
        id
        for id, path in enumerate(filed.paths)
        if any(matches(path, pattern) for pattern in asked)
    ]
    instead = _there_are(filed.paths, "is in the index")
    return _Found(ids=ids, named=asked, instead=instead)


def _speakers(asked: Sequence[str], store: LocalStore) -> tuple[_Found, frozenset[str]]:
    """The articles that quote one of these, and all that they are called in them."""
    known = speakers(store)
    found: list[Speaker] = []
    likely: list[str] = []
    for name in asked:
        try:
            found.append(find_speaker(name, known))
        except ConfigError:
            raise  # several people have the name
        except RagError:
            likely += meant_by(name, known)
    forms = frozenset(form for one in found for form in one.forms)
    if found:
        instead = "."
    elif likely:
        instead = f". Did you mean {either(likely)}?"
    else:
        instead = _there_are([one.name for one in known], "quotes anybody")
    ids = store.part(range(store.count("articles")), forms).articles
    named = list(dict.fromkeys(one.name for one in found)) or list(asked)
    return _Found(ids=ids, named=named, instead=instead), forms


_FOUND: dict[str, Callable[[tuple[str, ...], Filed], _Found]] = {
    "outlet": _outlets,
    "path": _paths,
    "tag": _tags,
}
_PHRASE = {
    "outlet": "is from the outlet {}",
    "speaker": "quotes {}",
    "path": "has a path like {}",
    "tag": "has the tag {}",
}


def _there_are(values: Sequence[str], none: str) -> str:
    """What could be asked for: "; there are: A, B"."""
    short = [value for value in values if len(value) <= LONGEST]
    if not short:
        return f", and none {none}." if not values else "."
    more = len(values) - len(short[:NAMED])
    rest = f" and {more:,} more" if more else ""
    return f"; there are: {', '.join(short[:NAMED])}{rest}."
