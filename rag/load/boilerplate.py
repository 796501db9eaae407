"""Which parts of an article may become evidence: everything but its furniture.

``noise`` judges one line by itself; here lines are judged by their neighbours too: captions that
are printed twice, headings, menus, lists of links, the references at the end. Losing evidence is
worse than keeping a stray line, so what no rule names is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from rag.domain import Span
from rag.language.labels import Label, find_label_lines
from rag.language.line_ends import ends_sentence, is_bullet, pauses
from rag.language.text import fold, plain
from rag.load.lines import Unit, split_units
from rag.load.noise import is_links, noise, without_credit
from rag.load.parse_dates import is_date_line, names_day

_MAX_CAPTION = 300  # characters of a caption that stands twice
_MIN_CAPTION_WORDS = 4
_MAX_HEADING = 80  # characters
_MAX_HEADING_WORDS = 10
_MAX_TITLE_CASE_WORDS = 16
_MENU_MIN_LINES, _MENU_MAX_WORDS = 3, 3
_LONG_LINE = 200  # characters: such a line is a paragraph, not part of one
_LONG_PARAGRAPH = 1500
_TIMELINE = 3  # so many different dates on lines of their own are content
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_QUOTED = re.compile(r"[\"'“‘«„].*[\"'”’»“]\W*", re.DOTALL)
_TABLE_OR_FIELD = re.compile(r".*(?:\||\t|\w: *\S).*", re.DOTALL)
_QUOTE_MARK = re.compile(r"(?:>[ \t]?)+(?=[^\s>])")
_EMPHASISED = re.compile(
    r"(?P<mark>\*{1,3}|_{1,3})(?=[^\s*_])(?P<inner>(?:(?!(?P=mark)).)+)(?<=\S)(?P=mark)", re.DOTALL
)
_PRICE = re.compile(r"[$€£¥₽]\s?\d|\d\s?[€₽%]")
_SIGNED = re.compile(r"[—–-] ?\S.{0,60}\(@\w+\)")  # "— Ada Lark (@adalark) 3 May 2019"
_REFERENCES = re.compile(
    r"(?:sources?|references|sister (?:links|projects)|external links|related (?:news|links"
    r"|articles)|further reading"
    r"|see also|footnotes|bibliography|citations|works cited)\W*",
    re.IGNORECASE,
)
_CITED_WORK = re.compile(r"^\W*[\"“‘].+[\"”’]|\b(?:retrieved|accessed|archived)\b", re.IGNORECASE)


def paragraphs(text: str, *, apart: Sequence[Span] = (), flowing: bool = False) -> tuple[Span, ...]:
    """Find the paragraphs that may be cited.

    Args:
        text: The article's text; it is only looked at.
        apart: Spans that are known to be no evidence, such as the title line.
        flowing: Whether a line end is no more than a space where nothing marks it, as in Markdown.

    Returns:
        Spans in order, not overlapping, each trimmed. Empty only if the text has no words that
        could be evidence: if rules about neighbours would drop everything (a list, a poem), they
        are not applied.
    """
    labels = find_label_lines(text)
    units = read_units(text, apart=apart, labels=labels, flowing=flowing)
    verdicts = judge(units)
    for n, unit in enumerate(units):
        if labels.get(unit.start):
            verdicts[n] = "label"
    if all(verdicts):
        verdicts = [noise(unit.text) for unit in units]
    return tuple(_group(units, verdicts))


def read_units(
    text: str,
    *,
    apart: Sequence[Span] = (),
    labels: Mapping[int, Label | None] | None = None,
    flowing: bool = False,
) -> tuple[Unit, ...]:
    """The units of an article; furniture is never joined to the sentence beside it.

    Args:
        text: The article's text.
        apart: Spans that are no part of any.
        labels: Lines that only tell who speaks, by where each begins.
        flowing: As `paragraphs` takes it.
    """
    speakers = {text[start : label.end] for start, label in (labels or {}).items() if label}
    return split_units(
        text,
        apart=apart,
        alone=lambda line: line in speakers or noise(line) is not None,
        flowing=flowing,
    )


def judge(units: Sequence[Unit]) -> list[str | None]:
    """Say for each unit why it is not evidence, or ``None`` for those that are kept."""
    verdicts = [noise(unit.text) for unit in units]
    _restore_timeline(units, verdicts)
    for rule in (_mark_captions, _mark_links, _mark_references, _mark_teasers, _mark_headings):
        rule(units, verdicts)
    return verdicts


def _restore_timeline(units: Sequence[Unit], verdicts: list[str | None]) -> None:
    """Keep the dates under which a chronicle tells its events."""
    dated = [
        n for n, verdict in enumerate(verdicts) if verdict == "date" and names_day(units[n].text)
    ]
    if len({units[n].text for n in dated}) >= _TIMELINE:
        for n in dated:
            followed = n + 1 < len(units) and verdicts[n + 1] is None
            verdicts[n] = None if followed and n > 1 else "date"


def _mark_captions(units: Sequence[Unit], verdicts: list[str | None]) -> None:
    """A caption without its credit, beside the same caption with it or without."""
    bare = [fold(without_credit(unit.text)) if len(unit.text) < 600 else "" for unit in units]
    credited = [n for n, verdict in enumerate(verdicts) if verdict == "caption"]
    for n in credited:
        for near in range(max(0, n - 2), min(len(units), n + 3)):
            if verdicts[near] is None and bare[near] and bare[near] == bare[n]:
                verdicts[near] = "caption"
        _mark_above_credit(units, verdicts, bare, n)
    for n in range(1, len(units)):
        if verdicts[n] is None and _is_repeated(bare[n - 1], bare[n]):
            verdicts[n] = "repeated"
            # In a block of their own they are alternative text and caption of one picture.
            if units[n].block == units[n - 1].block and not _is_one_block(units):
                verdicts[n - 1] = verdicts[n - 1] or "caption"


def _mark_above_credit(
    units: Sequence[Unit], verdicts: list[str | None], bare: Sequence[str], n: int
) -> None:
    """The caption that stands right above a line with nothing but its credit."""
    above = n - 1
    if bare[n] or above < 0 or verdicts[above] or units[above].block != units[n].block:
        return
    alone = (
        above == 0 or units[above - 1].block != units[n].block or verdicts[above - 1] == "caption"
    )
    if alone and len(units[above].text) <= _MAX_CAPTION:
        verdicts[above] = "caption"


def _is_repeated(before: str, now: str) -> bool:
    return before == now and len(now) <= _MAX_CAPTION and len(now.split()) >= _MIN_CAPTION_WORDS


def _mark_links(units: Sequence[Unit], verdicts: list[str | None]) -> None:
    """Lines that are little but links; a sentence inside a link stays."""
    for n, unit in enumerate(units):
        if verdicts[n] is None and is_links(unit.text):
            words = plain(unit.text)
            if not (ends_sentence(words) and len(words.split()) >= 8):
                verdicts[n] = "links"


def _mark_references(units: Sequence[Unit], verdicts: list[str | None]) -> None:
    """Sources and links under a heading that says so, up to the next prose."""
    inside = False
    for n, unit in enumerate(units):
        if len(unit.text) <= _MAX_HEADING and _REFERENCES.fullmatch(unit.text.strip("#*=_ ")):
            inside = n > len(units) // 4  # a table of contents at the top names it too
            verdicts[n] = "heading" if inside else verdicts[n]
        elif inside and verdicts[n] is None:
            inside = _is_reference(unit.text)
            verdicts[n] = "reference" if inside else None


def _is_reference(text: str) -> bool:
    return len(text) < 400 and bool(
        _CITED_WORK.search(text) or is_links(text) or not ends_sentence(text) or "http" in text
    )


def _mark_teasers(units: Sequence[Unit], verdicts: list[str | None]) -> None:
    """Headlines of other articles under "Related" or "Latest headlines"."""
    inside = False
    for n, unit in enumerate(units):
        if verdicts[n] is not None:
            inside = verdicts[n] == "navigation" or (inside and verdicts[n] != "heading")
        elif inside:
            inside = len(unit.text) <= _LONG_LINE and not ends_sentence(unit.text)
            inside = inside and not pauses(unit.text)
            verdicts[n] = "teaser" if inside else None


def _mark_headings(units: Sequence[Unit], verdicts: list[str | None]) -> None:
    """Short lines that are no sentences: headings where prose follows, menus where more follow."""
    for run in _runs(units, verdicts, _is_short_label):
        menu = len(run) >= _MENU_MIN_LINES
        if menu and not all(_is_menu_item(units[n].text) for n in run):
            continue  # a poem, a list, a table: its lines are its content
        before = run[0] - 1
        if menu and before >= 0 and verdicts[before] is None and pauses(units[before].text):
            continue  # "The members are:"
        for n in run:
            # Two short lines together can be notes: "Budget approved / Next meeting on Monday".
            if len(run) != 2 or _is_title_case(plain(units[n].text)):
                verdicts[n] = "menu" if menu else "heading"


def _runs(
    units: Sequence[Unit], verdicts: Sequence[str | None], belongs: Callable[[str], bool]
) -> Iterator[list[int]]:
    """Neighbours of one block that all answer to ``belongs``."""
    run: list[int] = []
    for n, unit in enumerate(units):
        fits = verdicts[n] is None and belongs(unit.text)
        if run and not (fits and run[-1] == n - 1 and units[run[-1]].block == unit.block):
            yield run
            run = []
        if fits:
            run.append(n)
    if run:
        yield run


def _is_short_label(text: str) -> bool:
    if len(text) > _MAX_CAPTION:  # links and all
        return False
    words = plain(text).strip("*_ ")
    if len(words) > 2 * _MAX_HEADING or ends_sentence(words) or pauses(words):
        return False
    if (
        is_date_line(words)
        or is_bullet(text)
        or _QUOTED.fullmatch(words)
        or _TABLE_OR_FIELD.fullmatch(text)
    ):
        return False
    if _UNSPACED.search(words):  # no spaces to count words by, and often no full stop
        return len(words) <= 20
    if any(map(str.isdigit, words)) and (not _is_title_case(words) or _PRICE.search(words)):
        return False  # figures are worth more than a stray heading
    if _SIGNED.match(words):
        return False
    count = len(words.split())
    short = count <= _MAX_HEADING_WORDS and len(words) <= _MAX_HEADING
    return short or (count <= _MAX_TITLE_CASE_WORDS and _is_title_case(words))


def _is_title_case(words: str) -> bool:
    long = [word for word in words.split() if len(word) > 3 and word[0].isalpha()]
    return bool(long) and sum(word[0].isupper() for word in long) >= 0.8 * len(long)


def _is_menu_item(text: str) -> bool:
    return len(text.split()) <= _MENU_MAX_WORDS and not any(map(str.isdigit, text))


def _is_one_block(units: Sequence[Unit]) -> bool:
    """Whether the text has no blank lines: then each of its lines is a paragraph."""
    return bool(units) and units[0].block == units[-1].block


def _group(units: Sequence[Unit], verdicts: Sequence[str | None]) -> Iterator[Span]:
    """Join the kept lines of a block, unless each of them is a paragraph already."""
    one_block = _is_one_block(units)
    start = end = previous = -1
    for n, unit in enumerate(units):
        if verdicts[n] is not None:
            continue
        joined = (
            start >= 0
            and previous == n - 1
            and not one_block
            and units[previous].block == unit.block
            and max(len(unit.text), len(units[previous].text)) <= _LONG_LINE
            and unit.end - start <= _LONG_PARAGRAPH
        )
        if start >= 0 and not joined:
            yield Span(start=start, end=end)
        inner = _within_marks(unit)
        start, end, previous = (start if joined else inner.start), inner.end, n
    if start >= 0:
        yield Span(start=start, end=end)


def _within_marks(unit: Unit) -> Span:
    """A unit without the mark of a quotation, and without the emphasis that is around all of it.

    The emphasis would be part of its first sentence and of its last.
    """
    quoted = _QUOTE_MARK.match(unit.text)
    start = unit.start + (quoted.end() if quoted else 0)
    match = _EMPHASISED.fullmatch(unit.text, start - unit.start)
    if match:
        return Span(start=unit.start + match.start("inner"), end=unit.start + match.end("inner"))
    return Span(start=start, end=unit.end)
