"""A text as units: single lines, or hard-wrapped lines joined to the paragraph that they form.

Whether a text is wrapped is a property of the whole text: most lines that are followed by another
are then as full as the next word allows, and stop in mid-sentence. Where no width can be told, the
lines of a block tell it (`rag.language.line_ends`).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from rag.domain import Span
from rag.language.line_ends import INNER_END, OPEN_END, ends_sentence, is_bullet, pauses, run_on
from rag.language.text import dateline_end

# Lines are trimmed of what is invisible, wherever it comes from.
_INVISIBLE = "\ufeff\u200b\u200c\u200e\u200f\u2060"
_BLANK = "".join(chr(n) for n in range(0x3001) if chr(n).isspace()) + _INVISIBLE
_LINK_OPEN = re.compile(r"\[[^\[\]]{0,300}$")  # the words of a link of Markdown go on
_WRAP_MIN, _WRAP_MAX = 40, 110  # characters: the widths to which people and programs wrap
_MIN_INDENT, _MOST = 2, 0.6
_SLACK = 0.88  # a line counts as full a little before the widest one
_MAX_TITLE = 120  # characters
_FRAGMENT_MIN = 30  # characters: shorter lines without a full stop are headings and list items


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A line or paragraph of an article, trimmed; ``text`` is verbatim, line ends and all."""

    start: int
    end: int
    block: int  # units of one block have no blank line between them
    text: str
    indent: int = 0  # white space before it, in characters


def split_units(
    text: str,
    *,
    apart: Sequence[Span] = (),
    alone: Callable[[str], bool] = lambda _: False,
    flowing: bool = False,
) -> tuple[Unit, ...]:
    """Cut a text into units.

    Args:
        text: The article.
        apart: Spans to leave out; what stands beside one on its line is a block of its own.
        alone: Lines that are never joined to their neighbours.
        flowing: Whether a line end is no more than a space where nothing marks it, as in Markdown.

    Returns:
        Units in order, none of them empty, none overlapping.
    """
    lines = _lines(text, apart)
    width = _wrap_width(lines)
    indented = _begin_indented(lines)
    alone = cache(alone)
    running = _running(text, lines, alone, flowing=flowing)
    groups: list[list[Unit]] = []
    for line in lines:
        begins = indented and line.indent >= _MIN_INDENT
        runs = bool(groups) and groups[-1][-1].start in running
        if groups and not begins and _belongs(groups[-1], line, width, alone, runs=runs):
            groups[-1].append(line)
        else:
            groups.append([line])
    return tuple(_join(text, group) for group in groups)


def wrap_width(text: str) -> int:
    """The width to which a text is hard-wrapped, in characters; 0 if it is not."""
    return _wrap_width(_lines(text, ()))


def _lines(text: str, apart: Sequence[Span]) -> list[Unit]:
    lines: list[Unit] = []
    block = position = 0
    spans = deque(sorted(apart, key=lambda span: span.start))
    for raw in text.splitlines(keepends=True):
        begin, position = position, position + len(raw)
        while spans and spans[0].end <= begin:
            spans.popleft()
        while spans and spans[0].start < position:
            block = _add_line(text, begin, spans[0].start, lines, block) + 1
            begin = min(spans[0].end, position)
            if spans[0].end > position:
                break
            spans.popleft()
        block = _add_line(text, begin, position, lines, block)
    return lines


def _add_line(text: str, start: int, end: int, lines: list[Unit], block: int) -> int:
    """Add what stands there, if anything does; the block that the next line belongs to."""
    words = text[start:end].strip(_BLANK) if start < end else ""
    if not words:
        return block + 1
    start = text.index(words, start)
    indent = len(text[text.rfind("\n", 0, start) + 1 : start].expandtabs())
    lines.append(Unit(start=start, end=start + len(words), block=block, text=words, indent=indent))
    return block


