"""An article's address as a link."""

from __future__ import annotations

from rag.domain import Source
from rag.render.web_link import html_link, markdown_link, outlet_beside, terminal_link

BARE = Source(path="a.html", title=None, outlet="Other Name", date=None, sha256="0" * 64)
URL = "https://www.bell.example/a_(b)?x=1&y='2'"
KNOWN = Source(path="a.html", title=None, outlet="Bell", date=None, sha256="0" * 64, url=URL)


def test_a_link_says_where_it_leads() -> None:
    """By its host, and not by what the article calls its outlet."""
    shown = terminal_link(KNOWN)

    assert shown.plain == " · bell.example"
    assert [str(span.style) for span in shown.spans] == [f"link {URL}"]
    assert markdown_link(KNOWN) == f"[bell\\.example](<{URL}>)"
    assert html_link(KNOWN) == (
        '<a href="https://www.bell.example/a_(b)?x=1&amp;y=&#x27;2&#x27;"'
        ' rel="noopener noreferrer nofollow">bell.example</a>'
    )


def test_without_an_address_there_is_no_link() -> None:
    """And no gap."""
    assert terminal_link(BARE).plain == markdown_link(BARE) == html_link(BARE) == ""


def test_an_outlet_that_is_the_host_is_not_said_twice() -> None:
    """The link says it already."""
    host = Source(path="a", title=None, outlet="bell.example", date=None, sha256="", url=URL)

    assert outlet_beside(host) is None
    assert outlet_beside(KNOWN) == "Bell"
    assert outlet_beside(BARE) == "Other Name"
