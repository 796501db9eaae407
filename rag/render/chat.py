"""The events of an answer -> the pieces of a chat message in Markdown, with citations in place.

One text serves who waits for all of it and who reads along: the pieces of a stream, put together,
are the whole message. What an article says is escaped; the only links are those to its source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rag.answer.assistant import Event
from rag.domain import Answer, Citation, Claim, EvidenceFound, Part, ShortAnswer
from rag.question.read import Question
from rag.render.lead import NO_ANSWER, also_in
from rag.render.markdown_text import markdown_text

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
        elif isinstance(event, Claim):
            self._put(markdown_text(event.text))
            self._cite(event.citations)
            self._put("\n\n")
        elif isinstance(event, Answer):
            self._end(event)
        return self.text[before:]

    def _understood(self, question: str) -> None:
        if self.asked is not None and question != " ".join(self.asked.split()):
            self._put(f"*Understood as: {markdown_text(question)}*\n\n")

    def _short(self, short: ShortAnswer) -> None:
        self._put(f"**{markdown_text(short.text)}**")
        self._cite([short.citation])
        self._put("\n\n")

    def _end(self, answer: Answer) -> None:
        if answer.sides:
            self._put("The articles differ, the newest first:\n\n")
            for side in answer.sides:
                source = side.citation.source
                place = " · ".join((source.date or "no date", source.outlet or source.path))
                self._put(f"- {markdown_text(place)}: {markdown_text(side.text)}")
                self._cite([side.citation])
                self._put("\n")
            self._put("\n")
        for part in answer.parts:
            if part.reason:
                self._put(f"{_unanswered(part)}\n\n")
        if answer.abstained:
            self._put(f"**{NO_ANSWER}** {markdown_text(answer.reason or '')}\n\n")
            if answer.nearest:
                self._put("Nearest sentences, which are not an answer:\n\n")
            for one in answer.nearest:
                place = f"{one.source.path}:{one.line}"
                self._put(f"- {markdown_text(place)}: {markdown_text(one.text)}\n")
        else:
            self._put("Sources:\n\n")
            for citation in answer.citations:
                self._put(f"- {self._source(citation)}\n")

    def _source(self, citation: Citation) -> str:
        source = citation.source
        place = f"{source.path}:{citation.line}"
        title = markdown_text(source.title or place, longest=120)
        shown = place if source.title else None
        details = [source.outlet, source.date, shown, also_in(citation.copies)]
        rest = " · ".join(markdown_text(one) for one in details if one)
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


def _unanswered(part: Part) -> str:
    question, reason = markdown_text(part.question), markdown_text(part.reason or "")
    return f"{question} **{NO_ANSWER}** {reason}"
