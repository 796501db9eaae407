"""The page that shows an article."""

from __future__ import annotations

from dataclasses import replace

from rag.serve.pages import Marked, source_html

CITED = Marked(
    path="a.html", title="Wall falls", outlet=None, date=None, sha256="0" * 64, url=None,
    text="The wall fell.", start=0, end=0, changed=False,
)  # fmt: skip


def test_an_article_of_the_web_is_linked_by_its_host() -> None:
    """What its address holds stays inside the link; without one there is none."""
    shown = source_html(replace(CITED, url="https://www.bell.example/a?x=1&y='2'"))

    assert (
        'a.html · <a href="https://www.bell.example/a?x=1&amp;y=&#39;2&#39;"'
        ' rel="noopener noreferrer nofollow">bell.example</a></p>'
    ) in shown
    assert "<a " not in source_html(CITED)
