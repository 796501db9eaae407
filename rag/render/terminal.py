"""Values -> rich text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.domain import (
    Answer,
    Citation,
    Claim,
    Copy,
    Evidence,
    EvidenceFound,
    Freshness,
)
from rag.line_place import line_place
from rag.render.outline import (
    BECAME,
    NAMED,
    Refusal,
    Words,
    as_worded,
    by_ocr,
    outline,
    unnamed,
)
from rag.render.safe import safe, safe_inside, safe_line
from rag.render.web_link import outlet_beside, terminal_link

if TYPE_CHECKING:
    from rich.text import Text

    from rag.render.outline import Placed
    from rag.retrieve.resolve_speakers import Speaker
    from rag.retrieve.timeline import Said

LINE = 88  # characters a quotation may have where it is only a reminder
MAY_BE = 3  # speakers that are named where a name may be theirs
AROUND = 400  # characters shown on each side of a citation

Locate = Callable[[str], Path | None]  # path in the index -> file on this machine, if it is there


def answer_text(answer: Answer, *, locate: Locate) -> Text:
    """The answer with its numbers, then what each number stands for."""
    from rich.text import Text

    outlined = outline(answer)
    if outlined.refusal:
        return _refusal(outlined.refusal, locate)
    shown = Text()
    for one in outlined.lead:
        _line(shown, one.text, one.citations, before=one.question, after=one.why, style="bold")
    if outlined.heading:
        _line(shown, outlined.heading, style="bold")
    for side in outlined.sides:
        _line(shown, side.text, side.citations, before=f"{side.place}:", style="bold")
    if shown and outlined.claims:
        shown.append("\n")
    for claim in outlined.claims:
        _line(shown, claim.text, claim.citations, after=as_worded(claim))
    shown.append(f"\n{Words.SOURCES}\n", style="bold")
    shown.append_text(sources_text(answer, locate=locate))
    return shown


def sources_text(answer: Answer, *, locate: Locate) -> Text:
    """What each number of an answer stands for."""
    from rich.text import Text

    sources = outline(answer).sources
    return Text().join(citation_lines(one.citation, locate, became=one.became) for one in sources)


def _line(
    shown: Text,
    text: str,
    cited: Iterable[Citation] = (),
    *,
    before: str = "",
    after: str = "",
    style: str = "",
) -> None:
    shown.append(f"{safe_line(before)} " if before else "")
    shown.append(safe_line(text), style=style)
    shown.append(f" {safe_line(after)}" if after else "")
    for citation in cited:
        shown.append(f" [{citation.n}]", style="bold cyan")
    shown.append("\n")


def _refusal(refusal: Refusal, locate: Locate) -> Text:
    from rich.text import Text

    shown = Text()
    _line(shown, Words.NO_ANSWER, after=refusal.why, style="bold")
    if refusal.looked_for:
        _line(shown, refusal.looked_for)
    if refusal.heading:
        shown.append(f"\n{refusal.heading}\n", style="dim")
    for found in refusal.nearest:
        shown.append("  · ")
        shown.append_text(_place(found, locate))
        shown.append(f"\n    {_shortened(found.text)}\n", style="dim")
    return shown


def citation_lines(citation: Citation, locate: Locate, *, became: str | None = None) -> Text:
    """What a number stands for: the place and the quotation.

    Args:
        citation: It.
        locate: Finds its file on this machine.
        became: What has become of the file since.
    """
    from rich.text import Text

    shown = Text(f"[{citation.n}] ", style="bold cyan")
    shown.append_text(_place(citation, locate))
    if became:
        shown.append(f" · {became}", style="yellow")
    shown.append(f"\n    {safe_line(citation.quote)}\n", style="dim")
    shown.append_text(_also_in(citation.copies, locate))
    return shown


def _also_in(copies: Sequence[Copy], locate: Locate) -> Text:
    """The files that have the same sentence, if there are any."""
    from rich.text import Text

    shown = Text(f"    {Words.ALSO_IN} " if copies else "", style="dim")
    for number, copy in enumerate(copies[:NAMED]):
        shown.append(", " if number else "")
        shown.append_text(_place(copy, locate, details=False))
        if copy.file is not Freshness.UNCHANGED:
            shown.append(f" ({BECAME[copy.file].copy})", style="yellow")
    return shown.append(f"{unnamed(copies)}\n") if copies else shown


def _place(found: Placed, locate: Locate, *, details: bool = True) -> Text:
    """``file:line · date · outlet · host``, clickable where the file is still there."""
    from rich.text import Text

    source = found.source
    file = locate(source.path)
    link = f"link {file.as_uri()}" if file else ""
    shown = Text(style="not bold not cyan")
    shown.append(safe_line(line_place(source.path, found.line)), style=link)
    for detail in (source.date, outlet_beside(source)) if details else ():
        shown.append(f" · {safe_line(detail)}" if detail else "")
    if details:
        shown.append_text(terminal_link(source))
    return shown.append(f" · {ocr}" if (ocr := by_ocr(found)) else "")


def _shortened(text: str) -> str:
    line = safe_line(text)
    return line if len(line) <= LINE else line[: LINE - 1].rstrip() + "…"


class Progressing:
    """An answer in the making: the evidence as soon as it is found, then claim by claim."""

    def __init__(self) -> None:
        self._evidence: tuple[Evidence, ...] = ()
        self._claims: list[Claim] = []

    def add(self, event: EvidenceFound | Claim) -> None:
        """Take in the next step."""
        if isinstance(event, Claim):
            self._claims.append(event)
        else:
            self._evidence = event.evidence

    def text(self) -> Text:
        """What there is to see now."""
        from rich.text import Text

        shown = Text(no_wrap=True, overflow="ellipsis")
        for claim in self._claims:
            shown.append(safe_line(claim.text) + "\n")
        shown.append("\nReading\n" if self._evidence else "Searching…\n", style="dim")
        for found in self._evidence:
            place = f"  {safe_line(line_place(found.source.path, found.line))}  "
            shown.append(f"{place}{safe_line(found.text)}\n", style="dim")
        return shown


def search_text(found: Sequence[Evidence], *, locate: Locate) -> Text:
    """Ranked sentences with file, line, date and scores."""
    from rich.text import Text

    shown = Text()
    for rank, entry in enumerate(found, start=1):
        shown.append(f"{rank:>2}. ", style="bold cyan")
        shown.append_text(_place(entry, locate))
        scores = f"  score {entry.score:.3f}  meaning {entry.dense:.3f}  words {entry.lexical:.3f}"
        if entry.reading:
            scores += f"  answers {entry.reading.answers:.3f}"
        shown.append(scores + "\n", style="dim")
        shown.append(f"    {safe_line(entry.text)}\n")
        shown.append_text(_also_in(entry.copies, locate))
    return shown or Text(f"{Words.NOT_FOUND}\n")


def said_text(speaker: Speaker, found: Sequence[Said], *, locate: Locate) -> Text:
    """A timeline: under each article its statements, in the article's words."""
    from rich.text import Text

    shown = Text(safe_line(speaker.name), style="bold")
    many = "1 statement" if len(found) == 1 else f"{len(found)} statements"
    places = {(entry.source.path, entry.context_start, entry.context) for entry in found}
    if len(places) != len(found):  # what is shown is sentences
        many += f" in {len(places)} {'sentence' if len(places) == 1 else 'sentences'}"
    shown.append(f", {many}\n", style="not bold")
    for _, group in groupby(found, key=lambda entry: entry.source.path):
        entries = list(group)
        source = entries[0].source
        heading = " · ".join(
            filter(None, (source.date or Words.NO_DATE, source.outlet, source.title))
        )
        shown.append(f"\n{safe_line(heading)}\n", style="bold cyan")
        for _, same in groupby(entries, key=lambda entry: (entry.context_start, entry.context)):
            together = list(same)
            shown.append("  ")
            shown.append_text(_marked(together))
            shown.append("\n    ", style="not bold")
            shown.append_text(_place(together[0], locate, details=False))
            shown.append("\n")
            shown.append_text(_also_in(together[0].copies, locate))
    return shown


