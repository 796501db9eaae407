"""The tags that front matter gives an article: under ``tags``, ``keywords`` or ``categories``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from rag.language.text import fold
from rag.load.encoding import storable

KEYS = ("tags", "tag", "keywords", "keyword", "categories", "category")
MOST = 100  # of an article
LONGEST = 100  # characters of one
_BETWEEN = re.compile(r"[,;\n]")
_AROUND = "#\"'[]{}() \t"


def read_tags(pairs: Mapping[str, object]) -> tuple[str, ...]:
    """The tags in front matter, each once, as they are written there.

    A value is a list, or a text with commas: "harbour, North Sea".

    Args:
        pairs: Keys in lower case, and what stands behind them.
    """
    every = (tag for key in KEYS for tag in _in_value(pairs.get(key)))
    found: dict[str, str] = {}
    for tag in islice(every, MOST):
        found.setdefault(fold(tag), tag)
    return tuple(found.values())


def _in_value(value: object) -> Iterator[str]:
    # Of nested values nothing is printed: YAML aliases can nest lists into gigabytes.
    for one in islice(value, MOST) if isinstance(value, list) else (value,):
        if isinstance(one, bool) or not isinstance(one, str | int | float):
            continue
        for part in _BETWEEN.split(storable(str(one)))[:MOST]:
            tag = " ".join(part.strip(_AROUND).split())
            if any(char.isalnum() for char in tag) and len(tag) <= LONGEST:
                yield tag
