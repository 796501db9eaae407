"""Answers as an evaluation reads them: from the JSON lines that it, or another program, wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.errors import EvalError
from rag.render.as_json import ANSWER_SCHEMA

FAILURE_SCHEMA = "rag.failure/1"  # a line of a question that got no answer
SCHEMAS = frozenset({ANSWER_SCHEMA, FAILURE_SCHEMA})
NEEDS = 'an answer is like {"id": "1", …} with what `rag ask --json` prints'


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCitation:
    """Where a claim says that it is supported; nothing about it is taken for true."""

    path: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenClaim:
    """One claim of an answer."""

    text: str
    citations: tuple[GivenCitation, ...]

    @property
    def files(self) -> frozenset[str]:
        """The files that it cites."""
        return frozenset(citation.path for citation in self.citations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer, a refusal (no claims), or a failure."""

    id: str
    question: str
    claims: tuple[GivenClaim, ...] = ()
    failure: str | None = None  # what went wrong, when there is no answer
    answerability: float | None = None
    total_ms: float | None = None
    tokens: int | None = None  # read and written by the language model

    @property
    def abstained(self) -> bool:
        """Whether it refused; a failure is no refusal."""
        return not self.claims and self.failure is None

    @property
    def text(self) -> str:
        """What it says, without citation marks."""
        return " ".join(claim.text for claim in self.claims)


def read_given(record: dict[str, Any], *, place: str) -> Given:
    """An answer from its JSON object.

    Args:
        record: An answer as `rag ask --json` prints it, with an ``id``; or a failure.
        place: Where it stands, for the message.

    Raises:
        EvalError: It is neither.
    """
    try:
        if record["schema"] not in SCHEMAS:
            raise ValueError(f"the schema {record['schema']!r} is not known")
        timings, tokens = record.get("timings_ms") or {}, record.get("tokens")
        return Given(
            id=_text(record["id"]),
            question=_text(record["question"]),
            claims=tuple(_claim(claim) for claim in record.get("claims", [])),
            failure=record.get("error"),
            answerability=_number(record.get("answerability")),
            total_ms=_number(timings.get("total")),
            tokens=int(tokens["prompt"]) + int(tokens["answer"]) if tokens else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise EvalError(f"{place} is no answer: {why}", hint=NEEDS) from error


def _claim(claim: dict[str, Any]) -> GivenClaim:
    return GivenClaim(
        text=_text(claim["text"]),
        citations=tuple(
            GivenCitation(
                path=_text(citation["path"]),
                start=int(citation["start"]),
                end=int(citation["end"]),
                quote=_text(citation["quote"]),
            )
            for citation in claim["citations"]
        ),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
