"""Files that hold several articles: which these are, and what they are called."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from made_files import epub, packed

from rag.domain import Article, Skipped
from rag.limits import Limits
from rag.load.files import RawFile, is_supported
from rag.load.parse import parse_file

FIRST = "The pier of Alta opens in May, harbour master Ida Lund said."
SECOND = "The pier of Berg is closed, and nobody knows until when."


def read(name: str, data: bytes | str, **limits: Any) -> list[Article | Skipped]:
    """What becomes of a file."""
    raw = RawFile(path=name, data=data.encode() if isinstance(data, str) else data, sha256="")
    return list(parse_file(raw, limits=Limits(**limits)))


def articles(name: str, data: bytes | str) -> dict[str, Article]:
    """Its articles by their paths; nothing else becomes of it."""
    found = read(name, data)
    assert all(isinstance(one, Article) for one in found), found
    return {one.path: one for one in found if isinstance(one, Article)}


def why(name: str, data: bytes | str, **limits: Any) -> str:
    """Why it is no article."""
    [one] = read(name, data, **limits)
    assert isinstance(one, Skipped)
    return one.why


def evidence(article: Article) -> list[str]:
    """Its paragraphs."""
    return [article.text[span.start : span.end] for span in article.paragraphs]


# --- records --------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [",", ";", "\t", "|"])
def test_a_table_with_a_column_of_texts_is_an_article_a_row(part: str) -> None:
    """By the number of the row, whatever parts the columns, in the words of any export."""
    rows = [
        ["", "Headline", "Published At", "Source", "URL", "Body"],
        ["0", "Pier opens", "2020-05-04 10:00", "Courier", "https://a.example/1", FIRST],
        ["1", "Pier closed", "2020-05-05 10:00", "Star", "", f"{SECOND}\n\nThat is all; {part}."],
    ]
    text = "\r\n".join(part.join(f'"{cell}"' for cell in row) for row in rows)

    found = articles("news.csv", text)

    assert list(found) == ["news.csv/2", "news.csv/3"]
    one = found["news.csv/2"]
    assert (one.title.value, one.outlet.value, one.date.value) == (
        "Pier opens", "Courier", "2020-05-04",
    )  # fmt: skip
    assert one.part_of == "news.csv"
    assert evidence(one) == [FIRST]
    assert found["news.csv/3"].text == f"{SECOND}\n\nThat is all; {part}."


def test_another_table_is_one_article() -> None:
    """Each row a paragraph, with the names of its columns."""
    [one] = articles("boats.csv", 'Town,Boats,Note\nAlta,12,\nBerg,7,"small, old"\n').values()

    assert (one.path, one.part_of) == ("boats.csv", None)
    assert evidence(one) == ["Town: Alta; Boats: 12", "Town: Berg; Boats: 7; Note: small, old"]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("Town;2019;2020\nAlta;1;2\n", ["Town: Alta; 2019: 1; 2020: 2"]),
        ("Alta;2019\nBerg;2020\n", ["Alta | 2019", "Berg | 2020"]),
        ("sep=;\nTown;Boats, large\nAlta;1\n", ["Town: Alta; Boats, large: 1"]),
        (
            "Boats of the coast\n\nTown,Boats\nAlta,1\n",
            ["Boats of the coast", "Town: Alta; Boats: 1"],
        ),
    ],
)
def test_the_names_of_columns_are_told_from_rows(table: str, rows: list[str]) -> None:
    """They are in words, but for years side by side."""
    [one] = articles("boats.csv", table).values()

    assert evidence(one) == rows


@pytest.mark.parametrize(
    "value",
    [
        [{"title": "Pier opens", "text": FIRST, "date": "2020-05-04"}],
        {"status": "ok", "articles": [{"title": "Pier opens", "content": FIRST,
                                       "publishedAt": "2020-05-04T10:00:00Z"}]},
        {"items": [{"title": "Pier opens", "content_html": f"<p>{FIRST}</p>",
                    "date_published": "2020-05-04"}]},
        [{"headline": "Pier opens", "body": [FIRST], "timestamp": 1588586400}],
        [{"headline": "Pier opens", "body": FIRST, "created_at": 1588586400000}],
        [{"title": "Pier opens", "description": FIRST, "pub_date": "4 May 2020"}],
    ],
)  # fmt: skip
def test_lists_of_articles_are_read_in_many_forms(value: Any) -> None:
    """What their fields are called, and how a date and a text are written, differs."""
    [(path, one)] = articles("a.json", json.dumps(value)).items()

    assert (path, one.title.value, one.date.value) == ("a.json/1", "Pier opens", "2020-05-04")
    assert evidence(one) == [FIRST]


def test_an_object_is_one_article() -> None:
    """Its outlet may be an object itself."""
    [one] = articles("a.json", json.dumps({"text": FIRST, "source": {"name": "Star"}})).values()

    assert (one.path, one.outlet.value) == ("a.json", "Star")


def test_a_line_is_an_article() -> None:
    """By its number; one that is broken is named, and the others are read."""
    lines = [json.dumps({"text": FIRST}), "", "{broken", json.dumps({"text": SECOND})]

    found = read("a.jsonl", "\n".join(lines))

    assert [one.path for one in found] == ["a.jsonl/1", "a.jsonl/3", "a.jsonl/4"]
    assert found[1] == Skipped(path="a.jsonl/3", why="no text in it", part_of="a.jsonl")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.json", "{", "damaged JSON"),
        ("a.json", "[" * 100_000, "damaged JSON"),
        ("a.json", '{"name": "x", "version": 1}', "contains no articles"),
        ("a.json", "[1, 2]", "contains no articles"),
        ("a.json", "3", "contains no articles"),
        ("a.jsonl", "hello", "damaged JSON"),
        ("a.jsonl", "{}", "contains no articles"),
        ("a.csv", b"\0\1\2\3" * 50, "binary data"),
        ("a.xml", "<rss", "damaged XML"),
        ("a.xml", "<svg/>", "no feed"),
        ("a.xml", "<rss><channel/></rss>", "the feed is empty"),
        ("a.xml", '<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>', "entities of its own"),
        ("a.xml", "<rss>" + "<a>" * 300 + "</a>" * 300 + "</rss>", "nested"),
        ("a.mbox", "hello", "no message"),
        ("a.epub", b"PK\3\4", "damaged EPUB"),
        ("a.epub", packed({"a": "b"}), "damaged EPUB"),
        ("a.zip", b"PK\3\4", "damaged ZIP"),
        ("a.zip", packed({}), "no file in it"),
        ("a.zip", packed({"a/": ""}), "no file in it"),
        ("a.txt.gz", b"\x1f\x8bno", "damaged GZ"),
        ("a.txt.gz", gzip.compress(FIRST.encode(), mtime=0)[:-9], "damaged GZ"),
        ("a.txt.gz", gzip.compress(b"", mtime=0), "empty"),
        ("a.zip.gz", gzip.compress(packed({"a.txt": FIRST}), mtime=0), "archive in an archive"),
    ],
)
def test_what_holds_no_article_has_a_reason(name: str, data: bytes | str, reason: str) -> None:
    """In short words; what is sound and was never meant to be one has not failed."""
    [one] = read(name, data)

    assert isinstance(one, Skipped)
    assert reason in one.why
    assert one.failed is not (reason in ("contains no articles", "no feed"))


# --- feeds ----------------------------------------------------------------------------------------


def test_an_entry_of_rss_is_an_article() -> None:
    """The whole text where there is one; pictures beside it are no text."""
    feed = f"""<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Courier</title><link>https://a.example</link>
