"""The events of an answer -> a message for Slack: its blocks, and a line for notifications.

Evidence is shown as soon as it is found and gives way to the claims. Everything that an article
says is escaped, so that nobody is pinged and nothing becomes a link; the quotations stay whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rag.answer.assistant import Event
from rag.domain import Answer, Citation, Claim, Count, Evidence, EvidenceFound, ShortAnswer
from rag.question.read import Question
from rag.render.outline import Outline, Words, as_worded, details, outline, place
from rag.render.safe import safe_line, shortened

LONGEST = 3_000  # characters that Slack takes in a section
BLOCKS = 50  # in a message
WHOLE = 12_000  # characters that all blocks may have; Slack refuses a message that is too long
NOTICE = 200  # characters of the line for notifications
WORKING = "Looking into the articles …"

Block = dict[str, Any]
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def slack_text(text: str, *, longest: int | None = None) -> str:
    """Text on one line that pings nobody and links nowhere.

    Args:
        text: Anything.
        longest: More characters than these are cut off.

    >>> slack_text("<!channel> & <https://a.b|all>")
    '&lt;!channel&gt; &amp; &lt;https://a.b|all&gt;'
    """
    return shortened(text, longest).translate(_ENTITIES)


def slack_pieces(text: str, *, most: int = LONGEST) -> Iterator[str]:
    """The same in pieces that Slack takes, parted between words where there are any.

    Args:
        text: Anything.
        most: Characters of a piece once it is escaped, which Slack counts too.
    """
    piece = ""
    for word in _words(safe_line(text), most // 5):  # an escaped character has five at most
        escaped = word.translate(_ENTITIES)
        if piece and len(piece) + 1 + len(escaped) > most:
            yield piece
            piece = ""
        piece = f"{piece} {escaped}" if piece else escaped
    if piece:
        yield piece


def _words(line: str, most: int) -> Iterator[str]:
    for word in line.split():
        for start in range(0, len(word), most):
            yield word[start : start + most]


@dataclass(slots=True)
class SlackMessage:
    """A message in the making.

    Attributes:
        asked: The question, as the person wrote it.
    """

    asked: str
    _evidence: list[Evidence] = field(default_factory=list)
    _short: list[ShortAnswer | Count] = field(default_factory=list)
    _claims: list[Claim] = field(default_factory=list)
    _understood: str = ""
    _answer: Answer | None = None

    def add(self, event: Event) -> bool:
        """Take in what happened; whether it shows."""
        if isinstance(event, Question):
            self._understood = self._understood or event.text
            return False
        if isinstance(event, EvidenceFound):
            self._evidence += event.evidence
            self._short += [one for one in (event.short_answer, event.count) if one]
        elif isinstance(event, Claim):
            self._claims.append(event)
        elif isinstance(event, Answer):
            self._answer = event
        else:
            return False
        return True

    @property
    def text(self) -> str:
        """One line, for notifications and for who has no blocks."""
        if self._answer and self._answer.abstained:
            return Words.NO_ANSWER
        first: list[Any] = [*self._short, *self._claims]
        return slack_text(first[0].text, longest=NOTICE) if first else WORKING

    @property
    def blocks(self) -> list[Block]:
        """As much of it as there is, within Slack's limits."""
        answer = self._answer
        return _fitting(self._finished(outline(answer)) if answer else self._unfinished())

    def _unfinished(self) -> Iterator[Block]:
        yield from self._reading()
        if not self._claims:
            if self._evidence:
                yield _note("Found so far; an answer is being checked:")
            for one in self._evidence:
                yield _quotation(_known(one), one.text)
        yield from self._stated(self._claims)
        yield _note(WORKING)

    def _finished(self, outlined: Outline) -> Iterator[Block]:
        yield from self._reading()
        if outlined.heading:
            yield _note(outlined.heading)
        for side in outlined.sides:
            where = side.place if side.whole else side.date
            yield from _sections(f"{where}: {side.text}", side.citations)
        yield from self._stated(outlined.claims)
        for gap in outlined.gaps:
            yield from _sections(f"{gap.question} {gap.text} {gap.why}")
        if refusal := outlined.refusal:
            yield from _sections(f"{Words.NO_ANSWER} {refusal.why}")
            if refusal.heading:
                yield _note(refusal.heading)
            for one in refusal.nearest:
                yield _quotation(_known(one), one.text)
            return
        yield _note(Words.SOURCES)
        for source in outlined.sources:
            citation = source.citation
            yield _quotation(f"[{citation.n}] {' · '.join(source.known)}", citation.quote)

    def _reading(self) -> Iterator[Block]:
        understood = self._answer.question if self._answer else self._understood
        if understood and safe_line(understood) != safe_line(self.asked):
            yield _note(f"{Words.UNDERSTOOD}: {slack_text(understood, longest=NOTICE)}")

    def _stated(self, claims: Iterable[Claim]) -> Iterator[Block]:
        for short in self._short:
            mark = f" [{short.citation.n}]" if isinstance(short, ShortAnswer) else ""
            yield _section(f"*{slack_text(short.text, longest=NOTICE)}*{mark}")
        for claim in claims:
            yield from _sections(f"{claim.text} {as_worded(claim)}".rstrip(), claim.citations)


def _sections(text: str, citations: Iterable[Citation] = ()) -> Iterator[Block]:
    marks = "".join(f" [{citation.n}]" for citation in citations)
    yield from map(_section, slack_pieces(text + marks))


def _section(escaped: str) -> Block:
    return {"type": "section", "text": _mrkdwn(escaped)}


def _note(escaped: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(escaped)]}


def _quotation(place: str, quote: str) -> Block:
    # A context block has ten elements at most.
    pieces = list(slack_pieces(f"“{safe_line(quote)}”"))[:9]
    first = _mrkdwn(slack_text(place, longest=LONGEST // 5))
    return {"type": "context", "elements": [first, *map(_mrkdwn, pieces)]}


def _known(found: Evidence) -> str:
    return " · ".join([*details(found.source), place(found)])


def _mrkdwn(escaped: str) -> Block:
    # Verbatim: Slack makes no link of an address or a channel's name by itself.
    return {"type": "mrkdwn", "text": escaped, "verbatim": True}


def _fitting(blocks: Iterable[Block]) -> list[Block]:
    """The blocks that a message can have; a last one says when there are more."""
    fitting: list[Block] = []
    left = WHOLE
    for block in blocks:
        texts = block.get("elements") or [block["text"]]
        left -= sum(len(one["text"]) for one in texts)
        if left < 0 or len(fitting) == BLOCKS - 1:
            return [*fitting, _note("The rest is too long for one message.")]
        fitting.append(block)
    return fitting
