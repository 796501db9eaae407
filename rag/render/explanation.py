"""How an answer came about -> rich text and JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rag.domain import Evidence, Rung
from rag.explanation import Explanation, Step
from rag.question import Question
from rag.render.as_json import evidence_dict
from rag.render.lead import also_in
from rag.render.safe import safe, safe_line

if TYPE_CHECKING:
    from rich.text import Text

CANDIDATES = 12  # sentences that are shown with their scores, beside those that are used
WORDS = 60  # characters of a sentence that stand for it in a table
PASSAGES = 5  # that are shown with their scores


def explanation_text(explanation: Explanation, *, prompt: bool = True) -> Text:
    """The whole path of an answer.

    Args:
        explanation: As `rag.explanation.Trace` gathers it.
        prompt: Whether the prompt is shown too.
    """
    from rich.text import Text

    shown = Text()
    for step in explanation.steps:
        _heading(shown, "Question")
        shown.append_text(_question(step.question))
        _heading(shown, "Candidates")
        shown.append_text(_candidates(step))
        if step.prompt and prompt:
            _heading(shown, "Prompt")
            shown.append(f"{safe(step.prompt.system)}\n\n{safe(step.prompt.user)}\n", style="dim")
    answer = explanation.answer
    _heading(shown, "Checks")
    shown.append_text(_checks(explanation))
    _heading(shown, "Answer")
    if answer.reason:
        shown.append(f"none: {safe_line(answer.reason)}\n")
    shown.append(f"answerability {answer.answerability:.2f}, model {safe_line(answer.model)}")
    times = answer.timings
    shown.append(f"; retrieved in {times.retrieve:.0f} ms, all in {times.total:.0f} ms\n")
    return shown


def _heading(shown: Text, title: str) -> None:
    shown.append(f"{title}\n" if not shown else f"\n{title}\n", style="bold")


def _question(question: Question) -> Text:
    from rich.text import Text

    shown = Text(f"  {safe_line(question.text)}\n")
    period = question.period.written if question.period else ""
    for name, value in (
        ("asks for", question.kind.value),
        ("words", ", ".join(question.terms)),
        ("names", ", ".join(question.names)),
        ("spoken by", " ".join(question.speaker)),
        ("time", period),
    ):
        if value:
            shown.append(f"  {name:<10} {safe_line(value)}\n", style="dim")
    return shown


def _candidates(step: Step) -> Text:
    from rich.text import Text

    found = step.retrieved
    shown = Text(
        f"  {len(found.passages)} passages were found, {len(found.evidence)} sentences of the best"
        " were ranked\n",
        style="dim",
    )
    for passage in found.passages[:PASSAGES]:
        shown.append(
            f"  passage {passage.id}: {passage.score:.3f}"
            f" (meaning {passage.dense:.3f}, words {passage.lexical:.3f})\n",
            style="dim",
        )
    used = {entry.id for entry in step.used}
    why = {cut.evidence.id: cut.why for cut in step.cut}
    shown.append("      score meaning words answers\n", style="dim")
    ranked = [one for one in found.evidence if one.id not in used][:CANDIDATES]
    for entry in [*step.used, *ranked]:
        shown.append_text(_candidate(entry, used=entry.id in used, why=why.get(entry.id, "")))
    return shown


def _candidate(entry: Evidence, *, used: bool, why: str) -> Text:
    from rich.text import Text

    answers = f"{entry.reading.answers:7.3f}" if entry.reading else "      -"
    scores = f"{entry.score:7.3f} {entry.dense:7.3f} {entry.lexical:5.2f} {answers}"
    shown = Text(f"  {'use' if used else '   '}{scores}  ", style="" if used else "dim")
    line = safe_line(entry.text)
    line = line if len(line) <= WORDS else f"{line[:WORDS].rstrip()}…"
    reason = f"  ({safe_line(why)})" if why else ""
    shown.append(f"{safe_line(entry.source.path)}:{entry.line}  {line}{reason}\n")
    if others := also_in([*entry.copies, *entry.also]):
        shown.append(f"      {safe_line(others)}\n")
    return shown


def _checks(explanation: Explanation) -> Text:
    from rich.text import Text

    shown = Text()
    for claim in explanation.answer.claims:
        numbers = "".join(f"[{citation.n}]" for citation in claim.citations)
        shown.append(f"  shown {numbers} {safe_line(claim.text)}\n")
        how = _rungs(claim.rungs) if claim.rungs else "the article's own words"
        shown.append(f"      {how}\n", style="dim")
    for dropped in explanation.answer.dropped:
        shown.append(f"  dropped {safe_line(dropped.text)}\n")
        shown.append(f"      {safe_line(dropped.why)}\n", style="dim")
        if dropped.rungs:
            shown.append(f"      {_rungs(dropped.rungs)}\n", style="dim")
    return shown or Text("  nothing was claimed\n", style="dim")


def _rungs(rungs: tuple[Rung, ...]) -> str:
    return ", ".join(f"{rung.name} {'holds' if rung.holds else 'FAILS'}" for rung in rungs)


def explanation_dict(explanation: Explanation) -> dict[str, Any]:
    """The same for programs: what `rag ask --explain --json` adds to an answer."""
    answer = explanation.answer
    return {
        "steps": [_step_dict(step) for step in explanation.steps],
        "claims": [
            {"text": claim.text, "rungs": [_rung_dict(rung) for rung in claim.rungs]}
            for claim in answer.claims
        ],
        "dropped": [
            {
                "text": dropped.text,
                "why": dropped.why,
                "rungs": [_rung_dict(rung) for rung in dropped.rungs],
            }
            for dropped in answer.dropped
        ],
    }


def _step_dict(step: Step) -> dict[str, Any]:
    used = {entry.id for entry in step.used}
    why = {cut.evidence.id: cut.why for cut in step.cut}
    ranked = [one for one in step.retrieved.evidence if one.id not in used][:CANDIDATES]
    question = step.question
    return {
        "question": question.text,
        "kind": question.kind.value,
        "terms": list(question.terms),
        "names": list(question.names),
        "speaker": list(question.speaker),
        "period": question.period.written if question.period else None,
        "passages": [asdict(passage) for passage in step.retrieved.passages[:CANDIDATES]],
        "candidates": [
            {
                **evidence_dict(entry),
                "used": entry.id in used,
                "why_not": why.get(entry.id),
                "also": [[copy.source.path, copy.start, copy.end] for copy in entry.also],
            }
            for entry in [*step.used, *ranked]
        ],
        "prompt": asdict(step.prompt) if step.prompt else None,
    }


def _rung_dict(rung: Rung) -> dict[str, Any]:
    return {"name": rung.name, "holds": rung.holds, "wrong": list(rung.wrong)}
