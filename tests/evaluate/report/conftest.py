"""A small evaluation for the tests of its pages, with text in it that wants to do harm."""

from __future__ import annotations

from typing import Any

import pytest

from rag.evaluate.compare import Comparison
from rag.evaluate.results import FactResult, Outcome, QuestionResult, Report
from rag.evaluate.statistics import Difference, Interval

HOSTILE = (
    "</script><script>window.hit = 1</script><img src=x onerror='window.hit = 1'>"
    " | `code` & \x1b[31mred\x1b[0m \u202egnp.exe\u2066 \ud800 {{ 7 * 7 }} ]]> \x00\ufffe"
)
ARTICLE = f"📰🙂 News of the day.\n\nThe bridge 😀 opened in 2019. {HOSTILE}\nNobody came."
QUOTE = "The bridge 😀 opened in 2019."


def interval(value: float, low: float, high: float, n: int = 4) -> Interval:
    return Interval(value=value, low=low, high=high, n=n)


def place(quote: str = QUOTE, *, n: int | None = 1) -> dict[str, Any]:
    """A citation of the article; offsets of Python strings are code points."""
    start = ARTICLE.index(quote)
    return {
        "n": n, "path": "a.txt", "start": start, "end": start + len(quote), "line": 3,
        "quote": quote, "sha256": "0" * 64, "speaker": None, "date": "2019-05-03",
    }  # fmt: skip


def answer(id: str, *claims: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": id, "schema": "rag.answer/1", "question": "?", "abstained": not claims,
        "reason": None if claims else "No sentence says when.", "text": "", "claims": list(claims),
        "sources": [
            {"n": 1, "path": "a.txt", "title": HOSTILE, "outlet": "Bell", "date": "2019-05-03"}
        ],
        "nearest": [] if claims else [place(n=None) | {"title": "T", "outlet": None, "score": 0.2}],
        "dropped": [{"text": HOSTILE, "why": "repeats a sentence"}], "answerability": 0.81,
        "timings_ms": {"open": 0.2, "retrieve": 20.0, "first_claim": 40.0, "total": 81.5},
        "tokens": None, "model": "none", "generation": 3,
    }  # fmt: skip


@pytest.fixture
def hostile() -> str:
    """Text that would be markup, a template, a table, an escape sequence or no character."""
    return HOSTILE


@pytest.fixture
def quote() -> str:
    """A cited sentence of the article, with a character outside the basic plane before it."""
    return QUOTE


@pytest.fixture
def articles() -> dict[str, str]:
    return {"a.txt": ARTICLE}


@pytest.fixture
def answers() -> dict[str, dict[str, Any]]:
    composed = {"text": HOSTILE, "verdict": "supported", "kind": "composed", "citations": [place()]}
    quoted = {"text": QUOTE, "verdict": "supported", "kind": "quoted", "citations": [place()]}
    failure = {"id": "q4", "schema": "rag.failure/1", "question": "?", "error": "out of time"}
    return {
        "q1": answer("q1", quoted, composed),
        "q2": answer("q2"),
        "q3": answer("q3", quoted),
        "q4": failure | {"timings_ms": {}},
    }


def asked(id: str, outcome: Outcome, **more: Any) -> QuestionResult:
    about: dict[str, Any] = {"question": f"What of {id}?", "kind": "time", "answerable": True}
    return QuestionResult(id=id, outcome=outcome, **({"pairs": {}} | about | more))


@pytest.fixture
def report() -> Report:
    """A question of each outcome."""
    fact = FactResult(any_of=("in 2019", "2019"), sources=("a.txt",), recalled=True, cited=True)
    missing = FactResult(any_of=(HOSTILE,), sources=("a.txt",), recalled=False, cited=False)
    bare = FactResult(any_of=("bridge",), sources=("b.txt",), recalled=True, cited=False)
    scored = {"answerability_auroc": (0.8, 1.0), "aurc": (0.8, 0.0), "latency_p50": (81.5, 1.0)}
    unknown = {"answerability_auroc": (0.3, 0.0), "aurc": (0.3, 1.0), "latency_p50": (1200.0, 1.0)}
    return Report(
        name=f"seeds {HOSTILE}",
        about={
            "gold": {"path": HOSTILE, "sha256": "9d1f"},
            "rag": {"version": "0.2.0", "commit": "1873f50c2b9a44d0"},
            "settings": {"quote_only": True, "model": None, "ranks": [1, 3]},
            "started": "2026-11-24T14:20:05Z",
        },
        metrics={
            "cited_fact_recall": interval(0.5, 0.25, 0.75),
            "quote_fidelity": interval(1.0, 1.0, 1.0),
            "abstention_f1": interval(0.4, 0.1, 0.8),
            "latency_p50": interval(1240.4, 900.0, 1500.0),
            "words_per_answer": interval(38.94, 30.0, 41.0),
        },
        kinds={"time": {"cited_fact_recall": interval(0.5, 0.25, 0.75)}},
        questions=(
            asked("q1", Outcome.RIGHT, facts=(fact,), pairs=scored),
            asked("q2", Outcome.WRONG, facts=(missing, bare), pairs=scored, question=HOSTILE),
            asked("q3", Outcome.WRONG, answerable=False, kind="other", pairs=unknown),
            asked("q4", Outcome.FAILED, failure=f"out of time {HOSTILE}"),
        ),
        warnings=(f"drafts: {HOSTILE}",),
    )


@pytest.fixture
def baseline(report: Report) -> Report:
    """The same questions before: the first was wrong, and some figures were others."""
    first, *others = report.questions
    return Report(
        name="last week",
        about={"started": "2026-11-17T09:00:00Z"},
        metrics={
            "cited_fact_recall": interval(0.469, 0.2, 0.7),
            "quote_fidelity": interval(1.0, 1.0, 1.0),
            "latency_p50": interval(1800.0, 1500.0, 2000.0),
            "words_per_answer": interval(30.0, 28.0, 35.0),
        },
        kinds={},
        questions=(asked(first.id, Outcome.WRONG, facts=first.facts), *others),
    )


@pytest.fixture
def comparison(report: Report, baseline: Report) -> Comparison:
    """What changed from there; the facts for sure, the words perhaps by chance."""

    def moved(key: str, *, p: float) -> Difference:
        before, after = baseline.metrics[key].value, report.metrics[key].value
        change = after - before
        return Difference(
            before=before, after=after, change=change, low=change, high=change, p=p, n=4
        )

    return Comparison(
        before=baseline.name,
        after=report.name,
        metrics={
            "cited_fact_recall": moved("cited_fact_recall", p=0.001),
            "quote_fidelity": moved("quote_fidelity", p=1.0),
            "words_per_answer": moved("words_per_answer", p=0.3),
            "latency_p50": moved("latency_p50", p=0.001),
        },
        flips=(),
        common=4,
        only_before=0,
        only_after=0,
    )


@pytest.fixture
def retrieval() -> Report:
    """A set that asks for documents only: no facts, no answers."""
    return Report(
        name="scifact",
        about={},
        metrics={"document_ndcg@10": interval(0.64, 0.6, 0.68, n=2)},
        kinds={},
        questions=(
            asked("1", Outcome.RIGHT, kind="other", pairs={"document_ndcg@10": (1.0, 1.0)}),
            asked("2", Outcome.WRONG, kind="other", pairs={"document_ndcg@10": (0.0, 1.0)}),
        ),
    )
