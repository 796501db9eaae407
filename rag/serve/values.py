"""Frozen values -> plain JSON and back, for the two ends of a connection that are one program.

What comes back is equal to what went in. A class says by its annotations what may stand where;
nothing else is made, so that no JSON can name what is to be built.
"""

from __future__ import annotations

import dataclasses
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def plain(value: object) -> Any:
    """A value of dataclasses, tuples, sets of texts, enums, texts and numbers, as JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {entry.name: plain(getattr(value, entry.name)) for entry in fields}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value


def value_of(kind: type[T], given: Any) -> T:
    """The value that `plain` made this of.

    Args:
        kind: A dataclass.
        given: Plain values.

    Raises:
        TypeError: Something else stands where the class has a value, or one is missing.
        ValueError: A value is none that the class takes.
    """
    made: T = _made(kind, given)
    return made


def _made(kind: Any, given: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _either(inner, given)
    if origin in (tuple, frozenset):  # of any number of one kind: no other is used
        _check(isinstance(given, list), kind, given)
        return origin(_made(inner[0], one) for one in given)
    if dataclasses.is_dataclass(kind):
        hints: dict[str, Any] = _hints(kind)  # type: ignore[arg-type]
        _check(isinstance(given, dict) and given.keys() <= hints.keys(), kind, given)
        made: Any = kind
        return made(**{name: _made(hints[name], one) for name, one in given.items()})
    if issubclass(kind, Enum):
        return kind(given)
    _check(type(given) is kind, kind, given)
    return given


def _either(kinds: tuple[Any, ...], given: Any) -> Any:
    """Of `X | None`: no value of another union is sent."""
    if given is None:
        _check(NoneType in kinds, kinds, given)
        return None
    [kind] = [one for one in kinds if one is not NoneType]
    return _made(kind, given)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _check(holds: bool, kind: Any, given: Any) -> None:
    if not holds:
        raise TypeError(f"{kind} is not made of {str(given)[:60]!r}")
