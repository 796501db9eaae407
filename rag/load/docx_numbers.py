"""Automatic numbers of paragraphs that hold words, "Article 2:" (ECMA-376, part 1, 17.9).

Word shows them, and no run of text holds them. Bare numbers and bullets are left out: they would
only stand between the sentence and its reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.load.docx_parts import attribute, child, children, setting, switch
from rag.load.docx_styles import Style, Styles

_PLACE = re.compile("%([1-9])")
_LEVELS, _LONGEST = 9, 255  # Word has no more levels, and no more characters in one
_ROMAN = list(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "M CM D CD C XC L XL X IX V IV I".split(),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    start: int
    format: str
    text: str
    restarts_after: int  # the numbers of levels below this one start it again
    in_digits: bool  # all numbers, those of other levels too
    style: str
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    kind: str  # lists of one kind go on counting, unless one states where it starts
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]


class Numbers:
    """The lists of a document, while it is read from its beginning."""

    def __init__(self, root: Any | None, styles: Styles) -> None:
        self._styles = styles
        kinds = {
            attribute(each, "w:abstractNumId"): each for each in children(root, "w:abstractNum")
        }
        self._lists: dict[str, _List] = {}
        # Some kinds say only in which style the list is that they are like.
        for linked in (False, True):
            for each in children(root, "w:num"):
                kind = setting(each, "w:abstractNumId") or ""
                like = setting(kinds.get(kind), "w:numStyleLink")
                if (like is not None) == linked:
                    number = styles.by_id.get(like or "", Style()).number or ""
                    self._add(each, kind, kinds.get(kind), self._lists.get(number))
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def _add(self, number: Any, kind: str, definition: Any, like: _List | None) -> None:
        levels = dict(like.levels) if like else dict(_levels(definition))
        starts: dict[int, int] = {}
        for each in children(number, "w:lvlOverride"):
            levels.update(_levels(each))
            start = setting(each, "w:startOverride")
            if start is not None:
                starts[_whole(attribute(each, "w:ilvl"), 0)] = _whole(start, 1)
        name = attribute(number, "w:numId") or ""
        self._lists[name] = _List(kind=like.kind if like else kind, levels=levels, starts=starts)

    def label(self, properties: Any, style: Style) -> str:
        """Count the next paragraph; the words before it, "" where there are none.

        Args:
            properties: Those of the paragraph.
            style: Its style.
        """
        own = child(properties, "w:numPr")
        name = setting(own, "w:numId") or style.number or ""
        found = self._lists.get(name)
        if found is None:  # also where the number is 0, which takes a paragraph out of its list
            return ""
        by_style = {each.style: n for n, each in found.levels.items() if each.style}
        named = by_style.get(setting(properties, "w:pStyle") or "", _whole(style.level, 0))
        here = _whole(setting(own, "w:ilvl"), named)
        counts = self._counts.setdefault(found.kind, {})
        if name not in self._begun:
            self._begun.add(name)
            counts.update({n: start - 1 for n, start in found.starts.items()})
        if here not in found.levels:
            return ""
        counts[here] = counts.get(here, found.levels[here].start - 1) + 1
        for n, level in found.levels.items():
            if n > here and here < level.restarts_after:
                counts.pop(n, None)
        return _label(found.levels, here, counts)


def _levels(parent: Any) -> Iterator[tuple[int, _Level]]:
    for each in children(parent, "w:lvl"):
        number = _whole(attribute(each, "w:ilvl"), 0)
        if number >= _LEVELS:
            continue
        yield (
            number,
            _Level(
                start=_whole(setting(each, "w:start"), 0),
                format=setting(each, "w:numFmt") or "decimal",
                text=(setting(each, "w:lvlText") or "")[:_LONGEST],
                restarts_after=_whole(setting(each, "w:lvlRestart"), number),
                in_digits=bool(switch(each, "w:isLgl")),
                style=setting(each, "w:pStyle") or "",
                shown=not switch(child(each, "w:rPr"), "w:vanish"),
            ),
        )


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else default


def _label(levels: Mapping[int, _Level], here: int, counts: Mapping[int, int]) -> str:
    own = levels[here]
    words = any(map(str.isalpha, _PLACE.sub("", own.text)))
    if not words or not own.shown or own.format == "bullet":
        return ""

    def number(match: re.Match[str]) -> str:
        n = int(match[1]) - 1
        level = levels.get(n)
        if level is None:
            return ""
        return _written(counts.get(n, level.start), "decimal" if own.in_digits else level.format)

    return " ".join(_PLACE.sub(number, own.text).split())


def _written(number: int, form: str) -> str:
    """A number in one of the forms that can be computed; digits stand for all others."""
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{number:02}"
    written = str(number)
    if form.endswith("Letter") and 0 < number <= 26 * 30:
        times, letter = divmod(number - 1, 26)
        written = chr(ord("A") + letter) * (times + 1)
    elif form.endswith("Roman") and 0 < number < 4000:
        written = "".join(_roman(number))
    return written.lower() if form.startswith("lower") else written


def _roman(number: int) -> Iterator[str]:
    for value, sign in _ROMAN:
        yield sign * (number // value)
        number %= value
