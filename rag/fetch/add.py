"""Addresses of pages, feeds and sitemaps -> pages saved in a folder, with a line on each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rag.errors import ConfigError
from rag.fetch.folder import Folder
from rag.fetch.listing import Listing, read_listing
from rag.fetch.manners import Manners, NotFetched
from rag.fetch.request import Reply
from rag.fetch.visit import Visited, Visitor, parsed
from rag.load.encoding import decode
from rag.load.extract_result import Unreadable
from rag.load.html import declared_charset
from rag.load.saved_from import mark_page, mark_pdf, mark_text
from rag.web_address import web_address

_PAGE, _PDF, _TEXT = ".html", ".pdf", ".txt"
# By what the server says; xml may be a page, a feed or a sitemap.
_KINDS = {
    "text/html": _PAGE,
    "application/xhtml+xml": _PAGE,
    "application/pdf": _PDF,
    "text/plain": _TEXT,
    "text/markdown": _TEXT,
}
_LISTS = ("xml", "application/gzip", "application/x-gzip")
_UNTOLD = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_HTML_BEGINS = (b"<!doctype html", b"<html")


class State(StrEnum):
    """What became of an address."""

    FETCHED = "fetched"  # it is new, or has changed
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One address, and what became of it."""

    url: str  # without secrets
    state: State
    file: Path | None = None
    why: str = ""  # it was skipped, or failed
    given: bool = True  # by the user; else it was found in a feed or a sitemap


def check_addresses(addresses: Sequence[str]) -> None:
    """Look for mistakes before anything is fetched.

    Raises:
        ConfigError: One is no address that is fetched.
    """
    for address in addresses:
        try:
            parsed(address)
        except NotFetched as error:
            shown = repr(address) if "@" not in address else "one of the addresses"
            raise ConfigError(
                f"{shown} {error.message}",
                hint="write the whole address, for example"
                " rag add https://paper.example/2024/harbour.html",
            ) from error


def add_addresses(
    addresses: Sequence[str],
    *,
    into: Path,
    manners: Manners,
    notify: Callable[[str], None] = lambda line: None,
) -> Iterator[Outcome]:
    """Fetch pages, and the pages that feeds and sitemaps lead to.

    What is yielded has been saved: to stop in between loses nothing.

    Args:
        addresses: As the user gave them.
        into: The folder that they are saved in, at their hosts' names.
        manners: The bounds.
        notify: Told, in one line, what a person should know.

    Yields:
        An outcome for each address, once.

    Raises:
        ConfigError: An address is of no kind that is fetched; nothing was fetched.
        CorpusError: A file cannot be written.
    """
    check_addresses(addresses)
    folder = Folder(into)
    run = _Run(
        visitor=Visitor(manners, conditions=folder.conditions, notify=notify),
        folder=folder,
        most=manners.pages,
        notify=notify,
    )
    seen: set[str] = set()
    for address in dict.fromkeys(addresses):
        for outcome in run.given(address, seen):
            seen.add(outcome.url)
            yield outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What all addresses of one run share."""

    visitor: Visitor
    folder: Folder
    most: int
    notify: Callable[[str], None]

    def given(self, address: str, seen: set[str]) -> Iterator[Outcome]:
        """A page, or those of a list of pages."""
        try:
            visited = self.visitor.visit(address, wanted=_wanted(address))
            listing = _listing(visited)
            if listing is None:
                yield self._saved(visited, given=True)
                return
        except NotFetched as error:
            yield _unfetched(address, error, given=True)
            return
        found = 0
        for page in self._pages(listing):
            if isinstance(page, Outcome):
                yield page
                continue
            found += 1
            if found > self.most:
                self.notify(f"There are more than {self.most} pages: raise --limit to fetch more.")
                return
            if (web_address(page) or "") not in seen:
                yield self._page(page)
        if not found:
            self.notify(f"The {listing.kind} at {_shown(visited.url)} has no pages.")

    def _pages(self, listing: Listing) -> Iterator[str | Outcome]:
        """The pages of a list, also of the sitemaps in it; or why a sitemap has none."""
        yield from listing.pages
        for address in listing.sitemaps[: self.most]:
            try:
                visited = self.visitor.visit(address, wanted=_wanted(address))
                inner = _listing(visited)
                if inner is None or inner.sitemaps:
                    raise NotFetched("is no sitemap")
            except NotFetched as error:
                yield _unfetched(address, error, given=False)
                continue
            yield from inner.pages

    def _page(self, address: str) -> Outcome:
        """A page of a list."""
        try:
            visited = self.visitor.visit(address, wanted=_wanted(address))
            if _listing(visited):
                raise NotFetched("is a list of pages inside another one", skipped=True)
            return self._saved(visited, given=False)
        except NotFetched as error:
            return _unfetched(address, error, given=False)

    def _saved(self, visited: Visited, *, given: bool) -> Outcome:
        """The file of a page, written unless it is there already."""
        address = web_address(visited.url)
        if address is None:
            raise NotFetched("has an address that cannot be kept")
        if visited.reply.status == 304:
            file = self.folder.file_of(address)
            return Outcome(url=address, state=State.UNCHANGED, file=file, given=given)
        suffix, data = _file(visited, address)
        file, new = self.folder.save(address, data, suffix=suffix, reply=visited.reply)
        state = State.FETCHED if new else State.UNCHANGED
        return Outcome(url=address, state=state, file=file, given=given)


def _shown(address: str) -> str:
    return web_address(address) or "an address that is not shown"


def _unfetched(address: str, error: NotFetched, *, given: bool) -> Outcome:
    state = State.SKIPPED if error.skipped else State.FAILED
    return Outcome(url=_shown(address), state=state, why=error.message, given=given)


# --- what a server sends --------------------------------------------------------------------------


def _kind(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _wanted(address: str) -> Callable[[Mapping[str, str]], None]:
    def check(headers: Mapping[str, str]) -> None:
        kind = _kind(headers)
        if kind not in _KINDS and kind not in _UNTOLD and not kind.endswith(_LISTS):
            raise NotFetched(
                f"is {kind[:60]}; only web pages, PDF and plain text are read", skipped=True
            )

    return check


def _listing(visited: Visited) -> Listing | None:
    reply = visited.reply
    if reply.status == 304 or _kind(reply.headers) == "application/pdf":
        return None
    return read_listing(reply.body, base=visited.url)


def _file(visited: Visited, address: str) -> tuple[str, bytes]:
    """The ending and the bytes of the file that a page becomes."""
    reply = visited.reply
    if not reply.body.strip():
        raise NotFetched("is empty")
    suffix = _suffix(reply)
    if suffix == _PDF:
        return suffix, mark_pdf(reply.body, address)
    charset = reply.headers.get("content-type", "").lower().partition("charset=")[2]
    told = charset.partition(";")[0].strip("\"' ") or declared_charset(reply.body)
    try:
        text = decode(reply.body, declared=told)
    except Unreadable as error:
        raise NotFetched(error.message) from error
    return suffix, (mark_page if suffix == _PAGE else mark_text)(text, address)


def _suffix(reply: Reply) -> str:
    begins = reply.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begins.startswith(b"%pdf-"):
        return _PDF
    if begins.startswith(_HTML_BEGINS):
        return _PAGE
    kind = _kind(reply.headers)
    if kind == "application/pdf":
        raise NotFetched("is called a PDF by its server, and is none")
    if kind in _KINDS:
        return _KINDS[kind]
    if kind.endswith("xml") and b"<html" in begins:
        return _PAGE
    raise NotFetched("is neither a web page nor a PDF, text, feed or sitemap", skipped=True)