<item><title>Pier &amp;amp; boats</title><link>https://a.example/2020/05/04/pier</link>
<media:content url="x.jpg"><media:title>A picture</media:title></media:content>
<pubDate>Mon, 04 May 2020 23:30:00 +0200</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>{FIRST}</p><p hidden>Secret.</p>]]></content:encoded></item>
<item><title>Berg</title><description>{SECOND}</description></item></channel></rss>"""

    one, two = articles("a.rss", feed).values()

    assert (one.path, one.title.value, one.outlet.value, one.date.value) == (
        "a.rss/1", "Pier & boats", "Courier", "2020-05-04",
    )  # fmt: skip
    assert evidence(one) == [FIRST]
    assert evidence(two) == [SECOND]


@pytest.mark.parametrize(
    "content",
    [
        f'<content type="html">&lt;p&gt;{FIRST}&lt;/p&gt;</content>',
        f'<content type="text">{FIRST}</content>',
        f"<summary>{FIRST}</summary>",
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        f"<p>{FIRST.replace('Alta', '<b>Alta</b>')}</p></div></content>",
    ],
)
def test_an_entry_of_atom_is_an_article(content: str) -> None:
    """In each way that its content may be written."""
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Star</title><entry>'
        '<title>Pier opens</title><link rel="self" href="https://a.example/x"/>'
        '<link href="https://a.example/pier"/><updated>2020-06-01T10:00:00Z</updated>'
        f"<published>2020-05-04T10:00:00Z</published>{content}</entry></feed>"
    )

    [one] = articles("a.atom", feed).values()

    assert (one.title.value, one.outlet.value, one.date.value) == (
        "Pier opens", "Star", "2020-05-04",
    )  # fmt: skip
    assert evidence(one) == [FIRST]


# --- mailboxes, books -----------------------------------------------------------------------------


def test_a_mailbox_is_read_message_by_message() -> None:
    """A line of a message that begins with "From " begins no other."""
    head = "From: Ida <i@example.org>\nSubject: Pier\n\n"
    box = (
        f"From i@example.org Mon May  4 10:00:00 2020\n{head}{FIRST}\n\n"
        f">From here on, it is free.\n\nFrom now on it is, in 2020\nand later, free.\n\n"
        f"From i@example.org Tue May  5 10:00:00 2020\r\n{head}{SECOND}\n"
    )

    one, two = articles("a.mbox", box).values()

    assert "\n\nFrom here on, it is free.\n\nFrom now on it is, in 2020\n" in one.text
    assert (two.path, evidence(two)) == ("a.mbox/2", [SECOND])


def test_a_book_is_read_chapter_by_chapter() -> None:
    """Under the title of the book; a cover is passed over."""
    page = "<html><head><title>Chapter</title></head><body><h1>{}</h1><p>{}</p></body></html>"
    book = epub(
        {"cover.xhtml": '<html><body><img src="a.png"/></body></html>',
         "text/one a.xhtml": page.format("Alta", FIRST), "two.xhtml": page.format("Berg", SECOND)},
        metadata="<dc:title>Piers</dc:title><dc:date>2020-05-04</dc:date>",
    )  # fmt: skip

    cover, one, two = read("a.epub", book)

    assert cover == Skipped(
        path="a.epub/book/cover.xhtml", why="no article text in the page", failed=False,
        part_of="a.epub",
    )  # fmt: skip
    assert isinstance(one, Article) and isinstance(two, Article)
    assert (one.path, one.outlet.value, one.date.value) == (
        "a.epub/book/text/one a.xhtml", "Piers", "2020-05-04",
    )  # fmt: skip
    assert FIRST in evidence(one)
    assert SECOND in evidence(two)


def test_a_locked_book_says_so() -> None:
    """One with locked fonts is read."""
    lock = (
        '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:CipherReference URI="{}"/>'
        "</encryption>"
    )
    page = f"<html><body><p>{FIRST}</p></body></html>"
    locked = {"META-INF/encryption.xml": lock.format("book/a.xhtml")}
    fonts = {"META-INF/encryption.xml": lock.format("book/a.otf")}

    assert why("a.epub", epub({"a.xhtml": page}, **locked)) == "encrypted EPUB"
    assert list(articles("a.epub", epub({"a.xhtml": page}, **fonts))) == ["a.epub/book/a.xhtml"]


# --- archives -------------------------------------------------------------------------------------


def test_an_archive_is_read_as_a_folder_is() -> None:
    """Hidden files are passed over, others are named; a path does not lead out of it."""
    found = read(
        "a.zip",
        packed({
            "x/Harbour meeting.txt": FIRST, "../../etc/y.txt": SECOND, "etc/y.txt": SECOND,
            "\\z.md": FIRST, ".hidden.txt": "no", "__MACOSX/x.txt": "no", "c.gif": "no",
            "n.zip": packed({"a.txt": FIRST}), "d.pdf": "no", "l.jsonl": '{"text": "It is."}',
            "g.txt.gz": gzip.compress(b"no", mtime=0),
        }),
    )  # fmt: skip

    assert {one.path: one.title.value for one in found if isinstance(one, Article)} == {
        "a.zip/x/Harbour meeting.txt": "Harbour meeting",
        "a.zip/etc/y.txt": None, "a.zip/etc/2-y.txt": None, "a.zip/z.md": None,
        "a.zip/l.jsonl/1": None,
    }  # fmt: skip
    assert {one.path: one.failed for one in found if isinstance(one, Skipped)} == {
        "a.zip/c.gif": False, "a.zip/n.zip": True, "a.zip/d.pdf": True, "a.zip/g.txt.gz": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", packed({"a.txt": "a" * 2_000_000})),
        ("a.epub", packed({"a.txt": "a" * 2_000_000})),
        ("a.txt.gz", gzip.compress(b"a" * 2_000_000, mtime=0)),
    ],
)
def test_what_unpacks_to_too_much_is_not_unpacked(name: str, data: bytes) -> None:
    """By its ratio, and by its size."""
    assert "raise archive_ratio" in why(name, data)
    assert "raise archive_megabytes" in why(name, data, archive_megabytes=1, archive_ratio=5000)


def test_too_many_parts_are_none() -> None:
    """The limit of archives counts for all that holds several articles."""
    lines = "\n".join(json.dumps({"text": FIRST}) for _ in range(11))

    assert "raise archive_members" in why("a.jsonl", lines, archive_members=10)
    assert "raise archive_members" in why("a.zip", packed({"a": "", "b": ""}), archive_members=1)


def test_a_packed_file_has_the_title_of_its_name() -> None:
    """Of a .gz, the name is that of the file in it; others are of no known format."""
    [one] = articles("Harbour meeting.txt.gz", gzip.compress(FIRST.encode(), mtime=0)).values()

    assert (one.path, one.title.value) == ("Harbour meeting.txt.gz", "Harbour meeting")
    assert [is_supported(name) for name in ("a.tar.gz", "a.gz", "a.csv.GZ")] == [False, False, True]
