"""What went wrong -> words for who asks from outside; over HTTP, a status and a body too."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from rag.errors import (
    Busy,
    Closed,
    ConfigError,
    CorpusError,
    IndexMissing,
    IndexStale,
    ModelError,
    PromptError,
    QuestionError,
    RagError,
    Stopped,
)
from rag.serve.guard import error_body

LOG = logging.getLogger("rag.serve")
STATUS: list[tuple[type[RagError], int, str]] = [
    (Busy, 503, "server_busy"),
    (Closed, 503, "server_closing"),
    (Stopped, 504, "timeout"),
    (IndexMissing, 503, "index_unavailable"),
    (IndexStale, 503, "index_unavailable"),
    (ModelError, 503, "model_unavailable"),
    (PromptError, 503, "prompt_unavailable"),
    (QuestionError, 400, "invalid_question"),
    (ConfigError, 400, "invalid_value"),
    (CorpusError, 400, "invalid_value"),
    (RagError, 404, "not_found"),
]
# Only the person who runs the server can fix these: the hints name commands of the terminal.
OF_THE_RUNNER = (IndexMissing, IndexStale, ModelError, PromptError)
RUNNER = "the person who runs this server can fix this; the log says how"
LATER = "ask again later"


def hint_outside(error: RagError) -> str:
    """What to do about an error for who cannot type a command here; may be empty.

    Args:
        error: If only the person who runs the server can fix it, its own hint goes to the log.
    """
    if isinstance(error, OF_THE_RUNNER):
        LOG.warning(in_words(error.message, error.hint))
        return RUNNER
    return LATER if isinstance(error, Closed | Stopped) else error.hint


def in_words(message: str, hint: str) -> str:
    """An error in one line."""
    return ". ".join(filter(None, (message, hint)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error as a response."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def failure(error: BaseException) -> Failure:
    """What to answer with.

    Args:
        error: Ours is told; of any other only that there was one, and the log has it.
    """
    for kind, status, code in STATUS:
        if isinstance(error, kind):
            message = in_words(error.message, hint_outside(error))
            retry = {"retry-after": str(error.seconds)} if isinstance(error, Busy) else {}
            return Failure(
                status=status, body=error_body(status, message, code=code), headers=retry
            )
    LOG.error("a request failed", exc_info=error)
    return Failure(status=500, body=error_body(500, "the server failed; its log says why"))
