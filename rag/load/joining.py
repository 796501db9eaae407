"""The lines of pages -> paragraphs: running heads go, broken words are mended, notes step aside.

A line goes on with the one above where that is as long as its column allows, or where it begins in
a small letter. Notes at the foot of a page come after the sentence that runs over its end, and the
raised mark that points to one is no part of a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.language.line_ends import ends_sentence, is_bullet
from rag.language.numbers import TENS
from rag.load.garbled import is_unknown
from rag.load.reading_order import UNSPACED, Bit, Line

_FULL = 0.8  # a line this close to the usual width was broken by the page, not by the author
_NEARLY_WHOLE = 0.9
_LONGEST_WORD = 60
_FRAGMENT = 40  # characters: a shorter text without a full stop may be a heading
_MAX_HEAD = 80  # characters
_REPEATED = 3  # a first or last line on so many pages, or on both of two, is a running head
_EDGE = 2  # rows at the top and at the foot of a page that may be running heads
_PAGE_NUMBER = re.compile(r"\W*(?:page\W*)?0?(?:\W*(?:of\W*)?0)?\W*")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"\w[-–]$")
_BROKEN_WORD = re.compile(r"(-?)([^\W\d_]+)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_PREFIX = 2  # letters: of longer halves that are words themselves, a word is made with a hyphen
# In 2.5 million characters of articles, words that these begin have a hyphen ten times as often as
# they have none, but for "well": 20 times, and 14 such as "wellness".
_HYPHENATED = frozenset({*"self vice well full half single two three".split(), *TENS})
# Heads that also begin words without a hyphen ("ex-/pect", "so-/cial", "co-/ast") keep it before
# these. In 7.9 million characters, 137 of 140 words of these pairs have one.
_FORMER = frozenset(
    "minister president premier chancellor mayor governor chairman director chief king prime"
    " wife husband boyfriend girlfriend partner soldier officer policeman footballer".split()
)
_PAIRS = {
    "ex": _FORMER,
    "so": frozenset(["called"]),
    "co": frozenset("founder founders author authors host hosts chairman director pilot".split()),
}
_SMALL = 0.93  # of the size of most text: notes are smaller
_OTHER_SIZE = 1.07  # a heading is as much larger
_FOOT = 0.6  # of the height of a page: notes as large as the text begin below
_MARK = re.compile(r"\d{1,3}(?:[,–-]\d{1,3})*|[*†‡§¶#]{1,3}|[a-z]")
_SYMBOL = re.compile(r"(?<=\w)[*†‡§¶]{1,3}|(?<=[.,;:!?”’\"')])[*†‡§¶]{1,3}")
_POWER = re.compile(r"(?:^|[^\w])(?:[kcdm]?m|ft|in|yd|mi|[^\W\d_])$|\d$")
_RAISED = str.maketrans("0123456789-–,", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻˒")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A line with the text that it adds to the article."""

    line: Line
    text: str
    page: int
    note: bool = False  # it begins a note


def join_pages(pages: Sequence[Sequence[Line]]) -> str:
    """Join the lines of pages into paragraphs, one blank line between them.

    Running heads and page numbers go; a word that a line end broke is mended where the document
    shows how it is written, and otherwise loses its hyphen.

    Args:
        pages: Lines of each page, in the order of reading.
    """
    bodies = without_running_heads(pages)
    size = _usual_size(line for body in bodies for line in body)
    texts: list[_Text] = []
    notes: dict[int, list[_Text]] = {}
    for number, body in enumerate(bodies):
        prose, below = _parted(body, size)
        marks = {mark for line in below if (mark := _mark_of(line))}
        texts += [_Text(line=line, text=_shown(line, marks), page=number) for line in prose]
        notes[number] = [
            _Text(line=line, text=text, page=number, note=_mark_of(line) is not None)
            for line in below
            if (text := _note(line, marks))
        ]
    told = [*texts, *(text for each in notes.values() for text in each)]
    written = _written([text.text for text in told])
    return "\n\n".join(_paragraphs(texts, notes, written)).replace("\u00ad", "")


