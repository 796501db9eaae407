"""The addresses in feeds and sitemaps."""

from __future__ import annotations

import gzip

import pytest

from rag.fetch.listing import read_listing
from rag.fetch.manners import NotFetched

BASE = "https://bell.example/feeds/news.xml"


def pages(text: str) -> list[str]:
    """The addresses in a list of pages."""
    found = read_listing(text.encode(), base=BASE)
    assert found is not None
    return list(found.pages)


def test_an_rss_feed_has_its_items_in_order() -> None:
    """Not its own home page, nor sound files; marks are read, and addresses made whole."""
    feed = """<?xml version="1.0"?>
        <!-- made by hand --><!DOCTYPE rss>
        <rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
        <link>https://bell.example/</link><atom:link rel="self" href="https://bell.example/self"/>
        <item><link> https://bell.example/z?a=1&amp;b=2 </link></item>
        <item><title>No link</title></item>
        <item><guid>https://bell.example/guid</guid></item>
        <item><guid isPermaLink="false">https://bell.example/not-this</guid></item>
        <item><enclosure url="https://bell.example/a.mp3"/><link><![CDATA[/a#top]]></link></item>
        </channel></rss>"""

    assert pages(feed) == [
        "https://bell.example/z?a=1&b=2",
        "https://bell.example/guid",
        "https://bell.example/a",
    ]


def test_an_atom_feed_has_the_pages_of_its_entries() -> None:
    """The alternate link of each."""
    feed = """<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://bell.example/"/>
        <entry><link rel="edit" href="/edit"/><link rel="alternate" href="/one"/></entry>
        <entry><link href="two?x=1&amp;y=2"/></entry></feed>"""

    assert pages(feed) == ["https://bell.example/one", "https://bell.example/feeds/two?x=1&y=2"]


def test_an_rdf_feed_is_a_feed() -> None:
    """RSS 1.0 has its items beside the channel."""
    feed = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/"><channel><link>/</link></channel>
        <item><link>/one</link></item></rdf:RDF>"""

    assert pages(feed) == ["https://bell.example/one"]


def test_a_sitemap_has_its_newest_pages_first() -> None:
    """Those without a day come last, in their order."""
    entries = [("/a", ""), ("/b", "2018-01-01"), ("/c", "2019-01-01"), ("/d", "")]
    told = "".join(
        f"<url><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for loc, day in entries
    )

    assert [one[-1] for one in pages(f"<urlset>{told}</urlset>")] == ["c", "b", "a", "d"]


def test_a_sitemap_may_be_lines_and_may_be_packed() -> None:
    """As the protocol allows; a text that begins with an address is a text."""
    lines = b"\xef\xbb\xbfhttps://bell.example/a\nhttps://bell.example/b\n"

    found = read_listing(gzip.compress(lines), base=BASE)
    assert found and found.pages == ("https://bell.example/a", "https://bell.example/b")
    assert read_listing(b"https://bell.example/a\n\nThe wall fell.", base=BASE) is None


@pytest.mark.parametrize(
    "page", ["<html><body><rss></rss></body></html>", "The <rss> element", "", "<svg/>", "{}"]
)
def test_a_page_is_no_list(page: str) -> None:
    """Only the first element counts."""
    assert read_listing(page.encode(), base=BASE) is None


def test_entities_of_a_feed_are_not_resolved(tmp_path) -> None:
    """Neither a file is read, nor does a small feed become a large one."""
    secret = tmp_path / "secret"
    secret.write_text("https://bell.example/secret")
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "https://bell.example/lol"}">'
        for n in range(9)
    )
    feed = (
        f'<!DOCTYPE rss [<!ENTITY file SYSTEM "{secret.as_uri()}">{laughs}]>'
        "<rss><item><link>&file;</link></item><item><link>&l8;</link></item></rss>"
    )

    found = read_listing(feed.encode(), base=BASE)
    assert found is None or found.pages == ()


def test_damaged_xml_gives_what_can_be_read() -> None:
    """Or is told."""
    assert pages("<rss><item><link>/a</link></item><item><link>/b") == [
        "https://bell.example/a", "https://bell.example/b",
    ]  # fmt: skip
    with pytest.raises(NotFetched, match="damaged"):
        read_listing(b"\x1f\x8bno", base=BASE)
