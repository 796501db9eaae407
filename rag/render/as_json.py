"""Values -> JSON, as docs/answer.schema.json describes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rag.domain import (
    Answer,
    Citation,
    Claim,
    Copy,
    Evidence,
    Incomplete,
    Reading,
    ShortAnswer,
    Source,
)
from rag.filters import Limited
from rag.render.safe import escape_json

if TYPE_CHECKING:
    from rag.retrieve.narrow import Narrowed
    from rag.retrieve.resolve_speakers import Speaker
    from rag.retrieve.timeline import Said
    from rag.sync.report import SyncReport

ANSWER_SCHEMA = "rag.answer/1"
SEARCH_SCHEMA = "rag.search/1"


def dumps(value: object, *, indent: int | None = 2) -> str:
    """JSON text: readable in any script, without a character that could harm a terminal.

    Args:
        value: Anything of dicts, lists, strings and numbers.
        indent: Spaces a level; None for one line (JSONL).
    """
    return escape_json(json.dumps(value, ensure_ascii=False, indent=indent))


def answer_dict(answer: Answer) -> dict[str, Any]:
    """An answer as the contract of `rag ask --json` has it."""
    return {
        "schema": ANSWER_SCHEMA,
        "question": answer.question,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "refusal": answer.refusal.value if answer.refusal else None,
        "text": answer.text,
        "short_answer": short_dict(answer.short_answer) if answer.short_answer else None,
        "count": asdict(answer.count) if answer.count else None,
        "parts": [
            {
                "question": part.question,
                "short_answer": short_dict(part.short_answer) if part.short_answer else None,
                "count": asdict(part.count) if part.count else None,
                "reason": part.reason,
                "refusal": part.refusal.value if part.refusal else None,
            }
            for part in answer.parts
        ],
        "sides": [
            {
                "text": side.text,
                "n": side.citation.n,
                "path": side.citation.source.path,
                "outlet": side.citation.source.outlet,
                "date": side.citation.source.date,
            }
            for side in answer.sides
        ],
        "claims": [claim_dict(claim) for claim in answer.claims],
        "sources": [
            {
                "n": citation.n,
                "path": citation.source.path,
                "title": citation.source.title,
                "outlet": citation.source.outlet,
                "date": citation.source.date,
                "url": citation.source.url,
            }
            for citation in answer.citations
        ],
        "looked_for": list(answer.looked_for),
        "undated": answer.undated,
        "filters": limits_dict(answer.limited),
        "nearest": [evidence_dict(found) for found in answer.nearest],
        "dropped": [{"text": entry.text, "why": entry.why} for entry in answer.dropped],
        "answerability": round(answer.answerability, 4),
        "timings_ms": {name: round(ms, 1) for name, ms in asdict(answer.timings).items()},
        "tokens": asdict(answer.tokens) if answer.tokens else None,
        "model": answer.model,
        "generation": answer.generation,
        "checked_on": answer.checked_on,
    }


def limits_dict(limited: Limited | None) -> dict[str, Any] | None:
    """The filters that were asked for, and how many articles they leave; None where none were."""
    if limited is None:
        return None
    told = {"articles": limited.articles, "undated": limited.undated, "told": limited.told}
    return {**limited.filters.as_dict(), **told}


def claim_dict(claim: Claim) -> dict[str, Any]:
    """A claim with what it cites."""
    return {
        "text": claim.text,
        "verdict": claim.verdict.value,
        "kind": claim.kind.value,
        "support": round(claim.support, 4),
        "citations": [citation_dict(citation) for citation in claim.citations],
    }


def short_dict(short: ShortAnswer) -> dict[str, Any]:
    """The few words that answer, with their place."""
    return {
        "text": short.text,
        "n": short.citation.n,
        "path": short.citation.source.path,
        "start": short.start,
        "end": short.end,
        "probability": round(short.probability, 4),
    }


def citation_dict(citation: Citation) -> dict[str, Any]:
    """A citation, and where else the same stands."""
    return {
        "n": citation.n,
        "path": citation.source.path,
        "start": citation.start,
        "end": citation.end,
        "line": citation.line,
        "quote": citation.quote,
        "sha256": citation.source.sha256,
        "speaker": citation.speaker,
        "date": citation.source.date,
        "file": citation.file.value,
        "ocr": citation.source.is_ocr(citation.start, citation.end),
        "also_in": [_copy(copy) for copy in citation.copies],
    }


def _copy(copy: Copy) -> dict[str, Any]:
    return {
        "path": copy.source.path,
        "start": copy.start,
        "end": copy.end,
        "line": copy.line,
        "quote": copy.quote,
        "sha256": copy.source.sha256,
        "title": copy.source.title,
        "outlet": copy.source.outlet,
        "date": copy.source.date,
        "url": copy.source.url,
        "file": copy.file.value,
    }


def evidence_dict(found: Evidence) -> dict[str, Any]:
    """An evidence sentence with its place and scores."""
    return {
        "path": found.source.path,
        "start": found.start,
        "end": found.end,
        "line": found.line,
        "quote": found.text,
        "sha256": found.source.sha256,
        "title": found.source.title,
        "outlet": found.source.outlet,
        "date": found.source.date,
        "url": found.source.url,
        "ocr": found.source.is_ocr(found.start, found.end),
        "speaker": found.speaker,
        "score": round(found.score, 4),
        "dense": round(found.dense, 4),
        "lexical": round(found.lexical, 4),
        "reading": _reading(found, found.reading) if found.reading else None,
        "also_in": [_copy(copy) for copy in found.copies],
    }


def _reading(found: Evidence, reading: Reading) -> dict[str, Any]:
    words = reading.words
    return {
        "answers": round(reading.answers, 4),
        "share": round(reading.share, 4),
        "start": found.start + words.start if words else None,
        "end": found.start + words.end if words else None,
        "sure": round(reading.sure, 4),
    }


def search_dict(
    question: str,
    found: Sequence[Evidence],
    *,
    generation: int,
    limited: Limited | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """The result of `rag search --json`.

    Args:
        question: What was searched for.
        found: Best first.
        generation: Of the index.
        limited: To which part of the index, if to one.
        reason: Why nothing is left of that.
    """
    return {
        "schema": SEARCH_SCHEMA,
        "question": question,
        "filters": limits_dict(limited),
        "reason": reason,
        "results": [evidence_dict(entry) for entry in found],
        "generation": generation,
    }


def _narrowed(narrowed: Narrowed | None) -> dict[str, Any]:
    """What was searched, and why that is nothing."""
    return {
        "filters": limits_dict(narrowed.limited) if narrowed else None,
        "reason": narrowed.reason if narrowed else None,
    }


def said_dict(
    speaker: Speaker,
    found: Sequence[Said],
    *,
    about: str | None,
    generation: int,
    undated: int = 0,
    narrowed: Narrowed | None = None,
) -> dict[str, Any]:
    """The result of `rag said SPEAKER --json`; ``undated`` are left out for want of a date."""
    return {
        "schema": "rag.retrieve.timeline/1",
        "speaker": speaker.name,
        "forms": list(speaker.forms),
        "about": about,
        **_narrowed(narrowed),
        "statements": [_said(entry) for entry in found],
        "undated": undated,
        "generation": generation,
    }


def _source(source: Source) -> dict[str, Any]:
    return {name: value for name, value in asdict(source).items() if name != "ocr"}


def _said(entry: Said) -> dict[str, Any]:
    statement = entry.statement
    return {
        **_source(entry.source),
        "line": entry.line,
        "kind": statement.kind.value,
        "written": statement.written,
        "cue": statement.cue,
        "quotes": [
            {"start": span.start, "end": span.end, "text": text}
            for span, text in zip(statement.content, entry.quote, strict=True)
        ],
        "context": {
            "start": entry.context_start,
            "end": entry.context_start + len(entry.context),
            "text": entry.context,
        },
        "also_in": [
            {**_source(copy.source), "line": copy.line, "start": copy.start, "end": copy.end}
            for copy in entry.copies
        ],
    }


def speakers_dict(
    found: Sequence[Speaker], *, generation: int, narrowed: Narrowed | None = None
) -> dict[str, Any]:
    """The result of `rag said --json`."""
    return {
        "schema": "rag.speakers/1",
        **_narrowed(narrowed),
        "speakers": [asdict(speaker) for speaker in found],
        "generation": generation,
    }


def copies_list(groups: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """Articles that are printings of one text, the one that is used first."""
    return [{"path": first, "also_in": others} for first, *others in groups]


def incomplete_list(articles: Iterable[Incomplete]) -> list[dict[str, Any]]:
    """Articles that do not hold all of their files, with what is lacking."""
    return [{"path": one.path, "left_out": list(one.left_out)} for one in articles]


def report_dict(report: SyncReport) -> dict[str, Any]:
    """The result of `rag index --json`."""
    return {
        "schema": "rag.index/1",
        "generation": report.generation,
        "dry_run": report.dry,
        "new": list(report.new),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "renamed": [{"from": old, "to": now} for old, now in report.renamed],
        "unchanged": report.unchanged,
        "kept": report.kept,
        "ignored": list(report.ignored),
        "articles": report.articles,
        "passages": report.passages,
        "sentences": report.sentences,
        "copies": copies_list(report.copies),
        "skipped": [asdict(entry) for entry in report.skipped],
        "incomplete": incomplete_list(report.incomplete),
        "seconds": round(report.seconds, 2),
    }
