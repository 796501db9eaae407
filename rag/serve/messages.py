"""What `rag ask` and `rag search` say to the server of their user, and what it says to them.

A reply to a question is lines of JSON, each a name of `EVENTS` or `About` and the value as
`rag.serve.values` has it: the events that were wanted, `About`, the `Answer`. Any other line, or an
end before the answer, means that the command is to answer by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.domain import Answer, Citation, Copy, Evidence, Source
from rag.filters import Filters, Limited

if TYPE_CHECKING:
    from rag.answer.searcher import Searcher

PROOF, ASK, SEARCH = "/local/proof", "/local/ask", "/local/search"
UNDER = "/local/"
TOKEN = "x-rag-token"
SHOWN = ("EvidenceFound", "Claim")  # events for who watches
EXPLAINED = ("Question", "Retrieved", "EvidenceFound", "Prompt")  # for who asks how
REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of `rag ask`."""

    question: str
    filters: Filters
    events: tuple[str, ...] = ()  # that are wanted besides the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A query of `rag search`."""

    query: str
    filters: Filters
    k: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """An article whose file is on this machine."""

    path: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a command tells besides an answer."""

    notes: tuple[str, ...]  # lines for standard error
    articles: int  # in the index
    files: tuple[Located, ...]  # of all that is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The result of a search."""

    evidence: tuple[Evidence, ...]
    limited: Limited | None  # what was searched; None for everything
    reason: str | None  # why that is nothing
    generation: int
    files: tuple[Located, ...]


def found_by(searcher: Searcher, sought: Sought) -> Found:
    """What a search finds.

    Raises:
        QuestionError: The query is empty or too long.
        ConfigError: A filter cannot be used.
    """
    found = tuple(searcher.search(sought.query, sought.filters)[: sought.k])
    narrowed = searcher.narrow(sought.filters)
    return Found(
        evidence=found,
        limited=narrowed.limited if narrowed else None,
        reason=narrowed.reason if narrowed else None,
        generation=searcher.store.manifest.generation,
        files=files_of(found, searcher.locate),
    )


def files_of(
    shown: Answer | Iterable[Evidence], locate: Callable[[str], Path | None]
) -> tuple[Located, ...]:
    """Where the files are that an answer or some evidence is from."""
    placed: list[Citation | Evidence] = (
        [*shown.citations, *shown.nearest] if isinstance(shown, Answer) else [*shown]
    )
    copies: list[Copy] = [copy for one in placed for copy in one.copies]
    sources: list[Source] = [one.source for one in (*placed, *copies)]
    files = {path: locate(path) for path in dict.fromkeys(one.path for one in sources)}
    return tuple(Located(path=path, file=str(file)) for path, file in files.items() if file)
