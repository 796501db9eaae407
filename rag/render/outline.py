"""An answer as an outline, in our words: what every renderer shows. They escape, wrap and link.

The sentences that people read stand here alone; the page of `rag serve` fetches them as `texts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rag.domain import Answer, Citation, Claim, ClaimKind, Copy, Evidence, Freshness, Part, Source
from rag.filters import Limited
from rag.language.text import plain
from rag.line_place import line_place

if TYPE_CHECKING:
    from rag.retrieve.timeline import Said

    Placed = Citation | Copy | Evidence | Said  # what has a place in an article

NAMED = 3  # copies; of more, only the number is told


class Words(StrEnum):
    """What is said around the words of articles."""

    NO_ANSWER = "No answer in these articles."
    LOOKED_FOR = "Looked for"
    LIMITED = "Limited to"
    NEAREST = "Nearest sentences, which are not an answer"
    DIFFER = "The articles differ:"
    DIFFER_BY_DATE = "The articles differ, the newest first:"
    UNDERSTOOD = "Understood as"
    SOURCES = "Sources"
    NO_DATE = "no date"
    ALSO_IN = "also in"
    BY_OCR = "read by OCR"
    MORE = "and {n} more"
    NOT_FOUND = "Nothing found."
    NOBODY = "Nobody is quoted in these articles."
    REWORDED = "(reworded)"
    REWORDED_MEANS = (
        "What is marked as reworded is in a language model's words and was checked against the"
        " quotations; all else is in the words of the articles."
    )
    SEVERAL = "Answers from the articles"  # above several of them in one document
    CHECKED_ON = "checked on"
    CHECK_UNKNOWN = "day of the check not recorded"
    CITED_CHANGED = (
        "This article has changed since it was cited. The marked text may be different now."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What is said about a file that has changed since it was indexed."""

    source: str  # behind its place
    copy: str  # behind the place of a copy
    page: str  # behind its place, on the page
    article: str  # above its text, on the page


