"""The line of abstention that was chosen, beside the one in force: as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rag.answer.answerability import UNLIKELY
from rag.evaluate.report.figures import NONE
from rag.evaluate.tune import Refusals, Tuned

TUNE_SCHEMA = "rag.tune/1"
NAME = 24  # columns of the first cell


def tuned_lines(tuned: Tuned) -> list[str]:
    """A small table, and how far it can be trusted."""
    asked = tuned.answerable + tuned.unanswerable
    return [
        f"{asked:,} questions: {tuned.answerable:,} with an answer, {tuned.unanswerable:,} without"
        f" one; {tuned.by_rule:,} of them are refused by other rules.",
        "",
        _cells("abstain_below", "refusal", "refusal", "answerable", "balanced"),
        _cells("", "precision", "recall", "refused", "accuracy"),
        _row("now", tuned.now, tuned.answerable),
        _row("chosen", tuned.chosen, tuned.answerable),
        "",
        "The value was chosen on these questions: expect lower figures on others.",
        "Expected on other questions (tenfold cross-validation):"
        f" balanced accuracy {tuned.held_out:.3f}.",
    ]


def _row(name: str, found: Refusals, answerable: int) -> str:
    return _cells(
        f"{name}: {line_words(found.line)}",
        NONE if found.precision is None else f"{found.precision:.3f}",
        f"{found.recall:.3f}",
        f"{found.answerable_refused:,} of {answerable:,}",
        f"{found.balanced_accuracy:.3f}",
    )


def _cells(name: str, precision: str, recall: str, lost: str, accuracy: str) -> str:
    return f"{name:<{NAME}} {precision:>9} {recall:>9} {lost:>14} {accuracy:>9}".rstrip()


def line_words(line: float | None) -> str:
    """A line as people read it: ``0.41``, or ``built-in (0.350)``."""
    return f"built-in ({UNLIKELY:.3f})" if line is None else str(line)


def tuned_dict(tuned: Tuned) -> dict[str, Any]:
    """The same for programs; a line of null is the shipped one."""
    return {
        "schema": TUNE_SCHEMA,
        "answerable": tuned.answerable,
        "unanswerable": tuned.unanswerable,
        "refused_by_rules": tuned.by_rule,
        "shipped_line": round(UNLIKELY, 4),
        "now": asdict(tuned.now),
        "chosen": asdict(tuned.chosen),
        "held_out_balanced_accuracy": tuned.held_out,
    }
