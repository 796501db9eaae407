"""One request -> one answer, bounded in bytes and in time. Redirects are answers like others.

trafilatura can fetch too, and is not used for it: it says no reason when it fails, asks a server
whose certificate is wrong again without looking at it, knows no robots.txt and sends no conditions.
No proxy is used: which address a proxy connects to cannot be known, and so not be checked.
"""

from __future__ import annotations

import queue
import ssl
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from rag.fetch.hosts import addresses_of
from rag.fetch.manners import Manners, NotFetched

Result = TypeVar("Result")
_ANY_WINDOW = 32 + zlib.MAX_WBITS  # gzip or zlib, told by its head
_HEADERS = {"Accept-Encoding": "gzip", "Accept-Language": "*"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answers."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""  # unpacked; only of status 200


Check = Callable[[Mapping[str, str]], None]


def get(
    url: Any,
    *,
    manners: Manners,
    headers: Mapping[str, str] | None = None,
    wanted: Check = lambda headers: None,
    cut: int | None = None,
) -> Reply:
    """Ask for an address once, without following redirects.

    Args:
        url: An `httpx2.URL` of http or https.
        manners: The bounds.
        headers: To send beside our own.
        wanted: Looks at the headers of a page, and raises `NotFetched` for what is not to be read.
        cut: Take so many bytes at most, and leave the rest.

    Raises:
        NotFetched: It cannot be reached, takes too long, is too large, or is not wanted.
    """
    until = monotonic() + manners.seconds
    sent = {"User-Agent": manners.agent, **_HEADERS, **(headers or {})}

    def work() -> Reply:
        host, port = url.raw_host.decode("ascii"), url.port or _port(url)
        addresses = addresses_of(host, port, allow_private=manners.allow_private)
        for left, address in enumerate(addresses, start=1 - len(addresses)):
            try:
                return _ask(url, address, sent, manners, until, wanted, cut)
            except _NotConnected:
                if not left:
                    raise
        raise AssertionError("a name has an address")

    return _within(manners.seconds, work)


class _NotConnected(NotFetched):
    """Another address of the same host may do."""


def _port(url: Any) -> int:
    return 443 if url.scheme == "https" else 80


def _ask(
    url: Any,
    address: str,
    headers: Mapping[str, str],
    manners: Manners,
    until: float,
    wanted: Check,
    cut: int | None,
) -> Reply:
    import httpx2

    host = url.raw_host.decode("ascii")
    # Names the host in the certificate, while the connection is to the address that was checked.
    extensions = {} if _is_address(host) else {"sni_hostname": host}
    sent = {"Host": url.netloc.decode("ascii"), **headers}
    try:
        with (
            # From the environment would come proxies, and passwords out of ~/.netrc.
            httpx2.Client(
                timeout=manners.silence, trust_env=False, verify=ssl.create_default_context()
            ) as client,
            client.stream(
                "GET", url.copy_with(host=address), headers=sent, extensions=extensions
            ) as reply,
        ):
            told = {name.lower(): value for name, value in reply.headers.items()}
            if reply.status_code != 200:
                return Reply(status=reply.status_code, headers=told)
            wanted(told)
            body = _body(reply.iter_raw(), told, manners.most, until, cut)
            return Reply(status=200, headers=told, body=body)
    except httpx2.HTTPError as error:
        raise _in_words(error, manners) from error
    except (httpx2.InvalidURL, ValueError) as error:
        raise NotFetched(f"is not a valid address: {error}") from error


def _is_address(host: str) -> bool:
    return ":" in host or host.rpartition(".")[2].isdigit()


def _in_words(error: Exception, manners: Manners) -> NotFetched:
    import httpx2

    if isinstance(error, httpx2.ConnectTimeout):
        return _NotConnected(f"does not answer within {manners.silence:g} s")
    if isinstance(error, httpx2.TimeoutException):
        return NotFetched(f"sends nothing for {manners.silence:g} s")
    if isinstance(error, httpx2.ConnectError):
        if "CERTIFICATE" in str(error).upper():
            return NotFetched(f"its certificate is not valid: {_certificate(error)}")
        return _NotConnected(f"cannot be connected to: {error}")
    return NotFetched(f"breaks off or does not speak HTTP: {error or type(error).__name__}")


def _certificate(error: Exception) -> str:
    return str(error).partition("failed: ")[2].partition(" (_ssl")[0] or str(error)


def _body(
    chunks: Iterable[bytes], headers: Mapping[str, str], most: int, until: float, cut: int | None
) -> bytes:
    """The body, unpacked, and never more in memory than is allowed."""
    coding = headers.get("content-encoding", "").strip().lower() or "identity"
    if coding not in ("identity", "gzip", "x-gzip"):
        raise NotFetched(f"is packed in a way that was not asked for ({coding[:30]})")
    size = headers.get("content-length", "")
    if cut is None and size.isdigit() and int(size) > most:
        raise _too_large(most)
    unpack = None if coding == "identity" else Unpacker(cut or most)
    body, packed = bytearray(), 0
    for chunk in chunks:
        if monotonic() > until:
            raise NotFetched("takes too long")
        packed += len(chunk)
        body += unpack.feed(chunk) if unpack else chunk
        if cut and len(body) >= cut:
            return bytes(body[:cut])
        if max(len(body), packed) > most:
            raise _too_large(most)
    if unpack and not unpack.done:
        raise NotFetched("is packed, and its end is missing")
    return bytes(body)


def _too_large(most: int) -> NotFetched:
    megabytes = most // (1024 * 1024)
    return NotFetched(f"is larger than {megabytes:,} MB: raise file_megabytes", skipped=True)


class Unpacker:
    """Unpacks gzip piece by piece, to a little more than it may hold and no further."""

    def __init__(self, most: int) -> None:
        """Start.

        Args:
            most: Bytes; what is longer is cut off behind them.
        """
        self._left = most + 1
        self._stream = zlib.decompressobj(_ANY_WINDOW)

    @property
    def done(self) -> bool:
        """Whether all that was begun has come to its end."""
        return self._stream.eof

    def feed(self, packed: bytes) -> bytes:
        """What the next piece holds.

        Raises:
            NotFetched: It is not gzip.
        """
        found = bytearray()
        while packed and self._left > 0:
            if self._stream.eof:  # several archives in a row are one
                self._stream = zlib.decompressobj(_ANY_WINDOW)
            try:
                part = self._stream.decompress(packed, self._left)
            except zlib.error as error:
                raise NotFetched("is damaged: it is not the gzip that it says") from error
            found += part
            self._left -= len(part)
            packed = self._stream.unused_data if self._stream.eof else b""
        return bytes(found)


def _within(seconds: float, work: Callable[[], Result]) -> Result:
    """Do something that waits for others, and wait no longer than this.

    Neither resolving a name nor reading headers that come byte by byte can be given a time in which
    all is done. Who takes longer is left to a thread that nobody waits for.
    """
    done: queue.Queue[tuple[Result | None, BaseException | None]] = queue.Queue()

    def run() -> None:
        try:
            done.put((work(), None))
        except BaseException as error:  # raised again below, where somebody waits
            done.put((None, error))

    threading.Thread(target=run, name="rag-fetch", daemon=True).start()
    try:
        found, error = done.get(timeout=seconds)
    except queue.Empty:
        raise NotFetched(f"takes longer than {seconds:g} s") from None
    if error is not None:
        raise error
    return found  # type: ignore[return-value]  # there is a result where there is no error
