"""An address on the web as it may be kept in files and shown as a link, without secrets in it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

LONGEST = 2_000  # characters
# Parameters that let anybody in who has the address. Not "key" or "id": those name pages too.
_SECRET = re.compile(
    r"(?:access|auth|session|refresh|id|csrf|api|secret|security|x-amz-security)?[_-]?token"
    r"|api[_-]?key|(?:client[_-]?)?secret|pass(?:word|wd)?|pwd|authorization|credentials?"
    r"|sig|signature|session[_-]?id|phpsessid|jsessionid|sid|(?:x-amz|x-goog)-.*",
    re.IGNORECASE,
)
_NEVER_IN_ONE = re.compile(r"[\s<>\"\\^`{|}]")


def web_address(text: str) -> str | None:
    """An http or https address without fragment and secret parameters.

    Returns:
        None for what is none, is too long, or has a user name or a password in it.
    """
    if len(text) > LONGEST or not text.isprintable() or _NEVER_IN_ONE.search(text):
        return None
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return urlunsplit(parts._replace(query=_without_secrets(parts.query), fragment=""))


def _without_secrets(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    told = [pair for pair in pairs if not _SECRET.fullmatch(pair[0])]
    return query if len(told) == len(pairs) else urlencode(told)


def host_of(address: str) -> str:
    """The host of an address, as a person names it: ``www.bell.example`` is ``bell.example``."""
    return (urlsplit(address).hostname or "").removeprefix("www.")
