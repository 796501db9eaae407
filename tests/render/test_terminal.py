"""rag.render.terminal: answers as a person sees them, and nothing that takes over the screen."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from rag.domain import (
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Copy,
    Evidence,
    EvidenceFound,
    Freshness,
    Incomplete,
    Reading,
    ShortAnswer,
    Skipped,
    Source,
    Verdict,
)
from rag.render.outline import also_in
from rag.render.sync_lines import LEFT_OUT, report_lines, synced_lines
from rag.render.terminal import (
    Progressing,
    answer_text,
    context_text,
    indented,
    search_text,
)
from rag.sync.report import SyncReport
from rag.sync.watch import Synced

HOSTILE = (
    "".join(map(chr, range(0xA0)))
    + "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07 \x1b[2J\x9b31m [/nope] [bold red]"
    + "\u202egnp.exe\u2066\u2069\u200f\u2028\ufeff\U000e0041 end"
)
HARMFUL = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n"} | set(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff"
    "\U000e0041"
)


def nowhere(path: str) -> Path | None:
    """No file is on this machine."""
    return None


def source(text: str) -> Source:
    """An article with this title, path, outlet and date."""
    return Source(path=text, title=text, outlet=text, date=text, sha256="0" * 64)


DAM = Source(
    path="dam.txt", title="Dam bursts", outlet="Harbour News", date="2019-05-03", sha256="0" * 64
)


def claim(text: str, *numbers: int, where: Source = DAM, copies: tuple[Copy, ...] = ()) -> Claim:
    """A claim with citations that quote its text."""
    return Claim(
        text=text,
        kind=ClaimKind.COMPOSED,
        verdict=Verdict.SUPPORTED,
        citations=tuple(
            Citation(
                n=n, source=where, start=0, end=9, line=4, quote=text, speaker=None, copies=copies
            )
            for n in numbers
        ),
    )


def evidence(text: str, where: Source = DAM) -> Evidence:
    """A sentence that was found."""
    return Evidence(
        id=0, article_id=0, source=where, start=0, end=9, line=4, text=text, speaker=text,
        terms=frozenset(),
        score=0.5, dense=0.25, lexical=1.0,
    )  # fmt: skip


def progressing(text: str) -> Text:
    """An answer in the making, evidence and one claim of this text."""
    state = Progressing()
    state.add(EvidenceFound(evidence=(evidence(text, source(text)),)))
    state.add(claim(text, 1, where=source(text)))
    return state.text()


def test_an_answer_shows_claims_then_sources() -> None:
    """Each number is explained by file, line, date, outlet and quotation."""
    answer = Answer(question="What?", claims=(claim("The dam burst.", 1), claim("Boats sank.", 2)))

    assert answer_text(answer, locate=nowhere).plain == (
        "The dam burst. (reworded) [1]\n"
        "Boats sank. (reworded) [2]\n"
        "\n"
        "Sources\n"
        "[1] dam.txt:4 · 2019-05-03 · Harbour News\n"
        "    The dam burst.\n"
        "[2] dam.txt:4 · 2019-05-03 · Harbour News\n"
        "    Boats sank.\n"
    )


def test_a_short_answer_comes_first_in_bold() -> None:
    """With the number of the sentence that it stands in."""
    said = claim("The dam burst on Monday.", 1)
    short = ShortAnswer(
        text="on Monday", start=14, end=23, citation=said.citations[0], probability=0.8
    )
    shown = answer_text(
        Answer(question="When?", claims=(said,), short_answer=short), locate=nowhere
    )

    assert shown.plain.startswith("on Monday [1]\n\nThe dam burst on Monday. (reworded) [1]\n")
    assert str(shown.spans[0].style) == "bold"
    assert (shown.spans[0].start, shown.spans[0].end) == (0, len("on Monday"))


def test_a_search_shows_what_the_reader_says() -> None:
    """Beside the search's own scores, where it read the sentence."""
    read = dataclasses.replace(evidence("The dam burst."), reading=Reading(answers=0.75))
    unread = evidence("Boats sank.")

    lines = search_text([read, unread], locate=nowhere).plain.splitlines()

    assert lines[0].endswith("score 0.500  meaning 0.250  words 1.000  answers 0.750")
    assert lines[2].endswith("words 1.000")


def test_an_abstention_shows_the_nearest_sentences_as_no_answer() -> None:
    """They are short, and said not to be an answer."""
    answer = Answer(question="What?", reason="No article says so.", nearest=(evidence("x" * 100),))

    assert answer_text(answer, locate=nowhere).plain == (
        "No answer in these articles. No article says so.\n"
        "\n"
        "Nearest sentences, which are not an answer:\n"
        "  · dam.txt:4 · 2019-05-03 · Harbour News\n"
        f"    {'x' * 87}…\n"
    )


def test_an_abstention_may_have_nothing_near() -> None:
    """Then there is the reason only."""
    answer = Answer(question="What?", reason="The index is empty.")

    assert answer_text(answer, locate=nowhere).plain == (
        "No answer in these articles. The index is empty.\n"
    )


