"""How an answer came about -> rich text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rag.answer.trace import Explanation, Step
from rag.domain import Answer, Evidence, Rung
from rag.language.text import counted
from rag.line_place import line_place
from rag.question.read import Kind, Question
from rag.render.as_json import evidence_dict
from rag.render.outline import also_in
from rag.render.safe import safe, safe_line, shortened

if TYPE_CHECKING:
    from rich.text import Text

CANDIDATES = 12  # sentences that are shown with their scores, beside those that are used
WORDS = 60  # characters of a sentence that stand for it in a table
PASSAGES = 5  # that are shown with their scores

KINDS = {
    Kind.PERSON: "a person",
    Kind.TIME: "a time",
    Kind.PLACE: "a place",
    Kind.NUMBER: "a number",
    Kind.STATEMENT: "what somebody said",
    Kind.YES_NO: "yes or no",
    Kind.OTHER: "something else (no person, time, place, number, statement, or yes or no)",
}
# What a check of a claim compares with the sentence that it cites.
CHECKS = {
    "marks": "no citation mark or link inside",
    "quotes": "quoted words",
    "addresses": "addresses",
    "numbers": "numbers",
    "bounds": "what numbers count, and words like more than",
    "names": "names",
    "words": "shared words",
    "speaker": "who speaks",
    "empty": "says something",
    "follows": "the checker finds that it follows",
    "news": "says more than the question",
}


def explanation_text(explanation: Explanation, *, prompt: bool = True) -> Text:
    """The whole path of an answer.

    Args:
        explanation: As `rag.answer.trace.Trace` gathers it.
        prompt: Whether the prompt is shown too.
    """
    from rich.text import Text

    shown = Text()
    for step in explanation.steps:
        _heading(shown, "How the question was read")
        shown.append_text(_question(step.question))
        _heading(shown, "What was found")
        shown.append_text(_candidates(step))
        if step.prompt and prompt:
            _heading(shown, "What the language model was given")
            shown.append(f"{safe(step.prompt.system)}\n\n{safe(step.prompt.user)}\n", style="dim")
    _heading(shown, "How each sentence of the answer was checked")
    shown.append_text(_checks(explanation))
    _heading(shown, "The answer")
    shown.append(_outcome(explanation.answer))
    return shown


def _outcome(answer: Answer) -> str:
    model, times = safe_line(answer.model), answer.timings
    worded = "" if model == "none" else f"  language model: {model}\n"
    return (
        (f"  No answer. {safe_line(answer.reason)}\n" if answer.reason else "")
        + f"  answerability: {answer.answerability:.2f}"
        " (0: certainly not answered, 1: certainly answered)\n"
        f"{worded}"
        f"  found after {times.retrieve:.0f} ms, answered after {times.total:.0f} ms\n"
    )


def _heading(shown: Text, title: str) -> None:
    shown.append(f"{title}\n" if not shown else f"\n{title}\n", style="bold")


def _question(question: Question) -> Text:
    from rich.text import Text

    shown = Text(f"  {safe_line(question.text)}\n")
    period = question.period.written if question.period else ""
    for name, value in (
        ("asks for", KINDS[question.kind]),
        ("looks for", ", ".join(question.terms)),
        ("names", ", ".join(question.names)),
        ("said by", " ".join(question.speaker)),
        ("time", period),
    ):
        if value:
            shown.append(f"  {name:<12} {safe_line(value)}\n", style="dim")
    return shown


def _candidates(step: Step) -> Text:
    from rich.text import Text

    found = step.retrieved
    passages, sentences = len(found.passages), len(found.evidence)
    shown = Text(
        f"  {counted(passages, 'passage')} found, by meaning and by words;"
        f" {counted(sentences, 'sentence')} of the best ranked\n",
        style="dim",
    )
    for rank, passage in enumerate(found.passages[:PASSAGES], start=1):
        shown.append(
            f"  passage {rank}: {passage.score:.3f}"
            f" (meaning {passage.dense:.3f}, words {passage.lexical:.3f})\n",
            style="dim",
        )
    used = {entry.id for entry in step.used}
    why = {cut.evidence.id: cut.why for cut in step.cut}
    ranked = [one for one in found.evidence if one.id not in used][:CANDIDATES]
    if step.used or ranked:
        shown.append(
            "  The score says how likely a sentence answers, rather than any other or none. Beside"
            " it:\n  how close its passage is in meaning, how many words of the question it has,"
            ' how likely\n  it answers by itself. "use" marks the sentences that were used.\n'
            "      score meaning words answers\n",
            style="dim",
        )
    for entry in [*step.used, *ranked]:
        shown.append_text(_candidate(entry, used=entry.id in used, why=why.get(entry.id, "")))
    return shown


def _candidate(entry: Evidence, *, used: bool, why: str) -> Text:
    from rich.text import Text

    answers = f"{entry.reading.answers:7.3f}" if entry.reading else "      -"
    scores = f"{entry.score:7.3f} {entry.dense:7.3f} {entry.lexical:5.2f} {answers}"
    shown = Text(f"  {'use' if used else '   '}{scores}  ", style="" if used else "dim")
    line = shortened(entry.text, WORDS)
    reason = f"  (not used: {safe_line(why)})" if why else ""
    place = safe_line(line_place(entry.source.path, entry.line))
    shown.append(f"{place}  {line}{reason}\n")
    if others := also_in([*entry.copies, *entry.also]):
        shown.append(f"      {safe_line(others)}\n")
    return shown


def _checks(explanation: Explanation) -> Text:
    from rich.text import Text

    shown = Text()
    for claim in explanation.answer.claims:
        numbers = "".join(f"[{citation.n}]" for citation in claim.citations)
        shown.append(f"  shown {numbers} {safe_line(claim.text)}\n")
        how = (
            _passed(claim.rungs)
            if claim.rungs
            else "the article's own words, so there is nothing to check"
        )
        shown.append(f"      {how}\n", style="dim")
        if claim.rungs:
            shown.append(f"      it follows with {claim.support:.0%}\n", style="dim")
    for dropped in explanation.answer.dropped:
        shown.append(f"  refused {safe_line(dropped.text)}\n")
        shown.append(f"      why: {safe_line(dropped.why)}\n", style="dim")
        if dropped.rungs:
            shown.append(f"      {_passed(dropped.rungs)}\n", style="dim")
    return shown or Text("  there are no claims\n", style="dim")


def _passed(rungs: Sequence[Rung]) -> str:
    """How a claim compares with its sentence, check by check."""
    held = [CHECKS.get(rung.name, rung.name) for rung in rungs if rung.holds]
    wrong = [CHECKS.get(rung.name, rung.name) for rung in rungs if not rung.holds]
    told = f"{len(held)} of {counted(len(rungs), 'check')} passed"
    return "; ".join(
        [
            f"{told}: {', '.join(held)}" if held else told,
            *([f"failed: {', '.join(wrong)}"] if wrong else []),
        ]
    )


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
