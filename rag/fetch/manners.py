"""What `rag add` keeps to: how much it takes, how long it waits, and where it does not go.

`NotFetched` is why one address gave no page. It stops nothing else: `rag.fetch.add` makes a line of
it, and the next address follows.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import RagError
from rag.limits import DEFAULT, MEGABYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """The bounds of one run; times in seconds."""

    agent: str  # the name of this program for servers, "rag/0.2.0 (…)"
    pages: int = 50  # of one feed or sitemap
    megabytes: int = DEFAULT.file_megabytes  # of one answer, as sent and unpacked
    seconds: float = 60.0  # for one answer, from its host's name to its last byte
    silence: float = 15.0  # between two of its bytes
    redirects: int = 5
    pause: float = 1.0  # between two requests to one host, where it asks for no longer one
    longest_wait: float = 60.0  # that a host may ask for
    allow_private: bool = False  # addresses of this machine and of private networks

    @property
    def most(self) -> int:
        """The most bytes of an answer."""
        return self.megabytes * MEGABYTE


class NotFetched(RagError):
    """Why an address gave no page, as the end of a line: "answers 404 (Not Found)".

    Args:
        message: The reason.
        skipped: It is no fault: who runs the site does not want it, or it is no article.
    """

    def __init__(self, message: str, *, skipped: bool = False) -> None:
        super().__init__(message)
        self.skipped = skipped
