"""The events of an answer -> the pieces of a chat message in Markdown, with citations in place.

One text serves who waits for all of it and who reads along: the pieces of a stream, put together,
are the whole message. What an article says is escaped; the only links are those to its source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rag.answer.assistant import Event
from rag.domain import Answer, Citation, Claim, EvidenceFound, ShortAnswer
from rag.question.read import Question
from rag.render.markdown_text import markdown_text
from rag.render.outline import Listed, Outline, Refusal, Words, as_worded, filled_in, outline, place
from rag.render.web_link import markdown_link, outlet_beside

Link = Callable[[Citation], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where a citation is marked in the message."""

    start: int  # half-open, in characters of the message
    end: int
    citation: Citation


@dataclass(slots=True)
class ChatMessage:
    """A message in the making.

    Attributes:
        text: All pieces so far.
        marks: Every ``[n]`` so far.
    """

    link: Link  # address of a citation's source
    asked: str | None = None  # as it was typed, where it may be understood in another way
    text: str = ""
    marks: list[Mark] = field(default_factory=list)

    def add(self, event: Event) -> str:
        """The piece that an event adds; empty where it shows nothing."""
        before = len(self.text)
        if isinstance(event, Question):
            self._understood(event.text)
        elif isinstance(event, EvidenceFound) and event.short_answer:
            self._short(event.short_answer)
        elif isinstance(event, EvidenceFound) and event.count:
            self._put(f"**{markdown_text(event.count.text)}**\n\n")
        elif isinstance(event, Claim):
            self._put(f"{markdown_text(event.text)} {as_worded(event)}".rstrip())
            self._cite(event.citations)
            self._put("\n\n")
        elif isinstance(event, Answer):
            self._end(outline(event))
        return self.text[before:]

    def _understood(self, question: str) -> None:
        if self.asked is not None and filled_in(self.asked, question):
            self._put(f"*{Words.UNDERSTOOD}: {markdown_text(question)}*\n\n")

    def _short(self, short: ShortAnswer) -> None:
        self._put(f"**{markdown_text(short.text)}**")
        self._cite([short.citation])
        self._put("\n\n")

    def _end(self, outlined: Outline) -> None:
        if outlined.limited:
            self._put(f"*{markdown_text(outlined.limited)}*\n\n")
        if outlined.heading:
            self._put(f"{outlined.heading}\n\n")
        for side in outlined.sides:
            # A whole claim is in the message already.
            words = "" if side.whole else f": {markdown_text(side.text)}"
            self._put(f"- {markdown_text(side.place)}{words}")
            self._cite(side.citations)
            self._put("\n")
        if outlined.sides:
            self._put("\n")
        for gap in outlined.gaps:
            self._put(f"{markdown_text(gap.question)} **{gap.text}** {markdown_text(gap.why)}\n\n")
        if outlined.refusal:
            self._refuse(outlined.refusal)
            return
        self._put(f"{Words.SOURCES}:\n\n")
        for source in outlined.sources:
            self._put(f"- {self._source(source)}\n")

    def _refuse(self, refusal: Refusal) -> None:
        self._put(f"**{Words.NO_ANSWER}** {markdown_text(refusal.why)}\n\n")
        if refusal.heading:
            self._put(f"{refusal.heading}\n\n")
        for one in refusal.nearest:
            self._put(f"- {markdown_text(place(one))}: {markdown_text(one.text)}\n")

    def _source(self, listed: Listed) -> str:
        citation, source = listed.citation, listed.citation.source
        title = markdown_text(source.title or listed.place, longest=120)
        shown = listed.place if source.title else None
        details = [outlet_beside(source), source.date, shown, listed.also_in]
        told = [markdown_text(one) for one in details if one]
        rest = " · ".join(filter(None, (*told, markdown_link(source))))
        linked = f"\\[{citation.n}\\] [{title}]({self.link(citation)})"
        return f"{linked} · {rest}" if rest else linked

    def _cite(self, citations: Iterable[Citation]) -> None:
        for citation in citations:
            self._put(" ")
            start = len(self.text)
            self._put(f"[\\[{citation.n}\\]]({self.link(citation)})")
            self.marks.append(Mark(start=start, end=len(self.text), citation=citation))

    def _put(self, piece: str) -> None:
        self.text += piece
