"""`rag eval`: score answers against a gold set, compare runs, check and draft gold sets."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from rag.cli.command import (
    EXIT_FAILED,
    EmbedderOption,
    IndexOption,
    JsonOption,
    LlmOption,
    ModeOption,
    NoReaderOption,
    PromptsOption,
    QuoteOnlyOption,
    SentencesOption,
    load,
    note,
    reader_flag,
)
from rag.cli.eval_job import (
    Job,
    baselines_of,
    check_sets,
    eval_bar,
    is_there,
    listener_of,
    sets_in,
)
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
                    f"there is no command {first!r}, and no file of that name",
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

CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", help="Folder of the articles to ask; its index is kept in the cache."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Folder of the run.", show_default="runs/GOLD-TIME")
]


@eval_app.command("run")
def run(
    ctx: typer.Context,
    gold: Annotated[
        Path | None, typer.Argument(help="A .jsonl, .csv or .tsv file, or a folder in BEIR's form.")
    ] = None,
    index: IndexOption = None,
    corpus: CorpusOption = None,
    out: OutOption = None,
    suite: Annotated[
        Path | None, typer.Option("--suite", help="Run all sets of a TOML file instead.")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="Score these answers (JSONL); ask nothing.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Questions drawn at random.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Of that draw.", show_default="0")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="Processes that answer.")
    ] = 1,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, help="Seconds that a question may take.")
    ] = 120.0,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Folder of a run to compare with.")
    ] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            help='Exit with 1 when this holds: "cited_fact_recall<-0.02" (a change against the'
            ' baseline, with a sign) or "cited_fact_recall<0.9". May be given again.',
        ),
    ] = None,
    allow_different_corpus: Annotated[
        bool, typer.Option("--allow-different-corpus", help="Compare with it all the same.")
    ] = False,
    judge: Annotated[
        str | None,
        typer.Option("--judge", help="URL of an endpoint whose opinion is shown, no more."),
    ] = None,
    tune: Annotated[
        bool,
        typer.Option(
            "--tune", help="Choose the line below which questions are refused; writes rag.toml."
        ),
    ] = False,
    llm: LlmOption = None,
    quote_only: QuoteOnlyOption = False,
    mode: ModeOption = None,
    sentences: SentencesOption = None,
    embedder: EmbedderOption = None,
    no_reader: NoReaderOption = False,
    prompts: PromptsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask all questions of a gold set and score the answers.

    Example: rag eval questions.jsonl --corpus articles
    """
    from rag.cli.tune_job import check_alone, tune_line
    from rag.evaluate.compare import read_condition
    from rag.evaluate.run import Request
    from rag.evaluate.suite import SuiteSet, read_suite

    if tune:
        check_alone(ctx)
    _check_together(
        gold=gold,
        suite=suite,
        one_set_only=bool(corpus or limit or answers or index or seed is not None),
        out=out,
        resume=resume,
        answers=answers,
        judge=judge,
    )
    if tune and gold is not None:
        tune_line(gold, corpus=corpus, index=index, as_json=as_json)
        return
    conditions = [read_condition(text, baseline=baseline is not None) for text in fail_on or []]
    flags = {
        "index": index,
        "llm": "none" if quote_only else llm,
        "mode": mode,
        "sentences": sentences,
        "embedder": embedder,
        "reader": reader_flag(no_reader),
        "prompts": prompts,
    }
    load(**flags)  # settings that cannot be used are said before anything is run
    sets = (
        read_suite(suite)
        if suite
        else [SuiteSet(name="", gold=gold or Path(), corpus=corpus, limit=limit, seed=seed or 0)]
    )
    folder = out or _default_folder(suite or gold or Path())
    baselines = baselines_of(sets, baseline) if baseline else {}
    check_sets(sets, baselines, judge=judge)
    job = Job(
        flags=flags,
        common=Request(
            gold=Path(),
            out=folder,
            index=index,
            answers=answers,
            resume=resume,
            workers=workers,
            timeout=timeout,
        ),
        conditions=conditions,
        baselines=baselines,
        allow_different_corpus=allow_different_corpus,
        judge=judge,
        as_json=as_json,
    )
    passed = [job.run(entry) for entry in sets if is_there(entry)]
    job.print_all()
    gone = job.gone()
    for line in gone:
        say(line, err=as_json)
    if gone or not all(passed):
        raise typer.Exit(EXIT_FAILED)


@eval_app.command("check")
def check(
    gold: Annotated[Path, typer.Argument(help="A .jsonl, .csv or .tsv file.")],
    index: IndexOption = None,
    corpus: CorpusOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold a gold set against the index: unknown files, facts that stand nowhere, ids twice.

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
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="Questions, at most.")] = 20,
    seed: Annotated[int, typer.Option("--seed", help="Other numbers give other questions.")] = 0,
    index: IndexOption = None,
    corpus: CorpusOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="A file to make; else printed.")] = None,
) -> None:
    """Propose questions with facts and sources from the indexed articles, for you to edit.

    Each line is marked as a draft: correct it, or delete it, and remove the mark.

    Example: rag eval draft --n 20 --out questions.jsonl
    """
    from rag.evaluate.draft import draft_line
    from rag.evaluate.run import draft_from_index
    from rag.render.as_json import dumps

    if out is not None and out.exists():
        raise EvalError(f"{out} exists", hint="name another file with --out")
    if out is not None and out.suffix.lower() not in {".jsonl", ".ndjson", ".json"}:
        raise EvalError(
            f"drafts are JSON lines, and {out} is named otherwise", hint="--out x.jsonl"
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
    fewer = "" if len(items) == n else "; the articles give no more that are worth your time"
    note(f"{len(items)} drafts{fewer}.")
    note(f"Edit them, remove the marks, then: rag eval check {out or 'FILE'}")


@eval_app.command("diff")
def diff(
    before: Annotated[Path, typer.Argument(help="Folder of a run.")],
    after: Annotated[Path, typer.Argument(help="Folder of another.")],
    allow_different_corpus: Annotated[
        bool, typer.Option("--allow-different-corpus", help="Compare them all the same.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="All metrics and questions, not only the first.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what changed from one run to another: per metric, and per question.

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


def _check_together(
    *,
    gold: Path | None,
    suite: Path | None,
    one_set_only: bool,
    out: Path | None,
    resume: bool,
    answers: Path | None,
    judge: str | None,
) -> None:
    """Refuse options of a run that do not go together."""
    if (gold is None) == (suite is None):
        raise EvalError(
            "rag eval needs one gold set, or --suite FILE",
            hint="for example: rag eval questions.jsonl --corpus articles",
        )
    if suite and one_set_only:
        raise EvalError(
            "a suite names its own sets",
            hint="leave out --corpus, --index, --answers, --limit and --seed",
        )
    if resume and out is None:
        raise EvalError("--resume needs the folder of the run", hint="name it with --out")
    if resume and out and not ((out / "run.json").is_file() or any(out.glob("*/run.json"))):
        # No error: a run that was killed in its first moments has left nothing to go on with.
        note(f"There is no run in {out} to go on with: a new one is begun.")
    if judge and not judge.startswith(("http://", "https://")):
        raise EvalError(
            f"--judge {judge!r} is no address", hint="it begins with http:// or https://"
        )
    if answers and resume:
        raise EvalError("--answers asks nothing", hint="leave out --resume")


def _default_folder(source: Path) -> Path:
    from datetime import datetime

    return Path("runs") / f"{source.stem or 'run'}-{datetime.now():%Y%m%d-%H%M%S}"
