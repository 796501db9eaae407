"""rag.serve.errors: what is said outside of what went wrong inside."""

from __future__ import annotations

import logging

import pytest

from rag.errors import (
    Busy,
    Closed,
    ConfigError,
    IndexMissing,
    IndexStale,
    ModelError,
    PromptError,
    QuestionError,
    RagError,
    Stopped,
)
from rag.serve.errors import LATER, RUNNER, failure, hint_outside

COMMAND = "type this: rag index FOLDER --yes"


@pytest.mark.parametrize("kind", [IndexMissing, IndexStale, ModelError, PromptError])
def test_who_asks_is_sent_to_who_can_mend(
    kind: type[RagError], caplog: pytest.LogCaptureFixture
) -> None:
    """A command goes to the log of the server, and a status of the server's to the client."""
    with caplog.at_level(logging.WARNING, "rag.serve"):
        told = failure(kind("it is gone", hint=COMMAND))

    assert told.status == 503
    assert told.body["error"]["message"] == f"it is gone. {RUNNER}"
    assert caplog.messages == [f"it is gone. {COMMAND}"]


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (Closed("the assistant is closed", hint="open it again"), LATER),
        (Stopped("no answer within 1 s", hint="ask again, or allow more time"), LATER),
        (Busy(2, seconds=5), "ask again in 5 s"),
        (QuestionError("it is empty", hint="ask something"), "ask something"),
        (ConfigError("it is no date", hint="write 2018"), "write 2018"),
        (RagError("there is none"), ""),
    ],
)
def test_who_asks_is_told_what_they_can_do(
    error: RagError, hint: str, caplog: pytest.LogCaptureFixture
) -> None:
    """And nothing is logged: nothing is wrong with the server."""
    assert hint_outside(error) == hint
    assert caplog.messages == []
