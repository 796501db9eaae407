"""`rag eval`: score answers against a gold set, compare runs, check and draft gold sets."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from rag.cli.command import EXIT_FAILED, IndexOption, JsonOption, load, note, taking
from rag.cli.eval_job import eval_bar, is_there, job_of, listener_of, sets_in
from rag.cli.eval_options import CorpusOption, RunOptions, check_together
from rag.error_words import reason
from rag.errors import EvalError
from rag.terminal.screen import say, say_json

ALIKE = 0.7  # ratio from which a word is a misspelt command


class _RunUnlessNamed(TyperGroup):
    """`rag eval GOLD` is `rag eval run GOLD`."""

    default = "run"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        first = args[0] if args else ""
        if first and first not in self.commands and first not in ctx.help_option_names:
            near = difflib.get_close_matches(first, self.commands, n=1, cutoff=ALIKE)
            if near and not Path(first).exists():
                raise EvalError(
                    f"there is no command and no file called {first!r}",
                    hint=f"did you mean: rag eval {near[0]}?",
                )
            args = [self.default, *args]
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


eval_app = typer.Typer(
    cls=_RunUnlessNamed,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Score answers against a gold set: rag eval GOLD (options: rag eval run --help).",
)


@eval_app.command("run")
@taking(RunOptions)
def run(ctx: typer.Context, options: RunOptions) -> None:
    """Ask all questions of a gold set and score the answers.

    Example: rag eval questions.jsonl --corpus articles
    """
    from rag.cli.tune_job import check_alone, tune_line

    if options.tune:
        check_alone(ctx)
    check_together(options)
    if options.tune and options.gold is not None:
        tune_line(options.gold, corpus=options.corpus, index=options.index, as_json=options.as_json)
        return
    sets, job = job_of(options)
    passed = [job.run(entry) for entry in sets if is_there(entry)]
    job.print_all()
    gone = job.gone()
    for line in gone:
        say(line, err=options.as_json)
    if gone or not all(passed):
        raise typer.Exit(EXIT_FAILED)


@eval_app.command("check")
def check(
    gold: Annotated[Path, typer.Argument(help="The questions: a .jsonl, .csv or .tsv file.")],
    index: IndexOption = None,
    corpus: CorpusOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a gold set for mistakes: unknown files, facts that are not in any file, repeated ids.

    Example: rag eval check questions.jsonl --corpus articles
    """
    from dataclasses import asdict

    from rag.evaluate.run import check_against_index

    settings = load(index=index)
    with eval_bar("Checking") as bar:
        problems = check_against_index(
            gold, settings=settings, corpus=corpus, index=index, listener=listener_of(bar)
        )
    if as_json:
        say_json([asdict(problem) for problem in problems])
    else:
        for problem in problems:
            word = "error" if problem.error else "note "
            place = f"{gold.name}, line {problem.line} ({problem.id})"
            say(f"{word} {place}: {problem.what}")
        errors = sum(problem.error for problem in problems)
        say(f"Errors: {errors}. Notes: {len(problems) - errors}.")
    if any(problem.error for problem in problems):
        raise typer.Exit(EXIT_FAILED)


@eval_app.command("draft")
def draft(
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="The most questions to propose.")] = 20,
    seed: Annotated[
        int, typer.Option("--seed", help="Use another number to get different questions.")
    ] = 0,
    index: IndexOption = None,
    corpus: CorpusOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The file to create. Without it, the questions are printed."),
    ] = None,
) -> None:
    """Propose questions with facts and sources from the indexed articles, for you to edit.

    Each line is marked as a draft. Correct or delete it, then remove the mark.

    Example: rag eval draft --n 20 --out questions.jsonl
    """
    from rag.evaluate.draft import draft_line
    from rag.evaluate.run import draft_from_index
    from rag.render.as_json import dumps

    if out is not None and out.exists():
        raise EvalError(f"{out} already exists", hint="name another file with --out")
    if out is not None and out.suffix.lower() not in {".jsonl", ".ndjson", ".json"}:
        raise EvalError(
            f"drafts are JSON lines, so {out} must end in .jsonl", hint="for example: --out x.jsonl"
        )
    settings = load(index=index)
    with eval_bar("Indexing") as bar:
        items = draft_from_index(
            n=n, seed=seed, settings=settings, corpus=corpus, index=index, listener=listener_of(bar)
        )
    lines = [dumps(draft_line(item), indent=None) for item in items]
    if out is None:
        for item in items:
            say_json(draft_line(item), indent=None)
    else:
        try:
            out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        except OSError as error:
            raise EvalError(
                f"{out} cannot be written: {reason(error)}", hint="name another file with --out"
            ) from error
    fewer = "" if len(items) == n else "; the articles do not contain more good ones"
    note(f"{len(items)} drafts{fewer}.")
    if items:
        note(f"Edit them, remove the draft marks, then run: rag eval check {out or 'FILE'}")


@eval_app.command("diff")
def diff(
    before: Annotated[Path, typer.Argument(help="The folder of the first run.")],
    after: Annotated[Path, typer.Argument(help="The folder of the second run.")],
    allow_different_corpus: Annotated[
        bool,
        typer.Option(
            "--allow-different-corpus", help="Compare the runs even if their articles differ."
        ),
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Show all metrics and questions, not only the first ones.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two runs, for each metric and each question.

    Example: rag eval diff runs/before runs/after
    """
    from rag.evaluate.compare import compare
    from rag.evaluate.report.as_json import read_report
    from rag.evaluate.report.comparison import comparison_dict, comparison_lines

    names = [name for name in sets_in(before) if name in sets_in(after)] or [""]
    found = {
        name: compare(
            read_report(before / name),
            read_report(after / name),
            allow_different_corpus=allow_different_corpus,
        )
        for name in names
    }
    if as_json:
        shown = {name: comparison_dict(comparison) for name, comparison in found.items()}
        say_json(shown[""] if names == [""] else shown)
        return
    for name, comparison in found.items():
        if name:
            for line in ("", name, ""):
                say(line)
        for line in comparison_lines(comparison, everything=everything):
            say(line)
