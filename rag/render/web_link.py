"""Where an article was published, as a link that says its host: a name could lead anywhere.

The address comes from the file, as `rag.web_address` let it through: it is of http or https, and
has neither white space nor a pointed bracket or quotation mark in it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from rag.domain import Source
from rag.render.markdown_text import markdown_text
from rag.render.safe import safe_line
from rag.web_address import host_of

if TYPE_CHECKING:
    from rich.text import Text


def outlet_beside(source: Source) -> str | None:
    """The outlet; None where the link that stands beside it says the same."""
    host = host_of(source.url) if source.url else ""
    return None if source.outlet == host else source.outlet


def terminal_link(source: Source) -> Text:
    """`` · bell.example``, clickable; empty where the address is not known."""
    from rich.text import Text

    if source.url is None:
        return Text()
    return Text(" · ").append(safe_line(host_of(source.url)), style=f"link {source.url}")


def markdown_link(source: Source) -> str:
    """``[bell.example](<https://bell.example/a>)``; empty where the address is not known."""
    if source.url is None:
        return ""
    return f"[{markdown_text(host_of(source.url))}](<{source.url}>)"


def html_link(source: Source) -> str:
    """The same as an element of a page."""
    if source.url is None:
        return ""
    host = escape(safe_line(host_of(source.url)))
    return f'<a href="{escape(source.url)}" rel="noopener noreferrer nofollow">{host}</a>'
