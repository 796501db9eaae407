"""Answers as an evaluation reads them: from the JSON lines that it, or another program, wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.error_words import reason
from rag.errors import EvalError
from rag.render.as_json import ANSWER_SCHEMA

FAILURE_SCHEMA = "rag.failure/1"  # a line of a question that got no answer
SCHEMAS = frozenset({ANSWER_SCHEMA, FAILURE_SCHEMA})
MOST = 2**53  # larger numbers are mistakes: no text is so long, and no answer so slow
NEEDS = 'an answer looks like {"id": "1", …} with what `rag ask --json` prints'


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCitation:
    """Where a claim says that it is supported; nothing about it is taken for true."""

    path: str
    start: int
    end: int
    quote: str
    copies: tuple[GivenCitation, ...] = ()  # other files that have the same words

    @property
    def places(self) -> tuple[GivenCitation, ...]:
        """Everywhere that the words are said to stand."""
        return self, *self.copies


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenClaim:
    """One claim of an answer."""

    text: str
    citations: tuple[GivenCitation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenWords:
    """The few words that an answer gives first, and where it says they stand."""

    text: str
    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer, a refusal (no claims), or a failure."""

    id: str
    question: str
    claims: tuple[GivenClaim, ...] = ()
    short_answer: GivenWords | None = None
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
        schema = record["schema"]
        if schema not in SCHEMAS:
            raise ValueError(f"the schema {schema!r} is not known")
        timings, tokens = record.get("timings_ms") or {}, record.get("tokens")
        _check_shown(record)
        return Given(
            id=_text(record["id"]),
            question=_text(record["question"]),
            claims=tuple(_claim(claim) for claim in record.get("claims", [])),
            short_answer=_words(record.get("short_answer")),
            failure=_filled(record["error"]) if schema == FAILURE_SCHEMA else None,
            answerability=_number(record.get("answerability"), most=1.0),
            total_ms=_number(timings.get("total")),
            tokens=_whole(tokens["prompt"]) + _whole(tokens["answer"]) if tokens else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EvalError(f"{place} is not an answer: {reason(error)}", hint=NEEDS) from error


def _claim(claim: dict[str, Any]) -> GivenClaim:
    return GivenClaim(text=_text(claim["text"]), citations=_citations(claim["citations"]))


def _words(entry: dict[str, Any] | None) -> GivenWords | None:
    if entry is None:
        return None
    return GivenWords(
        text=_text(entry["text"]),
        path=_text(entry["path"]),
        start=_whole(entry["start"], least=-MOST),
        end=_whole(entry["end"], least=-MOST),
    )


def _citations(entries: list[dict[str, Any]]) -> tuple[GivenCitation, ...]:
    return tuple(
        _citation(entry, copies=tuple(map(_citation, entry.get("also_in") or ())))
        for entry in entries
    )


def _citation(entry: dict[str, Any], *, copies: tuple[GivenCitation, ...] = ()) -> GivenCitation:
    return GivenCitation(
        path=_text(entry["path"]),
        start=_whole(entry["start"], least=-MOST),
        end=_whole(entry["end"], least=-MOST),
        quote=_text(entry["quote"]),
        copies=copies,
    )


def _check_shown(record: dict[str, Any]) -> None:
    """What is not scored, but shown beside the figures, has to be what it should be too."""
    _citations(record.get("nearest") or [])
    for entry in record.get("dropped") or []:
        _text(entry["text"])
        _text(entry["why"])
    for key in ("reason", "model"):
        if record.get(key) is not None:
            _text(record[key])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text"[:200])
    value.encode("utf-8")  # raises ValueError for half a character
    return value


def _filled(value: object) -> str:
    if not _text(value).strip():
        raise ValueError("a failure says what went wrong")
    return _text(value)


def _whole(value: object, *, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST:
        raise ValueError(f"{str(value)[:40]!r} is not a whole number from {least} to {MOST:,}")
    return value


def _number(value: object, *, most: float = float(MOST)) -> float | None:
    """A number from 0 to ``most``; NaN and infinities are outside."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"{str(value)[:40]!r} is not a number from 0 to {most:g}")
    return float(value)
