"""A brief -> Markdown with footnotes, ``[^1]``, as GitHub, pandoc and most editors know them."""

from __future__ import annotations

from collections.abc import Iterator

from rag.render.brief import Brief, Footnote, Line, Section
from rag.render.markdown_text import markdown_text


def brief_markdown(brief: Brief) -> str:
    """The document; a text of an article or a question marks nothing in it."""
    parts = [f"# {markdown_text(brief.title)}"]
    parts += [part for section in brief.sections for part in _section(section)]
    if brief.legend:
        parts.append(f"*{markdown_text(brief.legend)}*")
    parts += map(_footnote, brief.footnotes)
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    if section.number:
        yield f"## {section.number}. {markdown_text(section.asked)}"
    yield from map(_line, section.lines)
    if section.nearest:
        yield "\n".join(f"- {markdown_text(one)}" for one in section.nearest)


def _line(line: Line) -> str:
    before, text, after = map(markdown_text, (line.before, line.text, line.after))
    shown = " ".join(filter(None, (before, f"**{text}**" if line.bold else text, after)))
    return shown + "".join(f"[^{mark.n}]" for mark in line.marks)


def _footnote(note: Footnote) -> str:
    return f"[^{note.n}]: “{markdown_text(note.quote)}” {markdown_text(note.text)}"
