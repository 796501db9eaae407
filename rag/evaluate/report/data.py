"""What the page of an evaluation shows of each question, as JSON that its script reads.

Articles come once each, however often they are cited; when all of them are too long for one page,
only what stands round the citations comes. Nothing in here is trusted: the script shows all of it
as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rag.evaluate.report.words import changed_from, why
from rag.evaluate.results import QuestionResult, Report
from rag.render.outline import Words
from rag.render.safe import escape_json

WHOLE = 4_000_000  # characters of all articles together that still come whole
AROUND = 1_000  # characters that come on each side of a citation otherwise

# What could end the block of the page that holds it, and what no encoding can write.
_HARMFUL = re.compile("[<>&\ud800-\udfff]")

Answers = Mapping[str, Mapping[str, Any]]
Span = tuple[int, int]


def data_block(
    report: Report, *, answers: Answers, articles: Mapping[str, str], baseline: Report | None
) -> str:
    """The JSON of a page, fit to stand between ``<script>`` tags."""
    numbers = {path: number for number, path in enumerate(_cited(answers, articles))}
    before = changed_from(report, baseline)
    data = {
        "questions": [
            _question(result, answers.get(result.id), numbers)
            | ({"was": before[result.id].value} if result.id in before else {})
            for result in report.questions
        ],
        "articles": _texts(numbers, answers, articles),
        "nearest": Words.NEAREST,
    }
    encoded = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _HARMFUL.sub(lambda found: f"\\u{ord(found[0]):04x}", escape_json(encoded))


# --- questions ------------------------------------------------------------------------------------


def _question(
    result: QuestionResult, answer: Mapping[str, Any] | None, numbers: Mapping[str, int]
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": result.id,
        "question": result.question,
        "kind": result.kind,
        "answerable": result.answerable,
        "outcome": result.outcome.value,
        "why": why(result),
        "facts": [
            {
                "any_of": fact.any_of,
                "sources": fact.sources,
                "found": "cited" if fact.cited else "bare" if fact.recalled else "missing",
            }
            for fact in result.facts
        ],
    }
    if "latency_p50" in result.pairs:
        shown["ms"] = round(result.pairs["latency_p50"][0], 1)
    if result.failure is not None:
        shown["failure"] = result.failure
    elif answer is not None:
        shown["answer"] = _answer(answer, numbers)
    if answer is not None and answer.get("timings_ms"):
        shown["timings"] = dict(answer["timings_ms"])
    return shown


def _answer(answer: Mapping[str, Any], numbers: Mapping[str, int]) -> dict[str, Any]:
    sources = {source.get("path"): source for source in answer.get("sources") or ()}
    return {
        "reason": answer.get("reason"),
        "short": (answer.get("short_answer") or {}).get("text"),
        "claims": [
            {
                "text": claim["text"],
                "kind": claim.get("kind"),
                "citations": [
                    _place(citation, sources.get(citation["path"], {}), numbers)
                    for citation in claim["citations"]
                ],
            }
            for claim in answer.get("claims") or ()
        ],
        "nearest": [_place(found, found, numbers) for found in answer.get("nearest") or ()],
        "dropped": [
            {"text": entry["text"], "why": entry["why"]} for entry in answer.get("dropped") or ()
        ],
        "score": answer.get("answerability"),
        "model": answer.get("model"),
    }


def _place(
    citation: Mapping[str, Any], source: Mapping[str, Any], numbers: Mapping[str, int]
) -> dict[str, Any]:
    """A citation or another sentence, with the number of its article (-1: not there)."""
    place = {
        "path": citation["path"],
        "article": numbers.get(citation["path"], -1),
        "start": int(citation["start"]),
        "end": int(citation["end"]),
        "quote": citation["quote"],
    }
    details = {
        "n": citation.get("n"),
        "line": citation.get("line"),
        "speaker": citation.get("speaker"),
        "date": citation.get("date") or source.get("date"),
        "title": source.get("title"),
        "outlet": source.get("outlet"),
    }
    return place | {name: value for name, value in details.items() if value is not None}


# --- articles -------------------------------------------------------------------------------------


def _citations(answers: Answers) -> Iterator[Mapping[str, Any]]:
    for answer in answers.values():
        for claim in answer.get("claims") or ():
            yield from claim["citations"]
        yield from answer.get("nearest") or ()


def _cited(answers: Answers, articles: Mapping[str, str]) -> list[str]:
    return sorted({citation["path"] for citation in _citations(answers)} & set(articles))


def _texts(
    paths: Mapping[str, int], answers: Answers, articles: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Length and parts of each article: one part that is all of it, or what is cited."""
    whole = sum(len(articles[path]) for path in paths) <= WHOLE
    spans: dict[str, list[Span]] = {path: [] for path in paths}
    for citation in _citations(answers):
        if citation["path"] in spans:
            spans[citation["path"]].append((int(citation["start"]), int(citation["end"])))
    return [
        {
            "length": len(text),
            "parts": [
                [start, text[start:end]]
                for start, end in ([(0, len(text))] if whole else _windows(spans[path], len(text)))
            ],
        }
        for path in paths
        for text in (articles[path],)
    ]


def _windows(spans: list[Span], length: int) -> list[Span]:
    """The spans with what stands round them; those that touch become one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if not 0 <= start < end <= length:
            continue
        left, right = max(0, start - AROUND), min(length, end + AROUND)
        if joined and left <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], right))
        else:
            joined.append((left, right))
    return joined
