"""Fetching pages, feeds and sitemaps from a small site on this machine."""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
import time
import zlib
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from web_site import Says, Site, page

from rag.domain import Article
from rag.errors import ConfigError, CorpusError
from rag.fetch.add import Outcome, State, add_addresses
from rag.fetch.folder import RECORD
from rag.fetch.manners import Manners
from rag.load.parse import load_folder

Lines = list[str]


def add(place: Path, manners: Manners, *urls: str, told: Lines | None = None) -> list[Outcome]:
    """What becomes of some addresses."""
    notify = (lambda line: None) if told is None else told.append
    return list(add_addresses(urls, into=place, manners=manners, notify=notify))


def why(outcomes: list[Outcome]) -> str:
    """The reason that the only address gave no page for."""
    [one] = outcomes
    assert one.state in (State.FAILED, State.SKIPPED)
    assert one.file is None
    return f"{one.state}: {one.why}"


def read(place: Path) -> list[Article]:
    """The articles in a folder."""
    found = list(load_folder([place]))
    assert all(isinstance(one, Article) for one in found), found
    return [one for one in found if isinstance(one, Article)]


# --- pages --------------------------------------------------------------------------------------


def test_a_page_becomes_an_article_that_knows_its_address(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Whatever address the page claims for itself."""
    claims = page().replace(b"<head>", b'<head><link rel="canonical" href="https://evil.example/">')
    site.paths["/2018/harbour.html?id=7"] = Says(body=claims)

    [one] = add(tmp_path, manners, f"{site.url}/2018/harbour.html?id=7#top")

    [article] = read(tmp_path)
    assert (one.state, one.given) == (State.FETCHED, True)
    assert article.url == one.url == f"{site.url}/2018/harbour.html?id=7"
    assert article.title.value == "Harbour wall falls"
    assert "forty boats were lost" in article.text
    assert "saved from" not in article.text
    assert one.file and one.file.name == "2018-harbour-id-7.html"


def test_the_charset_that_the_server_names_is_kept(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Also where the page says nothing, or something else."""
    story = ("Der Bürgermeister Jörg Öhler sagte, die Mauer müsse größer werden als früher.",) * 2
    body = page("Mauer für Köln", story=story).decode().encode("latin-1")
    site.paths["/a"] = Says(body=body, kind="text/html; charset=ISO-8859-1")

    add(tmp_path, manners, f"{site.url}/a")

    [article] = read(tmp_path)
    assert "Jörg Öhler" in article.text


def test_a_text_and_a_pdf_know_their_address_too(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """The one in its first line, which is no evidence, the other behind its end."""
    from reportlab.pdfgen.canvas import Canvas

    drawn = io.BytesIO()
    canvas = Canvas(drawn)
    canvas.drawString(72, 720, "The harbour wall of Port Elm fell in a storm on Monday.")
    canvas.save()
    text = b"Wall falls\n\nThe harbour wall of Port Elm fell in a storm on Monday evening.\n"
    site.paths |= {
        "/wall.pdf": Says(body=drawn.getvalue(), kind="application/pdf"),
        "/wall.txt": Says(body=text, kind="text/plain"),
    }

    add(tmp_path, manners, f"{site.url}/wall.pdf", f"{site.url}/wall.txt")

    pdf, plain = read(tmp_path)
    assert (pdf.url, plain.url) == (f"{site.url}/wall.pdf", f"{site.url}/wall.txt")
    assert plain.title.value == "Wall falls"
    assert not any(plain.text[span.start :].startswith("http") for span in plain.paragraphs)


def test_what_is_no_article_is_not_even_taken(site: Site, manners: Manners, tmp_path: Path) -> None:
    """A picture by what its server says; a PDF that is none by its first bytes."""
    site.paths |= {
        "/a.png": Says(body=b"\x89PNG", kind="image/png"),
        "/a.pdf": Says(body=page(), kind="application/pdf"),
        "/b.pdf": Says(body=b"no pdf", kind="application/pdf"),
        "/empty": Says(body=b" \n"),
        "/data.xml": Says(body=b"<data/>", kind="application/xml"),
    }

    assert why(add(tmp_path, manners, f"{site.url}/a.png")).startswith("skipped: is image/png;")
    assert why(add(tmp_path, manners, f"{site.url}/b.pdf")).startswith("failed: is called a PDF")
    assert why(add(tmp_path, manners, f"{site.url}/empty")) == "failed: is empty"
    assert "neither a web page nor" in why(add(tmp_path, manners, f"{site.url}/data.xml"))
    [page_after_all] = add(tmp_path, manners, f"{site.url}/a.pdf")
    assert page_after_all.file and page_after_all.file.suffix == ".html"


def test_a_page_that_is_not_there_is_told(site: Site, manners: Manners, tmp_path: Path) -> None:
    """With what the server says, and the folder is not made."""
    place = tmp_path / "web"

    assert (
        why(add(place, manners, f"{site.url}/no")) == "failed: the server answers 404 (Not Found)"
    )
    assert not place.exists()


def test_a_host_that_is_not_there_is_told(manners: Manners, tmp_path: Path) -> None:
    """Neither a name that nobody has, nor a port where nobody listens."""
    assert "there is no host nobody.invalid" in why(
        add(tmp_path, manners, "http://nobody.invalid/")
    )
    assert "cannot be connected to" in why(add(tmp_path, manners, "http://127.0.0.1:9/"))


@pytest.mark.parametrize(
    "address",
    ["paper.example/a.html", "ftp://paper.example/a", "file:///etc/passwd", "http://",
     "javascript:1", "http://paper.example:99999/", "http://me:secret@paper.example/",
     "http://h/\x00", ""],
)  # fmt: skip
def test_what_is_no_address_stops_everything(
    address: str, site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Before anything is fetched, and without showing a password."""
    with pytest.raises(ConfigError, match="address") as caught:
        add(tmp_path, manners, f"{site.url}/a", address)

    assert site.asked == []
    assert "secret" not in f"{caught.value.message}{caught.value.hint}"


def test_secrets_in_an_address_are_sent_and_not_kept(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Neither in the page, nor in its name, nor in the record."""
    site.paths["/a?access_token=tops3cret&id=7"] = Says(body=page())

    [one] = add(tmp_path, manners, f"{site.url}/a?access_token=tops3cret&id=7")

    assert one.url == f"{site.url}/a?id=7"
    for file in (*tmp_path.rglob("*.html"), tmp_path / RECORD):
        assert b"tops3cret" not in file.read_bytes()
        assert "tops3cret" not in str(file)


def test_two_addresses_never_share_a_file(site: Site, manners: Manners, tmp_path: Path) -> None:
    """Also where their words are the same; and no address leads out of the folder."""
    paths = ["/a-b", "/a/b", "/A_b", "/%2e%2e/%2e%2e/a%2fb", f"/{'x' * 300}", f"/{'x' * 301}"]
    site.paths |= {path: Says(body=page(f"Story {n}")) for n, path in enumerate(paths)}
    place = tmp_path / "deep" / "web"

    outcomes = add(place, manners, *(f"{site.url}{path}" for path in paths))

    files = [one.file for one in outcomes if one.file]
    assert len(set(files)) == len(paths)
    assert all(file.resolve().is_relative_to(place) for file in files)


# --- a second time ------------------------------------------------------------------------------


def test_a_page_that_has_not_changed_is_not_sent_again(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Its server is asked with what it said the first time."""

    def answer(request: BaseHTTPRequestHandler) -> Says:
        known = request.headers.get("If-None-Match") == '"v1"'
        return Says(status=304) if known else Says(body=page(), headers={"ETag": '"v1"'})

    site.paths["/a"] = answer
    [first] = add(tmp_path, manners, f"{site.url}/a")
    [second] = add(tmp_path, manners, f"{site.url}/a")

    assert (first.state, second.state) == (State.FETCHED, State.UNCHANGED)
    assert first.file == second.file
    assert second.file and second.file.read_bytes().endswith(page())


def test_a_page_whose_file_is_gone_is_fetched_again(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Without conditions; and so is one whose record is damaged."""
    site.paths["/a"] = Says(body=page(), headers={"ETag": '"v1"'})
    [first] = add(tmp_path, manners, f"{site.url}/a")
    assert first.file
    first.file.unlink()
    [second] = add(tmp_path, manners, f"{site.url}/a")
    (tmp_path / RECORD).write_text('{"pages": {"x": [1], "y": {"file": 3}}}')
    [third] = add(tmp_path, manners, f"{site.url}/a")

    assert (second.state, third.state) == (State.FETCHED, State.UNCHANGED)
    assert [one.headers.get("if-none-match") for one in site.asked] == [None] * len(site.asked)


def test_a_server_without_conditions_is_compared(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """The file is written only if the page has changed."""
    site.paths["/a"] = Says(body=page())
    [first] = add(tmp_path, manners, f"{site.url}/a")
    assert first.file
    before = first.file.stat().st_mtime_ns
    [second] = add(tmp_path, manners, f"{site.url}/a")
    assert first.file.stat().st_mtime_ns == before
    site.paths["/a"] = Says(body=page("Another title"))
    [third] = add(tmp_path, manners, f"{site.url}/a")

    assert (second.state, third.state) == (State.UNCHANGED, State.FETCHED)
    assert third.file == first.file
    assert len(read(tmp_path)) == 1


def test_a_record_tells_when_a_page_was_fetched(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """And where it is."""
    site.paths["/a"] = Says(body=page(), headers={"Last-Modified": "Mon, 16 Jul 2018 10:00:00 GMT"})

    [one] = add(tmp_path, manners, f"{site.url}/a")

    [(address, known)] = json.loads((tmp_path / RECORD).read_text())["pages"].items()
    assert address == one.url
    assert tmp_path / known["file"] == one.file
    assert known["fetched"].endswith("+00:00")
    assert known["last-modified"] == "Mon, 16 Jul 2018 10:00:00 GMT"


# --- redirects, and where they must not lead ----------------------------------------------------


def test_a_redirect_is_followed_to_the_address_that_is_kept(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Relative ones too."""
    site.paths |= {
        "/old": Says(status=301, headers={"Location": "/new?x=1#part"}),
        "/new?x=1": Says(body=page()),
    }

    [one] = add(tmp_path, manners, f"{site.url}/old")

    assert (one.state, one.url) == (State.FETCHED, f"{site.url}/new?x=1")


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("/round", "redirects more than 5 times"),
        ("file:///etc/passwd", "not an address that begins with http"),
        ("http://me:pw@127.0.0.1/", "user name or a password"),
        ("", "answers 302 (Found)"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_told(
    to: str, told: str, site: Site, manners: Manners, tmp_path: Path
) -> None:
    """It ends, and never at a file."""
    site.paths["/round"] = Says(status=302, headers={"Location": to})

    assert told in why(add(tmp_path, manners, f"{site.url}/round"))
    assert len(site.paths_asked()) <= 6


# --- robots.txt and waiting ---------------------------------------------------------------------


def robots(*lines: str) -> Says:
    """A robots.txt for all."""
    return Says(body="\n".join(["User-agent: *", *lines]).encode(), kind="text/plain")


def test_what_robots_txt_refuses_is_not_asked_for(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Also by wildcards and by the longest rule, and after a redirect."""
    site.paths |= {
        "/robots.txt": robots("Disallow: /no", "Disallow: /*?print=", "Allow: /no/but"),
        "/no/a": Says(body=page()),
        "/a?print=1": Says(body=page()),
        "/no/but": Says(body=page()),
        "/to": Says(status=302, headers={"Location": "/no/a"}),
    }

    for path in ("/no/a", "/a?print=1", "/to"):
        told = why(add(tmp_path, manners, f"{site.url}{path}"))
        assert told == "skipped: its robots.txt asks programs not to fetch it"
    [allowed] = add(tmp_path, manners, f"{site.url}/no/but")
    assert allowed.state is State.FETCHED
    assert site.paths_asked() == ["/to", "/no/but"]


def test_a_robots_txt_for_this_program_counts(site: Site, manners: Manners, tmp_path: Path) -> None:
    """The one that names it; and its name is in every request."""
    site.paths |= {
        "/robots.txt": Says(body=b"User-agent: rag\nDisallow: /\n\nUser-agent: *\nAllow: /\n"),
        "/a": Says(body=page()),
    }

    assert "robots.txt" in why(add(tmp_path, manners, f"{site.url}/a"))
    assert {one.headers["user-agent"] for one in site.asked} == {manners.agent}


def test_a_robots_txt_that_fails_closes_the_site(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """It is asked for once, and no page is."""
    site.paths |= {"/robots.txt": Says(status=500), "/a": Says(body=page())}

    outcomes = add(tmp_path, manners, f"{site.url}/a", f"{site.url}/b")

    assert all("its robots.txt cannot be read" in one.why for one in outcomes)
    assert [one.path for one in site.asked] == ["/robots.txt"]


def test_requests_to_a_host_keep_their_distance(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """That of ours, or the longer one of its robots.txt."""
    site.paths |= {"/a": Says(body=page()), "/b": Says(body=page())}
    addresses = [f"{site.url}/a", f"{site.url}/b"]

    add(tmp_path, dataclasses.replace(manners, pause=0.2), *addresses)
    ours = [one.at for one in site.asked]
    site.asked.clear()
    site.paths["/robots.txt"] = robots("Crawl-delay: 0.4")
    add(tmp_path, manners, *addresses)
    theirs = [one.at for one in site.asked]

    assert all(after - before > 0.19 for before, after in zip(ours, ours[1:], strict=False))
    assert theirs[2] - theirs[1] > 0.39
    site.paths["/robots.txt"] = robots("Crawl-delay: 3600")
    assert "asks for 3600 s between two pages" in why(add(tmp_path, manners, addresses[0]))


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_host_is_asked_again_when_it_says(
    status: int, site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Once."""
    busy = iter([Says(status=status, headers={"Retry-After": "1"})])
    site.paths["/a"] = lambda request: next(busy, Says(body=page()))
    told: Lines = []

    [one] = add(tmp_path, manners, f"{site.url}/a", told=told)

    first, second = (asked.at for asked in site.asked if asked.path == "/a")
    assert one.state is State.FETCHED
    assert second - first > 0.9
    assert told == ["127.0.0.1 asks to wait 1 s."]
    site.paths["/a"] = Says(status=status, headers={"Retry-After": "0"})
    assert f"answers {status}" in why(add(tmp_path, manners, f"{site.url}/a"))


@pytest.mark.parametrize("said", ["3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_host_that_asks_to_wait_long_is_left_alone(
    said: str, site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Also its other pages: they are not asked for."""
    site.paths["/a"] = Says(status=429, headers={"Retry-After": said})

    outcomes = add(tmp_path, manners, f"{site.url}/a", f"{site.url}/b")

    assert all("asks to come back in" in one.why for one in outcomes)
    assert site.paths_asked() == ["/a"]


# --- bounds -------------------------------------------------------------------------------------


def test_what_is_too_large_is_not_taken(site: Site, manners: Manners, tmp_path: Path) -> None:
    """Whether the server says so, or goes on and on."""

    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/html")
        request.end_headers()
        try:
            for _ in range(10_000):
                request.wfile.write(b"x" * 65_536)
        except OSError:  # who asked has left
            pass

    site.paths |= {"/said": Says(body=b"x" * (1024 * 1024 + 1)), "/endless": endless}

    for path in ("/said", "/endless"):
        told = why(add(tmp_path, manners, f"{site.url}{path}"))
        assert told == "skipped: is larger than 1 MB: raise file_megabytes"


def packed(data: bytes, how: str = "gzip") -> Says:
    """An answer that is packed, or says so."""
    return Says(body=data, headers={"Content-Encoding": how})


def test_a_packed_page_is_unpacked(site: Site, manners: Manners, tmp_path: Path) -> None:
    """In one piece or several."""
    whole = page()
    site.paths |= {
        "/a": packed(gzip.compress(whole)),
        "/b": packed(gzip.compress(whole[:50]) + gzip.compress(whole[50:])),
    }

    outcomes = add(tmp_path, manners, f"{site.url}/a", f"{site.url}/b")

    assert [one.state for one in outcomes] == [State.FETCHED] * 2
    assert all(one.file and one.file.read_bytes().endswith(whole) for one in outcomes)


def test_a_bomb_does_not_go_off(site: Site, manners: Manners, tmp_path: Path) -> None:
    """A hundred megabytes are left after the first; what is damaged is told."""
    bomb = zlib.compressobj(6, wbits=31)
    piece = b"\0" * (1024 * 1024)
    body = b"".join(bomb.compress(piece) for _ in range(100)) + bomb.flush()
    site.paths |= {
        "/bomb": packed(body),
        "/twice": packed(gzip.compress(gzip.compress(page())), "gzip, gzip"),
        "/no": packed(b"no gzip"),
        "/half": packed(gzip.compress(page() * 9)[:-12]),
        "/sitemap.xml.gz": Says(body=body, kind="application/gzip"),
    }
    expected = {
        "/bomb": "is larger than 1 MB",
        "/twice": "packed in a way that was not asked for",
        "/no": "is damaged",
        "/half": "its end is missing",
        "/sitemap.xml.gz": "neither a web page",
    }

    for path, told in expected.items():
        assert told in why(add(tmp_path, manners, f"{site.url}{path}"))


def drip(request: BaseHTTPRequestHandler, *, begin: bytes) -> None:
    """Bytes, one after the other, for as long as somebody waits."""
    try:
        request.wfile.write(begin)
        for _ in range(100):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.1)
    except OSError:
        pass


@pytest.mark.parametrize(
    "begin", [b"HTTP/1.1 200 OK\r\nX-", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"]
)
def test_a_slow_server_is_given_up(
    begin: bytes, site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Whether its headers come byte by byte, or its page; nothing else waits for it."""
    site.paths |= {"/slow": lambda request: drip(request, begin=begin), "/a": Says(body=page())}
    began = time.monotonic()

    slow, other = add(
        tmp_path, dataclasses.replace(manners, seconds=1.0), f"{site.url}/slow", f"{site.url}/a"
    )

    assert "takes" in slow.why
    assert other.state is State.FETCHED
    assert time.monotonic() - began < 4


def test_a_silent_server_is_given_up(site: Site, manners: Manners, tmp_path: Path) -> None:
    """After the time in which a byte should have come."""
    site.paths["/a"] = lambda request: time.sleep(1.5)

    told = why(add(tmp_path, dataclasses.replace(manners, silence=0.3), f"{site.url}/a"))

    assert told == "failed: sends nothing for 0.3 s"


# --- feeds and sitemaps -------------------------------------------------------------------------


def feed(*paths: str) -> Says:
    """A feed of pages."""
    items = "".join(f"<item><link>{path}</link></item>" for path in paths)
    body = f"<?xml version='1.0'?><rss><channel><link>/</link>{items}</channel></rss>"
    return Says(body=body.encode(), kind="application/rss+xml")


def test_the_pages_of_a_feed_are_fetched(site: Site, manners: Manners, tmp_path: Path) -> None:
    """In its order; one that fails stops no other."""
    site.paths |= {
        "/feed": feed("/b", "/gone", "/a", "/b"),
        "/a": Says(body=page("A")),
        "/b": Says(body=page("B")),
    }

    outcomes = add(tmp_path, manners, f"{site.url}/feed")

    assert [(one.url.removeprefix(site.url), one.state) for one in outcomes] == [
        ("/b", State.FETCHED), ("/gone", State.FAILED), ("/a", State.FETCHED),
    ]  # fmt: skip
    assert not any(one.given for one in outcomes)


def test_a_limit_is_kept_and_told(site: Site, manners: Manners, tmp_path: Path) -> None:
    """The first of a feed are the newest."""
    site.paths |= {f"/{n}": Says(body=page(f"Story {n}")) for n in range(4)}
    site.paths["/feed"] = feed("/0", "/1", "/2", "/3")
    told: Lines = []

    outcomes = add(tmp_path, dataclasses.replace(manners, pages=2), f"{site.url}/feed", told=told)

    assert [one.url.rpartition("/")[2] for one in outcomes] == ["0", "1"]
    assert told == ["There are more than 2 pages: raise --limit to fetch more."]


def sitemap(kind: str, entry: str, **days: str) -> Says:
    """A sitemap, or an index of them, with a day for each path."""
    entries = "".join(
        f"<{entry}><loc>{{site}}/{path}</loc><lastmod>{day}</lastmod></{entry}>"
        for path, day in days.items()
    )
    xmlns = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return Says(body=f'<{kind} xmlns="{xmlns}">{entries}</{kind}>'.encode(), kind="text/xml")


def at(site: Site, said: Says) -> Says:
    """The same with the addresses of a site."""
    return dataclasses.replace(said, body=said.body.replace(b"{site}", site.url.encode()))


def test_a_sitemap_index_leads_to_the_newest_pages(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """The newest sitemap first, packed or not; no more of them are asked for than are needed."""
    new = at(site, sitemap("urlset", "url", a="2019-01-01", b="2019-03-01"))
    site.paths |= {
        "/index": at(site, sitemap("sitemapindex", "sitemap", old="2018-01-01", new="2019-03-01")),
        "/old": at(site, sitemap("urlset", "url", c="2018-01-01")),
        "/new": Says(body=gzip.compress(new.body), kind="application/x-gzip"),
        **{f"/{name}": Says(body=page(name)) for name in "abc"},
    }

    outcomes = add(tmp_path, dataclasses.replace(manners, pages=1), f"{site.url}/index")

    assert [one.url for one in outcomes] == [f"{site.url}/b"]
    assert site.paths_asked() == ["/index", "/new", "/b"]
    assert len(add(tmp_path, manners, f"{site.url}/index")) == 3


def test_an_index_that_names_itself_ends(site: Site, manners: Manners, tmp_path: Path) -> None:
    """Lists in lists are not followed on, and a feed in a feed is no article."""
    site.paths |= {
        "/index": at(site, sitemap("sitemapindex", "sitemap", other="2018-01-01")),
        "/other": at(site, sitemap("sitemapindex", "sitemap", index="2018-01-01")),
        "/feed": feed("/inner"),
        "/inner": feed("/feed"),
    }

    assert why(add(tmp_path, manners, f"{site.url}/index")) == "failed: is no sitemap"
    assert "a list of pages inside" in why(add(tmp_path, manners, f"{site.url}/feed"))


def test_a_feed_leads_to_no_private_address(site: Site, manners: Manners, tmp_path: Path) -> None:
    """Nor to a file, nor with a password; what it names is told without it."""
    site.paths["/feed"] = feed("file:///etc/passwd", "http://me:s3cret@127.0.0.1/", "http://[")

    outcomes = add(tmp_path, manners, f"{site.url}/feed")

    assert [one.state for one in outcomes] == [State.FAILED] * 3
    assert not any("s3cret" in f"{one.url}{one.why}" for one in outcomes)


# --- the folder ---------------------------------------------------------------------------------


def test_what_was_fetched_before_a_stop_is_kept(
    site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Each page is there when its line is."""
    site.paths |= {"/a": Says(body=page("A")), "/b": Says(body=page("B"))}

    run: Any = add_addresses([f"{site.url}/a", f"{site.url}/b"], into=tmp_path, manners=manners)
    first = next(run)
    run.close()

    assert [article.url for article in read(tmp_path)] == [first.url]
    assert first.url in (tmp_path / RECORD).read_text()


def test_a_file_is_no_folder(site: Site, manners: Manners, tmp_path: Path) -> None:
    """Nor may one stand where a host's folder must be."""
    site.paths["/a"] = Says(body=page())
    taken = tmp_path / "taken"
    taken.write_text("x")
    with pytest.raises(CorpusError, match="is not a folder"):
        add(taken, manners, f"{site.url}/a")
    (tmp_path / site.url.removeprefix("http://").replace(":", "_")).write_text("x")

    with pytest.raises(CorpusError, match="cannot be written"):
        add(tmp_path, manners, f"{site.url}/a")