def _written(lines: Iterable[str]) -> Counter[str]:
    """How often each word stands in some lines, whole: the halves of broken ones do not count."""
    written: Counter[str] = Counter()
    broken = False
    for line in lines:
        words = [word.casefold() for word in _WORDS.findall(line)]
        begin = 1 if broken else 0
        broken = bool(_BROKEN_WORD.search(line[-_LONGEST_WORD:]))
        written.update(words[begin : len(words) - broken])
    return written


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without the lines at their edges that stand on others too, and page numbers."""
    edges = Counter(key for page in pages for key in _edge_keys(page))
    often = min(_REPEATED, max(2, len(pages)))
    heads = {key for key, count in edges.items() if count >= often and len(key) <= _MAX_HEAD}
    bodies = [_without_heads(page, heads) for page in pages]
    return bodies if any(bodies) else [list(page) for page in pages]


def _without_heads(page: Sequence[Line], heads: set[str]) -> list[Line]:
    gone: set[int] = set()
    rows = _rows(page)
    for edge in (rows[:_EDGE], rows[: -_EDGE - 1 : -1]):
        for row in edge:
            keys = {id(line): _key(line) for line in row}
            running = {n for n, key in keys.items() if key in heads or _PAGE_NUMBER.fullmatch(key)}
            running |= keys.keys() if _row_key(row) in heads else set()
            if not running:
                break
            gone |= running
    return [line for line in page if id(line) not in gone]


def _rows(page: Sequence[Line]) -> list[list[Line]]:
    """The lines by their height on the page, from the top."""
    rows: dict[int, list[Line]] = {}
    for line in sorted(page, key=lambda line: line.y):
        rows.setdefault(round(line.y), []).append(line)
    return list(rows.values())


def _edge_keys(page: Sequence[Line]) -> set[str]:
    """Of the lines at the edges, and of whole rows: a head may be one line here and two there."""
    rows = _rows(page)
    edge = [*rows[:_EDGE], *rows[-_EDGE:]]
    return {_key(line) for row in edge for line in row} | {_row_key(row) for row in edge}


def _row_key(row: Sequence[Line]) -> str:
    return " ".join(map(_key, row))


def _key(line: Line) -> str:
    return re.sub(r"\d+", "0", line.text).strip().casefold()


def _usual_size(lines: Iterable[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(2 * line.size) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


# --- notes ----------------------------------------------------------------------------------------


def _parted(page: Sequence[Line], size: float) -> tuple[list[Line], list[Line]]:
    """The text of a page, and the notes at the feet of its columns."""
    raised = {bit.text for line in page for bit in line.bits if bit.raised}
    raised |= {mark for line in page for mark in _SYMBOL.findall(line.text)}
    bottom, top = (edge((line.y for line in page), default=0.0) for edge in (max, min))
    foot = top + _FOOT * (bottom - top)
    columns: dict[int, list[Line]] = {}
    for line in page:
        columns.setdefault(line.column, []).append(line)
    prose: list[Line] = []
    notes: list[Line] = []
    for number, column in columns.items():
        start = len(column)
        while start and column[start - 1].size < _SMALL * size:
            start -= 1
        for at, line in enumerate(column[:start]):
            if line.y > foot and line.blank and _mark_of(line) in raised:
                start = at
                break
        if start == 0 and (not prose or number != max(columns)):
            start = len(column)  # all of it is small: a box or a table, not notes
        prose += column[:start]
        notes += column[start:]
    return prose, notes


def _mark_of(line: Line) -> str | None:
    """The mark that a note begins with."""
    first = line.bits[0]
    mark = _MARK.match(first.text)
    if not mark:
        return None
    apart = len(line.bits) > 1 and not line.bits[1].glued
    whole = mark[0] == first.text and (first.raised or apart)
    return mark[0] if whole or not mark[0][0].isalnum() else None


def _note(line: Line, marks: set[str]) -> str:
    mark, text = _mark_of(line), _shown(line, marks)
    return text.removeprefix(mark).lstrip() if mark else text


def _shown(line: Line, marks: set[str]) -> str:
    """The text of a line without the marks of notes; other raised numbers are written as such.

    Args:
        line: The line.
        marks: What the notes of the page begin with.
    """
    symbols = {mark for mark in marks if not mark[0].isalnum()}
    text = ""
    space = False  # the mark that is left out parted what stands around it
    for at, bit in enumerate(line.bits):
        glued = bit.glued and not space
        space = False
        ahead = line.bits[at + 1] if at + 1 < len(line.bits) else None
        own = bit.text if text or not is_unknown(bit.text) else "•"
        if bit.raised:
            if _is_mark(bit, text, ahead, marks):
                # Drawn in the gap between two words it touches both.
                begins = ahead and ahead.text[0].isalnum() and not UNSPACED.match(ahead.text[0])
                space = not bit.glued or bool(begins)
                continue
            fraction = ahead and ahead.text[0] in "/⁄"
            if fraction or not own.isdigit():
                glued = glued and not fraction
            else:
                own = own.translate(_RAISED)
        elif symbols:
            own = _SYMBOL.sub(lambda found: "" if found[0] in symbols else found[0], own)
        text += own if glued or not text else f" {own}"
    return text


def _is_mark(bit: Bit, before: str, ahead: Bit | None, marks: set[str]) -> bool:
    """Whether a raised bit points to a note, and is neither a power nor part of a word."""
    if not _MARK.fullmatch(bit.text) or (ahead and ahead.text[0] in "/⁄"):
        return False
    if not bit.text[0].isdigit():
        return not bit.text.isalpha() or bit.text in marks
    power = _POWER.search(before[-4:])
    if bit.text in marks:
        return not power or before[-1:].isdigit()
    leads = not bit.glued and ahead is not None and ahead.glued  # as the 14 of carbon
    return bool(before) and not power and not leads


# --- paragraphs -----------------------------------------------------------------------------------


def _paragraphs(
    texts: Sequence[_Text], notes: dict[int, list[_Text]], written: Counter[str]
) -> Iterator[str]:
    """The paragraphs; the notes of a page come after the one that runs over its end."""
    waiting: list[_Text] = []
    page = 0
    for paragraph in _grouped(text for text in texts if text.text):
        for number in range(page, paragraph[0].page):
            waiting += notes.pop(number, [])
        page = paragraph[0].page
        yield from (_joined(note, written) for note in _grouped(waiting))
        waiting = []
        yield _joined(paragraph, written)
    rest = [text for number in sorted(notes) for text in notes[number]]
    yield from (_joined(note, written) for note in _grouped(rest))


def _grouped(texts: Iterable[_Text]) -> Iterator[list[_Text]]:
    """The lines of each paragraph."""
    lines: list[_Text] = []
    for text in texts:
        if lines and not _goes_on(lines[-1], text, begun=len(lines) > 1):
            yield lines
            lines = []
        lines.append(text)
    if lines:
        yield lines


def _joined(lines: Sequence[_Text], written: Counter[str]) -> str:
    ends = [_mended(a.text, b.text, written) for a, b in pairwise(lines)]
    return "".join([*ends, lines[-1].text])


def _goes_on(above: _Text, here: _Text, *, begun: bool) -> bool:
    """Whether a line continues the paragraph above.

    Args:
        above: The paragraph's last line.
        here: The line.
        begun: Whether the paragraph has a line before; what is begun is no heading.
    """
    if is_bullet(here.text) or here.line.row or here.note:
        return False
    beside = above.page == here.page and above.line.column == here.line.column
    if (beside and here.line.blank) or _differ(above.line, here.line):
        # A stray blank line in the middle of a sentence.
        prose = begun or len(above.text) > _FRAGMENT
        return here.text[0].islower() and not ends_sentence(above.text) and prose
    if here.text[0].islower() or (_BROKEN.search(above.text) and here.text[0].isalnum()):
        return True
    # The last line of a paragraph ends a sentence, and seldom at the very edge.
    return above.line.fill >= (_NEARLY_WHOLE if ends_sentence(above.text) else _FULL)


def _differ(one: Line, other: Line) -> bool:
    """Whether one of two lines is a heading by its size; small capitals are smaller."""
    small, large = sorted((one, other), key=lambda line: line.size)
    return large.size > _OTHER_SIZE * small.size and not small.text.isupper()


def _mended(above: str, line: str, written: Counter[str]) -> str:
    """The end of ``above`` as it reads when ``line`` follows: a space, or a mended hyphen."""
    if above.endswith("\u00ad"):
        return above[:-1]
    if UNSPACED.match(above[-1]) and UNSPACED.match(line[0]):
        return above
    broken, rest = _BROKEN_WORD.search(above[-_LONGEST_WORD:]), _FIRST_WORD.match(line)
    if not broken or not rest:
        # "1,200-/1,400", "10-/year", "pre-/2008": a range keeps its hyphen.
        return above if _BROKEN.search(above) and line[0].isalnum() else f"{above} "
    if broken[1] and written[broken[2].casefold()]:
        return above  # "mother-in-/law"
    return above if _keeps_hyphen(broken[2], rest[0], written) else above[:-1]


def _keeps_hyphen(head: str, tail: str, written: Counter[str]) -> bool:
    # "US-led", "Anglo-American", "e-mail": no syllable break stands before a capital, after an
    # acronym or after a single letter.
    if tail[0].isupper() or head.isupper() or len(head) == 1:
        return True
    head, tail = head.casefold(), tail.casefold()
    as_two, as_one = written[f"{head}-{tail}"], written[f"{head}{tail}"]
    if as_two or as_one:
        return as_two > as_one
    halves = len(head) > _PREFIX and written[head] and written[tail]
    return bool(halves) or head in _HYPHENATED or tail in _PAIRS.get(head, ())
