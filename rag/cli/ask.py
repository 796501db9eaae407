"""`rag ask`: one question, or a file of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.cli.answer_options import AnswerOptions
from rag.cli.brief_file import check_brief_file, write_brief
from rag.cli.command import (
    EXIT_ABSTAINED,
    AloneOption,
    SyncOption,
    VerboseOption,
    await_answer,
    loading,
    note,
    remember,
    sync_now,
    taking,
    tell_stale,
    tell_undated,
)
from rag.cli.filter_options import show_limited
from rag.config import Settings
from rag.errors import ConfigError
from rag.render.safe import safe_line
from rag.terminal.screen import say, say_json, show_text

if TYPE_CHECKING:
    from rag.answer.trace import Explanation
    from rag.domain import Answer
    from rag.filters import Filters


SAVE_HINT = "name another .docx, .md or .html file with --save"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOptions(AnswerOptions):
    """What was typed after `rag ask`."""

    question: Annotated[
        str | None, typer.Argument(help="The question, or - to read it from standard input.")
    ] = None
    explain: Annotated[
        bool, typer.Option("--explain", help="Also show how the answer was made, step by step.")
    ] = False
    exit_on_abstain: Annotated[
        bool, typer.Option("--exit-on-abstain", help="Exit with code 3 when there is no answer.")
    ] = False
    sync_first: SyncOption = False
    batch: Annotated[
        Path | None, typer.Option(help='Answer a JSONL file of {"id", "question"} lines.')
    ] = None
    out: Annotated[Path | None, typer.Option(help="Where --batch writes its answers.")] = None
    no_server: AloneOption = False
    verbose: VerboseOption = False
    save: Annotated[
        Path | None,
        typer.Option(help="Also save the answer with its sources as a new .docx, .md or .html."),
    ] = None


@taking(AskOptions)
def ask(ctx: typer.Context, options: AskOptions) -> None:
    """Answer a question from the indexed articles.

    Example: rag ask "What did Peskov say about Crimea?"
    """
    _check_together(options)
    filters = options.filters
    settings = options.settings()
    if options.batch is not None and options.out is not None:
        _ask_batch(options.batch, options.out, filters, settings)
        return
    asked = sys.stdin.read() if options.question == "-" else str(options.question)
    if options.sync_first:
        sync_now(settings)
    from rag.cli.served import Alone

    try:
        served = _ask_server(asked, options, settings)
    except Alone as why:
        if options.verbose:
            note(f"Answered here: {safe_line(str(why))}.")
        answer = _ask_here(asked, options, settings)
    else:
        answer = served
    if options.save is not None:
        _save(answer, options.save)
    if answer.abstained and options.exit_on_abstain:
        raise typer.Exit(EXIT_ABSTAINED)


def _ask_here(asked: str, options: AskOptions, settings: Settings) -> Answer:
    """Load what a question needs, answer it and show the answer."""
    encoders = loading(settings)
    from rag.answer.assistant import Assistant
    from rag.answer.trace import Trace, traced

    with Assistant.open(settings=settings, encoders=encoders, notify=note) as assistant:
        trace = Trace()
        events = traced(assistant.stream(asked, options.filters), trace)
        answer = await_answer(events, live=not options.as_json)
        remember(answer, settings)
        _print_answer(
            answer,
            options,
            locate=assistant.locate,
            articles=lambda: assistant.store.count("articles"),
            explanation=trace.explanation() if options.explain else None,
        )
        tell_stale(assistant)  # last: it looks at every file, and nobody should wait for that
    return answer


def _ask_server(asked: str, options: AskOptions, settings: Settings) -> Answer:
    """Have a running server answer, and show the answer.

    Raises:
        Alone: None can, or it failed; nothing was shown then.
    """
    from rag.cli.served import Alone, ServedAnswer, tell_served
    from rag.serve.messages import EXPLAINED, SHOWN, Asked

    if options.no_server:
        raise Alone("--no-server")
    events = EXPLAINED if options.explain else () if options.as_json else SHOWN
    server = ServedAnswer(Asked(question=asked, filters=options.filters, events=events), settings)
    explanation = None
    if options.explain:
        from rag.answer.trace import Trace, traced

        trace = Trace()
        answer = await_answer(traced(server.events(), trace), live=not options.as_json)
        explanation = trace.explanation()
    else:
        answer = await_answer(server.events(), live=not options.as_json)
    told = server.told
    remember(answer, settings)
    _print_answer(
        answer,
        options,
        locate=server.locate,
        articles=lambda: told.articles,
        explanation=explanation,
    )
    for line in told.notes:
        note(line)
    if options.verbose:
        tell_served(server.note)
    return answer


def _check_together(options: AskOptions) -> None:
    """Refuse options that do not go together."""
    batch, question = options.batch, options.question
    if (batch is None) == (question is None) or (batch is None) != (options.out is None):
        raise ConfigError(
            "rag ask needs one question, or --batch IN.jsonl with --out OUT.jsonl",
            hint='for example: rag ask "Who said what?"',
        )
    if batch is not None and (options.as_json or options.exit_on_abstain or options.explain):
        raise ConfigError(
            "--batch always writes JSON and does not stop at a question without an answer",
            hint="remove --json, --explain and --exit-on-abstain",
        )
    if options.save is not None:
        if batch is not None:
            raise ConfigError(
                "--save takes one answer along, not a batch",
                hint="put the answers into a document afterwards: rag export OUT.jsonl --out FILE",
            )
        check_brief_file(options.save, hint=SAVE_HINT)


def _print_answer(
    answer: Answer,
    options: AskOptions,
    *,
    locate: Callable[[str], Path | None],
    articles: Callable[[], int],
    explanation: Explanation | None,
) -> None:
    """Show an answer.

    Args:
        answer: It.
        options: How.
        locate: Finds the file of an article on this machine.
        articles: Counts those in the index.
        explanation: How it came about, where that is wanted.
    """
    if options.as_json:
        from rag.render.as_json import answer_dict

        say_json({**answer_dict(answer), **_explained(explanation)})
        return
    from rag.render.terminal import answer_text

    show_limited(answer.limited)
    show_text(answer_text(answer, locate=locate))
    tell_undated(answer, articles())
    if explanation:
        from rag.render.explanation import explanation_text

        say()
        show_text(explanation_text(explanation))


def _explained(explanation: Explanation | None) -> dict[str, Any]:
    """What the JSON has of how an answer came about."""
    if explanation is None:
        return {}
    from rag.render.explanation import explanation_dict

    return {"explanation": explanation_dict(explanation)}


def _save(answer: Answer, path: Path) -> None:
    from rag.render.brief import answer_brief

    write_brief(answer_brief(answer), path, hint=SAVE_HINT)
    note(f"Saved in {path}.")


def _ask_batch(batch: Path, out: Path, filters: Filters, settings: Settings) -> None:
    from rag.answer.assistant import Assistant
    from rag.evaluate.batch import read_batch, run_batch
    from rag.terminal.progress import BatchBar

    items = read_batch(batch, filters)
    with Assistant.open(settings=settings, notify=note) as assistant, BatchBar() as bar:
        answered = run_batch(items, out, ask=assistant.ask, progress=bar.update)
    say(f"{answered} answered now, {len(items) - answered} earlier; answers are in {out}", err=True)
