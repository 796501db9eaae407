"""A checked draft -> terminal, JSON, and a page with the draft beside its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from rag.answer.check_draft import DraftSentence, Standing
from rag.domain import Citation
from rag.language.text import counted
from rag.render.as_json import citation_dict
from rag.render.outline import Words
from rag.render.safe import safe, safe_line
from rag.render.terminal import Locate, citation_lines
from rag.render.web_link import html_link, outlet_beside

if TYPE_CHECKING:
    from rich.text import Text

SCHEMA = "rag.check/1"
NAMED = {
    Standing.SUPPORTED: "supported",
    Standing.CONTRADICTED: "contradicted",
    Standing.NOT_FOUND: "not found",
    Standing.NO_CLAIM: "no claim",
}
_MARKS = {
    Standing.SUPPORTED: ("✓", "green"),
    Standing.CONTRADICTED: ("✗", "bold red"),
    Standing.NOT_FOUND: ("?", "yellow"),
    Standing.NO_CLAIM: ("·", "dim"),
}
_STYLE = """
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:#1d1d1f;background:#fff}
main{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:2.5rem;max-width:76rem;
margin:0 auto;padding:2rem 1.5rem}
.draft{white-space:pre-wrap;overflow-wrap:anywhere}
mark{color:inherit;padding:.1em 0;border-bottom:3px solid}
.supported{background:#e7f5ea;border-color:#2e8b4a}.contradicted{background:#fde8e7;border-color:#c9302c}
.not_found{background:#fff6da;border-color:#c99700}
a{color:inherit}aside{font-size:.9rem}aside h2{font-size:1rem}li{margin-bottom:.9rem}
blockquote{margin:.25rem 0 0;padding-left:.8rem;border-left:3px solid #ccc;color:#444}
.instead{color:#c9302c}@media(max-width:46rem){main{grid-template-columns:1fr}}
"""


def summary(found: Sequence[DraftSentence]) -> str:
    """How many sentences stand how: "2 of 5 sentences supported, 1 contradicted, 2 not found"."""
    counts = Counter(one.standing for one in found)
    claims = len(found) - counts[Standing.NO_CLAIM]
    if not claims:
        return "No sentence claims anything that can be checked"
    told = [f"{counts[Standing.SUPPORTED]} of {counted(claims, 'sentence')} supported"]
    told += [
        f"{counts[one]} {NAMED[one]}"
        for one in (Standing.CONTRADICTED, Standing.NOT_FOUND)
        if counts[one]
    ]
    return ", ".join(told)


def draft_text(found: Sequence[DraftSentence], *, locate: Locate) -> Text:
    """Each sentence with its verdict and what it was held against."""
    from rich.text import Text

    shown = Text()
    for one in found:
        mark, style = _MARKS[one.standing]
        shown.append(f"{mark} {NAMED[one.standing]:<12} ", style=style)
        shown.append(safe_line(one.text))
        for citation in one.citations if one.standing is Standing.SUPPORTED else ():
            shown.append(f" [{citation.n}]", style="bold cyan")
        shown.append("\n")
        for instead in one.instead:
            told = f"“{safe_line(instead.claimed)}”: the article has “{safe_line(instead.told)}”"
            shown.append(f"    {told}", style="red")
            shown.append(f" [{instead.citation.n}]\n", style="bold cyan")
        if one.standing is Standing.NOT_FOUND and one.citations:
            numbers = " ".join(f"[{citation.n}]" for citation in one.citations)
            shown.append(f"    nearest: {numbers}", style="dim")
            shown.append(f" ({safe_line(one.why)})\n" if one.why else "\n", style="dim")
    shown.append(f"\n{summary(found)}\n", style="bold")
    if sources := _cited(found):
        shown.append(f"\n{Words.SOURCES}\n", style="bold")
        for citation in sources:
            shown.append_text(citation_lines(citation, locate))
    return shown


def _cited(found: Sequence[DraftSentence]) -> list[Citation]:
    """All citations, each once, by number."""
    cited = {citation.n: citation for one in found for citation in one.citations}
    cited |= {one.citation.n: one.citation for each in found for one in each.instead}
    return [cited[n] for n in sorted(cited)]


def draft_dict(found: Sequence[DraftSentence], *, generation: int) -> dict[str, Any]:
    """A checked draft as `rag check --json` has it; offsets count characters of the draft."""
    counts = Counter(one.standing for one in found)
    return {
        "schema": SCHEMA,
        "supported": counts[Standing.SUPPORTED],
        "contradicted": counts[Standing.CONTRADICTED],
        "not_found": counts[Standing.NOT_FOUND],
        "sentences": [
            {
                "start": one.start,
                "end": one.end,
                "text": one.text,
                "standing": one.standing.value,
                "support": round(one.support, 4),
                "why": one.why,
                "citations": [citation_dict(citation) for citation in one.citations],
                "instead": [
                    {"claimed": each.claimed, "told": each.told, "n": each.citation.n}
                    for each in one.instead
                ],
            }
            for one in found
        ],
        "generation": generation,
    }


def draft_html(draft: str, found: Sequence[DraftSentence]) -> str:
    """A page with the draft on the left, each sentence marked, and its sources on the right."""
    body, place = [], 0
    for one in found:
        body.append(escape(safe(draft[place : one.start])))
        body.append(_marked(draft, one))
        place = one.end
    body.append(escape(safe(draft[place:])))
    sources = "".join(_source(citation, found) for citation in _cited(found))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(summary(found))}</title><style>{_STYLE}</style>"
        f'<main><section><h1>{escape(summary(found))}</h1><div class="draft">{"".join(body)}</div>'
        f"</section><aside><h2>{Words.SOURCES}</h2><ol>{sources}</ol></aside></main></html>\n"
    )


def _marked(draft: str, one: DraftSentence) -> str:
    text = escape(safe(draft[one.start : one.end]))
    if one.standing is Standing.NO_CLAIM:
        return text
    numbers = "".join(
        f'<sup><a href="#c{citation.n}">[{citation.n}]</a></sup>' for citation in one.citations
    )
    title = escape(NAMED[one.standing])
    return f'<mark class="{one.standing.value}" title="{title}">{text}</mark>{numbers}'


def _source(citation: Citation, found: Sequence[DraftSentence]) -> str:
    source = citation.source
    told = [
        escape(safe_line(one)) for one in (source.path, source.date, outlet_beside(source)) if one
    ]
    where = " · ".join(filter(None, (*told, html_link(source))))
    instead = "".join(
        f'<p class="instead">“{escape(safe_line(each.claimed))}”: the article has'
        f" “{escape(safe_line(each.told))}”</p>"
        for one in found
        for each in one.instead
        if each.citation.n == citation.n
    )
    quote = escape(safe_line(citation.quote))
    return (
        f'<li id="c{citation.n}" value="{citation.n}">{where}'
        f"<blockquote>{quote}</blockquote>{instead}</li>"
    )
