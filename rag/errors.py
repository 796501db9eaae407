"""Every error that `rag` raises on purpose, as one tree.

::

    RagError                 exit code
    ├── ConfigError              2      a setting, flag or rag.toml that cannot be used
    ├── QuestionError            2      a question that cannot be asked (empty, too long, not text)
    ├── CorpusError              2      a folder or file that does not exist or contains nothing
    ├── PromptError              2      a prompt template with wrong variables
    ├── EvalError                2      a gold set, suite or run that cannot be used
    ├── IndexMissing             4      no index where one was expected
    ├── IndexStale               4      an index of another model or format, or a damaged one
    │   └── IndexUnreadable      4      one that may not be read: no permission, a broken disk
    ├── ModelError               5      a model that is absent, damaged or unreachable
    ├── Stopped                  1      an answer that was stopped, or took too long
    ├── Busy                     1      too many questions wait already
    └── Closed                   1      an assistant that is not open any more

The message says what is wrong and where; ``hint`` says what to type next. The CLI turns the tree
into exit codes in one place; libraries' own exceptions are translated where the library is owned.
"""

from __future__ import annotations


class RagError(Exception):
    """Base of all deliberate errors.

    Args:
        message: What is wrong, and where.
        hint: What the user can type or do next; may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(RagError):
    """A setting, flag or file of settings that cannot be used."""

    exit_code = 2


class QuestionError(RagError):
    """A question that cannot be asked: empty, too long, or not text."""

    exit_code = 2


class CorpusError(RagError):
    """Input that does not exist or contains nothing readable."""

    exit_code = 2


class PromptError(RagError):
    """A prompt template that is missing or uses unknown variables."""

    exit_code = 2


class EvalError(RagError):
    """A gold set, suite or run of an evaluation that cannot be used as it is."""

    exit_code = 2


class IndexMissing(RagError):
    """There is no index at the place asked for."""

    exit_code = 4


class IndexStale(RagError):
    """The index was built by another model or format, or its files are damaged."""

    exit_code = 4


class IndexUnreadable(IndexStale):
    """What is there may not be read; what it holds is not known, and nothing can mend it from here.

    The hint says whom to ask.
    """


class ModelError(RagError):
    """A model that is absent, damaged or unreachable."""

    exit_code = 5


class Stopped(RagError):
    """An answer that was stopped: it is not needed any more, or it took too long."""


class Busy(RagError):
    """A question that is refused, because too many are waiting already.

    Args:
        waiting: How many wait.
        seconds: After which asking again may help.
    """

    def __init__(self, waiting: int, *, seconds: int) -> None:
        told = "1 question is waiting" if waiting == 1 else f"{waiting} questions are waiting"
        super().__init__(f"{told} already", hint=f"ask again in {seconds} s")
        self.seconds = seconds


class Closed(RagError):
    """A question to an assistant that is closed, or is being closed."""
