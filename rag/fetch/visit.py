"""An address -> the answer at the end of its redirects, as a polite visitor asks for it.

robots.txt is read as RFC 9309 has it, by Protego: the parser of the standard library takes the
first rule that fits for the last word, and does not know the wildcards that many files use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import monotonic, sleep
from typing import Any

from rag.fetch.manners import Manners, NotFetched
from rag.fetch.request import Check, Reply, get
from rag.web_address import LONGEST

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 503})
_ROBOTS_BYTES = 512 * 1024  # RFC 9309 asks for 500 kB at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """Where an address led, and what was there."""

    url: str  # after all redirects, as it was asked for
    reply: Reply  # of status 200, or 304 where conditions were sent


class Visitor:
    """Visits one address after the other, and remembers what each host asked for."""

    def __init__(
        self,
        manners: Manners,
        *,
        conditions: Callable[[str], Mapping[str, str]] = lambda url: {},
        notify: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Begin a run.

        Args:
            manners: The bounds.
            conditions: The headers of a conditional request for an address that is known.
            notify: Told, in one line, when a host asks to wait.
        """
        self._manners = manners
        self._conditions = conditions
        self._notify = notify
        self._robots: dict[str, Any] = {}  # by scheme, host and port
        self._closed: dict[str, NotFetched] = {}  # sites of which it cannot be read
        self._next: dict[str, float] = {}  # when a host may be asked again
        self._pauses: dict[str, float] = {}

    def visit(self, address: str, *, wanted: Check = lambda headers: None) -> Visited:
        """Ask for an address, and follow where it leads.

        Args:
            address: Of http or https.
            wanted: As of `rag.fetch.request.get`.

        Raises:
            NotFetched: No page came of it.
        """
        url = parsed(address)
        for _ in range(1 + self._manners.redirects):
            self._check_allowed(url)
            reply = self._ask(url, headers=self._conditions(str(url)), wanted=wanted)
            if reply.status in (200, 304):
                return Visited(url=str(url), reply=reply)
            url = _next(url, reply)
        raise NotFetched(f"redirects more than {self._manners.redirects} times")

    def _check_allowed(self, url: Any) -> None:
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if site in self._closed:
            raise self._closed[site]
        if site not in self._robots:
            try:
                self._robots[site] = self._read_robots(url)
            except NotFetched as error:
                self._closed[site] = error
                raise
        robots = self._robots[site]
        if not robots.can_fetch(str(url), self._manners.agent):
            raise NotFetched("its robots.txt asks programs not to fetch it", skipped=True)
        pause = robots.crawl_delay(self._manners.agent) or 0.0
        if pause > self._manners.longest_wait:
            raise NotFetched(f"its robots.txt asks for {pause:g} s between two pages", skipped=True)
        self._pauses[url.host] = pause

    def _read_robots(self, url: Any) -> Any:
        from protego import Protego

        url = url.join("/robots.txt")
        for _ in range(1 + self._manners.redirects):
            reply = self._ask(url, cut=_ROBOTS_BYTES)
            if reply.status == 200:
                return Protego.parse(reply.body.decode("utf-8-sig", errors="replace"))
            if reply.status not in _REDIRECTS:
                break
            url = _next(url, reply)
        if reply.status >= 500 or reply.status in _BUSY:
            raise NotFetched(f"its robots.txt cannot be read: {_answers(reply.status)}")
        return Protego.parse("")

    def _ask(
        self,
        url: Any,
        *,
        headers: Mapping[str, str] | None = None,
        wanted: Check = lambda headers: None,
        cut: int | None = None,
    ) -> Reply:
        """One request in its turn; a second one where the host asks to come back soon."""
        for last in (False, True):
            self._wait(url.host)
            try:
                reply = get(url, manners=self._manners, headers=headers, wanted=wanted, cut=cut)
            finally:
                pause = max(self._manners.pause, self._pauses.get(url.host, 0.0))
                self._next[url.host] = monotonic() + pause
            seconds = _retry_after(reply) if reply.status in _BUSY else None
            if seconds is None:
                break
            self._next[url.host] = monotonic() + max(seconds, pause)
            if not last and seconds <= self._manners.longest_wait:
                self._notify(f"{url.host} asks to wait {seconds:.0f} s.")
        return reply

    def _wait(self, host: str) -> None:
        seconds = self._next.get(host, 0.0) - monotonic()
        if seconds > self._manners.longest_wait:
            raise NotFetched(f"{host} asks to come back in {seconds:.0f} s")
        if seconds > 0:
            sleep(seconds)


def _next(url: Any, reply: Reply) -> Any:
    """Where a redirect leads."""
    to = reply.headers.get("location", "")
    if reply.status not in _REDIRECTS or not to:
        raise NotFetched(_answers(reply.status))
    import httpx2

    try:
        return parsed(str(url.join(to)))
    except (httpx2.InvalidURL, ValueError) as error:
        raise NotFetched("redirects to what is no address") from error


def parsed(address: str) -> Any:
    """An address without its fragment, as it is sent.

    Raises:
        NotFetched: It is of no kind that is fetched.
    """
    import httpx2

    try:
        url = httpx2.URL(address).copy_with(fragment=None)
        port = url.port or 1
    except (httpx2.InvalidURL, ValueError) as error:
        raise NotFetched(f"is not a valid address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host or not 0 < port < 65536:
        raise NotFetched("is not an address that begins with http:// or https://")
    if url.userinfo:
        raise NotFetched("has a user name or a password in it, which rag add does not send")
    if len(str(url)) > LONGEST:
        raise NotFetched(f"is longer than {LONGEST:,} characters")
    return url


def _retry_after(reply: Reply) -> float | None:
    """Seconds until a busy server wants to be asked again; None where it does not say."""
    said = reply.headers.get("retry-after", "").strip()[:100]
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        then = parsedate_to_datetime(said)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


def _answers(status: int) -> str:
    try:
        return f"the server answers {status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return f"the server answers {status}"
