"""The address that a file was saved from, written into the file itself.

A page has the comment that browsers write when they save one, ``<!-- saved from url=(0021)https://
bell.example/a -->``, a PDF the same in a comment after its end, and a text has the address as its
first line. A page says more about itself, such as its canonical address, but it may say anything:
the mark is what the program that saved it knows.
"""

from __future__ import annotations

import codecs
import re

from rag.web_address import LONGEST, web_address

_SAVED_FROM = r"saved from url=\(\d{1,6}\)(https?://\S{1,2000}?)"
_IN_PAGE = re.compile(
    rf"\A\s{{0,9}}(?:<!doctype[^>]{{0,200}}>\s{{0,9}})?<!--\s{{0,9}}{_SAVED_FROM}\s{{0,9}}-->",
    re.IGNORECASE,
)
_IN_PDF = re.compile(rf"% {_SAVED_FROM}\s*\Z".encode("ascii"))
_IN_TEXT = re.compile(r"\A(https?://\S{1,2000})\r?\n")
_ENDS = LONGEST + 200  # bytes of a file in which its mark stands


def mark_page(page: str, address: str) -> bytes:
    """A web page with the mark, as a file in UTF-8 that says so before its own charset does."""
    return codecs.BOM_UTF8 + f"<!-- {_mark(address)} -->\n{page}".encode()


def mark_text(text: str, address: str) -> bytes:
    """A plain text with the mark."""
    return codecs.BOM_UTF8 + f"{address}\n\n{text}".encode()


def mark_pdf(data: bytes, address: str) -> bytes:
    """A PDF with the mark: what follows the end is a comment, and nobody shows it."""
    return data.rstrip(b"\r\n") + f"\n% {_mark(address)}\n".encode("ascii")


def _mark(address: str) -> str:
    return f"saved from url=({len(address):04d}){address}"


def page_and_address(page: str) -> tuple[str, str | None]:
    """A web page without its mark, and what the mark says."""
    match = _IN_PAGE.match(page)
    if not match:
        return page, None
    return page[match.end() :], web_address(match[1])


def pdf_address(data: bytes) -> str | None:
    """What the mark of a PDF says."""
    match = _IN_PDF.search(data[-_ENDS:])
    return web_address(match[1].decode("utf-8", errors="replace")) if match else None


def saved_address(data: bytes) -> str | None:
    """What the mark of a file that `rag add` saved says, of any kind.

    Args:
        data: The file, or its beginning and end.
    """
    begins = data[:_ENDS].removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="replace")
    in_text = _IN_TEXT.match(begins)
    return page_and_address(begins)[1] or pdf_address(data) or (in_text and web_address(in_text[1]))