def _marked(entries: Sequence[Said]) -> Text:
    """One sentence with its statements, what is said in it bright and who says so dim."""
    from rich.text import Text

    context, begin = entries[0].context, entries[0].context_start
    shown, at = Text(style="not bold"), 0
    spans = sorted(
        (span.start - begin, span.end - begin)
        for entry in entries
        for span in entry.statement.content
    )
    for start, end in spans:
        shown.append(safe_inside(context[at : max(at, start)]), style="dim")
        shown.append(safe_inside(context[max(at, start) : end]))
        at = max(at, end)
    shown.append(safe_inside(context[at:]), style="dim")
    return shown


def speakers_text(found: Sequence[Speaker]) -> Text:
    """Who speaks, with the number of statements."""
    from rich.text import Text

    shown = Text()
    for speaker in found:
        shown.append(f"{speaker.statements:>5}  {safe_line(speaker.name)}")
        others = [form for form in speaker.forms if form != speaker.name and " " in form]
        if others:
            shown.append(f"  also {safe_line(', '.join(others))}", style="dim")
        if speaker.may_be:
            named = list(speaker.may_be[:MAY_BE])
            named += ["others"] if len(speaker.may_be) > MAY_BE else []
            shown.append(f"  may be {safe_line(' or '.join(named))}", style="dim")
        shown.append("\n")
    return shown or Text(f"{Words.NOBODY}\n")


def context_text(citation_n: int, *, article: str, start: int, end: int, place: str) -> Text:
    """A citation in its article, the cited characters marked.

    Args:
        citation_n: Its number in the answer.
        article: The whole text of the article.
        start: First cited character.
        end: First character after the citation.
        place: Heading: where this is.
    """
    from rich.text import Text

    left = max(article.rfind("\n\n", 0, max(0, start - AROUND)), 0) if start > AROUND else 0
    right = article.find("\n\n", min(len(article), end + AROUND))
    right = len(article) if right < 0 else right
    shown = Text()
    shown.append(f"[{citation_n}] {safe_line(place)}\n\n", style="bold")
    shown.append(safe(article[left:start]).lstrip("\n"))
    shown.append(f"⟦{safe(article[start:end])}⟧", style="reverse")  # seen without colours too
    shown.append(safe(article[end:right]).rstrip() + "\n")
    return shown


def indented(shown: Any, screen: Any) -> Any:
    """Text whose long lines are broken so that what follows is indented as they are.

    Args:
        shown: Lines, some of which begin with spaces; what is no text of rich stays as it is.
        screen: The console that it is for.
    """
    from rich.text import Text

    if not isinstance(shown, Text):
        return shown
    broken = Text(no_wrap=shown.no_wrap, overflow=shown.overflow)
    for number, line in enumerate(shown.split("\n", allow_blank=True)):
        broken.append("\n" if number else "")
        indent = len(line.plain) - len(line.plain.lstrip(" "))
        if not 0 < indent < screen.width // 2 or line.cell_len <= screen.width:
            broken.append_text(line)
            continue
        for place, piece in enumerate(line[indent:].wrap(screen, screen.width - indent)):
            broken.append(("\n" if place else "") + " " * indent).append_text(piece)
    return broken