def test_a_source_without_details_is_its_place() -> None:
    """An unknown date or outlet leaves no gap."""
    bare = Source(path="a.txt", title=None, outlet=None, date=None, sha256="0" * 64)

    shown = search_text([evidence("Boats sank.", bare)], locate=nowhere).plain

    assert shown == " 1. a.txt:4  score 0.500  meaning 0.250  words 1.000\n    Boats sank.\n"


def test_no_result_is_told() -> None:
    """An empty search is not an empty screen."""
    assert search_text([], locate=nowhere).plain == "Nothing found.\n"


def test_a_file_that_is_there_is_a_link() -> None:
    """The link is the file's address, in which odd characters are encoded."""
    shown = search_text([evidence("Boats sank.")], locate=lambda path: Path("/a b/\x1b]\u202e.txt"))

    assert "link file:///a%20b/%1B%5D%E2%80%AE.txt" in {str(span.style) for span in shown.spans}


def test_a_citation_is_shown_in_its_context() -> None:
    """The cited characters are marked in the text around them, from blank line to blank line."""
    before, after = "A" * 500, "Z" * 500
    article = f"far above\n\n{before}\n\nIt rained. The dam burst. It sank.\n\n{after}\n\nfar below"
    start = article.index("The dam")

    shown = context_text(7, article=article, start=start, end=start + 14, place="dam.txt:4")

    assert shown.plain == (
        f"[7] dam.txt:4\n\n{before}\n\nIt rained. ⟦The dam burst.⟧ It sank.\n\n{after}\n"
    )
    [marked] = [span for span in shown.spans if span.style == "reverse"]
    assert shown.plain[marked.start : marked.end] == "⟦The dam burst.⟧"


def test_what_is_going_on_is_shown() -> None:
    """First that it searches, then what it reads, then the claims above it."""
    state = Progressing()
    seen = [state.text().plain]
    state.add(EvidenceFound(evidence=(evidence("The dam burst."),)))
    seen.append(state.text().plain)
    state.add(claim("It burst.", 1))
    seen.append(state.text().plain)

    assert seen == [
        "Searching…\n",
        "\nReading\n  dam.txt:4  The dam burst.\n",
        "It burst.\n\nReading\n  dam.txt:4  The dam burst.\n",
    ]


def test_a_source_names_the_copies_that_have_the_sentence() -> None:
    """Under its quote, each with its line, and what became of its file."""
    copies = tuple(
        Copy(
            source=dataclasses.replace(DAM, path=path), start=3, end=12, line=line,
            quote="It burst.", file=file,
        )
        for path, line, file in (
            ("b.txt", 7, Freshness.UNCHANGED), ("c.html", 9, Freshness.GONE),
        )
    )  # fmt: skip
    answer = Answer(question="What?", claims=(claim("It burst.", 1, copies=copies),))

    assert answer_text(answer, locate=nowhere).plain == (
        "It burst. (reworded) [1]\n\nSources\n[1] dam.txt:4 · 2019-05-03 · Harbour News\n"
        "    It burst.\n"
        "    also in b.txt:7, c.html (line 9 of its text) (gone since it was indexed)\n"
    )


def test_a_sync_of_many_tells_what_it_left_out_and_why() -> None:
    """Each file a line, those that failed first; of very many, the number."""
    report = SyncReport(
        generation=3, articles=5, passages=5, sentences=5, seconds=0.1, skipped=(), new=("a.txt",),
        incomplete=(
            Incomplete(path="a.txt", left_out=("page 2 is lacking",)),
            Incomplete(path="old.txt", left_out=("as before",)),
        ),
    )  # fmt: skip
    left_out = (
        Skipped(path="a\x1b.xyz", why="unsupported format .xyz", failed=False),
        Skipped(path="b.txt", why="empty"),
    )
    many = tuple(Skipped(path=f"{n:02}.txt", why="empty") for n in range(LEFT_OUT + 4))

    told = synced_lines(Synced(report=report, left_out=left_out, ignored=("drafts/",)))
    cut = synced_lines(Synced(report=report, left_out=many, ignored=()))

    assert told == [
        "1 new, 1 failed, 1 skipped, 1 ignored; 5 articles, generation 3, after 0.1 s",
        "  failed  b.txt: empty",
        "  skipped a.xyz: unsupported format .xyz",
        "  partly  a.txt: page 2 is lacking",
        "  ignored drafts/",
    ]
    assert len(cut) == LEFT_OUT + 2
    assert cut[-1] == "  and 5 more: rag status, rag index --dry-run"


