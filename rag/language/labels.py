"""Who is written to speak: the label before the words of a turn, or on a line above them.

"Ada Lark: …", "**Ada Lark:** …", "LARK (harbour master): …", ">> LARK: …", "[ADA LARK] …",
"((Ada Lark)) …" as Wikinews has it, "Q: …" and "A: …", "Q   …" as the White House has it. On a line
of its own "Ada Lark  00:19", as recorders write, and "Ada Lark -- Harbour Master".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.domain import Span
from rag.language.proper_names import PARTICLE, UPPER

_WORD = rf"{UPPER}[\w.’'-]{{0,40}}"
# Five words at most, and bounded: a paragraph of nothing but capitals must not take for ever.
_NAME = rf"{_WORD}(?: (?:{_WORD}|{PARTICLE})){{0,4}}"
_TIME = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?"
_BEFORE = rf"(?:>>+ ?|[-–—•] |[\"“*_]{{1,3}}|[(\[]?{_TIME}[)\]]? )"
_BRACKETS = r"(?: ?[(\[][^()\[\]\n]{1,60}[)\]])"
_BESIDES = rf"(?:, [^:,\n]{{1,40}}|{_BRACKETS}| {_TIME})"
_LABEL = re.compile(
    rf"{_BEFORE}{{0,3}}(?:\(\((?P<bracketed>[^()\n]{{1,60}})\)\)\s*:?\s*"
    # Two words or more: "[APPLAUSE]" names nobody.
    rf"|\[(?P<square>(?=[^a-z\] ]+ [^a-z\]]+\]){_NAME})\]\s*:?\s*"
    rf"|(?P<name>{_NAME})(?: \d{{1,2}})?(?P<besides>{_BESIDES}?{_BRACKETS}?)"
    r"[*_]{0,3} ?[:：][*_]{0,3}\s+"
    r"|(?P<letter>[QA])(?:(?:[*_]{0,3}[.:)]|[.:)][*_]{0,3})\s+|(?:[ \t]{2,}|\t)))(?=\S)"
)
_CLOCK = rf"{_TIME}(?: ?[AaPp]\.?[Mm]\.?)?"
_STAMP = rf"(?:[(\[]{_CLOCK}[)\]]|{_CLOCK})"
_AFTER = r"(?: ?[(\[][^()\[\]\n]{1,60}[)\]]|,? (?:--|[–—-]) [^\n]{1,80}|, [^:\n]{1,60})"
_MARKS = r"[*_]{0,3}"
_LINE = re.compile(
    rf"(?:#{{1,6}} |>> ?)?{_MARKS}(?P<first>{_STAMP}{_MARKS}[ \t]*[-–—]?[ \t]*{_MARKS})?"
    rf"(?P<name>{_NAME}(?: \d{{1,2}})?)(?P<besides>{_AFTER})??{_MARKS}(?P<colon>:)?{_MARKS}"
    rf"(?P<stamp>[ \t,|]*[-–—]?[ \t]*{_STAMP})?{_MARKS}:?{_MARKS}"
)
_ONLY_STAMP = re.compile(_STAMP)
_SON_LAST = re.compile(r"\b[JS]r\.$")
_LONGEST_LINE = 160  # characters
_PROSE = 30  # characters of a line that is said, if no full stop ends it
_ENDS = re.compile(r"[.?!…][\s\"”’'»)\]*_]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label before words, or above them."""

    name: Span  # of the text: who is named
    end: int  # where the words begin
    besides: str = ""  # what stands behind the name: "harbour master"
    bracketed: bool = False  # "((Ada Lark))", which nothing else is written like


def read_label(text: str, start: int = 0, end: int | None = None) -> Label | None:
    """The label that a stretch of text begins with, if words come after it.

    >>> text = "**THE WITNESS (Ada Lark, clerk):** We pay."
    >>> label = read_label(text)
    >>> label and (text[label.name.start : label.name.end], label.besides, text[label.end :])
    ('THE WITNESS', 'Ada Lark, clerk', 'We pay.')
    """
    match = _LABEL.match(text, start, len(text) if end is None else end)
    if match is None:
        return None
    group = next(name for name in ("bracketed", "square", "name", "letter") if match[name])
    return Label(
        name=Span(start=match.start(group), end=match.end(group)),
        end=match.end(),
        besides=(match["besides"] or "").strip(" ,()[]"),
        bracketed=group == "bracketed",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    span: Span
    label: Label | None
    stamped: bool = False
    marked: bool = False  # a heading does not look like it


def find_label_lines(text: str) -> dict[int, Label | None]:
    """The lines of a text that only tell who speaks below them, by where each line begins.

    A heading looks like such a line, and so does a result with a time. So prose comes below a
    label, and somebody speaks again after another has: names come back. What stands between them
    and has a time, or tells what somebody is, is a label too.

    Returns:
        The labels; None for a line that may be one and may be a heading. Empty where there is none.
    """
    lines = _lines(text)
    above = [
        line
        for line, below in zip(lines, lines[1:], strict=False)
        if line.label and not below.label and _is_prose(text[below.span.start : below.span.end])
    ]
    written = [_folded(text, line) for line in above]
    times = Counter(written)
    again = sum(times[name] > 1 for name in written)
    # "Method" comes back too, from recipe to recipe.
    named = any(
        one.stamped or one.marked or " " in name for one, name in zip(above, written, strict=True)
    )
    if not named or not _comes_back(written) or 2 * again < len(written):
        return {}
    return {
        line.span.start: line.label if times[name] > 1 or line.stamped or line.marked else None
        for line, name in zip(above, written, strict=True)
    }


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    place = 0
    for raw in text.splitlines(keepends=True):
        line = raw.strip()
        start, place = place + len(raw) - len(raw.lstrip()), place + len(raw)
        if not line or _ONLY_STAMP.fullmatch(line):
            continue
        told = _ENDS.search(line) and not _SON_LAST.search(line)  # "Yes." is said by somebody
        match = None if told or len(line) > _LONGEST_LINE else _LINE.fullmatch(line)
        label = match and Label(
            name=Span(start=start + match.start("name"), end=start + match.end("name")),
            end=start + len(line),
            besides=(match["besides"] or "").strip(" ,()[]-–—"),
        )
        found.append(
            _Line(
                span=Span(start=start, end=start + len(line)),
                label=label,
                stamped=bool(match and (match["first"] or match["stamp"])),
                marked=bool(match and (match["colon"] or match["besides"])),
            )
        )
    return found


def _folded(text: str, line: _Line) -> str:
    return text[line.label.name.start : line.label.name.end].casefold() if line.label else ""


def _is_prose(line: str) -> bool:
    return len(line) >= _PROSE or bool(_ENDS.search(line))


def _comes_back(names: Sequence[str]) -> bool:
    """Whether one name comes again after another."""
    last: dict[str, int] = {}
    for place, name in enumerate(names):
        if last.get(name, place) < place - 1:
            return True
        last[name] = place
    return False
