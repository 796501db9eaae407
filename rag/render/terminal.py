"""Values -> rich text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rag.domain import (
    Answer,
    Citation,
    Claim,
    Copy,
    Evidence,
    EvidenceFound,
    Freshness,
    Incomplete,
    Skipped,
    Source,
)
from rag.language.text import counted
from rag.render.outline import BECAME, NAMED, Refusal, Words, as_worded, outline, unnamed
from rag.render.safe import safe, safe_inside, safe_line
from rag.render.web_link import terminal_link

if TYPE_CHECKING:
    from rich.text import Text

    from rag.retrieve.resolve_speakers import Speaker
    from rag.retrieve.timeline import Said
    from rag.sync.report import SyncReport
    from rag.sync.watch import Synced

LINE = 88  # characters a quotation may have where it is only a reminder
LEFT_OUT = 20  # files that one of many syncs names, at most
PLAIN_FORMATS = (".txt", ".md", ".markdown")
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
        shown.append_text(_place(found.source, found.line, locate))
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
    shown.append_text(_place(citation.source, citation.line, locate))
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
        shown.append_text(_place(copy.source, copy.line, locate, details=False))
        if copy.file is not Freshness.UNCHANGED:
            shown.append(f" ({BECAME[copy.file].copy})", style="yellow")
    return shown.append(f"{unnamed(copies)}\n") if copies else shown


def _place(source: Source, line: int, locate: Locate, *, details: bool = True) -> Text:
    """``file:line · date · outlet · host``, clickable where the file is still there."""
    from rich.text import Text

    file = locate(source.path)
    link = f"link {file.as_uri()}" if file else ""
    shown = Text(style="not bold not cyan")
    # Of a note in an archive, it is the archive that would be opened.
    own_lines = (file.name if file else source.path).lower().endswith(PLAIN_FORMATS)
    # Of other formats only the extracted text has lines, and an editor could not jump there.
    place = f":{line}" if own_lines else f" (line {line} of its text)"
    shown.append(safe_line(source.path) + place, style=link)
    for detail in (source.date, source.outlet) if details else ():
        shown.append(f" · {safe_line(detail)}" if detail else "")
    return shown.append_text(terminal_link(source)) if details else shown


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
            place = f"  {safe_line(found.source.path)}:{found.line}  "
            shown.append(f"{place}{safe_line(found.text)}\n", style="dim")
        return shown


def search_text(found: Sequence[Evidence], *, locate: Locate) -> Text:
    """Ranked sentences with file, line, date and scores."""
    from rich.text import Text

    shown = Text()
    for rank, entry in enumerate(found, start=1):
        shown.append(f"{rank:>2}. ", style="bold cyan")
        shown.append_text(_place(entry.source, entry.line, locate))
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
            shown.append_text(_place(source, together[0].line, locate, details=False))
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


def report_lines(report: SyncReport, index: Path) -> list[str]:
    """What a sync did: its counts, the index, then the files that are not in it."""
    skipped = len(report.skipped) - len(report.failed)
    counts = (
        f"{len(report.new)} new, {len(report.changed)} changed, {len(report.removed)} removed,"
        f" {len(report.renamed)} renamed, {report.unchanged} unchanged,"
        f" {len(report.failed)} failed"
        f"{f', {len(report.ignored)} ignored' if report.ignored else ''}"
    )
    if report.dry:
        would = f"This would be done: {counts}. Nothing was written."
        return [would, *_planned(report), *_left_out(report.unread), *_kept(report)]
    held = (
        f"{counted(report.articles, 'article')} ({counted(report.passages, 'passage')},"
        f" {counted(report.sentences, 'sentence')}) in {index},"
        f" generation {report.generation}, after {report.seconds:.1f} s."
    )
    return [
        f"{counts}{f', {skipped} skipped' if skipped else ''}.",
        held,
        *([f"{copied(report.copies)}."] if report.copies else []),
        *_left_out(report.skipped),
        *_kept(report),
        *_partly(report.incomplete),
    ]


def synced_lines(synced: Synced) -> list[str]:
    """What one of many syncs did: a line, then one for each file that it left out, with why."""
    report = synced.report
    failed = sum(entry.failed for entry in synced.left_out)
    counts = {
        "new": len(report.new),
        "changed": len(report.changed),
        "renamed": len(report.renamed),
        "removed": len(report.removed),
        "failed": failed,
        "skipped": len(synced.left_out) - failed,
        "ignored": len(synced.ignored),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    whole = (
        f"{told or 'nothing to do'}; {counted(report.articles, 'article')},"
        f" generation {report.generation}, after {report.seconds:.1f} s"
    )
    fresh = {*report.new, *report.changed}
    partly = _partly(one for one in report.incomplete if one.path in fresh)
    left_out = [*_left_out(synced.left_out), *partly, *_ignored(synced.ignored)]
    more = len(left_out) - LEFT_OUT
    return [
        whole,
        *left_out[:LEFT_OUT],
        *([f"  and {more} more: rag status, rag index --dry-run"] if more > 0 else []),
    ]


def _left_out(entries: Iterable[Skipped]) -> list[str]:
    """Each file that is not in the index, with the reason; failed files first."""
    return [
        f"  {'failed ' if entry.failed else 'skipped'} {safe_line(entry.path)}:"
        f" {safe_line(entry.why)}"
        for entry in sorted(entries, key=lambda entry: (not entry.failed, entry.path))
    ]


def _kept(report: SyncReport) -> list[str]:
    """How many articles are not known to be as they were; none is removed for that."""
    if not report.kept:
        return []
    if report.kept == 1:
        return ["1 article was not removed, because it cannot be opened now."]
    return [f"{report.kept} articles were not removed, because they cannot be opened now."]


def _partly(articles: Iterable[Incomplete]) -> list[str]:
    """Each article that lacks a part of its file, with what is missing."""
    return [
        f"  partly  {safe_line(one.path)}: {safe_line('; '.join(one.left_out))}" for one in articles
    ]


def _ignored(paths: Iterable[str]) -> list[str]:
    return [f"  ignored {safe_line(path)}" for path in paths]


def copied(groups: Sequence[Sequence[str]]) -> str:
    """How many articles only print again what others have.

    Args:
        groups: Paths of articles of one text, the one that is used first.
    """
    copies = sum(len(group) - 1 for group in groups)
    many = "1 article is a copy" if copies == 1 else f"{copies} articles are copies"
    texts = "another" if copies == 1 else "another" if len(groups) == 1 else f"{len(groups)} others"
    return f"{many} of {texts}: shared sentences are used once and every copy is cited"


def _planned(report: SyncReport) -> list[str]:
    """Each file that a sync would do something with."""
    return [
        *(f"  new     {safe_line(path)}" for path in report.new),
        *(f"  changed {safe_line(path)}" for path in report.changed),
        *(f"  renamed {safe_line(old)} to {safe_line(now)}" for old, now in report.renamed),
        *(f"  removed {safe_line(path)}" for path in report.removed),
        *_ignored(report.ignored),
    ]