def _wrap_width(lines: Sequence[Unit]) -> int:
    """The width to which the text is wrapped, 0 if it is not."""
    prose = [line for line in lines if " " in line.text]
    lengths = [len(line.text) for line in prose]
    long = sum(length > _WRAP_MAX for length in lengths)
    width = max((length for length in lengths if length <= _WRAP_MAX), default=0)
    if width < _WRAP_MIN or long > max(1, 0.03 * len(lengths)):
        return 0
    pairs = list(_neighbours(prose))
    broken = sum(_is_full(a, b, width) and not ends_sentence(a.text) for a, b in pairs)
    return width if pairs and broken >= 0.4 * len(pairs) else 0


def _begin_indented(lines: Sequence[Unit]) -> bool:
    """Whether paragraphs begin with white space, as in wire copy; in lists, it is what goes on.

    A headline that is above such a paragraph has no full stop.
    """
    pairs = [(a, b) for a, b in _neighbours(lines) if b.indent >= a.indent + _MIN_INDENT]
    body = [(a, b) for a, b in pairs if a is not lines[0]]
    if not body:
        return bool(pairs) and (lines[0].text.isupper() or dateline_end(pairs[0][1].text) > 0)
    ended = sum(ends_sentence(a.text) and not is_bullet(a.text) for a, _ in body)
    return ended >= _MOST * len(body)


def _neighbours(lines: Sequence[Unit]) -> Iterator[tuple[Unit, Unit]]:
    return ((a, b) for a, b in zip(lines, lines[1:], strict=False) if a.block == b.block)


def _is_full(line: Unit, following: Unit, width: int) -> bool:
    word = following.text.split(maxsplit=1)[0]
    return width * _SLACK <= len(line.text) + 1 + len(word) and len(line.text) <= width


def _running(
    text: str, lines: Sequence[Unit], alone: Callable[[str], bool], *, flowing: bool
) -> set[int]:
    """Where the lines begin whose sentence goes on in the next one, as their block tells."""
    found: set[int] = set()
    for _, block in groupby(lines, key=lambda line: line.block):
        for stands, group in groupby(block, key=lambda line: alone(line.text)):
            run = list(group)
            raw = [text[line.start : line.end + 2].splitlines()[0] for line in run]
            told = run_on(raw, flowing=flowing and not stands)
            if run[0] is lines[0] and len(run[0].text) <= _MAX_TITLE:  # without "#" in front
                told[0] = run_on(raw)[0]
            found.update(line.start for line, runs in zip(run, told, strict=True) if runs)
    return found


def _belongs(
    group: Sequence[Unit], line: Unit, width: int, alone: Callable[[str], bool], *, runs: bool
) -> bool:
    if not (runs or _continues(group[-1], line, width)) or alone(group[-1].text):
        return False
    # "... met on / July 16, 2018." is a sentence although its last line is only a date.
    in_sentence = (width or runs) and not ends_sentence(group[-1].text)
    return not alone(line.text) or bool(
        in_sentence and (len(group) > 1 or ends_sentence(line.text))
    )


def _continues(line: Unit, following: Unit, width: int) -> bool:
    """Whether ``following`` is the same sentence or paragraph, broken at a line end."""
    if is_bullet(following.text):
        return False
    if width and line.block == following.block and _is_full(line, following, width):
        return True
    if line.block == following.block and _LINK_OPEN.search(line.text) and "](" in following.text:
        return True
    # Text taken from a page or a PDF breaks in mid-sentence, even with a blank line at the break.
    if ends_sentence(line.text) or not following.text[0].islower():
        return False
    if pauses(line.text) and not line.text.endswith(","):
        return False
    if len(line.text) >= _FRAGMENT_MIN or INNER_END.search(line.text):
        return True
    # However short: "It is not true that" is no heading, and what follows alone says the opposite.
    prose = len(following.text) >= _FRAGMENT_MIN or ends_sentence(following.text)
    return bool(OPEN_END.search(line.text)) or (line.block == following.block and prose)


def _join(text: str, group: Sequence[Unit]) -> Unit:
    start, end = group[0].start, group[-1].end
    indent = group[0].indent
    return Unit(start=start, end=end, block=group[-1].block, text=text[start:end], indent=indent)
