"""JSON of a saved answer -> the answer: the other way round than `rag.render.as_json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rag.domain import (
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Copy,
    Count,
    Evidence,
    Freshness,
    Part,
    ShortAnswer,
    Side,
    Source,
    Verdict,
)
from rag.error_words import reason
from rag.errors import ConfigError
from rag.filters import NAMES, Limited, read_filters
from rag.refusal import RefusalKind
from rag.web_address import web_address

Saved = Mapping[str, Any]


def read_answer(saved: Saved, *, place: str = "this") -> Answer:
    """What an answer shows to who reads it; how it was made (dropped, timings, model) is left out.

    Args:
        saved: As docs/answer.schema.json has it. What an earlier version did not write yet
            (`count`, `refusal`, `filters`, `checked_on`) may be missing.
        place: Where it is from, for the message.

    Raises:
        ConfigError: It lacks what an answer has, or has something else in its place.
    """
    try:
        return _answer(saved)
    except (KeyError, TypeError, AttributeError, ValueError, ConfigError) as error:
        raise ConfigError(
            f"{place}: an answer is not complete: {reason(error)}", hint="save it again"
        ) from error


def _answer(saved: Saved) -> Answer:
    sources = {one["n"]: one for one in saved["sources"]}
    cited: dict[int, Citation] = {}
    claims = []
    for claim in saved["claims"]:
        for one in claim["citations"]:
            cited.setdefault(one["n"], _citation(one, sources[one["n"]]))
        claims.append(_claim(claim, [cited[one["n"]] for one in claim["citations"]]))
    whole = _part(saved, cited)
    sides = saved.get("sides", ())
    return Answer(
        question=whole.question,
        claims=tuple(claims),
        short_answer=whole.short_answer,
        count=whole.count,
        parts=tuple(_part(one, cited) for one in saved.get("parts", ())),
        sides=tuple(Side(text=_text(one["text"]), citation=cited[one["n"]]) for one in sides),
        reason=whole.reason,
        refusal=whole.refusal,
        looked_for=tuple(map(_text, saved.get("looked_for", ()))),
        limited=_limited(saved["filters"]) if saved.get("filters") else None,
        nearest=tuple(map(_evidence, saved.get("nearest", ()))),
        checked_on=_known(saved.get("checked_on")),
    )


def _claim(saved: Saved, citations: Iterable[Citation]) -> Claim:
    return Claim(
        text=_text(saved["text"]),
        kind=ClaimKind(saved["kind"]),
        verdict=Verdict(saved["verdict"]),
        citations=tuple(citations),
    )


def _citation(saved: Saved, source: Saved) -> Citation:
    return Citation(
        n=_number(saved["n"]),
        source=_source({**source, **saved}),
        start=_number(saved["start"]),
        end=_number(saved["end"]),
        line=_number(saved["line"]),
        quote=_text(saved["quote"]),
        speaker=_known(saved.get("speaker")),
        file=Freshness(saved.get("file", Freshness.UNCHANGED)),
        copies=tuple(map(_copy, saved.get("also_in", ()))),
    )


def _copy(saved: Saved) -> Copy:
    return Copy(
        source=_source(saved),
        start=_number(saved["start"]),
        end=_number(saved["end"]),
        line=_number(saved["line"]),
        quote=_text(saved["quote"]),
        file=Freshness(saved.get("file", Freshness.UNCHANGED)),
    )


def _evidence(saved: Saved) -> Evidence:
    """A nearest sentence: its place and text; its scores say nothing to a reader."""
    return Evidence(
        id=0,
        article_id=0,
        source=_source(saved),
        start=_number(saved["start"]),
        end=_number(saved["end"]),
        line=_number(saved["line"]),
        text=_text(saved["quote"]),
        terms=frozenset(),
        speaker=_known(saved.get("speaker")),
        score=0.0,
        dense=0.0,
        lexical=0.0,
    )


def _part(saved: Saved, cited: Mapping[int, Citation]) -> Part:
    short, count, refusal = (saved.get(key) for key in ("short_answer", "count", "refusal"))
    return Part(
        question=_text(saved["question"]),
        short_answer=_short(short, cited) if short else None,
        count=_count(count) if count else None,
        reason=_known(saved["reason"]),
        refusal=RefusalKind(refusal) if refusal else None,
    )


def _short(saved: Saved, cited: Mapping[int, Citation]) -> ShortAnswer:
    return ShortAnswer(
        text=_text(saved["text"]),
        start=_number(saved["start"]),
        end=_number(saved["end"]),
        citation=cited[saved["n"]],
        probability=float(saved["probability"]),
    )


def _count(saved: Saved) -> Count:
    return Count(text=_text(saved["text"]), number=_number(saved["number"]))


def _source(saved: Saved) -> Source:
    return Source(
        path=_text(saved["path"]),
        title=_known(saved["title"]),
        outlet=_known(saved["outlet"]),
        date=_known(saved["date"]),
        sha256=_text(saved["sha256"]),
        url=web_address(saved.get("url") or ""),  # answers saved before have none
    )


def _limited(saved: Saved) -> Limited:
    filters = read_filters({name: saved.get(name) for name in NAMES})
    counts = {name: _number(saved[name]) for name in ("articles", "undated")}
    behind = Limited(filters=filters, words="", **counts).told
    return Limited(filters=filters, words=_text(saved["told"]).removesuffix(behind), **counts)


def _known(value: object) -> str | None:
    return None if value is None else _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("not a whole number")
    return value
