"""A brief -> one HTML file that loads nothing and runs nothing; what articles say is text in it."""

from __future__ import annotations

from importlib.resources import files

from rag.render.brief import Brief
from rag.render.outline import Words


def brief_html(brief: Brief) -> str:
    """The page."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = (files("rag.render") / "brief.html.j2").read_text(encoding="utf-8")
    return environment.from_string(template).render(brief=brief, sources=Words.SOURCES.value) + "\n"
