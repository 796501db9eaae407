"""What went wrong -> a status and a body that clients understand."""

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
    (QuestionError, 400, "invalid_question"),
    (ConfigError, 400, "invalid_value"),
    (CorpusError, 400, "invalid_value"),
    (RagError, 404, "not_found"),
]


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
            message = ". ".join(filter(None, (error.message, error.hint)))
            retry = {"retry-after": str(error.seconds)} if isinstance(error, Busy) else {}
            return Failure(
                status=status, body=error_body(status, message, code=code), headers=retry
            )
    LOG.error("a request failed", exc_info=error)
    return Failure(status=500, body=error_body(500, "the server failed; its log says how"))
