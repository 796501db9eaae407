"""What the pages of an evaluation say in words: why a question is not right, what was run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rag.evaluate.aggregate import count_outcomes
from rag.evaluate.judge import OPINIONS, UNCLEAR
from rag.evaluate.results import FactResult, Outcome, QuestionResult, Report
from rag.language.text import counted
from rag.render.safe import safe_line

SYMBOLS = {Outcome.RIGHT: "✓", Outcome.WRONG: "✗", Outcome.FAILED: "!"}


def outcomes_line(report: Report) -> str:
    """``✓ 40 right, ✗ 17 wrong, ! 3 failed``."""
    return ", ".join(
        f"{SYMBOLS[outcome]} {count:,} {outcome}"
        for outcome, count in count_outcomes(report.questions).items()
    )


def alternatives(fact: FactResult) -> str:
    """The strings of a fact, one of which had to be said."""
    return " or ".join(f"“{one}”" for one in fact.any_of) or "a fact without a string"


def why(result: QuestionResult) -> str:
    """Why a question is not right; empty when it is."""
    if result.outcome is Outcome.RIGHT:
        return ""
    if result.outcome is Outcome.FAILED:
        return result.failure or "no answer"
    if not result.answerable:
        return "answered, although the articles do not have the answer"
    if not result.facts:
        return "the relevant text was not found, or ranked too low"
    facts = [(alternatives(fact), fact) for fact in result.facts]
    missing = "; ".join(words for words, fact in facts if not fact.recalled)
    if result.pairs.get("answered", (1.0, 1.0))[0] == 0:
        return f"refused, although the articles have {missing}"
    bare = "; ".join(
        alternatives(fact) for fact in result.facts if fact.recalled and not fact.cited
    )
    parts = (("missing", missing), ("not cited", bare))
    return "; ".join(f"{what}: {which}" for what, which in parts if which)


def changed_from(report: Report, baseline: Report | None) -> dict[str, Outcome]:
    """Questions whose outcome is not that of the baseline -> what it was there."""
    before = {result.id: result.outcome for result in baseline.questions} if baseline else {}
    return {
        result.id: before[result.id]
        for result in report.questions
        if result.id in before and before[result.id] is not result.outcome
    }


def what_ran(report: Report) -> str:
    """One line: which program, on what, when."""
    about = report.about
    version, commit = _scalar(about, "rag", "version"), _scalar(about, "rag", "commit")
    parts = [
        counted(len(report.questions), "question"),
        f"rag {version}" if version else "",
        f"commit {commit[:12]}" if commit else "",
        f"started {moment(started)}" if (started := _scalar(about, "started")) else "",
    ]
    return " · ".join(part for part in parts if part)


def moment(written: object) -> str:
    """``2026-11-24 14:20 UTC`` of an ISO 8601 time; anything else as it stands."""
    try:
        read = datetime.fromisoformat(str(written))
    except ValueError:
        return str(written)
    return f"{read:%Y-%m-%d %H:%M} {read.tzname() or ''}".rstrip()


def _scalar(about: Mapping[str, Any], *keys: str) -> str:
    value: Any = about
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, str | int | float) else ""


def flat(nested: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Names and values of nested settings, line by line: ``models › embedding``, ``bundled``."""
    for key, value in nested.items():
        name = f"{above} › {key}" if above else str(key)
        if isinstance(value, Mapping) and value:
            yield from flat(value, name)
        else:
            yield name, _written(value)


def _written(value: Any) -> str:
    if value is None or value == {} or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and all(isinstance(v, str | int | float) for v in value):
        return ", ".join(map(str, value))
    if isinstance(value, list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def judge_line(judge: Mapping[str, Any]) -> str:
    """What a judge model thinks of the answers; nothing is gated by it."""
    shares = ", ".join(f"{word} {judge[word]:.2f}" for word in (*OPINIONS, UNCLEAR))
    return safe_line(
        f"Opinion of the judge {judge['model']} on {judge['answers']} answers (it does not change"
        f" the figures): {shares}"
    )