BECAME = {
    Freshness.CHANGED: Became(
        source="changed since it was indexed",
        copy="changed since it was indexed",
        page="the file has changed since",
        article="The file has changed since it was indexed. This is the text that was cited.",
    ),
    Freshness.GONE: Became(
        source="gone since it was indexed",
        copy="gone since it was indexed",
        page="the file is gone",
        article="The file is gone. This is its text as it was indexed.",
    ),
    Freshness.UNREAD: Became(
        source="its file cannot be opened",
        copy="cannot be opened",
        page="the file cannot be opened",
        article="The file cannot be opened. This is its text as it was indexed.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A line before the claims: words that answer, a count, or why there is no answer."""

    question: str = ""  # the one of several that it is about
    text: str
    why: str = ""  # there is no answer
    citations: tuple[Citation, ...] = ()  # none for a count

    @property
    def is_count(self) -> bool:
        """Whether it says how many articles there are, in our words."""
        return not self.why and not self.citations


@dataclass(frozen=True, slots=True, kw_only=True)
class Opposed:
    """What one article says where several differ."""

    date: str
    outlet: str  # or the path, where that is not known
    text: str
    citations: tuple[Citation, ...]
    whole: bool  # it is a claim of the answer, which is not listed again; else words of one

    @property
    def place(self) -> str:
        """When and where it was printed."""
        return f"{self.date} · {self.outlet}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A source in the list of them."""

    citation: Citation
    place: str
    also_in: str  # empty where it stands nowhere else
    became: str  # of its file; empty where that is as it was

    @property
    def known(self) -> list[str]:
        """What is known of it, the title first."""
        return [*details(self.citation.source), self.place, *filter(None, [self.also_in])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no answer, and what comes nearest."""

    why: str  # with the name that may be meant, where one was mistyped
    looked_for: str  # empty where nothing was
    heading: str  # of the nearest sentences; empty where there are none
    nearest: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """All that an answer shows, in order; a refusal stands in the place of claims and sources."""

    limited: str  # what was searched; empty for everything
    lead: tuple[Lead, ...]
    heading: str  # of the sides; empty where there are none
    sides: tuple[Opposed, ...]
    claims: tuple[Claim, ...]  # that are no sides
    sources: tuple[Listed, ...]
    refusal: Refusal | None

    @property
    def gaps(self) -> list[Lead]:
        """Of several questions, those without an answer."""
        return [one for one in self.lead if one.why]


def outline(answer: Answer) -> Outline:
    """What there is to show of an answer."""
    sides = tuple(_sides(answer))
    opposed = [(side.text, side.citations) for side in sides if side.whole]
    return Outline(
        limited=limited(answer.limited),
        lead=tuple(_lead(answer)),
        heading=_heading(answer),
        sides=sides,
        claims=tuple(one for one in answer.claims if (one.text, one.citations) not in opposed),
        sources=tuple(map(_listed, answer.citations)),
        refusal=_refusal(answer) if answer.abstained else None,
    )


def limited(to: Limited | None) -> str:
    """What was searched, in words; empty for everything."""
    return f"{Words.LIMITED}: {to.told}" if to else ""


def as_worded(claim: Claim) -> str:
    """What stands behind a claim that is in a model's words; empty for a quotation."""
    return Words.REWORDED if claim.kind is ClaimKind.COMPOSED else ""


def _lead(answer: Answer) -> Iterator[Lead]:
    whole = Part(question="", short_answer=answer.short_answer, count=answer.count)
    for part in (whole, *answer.parts):
        if short := part.short_answer:
            yield Lead(question=part.question, text=short.text, citations=(short.citation,))
        elif part.count:
            yield Lead(question=part.question, text=part.count.text)
        elif part.reason:
            yield Lead(question=part.question, text=Words.NO_ANSWER, why=part.reason)


def _heading(answer: Answer) -> str:
    if not answer.sides:
        return ""
    dates = [side.citation.source.date or "" for side in answer.sides]
    # Sides of several questions are in order for each of these only.
    by_date = len(dates) > 1 and all(dates) and dates == sorted(dates, reverse=True)
    return Words.DIFFER_BY_DATE if by_date else Words.DIFFER


def _sides(answer: Answer) -> Iterator[Opposed]:
    for side in answer.sides:
        source = side.citation.source
        same = [one for one in answer.claims if one.text == side.text]
        whole = next((one.citations for one in same if side.citation in one.citations), None)
        yield Opposed(
            date=source.date or Words.NO_DATE,
            outlet=source.outlet or source.path,
            text=side.text,
            citations=whole or (side.citation,),
            whole=whole is not None,
        )


def _listed(citation: Citation) -> Listed:
    return Listed(
        citation=citation,
        place=place(citation),
        also_in=also_in(citation.copies),
        became="" if citation.file is Freshness.UNCHANGED else BECAME[citation.file].source,
    )


def _refusal(answer: Answer) -> Refusal:
    looked_for = ", ".join(answer.looked_for)
    return Refusal(
        why=answer.reason or "",
        looked_for=f"{Words.LOOKED_FOR}: {looked_for}" if looked_for else "",
        heading=f"{Words.NEAREST}:" if answer.nearest else "",
        nearest=tuple(replace(one, text=plain(one.text)) for one in answer.nearest),
    )


def place(found: Citation | Copy | Evidence) -> str:
    """The file and line of a sentence, and whether OCR read it in a picture."""
    ocr = by_ocr(found)
    return line_place(found.source.path, found.line) + (f" ({ocr})" if ocr else "")


def by_ocr(found: Placed) -> str:
    """That OCR read a sentence in a picture; empty where it did not."""
    return Words.BY_OCR if found.source.is_ocr(found.start, found.end) else ""


def details(source: Source) -> list[str]:
    """Title, outlet and date of an article, as far as they are known."""
    return [one for one in (source.title, source.outlet, source.date) if one]


def also_in(copies: Sequence[Copy | Evidence]) -> str:
    """Where else a sentence stands word for word; empty where it does not."""
    if not copies:
        return ""
    return f"{Words.ALSO_IN} {', '.join(map(place, copies[:NAMED]))}{unnamed(copies)}"


def unnamed(copies: Sequence[object]) -> str:
    """What stands behind the places that are named: how many are not."""
    more = len(copies) - NAMED
    return f" {Words.MORE.format(n=more)}" if more > 0 else ""


def filled_in(asked: str, question: str) -> bool:
    """Whether a question was understood otherwise than it was typed."""
    return question != " ".join(asked.split())


def texts() -> dict[str, Any]:
    """All of these words for the page, by the names that they have here."""
    became = {file.value: asdict(told) for file, told in BECAME.items()}
    return {**{one.name: one.value for one in Words}, "BECAME": became, "NAMED": NAMED}