def test_of_many_copies_three_are_named() -> None:
    """Everywhere alike: the terminal names those that the other outputs name."""
    copies = tuple(
        Copy(source=dataclasses.replace(DAM, path=f"{n}.txt"), start=3, end=12, line=n, quote="It.")
        for n in range(1, 42)
    )
    answer = Answer(question="What?", claims=(claim("It burst.", 1, copies=copies),))

    shown = answer_text(answer, locate=nowhere).plain

    assert shown.endswith("    also in 1.txt:1, 2.txt:2, 3.txt:3 and 38 more\n")
    assert f"    {also_in(copies)}\n" in shown
    assert "more" not in also_in(copies[:3])


def test_a_report_tells_of_copies() -> None:
    """In one line, and in none where there are none."""
    report = SyncReport(
        generation=1, articles=5, passages=5, sentences=5, seconds=1.0, skipped=(),
        copies=(("a.txt", "b.txt"), ("c.txt", "d.txt")),
    )  # fmt: skip

    assert report_lines(report, Path("index"))[2:] == [
        "2 articles are copies of 2 others: shared sentences are used once and every copy is cited."
    ]
    assert report_lines(dataclasses.replace(report, copies=()), Path("index"))[2:] == []


def test_a_report_names_failed_files_first() -> None:
    """The counts, the index, then each file that is not in it, with its reason."""
    report = SyncReport(
        generation=2, articles=1, passages=2, sentences=3, seconds=1.26, new=("a.txt",),
        changed=("b.txt", "c.txt"), renamed=(("d.txt", "e.txt"),), unchanged=7,
        skipped=(
            Skipped(path="a.bin", why="binary", failed=False),
            Skipped(path="z.pdf", why="broken"),
        ),
        incomplete=(Incomplete(path="a.txt", left_out=("page 2 is lacking", "and page 9")),),
    )  # fmt: skip

    assert report_lines(report, Path("index")) == [
        "1 new, 2 changed, 0 removed, 1 renamed, 7 unchanged, 1 failed, 1 skipped.",
        "1 article (2 passages, 3 sentences) in index, generation 2, after 1.3 s.",
        "  failed  z.pdf: broken",
        "  skipped a.bin: binary",
        "  partly  a.txt: page 2 is lacking; and page 9",
    ]


@pytest.mark.parametrize(
    "shown",
    [
        answer_text(
            Answer(
                question=HOSTILE,
                claims=(claim(HOSTILE, 1, where=source(HOSTILE)),),
                short_answer=ShortAnswer(
                    text=HOSTILE,
                    start=0,
                    end=9,
                    citation=claim(HOSTILE, 1, where=source(HOSTILE)).citations[0],
                    probability=0.9,
                ),
            ),
            locate=nowhere,
        ),
        answer_text(
            Answer(question="?", reason=HOSTILE, nearest=(evidence(HOSTILE, source(HOSTILE)),)),
            locate=nowhere,
        ),
        search_text([evidence(HOSTILE, source(HOSTILE))], locate=nowhere),
        progressing(HOSTILE),
        context_text(1, article=HOSTILE.replace("\t", "") * 3, start=9, end=400, place=HOSTILE),
    ],
    ids=["answer", "abstention", "search", "progress", "context"],
)
def test_nothing_hostile_reaches_the_terminal(shown) -> None:
    """Text, title, path, outlet, date and reason are harmless, and markup stands as written."""
    file = io.StringIO()

    Console(file=file, width=100_000, highlight=False, markup=False, emoji=False).print(shown)

    assert not HARMFUL.intersection(shown.plain)
    assert not HARMFUL.intersection(file.getvalue())
    assert "[/nope] [bold red]" in file.getvalue() or "…" in file.getvalue()


def test_a_report_is_harmless() -> None:
    """File names and reasons come on one line each."""
    report = SyncReport(
        generation=1, articles=0, passages=0, sentences=0, seconds=0.1,
        skipped=(Skipped(path=HOSTILE, why=HOSTILE),),
    )  # fmt: skip

    lines = report_lines(report, Path("index"))

    assert len(lines) == 3
    assert not (HARMFUL | {"\n"}).intersection("".join(lines))


def test_a_line_is_the_file_s_own_or_said_to_be_another_s() -> None:
    """An editor can jump to dam.txt:4; in a PDF only the extracted text has lines."""
    page = Source(path="dam.pdf", title=None, outlet=None, date=None, sha256="0")
    shown = search_text([evidence("Boats sank."), evidence("Boats sank.", page)], locate=nowhere)

    assert "dam.txt:4" in shown.plain
    assert "dam.pdf (line 4 of its text)" in shown.plain


def test_a_line_that_is_broken_stays_indented() -> None:
    """So that a quotation is told from what stands around it."""
    text = Text("[1] a.txt:3\n    ")
    text.append("The old mill at Orford was built in 1871.\n", style="dim")
    text.append("A line that is not indented is left to rich.\n")

    shown = indented(text, Console(width=24))

    assert isinstance(shown, Text)
    assert shown.plain.split("\n") == [
        "[1] a.txt:3",
        "    The old mill at ",
        "    Orford was built in ",
        "    1871.",
        "A line that is not indented is left to rich.",
        "",
    ]
    assert {span.style for span in shown.spans} == {"dim"}
