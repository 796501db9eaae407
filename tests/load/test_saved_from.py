"""Files say which address they were saved from."""

from __future__ import annotations

import pytest

from rag.domain import Article
from rag.load.files import RawFile
from rag.load.parse import parse_file
from rag.load.saved_from import mark_page, mark_pdf, mark_text, pdf_address, saved_address

BELL = "https://bell.example/2018/07/16/wall?a=1&b=--2"
STORY = "The harbour wall of Port Elm fell in a storm on Monday, and forty boats were lost."
PAGE = f"<html><head><title>Wall falls</title></head><body><p>{STORY}</p></body></html>"


def article(name: str, data: bytes) -> Article:
    """A file, read."""
    [found] = parse_file(RawFile(path=name, data=data, sha256="0" * 64))
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize("head", ["", "<!DOCTYPE html>", '<?xml version="1.0"?>\n', "\n<!-- x -->"])
def test_a_marked_page_is_the_page_with_an_address(head: str) -> None:
    """Whatever it begins with."""
    marked = article("a.html", mark_page(head + PAGE, BELL))
    bare = article("a.html", (head + PAGE).encode())

    assert marked.url == BELL
    assert bare.url is None
    assert (marked.text, marked.title, marked.paragraphs) == (
        bare.text,
        bare.title,
        bare.paragraphs,
    )


def test_the_mark_that_browsers_write_is_read() -> None:
    """Some put it behind the document type."""
    saved = f"<!DOCTYPE html>\n<!-- saved from url=(0046){BELL} -->\n{PAGE}"

    assert article("a.html", saved.encode()).url == BELL


def test_the_first_mark_counts() -> None:
    """A page cannot bring its own: it stands behind ours, and so does its canonical address."""
    own = f"<!-- saved from url=(0020)https://evil.example -->{PAGE}".replace(
        "<head>", '<head><link rel="canonical" href="https://evil.example/">'
    )

    assert article("a.html", mark_page(own, BELL)).url == BELL
    assert article("a.html", own.replace("saved from", "x").encode()).url == "https://evil.example/"
    pdf = mark_pdf(mark_pdf(b"%PDF-1.4 %%EOF", "https://evil.example/"), BELL)
    assert pdf_address(pdf) == BELL


def test_a_text_has_its_address_in_its_first_line() -> None:
    """Above its title; a link below the story is not its address."""
    marked = article("a.txt", mark_text(f"Wall falls in the storm\n\n{STORY}\n", BELL))
    linked = article("a.txt", f"Wall falls in the storm\n\n{STORY}\n\n{BELL}\n".encode())

    assert (marked.url, marked.title.value) == (BELL, "Wall falls in the storm")
    assert linked.url is None


@pytest.mark.parametrize("bad", ["javascript:alert(1)", "https://me:pw@bell.example/", "/wall"])
def test_an_address_that_is_none_is_left_out(bad: str) -> None:
    """Wherever it is said."""
    canonical = PAGE.replace("<head>", f'<head><link rel="canonical" href="{bad}">')

    assert article("a.html", canonical.encode()).url is None
    assert article("a.md", f"---\nurl: '{bad}'\n---\n\n{STORY}\n".encode()).url is None


def test_the_address_of_a_saved_file_is_found_again() -> None:
    """Of any kind; other files have none."""
    for data in (mark_page(PAGE, BELL), mark_text(STORY, BELL), mark_pdf(b"%PDF-1.4 %%EOF", BELL)):
        assert saved_address(data) == BELL
    for data in (PAGE.encode(), STORY.encode(), b"%PDF-1.4 %%EOF", b"", b"\xff\xfe"):
        assert saved_address(data) is None


def test_front_matter_gives_an_address() -> None:
    """As it gives a title."""
    assert article("a.md", f"---\nurl: {BELL}\n---\n\n{STORY}\n".encode()).url == BELL
