"""Where the lines of a text end: with their sentence, or in the middle of it.

What is told here needs no width: the lines of a block tell it by themselves. A line end that no
rule knows parts its sentences, since a headline and the text below it must not become one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.language.proper_names import UPPER_OR_ACCENTED

# A source may follow in brackets: "The talks are over. [Reuters]"
_SENTENCE_END = re.compile(r"[.!?…。！？؟।։][\"'”’»)\]*_]*(?:\s*[\[(][^\])]{1,40}[\])]\.?)?$")
_PAUSE_END = re.compile(r"[:;。,、，：；]$")
_BULLET = re.compile(
    r"(?:[-*+•‣–]|\(?\d{1,3}[.)])\s+|-(?=[^\W\d_])|[\u2580-\u25ff\u2700-\u27bf]+\s*"
)
# What more must follow: "It is not true that" is no heading.
OPEN_END = re.compile(
    r"(?:,|\b(?:that|not|never|no|to|of|the|an?|and|or|but|if|will|would|has|have|had|is|are|was|were"
    r"|who|which|by|for|with|from|in|on|at))$",
    re.IGNORECASE,
)
INNER_END = re.compile(r"[^\W\d_]{2}[.!?][\"'”’)]*\s+\S")  # "It rained. The bridge was"

# Only from the first space on: a search at each of a million spaces would take quadratic time.
_LINE_BREAK = re.compile(r"(?<!\s)\s*[\n\r\v\f\x85\u2028\u2029]\s*")
_FIRST_WORD = re.compile(r"(?![-*+•‣–]|\(?\d{1,3}[.)]\s)\S{1,99}")  # of a line that is no list item
_ENDS = tuple(".!?…\"'”’)")
_PROSE_LINE = 30  # characters: shorter lines may be items of a list without marks
_SLACK = 0.12  # of the width that a full line may leave free, and one space

_MARK = re.compile(r"[#>|<`~=]|\[\^|[-*_]{3}|.*(?:\||\t)")  # of Markdown, and of tables
_FIELD = re.compile(r"\W{0,3}[^\W\d_][^\W_.]*(?:[ .'’-]+[^\W_]+){0,5}\W{0,3}:(?=\s|\*)")
# Words that no abbreviation is as long as: "It rained. The bridge".
_SENTENCE_INSIDE = re.compile(
    rf"(?:\b[a-z]{{3}}|[^\W_]{{4}}(?<!\bSept))[.!?][\"'”’»]?\s+[\"'“‘«]?{UPPER_OR_ACCENTED}"
)
_ONE_END = 2  # what stands before a single line end, and behind it
_HARD_BREAK = re.compile(r"(?: {2}|\\|<br ?/?>)$")
_HEADLINE = 100  # characters: no heading is longer
_PARAGRAPH = 200  # characters: such a line is one by itself
_BROKEN = 60  # characters: as long are the lines of a paragraph that is broken, those of verse not
_FLOWING = 30  # characters: a shorter line may be an item of a list
_EVEN = 0.6  # of the longest line of a block are the others, or they stand for themselves


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does, a closing quotation mark or bracket aside."""
    return bool(_SENTENCE_END.search(text))


def pauses(text: str) -> bool:
    """Whether a line ends in a colon, semicolon or comma: more belongs to it."""
    return bool(_PAUSE_END.search(text))


def is_bullet(text: str) -> bool:
    """Whether a line is an item of a list."""
    return bool(_BULLET.match(text))


def run_on(lines: Sequence[str], *, flowing: bool = False) -> list[bool]:
    """Tell of each line whether its sentence goes on in the next one, capital or number as it is.

    Args:
        lines: Neighbours without a blank line between them, with what white space ends them.
        flowing: Whether a line end is no more than a space where nothing marks it, as in Markdown.

    Returns:
        As many values as lines. False also where the block does not tell.
    """
    bare = [line.strip() for line in lines]
    open_lines = [n for n in _open_lines(bare) if not (flowing and _HARD_BREAK.search(lines[n]))]
    found = [False] * len(lines)
    widest = max((len(bare[n]) for n in open_lines), default=0)
    # One that goes on with a small letter tells that the lines of the block are broken.
    broken = any(bare[n + 1][0].islower() and len(bare[n]) >= _BROKEN for n in open_lines)
    last_end = max((n for n, line in enumerate(bare) if ends_sentence(line)), default=-1)
    for n in open_lines:
        line = bare[n]
        found[n] = (flowing and len(line) >= _FLOWING) or (
            len(line) <= _PARAGRAPH
            and (
                bool(_SENTENCE_INSIDE.search(line))
                or (last_end > n and len(line) > _HEADLINE)
                or (broken and len(line) >= max(_BROKEN, _EVEN * widest))
            )
        )
    return found


def unwrapped(paragraph: str, width: int, *, flowing: bool = False) -> str:
    """A paragraph of the same length, with spaces where a line ends and its sentence does not.

    It does not where the next line begins with a small letter, where the line is as full as the
    width allows, and where its block tells.

    Args:
        paragraph: Its text.
        width: To which the article is hard-wrapped, in characters; 0 if it is not.
        flowing: As `run_on` takes it.
    """
    shown, begin = list(paragraph), 0
    ends = list(_LINE_BREAK.finditer(paragraph))
    for match, runs in zip(ends, _running(paragraph, ends, flowing=flowing), strict=True):
        line = paragraph[begin : match.start()]
        begin = match.end()
        first = _FIRST_WORD.match(paragraph, begin)
        if first is None:
            continue
        room = width - len(line) - len(first[0])
        full = len(line) <= width and room <= width * _SLACK
        end = paragraph.find("\n", begin)
        following = paragraph[begin : end if end >= 0 else None].rstrip()
        prose = (
            max(len(line), len(following)) >= _PROSE_LINE
            or INNER_END.search(line)
            or OPEN_END.search(line)
            or following.endswith(_ENDS)
        )
        if full or runs or (prose and first[0][0].islower()):
            shown[match.start() : match.end()] = " " * (match.end() - match.start())
    return "".join(shown)


def _running(paragraph: str, ends: Sequence[re.Match[str]], *, flowing: bool) -> Iterator[bool]:
    """Tell of each line end of a paragraph whether the sentence above it goes on, by `run_on`."""
    block: list[str] = []
    begin = 0
    for match in ends:
        parts = f"{match[0]}.".splitlines()
        block.append(paragraph[begin : match.start()] + parts[0])
        begin = match.end()
        if len(parts) > _ONE_END:
            yield from run_on(block, flowing=flowing)
            block = []
    if block:
        yield from run_on([*block, paragraph[begin:]], flowing=flowing)[:-1]


def _open_lines(lines: Sequence[str]) -> Iterator[int]:
    """Lines that can go on: neither they nor the next ones end, or stand for themselves."""
    for n, (line, following) in enumerate(zip(lines, lines[1:], strict=False)):
        if not (line and following):
            continue
        ended = ends_sentence(line) or (pauses(line) and not line.endswith(","))
        marked = _MARK.match(line) or _MARK.match(following)
        if not (ended or marked or is_bullet(following) or _FIELD.match(following)):
            yield n
