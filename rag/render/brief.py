"""Answers as one document to take along: their claims, with footnotes that are numbered through.

What comes in are answers, of now or saved; what goes out is a `Brief`, whose every text is clean
for a file of any kind. `brief_markdown`, `brief_html` and `brief_docx` write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.domain import Answer, Citation, ClaimKind
from rag.render.outline import Listed, Words, as_worded, outline, place
from rag.render.safe import safe_line

# Halves of characters, which no encoding can write, and what XML may not contain.
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An answer, and how the document presents it."""

    number: int | None  # of the question; None where the title is the question
    asked: str
    understood: str = ""  # the question as it was understood, where that is not how it was asked
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where a footnote is referred to."""

    n: int
    first: bool  # before all other references to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph: its text, what stands around that, and its footnotes."""

    text: str
    before: str = ""
    after: str = ""
    marks: tuple[Mark, ...] = ()
    bold: bool = False  # the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question with its answer, or with the reason why it has none."""

    number: int | None  # of the question; None where the title is the question
    asked: str
    lines: tuple[Line, ...]
    nearest: tuple[str, ...] = ()  # of a refusal: a list below the lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Footnote:
    """What a number stands for."""

    n: int  # from 1, in the order of the references
    quote: str  # on one line
    # Title, outlet, date, place, address; copies, what became of the file, the check.
    known: tuple[str, ...]

    @property
    def text(self) -> str:
        """All that is known of it, on one line."""
        return " · ".join(self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A document."""

    title: str
    sections: tuple[Section, ...]
    footnotes: tuple[Footnote, ...]
    legend: str  # what a mark of the text means; empty where there is none


def answer_brief(answer: Answer) -> Brief:
    """One answer under its question."""
    entry = Entry(number=None, asked=answer.question, answer=answer)
    return make_brief(answer.question, [entry])


def answers_brief(answers: Sequence[Answer]) -> Brief:
    """Several answers, each under its question; one as `answer_brief` has it."""
    if len(answers) == 1:
        return answer_brief(answers[0])
    entries = [
        Entry(number=n, asked=answer.question, answer=answer)
        for n, answer in enumerate(answers, start=1)
    ]
    return make_brief(Words.SEVERAL, entries)


def make_brief(title: str, entries: Iterable[Entry]) -> Brief:
    """A document of answers; the same sentence of the same file has one number in all of them."""
    notes = _Notes()
    held = list(entries)
    claims = [claim for entry in held for claim in entry.answer.claims]
    reworded = any(claim.kind is ClaimKind.COMPOSED for claim in claims)
    return Brief(
        title=_clean(title),
        sections=tuple(_section(entry, notes) for entry in held),
        footnotes=tuple(notes.footnotes()),
        legend=Words.REWORDED_MEANS if reworded else "",
    )


_Key = tuple[str, int, int, str]  # path, start, end and SHA-256 of what is cited


class _Notes:
    """The footnotes of a document in the making."""

    def __init__(self) -> None:
        self._cited: dict[_Key, tuple[Listed, str]] = {}  # in the order of their numbers
        self._numbers: dict[_Key, int] = {}
        self._listed: dict[Citation, Listed] = {}
        self._checked_on = ""

    def begin(self, answer: Answer, listed: Iterable[Listed]) -> None:
        """Turn to the next answer."""
        self._listed = {one.citation: one for one in listed}
        self._checked_on = answer.checked_on or ""

    def marks(self, citations: Iterable[Citation]) -> tuple[Mark, ...]:
        """The references to some citations of the answer."""
        return tuple(map(self._mark, citations))

    def _mark(self, citation: Citation) -> Mark:
        source = citation.source
        key = (source.path, citation.start, citation.end, source.sha256)
        before = self._cited.get(key)
        if before is None or before[1] < self._checked_on:  # what the later check found holds
            self._cited[key] = (self._listed[citation], self._checked_on)
        n = self._numbers.setdefault(key, len(self._numbers) + 1)
        return Mark(n=n, first=before is None)

    def footnotes(self) -> Iterator[Footnote]:
        """All, in the order of their numbers."""
        for n, (listed, checked_on) in enumerate(self._cited.values(), start=1):
            source = listed.citation.source
            checked = f"{Words.CHECKED_ON} {checked_on}" if checked_on else Words.CHECK_UNKNOWN
            known = (
                source.title, source.outlet, source.date or Words.NO_DATE, listed.place,
                source.url, listed.also_in, listed.became, checked,
            )  # fmt: skip
            yield Footnote(
                n=n,
                quote=_clean(listed.citation.quote),
                known=tuple(_clean(one) for one in known if one),
            )


def _section(entry: Entry, notes: _Notes) -> Section:
    outlined = outline(entry.answer)
    notes.begin(entry.answer, outlined.sources)
    lines = []
    if entry.understood:
        lines.append(Line(text=f"{Words.UNDERSTOOD}: {entry.understood}"))
    if outlined.limited:
        lines.append(Line(text=outlined.limited))
    if refusal := outlined.refusal:
        lines.append(Line(text=Words.NO_ANSWER, after=refusal.why, bold=True))
        lines += [Line(text=one) for one in (refusal.looked_for, refusal.heading) if one]
    else:
        for one in outlined.lead:
            marks = notes.marks(one.citations)
            lead = Line(text=one.text, before=one.question, after=one.why, marks=marks, bold=True)
            lines.append(lead)
        if outlined.heading:
            lines.append(Line(text=outlined.heading, bold=True))
        for side in outlined.sides:
            marks = notes.marks(side.citations)
            lines.append(Line(text=side.text, before=f"{side.place}:", marks=marks, bold=True))
        for claim in outlined.claims:
            marks = notes.marks(claim.citations)
            lines.append(Line(text=claim.text, after=as_worded(claim), marks=marks))
    nearest = refusal.nearest if refusal else ()
    return Section(
        number=entry.number,
        asked=_clean(entry.asked),
        lines=tuple(map(_cleaned, lines)),
        nearest=tuple(_clean(f"{place(one)}: {one.text}") for one in nearest),
    )


def _cleaned(line: Line) -> Line:
    return replace(
        line, text=_clean(line.text), before=_clean(line.before), after=_clean(line.after)
    )


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", safe_line(text))
